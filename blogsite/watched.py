"""Which tables hold what readers see, and which of their columns: all that are not named here.

A test fails for a model that is neither watched nor excused, and for a page that reads another.
"""

from dataclasses import dataclass

from blogsite.lib.kept import LISTS, RIGHTS, SITE

NEVER = "false"


@dataclass(frozen=True, slots=True)
class Watch:
    """Which changes of a model's rows move which scope.

    Every column counts but those in `unseen`, so that a new one does from its first day; rows
    for which `seen` is false before and after are seen by no reader, nor are those `of_post`
    whose post is there and is a draft. A new row counts where `inserts`, an SQL condition, holds.
    `scope` names a column. A row that comes, goes or changes in any column moves `every` too.
    """

    unseen: frozenset[str] = frozenset()
    seen: str = ""
    of_post: bool = False
    scope: str = str(SITE)
    inserts: str = ""
    every: int | None = None


def _unseen(columns: str) -> frozenset[str]:
    return frozenset(columns.split())


# The source of a post's text is read as Markdown; that of a comment shows in its HTML alone.
WATCHED: dict[str, Watch] = {
    "posts.Post": Watch(
        _unseen("stems submitted_at withdrawn_by_id withdrawal_reason like_count comment_count"),
        seen="published_at IS NOT NULL",
    ),
    "posts.Post_tags": Watch(of_post=True),
    "posts.Post_pictures": Watch(of_post=True),
    # A new tag is seen once a post has it.
    "posts.Tag": Watch(inserts=NEVER),
    "posts.Series": Watch(_unseen("opened_at")),
    "posts.SeriesEntry": Watch(of_post=True),
    "posts.Authorship": Watch(of_post=True),
    **dict.fromkeys(("posts.Listing", "posts.MonthCount", "posts.DayCount"), Watch()),
    "posts.FormerAddress": Watch(),
    # A change that waits for its time bounds the life of pages; none of it is seen before.
    "posts.PendingChange": Watch(
        _unseen("snapshot changed_at failed_at base_id by_id post_id"),
        seen="publish_at IS NOT NULL",
    ),
    # What is like a post changes the page of that one alone; tags beside a tag are on lists.
    "posts.RelatedPost": Watch(scope="post_id"),
    "posts.RelatedTag": Watch(scope=str(LISTS)),
    # A new picture is seen once a post shows it.
    "posts.Image": Watch(
        _unseen(
            "name alt is_decorative size deleted_at replaced_at"
            " next_attempt_at claimed_until attempts given_up_at error"
        ),
        inserts=NEVER,
    ),
    "accounts.User": Watch(
        _unseen(
            "password last_login is_superuser is_staff username_key email email_confirmed_at"
            " suspended_until sessions_ended_at biography time_zone"
        ),
        # Somebody new has a page where nothing was, or a redirect to what moved here.
        inserts="EXISTS (SELECT 1 FROM posts_formeraddress WHERE path LIKE 'authors/%') OR EXISTS"
        " (SELECT 1 FROM accounts_formerusername WHERE username_key = new.username_key)",
        every=RIGHTS,
    ),
    "accounts.FormerUsername": Watch(_unseen("username_key created_at")),
    "blogsite.SiteSettings": Watch(),
    "comments.Comment": Watch(_unseen("held_because"), scope="post_id"),
    **{
        f"{app}.{name}": Watch(scope=str(RIGHTS))
        for app, name in (
            ("auth", "Permission"),
            ("auth", "Group_permissions"),
            ("accounts", "User_groups"),
            ("accounts", "User_user_permissions"),
        )
    },
}
