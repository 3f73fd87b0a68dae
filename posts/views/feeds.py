"""What feeds there are of the site, a tag, an author or a series, and how to use one, in words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from blogsite.lib import site
from posts.models import Series, Tag


@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """Explain the feeds of the whole site."""
    page = reverse("posts:list")
    return _page(request, site.current().title, page, is_whole=True)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain the feeds of a tag."""
    tag = get_object_or_404(Tag.objects.visible_to(request.user), slug=slug)
    return _page(request, tag.name, tag.get_absolute_url())


@require_safe
def author(request: HttpRequest, username: str) -> HttpResponse:
    """Explain the feeds of an author."""
    person = get_object_or_404(User, username=username)
    return _page(request, str(person), person.get_absolute_url())


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain the feeds of a series."""
    series = get_object_or_404(Series.objects.visible_to(request.user), slug=slug)
    return _page(request, series.title, series.get_absolute_url())


def _page(request: HttpRequest, name: str, page: str, *, is_whole: bool = False) -> HttpResponse:
    """Show the page about the feeds that stand below the address of another page."""
    context = {"name": name, "source": page, "feed": f"{page}feed/", "is_whole": is_whole}
    return render(request, "posts/feeds.html", context)
