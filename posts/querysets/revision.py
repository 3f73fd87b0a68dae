"""Filters over revisions, and how they are recorded; no model is imported here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from posts import snapshot

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models import Post, Revision

# Saves of one person that follow each other so soon are one step of the history.
FOLDED_WITHIN = timedelta(minutes=10)
PASSING = frozenset({"saved", "merged"})


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Revisions."""

    def live(self) -> Self:
        """Keep those of the posts themselves, without those of drafts over them."""
        return self.filter(is_draft=False)

    def whole(self) -> Self:
        """Keep all but the steps that were folded into a later one."""
        return self.filter(folded=False)

    def with_previous(self, *, wants_all: bool = False) -> Self:
        """Add `previous_key`: of the version that each was made from, None for the first.

        Steps that were folded into a later one are passed over unless wanted.
        """
        # What is not of a draft was never made from one.
        own = models.Q(is_draft=False) | models.Q(is_draft=models.OuterRef("is_draft"))
        rows = self.model.objects.filter(own, post=models.OuterRef("post"))
        earlier = rows.filter(number__lt=models.OuterRef("number")).order_by("-number")
        earlier = earlier if wants_all else earlier.whole()
        return self.annotate(previous_key=models.Subquery(earlier.values("pk")[:1]))

    def before(self, version: "Revision") -> "Revision | None":
        """Return the version that this one was made from, if there is one."""
        row = self.with_previous(wants_all=version.folded).get(pk=version.pk)
        return self.filter(pk=row.previous_key).first() if row.previous_key else None

    def head(self, post: "Post", *, is_draft: bool = False) -> "Revision | None":
        """Return the newest of the post, or of the draft over it."""
        return self.filter(post=post, is_draft=is_draft).order_by("-number").first()

    @transaction.atomic
    def begin(self, post: "Post", *, was_public: bool = False) -> "Revision":
        """Return the revision of the post as it is stored, made where the newest says otherwise.

        Call it with the post's row locked, before a change: what was there stays restorable.
        `was_public` where readers saw it until this moment and see it no more.
        """
        was_public = was_public or post.is_published
        head = self.head(post)
        taken = snapshot.take(post)
        if head is None or head.digest != snapshot.digest(taken):
            head = self._add(post, taken, by=None, cause="found", is_public=was_public)
        elif was_public and not head.is_public:
            head.is_public = True
            head.save(update_fields=["is_public"])
        return head

    @transaction.atomic
    def record(self, post: "Post", *, by: "User | None", cause: str = "saved") -> "Revision":
        """Keep the stored post after a change; where nothing changed, return the newest."""
        taken = snapshot.take(post)
        head = self.head(post)
        if head is not None and head.digest == snapshot.digest(taken):
            return head
        return self._add(post, taken, by=by, cause=cause, is_public=post.is_published, head=head)

    @contextmanager
    def recording(self, post: "Post", *, by: "User | None", cause: str) -> Iterator[None]:
        """Keep what the stored post was before the block, and what it is after it."""
        with transaction.atomic():
            # As it is stored: what was given may hold changes already, or only a part.
            rows = apps.get_model("posts", "Post").objects.filter(pk=post.pk)
            self.begin(rows.select_for_update().get())
            yield
            self.record(rows.get(), by=by, cause=cause)

    @transaction.atomic
    def record_draft(
        self, post: "Post", taken: snapshot.Snapshot, *, by: "User | None", cause: str = "saved"
    ) -> "Revision":
        """Keep the draft over a published post after a change; the same where nothing changed."""
        head = self.head(post, is_draft=True)
        if head is not None and head.digest == snapshot.digest(taken):
            return head
        # The last one of a draft that is gone is no step on the way to this one.
        goes_on = apps.get_model("posts", "PendingChange").objects.filter(post=post).exists()
        step = head if goes_on else None
        return self._add(post, taken, by=by, cause=cause, is_draft=True, head=step)

    def _add(
        self,
        post: "Post",
        taken: snapshot.Snapshot,
        *,
        by: "User | None",
        cause: str,
        is_draft: bool = False,
        is_public: bool = False,
        head: "Revision | None" = None,
    ) -> "Revision":
        now = timezone.now()
        last = self.filter(post=post).aggregate(last=models.Max("number"))["last"]
        made = self.model(
            post=post,
            number=(last or 0) + 1,
            by=by,
            cause=cause,
            snapshot=taken,
            digest=snapshot.digest(taken),
            is_draft=is_draft,
            is_public=is_public,
            created_at=now,
            began_at=now,
        )
        if head is not None and _folds(head, made):
            made.began_at = head.began_at
            self.filter(pk=head.pk).update(folded=True)
        made.save(force_insert=True)
        apps.get_model("posts", "PictureMention").objects.note(post, taken)
        return made


def _folds(head: "Revision", made: "Revision") -> bool:
    """Tell whether the newest is only a step on the way to what is made now."""
    passing = head.cause in PASSING and made.cause in PASSING and not head.name
    same = head.by_id is not None and head.by_id == made.by_id
    soon = timedelta(0) <= made.created_at - head.began_at < FOLDED_WITHIN
    return passing and same and soon and not head.is_public
