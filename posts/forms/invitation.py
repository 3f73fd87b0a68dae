"""Asking somebody to write together: one form for whatever can be shared."""

from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Attempt, User
from posts import emails
from posts.forms.fields import LineField
from posts.models import Answer
from posts.models.invited import Invited

MOST = 20  # people who write together, those who are asked included
ASKED_A_DAY = 20
A_DAY = 86400

# The same for a name that nobody has, for somebody who cannot write here, and for an address of
# somebody who was asked already: who has which address is not to be found out.
NOBODY = _("There is nobody of that name or address who can be asked.")
AGAIN = _("They are asked already, or were and said no. After a week you can ask again.")
ENOUGH = _("That is enough for one day. Please ask again tomorrow.")
CROWDED = _("No more than %(most)d people write together.")


class AskForm(forms.Form):
    """One more person, by the exact username or e-mail address."""

    who = LineField(
        label=_("Username or e-mail address"),
        max_length=254,
        help_text=_("They get a letter, and nothing changes until they say yes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, host: User, shared: Any, **kwargs: Any) -> None:
        """Bind the form; `shared` is what is to be written together: a post or a series."""
        super().__init__(*args, **kwargs)
        self.host, self.shared = host, shared
        self.person: User | None = None

    def clean_who(self) -> str:
        """Refuse whoever cannot be asked, and too many tries."""
        who: str = self.cleaned_data["who"]
        if not Attempt.objects.allow("ask-author", str(self.host.pk), limit=ASKED_A_DAY, per=A_DAY):
            raise forms.ValidationError(ENOUGH)
        person = _writer(who)
        if person is None or self._withdrew(person):
            raise forms.ValidationError(NOBODY)
        hides = "@" in who
        if self.shared.is_written_by(person):
            raise forms.ValidationError(NOBODY if hides else _("They are an author of it already."))
        invitations = self.shared.invitations.filter(person=person)
        if (invitations.open() | invitations.declined_lately()).exists():
            raise forms.ValidationError(NOBODY if hides else AGAIN)
        self.person = person
        return who

    def clean(self) -> dict[str, Any]:
        """Refuse a crowd."""
        cleaned = super().clean() or self.cleaned_data
        asked = self.shared.invitations.open().count()
        if asked + self.shared.count_authors() >= MOST:
            raise forms.ValidationError(CROWDED, params={"most": MOST})
        return cleaned

    def save(self) -> bool:
        """Ask, by a letter and on the person's page; False if somebody else did just now."""
        try:
            with transaction.atomic():
                invitation = self.shared.invitations.create(
                    person=self.person, invited_by=self.host, asked_as=self.cleaned_data["who"]
                )
                emails.invitation(invitation)
        except IntegrityError:
            self.add_error("who", AGAIN)
            return False
        return True

    def _withdrew(self, person: User) -> bool:
        """Tell whether an editor withdrew it: as an author they would give it back unawares."""
        return getattr(self.shared, "withdrawn_by_id", None) == person.pk


class AnswerForm(forms.Form):
    """Yes or no."""

    answer = forms.ChoiceField(choices=Answer.choices)

    def save(self, invitation: Invited) -> bool:
        """Record the answer; False where it was answered or taken back meanwhile."""
        accepts = self.cleaned_data["answer"] == Answer.ACCEPTED
        return invitation.accept() if accepts else invitation.decline()


def _writer(typed: str) -> User | None:
    """Return who writes here and has exactly that username or proven address."""
    try:
        person = User.objects.get_by_natural_key(typed)
    except User.DoesNotExist:
        return None
    unproven = "@" in typed and person.email_confirmed_at is None
    return None if unproven or not person.can("posts.add_post") else person
