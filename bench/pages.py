"""Pages that are rendered for each request: what they cost, and whether that grows with the site.

The same pages of a small and of a large site, by strangers while no page is kept; and the pages of
somebody signed in, from the server as it comes.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.browser import Browser
from bench.corpus import BIG_TAG, COMMON, FREQUENT, MEASURED, PASSWORD, RARE, SERIES
from bench.harness import Budget, Client, Contestant
from bench.report import Goal, Section, shown, table
from bench.sites import LARGE, Corpus, Site, served

ROUNDS, MOST, SLICE = 15, 40, 0.1  # requests a round: what a tenth of a second allows
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
    def start(cls, site: Site, path: str, cookie: str = "") -> "Runner":
        """Warm the page, and see how long it takes."""
        client = Client(site.port)
        one = Contestant(path, site.pids, client, client.request(path, cookie))
        one.warm(4)
        before = time.monotonic()
        one.warm(2)
        taken = (time.monotonic() - before) / 2
        return cls(one, max(2, min(MOST, int(SLICE / taken))))

    def measure(self) -> None:
        """Run a round."""
        self.contestant.measure(self.requests)

    @property
    def median(self) -> float:
        """Return the median of the rounds."""
        return self.contestant.median


def growth(corpora: Sequence[Corpus], budget: Budget, share: float) -> Section:
    """Measure strangers' pages of a small and a large corpus (or of one) while none is kept."""
    section = Section(f"Pages of strangers, not kept, {corpora[0].database}")
    runners: dict[str, list[Runner]] = {}
    with ExitStack() as stack:
        sites = [stack.enter_context(served(one, BLOGSITE_PAGE_CACHE="off")) for one in corpora]
        for title, page in GROWN.items():
            paths = [page.large if site.corpus.posts == LARGE else page.small for site in sites]
            pairs = zip(sites, paths, strict=True)
            runners[title] = [Runner.start(site, path) for site, path in pairs]
        for _round in budget.rounds(share, ROUNDS):
            for pair in runners.values():
                for one in pair:
                    one.measure()
    heads = ["page", *(f"{one.posts:,} posts" for one in corpora)]
    rows = [[title, *(shown(one.median) for one in pair)] for title, pair in runners.items()]
    if len(corpora) == 2:
        section.goals = [_judged(title, pair, corpora[0]) for title, pair in runners.items()]
        heads += ["ratio", "goal", ""]
        goals = zip(rows, section.goals, strict=True)
        rows = [[*row, goal.measured, goal.wanted, goal.verdict] for row, goal in goals]
    section.say(*table(heads, rows))
    section.say("Medians of processor time, the database's included.")
    return section


def _judged(title: str, pair: Sequence[Runner], corpus: Corpus) -> Goal:
    most, ratio = GROWN[title].most, pair[1].median / pair[0].median
    what = f"{title}: a million posts beside a thousand, {corpus.database}"
    return Goal(what, f"≤ {most:.1f}", f"{ratio:.2f}", ratio <= most)


def live(corpora: Sequence[Corpus], budget: Budget, share: float) -> Section:
    """Measure the pages of somebody signed in, who may write but moderates nothing."""
    section = Section("Pages of somebody signed in")
    with ExitStack() as stack:
        sites = [stack.enter_context(served(corpus)) for corpus in corpora]
        runners: dict[str, list[Runner]] = {title: [] for title in LIVE}
        for site in sites:
            browser = Browser(site)
            browser.sign_in("bob", PASSWORD)
            for title, path in LIVE.items():
                runners[title].append(Runner.start(site, path, browser.cookie))
        for _round in budget.rounds(share, ROUNDS):
            for group in runners.values():
                for one in group:
                    one.measure()
    heads = ["page", *(f"{one.database}, {one.posts:,} posts" for one in corpora)]
    rows = [[title, *(shown(one.median) for one in group)] for title, group in runners.items()]
    section.say(*table(heads, rows))
    section.say("Medians of processor time, the database's included.")
    for corpus, one in zip(corpora, runners["post, 20 comments"], strict=True):
        what = f"post with 20 comments, signed in, {corpus.database}, {corpus.posts:,} posts"
        is_met = one.median <= LIVE_GOAL
        section.goals.append(Goal(what, "≤ 2.5 ms", shown(one.median), is_met))
    return section
