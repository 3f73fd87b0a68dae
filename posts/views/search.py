"""The search page."""

from typing import Any

from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from blogsite.lib.paginate import NEXT, PREVIOUS, paginate
from blogsite.lib.text import clean_line
from posts.models import Post, Tag
from posts.search import languages
from posts.search.facets import Chosen, chips, chosen, facets
from posts.search.finding import Found
from posts.search.finding import search as find
from posts.search.marks import SEARCHED, Excerpt, Marker, excerpt, fragment
from posts.search.query import LONGEST, Term, parse
from posts.search.suggestions import suggestions

POPULAR_TAGS = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the posts that hold the words asked for; whatever is typed is answered."""
    typed = clean_line(request.GET.get("q", ""))[:LONGEST]
    terms, narrowed = parse(typed), chosen(request.GET)
    visitor, path = request.user, reverse("posts:search")
    found = find(visitor, terms, narrowed.within) if narrowed.is_known else Found(visitor)
    params = {"q": typed} | dict(narrowed.asked)
    page = paginate(request, found, params=params, labels=(PREVIOUS, NEXT))
    context = {
        "typed": typed,
        "page": page,
        "found": found,
        "results": _results(page.rows, terms),
        "chips": chips(found, narrowed, typed, path),
        "facets": facets(found, narrowed, typed, path),
    }
    if not page.rows:
        context |= _instead(request, typed, terms, narrowed)
    return render(request, "posts/search.html", context)


def _results(posts: Any, terms: tuple[Term, ...]) -> list[tuple[Post, Excerpt]]:
    """Return the posts, each with the words around the first match and how to link to it."""
    texts = Post.objects.filter(pk__in=[post.pk for post in posts])
    openings = dict(texts.values_list("pk", Substr("text", 1, SEARCHED)))
    markers: dict[str, Marker] = {}
    results = []
    for post in posts:
        language = post.language or languages.of_site()
        marker = markers.setdefault(language, Marker(terms, language))
        shown = excerpt(openings.get(post.pk, ""), marker)
        if not shown.html:
            shown = excerpt(post.summary, marker)
        if not shown.fragment:
            ending = fragment(post.title, list(marker.hits(post.title)))
            shown = Excerpt(shown.html, ending)
        results.append((post, shown))
    return results


def _instead(
    request: HttpRequest, typed: str, terms: tuple[Term, ...], narrowed: Chosen
) -> dict[str, Any]:
    """Return what to offer where nothing was found, or nothing was asked."""
    listed = Post.objects.listed_for(request.user)
    meant = suggestions(request.user, typed, terms, narrowed.within) if narrowed.is_known else []
    path = reverse("posts:search")
    return {
        "leaves_out_only": bool(terms) and all(term.is_excluded for term in terms),
        "suggestions": [
            (words, f"{path}?{urlencode({'q': words} | dict(narrowed.asked))}") for words in meant
        ],
        "tags": Tag.objects.latest_used(listed)[:POPULAR_TAGS],
    }
