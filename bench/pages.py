"""Pages that are rendered for each request: what they cost, and whether that grows with the site.

Twice: by strangers while nothing at all is kept, pages or pieces of them, so that the database is
asked for everything; and by somebody signed in, from the server as it comes.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from math import inf

from bench.browser import Browser
from bench.corpus import BIG_TAG, COMMON, FREQUENT, MEASURED, PASSWORD, RARE, SERIES
from bench.harness import Budget, Client, Contestant
from bench.report import Goal, Section, shown, table
from bench.sites import LARGE, Corpus, Site, served

ROUNDS, MOST, SLICE = 15, 40, 0.1  # requests a round: what a tenth of a second allows
SLOW = 2.0  # seconds
LIVE_GOAL = 2500.0
SEARCHES = 3.0
OTHERS = 1.2


@dataclass(frozen=True)
class Grown:
    """A page of the small site, that of the large one, and how much more it may take."""

    small: str
    large: str
    most: float = OTHERS

    @classmethod
    def same(cls, path: str, most: float = OTHERS) -> "Grown":
        """Return it for a page that both sites have."""
        return cls(path, path, most)


GROWN: Mapping[str, Grown] = {
    "list": Grown.same("/"),
    "post, 20 comments": Grown.same(f"/posts/{MEASURED}/"),
    "tag, on a twentieth of all posts": Grown.same(f"/tags/{BIG_TAG}/"),
    "author of a twentieth of all posts": Grown.same("/authors/alice/"),
    "series of a hundredth of all posts": Grown.same(f"/series/{SERIES}/"),
    "archive": Grown.same("/archive/"),
    "archive, a year": Grown.same("/archive/2022/"),
    "archive, a month": Grown.same("/archive/2022/05/"),
    "feed": Grown.same("/feed/"),
    "sitemap": Grown.same("/sitemap.xml"),
    "list, page 10,000 (small: 50)": Grown("/?page=50", "/?page=10000"),
    "search, a word of most posts": Grown.same(f"/search/?q={COMMON}", SEARCHES),
    "search, a word of an eighth": Grown.same(f"/search/?q={FREQUENT}", SEARCHES),
    "search, a word of ten posts": Grown.same(f"/search/?q={RARE}", SEARCHES),
}
LIVE: Mapping[str, str] = {
    "post, 20 comments": f"/posts/{MEASURED}/",
    "list": "/",
    "tag": f"/tags/{BIG_TAG}/",
    "search": f"/search/?q={FREQUENT}",
}


@dataclass
class Runner:
    """A page of a site, asked for by one connection, and how often in a round."""

    contestant: Contestant
    requests: int

    @classmethod
    def start(cls, site: Site, path: str, cookie: str) -> "Runner | None":
        """Warm the page, and see how long it takes; None where no answer comes."""
        client = Client(site.port)
        began = time.monotonic()
        try:
            one = Contestant(path, site.pids, client, client.request(path, cookie))
            if time.monotonic() - began < SLOW:
                one.warm(4)
            began = time.monotonic()
            one.warm(1)
        except (OSError, RuntimeError) as failure:
            print(f"  {site.corpus.name} {path}: {failure}", flush=True)
            return None
        return cls(one, max(1, min(MOST, int(SLICE / (time.monotonic() - began)))))

    def measure(self) -> None:
        """Run a round; what is slow beyond all goals has one, or there were no time for others."""
        used = self.contestant.used
        if not used or used[0] < SLOW * 1e6:
            self.contestant.measure(self.requests)

    @property
    def median(self) -> float:
        """Return the median of the rounds."""
        return self.contestant.median


def in_rounds(runners: Iterable[Runner | None], rounds: Iterable[int]) -> None:
    """Measure everybody in each round."""
    known = [one for one in runners if one is not None]
    for _round in rounds:
        for one in known:
            one.measure()


def signed_in(site: Site) -> str:
    """Return the cookies of bob, an author."""
    browser = Browser(site)
    browser.sign_in("bob", PASSWORD)
    return browser.cookie


def cell(one: Runner | None) -> str:
    """Return what the table says."""
    return shown(one.median) if one else "no answer"


def growth(corpora: Sequence[Corpus], budget: Budget, share: float, *, is_kept: bool) -> Section:
    """Measure every kind of page of a small and a large corpus, or of one."""
    how = "for somebody signed in" if is_kept else "with nothing kept"
    section = Section(f"Every kind of page {how}, {corpora[0].database}")
    keeping = {} if is_kept else {"BLOGSITE_PAGE_CACHE": "off"}
    runners: dict[str, list[Runner | None]] = {}
    with ExitStack() as stack:
        sites = [stack.enter_context(served(one, **keeping)) for one in corpora]
        cookies = [signed_in(site) if is_kept else "" for site in sites]
        for title, page in GROWN.items():
            paths = [page.large if site.corpus.posts == LARGE else page.small for site in sites]
            asked = zip(sites, paths, cookies, strict=True)
            runners[title] = [Runner.start(*one) for one in asked]
        in_rounds(chain.from_iterable(runners.values()), budget.rounds(share, ROUNDS))
    heads = ["page", *(f"{one.posts:,} posts" for one in corpora)]
    rows = [[title, *map(cell, pair)] for title, pair in runners.items()]
    if len(corpora) == 2:
        goals = [_judged(title, pair, corpora[0]) for title, pair in runners.items()]
        heads += ["ratio", "goal", ""]
        judged = zip(rows, goals, strict=True)
        rows = [[*row, goal.measured, goal.wanted, goal.verdict] for row, goal in judged]
        section.goals = [] if is_kept else goals
    section.say(*table(heads, rows))
    section.say("Medians of processor time, the database's included.")
    return section


def _judged(title: str, pair: Sequence[Runner | None], corpus: Corpus) -> Goal:
    small, large = pair
    most, ratio = GROWN[title].most, large.median / small.median if small and large else inf
    what = f"{title}: a million posts beside a thousand, {corpus.database}"
    return Goal(what, f"≤ {most:.1f}", f"{ratio:.2f}", ratio <= most)


def live(corpora: Sequence[Corpus], budget: Budget, share: float) -> Section:
    """Measure the main pages of all corpora beside each other."""
    section = Section("Pages of somebody signed in")
    with ExitStack() as stack:
        sites = [stack.enter_context(served(corpus)) for corpus in corpora]
        runners: dict[str, list[Runner | None]] = {title: [] for title in LIVE}
        for site in sites:
            cookie = signed_in(site)
            for title, path in LIVE.items():
                runners[title].append(Runner.start(site, path, cookie))
        in_rounds(chain.from_iterable(runners.values()), budget.rounds(share, ROUNDS))
    heads = ["page", *(f"{one.database}, {one.posts:,} posts" for one in corpora)]
    rows = [[title, *map(cell, group)] for title, group in runners.items()]
    section.say(*table(heads, rows))
    section.say("Medians of processor time, the database's included.")
    for corpus, one in zip(corpora, runners["post, 20 comments"], strict=True):
        what = f"post with 20 comments, signed in, {corpus.database}, {corpus.posts:,} posts"
        is_met = one is not None and one.median <= LIVE_GOAL
        section.goals.append(Goal(what, "≤ 2.5 ms", cell(one), is_met))
    return section
