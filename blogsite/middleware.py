"""Middleware: security headers, limits on what is sent, site settings, former addresses."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from blogsite import absent
from blogsite.appearance import language_of
from blogsite.lib import site
from posts import due

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Foreign pictures may be shown in posts, over HTTPS only; everything else is the site's own.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' https:; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What is answered without a word of the site's, and without its settings.
WORDLESS = ("/health/", "/media/")
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


def language(get_response: GetResponse) -> GetResponse:
    """Answer in the language that the reader chose, or else in the site's.

    Django's own middleware would look at Accept-Language too: every page would be kept for each
    spelling of that header, and a link would show each reader something else.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(WORDLESS):
            return get_response(request)
        chosen = language_of(request)
        with translation.override(chosen):
            response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", chosen)
            patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def due_acts(get_response: GetResponse) -> GetResponse:
    """Do what is due by itself before a page is made; the worker may not be there."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(WORDLESS):
            due.apply_if_due()
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
    """Lead from a missing page to where its content lives now, or say that it is gone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        return absent.answer_for(request, response)

    return middleware
