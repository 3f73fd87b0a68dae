"""Who is asking, from where, and what they may: what the views of every app build on."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from blogsite.lib import times

P = ParamSpec("P")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A household or a phone gets a whole /64 of IPv6: one visitor, not 2**64.
IPV6_NETWORK = 64


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def sign_in_required(view: MemberView[P]) -> AnyView[P]:
    """Send strangers to sign in and back; let suspended people pass."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            # After signing in, a page is asked for: what was posted cannot be posted again.
            here = request.get_full_path() if request.method in SAFE_METHODS else None
            return redirect_to_login(here or safe_next(request))
        return view(cast("MemberRequest", request), *args, **kwargs)

    return guarded


def member_required(view: MemberView[P]) -> AnyView[P]:
    """Send strangers to sign in and back; suspended people may read but not change anything."""

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_suspended and request.method not in SAFE_METHODS:
            return suspended(request)
        return view(request, *args, **kwargs)

    return sign_in_required(guarded)


def permission_required(*permissions: str) -> Callable[[MemberView[P]], AnyView[P]]:
    """Like `member_required`, and 404 for members who lack one of the permissions."""

    def decorator(view: MemberView[P]) -> AnyView[P]:
        @wraps(view)
        def guarded(
            request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.has_perms(permissions):
                raise Http404
            return view(request, *args, **kwargs)

        return member_required(guarded)

    return decorator


def in_own_time(view: AnyView[P]) -> AnyView[P]:
    """Read and show times in the zone of whoever is signed in: on pages that are theirs alone."""

    @wraps(view)
    def zoned(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        name = request.user.time_zone if request.user.is_authenticated else ""
        with timezone.override(times.zone(name)) if name else nullcontext():
            return view(request, *args, **kwargs)

    return zoned


def suspended(request: MemberRequest) -> HttpResponseBase:
    """Return the page that says until when and why the person cannot write."""
    return render(request, "accounts/suspended.html", status=403)


def safe_next(request: HttpRequest, fallback: str = "") -> str:
    """Return where the visitor asked to go next if that is a page of this site.

    Otherwise `fallback`, a URL or the name of one; empty means the first page.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Without these `redirect()` would take a bare word for the name of a view.
    is_address = wanted.startswith(("/", "http://", "https://"))
    return (
        wanted if is_ours and is_address else resolve_url(fallback or settings.LOGIN_REDIRECT_URL)
    )


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address as far as it can be trusted; empty where there is none.

    Each of the TRUSTED_PROXIES in front has added one entry on the right of X-Forwarded-For;
    what stands left of them is the visitor's own word.
    """
    peer = _parsed(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    named = _parsed(forwarded[-proxies]) if 0 < proxies <= len(forwarded) else None
    return str(named or peer or "")


def client_network(request: HttpRequest) -> str:
    """Return the address under which a visitor's attempts are counted: IPv6 by its /64."""
    address = client_address(request)
    if ":" not in address:
        return address
    return str(ip_network((address, IPV6_NETWORK), strict=False))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in the text, with or without a port; None if there is none."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
