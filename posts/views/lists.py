"""Lists of posts: home, by tag, by author, of a series."""

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from blogsite.lib.paginate import BY_POSITION, paginate
from posts.models import Post, Series, Tag

PINNED_MOST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the pinned posts on the first page, then all others, newest first."""
    listed = Post.objects.listed_for(request.user).for_list()
    pinned = list(listed.pinned()[:PINNED_MOST])
    page = paginate(request, listed.exclude(pk__in=[post.pk for post in pinned]))
    context = {"page": page, "pinned": pinned if page.is_first else []}
    return render(request, "posts/home.html", context)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a tag's description and posts."""
    tag = get_object_or_404(Tag.objects.visible_to(request.user), slug=slug)
    posts = Post.objects.listed_for(request.user).filter(tags=tag)
    return render(
        request, "posts/tag.html", {"tag": tag, "page": paginate(request, posts.for_list())}
    )


@require_safe
def author(request: HttpRequest, username: str) -> HttpResponse:
    """Show who somebody is and what they wrote."""
    person = get_object_or_404(User.objects.named(username))
    if person.username != username:
        if person.username.lower() != username.lower():
            raise Http404
        return redirect(person, permanent=True)
    posts = Post.objects.listed_for(request.user).by(person)
    return render(
        request,
        "posts/author.html",
        {"person": person, "page": paginate(request, posts.for_list())},
    )


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a series' description and posts in the series' order."""
    series = get_object_or_404(Series.objects.visible_to(request.user), slug=slug)
    posts = Post.objects.listed_for(request.user).filter(series_entries__series=series)
    placed = posts.for_list().annotate(position=F("series_entries__position"))
    page = paginate(request, placed, BY_POSITION)
    return render(request, "posts/series.html", {"series": series, "page": page})
