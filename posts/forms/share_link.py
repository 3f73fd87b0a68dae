"""How a share link is made."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts.forms.fields import LineField
from posts.models import Post, Revision, ShareLink
from posts.models.share_link import LABEL_LENGTH

LASTING = {
    "day": (_("One day"), timedelta(days=1)),
    "week": (_("One week"), timedelta(days=7)),
    "month": (_("One month"), timedelta(days=30)),
}
MOST_OPEN = 20  # links of one post
VERSIONS = 20  # that are offered, the newest


class VersionField(forms.ModelChoiceField[Revision]):
    """A version of the post, or its draft as it changes."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the version's name and time."""
        number = _("Version %(number)s") % {"number": obj.number}
        made = f"{timezone.localtime(obj.created_at):%Y-%m-%d %H:%M}"
        return " · ".join(filter(None, (obj.name, number, made)))


class ShareLinkForm(forms.Form):
    """Which text the link shows, how long, to whom, and whether they may leave notes."""

    label = LineField(
        label=_("For whom"),
        max_length=LABEL_LENGTH,
        required=False,
        help_text=_("Only the authors and editors read this."),
    )
    lasts = forms.ChoiceField(
        label=_("It works for"), choices=[(k, v[0]) for k, v in LASTING.items()], initial="week"
    )
    revision = VersionField(
        label=_("It shows"),
        queryset=Revision.objects.none(),
        required=False,
        empty_label=_("The draft, as it changes"),
        error_messages={"invalid_choice": _("That version is not one of this post.")},
    )
    allows_notes = forms.BooleanField(
        label=_("Readers may leave notes on paragraphs, without an account"), required=False
    )

    def __init__(self, post: Post, data: Any = None, *, asked: str = "") -> None:
        """Offer the newest versions, and the one that was asked for."""
        super().__init__(data, initial={"revision": asked})
        self.post = post
        wanted = (data or {}).get("revision", "") or asked
        rows = Revision.objects.filter(post=post)
        newest = list(rows.filter(folded=False).values_list("pk", flat=True)[:VERSIONS])
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19:
            newest.append(int(wanted))
        field = self.fields["revision"]
        assert isinstance(field, VersionField)  # noqa: S101 - for the type checker
        field.queryset = rows.filter(pk__in=newest).defer("snapshot")

    def clean(self) -> dict[str, Any]:
        """Refuse more links than anybody could keep an eye on."""
        cleaned = super().clean() or self.cleaned_data
        if ShareLink.objects.open().filter(post=self.post).count() >= MOST_OPEN:
            self.add_error(None, _("This post has many links already. Please revoke some first."))
        return cleaned

    def save(self, by: User) -> tuple[ShareLink, str]:
        """Return the new link and its token."""
        given = {name: self.cleaned_data[name] for name in ("label", "revision", "allows_notes")}
        lasts = LASTING[self.cleaned_data["lasts"]][1]
        return ShareLink.objects.make(self.post, by, lasts=lasts, **given)
