from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blogsite.lib.text import slugify
from posts.models.address import FormerAddress
from posts.models.binned import Binned
from posts.models.introduction import refuse_complex, render_description
from posts.models.listing import Kind
from posts.models.sharing import Shared
from posts.models.slug import AnySlugField
from posts.querysets.series import SeriesEntryQuerySet, SeriesQuerySet

if TYPE_CHECKING:
    from accounts.models import User

SLUG_LENGTH = 120


class Series(Binned, Shared):
    """Posts that belong together, in an order of their author's."""

    title = models.CharField(_("title"), max_length=120)
    slug = AnySlugField(_("slug"), max_length=120, allow_unicode=True)
    description = models.TextField(
        _("description"),
        max_length=2000,
        blank=True,
        help_text=_("An introduction, in Markdown, above the parts."),
    )
    description_html = models.TextField(editable=False, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="series",
    )
    posts = models.ManyToManyField("posts.Post", through="SeriesEntry", related_name="series")

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("several", "series")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="series_slug_is_unique",
                violation_error_message=_("Another series has that address."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the former address answering when the slug changes, and the HTML true."""
        render_description(self, kwargs)
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            FormerAddress.objects.remember("series", before, self.slug, series=self)

    def get_absolute_url(self) -> str:
        """Return the address of the series' page."""
        return reverse("posts:series", args=[self.slug])

    def clean(self) -> None:
        """Refuse an impossible description."""
        refuse_complex(self.description)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it; addresses that readers knew say so."""
        with transaction.atomic():
            own = type(self).objects.filter(pk=self.pk)
            FormerAddress.objects.bury_lists("series", Kind.SERIES, own)
            return super().delete(*args, **kwargs)

    @classmethod
    @transaction.atomic
    def begin(cls, owner: "User", title: str) -> "Series":
        """Return the owner's series of that title, made where there is none."""
        # The lock makes one person's beginnings queue; others may take the address first.
        get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)
        while True:
            known = cls.objects.not_deleted().filter(owner=owner, title=title).first()
            if known is not None:
                return known
            with suppress(IntegrityError), transaction.atomic():
                return cls.objects.create(owner=owner, title=title, slug=cls.free_slug(title))

    @classmethod
    def free_slug(cls, title: str) -> str:
        """Return an address made from the title that no series has, or had."""
        base = slugify(title, fallback="series")
        slug, number = base, 1
        former = FormerAddress.objects
        while cls.objects.filter(slug=slug).exists() or former.leads_elsewhere("series", slug):
            number += 1
            slug = f"{base[: SLUG_LENGTH - 8]}-{number}"
        return slug

    @transaction.atomic
    def append(self, post: Any) -> None:
        """Put the post at the end, if it is not in the series yet."""
        self.hold()
        last = self.entries.aggregate(last=models.Max("position"))["last"]
        self.entries.get_or_create(post=post, defaults={"position": (last or 0) + 1})

    @transaction.atomic
    def move(self, entry: "SeriesEntry", *, up: bool) -> None:
        """Let the post change places with the one before it, or after it; number all anew."""
        self.hold()
        entries = list(self.entries.order_by("position", "post_id"))
        here = next((n for n, one in enumerate(entries) if one.pk == entry.pk), None)
        there = None if here is None else here + (-1 if up else 1)
        if here is not None and there is not None and 0 <= there < len(entries):
            entries[here], entries[there] = entries[there], entries[here]
        for number, one in enumerate(entries, start=1):
            if one.position != number:
                one.position = number
                one.save(update_fields=["position"])


class SeriesEntry(models.Model):
    """The place of one post in one series."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="entries")
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="series_entries")
    position = models.PositiveIntegerField(default=1)

    # Annotated by `SeriesEntry.objects.around()`
    number: int
    total: int
    previous_id: int | None
    next_id: int | None

    objects = SeriesEntryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "post"], name="post_once_in_each_series")
        ]

    def __str__(self) -> str:
        return f"{self.series}, {self.position}"
