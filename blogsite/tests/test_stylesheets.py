"""A compacted stylesheet has the same rules: what may mean something is left as it is."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from blogsite.stylesheets import compact

SHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
TOKEN = re.compile(r'"[^"]*"|/\*.*?\*/|[\w.#%-]+|[^\s\w]', re.DOTALL)


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("/* Why */\n@layer a {\n  p {\n    margin: 0 1px;\n  }\n}\n", "@layer a{p{margin:0 1px}}"),
        ("a , b,\n c { x: y ; }", "a,b,c{x:y}"),
        (".a :is(.b, .c) { x: y; }", ".a :is(.b,.c){x:y}"),
        (".a :hover > .b { x: y; }", ".a :hover > .b{x:y}"),
        (".a { .b & :dir(rtl) { x: y; } }", ".a{.b & :dir(rtl){x:y}}"),
        ("a { b: calc(1px + 2 * (3px - 4px)); }", "a{b:calc(1px + 2 * (3px - 4px))}"),
        ("a { b: clamp(1rem, 2vw + 1px, 3rem); }", "a{b:clamp(1rem,2vw + 1px,3rem)}"),
        ('a::before { content: " ( , ; : } /* */ " ; }', 'a::before{content:" ( , ; : } /* */ "}'),
        ("a { b: 'it\\' s ; ' }", "a{b:'it\\' s ; '}"),
        ("a { b: url(x , y ; z) , url( 'c : d' ) }", "a{b:url(x , y ; z),url( 'c : d' )}"),
        ("a /* it's */ b { c: d } /* \" */", "a b{c:d}"),
        ("a /**/b { c: d }", "a b{c:d}"),
        (".a\\ { b: c }", ".a\\ {b:c}"),
        ("@media (width >= 48rem) { a { b: c; } }", "@media (width >= 48rem){a{b:c}}"),
    ],
)
def test_it_leaves_out_what_means_nothing(written: str, served: str) -> None:
    assert compact(written) == served
    assert compact(served) == served


def tokens(css: str) -> list[str]:
    """Return the words and signs without comments, and without a semicolon that ends a rule."""
    found = [token for token in TOKEN.findall(css) if not token.startswith("/*")]
    return [
        one for one, then in zip(found, [*found[1:], ""], strict=True) if (one, then) != (";", "}")
    ]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_word_and_sign_of_the_sites_sheets_stays(sheet: Path) -> None:
    written = sheet.read_text()
    assert tokens(compact(written)) == tokens(written)
    assert len(compact(written)) < len(written)
