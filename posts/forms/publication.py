"""What a person may do with a post's publication, and when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts import reviewing
from posts.forms.fields import LineField
from posts.models import Post
from posts.models.publication import REASON_LENGTH

EARLIEST_YEAR = 1970
FURTHEST = timedelta(days=3660)

# What a status allows, to whoever may publish and to whoever may only write.
PUBLISHERS = {
    "draft": ("publish", "schedule", "submit"),
    "review": ("publish", "schedule", "draft"),
    "scheduled": ("publish", "schedule", "draft"),
    "published": ("schedule", "withdraw"),
    "withdrawn": ("publish", "schedule", "draft"),
}
WRITERS = {"draft": ("submit",), "review": ("draft",), "withdrawn": ("submit",)}


def steps(post: Post, person: User) -> tuple[str, ...]:
    """Return what the person can do with the post as it stands."""
    table = PUBLISHERS if post.publishable_by(person) else WRITERS
    return table.get(post.status, ())


class PublicationForm(forms.Form):
    """One step of publication: which, and for `schedule` at what time."""

    step = forms.ChoiceField(
        choices=[(name, name) for name in ("publish", "schedule", "submit", "draft", "withdraw")],
        widget=forms.HiddenInput,
    )
    at = forms.DateTimeField(
        label=_("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "invalid": _("Please give a date and a time that exist, such as 2027-03-14 09:00.")
        },
    )
    because = LineField(
        label=_("The reason"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("Its authors and the editors read this."),
    )
    started_from = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, post: Post, person: User, data: Any = None) -> None:
        """Offer the steps that the post's status and the person's rights allow."""
        at = post.published_at or (timezone.now() + timedelta(days=1)).replace(minute=0)
        initial = {"at": at, "started_from": post.fingerprint()}
        super().__init__(data, initial=initial)
        self.post = post
        self.person = person
        self.asks_why = not post.is_written_by(person)
        self.steps = steps(post, person)
        self.shows_reason = any(self._needs_reason(step) for step in self.steps)

    def clean_at(self) -> datetime | None:
        """Refuse times that are surely a slip."""
        at: datetime | None = self.cleaned_data["at"]
        latest = timezone.now() + FURTHEST
        if at is not None and not (at.year >= EARLIEST_YEAR and at <= latest):
            raise forms.ValidationError(
                _("Choose a time between %(first)s and %(last)s."),
                params={"first": EARLIEST_YEAR, "last": latest.year},
            )
        return at

    def clean(self) -> dict[str, Any]:
        """Refuse a step that is not open, and publishing a text one has not seen."""
        cleaned = super().clean() or self.cleaned_data
        step = cleaned.get("step")
        if step not in self.steps:
            self.add_error(None, _("That is not possible any more; this is how the post stands."))
        elif step == "schedule" and not cleaned.get("at") and "at" not in self.errors:
            self.add_error("at", _("Please give a date and a time."))
        elif self._needs_reason(step) and not cleaned.get("because"):
            self.add_error("because", _("Please tell the authors why."))
        elif step in {"publish", "schedule"} and self._has_changed():
            self.add_error(
                None, _("The post was changed meanwhile. Please look at it before you go on.")
            )
        return cleaned

    def save(self) -> None:
        """Take the step."""
        because, was = self.cleaned_data["because"] if self.asks_why else "", self.post.status
        verbs: dict[str, Callable[[], None]] = {
            "publish": self.post.publish,
            "schedule": lambda: self.post.publish(at=self.cleaned_data["at"]),
            "submit": self.post.submit,
            "draft": self.post.back_to_draft,
            "withdraw": lambda: self.post.withdraw(by=self.person, because=because),
        }
        verbs[self.cleaned_data["step"]]()
        reviewing.after(self.post, was=was, by=self.person, because=because)

    def _needs_reason(self, step: str | None) -> bool:
        """Tell whether the authors are to be told why: the step undoes what they did."""
        goes_back = step == "draft" and self.post.status == "review"
        return self.asks_why and (step == "withdraw" or goes_back)

    def _has_changed(self) -> bool:
        return bool(self.cleaned_data["started_from"] != self.post.fingerprint())
