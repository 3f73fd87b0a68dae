"""Pages of the whole site: robots, media, error pages, first-run set-up."""

import sys
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.encoding import filepath_to_uri
from django.utils.html import format_html
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from blogsite import ownership
from blogsite.appearance import theme_of
from blogsite.forms import SetupForm
from blogsite.lib import images
from blogsite.lib.storage import Unavailable
from blogsite.outages import is_outage
from posts.parking import long_texts, park

CLOSED_ROOMS = ("/accounts/", "/admin/", "/write/", "/setup/")
# What has an address for every word or comment, and nothing that is not elsewhere; but the page to
# search on, before anything is asked, is a page like others.
ENDLESS_ROOMS = ("/search/?", "/comments/", "/appearance/", "/posts/*/comments/new/")
SANDBOX = "sandbox; default-src 'none'"
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the sitemap is, and which rooms hold nothing for them."""
    lines = ["User-agent: *", *(f"Disallow: {room}" for room in CLOSED_ROOMS + ENDLESS_ROOMS)]
    lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded picture, sandboxed, to be kept for good: its name changes with it."""
    kind = images.TYPES.get(path.rpartition(".")[2].lower())
    if kind is None:
        raise Http404
    if public := getattr(default_storage, "public_url", ""):
        return _elsewhere(f"{public}/{filepath_to_uri(path)}")
    try:
        file = default_storage.open(path)
        changed = getattr(file, "changed", None) or default_storage.get_modified_time(path)
    except Unavailable:
        return _later()
    except (SuspiciousOperation, OSError, ValueError) as error:
        raise Http404 from error
    return _picture(request, file, kind, int(changed.timestamp()))


def _picture(request: HttpRequest, file: File[bytes], kind: str, stamp: int) -> HttpResponseBase:
    etag = quote_etag(f"{stamp:x}-{file.size:x}")
    response: HttpResponseBase = FileResponse(file, content_type=kind)
    if unchanged := get_conditional_response(request, etag=etag, last_modified=stamp):
        response.close()
        response = unchanged
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = SANDBOX
    response["ETag"] = etag
    response["Last-Modified"] = http_date(stamp)
    return response


def _elsewhere(address: str) -> HttpResponse:
    """Send readers to where the bucket, or what stands before it, hands pictures out itself."""
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "public, max-age=86400"
    response["Content-Security-Policy"] = SANDBOX
    return response


def _later() -> HttpResponse:
    """Say that the picture is there but out of reach, and have nobody keep that."""
    text = _("Pictures cannot be fetched at the moment. Please try again in a minute.")
    response = HttpResponse(
        f"{text}\n", "text/plain; charset=utf-8", HTTPStatus.SERVICE_UNAVAILABLE
    )
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = SANDBOX
    response["Retry-After"] = "10"
    return response


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Set the site up by the secret link; afterwards, or without it, there is no such page."""
    if not ownership.is_setup_token(request.GET.get("token", "")) or ownership.has_owner():
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner = form.save()
        if owner is None:
            raise Http404
        login(request, owner)
        messages.success(request, welcome())
        return redirect(settings.LOGIN_REDIRECT_URL)
    response = render(request, "blogsite/setup.html", {"form": form})
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def welcome() -> str:
    """Return what the owner reads first, with the next steps."""
    return format_html(
        _(
            'The site is yours. <a href="{write}">Write the first post</a>, '
            '<a href="{account}">add a picture of yourself</a>, or '
            '<a href="{desk}">decide who may join</a>.'
        ),
        write=reverse("posts:new"),
        account=reverse("accounts:settings"),
        desk=reverse("admin:blogsite_sitesettings_changelist"),
    )


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what is missing and for what is forbidden alike, so that neither tells."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense, or is larger than the site accepts."""
    if isinstance(exception, TOO_LARGE):
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of the site, with a page that needs neither database nor settings.

    An outage is told as what it is, with what was typed.
    """
    template = loader.get_template("500.html")
    if not is_outage(sys.exception()):
        page = template.render({"theme": theme_of(request), "kept": typed_texts(request)})
        return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    shown = {"theme": theme_of(request), "is_outage": True, "kept": typed_texts(request)}
    page = template.render(shown)
    response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = "5"
    response.headers["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without its token; long texts are shown again, an editor's is kept."""
    if not request.accepts("text/html"):  # a script, which has a place for the sentence
        said = _("This page has been open for too long. Open it once more in another tab.")
        if not request.user.is_authenticated:
            said = _("You are signed out. Sign in, in another tab, and it goes on.")
        return JsonResponse({"state": "stale", "text": said}, status=HTTPStatus.FORBIDDEN)
    context = {
        "kept": typed_texts(request),
        "parked": park(request) if _is_own_page(request) else None,
        "is_appearance": request.path_info == reverse("appearance"),
    }
    return render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the long texts of a form of this site's, to be shown again so that none is lost."""
    return long_texts(request) if _is_own_page(request) else []


def _is_own_page(request: HttpRequest) -> bool:
    """Tell whether a page of this site sent the form: no other may choose what is shown."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(source).netloc == request.get_host()
