"""Every sentence the site shows is there in German too; `make messages` collects new ones."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import template

from accounts.testing import make_user
from blogsite.tests.catalogues import Entry, read
from blogsite.tests.sources import ROOT, is_test, modules, templates
from comments.testing import make_comment
from posts.testing import make_post

APPS = ("blogsite", "accounts", "posts", "comments")
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
CONTEXTUAL = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
STRING = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(_|n?p?gettext)\({STRING}(?:,\s*{STRING})?")
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")
Key = tuple[str, str]


def path_of(app: str, language: str) -> Path:
    return ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po"


def entries(app: str, language: str) -> list[Entry]:
    """Return the catalogue without its head."""
    return read(path_of(app, language))[1:]


def of_python(source: str) -> Iterator[Key]:
    """Yield what the code marks, as context and sentence."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        words = [text for text in texts if isinstance(text, str)]
        if name in PLAIN and words:
            yield "", words[0]
        elif name in CONTEXTUAL and len(words) > 1:
            yield words[0], words[1]


def of_template(source: str) -> Iterator[Key]:
    """Yield what the template marks."""
    for name, first, second in CALL.findall(template.templatize(source)):
        texts = [ast.literal_eval(text) for text in (first, second) if text]
        yield (texts[0], texts[1]) if "pgettext" in name else ("", texts[0])


def marked() -> Iterator[Key]:
    """Yield every sentence of the site."""
    for module in modules():
        if not is_test(module):
            yield from of_python(module.path.read_text())
    for path in templates():
        yield from of_template(path.read_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_a_catalogue(language: str) -> None:
    known = {entry.key for app in APPS for entry in entries(app, language)}
    missing = sorted({key for key in marked() if key not in known})
    assert not missing, f"run `make messages`, then translate: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_translated(language: str) -> None:
    every = [entry for app in APPS for entry in entries(app, language)]
    assert len(every) > 500
    empty = [entry.single for entry in every if not all(entry.strings) or not entry.strings]
    assert not empty
    assert not [entry.single for entry in every if entry.is_fuzzy]
    assert all(len(entry.strings) == 2 for entry in every if entry.plural)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_places(language: str) -> None:
    for entry in (entry for app in APPS for entry in entries(app, language)):
        if entry.plural:
            places = {*PLACE.findall(entry.single), *PLACE.findall(entry.plural)}
            assert all(set(PLACE.findall(text)) <= places for text in entry.strings), entry
            assert sorted(PLACE.findall(entry.strings[1])) == sorted(PLACE.findall(entry.plural))
        else:
            given = sorted(PLACE.findall(entry.single))
            assert sorted(PLACE.findall(entry.strings[0])) == given, entry


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_one_translation(language: str) -> None:
    """Catalogues of all apps are one at run time: the first would win."""
    known: dict[Key, list[str]] = {}
    for entry in (entry for app in APPS for entry in entries(app, language)):
        assert known.setdefault(entry.key, entry.strings) == entry.strings


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_text(app: str, language: str) -> None:
    path = path_of(app, language)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for entry in entries(app, language):
        if entry.plural:
            found = [compiled.ngettext(entry.single, entry.plural, n) for n in (1, 2)]
        elif entry.context:
            found = [compiled.pgettext(entry.context, entry.single)]
        else:
            found = [compiled.gettext(entry.single)]
        assert found == entry.strings, "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_has_another_translation_in_django(language: str) -> None:
    """The desk's own words come first at run time; what must differ needs a context."""
    with translation.override(language):
        for entry in (entry for app in APPS for entry in entries(app, language)):
            if entry.plural:
                shown = [translation.ngettext(entry.single, entry.plural, n) for n in (1, 2)]
            elif entry.context:
                shown = [translation.pgettext(entry.context, entry.single)]
            else:
                shown = [translation.gettext(entry.single)]
            assert shown == entry.strings


def test_what_is_marked_is_found() -> None:
    assert list(of_python('_("A" " b")\nngettext("c", "d", 1)\npgettext("x", "e")\ng("f")')) == [
        ("", "A b"),
        ("", "c"),
        ("x", "e"),
    ]
    text = '{% translate "A" %}{% blocktranslate count n=1 %}b{% plural %}c{% endblocktranslate %}'
    assert list(of_template(text + '{{ _("d") }}')) == [("", "A"), ("", "b"), ("", "d")]


@pytest.mark.django_db
def test_a_german_reader_reads_german(client: Client) -> None:
    post = make_post(make_user("alice"), slug="first", published_at="2026-11-23T10:00:00Z")
    client.cookies["language"] = "de"
    assert "23. November 2026" in client.get("/").content.decode()
    page = client.get("/posts/first/").content.decode()
    assert "Noch hat niemand etwas gesagt." in page
    assert "23. November 2026" in page
    for number, words in ((1, "> 1 Kommentar <"), (2, "> 2 Kommentare <")):
        make_comment(post, make_user(f"bob-{number}"))
        assert words in " ".join(client.get("/posts/first/").content.decode().split())


@pytest.mark.django_db
def test_what_people_wrote_keeps_its_language_on_a_german_page(client: Client) -> None:
    alice = make_user("alice")
    english = make_post(alice, slug="first", title="English words")
    make_post(alice, slug="zweiter", title="Deutsche Worte", language="de")
    make_comment(english, alice, body="Well said.")
    client.cookies["language"] = "de"
    home = client.get("/").content.decode()
    assert re.search(
        r'<h2 class="entry-title[^>]* lang="en"[^>]*><a [^>]*href="/posts/first/', home
    )
    german = re.search(r'<h2 class="(entry-title[^>]*)><a [^>]*href="/posts/zweiter/', home)
    assert german is not None
    assert "lang=" not in german[1]
    page = client.get("/posts/first/").content.decode()
    assert re.search(r'<h1 class="post-title[^>]* lang="en"', page)
    assert re.search(r'<div class="prose prose-small[^>]* lang="en"[^>]*><p>Well said', page)
    other = client.get("/posts/zweiter/").content.decode()
    assert not re.search(r'<h1[^>]* lang="', other)
