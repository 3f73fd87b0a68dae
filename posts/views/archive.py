"""The archive: years, the months of a year, the posts of a month, in the site's time zone."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from blogsite.lib.paginate import paginate
from posts.models import Post
from posts.querysets import PostQuerySet

MOST_YEARS = 200


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Show the years that have posts, with how many."""
    listed = Post.objects.listed_for(request.user)
    counts = listed.counts((year, _start(year), _start(year + 1)) for year in _span(listed))
    rows = [(_start(year), total) for year, total in sorted(counts.items(), reverse=True)]
    return render(request, "posts/archive.html", {"years": rows})


@require_safe
def months(request: HttpRequest, year: int) -> HttpResponse:
    """Show the months of a year that have posts, with how many."""
    listed = Post.objects.listed_for(request.user)
    counts = listed.counts(
        (month, _start(year, month), _start(year, month + 1)) for month in range(1, 13)
    )
    if not counts:
        raise Http404
    rows = [(_start(year, month), total) for month, total in sorted(counts.items(), reverse=True)]
    return render(request, "posts/archive_year.html", {"year": _start(year), "months": rows})


@require_safe
def posts(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show the posts of a month."""
    start, end = _start(year, month), _start(year, month + 1)
    listed = Post.objects.listed_for(request.user).between(start, end)
    page = paginate(request, listed.for_list())
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


def _span(posts: PostQuerySet) -> range:
    """Return the years between the oldest and the newest post, at most the last 200."""
    times = posts.values_list("published_at", flat=True)
    newest = times.order_by("-published_at", "-pk").first()
    oldest = times.order_by("published_at", "pk").first()
    if newest is None or oldest is None:
        return range(0)
    last = timezone.localtime(newest).year
    return range(max(timezone.localtime(oldest).year, last - MOST_YEARS + 1), last + 1)
