"""Races: what many threads do in the same moment, and the one effect it may have.

Each race is made anew for every round: it returns what each thread does, and then checks what came
of it. Whatever a view raises ends the race.
"""

import threading
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import connection
from django.test import Client

from accounts import tokens
from accounts.models import Attempt, Invitation, User
from accounts.roles import Role
from accounts.testing import PASSWORD, make_user
from comments.counts import recount
from comments.models import Comment, CommentLike, Decision, PostLike, Report
from comments.testing import make_comment
from posts.models import Post, Series, SeriesEntry, Tag
from posts.testing import make_draft, make_post, typed

PEOPLE = 8
PATIENCE = 120
Work = Callable[[int], Any]
Course = Generator[Any, Any, None]
Race = Callable[["Ground", int], Course]
RACES: dict[str, Race] = {}


class Ground:
    """Where races are run: some members, a browser for each thread, and the threads."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.alice = make_user("alice", role=Role.OWNER)
        self.people = [make_user(f"member-{number}") for number in range(PEOPLE)]
        self.hers = [self.browser(self.alice) for _ in range(threads)]
        self.theirs = [self.browser(self.people[n % PEOPLE]) for n in range(threads)]
        self.barrier = threading.Barrier(threads, timeout=PATIENCE)
        self.pool = ThreadPoolExecutor(threads)

    def browser(self, person: User | None = None) -> Client:
        """Return a browser, signed in as that person."""
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    def run_often(self, name: str, rounds: int) -> None:
        """Run that many rounds."""
        for number in range(rounds):
            self.run(name, number)

    def run(self, name: str, number: int) -> None:
        """Run one round. Raises what a view raised, and AssertionError for another effect."""
        Attempt.objects.all().delete()
        race = RACES[name](self, number)
        work = next(race)
        answers = list(self.pool.map(lambda thread: self._start(work, thread), range(self.threads)))
        with suppress(StopIteration):
            race.send(answers)
        assert recount(repair=False) == []

    def _start(self, work: Work, thread: int) -> Any:
        self.barrier.wait()
        return work(thread)

    def close(self) -> None:
        """End the threads and their connections."""
        list(self.pool.map(lambda _thread: self._end(), range(self.threads)))
        self.pool.shutdown()

    def _end(self) -> None:
        self.barrier.wait()
        connection.close()


def race(run: Race) -> Race:
    """Keep it under its name."""
    RACES[run.__name__] = run
    return run


def statuses(answers: list[Any]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


@race
def likes(ground: Ground, number: int) -> Course:
    """Each member presses the heart several times."""
    post = make_post(ground.alice)
    address = f"{post.get_absolute_url()}like/"
    yield lambda n: ground.theirs[n].post(address, {"want": "like"})
    post.refresh_from_db()
    assert post.like_count == PostLike.objects.filter(post=post).count() == PEOPLE


@race
def likes_and_takes_back(ground: Ground, number: int) -> Course:
    """Members press the heart, whatever it shows; on a comment."""
    said = make_comment(make_post(ground.alice), ground.alice)
    answers = yield lambda n: ground.theirs[n].post(f"/comments/{said.pk}/like/")
    assert set(statuses(answers)) == {302}
    said.refresh_from_db()
    assert said.like_count == CommentLike.objects.filter(comment=said).count()


@race
def slug(ground: Ground, number: int) -> Course:
    """All want one address."""
    answers = yield lambda n: ground.hers[n].post(
        "/write/new/", typed(slug=f"taken-{number}", title=f"Number {n}")
    )
    assert statuses(answers) == {302: 1, 200: ground.threads - 1}
    assert Post.objects.filter(slug=f"taken-{number}").count() == 1


@race
def username(ground: Ground, number: int) -> Course:
    """Strangers with different addresses want names that look the same."""
    looks = ["paula", "PAULA", "pau1a", "Pau-la", "pauIa", "paula_"]
    browsers = [ground.browser() for _ in range(ground.threads)]
    links = [tokens.for_signup(f"s{number}-{n}@example.org") for n in range(ground.threads)]

    def join(thread: int) -> Any:
        name = f"{looks[thread % len(looks)]}{number}"
        fields = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
        return browsers[thread].post(f"/accounts/signup/{links[thread]}/", fields)

    answers = yield join
    keys = Counter(User.objects.values_list("username_key", flat=True))
    assert set(keys.values()) == {1}
    assert statuses(answers)[302] == User.objects.filter(email__startswith=f"s{number}-").count()
    assert 1 <= statuses(answers)[302] <= len(looks)


@race
def publish(ground: Ground, number: int) -> Course:
    """All press "Publish"."""
    post = make_draft(ground.alice)
    sent = {"step": "publish", "started_from": post.fingerprint()}
    answers = yield lambda n: ground.hers[n].post(f"/write/{post.pk}/publication/", sent)
    assert statuses(answers) == {302: 1, 200: ground.threads - 1}


@race
def invitation(ground: Ground, number: int) -> Course:
    """One link is used by many."""
    row = Invitation.objects.create(email=f"i{number}@example.org", invited_by=ground.alice)
    address = f"/accounts/signup/{tokens.for_invitation(row)}/"
    browsers = [ground.browser() for _ in range(ground.threads)]

    def join(thread: int) -> Any:
        name = f"guest-{number}-{thread}"
        fields = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
        return browsers[thread].post(address, fields)

    answers = yield join
    assert statuses(answers)[302] == 1
    assert User.objects.filter(username__startswith=f"guest-{number}-").count() == 1


@race
def invitation_sent(ground: Ground, number: int) -> Course:
    """One person is invited by many, in any case of letters."""
    spellings = [f"Same{number}@example.org", f"same{number}@example.org"]
    yield lambda n: ground.hers[n].post(
        "/admin/accounts/invitation/add/", {"email": spellings[n % 2], "role": "author"}
    )
    assert Invitation.objects.filter(email__iexact=spellings[0]).count() == 1


@race
def post_sent_twice(ground: Ground, number: int) -> Course:
    """The button of one new post's form is pressed often."""
    before = Post.objects.count()
    fields = typed(key=f"key-{number}", title=f"Twice {number}")
    answers = yield lambda n: ground.hers[n].post("/write/new/", fields)
    assert Post.objects.count() == before + 1
    assert len({answer["Location"] for answer in answers}) == 1


@race
def comment_sent_twice(ground: Ground, number: int) -> Course:
    """The button of one comment's form is pressed often."""
    post = make_post(ground.alice)
    address = f"{post.get_absolute_url()}comments/"
    answers = yield lambda n: ground.hers[n].post(address, {"body": "The same"})
    assert set(statuses(answers)) <= {302, 429}  # so many presses may also meet the limit
    assert post.comments.count() == 1


@race
def tags(ground: Ground, number: int) -> Course:
    """Many posts bring the same new tags, in other orders."""
    names = [f"New {number}", f"Newer {number}", f"Newest {number}"]

    def save(thread: int) -> Any:
        wanted = names if thread % 2 else list(reversed(names))
        fields = typed(title=f"Tagged {number} {thread}", tags=", ".join(wanted))
        return ground.hers[thread].post("/write/new/", fields)

    answers = yield save
    assert statuses(answers) == {302: ground.threads}
    made = Tag.objects.filter(name__in=names)
    assert sorted(tag.posts.count() for tag in made) == [ground.threads] * 3


@race
def series(ground: Ground, number: int) -> Course:
    """Many posts begin the same new series."""

    def save(thread: int) -> Any:
        fields = typed(title=f"Part {number} {thread}", new_series=f"Story {number}")
        return ground.hers[thread].post("/write/new/", fields)

    answers = yield save
    assert statuses(answers) == {302: ground.threads}
    only = Series.objects.get(title=f"Story {number}")
    places = SeriesEntry.objects.filter(series=only).values_list("position", flat=True)
    assert sorted(places) == list(range(1, ground.threads + 1))


@race
def undone_twice(ground: Ground, number: int) -> Course:
    """A moderator's decision is undone by many."""
    said = make_comment(make_post(ground.alice), ground.people[0])
    batch = said.hide(by=ground.alice).batch
    answers = yield lambda n: ground.hers[n].post(f"/admin/comments/decision/undo/{batch}/")
    assert set(statuses(answers)) == {302}
    assert Decision.objects.filter(batch=batch, undone_at__isnull=False).count() == 1
    assert Comment.objects.get(pk=said.pk).is_standing


@race
def decided_and_deleted(ground: Ground, number: int) -> Course:
    """Moderators hide and approve while its author deletes and brings back."""
    writer = ground.browser(ground.people[0])
    said = make_comment(make_post(ground.alice), ground.people[0])
    browsers = [writer if n % 2 else ground.hers[n] for n in range(ground.threads)]

    def decide(thread: int) -> Any:
        if thread % 2:
            verb = "delete" if thread % 4 == 1 else "restore"
            return browsers[thread].post(f"/comments/{said.pk}/{verb}/")
        action = {"action": ("hide", "approve", "spam")[thread % 3], "reason": ""}
        return browsers[thread].post(f"/admin/comments/comment/{said.pk}/decision/", action)

    answers = yield decide
    assert set(statuses(answers)) == {302}


@race
def reported_twice(ground: Ground, number: int) -> Course:
    """One reader reports one comment often."""
    said = make_comment(make_post(ground.alice), ground.people[0])
    yield lambda n: ground.hers[n].post(f"/comments/{said.pk}/report/", {"reason": "Rude"})
    assert Report.objects.filter(comment=said).count() == 1


@race
def deleted_twice(ground: Ground, number: int) -> Course:
    """A post is deleted for good by many, with all that was said and liked."""
    post = make_post(ground.alice)
    make_comment(post, ground.people[0])
    PostLike.give(post, ground.people[1])
    post.bin()
    answers = yield lambda n: ground.hers[n].post(f"/write/{post.pk}/deletion/")
    assert set(statuses(answers)) <= {302, 404}
    assert not Post.objects.filter(pk=post.pk).exists()


@race
def said_below_what_goes(ground: Ground, number: int) -> Course:
    """Comments and likes come while the post is deleted for good."""
    post = make_post(ground.alice)
    address = post.get_absolute_url()

    def say(thread: int) -> Any:
        if thread % 4 == 0:
            Post.objects.filter(pk=post.pk).delete()
            return None
        if thread % 4 == 1:
            return ground.theirs[thread].post(f"{address}like/", {"want": "like"})
        return ground.theirs[thread].post(f"{address}comments/", {"body": f"Words {thread}"})

    answers = yield say
    assert set(statuses([answer for answer in answers if answer])) <= {302, 403, 404}
    assert not Post.objects.filter(pk=post.pk).exists()
    assert not Comment.objects.filter(post_id=post.pk).exists()
