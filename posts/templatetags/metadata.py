"""What the head of a page tells machines: names, pictures, things in the words of schema.org."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import User
from blogsite.lib import languages, site
from posts import entries, schema, share_pictures
from posts.models import Post
from posts.models.image import Card
from posts.querysets.post import OPENING

register = template.Library()


@register.filter
def shared_title(post: Post) -> str:
    """Return what names the post elsewhere."""
    return schema.title(post)


@register.filter
def shared_description(post: Post) -> str:
    """Return what says elsewhere what the post is about."""
    return schema.description(post)


@register.filter
def locale(post: Post) -> str:
    """Return the language of the text as Open Graph names it."""
    return languages.locale(post.language or site.current().language)


@register.filter
def picture_words(post: Post) -> str:
    """Return what the picture beside a link shows, in words."""
    if post.share_image:
        return post.share_image.alt or schema.title(post)
    return (post.cover_alt if post.cover else "") or schema.title(post)


@register.simple_tag
def shared_picture(post: Post, authors: list[User]) -> Card:
    """Return the picture beside a link to the post."""
    return share_pictures.card_of_post(post, authors)


@register.simple_tag
def site_picture() -> Card:
    """Return the picture beside a link to a list."""
    return share_pictures.card_of_site()


@register.inclusion_tag("posts/write/_share.html")
def share_preview(post: Post) -> dict[str, Any]:
    """Show those who write a post how a link to it will look."""
    own = post.share_image or post.cover
    drawn = Card(reverse("posts:share_preview", args=[post.pk]), *share_pictures.SIZE)
    if not hasattr(post, "opening"):
        post.opening = post.text[:OPENING]  # type: ignore[attr-defined]
    return {
        "card": own.card if own else drawn,
        "host": urlsplit(settings.SITE_URL).netloc,
        "title": schema.title(post),
        "description": schema.description(post),
    }


@register.simple_tag(takes_context=True)
def post_schema(context: Context, post: Post, authors: list[User]) -> SafeString:
    """Tell what the post is, and the way to it."""
    is_member = context["request"].user.is_authenticated
    comments = post.comment_count if entries.shows_comments(post, is_member=is_member) else 0
    series = [place["series"] for place in context.get("places") or ()]
    told = schema.posting(post, authors, comments), schema.trail_of_post(post, series)
    return schema.block(*told)


@register.simple_tag
def home_schema() -> SafeString:
    """Tell what the site is, and how it is searched."""
    return schema.block(*schema.home())


@register.simple_tag
def person_schema(person: User) -> SafeString:
    """Tell whose page it is."""
    return schema.block(schema.profile(person))


@register.simple_tag
def trail_schema(*steps: Any) -> SafeString:
    """Tell the way to the page: names and addresses in turn, the page itself last."""
    pairs = zip(steps[::2], steps[1::2], strict=True)
    return schema.block(schema.trail(*((str(name), str(path)) for name, path in pairs)))
