"""Filters over templates and snippets; no model is imported here."""

from typing import TYPE_CHECKING, Self

from posts.querysets.binning import BinnedQuerySet
from posts.querysets.mention import names

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models import Image, Snippet


class SnippetQuerySet(BinnedQuerySet["Snippet"]):
    """Templates and snippets."""

    def of(self, person: "User") -> Self:
        """Keep the person's own, the only ones they see; the bin included."""
        return self.filter(owner=person)

    def templates(self) -> Self:
        """Keep what a new post may begin with."""
        return self.not_deleted().filter(kind="template")

    def snippets(self) -> Self:
        """Keep the pieces to put into a text."""
        return self.not_deleted().filter(kind="snippet")

    def naming(self, image: "Image") -> Self:
        """Keep those whose text names the picture; not those in the bin."""
        return self.not_deleted().filter(names("body", image))
