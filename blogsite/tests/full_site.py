"""A site in which every table has rows, with texts that databases are known to disagree about."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone

from accounts.models import Attempt, FormerUsername, Invitation, OutgoingEmail, User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.models import SiteSettings
from comments.models import CommentLike, Decision, PostLike, Report, Sanction
from comments.testing import make_comment, make_reply
from posts import drafts
from posts.models import (
    Autosave,
    FeedTopic,
    FormerAddress,
    FormerPicture,
    Image,
    ImportedPost,
    Kind,
    MissingAddress,
    Note,
    PictureMention,
    Post,
    PostTerm,
    Presence,
    RelatedPost,
    RelatedTag,
    Review,
    ShareLink,
    Tag,
    TagSynonym,
)
from posts.testing import make_invitation, make_post, make_series

ODD = ["Ünïcödé 🌻 \u202emixed", 'O\'Brien \\ "quoted" % %s {} $1', "line\r\nline\ttab", " \u00a0 "]
ODD += ["é", "e\u0301", "\U0001f469\u200d\U0001f33e", "NULL", "\\N", "0", "true", "x" * 3000]


def fill(chance: random.Random) -> None:
    """Put rows into every table."""
    people = [make_user(name, role=role) for name, role in zip(NAMES, ROLES, strict=True)]
    posts = [_post(chance, chance.choice(people)) for _ in range(12)]
    make_series(people[0], *posts[:3])
    for post in posts:
        _conversation(chance, post, people)
    _images(people[0], posts[0])
    FormerAddress.objects.create(path="posts/once", post=posts[1])
    _found(posts)
    _unsaved(chance, people[0], posts[0])
    _versions(chance, people[0], posts[4])
    ImportedPost.objects.create(post=posts[2], source="markdown:one.md", digest="0" * 64)
    _people(chance, people)
    _machinery(chance, people[0])
    User.objects.filter(pk=people[2].pk).update(biography=chance.choice(ODD))
    Post.objects.latest("pk").delete()  # the last key was given out, and is gone


NAMES, ROLES = ["alice", "bob", "charlie"], [Role.OWNER, Role.EDITOR, Role.AUTHOR]


def _moment(chance: random.Random) -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**14))


def _post(chance: random.Random, author: User) -> Post:
    body = "\n\n".join(chance.sample(ODD, 4))
    post = make_post(author, body=body, tags=chance.sample(["Gardens", "Bees", "Seeds"], 2))
    odd = {
        "summary": chance.choice(ODD)[:500],
        "headings": [{"text": chance.choice(ODD), "n": 1.5}],
    }
    Post.objects.filter(pk=post.pk).update(
        published_at=_moment(chance), created_at=_moment(chance), updated_at=_moment(chance), **odd
    )
    return post


def _conversation(chance: random.Random, post: Post, people: list[User]) -> None:
    first = make_comment(post, chance.choice(people), chance.choice(ODD)[:200] + "word")
    reply = make_reply(first, chance.choice(people))
    PostLike.give(post, chance.choice(people))
    CommentLike.give(reply, chance.choice(people))
    Report.objects.create(comment=reply, reporter=people[2], reason="Rude")
    Decision.objects.create(comment=first, by=people[0], action="hide", before={"a": [1, None]})


def _images(owner: User, post: Post) -> None:
    sizes: list[dict[str, Any]] = [{"path": "b.webp", "width": 480, "height": 320}]
    known: dict[str, Any] = {"path": "a.webp", "width": 9, "height": 9, "size": 1}
    image = Image.objects.create(owner=owner, sha256="0" * 64, smaller=sizes, **known)
    post.pictures.add(image)
    FormerPicture.objects.create(image=image, folder="b", was={"path": "b.webp"})
    PictureMention.objects.create(image=image, post=post)


def _found(posts: list[Post]) -> None:
    gardens, bees = Tag.named(["Gardens", "Bees"])
    TagSynonym.objects.create(tag=gardens, name="Plots", slug="plots")
    RelatedTag.objects.create(tag=gardens, other=bees, position=0)
    RelatedPost.objects.create(post=posts[0], other=posts[1], score=0.1 + 0.2)
    PostTerm.objects.create(post=posts[0], term=2**55 + 1, weight=1 / 3)
    Review.objects.begin(posts[3], posts[3].author)
    link = ShareLink.objects.make(posts[3], posts[3].author, lasts=timedelta(days=1))[0]
    Note.objects.create(post=posts[3], number=1, digest="0" * 16, body=ODD[1], share_link=link)
    FeedTopic.objects.create(kind=Kind.TAG, key=gardens.pk, changed_at=timezone.now())
    MissingAddress.objects.create(path="once/ü", count=3, referrer="news.example")


def _versions(chance: random.Random, person: User, post: Post) -> None:
    with transaction.atomic():
        for body in chance.sample(ODD, 2):
            changed = drafts.working_copy(post) | {"body": body}
            drafts.write_draft(post, changed, by=person)


def _unsaved(chance: random.Random, person: User, post: Post) -> None:
    fields = {"body": [chance.choice(ODD)], "title": [chance.choice(ODD)]}
    Autosave.objects.create(person=person, post=post, key="opened", fields=fields)
    Presence.objects.note(post, person)


def _people(chance: random.Random, people: list[User]) -> None:
    Invitation.objects.create(email="charlie@example.net", invited_by=people[0])
    until = timezone.now() + timedelta(days=1)
    Sanction.objects.create(person=people[2], by=people[0], reason="Rude", ends_at=until)
    people[1].user_permissions.add(Permission.objects.earliest("pk"))
    FormerUsername.objects.keep("alix", people[0])
    _together(people)
    Group.objects.create(name=chance.choice(ODD)[:100])


def _together(people: list[User]) -> None:
    series = people[0].series.earliest("pk")
    make_invitation(series.posts.earliest("pk"), people[1])
    series.add_author(people[1])
    series.open()
    people[0].snippets.create(name="Odd", body=ODD[0], tags=ODD[:2])
    make_invitation(series, people[2]).decline()


def _machinery(chance: random.Random, owner: User) -> None:
    store = SessionStore()
    store["odd"] = chance.choice(ODD)
    store.save()
    Attempt.objects.allow("sign-in", chance.choice(ODD)[:40], limit=3, per=60)
    OutgoingEmail.objects.create(subject="Hello", message={"body": chance.choice(ODD), "to": []})
    kind = ContentType.objects.get_for_model(Post)
    LogEntry.objects.create(user=owner, content_type=kind, object_repr="one", action_flag=CHANGE)
    SiteSettings.load()
    SiteSettings.objects.update(title=chance.choice(ODD)[:80])
