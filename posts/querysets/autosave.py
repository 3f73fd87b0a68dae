"""Filters over unsaved texts, and how one is kept; no model is imported here."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from posts.opened import new_key
from posts.querysets.mention import names
from posts.snapshot import PICTURES

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models import Autosave, Image, Post

AT_MOST = 50
BYTES = 20_000_000
REMEMBERED = timedelta(days=8)
UNDONE_WITHIN = timedelta(days=1)
OUTLIVED = timedelta(days=90)


class Page(NamedTuple):
    """The page that sent a text: its name, the number of the sending, the version it took up.

    Each sending of one page has a higher number; a form without scripts has none.
    """

    tab: str = ""
    version: int | None = None
    after: int | None = None


FIRST = Page(version=1)


class TooMany(Exception):
    """The person has as many unsaved texts as one may have, or as large ones."""


class AutosaveQuerySet(models.QuerySet["Autosave"]):
    """Unsaved texts."""

    def of(self, person: "User") -> Self:
        """Keep the person's own, which nobody else sees."""
        return self.filter(person=person)

    def unsaved(self) -> Self:
        """Keep what may still be wanted, the newest first."""
        waiting = self.filter(finished_at__isnull=True, dropped_at__isnull=True)
        return waiting.order_by("-saved_at", "-pk")

    def naming(self, image: "Image") -> Self:
        """Keep those that may still be wanted and name the picture: in the text, as cover, ..."""
        named = names("fields__body", image)
        for name in PICTURES:
            named |= Q(**{f"fields__{name}__0": str(image.pk)})
        return self.unsaved().filter(named)

    def of_post(self, post: "Post | None") -> Self:
        """Keep the texts of that post; of new posts for None."""
        return self.filter(post=post)

    def keep(
        self,
        person: "User",
        post: "Post | None",
        fields: dict[str, list[str]],
        *,
        key: str,
        page: Page = FIRST,
    ) -> "Autosave":
        """Store what was typed and return its row, in one short transaction. Raises TooMany.

        It goes over an earlier state of the same editor alone: beside any other text it gets a
        row, and a key, of its own. Nothing is stored for an editor that has saved. Without a
        number it is the latest of its page.
        """
        given = (person, post, fields, key, page)
        try:
            return self._keep(*given)
        except IntegrityError:  # the same editor's first, at the same moment
            return self._keep(*given)

    def keep_sent(
        self,
        person: "User",
        post: "Post | None",
        fields: dict[str, list[str]],
        *,
        key: str,
        page: Page = FIRST,
    ) -> "Autosave":
        """Store what a form sent that was not saved, as `keep()` does. Raises TooMany.

        Where its editor has saved before, somebody went back and wrote on: that is a new text.
        """
        row = self.keep(person, post, fields, key=key, page=page)
        if row.finished_at:
            page = page._replace(version=1)
            row = self.keep(person, post, fields, key=new_key(person), page=page)
        return row

    @transaction.atomic
    def finished(
        self,
        person: "User",
        key: str,
        fields: dict[str, list[str]] | None = None,
        page: Page | None = None,
    ) -> None:
        """Record that this editor has saved: its unsaved text is there no more.

        Where the `page` that sent `fields` is known, other text of another one stays unsaved.
        """
        if not 0 < len(key) <= 40:
            return
        nothing = {"fields": {}, "size": 0, "finished_at": timezone.now(), "dropped_at": None}
        if page is not None:
            self._keep_others(person, key, fields, page)
            if page.tab and page.version is not None:
                own = self.of(person).unsaved().filter(tab=page.tab, version__lte=page.version)
                own.update(**nothing)
        self.update_or_create(person=person, key=key, defaults=nothing)

    def purge(self) -> int:
        """Delete what nobody can want any more, and return how many rows."""
        now = timezone.now()
        done = Q(finished_at__lt=now - REMEMBERED) | Q(dropped_at__lt=now - UNDONE_WITHIN)
        outlived = Q(saved_at__lt=now - OUTLIVED, post__updated_at__gt=F("saved_at"))
        return self.filter(done | outlived).delete()[0]

    def _keep_others(
        self, person: "User", key: str, fields: dict[str, list[str]] | None, page: Page
    ) -> None:
        """Give a text that is no earlier state of what that page has saved another key."""
        row = self.of(person).select_for_update().filter(key=key, finished_at=None).first()
        if row and row.fields and row.fields != fields and not row.is_followed_by(page):
            row.key = new_key(person)
            row.save(update_fields=["key"])

    @transaction.atomic
    def _keep(
        self,
        person: "User",
        post: "Post | None",
        fields: dict[str, list[str]],
        key: str,
        page: Page,
    ) -> "Autosave":
        row = self.of(person).select_for_update().filter(key=key).first()
        if row and (row.finished_at or (not row.dropped_at and row.has(fields, page))):
            return row
        version = page.version or 1
        if row is None:
            row = self.model(person=person, post=post, key=key)
        elif row.post_id != (post.pk if post else None) or not row.is_followed_by(page):
            row, version = self.model(person=person, post=post, key=new_key(person)), 1
        elif page.version is None:
            version = row.version + 1
        row.fields, row.tab, row.version = fields, page.tab, version
        row.size = len(json.dumps(fields, ensure_ascii=False).encode())
        row.started_from = (fields.get("started_from") or [""])[-1][:100]
        row.saved_at, row.dropped_at = timezone.now(), None
        self._refuse_beyond(row)
        row.save()
        return row

    def _refuse_beyond(self, row: "Autosave") -> None:
        others = self.of(row.person).unsaved().exclude(pk=row.pk).order_by()
        held: dict[str, Any] = others.aggregate(count=Count("pk"), size=Sum("size"))
        if held["count"] >= AT_MOST or (held["size"] or 0) + row.size > BYTES:
            raise TooMany
