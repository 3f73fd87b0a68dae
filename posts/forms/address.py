"""Redirects by hand: from an address that nothing has to a page of the site, or elsewhere."""

import unicodedata
from typing import Any
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.encoding import repercent_broken_unicode
from django.utils.translation import gettext_lazy as _

from accounts.models import FormerUsername, User
from blogsite.lib.text import clean_line
from posts.models import FormerAddress, Post, Series, Tag
from posts.redirects import NOTHING

LONGEST = 300
# Pages that are there only while a row is: asked of the rows.
ROOMS: dict[str, tuple[str, type[Post] | type[Tag] | type[Series]]] = {
    "posts": ("post", Post),
    "tags": ("tag", Tag),
    "series": ("series", Series),
}
CLOSED = ("/accounts/", "/admin/", "/write/", "/setup/", "/health/")


class PathField(forms.CharField):
    """A path of this site that does not answer, without the slashes at its ends."""

    def clean(self, value: Any) -> str:
        """Return the path, decoded; refuse one that nobody can ask for, or where a page is."""
        path = typed_path(super().clean(value))
        if not path or len(path) > LONGEST:
            raise ValidationError(_("Type the part of the address after the name of the site."))
        sentence = why_taken(path)
        if sentence:
            raise ValidationError(sentence)
        return path


class DestinationField(forms.CharField):
    """A page: its address on this site, or for whoever may, a whole address elsewhere.

    The value is what a FormerAddress stores.
    """

    def __init__(self, *, may_leave: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=500, **kwargs)
        self.may_leave = may_leave

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the columns that say where it leads."""
        typed = clean_line(super().clean(value))
        parts = _split(typed)
        if parts is None:
            raise ValidationError(_("There is no page at %(address)s"), params={"address": typed})
        if parts.netloc == urlsplit(settings.SITE_URL).netloc:
            typed, parts = parts.path or "/", parts._replace(scheme="", netloc="")
        if parts.scheme or parts.netloc:
            return self._elsewhere(typed)
        return NOTHING | destination(typed)

    def _elsewhere(self, typed: str) -> dict[str, Any]:
        parts = urlsplit(typed)
        if not self.may_leave:
            raise ValidationError(_("Only owners send readers to other sites."))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValidationError(_("Begin an address elsewhere with https://"))
        return NOTHING | {"target": typed}


class RedirectForm(forms.Form):
    """Where a missing address is to lead."""

    to = DestinationField(
        label=_("Leads to"), help_text=_("The address of a page, such as /posts/a-post/")
    )

    def __init__(self, *args: Any, path: str, may_leave: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.path = path
        field: Any = self.fields["to"]
        field.may_leave = may_leave

    def clean(self) -> None:
        """Refuse an address that answers meanwhile, or that would lead to itself."""
        sentence = why_taken(self.path)
        if sentence:
            raise ValidationError(sentence)
        refuse_loop(self.path, self.cleaned_data.get("to", {}))

    def save(self) -> FormerAddress:
        """Let the address lead there from now on."""
        return redirect_to(self.path, self.cleaned_data["to"])


class FormerAddressForm(forms.ModelForm[FormerAddress]):
    """A redirect by hand, at the desk."""

    path = PathField(
        label=_("Path"),
        max_length=LONGEST + 100,
        help_text=_("The old address, such as 2021/08/03/a-post.html"),
    )
    to = DestinationField(
        label=_("Leads to"),
        may_leave=True,
        help_text=_("The address of a page, such as /posts/a-post/, or one on another site."),
    )

    class Meta:
        model = FormerAddress
        fields = ("path",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["path"] = _typeable(self.instance.path)
        if self.instance.pk and not self.instance.gone_at:
            self.fields["to"].initial = leads_to(self.instance)

    def clean(self) -> dict[str, Any]:
        """Take over where it leads; refuse a circle."""
        cleaned: dict[str, Any] = self.cleaned_data
        refuse_loop(cleaned.get("path", ""), cleaned.get("to", {}))
        for name, value in cleaned.get("to", {}).items():
            setattr(self.instance, name, value)
        return cleaned

    def save(self, commit: bool = True) -> FormerAddress:
        """Store it, and lead what led here to the same place."""
        former = super().save(commit)
        shorten(former.path, self.cleaned_data["to"])
        return former


def leads_to(former: FormerAddress) -> str:
    """Return the address it leads to, "" where what was there is gone."""
    thing = former.thing
    return str(thing.get_absolute_url()) if thing else former.target


def redirect_to(path: str, to: dict[str, Any]) -> FormerAddress:
    """Let the path lead there, and what led to the path as well: every way is one step long."""
    former, _created = FormerAddress.objects.update_or_create(path=path, defaults=to)
    shorten(path, to)
    return former


def shorten(path: str, to: dict[str, Any]) -> None:
    """Lead what led to the path to where it leads now."""
    for address in (f"/{path}", f"/{path}/"):
        FormerAddress.objects.filter(target=address).update(**to)


def refuse_loop(path: str, to: dict[str, Any]) -> None:
    """Raise ValidationError where the path would lead to itself."""
    parts = urlsplit(to.get("target", ""))
    if path and not parts.netloc and parts.path.strip("/") == path:
        raise ValidationError(_("That would lead to itself."))


def typed_path(typed: str) -> str:
    """Return the path as a request for it has it, "" for what no request can ask for.

    Addresses are copied with percent signs; what is not UTF-8 keeps them, as in a request.
    """
    parts = None if _has_hidden(typed) else _split(typed)
    if parts is None or parts.query or parts.fragment or typed.endswith(("?", "#")):
        return ""
    if parts.netloc != urlsplit(settings.SITE_URL).netloc and (parts.scheme or parts.netloc):
        return ""
    path = _decoded(parts.path).strip("/")
    has_dots = not {".", ".."}.isdisjoint(path.split("/"))
    return "" if has_dots or _has_hidden(path) else path


def destination(address: str) -> dict[str, Any]:
    """Return the columns for a page of this site, by what is there now. Raises ValidationError."""
    path = _decoded(urlsplit(address).path).strip("/")
    room, _slash, slug = path.partition("/")
    if room in ROOMS and (thing := ROOMS[room][1].objects.filter(slug=slug).first()):
        return {ROOMS[room][0]: thing}
    if room == "authors" and (person := _person(slug)):
        return {"person": person}
    former = FormerAddress.objects.filter(path=path, gone_at=None).first()
    if former is not None:
        return {name: getattr(former, name) for name in NOTHING}
    match = _match(path)
    if match is None or _needs_a_row(match) or f"/{path}/".startswith(CLOSED):
        raise ValidationError(_("There is no page at %(address)s"), params={"address": address})
    return {"target": address if address.startswith("/") else f"/{address}"}


def why_taken(path: str) -> str:
    """Return a sentence about the page at that path, "" where nothing is."""
    room, _slash, slug = path.partition("/")
    thing: Any = None
    if room in ROOMS:
        thing = ROOMS[room][1].objects.filter(slug=slug).first()
    elif room == "authors":
        thing = User.objects.named(slug).filter(username__iexact=slug).first()
    if thing is not None:
        return str(_("“%(name)s” has that address.") % {"name": thing})
    match = _match(path)
    if match is not None and not _needs_a_row(match):
        return str(_("The site itself has a page there."))
    return ""


def _typeable(path: str) -> str:
    """Return what is to be typed for a path that is stored."""
    return path if typed_path(path) == path else quote(path)


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _decoded(path: str) -> str:
    return repercent_broken_unicode(unquote_to_bytes(path)).decode()


def _has_hidden(text: str) -> bool:
    """Tell whether there is a character that nobody sees, other than a blank or a needed joiner."""
    has_breaks = any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} for one in text)
    return has_breaks or clean_line(text).split() != unicodedata.normalize("NFC", text).split()


def _person(username: str) -> User | None:
    person: User | None = User.objects.filter(username__iexact=username).first()
    former = FormerUsername.objects.named(username).select_related("person").first()
    return person or (former.person if former else None)


def _match(path: str) -> ResolverMatch | None:
    for address in (f"/{path}", f"/{path}/"):
        try:
            return resolve(address)
        except Resolver404:
            continue
    return None


def _needs_a_row(match: ResolverMatch) -> bool:
    """Tell whether a route answers only where something is stored: an archive's year does not."""
    return bool(match.kwargs) and "archive" not in (match.url_name or "")
