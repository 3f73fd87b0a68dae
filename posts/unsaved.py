"""What an editor says before one writes on: unsaved texts of one's own, and who else is here."""

from contextlib import suppress
from typing import Any

from accounts.access import MemberRequest
from accounts.models import User
from posts.forms.fields import is_key
from posts.forms.post import PostForm
from posts.forms.typed import (
    TooLong,
    differs,
    fill,
    has_words,
    page_of,
    sent_key,
    typed_fields,
)
from posts.models import Autosave, Post, Presence
from posts.opened import new_key
from posts.querysets.autosave import TooMany

OFFERED = 5
LISTED = 20
DONE = 20


def open_editor(request: MemberRequest, form: PostForm) -> dict[str, Any]:
    """Give the editor its key, or the unsaved text that is asked for, and return its context.

    A form that comes back keeps what it was sent; nothing is written.
    """
    person, post = request.user, form.instance if form.instance.pk else None
    context: dict[str, Any] = {"others": others(post, person), "finished": finished(person)}
    if form.is_bound:
        key = sent_key(form.typed)
        context["used"] = Autosave.objects.of(person).unsaved().filter(key=key).first()
        context["is_back"] = True
        return context
    asked = _number(request, "copy")
    mine = Autosave.objects.of(person).unsaved().of_post(post)[:LISTED] if post else adrift(person)
    copies = [copy for copy in mine if differs(form, copy.fields)]
    form.initial["key"] = new_key(person)
    used = next((copy for copy in copies if copy.pk == asked), None)
    if used is not None:
        fill(form, used.fields)
        form.initial["key"] = used.key
    context["copies"] = [copy for copy in copies if copy != used][:OFFERED]
    context["used"] = used
    context["dropped"] = just_dropped(request)
    return context


def keep_typed(request: MemberRequest, form: PostForm) -> None:
    """Keep what was sent and not saved, until it is decided what becomes of it."""
    post = form.instance if form.instance.pk else None
    key = sent_key(form.typed)
    with suppress(TooLong, TooMany):  # the page still holds it
        fields = typed_fields(form.typed)
        if key and has_words(fields):
            keep = Autosave.objects.keep_sent
            keep(request.user, post, fields, key=key, page=page_of(form.typed))


def let_go(request: MemberRequest, form: PostForm) -> None:
    """Let go of the unsaved text of the editor that has saved; another page's own text stays."""
    try:
        fields = typed_fields(form.typed)
    except TooLong:
        fields = {}
    key = sent_key(form.typed)
    Autosave.objects.finished(request.user, key, fields, page_of(form.typed))


def adrift(person: User) -> list[Autosave]:
    """Return the person's unsaved new posts, the newest first: for the list of their work.

    A text of a post that the person cannot edit any more is one of a new post.
    """
    within_reach = Post.objects.editable_by(person).not_deleted()
    rows = list(Autosave.objects.of(person).unsaved().exclude(post__in=within_reach)[:LISTED])
    for row in rows:
        row.post = None
    return rows


def just_dropped(request: MemberRequest) -> Autosave | None:
    """Return the text that was dropped just now, for the page that follows to offer it again."""
    pk = _number(request, "dropped")
    if not pk:
        return None
    return Autosave.objects.of(request.user).filter(pk=pk, dropped_at__isnull=False).first()


def others(post: Post | None, person: User) -> list[Presence]:
    """Return who else has the post open now."""
    return list(Presence.objects.others(post, person)[:OFFERED]) if post else []


def finished(person: User) -> str:
    """Return the keys of editors that saved lately, for the browser to let go of its copies."""
    rows = Autosave.objects.of(person).filter(finished_at__isnull=False).order_by("-finished_at")
    return " ".join(rows.values_list("key", flat=True)[:DONE])


def _number(request: MemberRequest, name: str) -> int:
    """Return the key of a row that the address names; 0 for none."""
    asked = request.GET.get(name, "")
    return int(asked) if is_key(asked) else 0
