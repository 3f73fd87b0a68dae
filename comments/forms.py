"""What members write: comments, changes to them, reports."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Attempt, User
from blogsite.lib import markdown
from comments.models import Comment, Report
from comments.models.decision import REASON_LENGTH
from comments.policies import reason_to_wait
from posts.models import Post

LIMIT = 10
LIMIT_SECONDS = 300
SAME_WITHIN = timedelta(minutes=1)


class EditForm(forms.ModelForm[Comment]):
    """The words of a comment: the same box for a new one and for a change."""

    class Meta:
        model = Comment
        fields = ("body",)
        widgets = {"body": forms.Textarea(attrs={"rows": 5, "dir": "auto"})}
        labels = {"body": _("Your comment")}
        help_texts = {
            "body": _("Markdown works: *emphasis*, **strong**, `code`, > quotation, - list, links.")
        }
        error_messages = {"body": {"required": _("There is nothing to send yet.")}}

    def clean_body(self) -> str:
        """Render, so that text the renderer refuses gets its sentence beside the field."""
        body: str = self.cleaned_data["body"].replace("\r\n", "\n")
        try:
            self.instance.write(body)
        except markdown.TooComplex as error:
            raise ValidationError(str(error)) from error
        return body

    def save(self, commit: bool = True) -> Comment:
        """Store the change; words that look like spam wait for a moderator."""
        self.instance.edit(self.cleaned_data["body"], held_because=reason_to_wait(self.instance))
        return self.instance


class CommentForm(EditForm):
    """A new comment, or an answer to one."""

    reply = forms.ModelChoiceField(
        Comment.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": _(
                "The comment you answer is no longer there. "
                "Send again to make yours a comment of its own."
            )
        },
    )

    def __init__(self, *args: Any, post: Post, author: User, **kwargs: Any) -> None:
        """Take who writes under what; `data` may hold `preview`, which stores nothing."""
        super().__init__(*args, **kwargs)
        self.instance.post, self.instance.author = post, author
        self.is_preview = "preview" in self.data
        replies = self.fields["reply"]
        assert isinstance(replies, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        replies.queryset = post.comments.standing().select_related("author", "root")

    def clean(self) -> dict[str, Any]:
        """Count the attempt, unless it is a preview or the same comment sent twice."""
        cleaned = super().clean() or {}
        self.instance.parent = cleaned.get("reply")
        if "reply" in self.errors:
            self.data = {"body": self.data.get("body", "")}
        if self.errors or self.is_preview or self._twin():
            return cleaned
        key = str(self.instance.author.pk)
        if not Attempt.objects.allow("comment", key, limit=LIMIT, per=LIMIT_SECONDS):
            raise ValidationError(
                _("That was many comments in a short time. Please wait a few minutes."),
                code="rate",
            )
        return cleaned

    def save(self, commit: bool = True) -> Comment:
        """Store it, once however often it was sent within a minute."""
        comment = self.instance
        with transaction.atomic():
            # The lock makes one person's sendings queue.
            User.objects.select_for_update(no_key=True).get(pk=comment.author_id)
            if twin := self._twin():
                return twin
            comment.held_because = reason_to_wait(comment)
            comment.held_at = timezone.now() if comment.held_because else None
            comment.save()
        return comment

    def _twin(self) -> Comment | None:
        mine = self.instance
        return mine.post.comments.filter(
            author=mine.author,
            parent=mine.parent,
            body=mine.body,
            deleted_at__isnull=True,
            created_at__gt=timezone.now() - SAME_WITHIN,
        ).first()


class ReportForm(forms.ModelForm[Report]):
    """Why a moderator should look at a comment."""

    class Meta:
        model = Report
        fields = ("reason",)
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        labels = {"reason": _("What is wrong with it?")}
        help_texts = {"reason": _("Only the moderators read this, with your name.")}

    def save(self, commit: bool = True) -> Report:
        """Store it; a second report by the same person replaces the first and opens it again."""
        report = self.instance
        return Report.objects.update_or_create(
            comment=report.comment,
            reporter=report.reporter,
            defaults={"reason": report.reason, "settled_at": None, "settled_by": None},
        )[0]


class ReasonForm(forms.Form):
    """Why something is done to somebody's comment."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author of the comment reads it too."),
    )
