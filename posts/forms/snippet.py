"""A template or a snippet as its owner types it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts.forms.fields import LineField, LongTextField, TagListField, is_key
from posts.forms.overtaken import OvertakenForm
from posts.forms.post import PostForm
from posts.models import Snippet
from posts.models.snippet import NAME_LENGTH, SnippetKind

MAX_BODY = 100_000
MOST = 200  # of one person, both kinds together

ENOUGH = _("That is as many as one person can have. Please delete one first.")


class SnippetForm(OvertakenForm[Snippet]):
    """Name and text; title, summary and tags are for templates."""

    name = LineField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("Only you see it: in this list and in the editor."),
    )
    kind = forms.ChoiceField(
        label=_("What it is"), choices=SnippetKind.choices, widget=forms.RadioSelect
    )
    body = LongTextField(
        label=_("Text"),
        max_length=MAX_BODY,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=_("In Markdown."),
    )
    title = LineField(
        label=_("Title"), max_length=200, required=False, help_text=_("For templates.")
    )
    summary = LongTextField(
        label=_("Summary"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("For templates."),
    )
    tags = TagListField(
        label=_("Tags"), required=False, help_text=_("For templates, separated by commas.")
    )

    class Meta:
        model = Snippet
        fields = ("name", "kind", "body", "title", "summary", "tags")

    def clean(self) -> dict[str, Any]:
        """Refuse what is empty, and more than anybody needs."""
        cleaned = super().clean()
        if cleaned.get("kind") == SnippetKind.SNIPPET and not cleaned.get("body", "").strip():
            self.add_error("body", _("A snippet needs a text."))
        if not self.instance.pk and are_enough(self.instance.owner):
            raise forms.ValidationError(ENOUGH)
        return cleaned

    def save(self, commit: bool = True) -> Snippet:
        """Store it."""
        self.instance.changed_at = timezone.now()
        return super().save(commit)


def are_enough(person: User) -> bool:
    """Tell whether the person can have no more."""
    return Snippet.objects.of(person).not_deleted().count() >= MOST


def begun(person: User, key: str) -> PostForm:
    """Return the editor's form of a new post; it begins with the person's template of that key."""
    templates = Snippet.objects.of(person).templates()
    template = templates.filter(pk=int(key)).first() if is_key(key) else None
    if template is None:
        return PostForm(person)
    form = PostForm(person, instance=template.begin_post())
    form.initial["tags"] = template.tags
    return form
