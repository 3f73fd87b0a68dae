"""What is indexed of a text beside its words: their stems, and letters of unspaced scripts.

A stem is a token of its own that no word is: `s0`, the language, `0` and the stem. It stands there
only where it differs from the word; whoever asks for a word asks for its stem as a word, too.
"""

import json
import threading
from collections.abc import Iterator
from hashlib import blake2b

import Stemmer

from posts.search.words import BREAK, fold, has_unspaced, loose, unspaced_runs, words

VERSION = 1  # of what is made here; older stems are made anew by `manage.py reindex`
LONGEST = 40  # letters of a word that has a stem
_ALGORITHMS = """ar arabic  hy armenian  eu basque  ca catalan  cs czech  da danish  nl dutch
    en english  eo esperanto  et estonian  fi finnish  fr french  de german  el greek  hu hungarian
    id indonesian  ga irish  it italian  lt lithuanian  nb norwegian  nn norwegian  no norwegian
    fa persian  pl polish  pt portuguese  ro romanian  ru russian  sr serbian  es spanish
    sv swedish  tr turkish""".split()
STEMMERS = dict(zip(_ALGORITHMS[::2], _ALGORITHMS[1::2], strict=True))

_own = threading.local()  # a stemmer must not be used by two threads at once


def known(language: str) -> str:
    """Return the part of a language's code that names its stemmer, "" where there is none."""
    code = language.lower().partition("-")[0]
    return code if code in STEMMERS else ""


def stem(word: str, language: str) -> str:
    """Return the folded stem of a word in a known language; the folded word if it has none."""
    if len(word) < 3 or len(word) > LONGEST or not word.isalpha():
        return fold(word)
    return fold(_stemmer(language).stemWord(word.lower()))


def token(stemmed: str, language: str) -> str:
    """Return what stands in the index for a stem."""
    return f"s0{language}0{stemmed}"


def of_text(text: str, language: str) -> str:
    """Return what is indexed beside the words of the text, "" for nothing."""
    found = dict.fromkeys(_beside(text, known(language)))
    runs = [f"{BREAK} {' '.join(run)}" for run in unspaced_runs(text)]
    beside = " ".join([*found, *runs])
    return f"{BREAK} {beside}" if beside else ""


def of_post(language: str, title: str, summary: str, text: str, before: str | None) -> str:
    """Return what the index takes from `Post.stems`: JSON, marked with what it was made from.

    `before` is what stands there, returned as it is if it was made from the same.
    """
    source = "\x1f".join([str(VERSION), language, title, summary, text])
    mark = blake2b(source.encode("utf-8", "replace"), digest_size=8).hexdigest()
    if before and before.startswith(f'{{"of": "{mark}"'):
        return before
    parts = {"title": title, "summary": summary, "text": text}
    made = {name: of_text(part, language) for name, part in parts.items()}
    return json.dumps({"of": mark} | made, ensure_ascii=False)


def _beside(text: str, language: str) -> Iterator[str]:
    for word in dict.fromkeys(words(text)):
        if has_unspaced(word):
            continue
        plain, written = fold(word), loose(word)
        if written != plain:
            yield written
        if not language:
            continue
        # Of a word with accents also the stem that it has without them.
        for form in (word,) if word.isascii() else (word, plain):
            stemmed = stem(form, language)
            if stemmed != plain:
                yield token(stemmed, language)


def _stemmer(language: str) -> "Stemmer.Stemmer":
    stemmers: dict[str, Stemmer.Stemmer] = _own.__dict__
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(STEMMERS[language], 0)
    return stemmers[language]
