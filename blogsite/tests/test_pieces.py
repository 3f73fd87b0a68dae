"""Pieces: the same values, the same bytes; other values, others; and nothing else in them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import LazySettings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import lazystr
from django.utils.safestring import SafeString

from accounts.models import User
from blogsite.lib import pieces
from blogsite.lib.pagecache.store import Store
from blogsite.lib.pieces import Holes, Parted, is_plain, personal, render

TEMPLATE = "noted.html"


class Note(NamedTuple):
    """What the piece shows."""

    words: str
    number: int = 1


@pytest.fixture(autouse=True)
def template(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the piece's template; nothing is kept yet."""
    file = tmp_path / TEMPLATE
    file.write_text("{{ words }}, {{ number }}{{ user }}{{ request }}{{ token }}")
    engine: dict[str, Any] = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path]}]
    monkeypatch.setattr(pieces, "_kept", None)
    return file


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the templates that were rendered since."""
    seen: list[str] = []

    def rendering(name: str, shown: dict[str, Any]) -> str:
        seen.append(name)
        return render_to_string(name, shown)

    monkeypatch.setattr(pieces, "render_to_string", rendering)
    return seen


def test_the_same_values_are_rendered_once(renders: list[str]) -> None:
    assert render(TEMPLATE, Note("Bob", 1)) == "Bob, 1"
    assert render(TEMPLATE, Note("Bob", 1)) == "Bob, 1"
    assert len(renders) == 1


def test_any_other_value_is_another_piece(renders: list[str]) -> None:
    shown = [render(TEMPLATE, Note(words, n)) for words in ("Alice", "Bob") for n in (1, 2)]
    assert shown == ["Alice, 1", "Alice, 2", "Bob, 1", "Bob, 2"]
    assert len(renders) == 4


def test_values_are_escaped() -> None:
    assert render(TEMPLATE, {"words": "<b>"}) == "&lt;b&gt;, "


def test_a_hole_is_filled_anew_and_is_no_part_of_the_key(renders: list[str]) -> None:
    assert render(TEMPLATE, Note("Bob"), token="first") == "Bob, 1first"
    assert render(TEMPLATE, Note("Bob"), token="second") == "Bob, 1second"
    assert len(renders) == 1
    kept = next(iter(pieces._store()._pages.values()))
    assert "first" not in "".join(kept.parts)


def test_switched_off_it_is_the_same_and_nothing_is_kept(
    settings: LazySettings, renders: list[str]
) -> None:
    kept = render(TEMPLATE, Note("Bob"), token="x")
    settings.KEPT_PIECES = False
    assert render(TEMPLATE, Note("Bob"), token="x") == kept
    assert len(renders) == 2


@pytest.mark.parametrize(
    "value", [SafeString("<b>"), lazystr("words"), User(username="bob"), ["list"], 1.5]
)
def test_what_may_look_otherwise_than_what_it_equals_is_refused(value: Any) -> None:
    assert not is_plain(value)
    assert not is_plain(("in a tuple", (value,)))
    with pytest.raises(TypeError):
        render(TEMPLATE, {"words": value})


def test_plain_values_are_taken() -> None:
    assert is_plain(("words", 1, True, None, datetime.now(UTC), Note("Bob")))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_kept", Store(20_000))
    for number in range(100):
        render(TEMPLATE, Note("Bob" * 100, number))
    assert 1 < len(pieces._store()) < 20
    assert pieces._store().used <= 20_000


def test_a_place_in_a_page_for_many_is_filled_for_each() -> None:
    bare: Any = HttpRequest()
    bare.holes = Holes()
    page = Parted.of(f"Hello {personal(bare, lambda request: request.META['name'])}.")
    for name in ("Alice", "Bob"):
        request = HttpRequest()
        request.META["name"] = name
        fills = {place: fill(request) for place, fill in bare.holes.fills.items()}
        assert page.filled(fills) == f"Hello {name}."
    assert "Alice" not in "".join(page.parts)


def test_elsewhere_it_is_filled_where_it_stands() -> None:
    request = HttpRequest()
    request.META["name"] = "Bob"
    assert personal(request, lambda request: request.META["name"]) == "Bob"


def test_a_hole_without_anything_to_put_in_is_an_error() -> None:
    with pytest.raises(KeyError):
        Parted.of(f"a{pieces.hole('name')}b").filled({})
