"""One post's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from posts.models import Post, RelatedPost, SeriesEntry
from posts.querysets.post import PostQuerySet, Visitor

RELATED = 3


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a post to whoever may read it; a page of its conversation that is none leads to it."""
    post = get_object_or_404(Post.objects.visible_to(request.user).for_page(), slug=slug)
    after = request.GET.get("thread_after", "")
    if after and not post.comments.path_of(after):
        return redirect(post)
    listed = Post.objects.listed_for(request.user)
    older, newer = listed.neighbours(post)
    places = _places(post, listed, request.user)
    beside = [one.pk for place in places for one in (place["previous"], place["next"]) if one]
    context = {
        "post": post,
        "authors": [authorship.person for authorship in post.authorships.all()],
        "places": places,
        "related": RelatedPost.objects.shown_with(post, request.user, RELATED, without=beside),
        "older": older,
        "newer": newer,
        "offers_editing": post.is_published,
        "is_indexed": post.is_published and post.visibility == "public",
    }
    return render(request, "posts/detail.html", context)


def _places(post: Post, listed: PostQuerySet, visitor: Visitor) -> list[dict[str, Any]]:
    """Return each series of the post with its number there and the posts beside it."""
    entries = list(SeriesEntry.objects.around(post, visitor))
    beside = {pk for entry in entries for pk in (entry.previous_id, entry.next_id) if pk}
    posts = listed.only("title", "slug", "language").in_bulk(beside) if beside else {}
    return [
        {
            "series": entry.series,
            "number": entry.number,
            "total": entry.total,
            "previous": posts.get(entry.previous_id or 0),
            "next": posts.get(entry.next_id or 0),
        }
        for entry in entries
    ]
