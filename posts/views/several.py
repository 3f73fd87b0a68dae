"""Tagging, withdrawing and binning several posts at once, asked about before and undone after."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, safe_next
from posts import several as acts
from posts.access import writer_required
from posts.forms.several import SeveralForm

DONE = "posts.several"
UNDO_FOR = timedelta(minutes=30)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def several(request: MemberRequest) -> HttpResponseBase:
    """Say what would happen to which of the chosen posts, and do it once that is confirmed."""
    is_final = request.method == "POST"
    typed = request.POST if is_final else request.GET
    form = SeveralForm(typed, request.user, is_final=is_final or "tags" in typed)
    back = safe_next(request, "posts:write")
    if not form.is_valid() and not {"act", "post"}.isdisjoint(form.errors):
        messages.error(request, " ".join(_sentences(form)))
        return redirect(back)
    if not is_final or form.errors:
        return _page(request, form, back)
    act = form.act_chosen()
    done = acts.do(act, [post.pk for post in form.plan.done], request.user)
    if not done:
        messages.info(request, _("Nothing was changed."))
        return redirect(back)
    request.session[DONE] = {"act": act.name, "done": done, "at": timezone.now().isoformat()}
    return redirect(back)


@require_POST
@writer_required
def undoing(request: MemberRequest) -> HttpResponseBase:
    """Undo what was last done to several posts."""
    record = request.session.pop(DONE, None)
    back = safe_next(request, "posts:write")
    if record is None:
        messages.info(request, _("There is nothing to undo any more."))
        return redirect(back)
    number = acts.undo(record["act"], record["done"], request.user)
    left = len(record["done"]) - number
    said = ngettext("%d post is as it was.", "%d posts are as they were.", number) % number
    if left:
        said += " " + ngettext(
            "%d was changed meanwhile and stays as it is.",
            "%d were changed meanwhile and stay as they are.",
            left,
        ) % (left)
    messages.success(request, said)
    return redirect(back)


def just_done(request: MemberRequest) -> dict[str, Any] | None:
    """Return what was done to several posts within the last half hour, while it can be undone."""
    record = request.session.get(DONE)
    if record is None or timezone.now() - datetime.fromisoformat(record["at"]) > UNDO_FOR:
        return None
    return {"act": record["act"], "count": len(record["done"])}


def _page(request: MemberRequest, form: SeveralForm, back: str) -> HttpResponse:
    is_told = form.cleaned_data["act"] != "tags" or bool(form.cleaned_data.get("tags"))
    context = {"form": form, "plan": form.plan, "back": back, "is_told": is_told}
    return render(request, "posts/write/several.html", context)


def _sentences(form: SeveralForm) -> list[str]:
    named = form.errors.get("post") or [_("That cannot be done to posts.")]
    return [str(sentence) for sentence in named]
