"""What a step of publication means for the review of a post: its record, and who is told."""

from accounts.models import Attempt, User
from accounts.querysets import UserQuerySet
from posts import emails
from posts.models import Post, Review, Verdict

EDITORS = "posts.edit_any_post"
MOST_TOLD = 20  # editors
AN_HOUR = 3600


def after(post: Post, *, was: str, by: User, because: str = "") -> None:
    """Record the review that began or ended as the post left the status `was`; send letters.

    In the caller's transaction: what is undone there was told to nobody.
    """
    if was != "review" and post.status == "review":
        _tell_editors(Review.objects.begin(post, by))
    elif was == "review" and post.status != "review":
        review = Review.objects.end(post, by, _verdict(post, by), because)
        if review.verdict != Verdict.TAKEN_BACK:
            _tell_authors(review)


def _verdict(post: Post, by: User) -> Verdict:
    if post.status in {"published", "scheduled"}:
        return Verdict.PUBLISHED
    return Verdict.TAKEN_BACK if post.is_written_by(by) else Verdict.SENT_BACK


def _tell_editors(review: Review) -> None:
    """Write to each editor once an hour at most: the queue has the rest."""
    for editor in _reachable(User.objects.able_to(EDITORS).exclude(pk=review.by_id))[:MOST_TOLD]:
        if Attempt.objects.allow("review-letter", str(editor.pk), limit=1, per=AN_HOUR):
            emails.review_asked(review, editor)


def _tell_authors(review: Review) -> None:
    authors = User.objects.active().filter(authorships__post=review.post)
    for author in _reachable(authors.exclude(pk=review.editor_id)):
        emails.review_ended(review, author)


def _reachable(people: UserQuerySet) -> UserQuerySet:
    """Keep those whose address is proven: the letters hold words that people chose freely."""
    return people.filter(email_confirmed_at__isnull=False).exclude(email="").order_by("pk")
