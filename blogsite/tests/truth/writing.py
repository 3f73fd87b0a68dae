"""What members do in the browser: forms, buttons, the desk. Each deed returns the site after it."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

from django.utils import timezone

from accounts.models import Attempt
from blogsite.tests.truth.browser import Member
from blogsite.tests.truth.model import AComment, APost, State
from comments.models import Comment, Decision
from posts.models import Post, Tag

Thing = TypeVar("Thing")
MOST_POSTS, MOST_COMMENTS = 16, 40
NAMES = {1: "alice", 2: "bob"}


class Impossible(Exception):
    """The site as it is has nothing for that deed."""


class Desk:
    """The site as it stands, the rows behind the model's numbers, and who can write."""

    def __init__(self, chance: Random, members: dict[int, Member], state: State) -> None:
        self.chance = chance
        self.members = members
        self.state = state
        self.rows: dict[int, int] = {}  # posts
        self.said: dict[int, int] = {}  # comments
        self.subjects: dict[int, int] = {}  # tags
        self.likes: set[tuple[str, int, int]] = set()
        self.former: list[str] = []
        self.last = 0

    def next(self) -> int:
        """Return a number that was not used before."""
        self.last += 1
        return self.last

    def post(self, fits: Callable[[APost], bool] = lambda post: True) -> APost:
        """Return one of the posts that fit. Raises Impossible."""
        return self._one([post for post in self.state.posts.values() if fits(post)])

    def comment(self, *, gone: bool = False) -> AComment:
        """Return one of the comments that stand. Raises Impossible."""
        found = [one for one in self.state.comments.values() if one.is_gone is gone]
        now = timezone.now().timestamp()
        return self._one([one for one in found if self.state.posts[one.post].is_seen(now)])

    def _one(self, found: list[Thing]) -> Thing:
        if not found:
            raise Impossible
        return self.chance.choice(found)

    def send(self, path: str, person: int = 1, **fields: object) -> str:
        """Send a form as that person."""
        return self.members[person].send(self.chance, path, **fields)

    def stored(self, post: APost) -> State:
        """Return the site with what the database chose: the times."""
        row = Post.objects.get(pk=self.rows[post.number])
        times = [at.timestamp() if at else None for at in (row.published_at, row.pinned_at)]
        return self.state.with_post(post, published_at=times[0], pinned_at=times[1])


def fields_of(desk: Desk, post: APost) -> dict[str, object]:
    """Return what the editor sends for the post as the model has it."""
    return {
        "title": f"T{post.number}v{post.title}",
        "body": f"B{post.number}v{post.body} and *some* words.",
        "slug": f"p{post.number}v{post.slug}",
        "tags": ", ".join(f"subject{number}" for number in sorted(post.tags)),
        "visibility": "public",
        **({"pinned": "on"} if post.pinned_at else {}),
    }


def some_tags(desk: Desk) -> frozenset[int]:
    return frozenset(desk.chance.sample(sorted(desk.state.tags), 2))


def begin(desk: Desk) -> State:
    if len(desk.state.posts) >= MOST_POSTS:
        raise Impossible
    post = APost(desk.next(), desk.chance.choice([1, 2]), tags=some_tags(desk))
    desk.send("/write/new/", post.author, **fields_of(desk, post))
    desk.rows[post.number] = Post.objects.get(slug=post.address.split("/")[2]).pk
    return desk.state.with_post(post)


def edit(desk: Desk) -> State:
    before = desk.post(lambda post: not post.is_binned)
    version, part = desk.next(), desk.chance.choice(["title", "body", "slug", "tags"])
    value = some_tags(desk) if part == "tags" else version
    after = desk.state.with_post(before, **{part: value})
    started = Post.objects.get(pk=desk.rows[before.number]).fingerprint()
    if part == "slug":
        desk.former.append(before.address)
    fields = fields_of(desk, after.posts[before.number])
    desk.send(f"/write/{desk.rows[before.number]}/", 1, started_from=started, **fields)
    return after


def _step(desk: Desk, post: APost, step: str, **fields: str) -> State:
    row = Post.objects.get(pk=desk.rows[post.number])
    address = f"/write/{row.pk}/publication/"
    desk.send(address, 1, step=step, started_from=row.fingerprint(), **fields)
    changed = desk.stored(post)
    after = changed.posts[post.number]
    return changed.with_post(after, is_withdrawn=step == "withdraw")


def _is_out(post: APost) -> bool:
    return post.is_seen(timezone.now().timestamp())


def _is_in(post: APost) -> bool:
    return not post.is_binned and not _is_out(post)


def publish(desk: Desk) -> State:
    return _step(desk, desk.post(_is_in), "publish")


def redate(desk: Desk) -> State:
    """Publish as of another day, which moves it in every list."""
    year, day = desk.chance.choice([2023, 2024, 2025]), desk.chance.randint(1, 28)
    at = f"{year}-03-{day:02}T{desk.chance.randint(0, 23):02}:{desk.chance.randint(0, 59):02}"
    if any(post.published_at == _seconds(at) for post in desk.state.posts.values()):
        raise Impossible
    return _step(desk, desk.post(lambda post: not post.is_binned), "schedule", at=at)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def withdraw(desk: Desk) -> State:
    post = desk.post(_is_out)
    return _step(desk, post, "withdraw", **({} if post.author == 1 else {"because": "A reason"}))


def put_in_bin(desk: Desk) -> State:
    post = desk.post(lambda post: not post.is_binned)
    desk.send(f"/write/{desk.rows[post.number]}/bin/")
    return desk.state.with_post(post, is_binned=True)


def undo_bin(desk: Desk) -> State:
    post = desk.post(lambda post: post.is_binned)
    desk.send(f"/write/{desk.rows[post.number]}/restoration/")
    return desk.state.with_post(post, is_binned=False)


def delete(desk: Desk) -> State:
    post = desk.post(lambda post: post.is_binned)
    desk.send(f"/write/{desk.rows[post.number]}/deletion/")
    return desk.state.without_post(post.number)


def comment(desk: Desk) -> State:
    if len(desk.state.comments) >= MOST_COMMENTS:
        raise Impossible
    post, person, number = desk.post(_is_out), desk.chance.choice([1, 2]), desk.next()
    Attempt.objects.all().delete()
    desk.send(f"{post.address}comments/", person, body=f"C{number}v0 says somebody")
    desk.said[number] = Comment.objects.get(body__startswith=f"C{number}v0 ").pk
    return desk.state.with_comment(AComment(number, post.number, person, 0))


def edit_comment(desk: Desk) -> State:
    said, version = desk.comment(), desk.next()
    body = f"C{said.number}v{version} is what I meant"
    desk.send(f"/comments/{desk.said[said.number]}/edit/", said.author, body=body)
    return desk.state.with_comment(said, words=version)


def delete_comment(desk: Desk) -> State:
    said = desk.comment()
    desk.send(f"/comments/{desk.said[said.number]}/delete/", said.author)
    return desk.state.with_comment(said, is_gone=True)


def hide_and_undo(desk: Desk) -> State:
    """Hide at the desk, or undo what was hidden there last."""
    last = Decision.objects.filter(undone_at=None, comment__deleted_at=None).last()
    if last is not None and desk.chance.random() < 0.6:
        desk.send(f"/admin/comments/decision/undo/{last.batch}/")
        numbers = {row: number for number, row in desk.said.items()}
        back = desk.state.comments.get(numbers[last.comment_id])
        return desk.state.with_comment(back, is_gone=False) if back else desk.state
    said = desk.comment()
    _at_the_desk(desk, "comments/comment", "hide", desk.said[said.number], confirmed="1")
    return desk.state.with_comment(said, is_gone=True)


def like(desk: Desk) -> State:
    """Like a post, or take it back."""
    post, person = desk.post(_is_out), desk.chance.choice([1, 2])
    Attempt.objects.all().delete()
    desk.send(f"{post.address}like/", person, want=_want(desk, ("post", post.number, person)))
    row = Post.objects.get(pk=desk.rows[post.number])
    return desk.state.with_post(post, likes=row.like_count)


def like_comment(desk: Desk) -> State:
    said, person = desk.comment(), desk.chance.choice([1, 2])
    Attempt.objects.all().delete()
    wanted = _want(desk, ("comment", said.number, person))
    desk.send(f"/comments/{desk.said[said.number]}/like/", person, want=wanted)
    difference = 1 if wanted == "like" else -1
    return desk.state.with_comment(said, likes=said.likes + difference)


def _want(desk: Desk, liked: tuple[str, int, int]) -> str:
    desk.likes ^= {liked}
    return "like" if liked in desk.likes else "unlike"


def rename_person(desk: Desk) -> State:
    person, version = desk.chance.choice([1, 2]), desk.next()
    fields = {"biography": "", "website": ""}
    desk.send("/accounts/settings/", person, display_name=f"A{person}v{version}", **fields)
    return State(**vars(desk.state) | {"names": {**desk.state.names, person: version}})


def rename_tag(desk: Desk) -> State:
    number, version = desk.chance.choice(sorted(desk.state.tags)), desk.next()
    address = f"/admin/posts/tag/{desk.subjects[number]}/change/"
    names = {"synonyms-TOTAL_FORMS": "0", "synonyms-INITIAL_FORMS": "0"}
    shown = {"name": f"G{number}v{version}", "slug": f"subject{number}", "description": ""}
    fields: dict[str, Any] = names | shown
    desk.send(address, 1, **fields)
    return State(**vars(desk.state) | {"tags": {**desk.state.tags, number: version}})


def rename_site(desk: Desk) -> State:
    version = desk.next()
    fields = {"signup_policy": "anybody", "default_role": "author", "comment_policy": "open"}
    fields["language"] = "en"
    address = "/admin/blogsite/sitesettings/1/change/"
    desk.send(address, 1, title=f"S0v{version}", tagline="", footer="", **fields)
    return State(**vars(desk.state) | {"site": version})


def _at_the_desk(desk: Desk, model: str, action: str, *rows: int, **fields: str) -> None:
    chosen: dict[str, object] = {"action": action, "_selected_action": list(rows), **fields}
    desk.send(f"/admin/{model}/", 1, **chosen, reason="A reason")


def bulk(desk: Desk) -> State:
    """Do one thing to several posts at the desk."""
    action = desk.chance.choice(["withdraw", "restore", "pin", "unpin", "put_in_bin"])
    posts = [post for post in desk.state.posts.values() if desk.chance.random() < 0.3]
    if not posts:
        raise Impossible
    rows = [desk.rows[post.number] for post in posts]
    _at_the_desk(desk, "posts/post", action, *rows, answered="1")
    return reread(desk)


def reread(desk: Desk) -> State:
    """Return the site with the posts' states as their rows have them."""
    state = desk.state
    numbers = {row: number for number, row in desk.rows.items()}
    for row in Post.objects.filter(pk__in=[desk.rows[number] for number in state.posts]):
        times = [at and at.timestamp() for at in (row.published_at, row.pinned_at)]
        state = state.with_post(
            state.posts[numbers[row.pk]],
            published_at=times[0],
            pinned_at=times[1],
            is_withdrawn=row.withdrawn_at is not None,
            is_binned=row.deleted_at is not None,
        )
    return state


def make_subjects(desk: Desk, total: int) -> None:
    """Make the tags."""
    for number in range(1, total + 1):
        tag = Tag.objects.create(name=f"G{number}v0", slug=f"subject{number}")
        desk.subjects[number] = tag.pk
