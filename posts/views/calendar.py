"""The calendar of what appeared, will appear and ends, by month."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest
from posts.access import writer_required
from posts.agenda import EARLIEST_YEAR, MOST, YEARS_AHEAD, Month, is_cut, moments
from posts.models import Post


@require_safe
@writer_required
def calendar(request: MemberRequest) -> HttpResponse:
    """Show a month of one's own posts, for editors on request of everybody's."""
    of = request.GET.get("of") if request.user.can("posts.edit_any_post") else None
    of = "all" if of == "all" else ""
    now = Month.of(timezone.localdate())
    asked = request.GET.get("month", "")
    month = Month.read(asked) if asked else now
    context = {"of": of, "now": now, "today": _address(of), "others": _address("" if of else "all")}
    if month is None:
        context |= {"first": EARLIEST_YEAR, "last": now.year + YEARS_AHEAD, "asked": asked[:40]}
        return render(request, "posts/write/calendar.html", context, status=404)
    found = moments(Post.objects.all() if of else Post.objects.by(request.user), month)
    before, after = month.after(-1), month.after(1)
    context |= {
        "month": month,
        "weeks": month.weeks(found),
        "is_empty": not found,
        "is_cut": is_cut(found),
        "most": MOST,
        "is_ahead": month.start > timezone.now(),
        "before": _address(of, before) if before.is_reached else "",
        "after": _address(of, after) if after.is_reached else "",
        "others": _address("" if of else "all", month),
    }
    return render(request, "posts/write/calendar.html", context)


def _address(of: str, month: Month | None = None) -> str:
    asked = {"of": of, "month": str(month or "")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("posts:calendar") + (f"?{query}" if query else "")
