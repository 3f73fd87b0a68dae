"""What pages about posts need beyond Django's own tags."""

import re
from datetime import UTC, datetime
from typing import TypedDict

from django import template
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from blogsite.lib import site
from blogsite.lib.addresses import absolute as whole_address
from blogsite.lib.pieces import personal, render
from posts import cards, entries
from posts.models import Post

register = template.Library()

# What only some texts hold; the sheets for it are linked where it is: css/rich.css.
RICH = re.compile(r'<(?:pre|table|kbd|math)\b|class="(?:task|note|bare-link)')
LONG_POST = 600  # words, from which on a table of contents helps


class Heading(TypedDict):
    """A heading as the post keeps it."""

    level: int
    id: str
    text: str


class Part(TypedDict):
    """A line of the table of contents with those below it."""

    heading: Heading
    below: list[Heading]


@register.filter
def absolute(address: str) -> str:
    """Return the whole address of a path of the site."""
    return whole_address(address)


@register.simple_tag
def when(moment: datetime, pattern: str = "DATE_FORMAT", property: str = "") -> SafeString:  # noqa: A002
    """Show a date in the site's time zone, as people and machines read it.

    `property` is the class by which microformats know it.
    """
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = date_format(timezone.localtime(moment), pattern)
    name = format_html(' class="{}"', property) if property else ""
    return format_html('<time datetime="{}"{}>{}</time>', stamp, name, shown)


@register.filter
def as_markdown(text: object) -> str:
    """Return words that mean in one line of Markdown what they say."""
    return re.sub(r"([\\`*_\[\]<>#&])", r"\\\1", " ".join(str(text).split()))


@register.filter
def foreign(post: Post) -> str:
    """Return the language of a post where the page around it has another, else ""."""
    return site.foreign(post.language)


@register.filter
def excerpt(post: Post, length: int = 280) -> str:
    """Return the summary, or the opening words of a post that has none."""
    return entries.excerpt(post, length)


@register.simple_tag(takes_context=True)
def entry(
    context: Context,
    post: Post,
    *,
    snippet: str = "",
    fragment: str = "",
    is_pinned: bool = False,
    is_lead: bool = False,
) -> SafeString:
    """Show a post as an entry of a list."""
    is_member = context["request"].user.is_authenticated
    return entries.html(
        post,
        is_member=is_member,
        is_pinned=is_pinned,
        is_lead=is_lead,
        snippet=snippet,
        fragment=fragment,
    )


@register.filter
def is_rich(post: Post) -> bool:
    """Tell whether the text holds more than words, quotes, lists and pictures."""
    return RICH.search(post.html) is not None


@register.filter
def with_cards(html: str) -> SafeString:
    """Return a post's text with cards where it names other posts of the site."""
    return cards.with_cards(html)


@register.filter
def has_code(post: Post) -> bool:
    """Tell whether the text has code in a box of its own."""
    return "<pre" in post.html


@register.filter
def contents(post: Post) -> list[Part]:
    """Return the headings of a long post in two levels; nothing for a short one."""
    headings: list[Heading] = post.headings
    if post.words < LONG_POST or len(headings) < 3:
        return []
    top = min(heading["level"] for heading in headings)
    parts: list[Part] = []
    for heading in headings:
        if heading["level"] == top or not parts:
            parts.append({"heading": heading, "below": []})
        else:
            parts[-1]["below"].append(heading)
    return parts


@register.filter
def editable_by(post: Post, user: User | AnonymousUser) -> bool:
    """Tell whether the person may change the post."""
    return post.editable_by(user)


@register.simple_tag(takes_context=True)
def edit_link(context: Context, post: Post) -> SafeString:
    """Show the way to the editor to those who may change the post."""

    def link(request: HttpRequest) -> str:
        is_editor = post.editable_by(request.user)
        return render("posts/_edit_link.html", {"pk": post.pk}) if is_editor else ""

    return personal(context["request"], link)


@register.simple_tag(takes_context=True)
def write_button(context: Context) -> SafeString:
    """Show the way to a first post to those who may write one."""

    def button(request: HttpRequest) -> str:
        writes = request.user.has_perm("posts.add_post")
        return render("posts/_write_button.html", {}) if writes else ""

    return personal(context["request"], button)
