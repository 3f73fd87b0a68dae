"""Notes on paragraphs as people send them: members, and guests who came by a share link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Attempt, User
from posts.forms.fields import LineField, LongTextField
from posts.models import Note, Post, ShareLink
from posts.models.note import BODY_LENGTH, NAME_LENGTH
from posts.paragraphs import Paragraph

MOST = 1000  # on one post
GUESTS_MOST = 200  # by one share link
A_GUEST = 10  # an hour
AN_HOUR = 3600


class NoteForm(forms.Form):
    """A note on one paragraph of the text that was shown."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    digest = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    body = LongTextField(
        label=_("Your note"),
        max_length=BODY_LENGTH,
        error_messages={"required": _("There is nothing to send yet.")},
    )

    def __init__(self, data: Any, post: Post, blocks: list[Paragraph]) -> None:
        """Bind it to what was sent about these paragraphs of the post."""
        super().__init__(data)
        self.post, self.blocks = post, blocks

    @property
    def asked_number(self) -> int:
        """Return the number of the paragraph that was meant, 0 for none."""
        typed = str(self.data.get("number", ""))
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 0

    def clean(self) -> dict[str, Any]:
        """Find the paragraph: by its words first, as it may have moved since it was shown."""
        cleaned = super().clean() or self.cleaned_data
        number, digest = cleaned.get("number", 0), cleaned.get("digest", "")
        same = [block for block in self.blocks if block.digest == digest]
        near = same or [block for block in self.blocks if block.number == number]
        if not near:
            self.add_error(None, _("That paragraph is gone; your note is still in its box below."))
        else:
            cleaned["paragraph"] = min(near, key=lambda block: abs(block.number - number))
        if Note.objects.filter(post=self.post).count() >= MOST:
            self.add_error(None, _("There are very many notes here. Please delete some first."))
        return cleaned

    def note(self, **fields: Any) -> Note:
        """Return the note, stored."""
        block: Paragraph = self.cleaned_data["paragraph"]
        anchor = {"number": block.number, "digest": block.digest, "excerpt": block.excerpt}
        return Note.objects.create(
            post=self.post, body=self.cleaned_data["body"], **anchor, **fields
        )

    def save(self, by: User) -> Note:
        """Store the note of a member."""
        return self.note(by=by)


class GuestNoteForm(NoteForm):
    """A note of somebody without an account."""

    name = LineField(label=_("Your name"), max_length=NAME_LENGTH)
    # People do not see this box; what fills it in is a program.
    website = forms.CharField(required=False, max_length=500)

    def __init__(
        self, data: Any, post: Post, blocks: list[Paragraph], *, link: ShareLink, visitor: str
    ) -> None:
        """Take the link that the guest came by, and a key under which guests are counted."""
        super().__init__(data, post, blocks)
        self.link, self.visitor = link, visitor

    @property
    def is_of_a_program(self) -> bool:
        """Tell whether the box that people do not see was filled in."""
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Refuse what are too many notes: in an hour, or by one link."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        key = f"{self.link.pk}:{self.visitor}"
        if self.link.notes.count() >= GUESTS_MOST or not Attempt.objects.allow(
            "guest-note", key, limit=A_GUEST, per=AN_HOUR
        ):
            self.add_error(None, _("Those were many notes. Please wait an hour."))
        return cleaned

    def save_guests(self) -> Note:
        """Store the note of the guest."""
        return self.note(guest_name=self.cleaned_data["name"], share_link=self.link)
