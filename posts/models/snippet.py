from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.models.binned import Binned
from posts.models.post import Post
from posts.querysets.snippet import SnippetQuerySet

if TYPE_CHECKING:
    from accounts.models import User

NAME_LENGTH = 80
KEPT = timedelta(days=30)  # in the bin
CARRIED = ("title", "summary", "body", "language", "has_math")


class SnippetKind(models.TextChoices):
    """What it is for."""

    TEMPLATE = "template", _("Template: what a new post begins with")
    SNIPPET = "snippet", _("Snippet: a piece to put into a text")


class Snippet(Binned):
    """Something a person writes again and again: the beginning of a post, or a piece of text."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="snippets",
    )
    kind = models.CharField(
        _("what it is"), max_length=10, choices=SnippetKind.choices, default=SnippetKind.TEMPLATE
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    title = models.CharField(_("title"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), max_length=500, blank=True)
    body = models.TextField(_("text"), blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    language = models.CharField(_("language of the text"), max_length=12, blank=True)
    has_math = models.BooleanField(_("write mathematics between dollar signs"), default=False)
    changed_at = models.DateTimeField(_("last change"), default=timezone.now)

    objects = SnippetQuerySet.as_manager()

    class Meta:
        verbose_name = _("template or snippet")
        verbose_name_plural = _("templates and snippets")
        default_permissions = ()
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def bin(self) -> None:
        """Put it in the bin; what has been there for long goes for good."""
        super().bin()
        long_ago = timezone.now() - KEPT
        type(self).objects.of(self.owner).binned().filter(deleted_at__lt=long_ago).delete()

    @classmethod
    def from_post(cls, post: Post, owner: "User", tags: list[str]) -> "Snippet":
        """Return a template made of the post as it is here; the same where it was made already."""
        values: dict[str, Any] = {name: getattr(post, name) for name in CARRIED}
        values["tags"] = tags
        templates = cls.objects.of(owner).templates()
        name = post.title[:NAME_LENGTH]
        same = templates.filter(**values, name=name).first()
        return same or cls.objects.create(owner=owner, name=name, **values)

    def begin_post(self) -> Post:
        """Return a new post of the owner's with all the template has but tags; not stored."""
        return Post(author=self.owner, **{name: getattr(self, name) for name in CARRIED})
