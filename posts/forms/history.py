"""Naming a version of a post, and restoring one."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from blogsite.lib import markdown
from posts import drafts, history, snapshot
from posts.forms.fields import LineField
from posts.forms.post import PostForm
from posts.forms.saving import NotSaved, is_taken
from posts.models import Cause, Image, Post, Revision
from posts.models.revision import NAME_LENGTH
from posts.rendering import UPLOADED, pictures_by_address
from posts.snapshot import Snapshot


class VersionNameForm(forms.Form):
    """A name for a version, which keeps it from being thinned; none takes it away."""

    name = LineField(
        label=gettext_lazy("Name of this version"),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=gettext_lazy("Such as: as sent to Bob. A version with a name is kept for good."),
    )

    def __init__(self, version: Revision, data: Any = None) -> None:
        self.version = version
        super().__init__(data, initial={"name": version.name})

    def save(self) -> None:
        """Give the version its name."""
        self.version.call_it(self.cleaned_data["name"])


class RestorationForm(forms.Form):
    """Which fields of an earlier version come back; all of them, unless one says otherwise.

    What cannot come back, because it is gone or another's now, stays as it is: `sentences` say so.
    """

    fields_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("What is restored"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": gettext_lazy("Choose at least one thing to restore.")},
    )
    started_from = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, post: Post, version: Revision, person: User, data: Any = None) -> None:
        self.post, self.person = post, person
        self.current = drafts.working_copy(post)
        self.sentences: list[str] = []
        self.wanted = self._possible(version.fields)
        self.names = snapshot.changed(self.current, self.current | self.wanted)
        self._mind_the_time()
        initial = {"fields_wanted": self.names, "started_from": drafts.version_of(post)}
        super().__init__(data, initial=initial)
        choices = [(name, history.label_of(name)) for name in self.names]
        self.fields["fields_wanted"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a text that is beyond the limits of today."""
        made = Post(pk=self.post.pk, author=self.post.author)
        try:
            drafts.fill(made, self._values()).render()
        except markdown.TooComplex as error:
            self.add_error(None, str(error))
        self.rendered = made
        return self.cleaned_data

    def save(self) -> bool:
        """Restore; tell whether it became the draft over a published post.

        Raises NotSaved where the post is another by now; the form says so.
        """
        try:
            with transaction.atomic():
                return self._save_now()
        except IntegrityError:
            if not is_taken(self.wanted["slug"], self.post):
                raise
            self.add_error(None, _("Somebody just took that address."))
            raise NotSaved from None

    def _save_now(self) -> bool:
        post = Post.objects.select_for_update().filter(pk=self.post.pk).first()
        if (
            post is None
            or post.deleted_at
            or not post.editable_by(self.person)
            or self.cleaned_data["started_from"] != drafts.version_of(post)
        ):
            self.add_error(
                None, _("The post was changed meanwhile. Below is what restoring would do now.")
            )
            raise NotSaved
        values = self._values()
        if post.is_published:
            if values == snapshot.edited(snapshot.take(post)):
                drafts.discard_change(post, by=self.person)
                return False
            drafts.write_draft(post, values, by=self.person, cause=Cause.RESTORED)
            return True
        post.take_rendering(self.rendered)
        drafts.write(post, values, by=self.person, cause=Cause.RESTORED)
        return False

    def _values(self) -> Snapshot:
        chosen = self.cleaned_data.get("fields_wanted", [])
        return self.current | {name: self.wanted[name] for name in chosen}

    def _possible(self, fields: Snapshot) -> Snapshot:
        """Return what of the version's fields can come back."""
        wanted = dict(fields)
        if wanted.get("slug") != self.current["slug"] and is_taken(wanted["slug"], self.post):
            del wanted["slug"]
            self.sentences.append(
                _("Its address belongs to another post now; the address stays as it is.")
            )
        for name in snapshot.PICTURES:
            self._check_picture(wanted, name)
        self._check_series(wanted)
        if wanted.get("body") != self.current["body"]:
            self._mind_the_text(wanted.get("body", ""))
        return wanted

    def _mind_the_time(self) -> None:
        """Say that what was to appear by itself will not, once it is another text."""
        pending = drafts.pending_of(self.post)
        if self.names and pending and pending.publish_at:
            sentence = _("The change waits for you; it does not appear by itself.")
            self.sentences.append(sentence)

    def _mind_the_text(self, body: str) -> None:
        """Say which pictures of the text readers would miss; the text comes back all the same."""
        there = pictures_by_address(body, self.post.author_id)
        named = {f"{settings.MEDIA_URL}{path}".rstrip(".") for path in UPLOADED.findall(body)}
        if gone := len(named - there.keys()):
            sentence = ngettext(
                "A picture in its text was deleted since.",
                "%(number)s pictures in its text were deleted since.",
                gone,
            )
            self.sentences.append(sentence % {"number": gone})

    def _check_picture(self, wanted: Snapshot, name: str) -> None:
        key = wanted.get(name)
        if key in (None, self.current[name]) or Image.objects.filter(pk=key).exists():
            return
        del wanted[name]
        sentence = _("The %(field)s of that version was deleted since; it stays as it is now.")
        self.sentences.append(sentence % {"field": history.label_of(name)})

    def _check_series(self, wanted: Snapshot) -> None:
        """Keep the post out of series that the person could not put it into, and in others."""
        if "series" not in wanted:
            return
        offered: Any = PostForm(self.person, instance=self.post).fields["series"]
        open_to = {*offered.queryset.values_list("pk", flat=True)}
        now = {*self.current["series"]}
        if missing := {*wanted["series"]} - open_to - now:
            self.sentences.append(
                _("It was in a series that is gone, or another's: there it does not come back.")
                if len(missing) == 1
                else _("It was in series that are gone, or others': there it does not come back.")
            )
        wanted["series"] = sorted(({*wanted["series"]} & open_to) | (now - open_to))
