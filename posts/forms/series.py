"""A series as its author makes it: title, description, address, and the order of its parts."""

from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite.lib.text import slugify
from posts.forms.fields import LineField, LongTextField
from posts.forms.overtaken import OvertakenForm
from posts.models import FormerAddress, Post, Series
from posts.models.series import SLUG_LENGTH

OFFERED = 200  # newest posts to add

TAKEN = _("Another series has that address.")


class SeriesForm(OvertakenForm[Series]):
    """What an author types about a series."""

    title = LineField(label=_("Title"), max_length=120)
    description = LongTextField(
        label=_("Description"),
        max_length=2000,
        required=False,
        help_text=_("An introduction above the parts, in Markdown."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    slug = LineField(
        label=_("Address"),
        max_length=SLUG_LENGTH,
        required=False,
        help_text=_("The end of the web address; made from the title when left empty."),
    )

    class Meta:
        model = Series
        fields = ("title", "description", "slug")

    def clean_slug(self) -> str:
        """Return the typed address, or a free one made from the title."""
        typed: str = self.cleaned_data["slug"]
        if not typed:
            return self.instance.slug or Series.free_slug(self.cleaned_data.get("title", ""))
        slug = slugify(typed, max_length=SLUG_LENGTH)
        if not slug:
            raise forms.ValidationError(_("Use letters, digits and hyphens."))
        others = Series.objects.filter(slug=slug).exclude(pk=self.instance.pk)
        former = FormerAddress.objects
        if others.exists() or former.leads_elsewhere("series", slug, series=self.instance.pk):
            raise forms.ValidationError(TAKEN)
        return slug

    def store(self) -> bool:
        """Store the series; False, with a sentence, if somebody else took the address just now."""
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            self.add_error("slug", TAKEN)
            return False
        return True


class AdditionForm(forms.Form):
    """One more post for the series."""

    post = forms.ModelChoiceField(
        label=_("Post to add"), queryset=Post.objects.none(), empty_label=_("Choose a post")
    )

    def __init__(self, *args: Any, series: Series, person: User, **kwargs: Any) -> None:
        """Offer the person's own posts; to an editor of somebody's series, the owner's."""
        super().__init__(*args, **kwargs)
        whose = person if series.is_written_by(person) else series.owner
        own = Post.objects.by(whose).not_deleted().exclude(series=series)
        field: Any = self.fields["post"]
        newest = list(own.order_by("-pk").values_list("pk", flat=True)[:OFFERED])
        field.queryset = Post.objects.filter(pk__in=newest).only("title").order_by("-pk")


class MoveForm(forms.Form):
    """One step up or down."""

    way = forms.ChoiceField(choices=[("up", _("Up")), ("down", _("Down"))])
