"""What somebody was asked to write together with others, for the pages that show it."""

from accounts.models import User
from posts.models import CoAuthorInvitation, SeriesInvitation

MOST_SHOWN = 20  # of each kind


def waiting_for(person: User) -> list[CoAuthorInvitation | SeriesInvitation]:
    """Return what the person may answer now, posts first, the newest first; two queries.

    It is the context of `posts/write/_invitations.html`, as `invitations`.
    """
    of_posts = CoAuthorInvitation.objects.waiting_for(person)[:MOST_SHOWN]
    of_series = SeriesInvitation.objects.waiting_for(person)[:MOST_SHOWN]
    return [*of_posts, *of_series]
