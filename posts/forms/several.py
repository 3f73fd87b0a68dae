"""Several chosen posts, and what is to be done to them at once."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts.forms.fields import LineField, TagListField
from posts.models import Post
from posts.models.publication import REASON_LENGTH
from posts.several import Act, Binning, Tagging, Withdrawal, refusal

MOST = 100
_KEY = re.compile("[0-9]{1,18}", re.ASCII)


class KeysField(forms.Field):
    """Any number of primary keys, each once; what is none is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        """Return the keys in their order."""
        keys = (int(key) for key in value or [] if _KEY.fullmatch(str(key)))
        return list(dict.fromkeys(keys))

    def validate(self, value: Any) -> None:
        """Raise ValidationError for none, and for more than can be looked through."""
        if not value:
            raise forms.ValidationError(_("Choose the posts first, by the box before each."))
        if len(value) > MOST:
            raise forms.ValidationError(
                _("At most %(most)d posts at once, please."), params={"most": MOST}
            )


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act would do: to which posts, to which not and why; how many are out of reach."""

    done: list[Post]
    left: list[tuple[Post, str]]
    unknown: int


class SeveralForm(forms.Form):
    """An act on several posts."""

    act = forms.ChoiceField(
        choices=[(name, name) for name in ("tags", "withdraw", "bin")], widget=forms.HiddenInput
    )
    post = KeysField(label=_("Posts"))
    way = forms.ChoiceField(
        label=_("What to do"),
        choices=[("add", _("Add these tags")), ("remove", _("Take these tags away"))],
        initial="add",
        required=False,
        widget=forms.RadioSelect,
    )
    tags = TagListField(
        label=_("Tags"), required=False, help_text=_("Separated by commas, such as garden, birds.")
    )
    because = LineField(
        label=_("Why they are withdrawn"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("The authors and the editors read this."),
    )

    def __init__(self, typed: Any, person: User, *, is_final: bool) -> None:
        """Read what is typed; `is_final` once nothing may be missing."""
        typed = typed.copy()
        typed.setdefault("way", "add")
        super().__init__(typed)
        self.person, self.is_final = person, is_final

    def clean(self) -> dict[str, Any]:
        """Ask for the tags, and for a reason where others' posts are withdrawn."""
        cleaned = super().clean() or self.cleaned_data
        if not self.is_final or self.errors:
            return cleaned
        if cleaned["act"] == "tags" and not cleaned["tags"]:
            self.add_error("tags", _("Which tags?"))
        if self.asks_why and not cleaned["because"]:
            self.add_error("because", _("Please tell the authors why."))
        return cleaned

    @property
    def asks_why(self) -> bool:
        """Tell whether posts of others would be withdrawn."""
        withdraws = self.cleaned_data.get("act") == "withdraw"
        return withdraws and any(not post.is_written_by(self.person) for post in self.plan.done)

    def act_chosen(self) -> Act:
        """Return what is to be done."""
        cleaned = self.cleaned_data
        if cleaned["act"] == "tags":
            return Tagging.of(cleaned.get("tags", ()), adds=cleaned.get("way") != "remove")
        if cleaned["act"] == "withdraw":
            return Withdrawal(cleaned.get("because", ""))
        return Binning()

    @cached_property
    def plan(self) -> Plan:
        """Return what would be done, by the person's rights and as each post stands."""
        keys, act = self.cleaned_data["post"], self.act_chosen()
        edits = self.person.can("posts.edit_any_post")
        reachable = Post.objects.all() if edits else Post.objects.by(self.person)
        rows = reachable.not_deleted().filter(pk__in=keys).for_list().select_related("author")
        found = rows.in_bulk()
        posts = [found[key] for key in keys if key in found]
        why = {post.pk: refusal(act, post, self.person) for post in posts}
        return Plan(
            [post for post in posts if not why[post.pk]],
            [(post, why[post.pk]) for post in posts if why[post.pk]],
            len(keys) - len(posts),
        )
