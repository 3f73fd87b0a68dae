"""Who does what at the desk, and the one place to sign in to it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.access import safe_next


class OneOfTwo:
    """Put before a ModelAdmin: of two who add the same at once, one gets a sentence."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Say that somebody else was faster."""
        page: Any = super()
        try:
            response: HttpResponse = page.add_view(request, form_url, extra_context)
        except IntegrityError:
            messages.error(request, _("Somebody else added that a moment ago."))
            return redirect(request.path)
        return response


def is_owner(request: HttpRequest) -> bool:
    """Tell whether an owner asks."""
    return request.user.is_active and request.user.is_superuser


def enters(request: HttpRequest) -> bool:
    """Tell whether the person works at the desk: staff do, but not while they are suspended."""
    user = request.user
    return user.is_active and user.is_staff and not user.is_suspended


def sign_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Send strangers to the site's one place to sign in; 404 for members without a desk."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(safe_next(request, "admin:index"))


def password_change(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Send staff to the site's one place to change a password."""
    return redirect("accounts:password_change")
