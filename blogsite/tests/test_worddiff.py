"""Differences by word: whole on both sides, near what changed, and never HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsite.lib.worddiff import MAX_CHARACTERS, MAX_ROWS, Difference, PieceKind, compare

PARAGRAPHS = [f"Paragraph {number} stands here as it was." for number in range(30)]
TEXTS = st.one_of(
    st.lists(st.sampled_from(["", "a b c", "a b d", "x, y.", "שלום עולם", "é"]), max_size=9).map(
        "\n".join
    ),
    st.text(max_size=60),
)


def shown(difference: Difference) -> list[tuple[str, ...]]:
    return [(row.kind, *(piece.text for piece in row.pieces)) for row in difference.rows]


def side(difference: Difference, kind: PieceKind) -> list[str]:
    """Return the lines of one side, where nothing was left out."""
    rows = [[p.text for p in row.pieces if p.kind in ("same", kind)] for row in difference.rows]
    return ["".join(row) for row in rows if row]


def written(text: str) -> list[str]:
    return [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def test_a_changed_word_is_shown_in_its_line() -> None:
    assert shown(compare("The cat sat there.", "The dog sat there.")) == [
        ("changed", "The ", "cat", "dog", " sat there.")
    ]


def test_words_changed_beside_each_other_are_one_change() -> None:
    row = compare("we see a cat in there", "we see the dog in there").rows[0]
    assert [piece.text for piece in row.pieces] == ["we see ", "a cat", "the dog", " in there"]


def test_words_put_between_unchanged_ones_leave_these_alone() -> None:
    row = compare("one two three four", "one big two old three four").rows[0]
    assert [piece.text for piece in row.pieces if piece.kind == "added"] == ["big ", " old"]


def test_a_line_that_became_another_is_removed_and_added() -> None:
    assert shown(compare("Once upon a time.", "Nothing of it stays here.")) == [
        ("removed", "Once upon a time."),
        ("added", "Nothing of it stays here."),
    ]


def test_an_added_paragraph_is_not_taken_for_a_changed_one() -> None:
    old, new = "First words here.\nLast words here too.", "First words here.\n\nNew.\nLast words."
    assert ("added", "New.") in shown(compare(old, new))
    assert "changed" in [row.kind for row in compare(old, new).rows]


def test_unchanged_paragraphs_far_from_a_change_are_counted() -> None:
    changed = [*PARAGRAPHS[:15], "Paragraph 15 stands here as it is.", *PARAGRAPHS[16:]]
    rows = compare("\n\n".join(PARAGRAPHS), "\n\n".join(changed)).rows
    assert [row.kind for row in rows if row.kind != "same"] == ["skipped", "changed", "skipped"]
    assert [row.lines for row in rows if row.kind == "skipped"] == [14, 13]
    near = [row.pieces[0].text for row in rows if row.kind == "same" and row.pieces[0].text]
    assert near == [PARAGRAPHS[14], PARAGRAPHS[16]]


def test_the_same_text_has_no_difference() -> None:
    text = "\n".join(PARAGRAPHS)
    assert compare(text, text).is_none
    assert [row.lines for row in compare(text, text).rows] == [30]
    assert not compare(text, text + "\nMore.").is_none
    assert compare("", "").rows == ()


def test_it_counts_words() -> None:
    difference = compare("one two three\nsame line", "one four three\nsame line\nfive, six")
    assert (difference.words_added, difference.words_removed) == (3, 1)


def test_lines_from_the_right_and_without_spaces_go_by_word_too() -> None:
    assert shown(compare("שלום עולם טוב מאוד", "שלום עולם רע מאוד")) == [
        ("changed", "שלום עולם ", "טוב", "רע", " מאוד")
    ]
    assert [p.text for p in compare("我喜欢喝茶。", "我喜欢喝酒。").rows[0].pieces][1:3] == [
        "茶",
        "酒",
    ]


def test_a_vowel_sign_is_not_parted_from_its_letter() -> None:
    pieces = compare("यह हिन्दी में है", "यह हिन्दू में है").rows[0].pieces
    assert [piece.text for piece in pieces] == ["यह ", "हिन्दी", "हिन्दू", " में है"]


def test_texts_too_long_go_by_line_and_say_so() -> None:
    line = "word " * (MAX_CHARACTERS // 5)
    difference = compare(line, line.replace("word", "other", 3))
    assert difference.is_by_line
    assert [row.kind for row in difference.rows] == ["removed", "added"]
    assert not compare("a b", "a c").is_by_line


def test_a_megabyte_of_changes_is_shown_in_part() -> None:
    old = "\n".join(f"line {number} of a long text, as it was" for number in range(25_000))
    rows = compare(old, old.replace("was", "is")).rows
    assert len(rows) == MAX_ROWS + 1
    assert rows[-1].kind == "more"
    assert rows[-1].lines > 20_000


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_both_texts_are_whole_in_it(old: str, new: str) -> None:
    difference = compare(old, new)
    if not any(row.kind == "skipped" for row in difference.rows):
        assert [line for line in side(difference, "removed") if line.strip()] == written(old)
        assert [line for line in side(difference, "added") if line.strip()] == written(new)
    assert written(old) == written(new) or not difference.is_none
    assert compare(old, old).is_none


@pytest.mark.parametrize("old", ["", "\n\n", "a\n"])
def test_beside_nothing_everything_is_added(old: str) -> None:
    assert ("added", "b") in shown(compare(old, old + "b"))
