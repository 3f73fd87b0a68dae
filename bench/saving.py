"""Saving a post of 10,000 words in the editor: render, sanitise, index, answer."""

import random
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from bench.browser import Browser, filled
from bench.corpus import PASSWORD, sentences
from bench.harness import Budget, processor_seconds
from bench.report import Goal, Section, shown, table
from bench.sites import Corpus, Site, served

WORDS, ROUNDS, GOAL = 10_000, 15, 100_000.0
CODE = '```python\ndef stones(many: int) -> list[str]:\n    return ["stone"] * many\n```'


def text(seed: int) -> str:
    """Return a post as people write them: headings, lists, links, emphasis, some code."""
    chance, parts, words = random.Random(seed), list[str](), 0
    while words < WORDS:
        said = chance.choices(sentences(), k=8)
        paragraph = " ".join(said[:6])
        items = "\n".join(f"- {one}" for one in said[6:])
        linked = paragraph.replace(" ", " [of](https://example.org/) *it* ", 1)
        parts += [f"## {said[7]}", linked, paragraph, items]
        if len(parts) % 40 == 0:
            parts.append(CODE)
        words = len(" ".join(parts).split())
    return "\n\n".join(parts)


@dataclass
class Writer:
    """Somebody with the post open in the editor, and what each saving took."""

    site: Site
    browser: Browser = field(init=False)
    address: str = field(init=False)
    used: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browser = Browser(self.site)
        self.browser.sign_in("bob", PASSWORD)
        fields = filled(self.browser.get("/write/new/")) | {"title": "Long", "body": text(0)}
        self.address = self.browser.post("/write/new/", fields)
        if not re.fullmatch(r"/write/\d+/", self.address):
            raise RuntimeError(f"The post was not stored: {self.address}")

    def save(self, seed: int) -> None:
        """Save another text."""
        page = self.browser.get(self.address)
        fields = filled(page) | {"body": text(seed)}
        before = processor_seconds(self.site.pids)
        answered = self.browser.send(self.address, fields)
        self.used.append((processor_seconds(self.site.pids) - before) * 1e6)
        if answered != 302:
            raise RuntimeError(f"Saving was answered with {answered}")

    def remove(self) -> None:
        """Leave the site as it was."""
        fields = filled(self.browser.get(self.address))
        for deed in ("bin", "deletion"):
            self.browser.send(f"{self.address}{deed}/", fields)


def part(corpora: Sequence[Corpus], budget: Budget, share: float) -> Section:
    """Measure, and return what is to be said."""
    section = Section("Saving a post of 10,000 words")
    with ExitStack() as stack:
        writers = [Writer(stack.enter_context(served(corpus))) for corpus in corpora]
        for number in budget.rounds(share, ROUNDS, least=4):
            for writer in writers:
                writer.save(number + 1)
        for writer in writers:
            writer.remove()
    rows = []
    for writer in writers:
        corpus, found = writer.site.corpus, median(writer.used)
        where = f"{corpus.database}, {corpus.posts:,} posts"
        rows.append([where, shown(found), shown(min(writer.used)), shown(max(writer.used))])
        goal = Goal(f"saving 10,000 words, {where}", "≤ 100 ms", shown(found), found <= GOAL)
        section.goals.append(goal)
    section.say(*table(("where", "median", "least", "most"), rows))
    section.say("Processor time of the form's POST, by the editor of somebody signed in.")
    return section
