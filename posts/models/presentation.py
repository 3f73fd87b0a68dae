"""How a post is presented, to readers and to what reads on their behalf."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from blogsite.lib import languages
from posts.models.image import Image

WORDS_A_MINUTE = 220


class Presentation(models.Model):
    """The language of a post, and what stands in place of its own title, summary and cover."""

    language = models.CharField(
        _("language of the text"),
        max_length=12,
        blank=True,
        default="",
        choices=[("", _("As the whole site")), *languages.CHOICES],
    )
    has_math = models.BooleanField(
        _("write mathematics between dollar signs"),
        default=False,
        help_text=_("$a^2 + b^2$ inside a line, $$…$$ as a block of its own."),
    )
    canonical_url = models.URLField(
        _("first published at"),
        max_length=500,
        blank=True,
        default="",
        help_text=_("The address search engines should show, if the text is from another site."),
    )
    meta_title = models.CharField(
        _("title for search engines and links"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("The post's own title when left empty."),
    )
    meta_description = models.CharField(
        _("description for search engines and links"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("The summary, or the opening words, when left empty."),
    )
    share_image = models.ForeignKey(
        Image,
        verbose_name=_("picture for links"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sharing_posts",
    )

    words: int

    class Meta:
        abstract = True

    @property
    def direction(self) -> str:
        """Return the direction of the text as HTML's `dir` wants it: "auto" if not known."""
        return languages.direction(self.language)

    @property
    def reading_minutes(self) -> int:
        """Return how long reading takes, at least 1."""
        return max(1, round(self.words / WORDS_A_MINUTE))
