"""Keeping the conversation good, from the page itself: reports, and authors who hide."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, sign_in_required
from comments.forms import ReasonForm, ReportForm
from comments.models import Report
from comments.policies import refusal_to_take_part
from comments.thread import page_url
from comments.views.writing import visible_comment_or_404


@require_http_methods(["GET", "POST"])
@sign_in_required
def report(request: MemberRequest, pk: int) -> HttpResponse:
    """Tell the moderators about somebody else's comment, with a reason."""
    comment = visible_comment_or_404(request.user, pk)
    if comment.author_id == request.user.pk:
        raise Http404
    row = Report(comment=comment, reporter=request.user)
    form = ReportForm(request.POST or None, instance=row)
    if sentence := refusal_to_take_part(request.user):
        context = {"post": comment.post, "sentence": sentence, "body": form["reason"].value()}
        return render(request, "comments/unsent.html", context, status=403)
    if not form.is_valid():
        return render(request, "comments/report.html", {"comment": comment, "form": form})
    form.save()
    messages.success(request, _("Thank you. The moderators will look at it."))
    return redirect(page_url(comment, request.user))


@require_http_methods(["GET", "POST"])
@sign_in_required
def hide(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a comment out of the conversation: for moderators and the post's authors."""
    comment = visible_comment_or_404(request.user, pk)
    if not comment.is_standing or not comment.hideable_by(request.user):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "comments/hide.html", {"comment": comment, "form": form})
    comment.hide(by=request.user, because=form.cleaned_data["reason"])
    messages.success(request, _("The comment is hidden. A moderator can bring it back."))
    return redirect(f"{comment.post.get_absolute_url()}#comments")
