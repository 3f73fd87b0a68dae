"""A site with every kind of page and of content, for whoever looks at all of them.

`manage.py shell -c "from blogsite.tests.every_kind import fill; fill()"` fills a site that has an
owner "alice": posts in four languages, one with all that a text can have, series, a conversation.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from comments.models import Comment, Report
from comments.testing import make_comment, make_reply
from posts.models import Image, MissingAddress, Post, Series, Tag
from posts.testing import make_draft, make_image, make_post

TEXTS = Path(__file__).parent / "texts"
EVERYTHING, HEBREW, ARABIC, JAPANESE = "with-everything", "balcony", "bread", "veranda"
SERIES, GONE = "from-bed-to-table", "gone-for-good"


def fill() -> None:
    """Add to the site what it takes to see every kind of page."""
    alice, bob = User.objects.get(username="alice"), make_user("bob", biography="Keeps *bees*.")
    charlie = make_user("charlie", Role.READER)
    picture = make_image(bob, "field.jpg")
    _foreign(alice, bob, picture)
    post = _everything(bob, picture)
    draft = make_draft(bob, title="Not yet", slug="not-yet", tags=["Gardens"])
    make_post(alice, title="For members", slug="for-members", visibility="members")
    make_post(bob, title="Gone", slug=GONE).delete()
    for title in ("From bed to table", "גינות"):
        _series(bob, title, [post, draft])
    Tag.objects.filter(slug="gardens").update(description_html="<p>Beds and <em>borders</em>.</p>")
    _conversation(post, bob, charlie)
    MissingAddress.objects.create(path="posts/never-was", count=3)


def _foreign(alice: User, bob: User, picture: Image) -> None:
    hebrew = {"title": "גינה קטנה על המרפסת (Tom)", "summary": "ארבעה עציצים, חתול אחד."}
    arabic = {"title": "خبز الصباح", "summary": "كيف نخبز رغيفًا.", "body": "## البداية\n\nماء."}
    japanese = {"title": "ベランダの小さな庭", "summary": "鉢が四つ、猫が一匹。"}
    cover = {"cover": picture, "cover_alt": "A field", "cover_caption": "השדה"}
    _post(bob, HEBREW, 2, language="he", body=_text("hebrew"), **hebrew, **cover)
    _post(bob, ARABIC, 3, language="ar", **arabic)
    _post(alice, JAPANESE, 4, language="ja", body=_text("japanese"), **japanese)


def _everything(bob: User, picture: Image) -> Post:
    body = _text("everything").replace("PICTURE", picture.url)
    body = body.replace("LINK", f"{settings.SITE_URL}/posts/{HEBREW}/")
    title = "Everything at once, and a Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    post = _post(bob, EVERYTHING, 1, title=title, body=body, has_math=True, cover=picture)
    post.tags.set([*post.tags.all(), *(Tag.objects.create(name=n, slug=n) for n in ("bees", "庭"))])
    return post


def _post(author: User, slug: str, hours: int, **fields: Any) -> Post:
    at = timezone.now() - timedelta(hours=hours)
    fields = {"cover_alt": "", "tags": ["Gardens"]} | fields
    return make_post(author, slug=slug, published_at=at, **fields)


def _text(name: str) -> str:
    return (TEXTS / f"{name}.md").read_text()


def _series(owner: User, title: str, posts: list[Post]) -> None:
    series = Series.begin(owner, title)
    others = [make_post(owner, title=f"{title} {number}") for number in (1, 2)]
    for post in [others[0], *posts, others[1]]:
        series.append(post)


def _conversation(post: Post, bob: User, charlie: User) -> None:
    said = make_comment(post, charlie, "What **about** `water`? " + "long" * 60)
    reply = make_reply(make_reply(said, bob, "- once\n- twice"), charlie, "> quoted\n\nשלום, Bob.")
    make_reply(
        reply, bob, "```\na line of code that is so long that it must scroll on a phone\n```"
    )
    Report.objects.create(comment=reply, reporter=bob, reason="Rude")
    waiting = make_comment(post, charlie, "This one waits.")
    Comment.objects.filter(pk=waiting.pk).update(held_at=timezone.now())
