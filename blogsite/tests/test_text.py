"""Plain text: cleaned lines, addresses, excerpts and the keys of usernames."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsite.lib.text import (
    SLUG_PATTERN,
    clean_line,
    clean_text,
    excerpt,
    slugify,
    username_key,
)

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TRICKY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\u200d\u200c\ufe0f\u202e\u2066\u0301\u0323\u0958\U0001f3f4❤👩म \t\r\n\x85"
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two \t words\n", "two words"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("al\u200bice\ufeff", "alice"),
        ("a\u200dl\u2066i\u00adce\x00\x1b", "alice"),
        ("e\u0301", "é"),
        ("one\u2028two\x85three", "one two three"),
        ("Z" + "\u0301" * 30, "Ź" + "\u0301" * 4),
        ("a\U000e0041\U000e0042", "a"),
        ("\ufe0f\ufe0fx", "x"),
        ("\u3164\u2800\u3164", ""),
    ],
)
def test_a_line_loses_what_would_hide_or_turn_it(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@pytest.mark.parametrize(
    "text", ["👩\u200d💻", "❤\ufe0f", ENGLAND, "می\u200cخواهم", "क्\u200dष", "א ב"]
)
def test_a_line_keeps_joined_emoji_flags_and_script_joiners(text: str) -> None:
    assert clean_line(text) == text


@settings(max_examples=300, deadline=None)
@given(TRICKY)
def test_cleaning_twice_equals_once(value: str) -> None:
    line, text = clean_line(value), clean_text(value)
    assert clean_line(line) == line
    assert clean_text(text) == text
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in line)


def test_a_text_keeps_its_lines_and_loses_control_characters() -> None:
    assert clean_text("a\r\nb\rc\x00\x08\td\u202e\n\ne\u0301") == "a\nb\nc\td\n\né"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Crème brûlée", "creme-brulee"),
        ("Straße & Łódź", "strasse-lodz"),
        ("Rust 1.88.0", "rust-1-88-0"),
        ("What's next?", "whats-next"),
        ("C++", "cpp"),
        ("C# 9", "csharp-9"),
        ("#rust", "rust"),
        ("हिन्दी में", "हिन्दी-में"),
        ("Rust и Django", "rust-и-django"),
        ("日本語 タイトル", "日本語-タイトル"),
        ("", "post"),
        ("?!", "post"),
        ("2024", "post-2024"),
        ("2024-05", "post-2024-05"),
    ],
)
def test_a_slug_reads_like_its_title(title: str, slug: str) -> None:
    assert slugify(title, fallback="post") == slug


def test_a_slug_is_cut_between_words() -> None:
    assert slugify("one two three", fallback="post", max_length=9) == "one-two"
    assert slugify("onetwothree", fallback="post", max_length=6) == "onetwo"


@settings(max_examples=300, deadline=None)
@given(TRICKY)
def test_a_slug_is_always_an_address_and_stays_itself(title: str) -> None:
    slug = slugify(title, fallback="post", max_length=30)
    assert re.fullmatch(SLUG_PATTERN, slug)
    assert len(slug) <= 30
    assert not slug.isdecimal()
    assert slugify(slug, fallback="post", max_length=30) == slug


def test_an_excerpt_ends_after_a_word() -> None:
    assert excerpt("one two  three.\nfour", words=3) == "one two three…"
    assert excerpt("one two three", chars=9) == "one two…"
    assert excerpt("short\ntext") == "short text"
    assert excerpt("") == ""


def test_an_excerpt_of_a_script_without_spaces_is_cut_between_letters() -> None:
    assert excerpt("日本語" * 10, chars=6) == "日本語日…"
    assert excerpt("e\u0323\u0307" * 4, chars=6).startswith("e\u0323\u0307")
    assert len(excerpt("word" * 400, chars=50)) <= 50


@pytest.mark.parametrize(
    "imitation",
    [
        "ALICE",
        "a1ice",
        "aIice",
        "a-l-i-c-e",
        "al_ice",
        "ａｌｉｃｅ",
        "аliсе",
        "a|ice",
        "álice",
        "alıce",
    ],
)
def test_look_alikes_share_the_key_of_the_original(imitation: str) -> None:
    assert username_key(imitation) == username_key("alice")


@pytest.mark.parametrize(
    ("one", "other"), [("modern", "rnodern"), ("will", "vvi11"), ("bob", "b0b"), ("vvv", "wv")]
)
def test_letters_that_look_like_two_share_their_key(one: str, other: str) -> None:
    assert username_key(one) == username_key(other)


def test_different_names_have_different_keys() -> None:
    names = ["alice", "bob", "charlie", "alicia", "bobby", "al", "user2", "user3", "dora", "nora"]
    assert len({username_key(name) for name in names}) == len(names)


def test_a_key_is_never_empty() -> None:
    assert username_key("-_-")
