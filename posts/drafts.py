"""The text an editor works on: the post itself, or the draft over a published one.

Whoever calls these holds the post's row locked, in a transaction. Rights are the caller's to ask.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from posts import merging, snapshot
from posts.models import Cause, Image, PendingChange, Post, Revision, Series, Tag
from posts.snapshot import Snapshot

if TYPE_CHECKING:
    from accounts.models import User

# What a post's columns are called where a snapshot says it otherwise.
COLUMNS = (*snapshot.TEXTS, *snapshot.PLAIN, *snapshot.PICTURES)


def pending_of(post: Post) -> PendingChange | None:
    """Return the draft over the post, if there is one."""
    return PendingChange.objects.filter(post=post).first() if post.pk else None


def working_copy(post: Post) -> Snapshot:
    """Return what the editor shows: the draft over the post if there is one, else the post."""
    pending = pending_of(post)
    return snapshot.edited(pending.snapshot if pending else snapshot.take(post))


def version_of(post: Post) -> str:
    """Return the key of the revision that the working copy is, a digest where there is none yet."""
    is_draft = pending_of(post) is not None
    head = Revision.objects.head(post, is_draft=is_draft)
    fingerprint = post.fingerprint()
    if head and (is_draft or snapshot.digest(head.fields) == fingerprint):
        return str(head.pk)
    return fingerprint


def fill(post: Post, values: Snapshot) -> Post:
    """Give the post the values of a snapshot, unsaved; pictures that are gone are left out."""
    for name in (*snapshot.TEXTS, *snapshot.PLAIN):
        if name in values:
            setattr(post, name, values[name])
    for name in snapshot.PICTURES:
        if name in values:
            known = Image.objects.filter(pk=values[name]).exists()
            setattr(post, f"{name}_id", values[name] if known else None)
    return post


def write(
    post: Post,
    values: Snapshot,
    *,
    by: "User | None",
    cause: str = Cause.SAVED,
    live: Revision | None = None,
) -> Revision:
    """Store the values as the post itself, for readers too if it is published.

    The draft over it is gone then. `live` is what `Revision.objects.begin(post)` returned, where
    the caller began already. Raises blogsite.lib.markdown.TooComplex, and IntegrityError
    where the address is taken.
    """
    if live is None:
        Revision.objects.begin(post)
    fill(post, values)
    post.updated_at = timezone.now()
    post.save(update_fields=[*COLUMNS, "updated_at"])
    if "tags" in values:
        post.tags.set(Tag.named(values["tags"]))
    if "series" in values:
        put_in_series(post, values["series"])
    PendingChange.objects.filter(post=post).delete()
    return Revision.objects.record(post, by=by, cause=cause)


def write_draft(
    post: Post,
    values: Snapshot,
    *,
    by: "User | None",
    cause: str = Cause.SAVED,
    live: Revision | None = None,
) -> Revision:
    """Store the values as the draft over a published post; readers see nothing of it.

    `live` as for `write`. A change that was to appear by itself waits then: whoever chose the time
    saw another text.
    """
    live = live or Revision.objects.begin(post)
    taken = snapshot.take(post) | values
    before = pending_of(post)
    made = Revision.objects.record_draft(post, taken, by=by, cause=cause)
    changes = {"snapshot": taken, "by": by, "changed_at": timezone.now(), "failed_at": None}
    if before and snapshot.changed(snapshot.edited(before.snapshot), snapshot.edited(taken)):
        changes["publish_at"] = None
    PendingChange.objects.update_or_create(
        post=post, defaults=changes, create_defaults=changes | {"base": live}
    )
    return made


def publish_change(
    post: Post,
    *,
    by: "User | None",
    values: Snapshot | None = None,
    live: Revision | None = None,
) -> merging.Merged | None:
    """Show readers the draft over the post; None where there is none.

    `live` as for `write`. What was changed on the post meanwhile, past the editor, is merged in.
    On a conflict nothing happens; the answer's `conflicts` name the fields.
    """
    pending = PendingChange.objects.select_for_update().filter(post=post).first()
    if pending is None:
        return None
    live = live or Revision.objects.begin(post)
    base = pending.base.fields if pending.base else live.fields
    mine = values or snapshot.edited(pending.snapshot)
    merged = merging.merge(base=base, mine=mine, theirs=live.fields)
    if merged.is_clean:
        write(post, merged.values, by=by, cause=Cause.PUBLICATION, live=live)
    return merged


def schedule_change(post: Post, at: datetime | None) -> None:
    """Have the draft over the post published by itself at that time; None: not by itself."""
    PendingChange.objects.filter(post=post).update(publish_at=at, failed_at=None)


def stop_change(post: Post) -> None:
    """Note that the draft over the post could not be published by itself, for its author."""
    now = timezone.now()
    PendingChange.objects.filter(post=post).update(publish_at=None, failed_at=now)


def discard_change(post: Post, *, by: "User") -> None:
    """Drop the draft over the post; its revisions stay in the history, to be restored."""
    if PendingChange.objects.filter(post=post).delete()[0]:
        Revision.objects.begin(post)


def put_in_series(post: Post, keys: Iterable[int]) -> None:
    """Have the post be in these series and no other; a new one gets it at its end.

    A version of long ago may name one that is shared with none of the authors any more.
    """
    wanted = set(keys)
    post.series_entries.exclude(series__in=wanted).delete()
    there = set(post.series_entries.values_list("series", flat=True))
    added = Series.objects.open_to_authors_of(post).filter(pk__in=wanted - there)
    for series in added.order_by("pk"):
        series.append(post)
