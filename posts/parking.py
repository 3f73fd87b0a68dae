"""What an editor sent that could not be saved, kept for who opened it until they are signed in.

The key of the editor proves who opened it, whoever sends it: nobody parks a text for anybody else,
and nobody but that person finds it again. It goes over nothing that they have.
"""

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from accounts.access import client_network
from accounts.models import Attempt, User
from blogsite.lib import site
from posts.forms.typed import TooLong, has_words, page_of, typed_fields
from posts.models import Autosave, Post
from posts.opened import opener
from posts.querysets.autosave import TooMany

EDITORS = {"posts:edit", "posts:preview", "posts:new", "posts:new_preview"}
FROM_NETWORK, FOR_PERSON = 30, 20
AN_HOUR = 3600
LONG_TEXT = 80


def park(request: HttpRequest) -> Autosave | None:
    """Keep the text that was sent, if an editor of this site was opened for it, and return it.

    The caller has made sure that a page of this site sent it. None where it cannot be kept.
    """
    if request.method != "POST" or site.current().writes_held:
        return None
    pk = _post_key(request.path_info)
    person = opener(request.POST.get("key", "")) if pk is not None else None
    if pk is None or person is None or not _is_allowed(request, person):
        return None
    try:
        fields = typed_fields(request.POST)
        if not has_words(fields):
            return None
        return _keep(request, person, _post(person, pk), fields)
    except (TooLong, TooMany):
        return None


def long_texts(request: HttpRequest) -> list[str]:
    """Return what a form sent that nobody wants to type again."""
    return [
        text
        for name, texts in request.POST.lists()
        if "password" not in name
        for text in texts
        if isinstance(text, str) and len(text) > LONG_TEXT and text.strip()
    ]


def _keep(
    request: HttpRequest, person: User, post: Post | None, fields: dict[str, list[str]]
) -> Autosave:
    page = page_of(request.POST)
    page = page._replace(version=page.version or 1)
    keep, key = Autosave.objects.keep_sent, request.POST["key"]
    return keep(person, post, fields, key=key, page=page)


def _post_key(path: str) -> int | None:
    """Return the post whose editor has that address, 0 for a new one; None for another page."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match.kwargs.get("pk", 0) if match.view_name in EDITORS else None


def _is_allowed(request: HttpRequest, person: User) -> bool:
    allow = Attempt.objects.allow
    return allow("parking", client_network(request), limit=FROM_NETWORK, per=AN_HOUR) and allow(
        "parking-for", str(person.pk), limit=FOR_PERSON, per=AN_HOUR
    )


def _post(person: User, pk: int) -> Post | None:
    """Return the post while it can be edited; a text of another becomes one of a new post."""
    posts = Post.objects
    own = posts.by(person) if person.is_suspended else posts.editable_by(person)
    return own.not_deleted().filter(pk=pk).first()
