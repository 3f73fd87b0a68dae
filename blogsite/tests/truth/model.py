"""What must be seen: the site as a value, and the facts each page must show of it.

Every text carries a mark such as `T12v3`: the title of post 12 in its third version.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

Fact = tuple[str, int]  # what, and of which thing
Facts = dict[Fact, Any]

A_PAGE, A_FEED, PINNED_MOST = 10, 20, 5
STATUS, ORDER, PLACE = ("status", 0), ("order", 0), ("location", 0)


@dataclass(frozen=True)
class APost:
    """A post by a number of the test's own; texts are versions, times are seconds."""

    number: int
    author: int
    title: int = 0
    body: int = 0
    slug: int = 0
    tags: frozenset[int] = frozenset()
    published_at: float | None = None
    is_withdrawn: bool = False
    is_binned: bool = False
    pinned_at: float | None = None
    likes: int = 0

    def is_seen(self, now: float) -> bool:
        """Tell whether strangers read it."""
        is_gone = self.is_withdrawn or self.is_binned
        return self.published_at is not None and self.published_at <= now and not is_gone

    @property
    def address(self) -> str:
        """Return the path of its page."""
        return f"/posts/p{self.number}v{self.slug}/"


@dataclass(frozen=True)
class AComment:
    """A comment, its words a version; whether anybody reads it."""

    number: int
    post: int
    author: int
    words: int
    is_gone: bool = False
    likes: int = 0


@dataclass(frozen=True)
class State:
    """The whole site between two writes."""

    posts: Mapping[int, APost] = field(default_factory=dict)
    comments: Mapping[int, AComment] = field(default_factory=dict)
    names: Mapping[int, int] = field(default_factory=dict)  # of people
    tags: Mapping[int, int] = field(default_factory=dict)
    site: int = 0
    gone: Mapping[int, APost] = field(default_factory=dict)  # posts that are deleted for good

    def with_post(self, post: APost, **fields: Any) -> "State":
        """Return the site with the post changed."""
        return replace(self, posts={**self.posts, post.number: replace(post, **fields)})

    def with_comment(self, comment: AComment, **fields: Any) -> "State":
        """Return the site with the comment changed."""
        changed = {comment.number: replace(comment, **fields)}
        return replace(self, comments={**self.comments, **changed})

    def without_post(self, number: int) -> "State":
        """Return the site without the post and all that was said under it."""
        posts = {key: post for key, post in self.posts.items() if key != number}
        kept = {key: said for key, said in self.comments.items() if said.post != number}
        gone = {**self.gone, number: self.posts[number]}
        return replace(self, posts=posts, comments=kept, gone=gone)

    def standing(self, post: int) -> list[AComment]:
        """Return what is said under the post."""
        return [one for one in self.comments.values() if one.post == post and not one.is_gone]

    def seen(self, now: float) -> list[APost]:
        """Return what strangers read, newest first."""
        found = [post for post in self.posts.values() if post.is_seen(now)]
        return sorted(found, key=lambda post: (post.published_at or 0, post.number), reverse=True)


def expected(path: str, state: State, now: float) -> Facts:
    """Return the facts that the page must show at that time."""
    parts = path.strip("/").split("/")
    seen = state.seen(now)
    match parts:
        case ["posts", slug]:
            return _post_page(slug, state, seen)
        case [""]:
            return _home(state, seen)
        case ["tags", slug]:
            number = int(slug.removeprefix("subject"))
            tagged = [post for post in seen if number in post.tags]
            own = {("G", number): state.tags[number]}
            return _list(state, tagged, own) if tagged else {STATUS: 404}
        case ["authors", name]:
            number = {"alice": 1, "bob": 2}[name]
            own = {("A", number): state.names[number]}
            return _list(state, [post for post in seen if post.author == number], own)
        case ["archive"]:
            return {STATUS: 200, ("S", 0): state.site, **_years(seen)}
        case ["feed", *_kind]:
            return {STATUS: 200, ("S", 0): state.site, **_told(state, seen[:A_FEED])}
        case _:
            return {STATUS: 200} | {("p", post.number): post.slug for post in seen}


def pages(state: State, former: Iterable[str]) -> Iterator[str]:
    """Yield the addresses there are, and those there were."""
    yield from ("/", "/archive/", "/feed/", "/feed/rss/", "/feed/json/", "/sitemap-posts.xml")
    yield from ("/authors/alice/", "/authors/bob/")
    yield from (f"/tags/subject{number}/" for number in state.tags)
    yield from (post.address for post in state.posts.values())
    yield from former


def _home(state: State, seen: list[APost]) -> Facts:
    fixed = [post for post in seen if post.pinned_at is not None]
    fixed.sort(key=lambda post: (post.pinned_at or 0, post.number), reverse=True)
    fixed = fixed[:PINNED_MOST]
    others = [post for post in seen if post not in fixed][:A_PAGE]
    return _facts(state, [*fixed, *others], {})


def _list(state: State, posts: list[APost], own: Facts) -> Facts:
    return _facts(state, posts[:A_PAGE], own)


def _facts(state: State, posts: list[APost], own: Facts) -> Facts:
    counted = {("likes", post.number): post.likes for post in posts if post.likes}
    said = {("comments", post.number): len(state.standing(post.number)) for post in posts}
    return {
        STATUS: 200,
        ("S", 0): state.site,
        ORDER: tuple(post.number for post in posts),
        **_told(state, posts),
        **counted,
        **{fact: number for fact, number in said.items() if number},
        **own,
    }


def _told(state: State, posts: list[APost]) -> Facts:
    """Return the marks of posts in a list or a feed."""
    facts: Facts = {}
    for post in posts:
        facts |= {
            ("T", post.number): post.title,
            ("B", post.number): post.body,
            ("p", post.number): post.slug,
        }
        facts[("A", post.author)] = state.names[post.author]
        facts |= {("G", number): state.tags[number] for number in post.tags}
    return facts


def _years(seen: list[APost]) -> Facts:
    facts: Facts = {}
    for post in seen:
        year = datetime.fromtimestamp(post.published_at or 0, UTC).year
        facts[("year", year)] = facts.get(("year", year), 0) + 1
    return facts


def _was_read(number: int, state: State) -> bool:
    """Tell whether strangers could read the post, and it is in the bin or gone since."""
    post = state.posts.get(number) or state.gone.get(number)
    if post is None or post.published_at is None:
        return False
    return post.is_binned or number in state.gone


def _post_page(slug: str, state: State, seen: list[APost]) -> Facts:
    number, version = (int(part) for part in slug.removeprefix("p").split("v"))
    post = next((one for one in seen if one.number == number and version <= one.slug), None)
    if post is None:
        return {STATUS: 410 if _was_read(number, state) else 404}
    if post.slug != version:
        return {STATUS: 301, PLACE: post.address}
    place = seen.index(post)
    beside = seen[max(0, place - 1) : place] + seen[place + 1 : place + 2]
    facts = _told(state, [post]) | {STATUS: 200, ("S", 0): state.site}
    facts[("likes", number)] = post.likes
    for other in beside:
        facts |= {("T", other.number): other.title, ("p", other.number): other.slug}
    said = state.standing(number)
    if said:
        facts[("comments", number)] = len(said)
    for one in said:
        facts |= {("C", one.number): one.words, ("liked", one.number): one.likes}
        facts[("A", one.author)] = state.names[one.author]
    return facts
