"""Where former addresses lead now; no model is imported here."""

from typing import TYPE_CHECKING, Any

from django.db import models

from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import FormerAddress

FEEDS = {"", "/rss", "/json"}


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    """Paths that once answered."""

    def target(self, path: str, visitor: Visitor) -> str | None:
        """Return where the path leads now, None if nowhere this visitor may go.

        A feed under a former address leads to the feed under the present one.
        """
        if "\0" in path:
            return None
        whole = path.strip("/")
        room, _slash, rest = whole.partition("/feed")
        rows = self.filter(path__in={whole, room}).select_related("post", "tag", "series")
        found = {row.path: row for row in rows}
        if whole in found:
            return self._present(found[whole], visitor)
        if room in found and rest in FEEDS:
            present = self._present(found[room], visitor)
            return f"{present}feed{rest}/" if present else None
        return None

    def _present(self, row: "FormerAddress", visitor: Visitor) -> str | None:
        thing = row.post or row.tag or row.series
        if thing is None:
            return None
        visible = type(thing).objects.visible_to(visitor).filter(pk=thing.pk).exists()
        return thing.get_absolute_url() if visible else None

    def remember(self, room: str, before: str | None, now: str, **thing: Any) -> None:
        """Let `/room/before/` lead to the thing now at `/room/now/`; free a name taken back."""
        self.filter(path=f"{room}/{now}").delete()
        if before and before != now:
            self.update_or_create(
                path=f"{room}/{before}",
                defaults={"post": None, "tag": None, "series": None} | thing,
            )
