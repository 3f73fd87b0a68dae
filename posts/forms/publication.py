"""What a person may do with a post's publication, and when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite.lib import markdown
from posts import drafts, reviewing
from posts.forms.fields import LongTextField
from posts.forms.moment import FORMAT, MomentField, in_words
from posts.forms.saving import is_taken
from posts.models import Cause, PendingChange, Post, Revision
from posts.models.publication import REASON_LENGTH

# What a status allows, to whoever may publish and to whoever may only write.
PUBLISHERS = {
    "draft": ("publish", "schedule", "submit"),
    "review": ("publish", "schedule", "draft"),
    "scheduled": ("publish", "schedule", "draft", "end"),
    "published": ("schedule", "withdraw", "end"),
    "withdrawn": ("publish", "schedule", "draft"),
}
WRITERS = {"draft": ("submit",), "review": ("draft",), "withdrawn": ("submit",)}
LOOK = "look"  # at the times, spelled out, without taking a step
CHANGE = ("publish_change", "schedule_change", "discard_change")
# The field of a step that needs a time, and what else is no step without one.
TIMES = {"schedule": "at", "end": "ends_at", "schedule_change": "change_at"}
AHEAD = {"end": "ends_at", "schedule_change": "change_at", "pin": "pinned_until"}
MOMENTS = ("at", "ends_at", "pinned_until", "change_at")
SEEN = frozenset({"publish", "schedule", *CHANGE})  # steps for whoever has seen the text as it is
EVERY = (
    *("publish", "schedule", "submit", "draft", "withdraw", "end", "stay", "pin", "unpin"),
    *(*CHANGE, "keep_change", LOOK),
)


def steps(post: Post, person: User, pending: PendingChange | None) -> tuple[str, ...]:
    """Return what the person can do with the post as it stands."""
    if not post.publishable_by(person):
        return WRITERS.get(post.status, ())
    found = PUBLISHERS.get(post.status, ())
    if post.ends_at and "end" in found:
        found = (*found, "stay")
    if post.status == "published" and person.has_perm("posts.edit_any_post"):
        found = (*found, "unpin" if post.is_pinned else "pin")
    if pending is None or post.status != "published":
        return found
    return (*found, *CHANGE, "keep_change") if pending.publish_at else (*found, *CHANGE)


class PublicationForm(forms.Form):
    """One step of publication: which, and for some at what time."""

    step = forms.ChoiceField(choices=[(name, name) for name in EVERY], widget=forms.HiddenInput)
    at = MomentField(label=_("Date and time"))
    ends_at = MomentField(label=_("Last moment"))
    pinned_until = MomentField(label=_("Until, if not for good"))
    change_at = MomentField(label=_("Date and time"))
    because = LongTextField(
        label=_("Why it is withdrawn"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("Its authors and the editors read this."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    started_from = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, post: Post, person: User, data: Any = None) -> None:
        """Offer the steps that the post's status and the person's rights allow."""
        self.pending = drafts.pending_of(post)
        initial = self._beginning(post)
        super().__init__(_complete(data, initial), initial=initial)
        self.sent = frozenset(data or ())
        self.post = post
        self.person = person
        self.asks_why = not post.is_written_by(person)
        self.steps = steps(post, person, self.pending)
        if post.status == "review":
            self.fields["because"].label = _("Why it is sent back")
        self.shows_reason = any(self._needs_reason(step) for step in self.steps)

    def _beginning(self, post: Post) -> dict[str, Any]:
        tomorrow = (timezone.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
        waits = self.pending.publish_at if self.pending else None
        return {
            "at": post.published_at or _chosen_before(post) or tomorrow,
            "ends_at": post.ends_at,
            "pinned_until": post.pinned_until,
            "change_at": waits or tomorrow,
            "started_from": _version(post, self.pending),
        }

    @property
    def only_looks(self) -> bool:
        """Tell whether nothing is to be done but to show the times in words."""
        return bool(self.cleaned_data.get("step") == LOOK)

    @property
    def words(self) -> dict[str, str]:
        """Return the times in the fields, spelled out, by the names of the fields."""
        given = self.cleaned_data if self.is_bound else self.initial
        return {name: in_words(given.get(name)) for name in MOMENTS}

    def clean(self) -> dict[str, Any]:
        """Refuse a step that is not open, and publishing a text one has not seen."""
        cleaned = super().clean() or self.cleaned_data
        step = cleaned.get("step", "")
        needed = TIMES.get(step)
        for name in {*MOMENTS} - self.sent:  # what is stored is nobody's mistake now
            self.errors.pop(name, None)
        if step == LOOK:
            return cleaned
        if step not in self.steps:
            self.add_error(None, _("That is not possible any more; this is how the post stands."))
        elif needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Please give a date and a time."))
        elif self._needs_reason(step) and not cleaned.get("because"):
            self.add_error("because", _("Please tell the authors why."))
        elif step in SEEN and cleaned.get("started_from") != self.initial["started_from"]:
            self.add_error(
                None, _("The post was changed meanwhile. Please look at it before you go on.")
            )
        elif step in AHEAD:
            self._refuse_what_is_over(step, cleaned.get(AHEAD[step]))
        return cleaned

    def _refuse_what_is_over(self, step: str, time: datetime | None) -> None:
        begins = self.post.published_at
        if time and time <= timezone.now():
            self.add_error(AHEAD[step], _("That time has passed. Choose one that is ahead."))
        elif step == "end" and time and begins and time <= begins:
            self.add_error("ends_at", _("The post appears only later than that."))

    def save(self) -> None:
        """Take the step, with the post's row locked; a record of it stays in the history."""
        because, was = self.cleaned_data["because"] if self.asks_why else "", self.post.status
        Revision.objects.begin(self.post)
        self._verbs(because)[self.cleaned_data["step"]]()
        if self.errors:
            return
        Revision.objects.record(self.post, by=self.person, cause=Cause.PUBLICATION)
        reviewing.after(self.post, was=was, by=self.person, because=because)

    def _verbs(self, because: str) -> dict[str, Callable[[], object]]:
        post, times = self.post, self.cleaned_data
        return {
            "publish": post.publish,
            "schedule": lambda: post.publish(at=times["at"]),
            "submit": post.submit,
            "draft": post.back_to_draft,
            "withdraw": lambda: post.withdraw(by=self.person, because=because),
            "end": lambda: post.end(times["ends_at"]),
            "stay": lambda: post.end(None),
            "pin": lambda: post.pin(until=times["pinned_until"]),
            "unpin": post.unpin,
            "publish_change": self._publish_change,
            "schedule_change": lambda: drafts.schedule_change(post, times["change_at"]),
            "keep_change": lambda: drafts.schedule_change(post, None),
            "discard_change": lambda: drafts.discard_change(post, by=self.person),
        }

    def _publish_change(self) -> None:
        pending = self.pending
        try:
            with transaction.atomic():
                if pending and is_taken(pending.snapshot["slug"], self.post):
                    raise IntegrityError
                merged = drafts.publish_change(self.post, by=self.person)
        except markdown.TooComplex as error:
            self.add_error(None, str(error))
        except IntegrityError:
            self.add_error(None, _("Another post has the address of this change."))
        else:
            if merged is not None and not merged.is_clean:
                sentence = _("The post itself was changed too. Bring both together in the editor.")
                self.add_error(None, sentence)

    def _needs_reason(self, step: str | None) -> bool:
        """Tell whether the authors are to be told why: the step undoes what they did."""
        goes_back = step == "draft" and self.post.status == "review"
        return self.asks_why and (step == "withdraw" or goes_back)


def _chosen_before(post: Post) -> datetime | None:
    """Return the time ahead that was chosen last for what is a draft again: the way back."""
    for revision in Revision.objects.filter(post=post).live().order_by("-number")[:2]:
        chosen = revision.snapshot.get("published_at")
        if chosen and datetime.fromisoformat(chosen) > timezone.now():
            return datetime.fromisoformat(chosen)
    return None


def _complete(data: Any, initial: dict[str, Any]) -> Any:
    """Return what was sent, with the times of the other parts of the page as they are stored."""
    if data is None:
        return None
    stored = {
        name: timezone.localtime(time).strftime(FORMAT)
        for name in MOMENTS
        if name not in data and (time := initial[name])
    }
    completed = data.copy()
    completed.update(stored)
    return completed


def _version(post: Post, pending: PendingChange | None) -> str:
    """Return what differs once the text that is to be published is another."""
    changed = pending.changed_at.isoformat() if pending else ""
    return f"{post.fingerprint()}{changed}"
