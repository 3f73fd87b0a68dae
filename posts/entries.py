"""Posts as entries of a list: all that one shows, as plain values, and its HTML."""

import re
from datetime import datetime
from typing import NamedTuple

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from accounts.models import User
from blogsite.lib import site, text
from blogsite.lib.markup.pictures import Shown
from blogsite.lib.pieces import render
from blogsite.lib.site import CommentPolicy
from posts.models import Post
from posts.querysets.post import OPENING

CLOSING = tuple(".!?:;…。！？؟।”“’‘»«」』）\"')]")
ADDRESS = re.compile(r"\s*https?://\S*\s*")


class Byline(NamedTuple):
    """One of a post's authors."""

    url: str
    name: str
    picture_url: str
    initial: str


class Label(NamedTuple):
    """A tag, with the names that a template finds in its row too."""

    get_absolute_url: str
    name: str


class Entry(NamedTuple):
    """What an entry shows; where `has_snippet`, that stands in place of the excerpt.

    `fragment` is the end of the link to the post, by which a browser marks words there.
    """

    url: str
    fragment: str
    title: str
    language: str  # where the page has another, else ""
    excerpt: str
    published_at: datetime | None
    is_for_members: bool
    minutes: int
    likes: int
    comments: int
    authors: tuple[Byline, ...]
    tags: tuple[Label, ...]
    cover: Shown | None
    is_pinned: bool
    is_lead: bool
    has_snippet: bool


def html(
    post: Post,
    *,
    is_member: bool,
    is_pinned: bool,
    is_lead: bool,
    snippet: str = "",
    fragment: str = "",
) -> SafeString:
    """Return the entry of a post that was loaded by `for_list()`."""
    entry = Entry(
        url=post.get_absolute_url(),
        fragment=fragment,
        title=post.title,
        language=site.foreign(post.language),
        excerpt="" if snippet else excerpt(post),
        published_at=post.published_at,
        is_for_members=post.visibility == "members",
        minutes=post.reading_minutes,
        likes=post.like_count,
        comments=post.comment_count if shows_comments(post, is_member=is_member) else 0,
        authors=tuple(_byline(row.person) for row in post.authorships.all()),
        tags=tuple(Label(tag.get_absolute_url(), tag.name) for tag in post.tags.all()),
        cover=post.cover.shown() if post.cover else None,
        is_pinned=is_pinned,
        is_lead=is_lead,
        has_snippet=bool(snippet),
    )
    return render("posts/_entry.html", entry, snippet=conditional_escape(snippet))


def excerpt(post: Post, length: int = 280) -> str:
    """Return the summary, or the opening words of a post that has none."""
    start = post.summary or _sentences(getattr(post, "opening", ""))
    return text.excerpt(start, words=length, chars=length)


def shows_comments(post: Post, *, is_member: bool) -> bool:
    """Tell whether the visitor may know how many comments there are."""
    return is_member or post.effective_comment_policy != CommentPolicy.MEMBERS


def _sentences(opening: str) -> str:
    """Leave out headings, items, cells and addresses, which would run into the sentences.

    A text without any sentence is kept as it is, but for its addresses.
    """
    *above, last = opening.split("\n")
    lines = [line for line in above if not ADDRESS.fullmatch(line)]
    sentences = [line for line in lines if line.rstrip().endswith(CLOSING)]
    if ADDRESS.fullmatch(last):
        return "\n".join(sentences or lines)
    # Where the opening ends within the last line, its closing mark is beyond.
    is_cut = len(opening) >= OPENING and (sentences or len(last) > OPENING // 4)
    if is_cut or last.rstrip().endswith(CLOSING):
        sentences.append(last)
    return "\n".join(sentences or [*lines, last])


def _byline(person: User) -> Byline:
    return Byline(person.get_absolute_url(), str(person), person.picture_url, person.initial)
