"""What is done to several posts at once, each by its own verbs, and undone.

An act says why a post is left out, does its work on one post, and returns what undoing needs: plain
values that JSON can hold. Undoing looks whether the post is still as the act left it; where
somebody went on from there, it leaves the post alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from blogsite.lib.text import slugify
from posts.forms.fields import MAX_TAGS
from posts.models import PendingChange, Post, Revision, Tag
from posts.models.tag import slugs_of

BATCH = 10  # posts a transaction, so that other writers need not wait long
Before = dict[str, Any]


class Act(Protocol):
    """One kind of change of many posts."""

    name: ClassVar[str]

    def refusal(self, post: Post, person: User) -> str:
        """Return why it is not done to the post, a sentence; "" where it is."""

    def do(self, post: Post, person: User) -> Before:
        """Change the post; return what undoing needs."""

    @staticmethod
    def undo(post: Post, person: User, before: Before) -> bool:
        """Change it back; False where it is not as the act left it."""


@dataclass(frozen=True, slots=True)
class Tagging:
    """Adds tags, or takes them away."""

    names: tuple[str, ...]
    adds: bool
    slugs: frozenset[str]  # of the tags that the names stand for, those still to be made too
    name: ClassVar[str] = "tags"

    @classmethod
    def of(cls, names: Iterable[str], *, adds: bool) -> "Tagging":
        """Return the act for tags of these names."""
        given = slugs_of(names)
        known = Tag.known(given)
        slugs = (known[slug].slug if slug in known else slug for slug in given)
        return cls(tuple(given.values()), adds, frozenset(slugs))

    def refusal(self, post: Post, person: User) -> str:
        """Leave out what has all of them already, or none, and what would have too many."""
        has = {tag.slug for tag in post.tags.all()}
        if self.adds and self.slugs and self.slugs <= has:
            return _("It has these tags already.")
        if self.adds and len(has | self.slugs) > MAX_TAGS:
            return _("It would have more than %(limit)d tags.") % {"limit": MAX_TAGS}
        if not self.adds and not self.slugs & has:
            return _("It has none of these tags.")
        return ""

    def do(self, post: Post, person: User) -> Before:
        """Change the tags, those of the draft over a published post too."""
        tags = Tag.named(self.names) if self.adds else Tag.objects.filter(slug__in=self.slugs)
        has = set(post.tags.values_list("pk", flat=True))
        keys = [tag.pk for tag in tags if (tag.pk in has) is not self.adds]
        drafted = _retag_draft(post, [tag.name for tag in tags], person, adds=self.adds)
        _retag(post, keys, adds=self.adds)
        left = {"draft_at": _drafted_at(post)} if drafted else {}
        return {"keys": keys, "drafted": drafted, "adds": self.adds} | left

    @staticmethod
    def undo(post: Post, person: User, before: Before) -> bool:
        """Take away what was added, or add again what was taken away and is still a tag."""
        if not post.editable_by(person):
            return False
        keys = list(Tag.objects.filter(pk__in=before["keys"]).values_list("pk", flat=True))
        _retag(post, keys, adds=not before["adds"])
        if before["drafted"] and before.get("draft_at") != _drafted_at(post):
            return bool(keys)  # who saved the draft since then decided about its tags too
        _retag_draft(post, before["drafted"], person, adds=not before["adds"])
        return True


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Takes posts from readers; what was scheduled becomes a draft."""

    because: str = ""
    name: ClassVar[str] = "withdraw"

    def refusal(self, post: Post, person: User) -> str:
        """Leave out what no reader sees, or will see."""
        if post.status == "withdrawn":
            return _("It is withdrawn already.")
        if post.status not in {"published", "scheduled"}:
            return _("No reader sees it yet.")
        return "" if post.publishable_by(person) else _("Only an editor can withdraw it.")

    def do(self, post: Post, person: User) -> Before:
        """Withdraw it, to others with the reason."""
        names = ("published_at", "ends_at", "updated_at")
        was = {name: _text(getattr(post, name)) for name in names}
        post.withdraw(by=person, because="" if post.is_written_by(person) else self.because)
        return was | {"left_at": _text(post.updated_at)}

    @staticmethod
    def undo(post: Post, person: User, before: Before) -> bool:
        """Publish it again, or plan it again, as it was."""
        is_as_left = _text(post.updated_at) == before["left_at"]
        was = {name: datetime.fromisoformat(at) for name, at in before.items() if at}
        is_over = "ends_at" in was and was["ends_at"] <= timezone.now()
        if not is_as_left or is_over or not post.publishable_by(person):
            return False
        post.publish(at=was["published_at"])
        post.end(was.get("ends_at"))
        post.updated_at = was["updated_at"]
        post.save(update_fields=["updated_at"])
        return True


@dataclass(frozen=True, slots=True)
class Binning:
    """Puts posts in the bin."""

    name: ClassVar[str] = "bin"

    def refusal(self, post: Post, person: User) -> str:
        """Leave out nothing: who may change a post may put it there."""
        return ""

    def do(self, post: Post, person: User) -> Before:
        """Put it there."""
        post.bin()
        return {"deleted_at": _text(post.deleted_at)}

    @staticmethod
    def undo(post: Post, person: User, before: Before) -> bool:
        """Take it out, unless it was put there once more."""
        if _text(post.deleted_at) != before["deleted_at"] or not post.editable_by(person):
            return False
        post.unbin()
        return True


KINDS: dict[str, type[Act]] = {kind.name: kind for kind in (Tagging, Withdrawal, Binning)}


def do(act: Act, keys: Iterable[int], person: User) -> dict[str, Before]:
    """Do it to each post that it can be done to by the person; return what undoing needs."""
    done: dict[str, Before] = {}
    for batch in _batches(keys):
        with transaction.atomic():
            for post in _held(batch, person):
                if post.deleted_at is None and not refusal(act, post, person):
                    Revision.objects.begin(post)
                    done[str(post.pk)] = act.do(post, person)
                    Revision.objects.record(post, by=person, cause="bulk")
    return done


def undo(kind: str, done: dict[str, Before], person: User) -> int:
    """Change back each post that is still as it was left; return how many."""
    number = 0
    for batch in _batches(map(int, done)):
        with transaction.atomic():
            for post in _held(batch, person):
                if KINDS[kind].undo(post, person, done[str(post.pk)]):
                    Revision.objects.record(post, by=person, cause="bulk")
                    number += 1
    return number


def refusal(act: Act, post: Post, person: User) -> str:
    """Return why the act is not done to a post of the person's, a sentence; "" where it is."""
    if not post.editable_by(person):
        return _("Readers have seen it, and only an editor can change it now.")
    return act.refusal(post, person)


def _batches(keys: Iterable[int]) -> list[list[int]]:
    ordered = sorted(set(keys))
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]


def _held(keys: list[int], person: User) -> list[Post]:
    """Return the posts the person may change, and have others wait until the transaction ends."""
    posts = Post.objects.editable_by(person).filter(pk__in=keys).order_by("pk")
    return list(posts.select_for_update(of=("self",)))


def _retag(post: Post, keys: list[int], *, adds: bool) -> None:
    if adds:
        post.tags.add(*keys)
    else:
        post.tags.remove(*keys)


def _retag_draft(post: Post, names: list[str], person: User, *, adds: bool) -> list[str]:
    """Change the tags of the draft over a published post; return which it had not, or had."""
    draft = PendingChange.objects.filter(post=post).first()
    if draft is None:
        return []
    has: list[str] = draft.snapshot["tags"]
    changed = [name for name in names if (name in has) is not adds]
    if changed:
        kept = [*has, *changed] if adds else [name for name in has if name not in changed]
        draft.snapshot["tags"] = sorted(kept, key=slugify)
        draft.save(update_fields=["snapshot"])
        Revision.objects.record_draft(post, draft.snapshot, by=person, cause="bulk")
    return changed


def _drafted_at(post: Post) -> str:
    """Return when the draft over a published post was saved last."""
    rows = PendingChange.objects.filter(post=post)
    return _text(rows.values_list("changed_at", flat=True).first())


def _text(time: datetime | None) -> str:
    return time.isoformat() if time else ""
