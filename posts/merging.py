"""Two people's changes of one post brought together, field by field, texts line by line."""

from dataclasses import dataclass, field
from typing import Any

from blogsite.lib.merge import Merge, merge_list, merge_value
from blogsite.lib.merge import merge as merge_text
from posts import snapshot
from posts.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed, each to something else."""

    name: str
    mine: Any
    theirs: Any
    text: Merge | None = None  # of a field that is a text: part by part


@dataclass(slots=True)
class Merged:
    """What came of it: `values` holds both sides' changes, mine where they contradict."""

    values: Snapshot
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    from_theirs: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Tell whether nobody has to choose."""
        return not self.conflicts


def merge(*, base: Snapshot, mine: Snapshot, theirs: Snapshot) -> Merged:
    """Return both sides' changes of the base together.

    A field that a side does not have is as in the other. Without a base, `{}`, every field in
    which the sides differ is a conflict.
    """
    merged = Merged({})
    for name in snapshot.FIELDS:
        if name in mine and name in theirs:
            _merge_field(merged, name, base, mine[name], theirs[name])
        elif name in mine or name in theirs:
            merged.values[name] = mine[name] if name in mine else theirs[name]
    return merged


def contradiction(name: str, mine: Any, theirs: Any) -> Conflict:
    """Return two sides of a field that nothing brings together."""
    return Conflict(
        name, mine, theirs, merge_text("", mine, theirs) if name in snapshot.TEXTS else None
    )


def _merge_field(merged: Merged, name: str, base: Snapshot, mine: Any, theirs: Any) -> None:
    merged.values[name] = mine
    if mine == theirs:
        return
    if name not in base:
        merged.conflicts[name] = contradiction(name, mine, theirs)
    elif name in snapshot.LISTS:
        merged.values[name] = merge_list(base[name], mine, theirs)
    elif name in snapshot.TEXTS:
        text = merge_text(base[name], mine, theirs)
        merged.values[name] = text.text
        if not text.is_clean:
            merged.conflicts[name] = Conflict(name, mine, theirs, text)
    else:
        value = merge_value(base[name], mine, theirs)
        merged.values[name] = value.value
        if not value.is_clean:
            merged.conflicts[name] = Conflict(name, mine, theirs)
    if merged.values[name] != mine and name not in merged.conflicts:
        merged.from_theirs.append(name)
