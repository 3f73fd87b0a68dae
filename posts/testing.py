"""Posts for tests."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from posts.models import Post, Tag

_numbers = count(1)


def make_tag(name: str = "Gardens") -> Tag:
    """Return the tag of that name."""
    return Tag.objects.get_or_create(slug=name.lower(), defaults={"name": name})[0]


def make_draft(author: User, **fields: Any) -> Post:
    """Return a draft."""
    number = next(_numbers)
    fields = {"title": f"Post {number}", "slug": f"post-{number}", "body": "Some words."} | fields
    tags = fields.pop("tags", [])
    post = Post(author=author, **fields)
    post.save()
    post.tags.set(make_tag(name) for name in tags)
    return post


def make_post(author: User, **fields: Any) -> Post:
    """Return a post published an hour ago, unless the fields say otherwise."""
    fields.setdefault("published_at", timezone.now() - timedelta(hours=1))
    return make_draft(author, **fields)
