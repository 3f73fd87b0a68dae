"""The letters of posts, one function each; to add one, copy a sibling and its templates.

They go to proven addresses only: they hold titles and reasons that people chose freely.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.emails import send
from accounts.models import User
from posts.models import CoAuthorInvitation, Review
from posts.models.invited import Invited


def review_asked(review: Review, editor: User) -> None:
    """Tell an editor that a post waits for review."""
    link = settings.SITE_URL + reverse("posts:reviews")
    subject = _("A post waits for review at %(site)s")
    send("posts/emails/review_asked", editor.email, subject, review=review, link=link)


def review_ended(review: Review, author: User) -> None:
    """Tell an author that their post was published or sent back, and why."""
    post = review.post
    if review.is_sent_back:
        subject = _("Your post at %(site)s was sent back")
        link = settings.SITE_URL + reverse("posts:publication", args=[post.pk])
        send("posts/emails/review_sent_back", author.email, subject, review=review, link=link)
    else:
        subject = _("Your post at %(site)s was accepted")
        link = settings.SITE_URL + post.get_absolute_url()
        send("posts/emails/review_published", author.email, subject, review=review, link=link)


def invitation(asked: Invited) -> None:
    """Send whoever is asked to write together the way to the answer; nothing without address."""
    person = asked.person
    if not person.email or person.email_confirmed_at is None:
        return
    context = {"host": asked.invited_by, "title": str(asked.shared)}
    context["link"] = settings.SITE_URL + asked.get_absolute_url()
    if isinstance(asked, CoAuthorInvitation):
        subject = _("You are asked to be an author of a post at %(site)s")
        send("posts/emails/author_invitation", person.email, subject, **context)
    else:
        subject = _("You are asked to share a series at %(site)s")
        send("posts/emails/series_invitation", person.email, subject, **context)
