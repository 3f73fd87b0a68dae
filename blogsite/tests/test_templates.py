"""Pages carry no script, style or handler of their own: the content policy would refuse it."""

import re
from pathlib import Path

import pytest

from blogsite.tests.sources import ROOT, templates

INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
}
# Letters are shown by mail programs, which know no style sheets of ours and no content policy.
LETTERS = "emails"


def offences(text: str) -> list[str]:
    return [what for what, pattern in INLINE.items() if pattern.search(text)]


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_inline(path: Path) -> None:
    if LETTERS not in path.parts:
        assert offences(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<script type="module">1</script>',
        "<style>p{}</style>",
        '<p class="a" style="color:red">',
        '<a href="#" onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_what_is_inline_is_noticed(text: str) -> None:
    assert offences(text)


def test_a_script_by_address_is_fine() -> None:
    assert offences('<script type="module" src="/static/js/menu.js"></script>') == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_time_is_written_as_html_knows_it(path: Path) -> None:
    # The pattern c writes six digits of a second's fraction, where HTML knows three.
    assert not re.search(r"datetime=\"\{\{[^}]*\|date:'c'", path.read_text())
