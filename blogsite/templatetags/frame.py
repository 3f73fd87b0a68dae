"""The places of the frame around every page that are one person's own."""

from typing import TYPE_CHECKING, cast

from django import template
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

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
