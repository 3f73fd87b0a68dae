"""Writes held for a while: pages are read as ever, what would be written is refused in words."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from blogsite.lib import site
from blogsite.middleware import GetResponse
from blogsite.views import typed_texts

READING = {"GET", "HEAD", "OPTIONS"}
# They write a session, and no content.
LET_THROUGH = ("accounts:login", "accounts:logout")


def writes_held(get_response: GetResponse) -> GetResponse:
    """Refuse what may write while the operator holds writes; signing in and out stays."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in READING or not site.current().writes_held:
            return get_response(request)
        if request.path_info in map(reverse, LET_THROUGH):
            return get_response(request)
        page = _page(request)
        page.headers["Retry-After"] = "60"
        return page

    return middleware


def _page(request: HttpRequest) -> HttpResponse:
    if not request.accepts("text/html"):  # a script, which has a place for the sentence
        said = _("Nothing can be saved just now: the site is being worked on.")
        return JsonResponse({"state": "held", "text": said}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    kept = {"kept": typed_texts(request)}
    return render(request, "503.html", kept, status=HTTPStatus.SERVICE_UNAVAILABLE)
