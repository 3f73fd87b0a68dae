"""One's own posts, for editors everybody's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from blogsite.lib.text import clean_line
from posts.access import writer_required
from posts.models import Post
from posts.querysets.post import PostQuerySet
from posts.views.binned import just_binned

A_PAGE = 20
STATES = {
    "draft": gettext_lazy("Drafts"),
    "review": gettext_lazy("In review"),
    "scheduled": gettext_lazy("Scheduled"),
    "published": gettext_lazy("Published"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@require_safe
@writer_required
def posts(request: MemberRequest) -> HttpResponse:
    """List the posts one may change, by state, newest change first."""
    asked = _asked(request, "of", "state", "q")
    asked["q"] = clean_line(asked["q"])[:200]
    reachable = _reachable(request, asked)
    counts = {} if reachable.are_too_many_to_count() else reachable.counts_by_state()
    state = asked["state"] if asked["state"] in STATES else ""
    rows = reachable.in_state(state) if state else reachable.not_deleted()
    if asked["q"]:
        rows = rows.filter(title__icontains=asked["q"])
    params = {name: value for name, value in asked.items() if value}
    rows = rows.for_list().select_related("author").order_by("-updated_at", "-pk")
    context = {
        "page": numbered(request, rows, params, size=A_PAGE),
        "filters": _filters(asked, counts),
        "asked": asked,
        "is_empty": bool(counts) and not sum(counts.values()),
        "undo": just_binned(request),
    }
    return render(request, "posts/write/posts.html", context)


def _asked(request: MemberRequest, *names: str) -> dict[str, str]:
    """Return what the address asks for; everybody's posts are for editors to ask for."""
    asked = {name: request.GET.get(name, "") for name in names}
    if asked["of"] != "all" or not request.user.can("posts.edit_any_post"):
        asked["of"] = ""
    return asked


def _reachable(request: MemberRequest, asked: dict[str, str]) -> PostQuerySet:
    return Post.objects.all() if asked["of"] else Post.objects.by(request.user)


def _filters(asked: dict[str, str], counts: dict[str, int]) -> list[dict[str, object]]:
    """Return the links to each state, with their counts if any; searching starts anew."""
    kept = sum(counts[name] for name in STATES) if counts else None
    rows = [("", gettext_lazy("All"), kept)]
    rows += [(name, label, counts.get(name)) for name, label in STATES.items()]
    return [
        {
            "label": label,
            "count": count,
            "url": _address("write", of=asked["of"], state=name),
            "is_current": name == asked["state"],
        }
        for name, label, count in rows
    ]


def _address(page: str, **params: str) -> str:
    query = urlencode({name: value for name, value in params.items() if value})
    return reverse(f"posts:{page}") + (f"?{query}" if query else "")
