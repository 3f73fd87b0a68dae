"""The like button of a post or comment, as one visitor gets it."""

from typing import TYPE_CHECKING, NamedTuple, Union
from urllib.parse import urlencode

from django.urls import reverse

from comments.models import Comment, CommentLike, PostLike
from posts.models import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class LikeButton(NamedTuple):
    """What the button shows; `url` is where it posts to, for strangers the sign-in page.

    `form` names the form on the page that carries the token, "" where the button has its own.
    """

    total: int
    liked: bool
    url: str
    form: str = ""
    is_for_members: bool = True


def like_of(thing: Post | Comment, visitor: Union["User", "AnonymousUser"]) -> LikeButton:
    """Return the button; one query for members."""
    if not visitor.is_authenticated:
        return strangers_like(thing.like_count, sign_in_url(thing.get_absolute_url()))
    if isinstance(thing, Post):
        url = reverse("comments:like_post", args=[thing.slug])
        return LikeButton(thing.like_count, PostLike.exists_for(thing, visitor), url)
    url = reverse("comments:like", args=[thing.pk])
    return LikeButton(thing.like_count, CommentLike.exists_for(thing, visitor), url)


def strangers_like(count: int, sign_in: str) -> LikeButton:
    """Return the button that leads to the sign-in page."""
    return LikeButton(count, liked=False, url=sign_in, is_for_members=False)


def sign_in_url(target: str) -> str:
    """Return the address of the sign-in page that leads to the target afterwards."""
    return f"{reverse('accounts:login')}?{urlencode({'next': target})}"
