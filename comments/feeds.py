"""Feeds of the conversation under a post: what everybody may read of it, the newest first."""

from html import unescape

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from blogsite.lib.addresses import absolute, absolute_links, tag_uri
from comments.models import Comment
from comments.policies import reads_conversation
from posts.models import Post
from posts.querysets.post import Visitor
from posts.syndication import Item, Source, routes

NEWEST = 50
SUMMARY = 200
_ASKED = ("slug", "title", "comment_policy", "created_at", "published_at", "updated_at")
_UNSEEN = ("author__biography", "author__biography_html")


def paths() -> list[URLPattern]:
    """Return the routes: `feed`, `feed_rss` and `feed_json`."""
    return routes("posts/<str:slug>/comments/feed/", _conversation, "feed")


def _conversation(visitor: Visitor, number: int, slug: str) -> Source:
    """Return a page of what is said, the same whoever asks: readers of feeds have no account."""
    everybody = AnonymousUser()
    posts = Post.objects.visible_to(everybody).only(*_ASKED)
    post = get_object_or_404(posts, slug=slug)
    if not reads_conversation(post, everybody):
        raise Http404
    said = post.comments.visible_to(everybody).select_related("author")
    start = (number - 1) * NEWEST
    rows = list(said.defer("body", *_UNSEEN).order_by("-pk")[start : start + NEWEST + 1])
    page = post.get_absolute_url()
    return Source(
        title=_("Comments on “%(title)s”") % {"title": post.title},
        description=_("What readers say about it"),
        page=page,
        items=[_item(comment, page) for comment in rows[:NEWEST]],
        has_more=len(rows) > NEWEST,
        id=tag_uri(post.created_at.year, f"post/{post.pk}/comments"),
        updated=(post.published_at or post.updated_at).replace(microsecond=0),
    )


def _item(comment: Comment, page: str) -> Item:
    author = comment.author
    return Item(
        id=tag_uri(comment.created_at.year, f"comment/{comment.pk}"),
        url=absolute(comment.get_absolute_url()),
        title=_("%(name)s wrote") % {"name": author},
        summary=Truncator(unescape(strip_tags(comment.html)).strip()).chars(SUMMARY),
        content=absolute_links(comment.html, page),
        published=comment.created_at,
        updated=comment.edited_at or comment.created_at,
        authors=[(str(author), absolute(author.get_absolute_url()))],
    )
