"""The queue of posts that wait for an editor."""

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from posts.access import writer_required
from posts.models import Post

A_PAGE = 20


@require_safe
@writer_required
def queue(request: MemberRequest) -> HttpResponse:
    """List what was sent for review, what waits longest first."""
    if not request.user.can("posts.edit_any_post"):
        raise Http404
    open_notes = Count("notes", filter=Q(notes__resolved_at__isnull=True))
    waiting = Post.objects.in_state("review").for_list().annotate(open_notes=open_notes)
    page = numbered(request, waiting.order_by("submitted_at", "pk"), {}, size=A_PAGE)
    return render(request, "posts/write/reviews.html", {"page": page})
