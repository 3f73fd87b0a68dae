"""Publishing, scheduling, reviewing and withdrawing one post."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest
from posts import checklist, drafts
from posts.access import own_post, writer_required
from posts.forms.moment import in_words
from posts.forms.publication import PublicationForm
from posts.models import Post, Revision


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def publication(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show where the post stands and take the next step."""
    if request.method != "POST":
        post = own_post(request, pk)
        return _page(request, PublicationForm(post, request.user))
    with transaction.atomic():  # so that nobody publishes what is being withdrawn
        form = PublicationForm(own_post(request, pk, locked=True), request.user, request.POST)
        if form.is_valid() and not form.only_looks:
            form.save()
    if form.errors or form.only_looks:
        return _page(request, form)
    messages.success(request, _outcome(form))
    return redirect("posts:publication", pk=pk)


def _page(request: MemberRequest, form: PublicationForm) -> HttpResponse:
    post = form.post
    found = checklist.findings(post, drafts.working_copy(post))
    context = {
        "post": post,
        "form": form,
        "live": Revision.objects.head(post) if form.pending else None,
        "findings": [(finding, finding.address(post)) for finding in found],
        "time_zone": timezone.get_current_timezone_name(),
    }
    return render(request, "posts/write/publication.html", context)


def _outcome(form: PublicationForm) -> str:
    """Return what the step has made of the post, in a sentence."""
    post, step = form.post, form.cleaned_data["step"]
    link = format_html('<a href="{}">{}</a>', post.get_absolute_url(), _("See it"))
    time = in_words(form.cleaned_data.get(_TIMES.get(step, "")))
    sentence = _of_step(step, time) or _of_status(post, time if step == "schedule" else "")
    return format_html("{} {}", sentence, link)


_TIMES = {"schedule": "at", "end": "ends_at", "pin": "pinned_until", "schedule_change": "change_at"}


def _of_step(step: str, time: str) -> str:
    until = _("The post stays on top of the home page until %(time)s.") % {"time": time}
    sentences = {
        "end": _("Readers see the post until %(time)s.") % {"time": time},
        "stay": _("The post stays published."),
        "pin": until if time else _("The post stays on top of the home page."),
        "unpin": _("The post takes its place by date again."),
        "publish_change": _("Readers see the changed post."),
        "schedule_change": _("The change appears by itself %(time)s.") % {"time": time},
        "keep_change": _("The change waits for you; it does not appear by itself."),
        "discard_change": _("The change is discarded; the history keeps its versions."),
    }
    return sentences.get(step, "")


def _of_status(post: Post, time: str) -> str:
    under = _("The post is published under this date: %(time)s.") % {"time": time}
    sentences = {
        "published": under if time else _("The post is published."),
        "scheduled": _("The post will appear by itself %(time)s.") % {"time": time},
        "review": _("The post waits for an editor, who will publish it or send it back."),
        "draft": _("The post is a draft again; only its authors and editors see it."),
        "withdrawn": _("The post is withdrawn; readers see it no more."),
    }
    return sentences[post.status]
