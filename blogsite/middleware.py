"""Middleware: security headers, limits on what is sent, site settings, former addresses."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from blogsite.lib import site
from posts.models import FormerAddress

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Foreign pictures may be shown in posts, over HTTPS only; everything else is the site's own.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' https:; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = (
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
)


def headers(get_response: GetResponse) -> GetResponse:
    """Set the security headers that Django's own middleware does not, on every answer.

    What one person was shown, nothing in between may keep for the next; what everybody is shown
    may be kept, and is asked for again each time.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        is_personal = settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies
        kept = "private, no-cache" if is_personal else "no-cache"
        response.headers.setdefault("Cache-Control", kept)
        return response

    return middleware


def body_limit(get_response: GetResponse) -> GetResponse:
    """Refuse a request whose body is declared too long, before a byte of it is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) <= settings.BODY_LIMIT:
            return get_response(request)
        response = render(request, "413.html", {"limit": settings.BODY_LIMIT}, status=413)
        response.headers["Connection"] = "close"
        return response

    return middleware


def fresh_site(get_response: GetResponse) -> GetResponse:
    """Make each request read the site's settings anew, at most once."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        site.forget()
        return get_response(request)

    return middleware


def desk_questions(get_response: GetResponse) -> GetResponse:
    """Refuse to ask the desk for a NUL: its lists pass any column's value on to the database."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = request.META.get("QUERY_STRING", "")
        if "%00" in asked and request.path_info.startswith(reverse("admin:index")):
            raise BadRequest
        return get_response(request)

    return middleware


def former_addresses(get_response: GetResponse) -> GetResponse:
    """Redirect from a missing page to where its content lives now, if the visitor may see it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        target = FormerAddress.objects.target(request.path_info, request.user)
        if target is None:
            return response
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)

    return middleware
