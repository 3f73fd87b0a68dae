"""What search engines are told of pages, in the words of schema.org: JSON in a block of data.

Terse on purpose: what a page is can be read in a few hundred bytes, and each reader pays for them.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from blogsite.lib import site, text
from blogsite.lib.addresses import absolute
from posts import entries, share_pictures
from posts.models import Post, Series

Thing = dict[str, Any]
Step = tuple[str, str]  # a name, and the path of its page

DESCRIPTION = 160  # characters
# A text ends the block with none of these, nor a line of JavaScript.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def block(*things: Thing) -> SafeString:
    """Return the element that holds the things; nothing in it can end it."""
    known = [{name: value for name, value in thing.items() if value} for thing in things if thing]
    whole: Thing = {"@context": "https://schema.org"}
    whole |= known[0] if len(known) == 1 else {"@graph": known}
    data = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)
    return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308 - escaped


def posting(post: Post, authors: Sequence[User], comments: int) -> Thing:
    """Return a post."""
    current, tags = site.current(), [tag.name for tag in post.tags.all()]
    home = absolute(reverse("posts:list"))
    return {
        "@type": "BlogPosting",
        "headline": title(post),
        "description": description(post),
        "url": absolute(post.get_absolute_url()),
        "datePublished": _stamp(post.published_at),
        "dateModified": _stamp(post.updated_at),
        "author": [_person(person) for person in authors],
        "image": absolute(share_pictures.card_of_post(post, authors).url),
        "keywords": ", ".join(tags),
        "articleSection": tags[0] if tags else "",
        "inLanguage": post.language or current.language,
        "wordCount": post.words,
        "commentCount": comments,
        "isPartOf": {"@type": "Blog", "name": current.title, "url": home},
        "publisher": _publisher(),
    }


def home() -> tuple[Thing, Thing]:
    """Return the site with its search, and the blog that it is."""
    current, address = site.current(), absolute(reverse("posts:list"))
    search = f"{absolute(reverse('posts:search'))}?q={{search_term_string}}"
    about = {"name": current.title, "url": address, "inLanguage": current.language}
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": search},
        "query-input": "required name=search_term_string",
    }
    return (
        {"@type": "WebSite", **about, "potentialAction": action},
        {"@type": "Blog", **about, "description": current.tagline, "publisher": _publisher()},
    )


def profile(person: User) -> Thing:
    """Return an author's page and who it is about."""
    about = {
        **_person(person),
        "alternateName": person.username if str(person) != person.username else "",
        "description": _plain(person.biography_html),
        "sameAs": person.website,
    }
    return {
        "@type": "ProfilePage",
        "dateCreated": _stamp(person.date_joined) if person.is_active else "",
        "mainEntity": {name: value for name, value in about.items() if value},
    }


def trail(*steps: Step) -> Thing:
    """Return the way from the first page to this one, which is the last step."""
    whole = [(site.current().title, reverse("posts:list")), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
            for number, (name, path) in enumerate(whole, start=1)
        ],
    }


def trail_of_post(post: Post, series: Iterable[Series]) -> Thing:
    """Return the way to a post: by its first series, or else its first tag."""
    above = next(iter([*series, *post.tags.all()]), None)
    steps = [(str(above), above.get_absolute_url())] if above else []
    return trail(*steps, (post.title, post.get_absolute_url()))


def title(post: Post) -> str:
    """Return what names the post elsewhere."""
    return post.meta_title or post.title


def description(post: Post) -> str:
    """Return what says elsewhere what the post is about."""
    return post.meta_description or entries.excerpt(post, DESCRIPTION)


def _person(person: User) -> Thing:
    found = {"@type": "Person", "name": str(person), "url": absolute(person.get_absolute_url())}
    picture = {"image": absolute(person.picture_url)} if person.picture else {}
    return found | picture


def _plain(html: str) -> str:
    words = unescape(strip_tags(html))
    return text.excerpt(words, words=DESCRIPTION, chars=DESCRIPTION)


def _publisher() -> Thing:
    current = site.current()
    logo = current.logo_url or static("img/apple-touch-icon.png")
    return {"@type": "Organization", "name": current.title, "logo": absolute(logo)}


def _stamp(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
