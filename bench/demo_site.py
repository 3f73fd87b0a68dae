"""A small site to look at: a few posts with covers, a series, a conversation, a draft.

The texts are bench/demo/*.md, their heads in TOML; covers are drawn by posts.starter.pictures.
Call `build()` where Django is set up over a migrated, empty site.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.models import SiteSettings
from comments.testing import make_comment, make_reply
from posts.models import Image, Post, Series, Tag
from posts.starter.pictures import draw_all
from posts.testing import make_draft, make_tag
from posts.transfer import frontmatter

TEXTS = Path(__file__).parent / "demo"
BIOGRAPHIES = {
    "alice": "Gardens on a north slope, writes on the kitchen table. Believes in compost.",
    "bob": "Bakes, keeps bees, forgets where he left the smoker.",
}
INTRODUCTIONS = {
    "Garden": "Beds, borders and what lives in them; mostly mistakes, some of them pretty.",
    "Seasons": "The year, as it looks from the end of the garden.",
}


def build() -> None:
    """Fill the site."""
    site = SiteSettings.objects.get_or_create(pk=1)[0]
    site.title, site.tagline = "The Garden Post", "Notes on growing things, and on leaving them be."
    site.save()
    people = {
        "alice": make_user("alice", Role.OWNER, biography=BIOGRAPHIES["alice"]),
        "bob": make_user("bob", Role.EDITOR, biography=BIOGRAPHIES["bob"]),
    }
    with TemporaryDirectory() as folder:
        draw_all(Path(folder))
        posts = [_post(text, people, Path(folder)) for text in sorted(TEXTS.glob("*.md"))]
    for name, words in INTRODUCTIONS.items():
        tag = Tag.objects.get(name=name)
        tag.description = words
        tag.save()
    _conversation(posts[0], people)
    make_draft(people["alice"], title="What to do with too many courgettes", tags=["Kitchen"])


def _post(text: Path, people: dict[str, User], pictures: Path) -> Post:
    fields, body = frontmatter.split(text.read_text())
    author, now = people[fields["author"]], timezone.now()
    at = now - timedelta(days=fields["days"])
    given: dict[str, Any] = {name: fields.get(name, "") for name in ("summary", "language")}
    if cover := fields.get("cover"):
        given["cover"] = Image.store(author, (pictures / cover).read_bytes(), cover)
        given |= {"cover_alt": fields["cover_alt"], "cover_caption": fields.get("caption", "")}
    post = Post(author=author, title=fields["title"], slug=text.stem, body=body.strip(), **given)
    post.published_at = post.updated_at = at
    post.pinned_at = at if fields.get("pinned") else None
    post.save()
    Post.objects.filter(pk=post.pk).update(like_count=fields["likes"])
    post.tags.set(make_tag(name) for name in fields["tags"])
    if series := fields.get("series"):
        kept = Series.begin(people["alice"], series)
        kept.append(post)
        Series.objects.filter(pk=kept.pk).update(
            description="From one January to the next, as far as we got."
        )
    return post


def _conversation(post: Post, people: dict[str, User]) -> None:
    reader = make_user("charlie", Role.READER)
    said = make_comment(post, reader, "The goldfinches are here too. They *do* argue.")
    make_reply(said, people["alice"], "About the teasels? Mine only ever argue about those.")
    make_comment(post, people["bob"], "I have ordered fewer seeds. It is the 23rd; we will see.")
