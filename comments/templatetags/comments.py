"""How a page shows the conversation under a post, and likes."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from blogsite.lib.pieces import form_token, is_for_many, personal, render
from comments.conversation import Conversation, SharedConversation
from comments.likes import like_of
from comments.models import Comment, Report
from comments.policies import reads_conversation
from comments.words import labels
from posts.models import Post

register = template.Library()


@register.simple_tag(takes_context=True)
def comment_thread(context: Context, post: Post) -> SafeString:
    """Show a page of the conversation under the post, and for members the form.

    A constant number of queries. Without a session it is the same for everybody.
    """
    request: HttpRequest = context["request"]
    after = request.GET.get("thread_after", "")
    if not is_for_many(request):
        return Conversation(post, _visitor(context), after).html(request)
    return personal(request, SharedConversation.of(post, request.user, after))


@register.simple_tag(takes_context=True)
def like_button(context: Context, post: Post) -> SafeString:
    """Show how many like the post, and the button; one query for members."""

    def button(request: HttpRequest) -> SafeString:
        values = {"like": like_of(post, request.user), "small": False}
        token = form_token(request) if request.user.is_authenticated else ""
        return render("comments/_like_button.html", values, labels, csrf_token=token)

    return personal(context["request"], button)


@register.inclusion_tag("posts/_feeds.html")
def comment_feeds(post: Post) -> dict[str, str]:
    """Name the feeds of the conversation where everybody may read it; for the head of a page."""
    everybody = AnonymousUser()
    if post.visibility == "members" or not reads_conversation(post, everybody):
        return {}
    title = _("Comments on “%(title)s”") % {"title": post.title}
    return {"name": title, "feed": reverse("comments:feed", args=[post.slug])}


@register.inclusion_tag("comments/_desk_summary.html", takes_context=True)
def desk_summary(context: Context) -> dict[str, Any]:
    """Tell staff how many comments, reports and posts wait for them; three queries at most."""
    visitor = _visitor(context)
    counts: dict[str, Any] = {}
    if visitor.has_perm("comments.moderate_comment"):
        counts["waiting"] = Comment.objects.in_state("waiting").count()
        counts["reported"] = Report.objects.open().values("comment").distinct().count()
    if visitor.has_perm("posts.edit_any_post"):
        counts["in_review"] = Post.objects.in_state("review").count()
    return {"watches": bool(counts), **counts}


def _visitor(context: Context) -> User | AnonymousUser:
    visitor: User | AnonymousUser = context["request"].user
    return visitor
