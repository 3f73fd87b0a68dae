"""The frame around every page: the places that are one person's own, and the reader's choices."""

from typing import TYPE_CHECKING, Any, cast

from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from blogsite.appearance import THEMES, theme_of
from blogsite.lib.pieces import form_token, personal, render

if TYPE_CHECKING:
    from accounts.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def account_menu(context: Context) -> SafeString:
    """Show a member where they may go."""
    return personal(context["request"], _account_menu)


@register.simple_tag(takes_context=True)
def flash_messages(context: Context) -> SafeString:
    """Show what is to be said to this visitor once."""
    return personal(context["request"], _messages)


@register.inclusion_tag("_appearance.html", takes_context=True)
def appearance_form(context: Context, *, has_token: bool = False) -> dict[str, Any]:
    """Offer the themes and languages; without a token, it can stand in pages kept for everybody."""
    request: HttpRequest = context["request"]
    return {
        "themes": THEMES,
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "language": get_language(),
        # What came of a form that was sent may have no page of its own to come back to.
        "next": request.get_full_path() if request.method == "GET" else "",
        "has_token": has_token,
        "csrf_token": context.get("csrf_token"),
    }


def _account_menu(request: HttpRequest) -> SafeString:
    user = cast("User", request.user)
    values = {
        "name": str(user),
        "username": user.username,
        "initial": user.initial,
        "picture_url": user.picture_url,
        "writes": user.can("posts.add_post"),
        "is_staff": user.is_staff,
    }
    return render("_account_menu.html", values, csrf_token=form_token(request))


def _messages(request: HttpRequest) -> str:
    waiting = get_messages(request)
    return render_to_string("_messages.html", {"messages": waiting}) if waiting else ""
