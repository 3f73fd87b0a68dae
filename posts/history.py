"""What became of a post between two versions, as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from blogsite.lib import markdown
from blogsite.lib.worddiff import Difference, compare
from posts import snapshot
from posts.models import Image, Post, Revision, Series
from posts.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Value:
    """A field's value to show: words, a picture, or a moment."""

    words: str = ""
    picture: Image | None = None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A field that is not the text, before and after."""

    name: str
    label: str
    old: Value
    new: Value


@dataclass
class Comparison:
    """Two versions of a post beside each other; `facts` are the other fields that differ."""

    old: Snapshot
    new: Snapshot
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def of(cls, old: Snapshot, new: Snapshot) -> "Comparison":
        """Return the comparison of all fields; two queries at most."""
        values = _Values(old, new)
        facts = [
            Fact(name, label_of(name), values.shown(name, old), values.shown(name, new))
            for name in snapshot.changed(old, new)
            if name != "body"
        ]
        return cls(old, new, facts)

    @property
    def is_none(self) -> bool:
        """Tell whether nothing differs."""
        return not self.facts and not self.is_text_changed

    @property
    def is_text_changed(self) -> bool:
        """Tell whether the Markdown differs."""
        return bool(self.old.get("body") != self.new.get("body"))

    @cached_property
    def prose(self) -> Difference | None:
        """Return what differs as readers see it; None where a version cannot be rendered."""
        try:
            return compare(reading(self.old).text, reading(self.new).text)
        except markdown.TooComplex:
            return None

    @cached_property
    def source(self) -> Difference:
        """Return what differs in the Markdown."""
        return compare(self.old.get("body", ""), self.new.get("body", ""))


def label_of(name: str) -> str:
    """Return what a field is called in a sentence."""
    return str(snapshot.LABELS[name])


def changes(old: Revision | None, new: Revision) -> list[str]:
    """Return what the fields that differ are called; nothing where there is no earlier version."""
    if old is None:
        return []
    if new.is_draft:  # where the post itself stands is no matter of a draft over it
        return [label_of(name) for name in snapshot.changed(old.fields, new.fields)]
    return [label_of(name) for name in snapshot.changed(old.snapshot, new.snapshot)]


def reading(taken: Snapshot) -> markdown.Rendered:
    """Return a version's text as readers would see it. Raises markdown.TooComplex."""
    return markdown.render(
        taken.get("body", ""), markdown.Kind.POST, has_math=taken.get("has_math", False)
    )


class _Values:
    """Shows the values of two snapshots, with the rows that they point at."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self.snapshots = snapshots

    @cached_property
    def pictures(self) -> dict[int, Image]:
        return Image.objects.in_bulk(self._keys(snapshot.PICTURES))

    @cached_property
    def series(self) -> dict[int, Series]:
        return Series.objects.in_bulk(self._keys(("series",)))

    def shown(self, name: str, taken: Snapshot) -> Value:
        value = taken.get(name)
        if name in snapshot.PICTURES:
            return self._picture(value)
        if name in snapshot.TIMES:
            moment = datetime.fromisoformat(value) if value else None
            return Value(moment=moment) if moment else Value(_("none"))
        return Value(self._words(name, value) or _("none"))

    def _picture(self, key: int | None) -> Value:
        if key is None:
            return Value(_("none"))
        picture = self.pictures.get(key)
        words = str(picture) if picture else _("a picture that was deleted")
        return Value(words, picture=picture)

    def _words(self, name: str, value: Any) -> str:
        """Return what is no picture and no moment as words."""
        if name == "series":
            gone = _("a series that was deleted")
            return ", ".join(str(self.series.get(key, gone)) for key in value or [])
        if isinstance(value, list):
            return ", ".join(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        choices = dict(getattr(Post, name).field.flatchoices) if value is not None else {}
        return str(choices.get(value, value or ""))

    def _keys(self, names: Iterable[str]) -> set[int]:
        found: set[int] = set()
        for taken in self.snapshots:
            for name in names:
                value = taken.get(name)
                found |= {*value} if isinstance(value, list) else {value} if value else set()
        return found
