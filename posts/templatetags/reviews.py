"""Reviews of posts on the writer's pages: how many wait, and how those of a post ended."""

from typing import Any

from django import template

from accounts.models import User
from posts.models import Post, Review

register = template.Library()

MOST_COUNTED = 99
MOST_SHOWN = 20  # reviews of one post
MOST_BESIDE = 20  # notes beside the text


@register.simple_tag
def reviews_waiting() -> str:
    """Return how many posts wait for an editor, "" for none."""
    number = Post.objects.in_state("review").order_by()[: MOST_COUNTED + 1].count()
    if number > MOST_COUNTED:
        return f"{MOST_COUNTED}+"
    return str(number or "")


@register.filter
def publishable_by(post: Post, user: User) -> bool:
    """Tell whether the person may publish the post, and so show it to others."""
    return post.publishable_by(user)


@register.inclusion_tag("posts/write/_sent_back.html")
def sent_back(post: Post) -> dict[str, Any]:
    """Show that an editor sent the post back, and why, until it is sent again or published.

    A list that prefetches `reviews` asks nothing here.
    """
    stays = post.status in {"draft", "withdrawn"}
    last = max(post.reviews.all(), key=lambda review: review.pk, default=None) if stays else None
    return {"review": last if last is not None and last.is_sent_back else None}


@register.inclusion_tag("posts/write/_reviews.html")
def review_history(post: Post) -> dict[str, Any]:
    """Show the reviews of the post that ended, the latest first; one query."""
    ended = Review.objects.filter(post=post, decided_at__isnull=False)
    return {"reviews": ended.select_related("by", "editor")[:MOST_SHOWN]}


@register.inclusion_tag("posts/write/_notes.html")
def open_notes(post: Post) -> dict[str, Any]:
    """Show the open notes on the post, for standing beside its text; one query."""
    found = list(post.notes.open().select_related("by").order_by("number", "pk")[: MOST_BESIDE + 1])
    count = post.notes.open().count() if len(found) > MOST_BESIDE else len(found)
    return {"post": post, "notes": found[:MOST_BESIDE], "count": count}
