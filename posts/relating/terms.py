"""The most telling words of a post: those it says often and few others say at all."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from math import log, sqrt

from django.db.models.functions import Substr

from posts.models import Kind, Listing, Post
from posts.querysets.post import PostQuerySet
from posts.search import languages
from posts.search.stems import known, stem
from posts.search.words import fold, has_unspaced, words

MOST = 16  # words of a post
TITLED = 4  # of them, those of its title, telling or not
LONE = 3  # and those that nothing else in the sample says
READ = 30_000  # characters of a text
SAMPLE = 1500  # newest posts that tell how common a word is
FRESH = 3600.0  # seconds after which the sample is taken anew
BEFOREHAND = 30
IN_TITLE, IN_SUMMARY = 3, 2  # how often a word of these counts
COLUMNS = ("title", "summary", "language")

Vector = dict[int, float]


@dataclass(slots=True)
class Sample:
    """How many of the newest posts say a word."""

    documents: int = 0
    found: Counter[str] = field(default_factory=Counter)
    made_at: float = 0.0

    @classmethod
    def take(cls, is_over: Callable[[], bool] = lambda: False) -> "Sample":
        """Read the newest posts; `is_over` is asked now and then."""
        places = Listing.objects.filter(kind=Kind.SITE, key=0).newest_first()
        keys = list(places.values_list("post_id", flat=True)[:SAMPLE])
        sample = cls(made_at=time.monotonic())
        for start in range(0, len(keys), 50):
            if is_over():
                break
            for post in with_text().filter(pk__in=keys[start : start + 50]):
                sample.found.update(set(_counted(post)))
                sample.documents += 1
        return sample

    def is_fresh(self, documents: int) -> bool:
        """Tell whether it still says how common words are, now that there are so many posts."""
        has_grown = documents > self.documents * 1.2 + 5 and self.documents < SAMPLE
        return self.documents > 0 and not has_grown and time.monotonic() < self.made_at + FRESH

    def vector(self, post: Post) -> Vector:
        """Return the most telling words of a post, as numbers, each with its weight.

        The weights are those of a direction: their squares add up to 1.
        """
        counted = _counted(post)
        weights = {word: self._weight(word, number) for word, number in counted.items()}
        weighed = sorted(weights, key=lambda word: (-weights[word], word))
        titled = set(_parts_of(post.title, _language(post)))
        lone = [word for word in weighed if self.found[word] <= 1][:LONE]
        shared = [word for word in weighed if self.found[word] > 1]
        first = [word for word in weighed if word in titled][:TITLED]
        chosen = list(dict.fromkeys([*first, *lone, *shared]))[:MOST]
        length = sqrt(sum(weights[word] ** 2 for word in chosen)) or 1.0
        return {number_of(word): weights[word] / length for word in chosen if weights[word] > 0}

    def _weight(self, word: str, number: int) -> float:
        # As if more posts had been read, of which the shorter a word, the more say it: of a few
        # posts alone nobody knows that "the" tells nothing.
        said = self.found[word] + BEFOREHAND * 0.5 ** (len(word) - 2)
        return (1 + log(number)) * log((self.documents + BEFOREHAND + 1) / (said + 0.5))


def with_text() -> PostQuerySet:
    """Return the posts with what is read of them, and no more."""
    return Post.objects.annotate(opening=Substr("text", 1, READ)).only(*COLUMNS)


@lru_cache(maxsize=50_000)
def number_of(word: str) -> int:
    """Return the number a word is stored by."""
    return int.from_bytes(blake2b(word.encode(), digest_size=7).digest())


def _counted(post: Post) -> Counter[str]:
    """Return the stems of a post's words, with how often each is said."""
    language = _language(post)
    counted: Counter[str] = Counter()
    texts = ((post.title, IN_TITLE), (post.summary, IN_SUMMARY), (getattr(post, "opening", ""), 1))
    for text, times in texts:
        for part in _parts_of(text, language):
            counted[part] += times
    return counted


def _language(post: Post) -> str:
    return known(post.language or languages.of_site())


def _parts_of(text: str, language: str) -> Iterator[str]:
    for word in words(text):
        yield from _parts(word, language)


def _parts(word: str, language: str) -> list[str]:
    """Return what stands for the word: its stem, or each two letters of an unspaced script."""
    if has_unspaced(word):
        return [word[at : at + 2] for at in range(len(word) - 1)]
    if len(word) < 3 or word.isdecimal():
        return []
    return [_stemmed(word.lower(), language)]


@lru_cache(maxsize=50_000)
def _stemmed(word: str, language: str) -> str:
    return stem(word, language) if language else fold(word)
