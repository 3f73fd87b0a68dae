"""One's own posts, for editors everybody's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from posts import work
from posts.access import writer_required
from posts.forms.work import STATES, WorkForm
from posts.unsaved import adrift, just_dropped
from posts.views.binned import just_binned
from posts.views.several import just_done

A_PAGE = 20
BEGUN = 10  # texts of new posts that no editor has saved, at most


@require_safe
@writer_required
def posts(request: MemberRequest) -> HttpResponse:
    """List the posts one may change, by state, the latest change first unless asked otherwise."""
    everybody = request.GET.get("of") == "all" and request.user.can("posts.edit_any_post")
    form = WorkForm(request.GET, request.user, everybody=everybody)
    of = {"of": "all"} if everybody else {}
    asked, found = of | form.asked, form.posts()
    counts = {} if form.are_many else found.counts_by_state()
    rows = form.in_order(
        found.for_list().select_related("author").prefetch_related("reviews__editor")
    )
    page = numbered(request, rows, asked, size=A_PAGE)
    is_whole = page.is_first and not form.asked
    context = {
        "page": page,
        "works": work.rows(page.rows, request.user),
        "unsaved": adrift(request.user)[:BEGUN] if is_whole else [],
        "dropped": just_dropped(request),
        "form": form,
        "asked": asked,
        "states": _states(asked, counts),
        "narrowed": _narrowed(form, asked),
        "everything": _address(of),
        "is_empty": bool(counts) and asked == of and not sum(counts.values()),
        "undo": just_binned(request),
        "undo_several": just_done(request),
    }
    return render(request, "posts/write/posts.html", context)


def _states(asked: dict[str, str], counts: dict[str, int]) -> list[dict[str, object]]:
    """Return the links to each state of what is asked for, with their counts if any."""
    kept = sum(counts[name] for name in STATES) if counts else None
    rows = [("", gettext_lazy("All"), kept)]
    rows += [(name, label, counts.get(name)) for name, label in STATES.items()]
    return [
        {
            "label": label,
            "count": count,
            "url": _address(asked | {"state": name}),
            "is_current": name == asked.get("state", ""),
        }
        for name, label, count in rows
    ]


def _narrowed(form: WorkForm, asked: dict[str, str]) -> list[dict[str, object]]:
    """Return by what the posts are chosen, each with the address of the page without it."""
    return [
        {
            "field": form.fields[name].label,
            "label": label,
            "url": _address(asked | {name: ""}),
        }
        for name, label in form.narrowing.items()
    ]


def _address(asked: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("posts:write") + (f"?{query}" if query else "")
