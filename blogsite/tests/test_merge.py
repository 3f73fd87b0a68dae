"""Merging: what one side changed is there, what both changed is shown, and nothing is lost."""

from collections import Counter
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsite.lib.merge import Merge, merge, merge_list, merge_value

BASE = "One.\n\nTwo.\n\nThree."

# Few lines, many of them alike, so that texts resemble each other and themselves.
LINES = st.sampled_from(["", "", "a", "b", "c", "- d", "é\u2028f", "g\r"])
TEXTS = st.lists(LINES, max_size=12).map("\n".join)
ANY = st.one_of(TEXTS, st.text(max_size=40))


def kinds(merged: Merge) -> list[str]:
    return [part.kind for part in merged.parts]


def added(base: str, made: str) -> Counter[str]:
    return Counter(made.split("\n")) - Counter(base.split("\n"))


def test_changes_of_different_paragraphs_are_both_made() -> None:
    merged = merge(BASE, "1.\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\n3.")
    assert merged.is_clean
    assert merged.text == "1.\n\nTwo.\n\n3."
    assert kinds(merged) == ["mine", "same", "theirs"]


def test_neighbouring_paragraphs_do_not_meet() -> None:
    assert merge(BASE, "1.\n\nTwo.\n\nThree.", "One.\n\n2.\n\nThree.").text == "1.\n\n2.\n\nThree."


def test_neighbouring_lines_of_one_paragraph_do() -> None:
    merged = merge("- a\n- b", "- A\n- b", "- a\n- B")
    assert not merged.is_clean
    assert merged.text == "- A\n- b\n- a\n- B"


def test_one_paragraph_changed_by_both_is_a_conflict_with_both_sides() -> None:
    merged = merge(BASE, BASE.replace("Two", "Mine"), BASE.replace("Two", "Theirs"))
    assert kinds(merged) == ["same", "conflict", "same"]
    conflict = merged.conflicts[0]
    assert (conflict.base, conflict.mine, conflict.theirs) == ("Two.\n", "Mine.\n", "Theirs.\n")
    assert merged.text == "One.\n\nMine.\nTheirs.\n\nThree."


def test_a_conflict_is_marked_by_comments_that_no_label_can_leave() -> None:
    text = merge("a", "b", "c").conflict_text("yours", "Bob--><script> --")
    assert text == "<!-- yours -->\nb\n<!-- Bob script -->\nc\n<!-- end -->"


def test_without_a_conflict_the_marked_text_is_the_text() -> None:
    merged = merge(BASE, BASE + "\n\nMore.", BASE)
    assert merged.conflict_text("yours", "theirs") == merged.text == BASE + "\n\nMore."


def test_the_same_change_on_both_sides_is_clean() -> None:
    changed = BASE.replace("Two", "2")
    assert kinds(merge(BASE, changed, changed)) == ["same", "both", "same"]


def test_a_paragraph_added_by_both_stands_once_though_one_went_on() -> None:
    mine, theirs = f"{BASE}\n\nFour.", f"{BASE}\n\nFour.\n\nFive."
    assert merge(BASE, mine, theirs).text == theirs
    mine, theirs = "One.\n\nNew.\n\nTwo.", "One.\n\nNew.\n\n2."
    assert merge("One.\n\nTwo.", mine, theirs).text == theirs


def test_paragraphs_added_at_one_place_are_a_conflict() -> None:
    merged = merge("One.", "One.\n\nMine.", "One.\n\nTheirs.")
    assert not merged.is_clean
    assert merged.text == "One.\n\nMine.\nTheirs."


@pytest.mark.parametrize(
    ("mine", "theirs", "text"),
    [
        ("One.\n\nTwo.\n\nNew.", "One.\n\n2.", "One.\n\n2.\n\nNew."),
        ("New.\n\nOne.\n\nTwo.", "1.\n\nTwo.", "New.\n\n1.\n\nTwo."),
        ("One.\n\nNew.\n\nTwo.", "1.\n\n2.", "1.\n\nNew.\n\n2."),
        ("One.", "1.\n\nTwo.", "1."),
    ],
)
def test_a_paragraph_put_or_taken_beside_a_changed_one_is_clean(
    mine: str, theirs: str, text: str
) -> None:
    merged = merge("One.\n\nTwo.", mine, theirs)
    assert merged.is_clean
    assert merged.text == text


def test_what_one_removed_and_the_other_changed_is_a_conflict() -> None:
    merged = merge(BASE, "One.\n\nThree.", BASE.replace("Two", "2"))
    assert not merged.is_clean
    assert "2." in merged.text


def test_an_end_with_or_without_a_newline_is_kept() -> None:
    assert merge("a\nb", "A\nb", "a\nb\n").text == "A\nb\n"
    assert merge("a\nb\n", "a\nb", "A\nb\n").text == "A\nb"
    assert merge("a\n\nb\n", "a\n\nb\nc", "A\n\nb\n").text == "A\n\nb\nc"


@settings(deadline=None)
@given(ANY, ANY)
def test_beside_an_unchanged_side_the_other_is_the_merge(base: str, made: str) -> None:
    for merged in (merge(base, made, base), merge(base, base, made), merge(base, made, made)):
        assert merged.is_clean
        assert merged.text == made


@settings(deadline=None)
@given(ANY, ANY, ANY)
def test_the_parts_are_each_of_the_three_texts(base: str, mine: str, theirs: str) -> None:
    parts = merge(base, mine, theirs).parts
    assert "".join(part.base for part in parts) == base
    assert "".join(part.mine for part in parts) == mine
    assert "".join(part.theirs for part in parts) == theirs


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_somebody_added_is_missing(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    lines = Counter(merged.text.split("\n"))
    marked = Counter(merged.conflict_text("yours", "theirs").split("\n"))
    for made in (mine, theirs):
        assert added(base, made) <= lines
        assert added(base, made) <= marked


@settings(deadline=None)
@given(st.lists(LINES, max_size=12, unique=True).map("\n".join), TEXTS, TEXTS)
def test_no_line_that_nobody_removed_is_missing(base: str, mine: str, theirs: str) -> None:
    kept = set(base.split("\n")) & set(mine.split("\n")) & set(theirs.split("\n"))
    assert kept <= set(merge(base, mine, theirs).text.split("\n"))


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_it_is_the_same_from_both_sides(base: str, mine: str, theirs: str) -> None:
    here, there = merge(base, mine, theirs), merge(base, theirs, mine)
    other = {"mine": "theirs", "theirs": "mine"}
    assert [other.get(kind, kind) for kind in kinds(here)] == kinds(there)
    assert [part.mine for part in here.parts] == [part.theirs for part in there.parts]
    if here.is_clean:
        assert here.text == there.text


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdef"), max_size=6, unique=True))
def test_paragraphs_of_a_post_changed_by_different_people_merge(changed: list[str]) -> None:
    paragraphs = [f"Paragraph {letter}." for letter in "abcdef"]
    mine = [text + " Mine." if text[10] in changed else text for text in paragraphs]
    theirs = [text + " Theirs." if text[10] not in changed else text for text in paragraphs]
    merged = merge(*("\n\n".join(side) for side in (paragraphs, mine, theirs)))
    assert merged.is_clean
    assert merged.text.count("Mine.") == len(changed)
    assert merged.text.count("Theirs.") == 6 - len(changed)


def worst() -> dict[str, tuple[str, str, str]]:
    """Return texts of 20,000 lines that are hard to tell apart: difflib takes minutes."""
    here, there = "ab" * 10_000, "abb" * 6_667
    lines = partial(str.join, "\n")
    return {
        "one line, repeated": (lines("a" * 20_000), lines("a" * 15_000), lines("a" * 19_999)),
        "two lines": (lines(here), lines(there), lines(here[::-1])),
        "nothing in common": (lines("a" * 20_000), lines("b" * 20_000), lines("c" * 20_000)),
        "turned round": (
            lines(map(str, range(20_000))),
            lines(map(str, range(19_999, -1, -1))),
            lines(map(str, range(20_000))),
        ),
    }


@pytest.mark.parametrize("name", worst())
def test_texts_of_the_worst_kind_are_merged_too(name: str) -> None:
    base, mine, theirs = worst()[name]
    merged = merge(base, mine, theirs)
    assert added(base, mine) <= Counter(merged.text.split("\n"))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        (["a", "b"], ["a", "b", "c"], ["a", "b", "d"], ["a", "b", "c", "d"]),
        (["a", "b"], ["a"], ["b", "c"], ["c"]),
        (["a", "b"], ["b", "a"], ["a", "b", "c"], ["b", "a", "c"]),
        (["a", "b"], ["a", "b"], ["b", "new", "a"], ["b", "new", "a"]),
        ([], ["a"], ["a"], ["a"]),
    ],
)
def test_lists_have_what_either_added_and_not_what_either_removed(
    base: list[str], mine: list[str], theirs: list[str], merged: list[str]
) -> None:
    assert merge_list(base, mine, theirs) == merged


TAGS = st.lists(st.sampled_from("abcdef"), unique=True)


@settings(deadline=None)
@given(TAGS, TAGS, TAGS)
def test_lists_lose_nothing_added_and_keep_nothing_removed(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    merged = merge_list(base, mine, theirs)
    assert set(merged) == set(merge_list(base, theirs, mine))
    assert (set(mine) | set(theirs)) - set(base) <= set(merged)
    assert not (set(base) - set(mine)) & set(merged)
    assert merge_list(base, base, theirs) == theirs == merge_list(base, theirs, base)


def test_a_value_is_the_one_that_was_changed_or_a_conflict() -> None:
    assert merge_value("a", "a", "b") == ("b", True)
    assert merge_value("a", "b", "a") == ("b", True)
    assert merge_value("a", "b", "b") == ("b", True)
    assert merge_value("a", "b", "c") == ("b", False)
