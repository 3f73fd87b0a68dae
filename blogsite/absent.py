"""Answers for addresses where nothing is: led on, gone for good, or missing."""

from http import HTTPStatus

from django.contrib.auth.models import AnonymousUser
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render

from blogsite.lib import site
from posts import missing
from posts.lists import PostList
from posts.models import FormerAddress, Tag

NEWEST = 5
TAGS = 12


def answer_for(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return what to answer in place of a missing page, or that page, and count it."""
    fate = FormerAddress.objects.fate(request.path_info, request.user)
    if fate.target:
        query = request.META.get("QUERY_STRING", "")
        sign = "&" if "?" in fate.target else "?"
        target = f"{fate.target}{sign}{query}" if query else fate.target
        return _for_now(target) if fate.is_temporary else HttpResponsePermanentRedirect(target)
    if fate.is_gone:
        return gone(request)
    if not fate.is_hidden and request.method == "GET" and not site.current().writes_held:
        missing.note(request.path_info, request.META.get("HTTP_REFERER", ""))
    return response


def _for_now(target: str) -> HttpResponse:
    """Lead to a picture's present files: it may be replaced again."""
    response = HttpResponseRedirect(target)
    response["Cache-Control"] = "public, max-age=60"
    return response


def gone(request: HttpRequest) -> HttpResponse:
    """Say that what was here is gone for good, and where else to look."""
    posts = PostList(AnonymousUser())
    newest = posts.newest(NEWEST).only("title", "slug", "language", "published_at")
    tags = Tag.objects.most_used(posts.newest(100)).only("name", "slug")[:TAGS]
    context = {"newest": newest, "tags": tags}
    return render(request, "410.html", context, status=HTTPStatus.GONE)
