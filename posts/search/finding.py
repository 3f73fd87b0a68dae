"""Which posts hold what somebody asks for, the best first: the same on both databases.

A post that has a term in its title stands before one that has it in its summary, tags or authors,
that before one that has it in its text; of two alike, the newer stands first.
"""

from dataclasses import dataclass, field, replace

from django.db import connection

from accounts.models import User
from blogsite.lib import paginate
from posts.models import Post
from posts.querysets.post import Visitor
from posts.search import languages, literal, ranking, sampled
from posts.search.expression import (
    Expression,
    Group,
    group,
    postgres,
    postgres_group,
    sqlite,
    sqlite_group,
)
from posts.search.names import also, names
from posts.search.newest import Place, Within, by_author, kept_to, newest
from posts.search.query import Term
from posts.search.rows import rows

RANKED = 1000  # of more posts that match, the newest are found
COMMON = 3000  # posts that hold a word, from which on it is not looked for what it may begin


@dataclass(frozen=True, slots=True)
class Found:
    """The posts found and their times, the best match first; are there more than these?"""

    visitor: Visitor
    places: list[Place] = field(default_factory=list)
    is_cut: bool = False

    @property
    def keys(self) -> list[int]:
        """Return the posts' primary keys."""
        return [key for key, _at in self.places]

    def count(self) -> int:
        """Return how many there are."""
        return len(self.places)

    def __getitem__(self, wanted: slice) -> list[Post]:
        """Return those of the posts, without their texts."""
        keys = [key for key, _at in self.places[wanted]]
        # Asked once more at the one door: a place is no right to see the post.
        posts = Post.objects.listed_for(self.visitor).for_list().in_bulk(keys)
        return [posts[key] for key in keys if key in posts]

    def number_of(self, place: paginate.Place, *, after: bool) -> int:
        """Refuse: what is found has no place of its own."""
        raise ValueError("not a list by place")


def search(visitor: Visitor, terms: tuple[Term, ...], within: Within | None = None) -> Found:
    """Return what holds all terms among the posts the visitor sees in lists, best match first.

    Of more than `RANKED` posts the newest are found; only these are looked through for signs.
    """
    if all(term.is_excluded for term in terms):
        return Found(visitor)
    wanted = as_expression(terms)
    places = newest(visitor, wanted, within or Within(), RANKED + 1)
    keys = literal.kept([key for key, _at in places[:RANKED]], terms)
    scores = ranking.scores(wanted, list(keys))
    # By score, then the newest first: as they come.
    held = [place for place in places[:RANKED] if place[0] in keys]
    order = sorted(held, key=lambda place: -scores.get(place[0], 0))
    return Found(visitor, order, is_cut=len(places) > RANKED and len(held) == RANKED)


def matching(terms: tuple[Term, ...], author: User | None = None) -> list[int]:
    """Return the keys of the newest posts that hold all terms, drafts and all, for the desk.

    Of an author the newest that the index knows under the name, which is not yet theirs for sure.
    """
    if all(term.is_excluded for term in terms):
        return []
    wanted = as_expression(terms)
    within = Within() if author is None else by_author(author)
    if connection.vendor == "sqlite":
        key, where = "rowid", "posts_search WHERE posts_search MATCH %s"
        query = sqlite(wanted) + kept_to(within, " AND {{{}}} : {}", sqlite_group)
    else:
        key, query = "id", postgres(wanted) + kept_to(within, " & {1}", postgres_group)
        where = "posts_post WHERE search @@ to_tsquery('simple', %s)"
    sql = f"SELECT {key} FROM {where} ORDER BY {key} DESC LIMIT {RANKED}"
    keys = [key for (key,) in rows(sql, [query])]
    held = literal.kept(keys, terms)
    return [key for key in keys if key in held]


def as_expression(terms: tuple[Term, ...]) -> Expression:
    """Return what the terms look for on this site."""
    used = languages.in_use()
    known = names(used)
    groups = [
        (term, tuple(dict.fromkeys([*group(_finished(term), used), *also(term, known, used)])))
        for term in terms
    ]
    return Expression(
        tuple(group for term, group in groups if not term.is_excluded),
        tuple(group for term, group in groups if term.is_excluded and not term.literals),
    )


def _finished(term: Term) -> Term:
    """Take a frequent last word as whole: an index gathers all that a beginning stands for."""
    if not term.is_prefix:
        return term
    whole = group(replace(term, is_prefix=False, is_exact=True), ())
    return replace(term, is_prefix=False) if _is_common(whole) else term


def _is_common(whole: Group) -> bool:
    if connection.vendor != "sqlite":
        return sampled.estimate(postgres_group(whole), COMMON) >= COMMON
    sql = f"""SELECT count(*) FROM
        (SELECT 1 FROM posts_search WHERE posts_search MATCH %s LIMIT {COMMON})"""
    return bool(rows(sql, [sqlite_group(whole)])[0][0] == COMMON)
