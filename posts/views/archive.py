"""The archive: years, the months of a year, the posts of a month, in the site's time zone."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from blogsite.lib.paginate import paginate
from posts.lists import PostList

MOST_YEARS = 200


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Show the years that have posts, with how many."""
    listed = PostList(request.user)
    years = [_start(year) for year in _span(listed)]
    rows = _counted(listed, years)
    return render(request, "posts/archive.html", {"years": rows})


@require_safe
def months(request: HttpRequest, year: int) -> HttpResponse:
    """Show the months of a year that have posts, with how many."""
    rows = _counted(PostList(request.user), [_start(year, month) for month in range(1, 14)])
    if not rows:
        raise Http404
    return render(request, "posts/archive_year.html", {"year": _start(year), "months": rows})


@require_safe
def posts(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show the posts of a month."""
    start, end = _start(year, month), _start(year, month + 1)
    page = paginate(request, PostList(request.user, within=(start, end)))
    if not page.rows:
        raise Http404
    return render(request, "posts/archive_month.html", {"month": start, "page": page})


def _start(year: int, month: int = 1) -> datetime:
    """Return when a month begins; month 13 is the next year's first. Raises Http404 past 9998."""
    if month == 13:
        year, month = year + 1, 1
    if year > 9998:
        raise Http404
    return datetime(year, month, 1, tzinfo=timezone.get_current_timezone())


def _counted(posts: PostList, times: list[datetime]) -> list[tuple[datetime, int]]:
    """Return the times that have posts until the next time, with how many; the last first."""
    counts = posts.counts(times)
    return [(time, total) for time, total in zip(times, counts, strict=False) if total][::-1]


def _span(posts: PostList) -> range:
    """Return the years from the oldest post's to the one after the newest's, at most 201."""
    if not posts.months:
        return range(0)
    newest, oldest = max(posts.months), min(posts.months)
    # A month of UTC's begins in December or ends in January elsewhere.
    first, last = (oldest - 1) // 12, (newest + 1) // 12 + 1
    return range(max(first, last - MOST_YEARS), last + 1)
