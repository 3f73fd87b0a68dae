"""Nobody's text runs a script, leaves its place, or changes when it is cleaned again."""

import re
from xml.etree.ElementTree import Element

import html5lib
import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsite.lib.markdown import Kind, render
from blogsite.lib.markup.policy import TAGS, sanitise
from blogsite.lib.markup.tidy import MAX_DEPTH, tidy
from blogsite.tests.hostile import URLS, scripts

DRESS = {"a", "div", "h2", "h3", "input", "p", "section", "span", "strong", "sup"}
NAMES = """
    alt aria-label checked class colspan datetime decoding dir disabled height href id lang loading
    max name open rel reversed role rowspan scope src start tabindex title type value width
"""
ATTRIBUTES = set(NAMES.split())
CLASSES = re.compile(
    r"code|language-[\w#+.-]+|[a-z][a-z0-9]{0,2}|heading-(line|link)|table-scroll|task|align-\w+"
    r"|note|note note-\w+|note-title|footnote-(ref|back)|footnotes"
)
TABLE = "<table><tbody><tr><td>a</td></tr><tr><th>b</th></tr></tbody></table>"
SAFE_URL = re.compile(r"(?:https?|mailto|tel):|[^:]*\Z|[^:]*[/?#]")
TOKENS = """
<p>|</p>|<b>|</b>|<i>|<a>|<a href=x>|</a>|<div>|</div>|<ul>|<ol>|<li>|</li>|</ul>|<dl>|<dt>
<dd>|</dl>|<table>|<tr>|<td>|<th>|<thead>
<tbody>|<caption>|</table>|</td>|</tr>|<pre>|</pre>|<code>|</code>
<code class=language-c>|<h1>|</h2>|<hr>|<br/>|<img src=x>|<details>|<summary>|</details>
<blockquote>|</blockquote>|<svg>|</svg>|<math>|<style>|</style>|<script>|</script>|<!--|-->|<![CDATA[|]]>|<?x|<nobr>
<template>|<select>|<option>|<ruby>|<rt>|<form>|<input>|<button>|<noscript>|<textarea>|</textarea>
<div class="footnote-definition" id="x">|<sup class="footnote-reference">|<figure>|<figcaption>
&lt;|&#13;|&#10;|&#0;|&amp;|&nbsp;|&#x202e;|&#128;|&NewLine;|<|>|"|'|=|<a title=">
`|\ufeff|> |- |# |[a](
""".replace("|", "\n").strip("\n")
SOUP = st.lists(
    st.one_of(st.sampled_from([*TOKENS.split("\n"), "\n", " ", "\r"]), st.text(max_size=4)),
    max_size=25,
).map("".join)


def faults(html: str, kind: Kind) -> list[str]:
    """Return what a browser would find in `html` that no text may contain."""
    found = []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        found += [f"<{element.tag}>"] * (
            element.tag not in TAGS[kind] | DRESS | {"DOCUMENT_FRAGMENT"}
        )
        found += list(attribute_faults(element))
    return found


def attribute_faults(element: Element) -> list[str]:
    found = [name for name in element.attrib if name not in ATTRIBUTES]
    for name in ("href", "src"):
        address = re.sub(r"[\x00-\x20\x7f-\xa0]", "", element.get(name, "")).lower()
        found += [address] * (not SAFE_URL.match(address))
    identity = element.get("id", "s-")
    found += [identity] * (not identity.startswith("s-"))
    found += [element.get("class", "")] * (not CLASSES.fullmatch(element.get("class", "code")))
    return found


def all_faults(kind: Kind, every: int = 1) -> list[tuple[str, list[str]]]:
    seen: set[str] = set()
    found = []
    for source in list(scripts())[::every]:
        html = render(source, kind).html
        if html not in seen and (wrong := faults(html, kind)):
            found.append((source, wrong))
        seen.add(html)
    return found


@pytest.mark.parametrize("kind", Kind)
def test_no_text_carries_a_script_or_leaves_its_place(kind: Kind) -> None:
    assert len(list(scripts())) > 4000
    assert all_faults(kind) == []


@pytest.mark.parametrize("kind", Kind)
def test_without_the_sanitiser_the_same_texts_do_harm(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blogsite.lib.markdown.sanitise", lambda html, kind: html)
    monkeypatch.setattr("blogsite.lib.markdown.Decorator.run", lambda self, html: html)
    assert len(all_faults(kind, every=7)) > 150


def test_without_the_policy_the_same_texts_do_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    open_house = nh3.Cleaner(
        tags=TAGS[Kind.POST],
        attributes={tag: {"class", "href", "src", "style"} for tag in TAGS[Kind.POST]},
        generic_attribute_prefixes={"on"},
        url_schemes={"http", "javascript", "vbscript", "data"},
    )
    monkeypatch.setattr(
        "blogsite.lib.markdown.sanitise",
        lambda html, kind: open_house.clean(tidy(html, TAGS[kind])),
    )
    assert len(all_faults(Kind.POST, every=7)) > 70


@pytest.mark.parametrize("url", URLS)
def test_the_policy_alone_refuses_every_other_scheme(url: str) -> None:
    html = sanitise(f'<a href="{url}">x</a><img src="{url}">', Kind.POST)
    assert html == "<a>x</a><img>"


@pytest.mark.parametrize(
    "url",
    ["https://example.org/a?b=c:d", "mailto:a@example.org", "tel:+1", "/x:y", "x#a:b", "?a:b"],
)
def test_ordinary_addresses_stay(url: str) -> None:
    assert sanitise(f'<a href="{url}">x</a>', Kind.POST) == f'<a href="{url}">x</a>'


@settings(max_examples=400, deadline=None)
@given(SOUP, st.sampled_from(Kind))
def test_sanitising_twice_equals_once(source: str, kind: Kind) -> None:
    html = sanitise(source, kind)
    assert sanitise(html, kind) == html


@settings(max_examples=200, deadline=None)
@given(SOUP, st.sampled_from(Kind))
def test_any_text_is_rendered_or_refused_and_harmless(source: str, kind: Kind) -> None:
    assert faults(render(source, kind).html, kind) == []


def test_without_tidying_the_sanitiser_changes_its_mind() -> None:
    source = "<pre>\n\n\nx</pre>"
    clean = nh3.clean(source)
    assert nh3.clean(clean) != clean
    assert sanitise(source, Kind.POST) == "<pre>x</pre>"


def test_formatting_is_not_copied_into_every_paragraph() -> None:
    source = "".join(f"<b lang=x-{i}>" for i in range(40)) + "<p>x" * 1000
    attributes = {"b": {"lang"}}
    assert len(nh3.clean(f"<div>{source}</div>", attributes=attributes)) > len(source)
    misnested = source.replace("<p>", "</p><p>")
    assert len(sanitise(f"<p>{misnested}", Kind.POST)) < 4 * len(misnested)


def test_depth_is_bounded() -> None:
    html = sanitise("<div>" * 10_000, Kind.POST)
    assert html.count("<div>") <= MAX_DEPTH


@pytest.mark.parametrize(
    ("soup", "clean"),
    [
        ("<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c"),
        ("<b><i></b>x</i>", "<b><i></i></b>x"),
        ("<ul>x<li>a<li>b</ul>", "<ul><li>x</li><li>a</li><li>b</li></ul>"),
        ("<li>a", "a"),
        ("<dl><dt>a<dd>b", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<table>a<tr><th>b", TABLE),
        (TABLE, TABLE),
        ("<a href=x>a<a href=y>b</a>", '<a href="x">ab</a>'),
        ("<h2>a<div>b", "<h2>a</h2><div>b</div>"),
        ("1 < 2 <x", "1 &lt; 2 &lt;x"),
        ("a<!-- b -->c<!-- d", "ac&lt;!-- d"),
        ("<section>a</section>b", "\na\nb"),
        ("<ruby>a<rt>b</ruby>", "<ruby>a<rt>b</rt></ruby>"),
    ],
)
def test_tag_soup_gets_the_structure_it_meant(soup: str, clean: str) -> None:
    assert sanitise(soup, Kind.POST) == clean


def test_a_comment_shows_no_pictures_and_passes_no_reputation() -> None:
    html = render("# Big\n\n![cat](/c.png) [x](/y) https://example.org", Kind.COMMENT).html
    rel = 'rel="nofollow ugc noopener"'
    assert "<p><strong>Big</strong></p>" in html
    assert f'<a href="/c.png" {rel}>cat</a> <a href="/y" {rel}>x</a>' in html
    assert f'<a href="https://example.org" {rel}>https://example.org</a>' in html


def test_a_biography_keeps_words_lists_and_links_only() -> None:
    html = render("> a\n\n- b\n\n<table><tr><td>c</table>\n\n    d", Kind.BIOGRAPHY).html
    assert set(re.findall(r"<(\w+)", html)) == {"p", "ul", "li", "code"}
    assert all(word in html for word in "abcd")
