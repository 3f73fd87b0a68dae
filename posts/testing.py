"""Posts for tests."""

from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as Picture

from accounts.models import User
from posts.models import Image, Post, Series, Tag

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


def picture_bytes(width: int = 900, height: int = 600, colour: str = "#0a6152") -> bytes:
    """Return a JPEG of one colour."""
    out = BytesIO()
    Picture.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def picture_file(name: str = "garden.jpg", **look: Any) -> SimpleUploadedFile:
    """Return a picture as a browser sends it."""
    return SimpleUploadedFile(name, picture_bytes(**look), "image/jpeg")


def make_image(owner: User, name: str = "garden.jpg", **look: Any) -> Image:
    """Return a picture in the owner's library."""
    return Image.store(owner, picture_bytes(**look), name)


def typed(post: Post | None = None, **fields: Any) -> dict[str, Any]:
    """Return what the editor's form sends for the post, or for a new one."""
    sent = {
        "title": post.title if post else "A walk in the garden",
        "body": post.body if post else "First there were *roses*.",
        "slug": post.slug if post else "",
        "visibility": "public",
        "comment_policy": "",
    }
    if post is not None:
        sent["started_from"] = Post.objects.get(pk=post.pk).fingerprint()
    return sent | fields


def make_posts(author: User, count: int, **fields: Any) -> list[Post]:
    """Return posts published a day after each other, the oldest first, the newest an hour ago."""
    newest = timezone.now() - timedelta(hours=1)
    times = (newest - timedelta(days=age) for age in range(count - 1, -1, -1))
    return [make_post(author, published_at=at, **fields) for at in times]


def make_series(owner: User, *posts: Post, title: str = "A year outside") -> Series:
    """Return a series with the posts in that order."""
    series = Series.objects.create(title=title, slug=title.lower().replace(" ", "-"), owner=owner)
    for post in posts:
        series.append(post)
    return series


def make_cover(owner: User) -> Image:
    """Return the row of a picture; there is no file behind it."""
    number = next(_numbers)
    return Image.objects.create(
        owner=owner, sha256=f"{number:064}", path=f"{number}.webp", width=900, height=600, size=1
    )


def count_queries(client: Client, address: str) -> int:
    """Return how many queries the page takes; the page must be there."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")
    return len(queries)


def make_invitation(shared: Post | Series, person: User) -> Any:
    """Return an invitation of the person to the post or series, by its owner."""
    host = shared.author if isinstance(shared, Post) else shared.owner
    return shared.invitations.create(person=person, invited_by=host, asked_as=person.username)
