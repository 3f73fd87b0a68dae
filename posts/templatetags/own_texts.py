"""What the editor and the list of posts offer of one's own: snippets, templates, invitations."""

from typing import Any

from django import template

from accounts.models import User
from posts.invitations import waiting_for
from posts.models import Post, Snippet

register = template.Library()

MOST_SHOWN = 50


@register.inclusion_tag("posts/write/_snippets.html")
def own_snippets(person: User) -> dict[str, Any]:
    """Show the pieces the person puts into texts; one query."""
    return {"snippets": Snippet.objects.of(person).snippets().order_by("name", "pk")[:MOST_SHOWN]}


@register.inclusion_tag("posts/write/_templates.html")
def own_templates(person: User) -> dict[str, Any]:
    """Show what a new post may begin with; one query."""
    templates = Snippet.objects.of(person).templates().only("name").order_by("name", "pk")
    return {"templates": templates[:MOST_SHOWN]}


@register.inclusion_tag("posts/write/_invitations.html")
def own_invitations(person: User) -> dict[str, Any]:
    """Show what the person is asked to write with others; two queries."""
    return {"invitations": waiting_for(person)}


@register.inclusion_tag("posts/write/_authors.html")
def authors_of(post: Post) -> dict[str, Any]:
    """Show who writes the post, and the way to ask others; one query."""
    return {"post": post, "authors": post.named_authors()}
