"""The search page."""

from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blogsite.lib.paginate import NEXT, PREVIOUS, paginate
from blogsite.lib.text import clean_line
from posts.models import Post, Tag
from posts.search import LONGEST, SNIPPET_SEARCHED, parse, snippet
from posts.search import search as find

SUGGESTED_TAGS = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the posts that hold the words asked for; whatever is typed is answered."""
    typed = clean_line(request.GET.get("q", ""))[:LONGEST]
    terms = parse(typed)
    listed = Post.objects.listed_for(request.user)
    found = find(request.user, terms)
    page = paginate(request, found, params={"q": typed}, labels=(PREVIOUS, NEXT))
    texts = Post.objects.filter(pk__in=[post.pk for post in page.rows]).values_list(
        "pk", Substr("text", 1, SNIPPET_SEARCHED)
    )
    snippets = {pk: snippet(text, terms) for pk, text in texts}
    context = {
        "typed": typed,
        "page": page,
        "found": found,
        "results": [(post, snippets.get(post.pk, "")) for post in page.rows],
        "suggestions": [] if page.rows else Tag.objects.latest_used(listed)[:SUGGESTED_TAGS],
    }
    return render(request, "posts/search.html", context)
