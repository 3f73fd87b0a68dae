"""Pages made once for everybody who is signed in, and shown to each with what is their own.

A page that is the same for every stranger is the same for every member too, but for some places in
it: the account menu, messages, likes, the conversation. It is rendered for a member without name
and rights, with holes in those places (blogsite/lib/pieces.py), and kept under the versions that
the page cache keeps it under. What that member may not see is not shared.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.models import User
from blogsite import pagecache
from blogsite.lib import kept, replica
from blogsite.lib.pagecache.layer import ATTEMPTS, QUERY, Basis, Unreadable, canonical
from blogsite.lib.pagecache.page import CSRF_FIELD
from blogsite.lib.pagecache.store import Key, Store
from blogsite.lib.pagecache.variants import variant
from blogsite.lib.pieces import Fill, Holes, Parted

LISTS = {name for name, kind in pagecache.PAGES.items() if kind is pagecache.LIST}
SHARED = frozenset({"posts:detail", "posts:archive", *LISTS})


@dataclass(frozen=True, slots=True)
class SharedPage:
    """A page with holes, what fills them, and what it stands on."""

    text: Parted
    fills: Mapping[str, Fill]
    basis: Basis

    @property
    def size(self) -> int:
        """Return roughly the bytes of memory it takes."""
        return self.text.size + sum(getattr(fill, "size", 0) for fill in self.fills.values())

    def shown_to(self, request: HttpRequest) -> HttpResponse:
        """Return the page with what is the visitor's own."""
        return HttpResponse(self.text.filled({n: fill(request) for n, fill in self.fills.items()}))


class SharedPages:
    """Middleware, the last before the views: answers members from what is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.KEPT_PIECES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.blog = pagecache.Blog(pagecache.reader())
        memory = settings.KEPT_PIECES_MEMORY
        self.largest = memory // 8
        # A quarter for addresses with a query: anybody can make them up.
        self.pages: Store[Key, SharedPage] = Store(memory - memory // 4)
        self.asked: Store[Key, SharedPage] = Store(memory // 4)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: WSGIRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return the page for a member, None where it is not shared."""
        if not _may_be_shared(request) or not request.user.is_authenticated:
            return None
        query = request.META.get("QUERY_STRING", "")
        chosen = variant(request.META.get("HTTP_COOKIE", ""), self.blog.choices)
        place = (request.scheme or "http", request.get_host(), request.environ["PATH_INFO"])
        key = (*place, query, chosen)
        try:
            page = self._kept(key) or self._made(key, request, view, kwargs)
        except Unreadable:
            return None
        return page.shown_to(request) if page else None

    def _kept(self, key: Key) -> SharedPage | None:
        """Return the page if it is kept and true at this moment."""
        page = self._store(key).get(key)
        return page if page is not None and self._stands(page) else None

    def _stands(self, page: SharedPage) -> bool:
        """Tell whether nothing has changed since before it was made, and its time is now."""
        is_timely = page.basis.since <= time.time() < page.basis.until
        return is_timely and self.blog.reader.versions(page.basis.scope) == page.basis.versions

    def _made(
        self, key: Key, request: WSGIRequest, view: Callable[..., HttpResponse], kwargs: Any
    ) -> SharedPage | None:
        """Return a new page, made once more where a change meanwhile may show in a part of it."""
        for _attempt in range(ATTEMPTS):
            page = self._rendered(key, request, view, kwargs)
            if page is None:
                return None
            if self._stands(page):
                if page.size <= self.largest:
                    self._store(key).keep(key, page)
                break
        return page

    def _rendered(
        self, key: Key, request: WSGIRequest, view: Callable[..., HttpResponse], kwargs: Any
    ) -> SharedPage | None:
        basis = self.blog.basis(key[2], time.time())
        if basis is None:
            return None
        bare: Any = WSGIRequest(canonical(key, request.environ))
        bare.user, bare.holes = User.unnamed(), Holes()
        try:
            with replica.primary():  # the versions are its
                answer = view(bare, **kwargs)
        except Http404:
            return None
        # Django notes in META that a token was asked for, wherever in the page it went.
        has_token = "CSRF_COOKIE" in bare.META or CSRF_FIELD in answer.content
        if answer.status_code != 200 or has_token:
            return None
        return SharedPage(Parted.of(answer.content.decode()), bare.holes.fills, basis)

    def _store(self, key: Key) -> Store[Key, SharedPage]:
        return self.asked if key[3] else self.pages


def _may_be_shared(request: WSGIRequest) -> bool:
    """Tell whether a stranger's request would be answered from memory."""
    match = request.resolver_match
    if request.method != "GET" or match is None or match.view_name not in SHARED:
        return False
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not kept.is_possible():
        return False
    query = request.META.get("QUERY_STRING", "")
    parameter = query.partition("=")[0]
    known = pagecache.PAGES[match.view_name].parameters
    return not query or (parameter in known and QUERY.fullmatch(query) is not None)
