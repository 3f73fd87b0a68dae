"""Snapshots of a post merged three ways: nobody's change disappears without being shown."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from posts import snapshot
from posts.merging import merge
from posts.snapshot import Snapshot

LINES = st.lists(st.sampled_from(["one", "two", "three", "", "four"]), max_size=6).map("\n".join)
WORDS = st.sampled_from(["", "one", "two", "three"])
SETS = st.lists(st.sampled_from(["bees", "birds", "stones"]), unique=True, max_size=3)


def values(name: str) -> st.SearchStrategy[Any]:
    if name in snapshot.TEXTS:
        return LINES
    if name in snapshot.LISTS:
        return SETS
    return st.booleans() if name == "has_math" else WORDS


SNAPSHOTS: st.SearchStrategy[Snapshot] = st.fixed_dictionaries(
    {name: values(name) for name in snapshot.FIELDS}
)


@given(SNAPSHOTS, SNAPSHOTS)
def test_a_side_that_changed_nothing_yields_to_the_other(base: Snapshot, side: Snapshot) -> None:
    for merged in (
        merge(base=base, mine=side, theirs=base),
        merge(base=base, mine=base, theirs=side),
        merge(base=base, mine=side, theirs=side),
    ):
        assert merged.is_clean
        assert merged.values == side


@given(SNAPSHOTS, SNAPSHOTS, SNAPSHOTS)
def test_every_change_is_in_the_merge_or_is_asked_about(
    base: Snapshot, mine: Snapshot, theirs: Snapshot
) -> None:
    merged = merge(base=base, mine=mine, theirs=theirs)
    for name in snapshot.FIELDS:
        if name in merged.conflicts:
            assert (merged.conflicts[name].mine, merged.conflicts[name].theirs) == (
                mine[name],
                theirs[name],
            )
            continue
        added = parts(mine[name], base[name]) | parts(theirs[name], base[name])
        assert added <= set(listed(merged.values[name])), name


@given(SNAPSHOTS, SNAPSHOTS)
def test_without_a_base_every_difference_is_asked_about(mine: Snapshot, theirs: Snapshot) -> None:
    merged = merge(base={}, mine=mine, theirs=theirs)
    assert set(merged.conflicts) == {name for name in snapshot.FIELDS if mine[name] != theirs[name]}


@given(SNAPSHOTS, SNAPSHOTS, SNAPSHOTS)
def test_both_sides_see_the_same_questions(
    base: Snapshot, mine: Snapshot, theirs: Snapshot
) -> None:
    there = merge(base=base, mine=mine, theirs=theirs)
    back = merge(base=base, mine=theirs, theirs=mine)
    assert set(there.conflicts) == set(back.conflicts)


def test_a_field_that_came_later_than_a_version_is_as_the_other_side_has_it() -> None:
    merged = merge(
        base={"title": "A"}, mine={"title": "B"}, theirs={"title": "A", "language": "de"}
    )
    assert merged.values == {"title": "B", "language": "de"}
    assert merged.is_clean


def listed(value: Any) -> list[Any]:
    """Return the lines of a text, the things of a list, or a value alone."""
    if isinstance(value, list):
        return value
    return value.split("\n") if isinstance(value, str) else [value]


def parts(changed: Any, base: Any) -> set[Any]:
    """Return what was added to the base."""
    return set(listed(changed)) - set(listed(base)) if changed != base else set()
