"""Lists of posts: home, by tag, by author, of a series."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from blogsite.lib.paginate import NEXT, PREVIOUS, paginate
from posts.lists import PostList, SeriesList
from posts.models import Kind, Post, Series, Tag

PINNED_MOST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the pinned posts on the first page, then all others, newest first."""
    listed = Post.objects.listed_for(request.user).for_list()
    pinned = list(listed.pinned()[:PINNED_MOST])
    page = paginate(request, PostList(request.user, without=pinned))
    context = {"page": page, "pinned": pinned if page.is_first else []}
    return render(request, "posts/home.html", context)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a tag's description and posts."""
    tag = get_object_or_404(Tag.objects.visible_to(request.user), slug=slug)
    page = paginate(request, PostList(request.user, Kind.TAG, tag.pk))
    related = Tag.objects.visible_to(request.user).beside(tag)
    return render(request, "posts/tag.html", {"tag": tag, "page": page, "related": related})


@require_safe
def author(request: HttpRequest, username: str) -> HttpResponse:
    """Show who somebody is and what they wrote."""
    person = get_object_or_404(User.objects.named(username))
    if person.username != username:
        if person.username.lower() != username.lower():
            raise Http404
        return redirect(person, permanent=True)
    page = paginate(request, PostList(request.user, Kind.AUTHOR, person.pk))
    return render(request, "posts/author.html", {"person": person, "page": page})


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a series' description and posts in the series' order."""
    series = get_object_or_404(Series.objects.visible_to(request.user), slug=slug)
    page = paginate(request, SeriesList(request.user, series), labels=(PREVIOUS, NEXT))
    return render(request, "posts/series.html", {"series": series, "page": page})
