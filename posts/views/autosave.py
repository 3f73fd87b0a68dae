"""Keeping what is typed while it is typed, for the editor's script: answers are JSON."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import cast

from django.db import IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, in_own_time
from accounts.models import Attempt
from posts.access import own_post
from posts.forms.typed import TooLong, page_of, sent_key, typed_fields
from posts.models import Autosave, Post, Presence
from posts.opened import is_anothers, new_key
from posts.querysets.autosave import TooMany
from posts.unsaved import others

Page = Callable[..., JsonResponse]
A_MINUTE = 60
SAVES = 90  # in a minute, of one person in all their tabs


def _writer_answered(view: Page) -> Page:
    """Let in members who write, and say to others in a sentence why nothing is kept."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int | None = None) -> JsonResponse:
        person = request.user
        if not person.is_authenticated:
            return _refused(
                "signed-out", _("You are signed out. Sign in, in another tab, and it goes on.")
            )
        if person.is_suspended:
            return _refused("suspended", _("Your account is suspended, so nothing can be saved."))
        if not person.has_perm("posts.add_post"):
            return _gone()
        try:
            return view(request, pk)
        except Http404:
            return _gone()
        except IntegrityError:
            if pk and not Post.objects.filter(pk=pk).exists():  # deleted at this very moment
                return _gone()
            raise

    return cast("Page", in_own_time(guarded))


@require_POST
@_writer_answered
def autosave(request: MemberRequest, pk: int | None = None) -> JsonResponse:
    """Keep what was typed beside the post; without anything typed, tell who else is here."""
    post = own_post(request, pk) if pk else None
    key = sent_key(request.POST)
    if is_anothers(key, request.user):
        return _refused("other", _("Somebody else is signed in here now. Your text stays here."))
    if post:
        Presence.objects.note(post, request.user)
    try:
        fields = typed_fields(request.POST)
        if not fields:
            return _answer(post, request, state="open")
        row = _keep(request, post, fields, key)
    except TooLong as error:
        return _refused("too-long", str(error), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TooMany:
        return _refused(
            "too-many",
            _("You have too many unsaved texts. Save or drop some of them first."),
            HTTPStatus.CONFLICT,
        )
    if row is None:
        return _refused(
            "later", _("That was often. It is tried again."), HTTPStatus.TOO_MANY_REQUESTS
        )
    if row.finished_at:
        return _answer(post, request, state="renewed", key=new_key(request.user), version=0)
    said = _("Saved %(time)s") % {"time": time_format(timezone.localtime(row.saved_at))}
    return _answer(post, request, state="saved", text=said, key=row.key, version=row.version)


def _keep(
    request: MemberRequest, post: Post | None, fields: dict[str, list[str]], key: str
) -> Autosave | None:
    """Store what was typed; None for somebody who asks too often. Raises TooMany."""
    person = request.user
    if not Attempt.objects.allow("autosave", str(person.pk), limit=SAVES, per=A_MINUTE):
        return None
    page = page_of(request.POST)
    page = page._replace(version=page.version or 1)
    return Autosave.objects.keep(person, post, fields, key=key or new_key(person), page=page)


def _answer(post: Post | None, request: MemberRequest, **said: object) -> JsonResponse:
    here = [
        _("%(name)s has this open, last active %(seconds)d s ago.")
        % {"name": presence.person, "seconds": presence.seconds_ago}
        for presence in others(post, request.user)
    ]
    return _uncached(JsonResponse({**said, "others": " ".join(here)}))


def _refused(state: str, text: str, status: int = HTTPStatus.FORBIDDEN) -> JsonResponse:
    return _uncached(JsonResponse({"state": state, "text": text}, status=status))


def _gone() -> JsonResponse:
    return _refused("gone", _("The post is not there any more."), HTTPStatus.NOT_FOUND)


def _uncached(response: JsonResponse) -> JsonResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
