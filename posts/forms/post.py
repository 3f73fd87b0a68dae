"""The editor's form: everything about one post except its publication."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Attempt, User
from blogsite.lib import markdown
from blogsite.lib.text import slugify
from posts.forms.fields import (
    LineField,
    LongTextField,
    PicturesField,
    SeveralField,
    TagListField,
    WebAddressField,
)
from posts.forms.pictures import PicturesTaken, no_picture, picture_file
from posts.models import FormerAddress, Image, Post, Series, Tag

MAX_BODY = 1_000_000
SLUG_LENGTH = 120
# Words that are, or may become, addresses below /posts/.
RESERVED_SLUGS = frozenset(
    {"admin", "archive", "comments", "draft", "drafts", "edit", "feed", "new", "page"}
    | {"preview", "random", "search", "tags", "write"}
)
A_DAY = 86400
SAVED_FIELDS = (
    *("title", "body", "slug", "summary", "cover", "cover_alt", "cover_caption"),
    *("visibility", "comment_policy", "language", "has_math", "canonical_url"),
    *("meta_title", "meta_description", "share_image"),
)


class NotSaved(Exception):
    """The form was good, the moment was not; the form says why and keeps what was typed."""


class PostForm(PicturesTaken, forms.ModelForm[Post]):
    """What an author types. Pictures are stored as soon as they arrive, good form or not.

    So a form that comes back with a sentence holds the pictures' Markdown instead of files that
    have to be chosen again.
    """

    title = LineField(label=_("Title"), max_length=200, widget=forms.Textarea(attrs={"rows": 1}))
    body = LongTextField(label=_("Text"), max_length=MAX_BODY, required=False, strip=False)
    slug = LineField(
        label=_("Address"),
        max_length=SLUG_LENGTH,
        required=False,
        help_text=_("The end of the post's web address; made from the title when left empty."),
    )
    summary = LongTextField(
        label=_("Summary"),
        max_length=500,
        required=False,
        help_text=_("One or two sentences for lists, feeds and search engines."),
    )
    tags = TagListField(
        label=_("Tags"), required=False, help_text=_("Separated by commas: gardens, birds")
    )
    cover = no_picture()
    cover_file = picture_file()
    remove_cover = forms.BooleanField(label=_("Remove this cover"), required=False)
    cover_alt = LineField(
        label=_("Description for people who cannot see it"), max_length=500, required=False
    )
    cover_caption = LineField(label=_("Caption"), max_length=300, required=False)
    share_image = no_picture()
    share_image_file = picture_file()
    remove_share_image = forms.BooleanField(label=_("Remove this picture"), required=False)
    meta_title = LineField(
        label=_("Title for search engines and links"), max_length=200, required=False
    )
    meta_description = LineField(
        label=_("Description for search engines and links"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    canonical_url = WebAddressField(
        label=_("First published at"),
        max_length=500,
        required=False,
        help_text=_("Search engines are sent there; leave it empty for what is new here."),
    )
    pictures = PicturesField(
        label=_("Add pictures to the text"),
        required=False,
        help_text=_("They are put at the end of the text when you save; move them where you like."),
    )
    series = SeveralField(label=_("Series"), queryset=Series.objects.none(), required=False)
    new_series = LineField(label=_("or begin a series called"), max_length=120, required=False)
    pinned = forms.BooleanField(label=_("Pin to the top of the home page"), required=False)
    started_from = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    class Meta:
        model = Post
        fields = SAVED_FIELDS

    def __init__(
        self,
        person: User,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        instance: Post | None = None,
    ) -> None:
        """Bind the form to what a person sent, or to the post as it is stored."""
        self.person = person
        self.conflict: Post | None = None
        post = instance or Post(author=person)
        self.typed = data.copy() if data is not None else QueryDict(mutable=True)
        super().__init__(
            None if data is None else self.typed, files, instance=post, initial=_initial(post)
        )
        self.owner: User = post.author
        for name in ("cover", "share_image"):
            _offer(self.fields[name], Image.objects.choices_for(person, post))
        _offer(self.fields["series"], Series.objects.filter(owner=self.owner))
        if not person.can("posts.edit_any_post"):
            del self.fields["pinned"]
        _dress(self.fields)

    def clean_slug(self) -> str:
        """Return the typed address, or a free one made from the title."""
        typed: str = self.cleaned_data["slug"]
        if not typed:
            return self._slug_from_title()
        slug = slugify(typed, max_length=SLUG_LENGTH)
        if not slug:
            raise forms.ValidationError(_("Use letters, digits and hyphens."))
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(_("The site keeps that address for itself."))
        if _is_taken(slug, self.instance):
            raise forms.ValidationError(_("Another post has that address."))
        return slug

    def _get_validation_exclusions(self) -> set[str]:
        # Between `clean_slug` and this somebody may take the address: `save` has the sentence.
        return {*super()._get_validation_exclusions(), "slug"}  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        try:
            self.instance.render()
        except markdown.TooComplex as error:
            self.add_error("body", str(error))

    def save(self, commit: bool = True) -> Post:
        """Store the post. Raises NotSaved when somebody else was faster; the form then says so."""
        try:
            with transaction.atomic():
                return self._save_now()
        except IntegrityError:
            if not _is_taken(self.instance.slug, self.instance):
                raise
            self.add_error("slug", _("Somebody just took that address. Please choose another."))
            raise NotSaved from None

    def saved_before(self) -> Post | None:
        """Return the post that an earlier press of the same button made, if there was one."""
        if self.errors.keys() - {"slug"} or self.conflict or self.instance.pk:
            return None
        if not Attempt.objects.is_spent("new-post", f"{self.person.pk}:{self.cleaned_data['key']}"):
            return None
        same = Post.objects.by(self.person).filter(title=self.cleaned_data["title"])
        return same.order_by("-pk").first()

    def _save_now(self) -> Post:
        post = self.instance
        if not post.pk:
            if not self._is_first_time():
                raise NotSaved
            post.save()
        else:
            self._refuse_conflict()
            post.updated_at = timezone.now()
            post.save(update_fields=[*SAVED_FIELDS, "updated_at"])
        post.tags.set(Tag.named(self.cleaned_data["tags"]))
        self._save_series(post)
        self._save_pin(post)
        return post

    def _is_first_time(self) -> bool:
        """Tell whether this new post's form was not saved yet, by a second press of the button."""
        key = self.cleaned_data["key"]
        return not key or Attempt.objects.allow(
            "new-post", f"{self.person.pk}:{key}", limit=1, per=A_DAY
        )

    def _refuse_conflict(self) -> None:
        stored = Post.objects.select_for_update().filter(pk=self.instance.pk).first()
        if stored is None:
            self.add_error(None, _("This post was deleted meanwhile. Your text is still here."))
            raise NotSaved
        started_from = self.typed.get("over") or self.cleaned_data["started_from"]
        if started_from != stored.fingerprint():
            self.conflict = stored
            raise NotSaved

    def _save_series(self, post: Post) -> None:
        chosen: list[Series] = list(self.cleaned_data["series"])
        if title := self.cleaned_data["new_series"]:
            chosen.append(Series.begin(self.owner, title))
        left = post.series_entries.filter(series__owner=self.owner).exclude(series__in=chosen)
        left.delete()
        for series in chosen:
            series.append(post)

    def _save_pin(self, post: Post) -> None:
        wanted = self.cleaned_data.get("pinned")
        if wanted is None or wanted == post.is_pinned:
            return
        if wanted:
            post.pin()
        else:
            post.unpin()

    def _slug_from_title(self) -> str:
        base = slugify(self.cleaned_data.get("title", ""), fallback="post")
        if base in RESERVED_SLUGS:
            base = f"{base}-post"
        slug = base
        for number in range(2, 12):
            if not _is_taken(slug, self.instance):
                return slug
            slug = f"{base[: SLUG_LENGTH - 4]}-{number}"
        return f"{base[: SLUG_LENGTH - 9]}-{uuid.uuid4().hex[:8]}"


def _initial(post: Post) -> dict[str, Any]:
    if not post.pk:
        return {"key": uuid.uuid4().hex}
    entries = post.series_entries.filter(series__owner=post.author_id)
    return {
        "tags": [tag.name for tag in post.tags.all()],
        "series": list(entries.values_list("series", flat=True)),
        "pinned": post.is_pinned,
        "started_from": post.fingerprint(),
    }


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


def _is_taken(slug: str, post: Post) -> bool:
    if Post.objects.filter(slug=slug).exclude(pk=post.pk).exists():
        return True
    # Links that lead to another post, or elsewhere, by that address go on doing so.
    return FormerAddress.objects.leads_elsewhere("posts", slug, post=post.pk)


def _dress(fields: dict[str, forms.Field]) -> None:
    """Give the boxes the sizes and hints of an editor."""
    fields["title"].widget.attrs |= {"dir": "auto", "autocomplete": "off"}
    fields["body"].widget.attrs |= {"dir": "auto", "rows": 20, "spellcheck": "true"}
    fields["summary"].widget.attrs |= {"dir": "auto", "rows": 3}
    fields["pictures"].widget.attrs["accept"] = "image/*"
