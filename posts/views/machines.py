"""What is read on behalf of people: posts as Markdown, oEmbed, llms.txt."""

from http import HTTPStatus

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.log import log_response
from django.views.decorators.http import require_safe

from blogsite.lib import site
from posts import oembed as embedding
from posts import twin
from posts.lists import PostList
from posts.models import Post

LISTED = 100  # posts in llms.txt
TEXT = "text/plain; charset=utf-8"


@require_safe
def markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand a post out as Markdown, to whoever may read its page."""
    post = get_object_or_404(Post.objects.visible_to(request.user).for_twin(), slug=slug)
    response = HttpResponse(twin.text_of(post), content_type="text/markdown; charset=utf-8")
    response.headers["Link"] = f'<{twin.canonical(post)}>; rel="canonical"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Say how to show a link to a public post; the status says what cannot be answered."""
    wanted = request.GET.get("format", "json")
    if wanted not in {"json", "xml"}:
        response = HttpResponse("json, xml\n", TEXT, HTTPStatus.NOT_IMPLEMENTED)
        # The specification wants a 5xx; it is the visitor's fault, and Django would log an error.
        log_response("oEmbed: no such format", response=response, request=request, level="warning")
        return _open(response)
    post = embedding.find(request.GET.get("url", ""))
    if post is None:
        return _open(HttpResponse("404\n", TEXT, HTTPStatus.NOT_FOUND))
    said = embedding.answer(post, _pixels(request, "maxwidth"), _pixels(request, "maxheight"))
    if wanted == "xml":
        return _open(HttpResponse(embedding.as_xml(said), "text/xml; charset=utf-8"))
    return _open(JsonResponse(said))


def _open(response: HttpResponse) -> HttpResponse:
    """Let pages of any site read it: it tells what everybody may know."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _pixels(request: HttpRequest, name: str) -> int:
    """Return a limit, 0 where none is given that makes sense."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """List the newest posts for language models (https://llmstxt.org), where staff want that."""
    if not site.current().llms_txt:
        raise Http404
    posts = PostList(AnonymousUser()).newest(LISTED).for_list()
    return render(request, "posts/llms.txt", {"posts": posts}, content_type=TEXT)
