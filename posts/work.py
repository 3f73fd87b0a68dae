"""What a list of one's own posts says of each beside its columns: who edited it, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts.models import User
from posts.models import Autosave, PendingChange, Post, Revision


@dataclass(frozen=True, slots=True)
class Work:
    """A post of a list; `editor` is who changed it last, where that is somebody else."""

    post: Post
    editor: User | None = None
    change: PendingChange | None = None
    copy: Autosave | None = None

    @property
    def changed_at(self) -> datetime:
        """Return when it or the draft over it was changed last."""
        changed: datetime = self.post.updated_at
        return max(changed, self.change.changed_at) if self.change else changed


def rows(posts: Sequence[Post], person: User) -> list[Work]:
    """Return the posts with what there is to say of them to the person; three queries."""
    keys = [post.pk for post in posts]
    changes = {one.post_id: one for one in _changes(keys)}
    copies = {one.post_id: one for one in _copies(keys, person)}
    editors = {one.post_id: one.by for one in _last(keys) if one.by_id != person.pk}
    return [
        Work(post, editors.get(post.pk), changes.get(post.pk), copies.get(post.pk))
        for post in posts
    ]


def _changes(keys: list[int]) -> list[PendingChange]:
    return list(PendingChange.objects.filter(post__in=keys).defer("snapshot"))


def _copies(keys: list[int], person: User) -> list[Autosave]:
    """Return the person's unsaved texts, of several of one post the newest last."""
    unsaved = Autosave.objects.of(person).unsaved().filter(post__in=keys)
    return list(unsaved.defer("fields").order_by("saved_at", "pk"))


def _last(keys: list[int]) -> list[Revision]:
    """Return the newest revision of each, of the post or the draft over it."""
    newest = Revision.objects.filter(post=OuterRef("post")).order_by("-number")
    last = Revision.objects.filter(post__in=keys, by__isnull=False)
    last = last.filter(number=Subquery(newest.values("number")[:1]))
    return list(last.select_related("by").defer("snapshot").order_by())
