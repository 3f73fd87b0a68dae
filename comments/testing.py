"""Comments for tests."""

from itertools import count
from typing import Any

from accounts.models import User
from comments.models import Comment
from posts.models import Post

_numbers = count(1)


def make_comment(post: Post, author: User, body: str = "", **fields: Any) -> Comment:
    """Return a comment that stands, unless the fields say otherwise."""
    body = body or f"Word {next(_numbers)}."
    return Comment.objects.create(post=post, author=author, body=body, **fields)


def make_reply(parent: Comment, author: User, body: str = "", **fields: Any) -> Comment:
    """Return an answer to the comment."""
    return make_comment(parent.post, author, body, parent=parent, **fields)
