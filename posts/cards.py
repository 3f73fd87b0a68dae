"""Cards: where a paragraph is the address of a post of this site, that post is shown.

The renderer marks such paragraphs; what stands in the card is asked for when the page is made, so
that it is never out of date, and never shows what not everybody may see.
"""

import re
from html import unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models.functions import Substr
from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString, mark_safe

from blogsite.lib import site
from blogsite.lib.pieces import render
from posts import entries
from posts.models import Post
from posts.querysets.post import OPENING

MOST = 20  # in one text; what follows stays a link
LENGTH = 160

_MARKED = re.compile(r'<p class="bare-link"><a href="([^"]+)">[^<]*</a></p>')


def with_cards(html: str) -> SafeString:
    """Return a post's stored HTML with cards for addresses of public posts; one query at most."""
    slugs = dict.fromkeys(filter(None, map(_slug, _MARKED.findall(html))))
    if not slugs:
        return mark_safe(html)  # noqa: S308 - the renderer's
    posts = (
        Post.objects.public()
        .filter(slug__in=list(slugs)[:MOST])
        .only("slug", "title", "summary", "language")
        .annotate(opening=Substr("text", 1, OPENING))
    )
    cards = {post.slug: _card(post) for post in posts}

    def card(match: re.Match[str]) -> str:
        return cards.get(_slug(match[1]), match[0])

    return mark_safe(_MARKED.sub(card, html))  # noqa: S308


def _card(post: Post) -> str:
    values = {
        "url": post.get_absolute_url(),
        "title": post.title,
        "language": site.foreign(post.language),
        "excerpt": entries.excerpt(post, LENGTH),
    }
    return render("posts/_card.html", values)


def _slug(href: str) -> str:
    """Return the slug of the post at an escaped address, "" where it is another page's."""
    try:
        parts, own = urlsplit(unescape(href)), urlsplit(settings.SITE_URL)
        if parts.netloc != own.netloc or parts.query or parts.fragment:
            return ""
        match = resolve(unquote(parts.path))
    except (Resolver404, ValueError):
        return ""
    return str(match.kwargs["slug"]) if match.view_name == "posts:detail" else ""
