"""The editor's form: everything about one post except its publication."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite.lib import markdown
from blogsite.lib.text import slugify
from posts import drafts
from posts.forms.fields import (
    MAX_BODY,
    MAX_SUMMARY,
    LineField,
    LongTextField,
    PicturesField,
    SeveralField,
    TagListField,
    WebAddressField,
)
from posts.forms.pictures import PicturesTaken, no_picture, picture_file
from posts.forms.saving import Saving, is_taken
from posts.models import Image, Post, Series

SLUG_LENGTH = 120
# Words that are, or may become, addresses below /posts/.
RESERVED_SLUGS = frozenset(
    {"admin", "archive", "comments", "draft", "drafts", "edit", "feed", "new", "page"}
    | {"preview", "random", "search", "tags", "write"}
)
SAVED_FIELDS = (
    *("title", "body", "slug", "summary", "cover", "cover_alt", "cover_caption"),
    *("visibility", "comment_policy", "language", "has_math", "canonical_url"),
    *("meta_title", "meta_description", "share_image"),
)


class PostForm(PicturesTaken, Saving, forms.ModelForm[Post]):
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
        max_length=MAX_SUMMARY,
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
    was_pinned = forms.BooleanField(required=False, widget=forms.HiddenInput)
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
        post = instance or Post(author=person)
        self.typed = data.copy() if data is not None else QueryDict(mutable=True)
        sent = None if data is None else self.typed
        initial = _initial(post) if data is None else {}
        super().__init__(sent, files, instance=post, initial=initial)
        # Whose series are offered: an author's own and shared ones; an editor sees the owner's.
        self.owner: User = person if post.is_written_by(person) else post.author
        for name in ("cover", "share_image"):
            _offer(self.fields[name], Image.objects.choices_for(person, post))
        _offer(self.fields["series"], Series.objects.open_to(self.owner))
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
        if is_taken(slug, self.instance):
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

    def _slug_from_title(self) -> str:
        base = slugify(self.cleaned_data.get("title", ""), fallback="post")
        if base in RESERVED_SLUGS:
            base = f"{base}-post"
        slug = base
        for number in range(2, 12):
            if not is_taken(slug, self.instance):
                return slug
            slug = f"{base[: SLUG_LENGTH - 4]}-{number}"
        return f"{base[: SLUG_LENGTH - 9]}-{uuid.uuid4().hex[:8]}"


def _initial(post: Post) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    if post.pk:
        initial |= drafts.working_copy(post)
        initial |= dict.fromkeys(("pinned", "was_pinned"), post.is_pinned)
        initial |= {"started_from": drafts.version_of(post)}
    return initial


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


def _dress(fields: dict[str, forms.Field]) -> None:
    """Give the boxes the sizes and hints of an editor."""
    fields["title"].widget.attrs |= {"dir": "auto", "autocomplete": "off"}
    # Nor may the browser cut a paste without a word: the form has a sentence for it.
    del fields["body"].widget.attrs["maxlength"]
    fields["body"].widget.attrs |= {"dir": "auto", "rows": 20, "spellcheck": "true"}
    fields["summary"].widget.attrs |= {"dir": "auto", "rows": 3}
    fields["pictures"].widget.attrs["accept"] = "image/*"
