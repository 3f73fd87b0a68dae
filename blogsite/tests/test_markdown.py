"""What authors write is what readers get, quickly, and with a way to every part of it."""

import re
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from blogsite.lib import markdown
from blogsite.lib.markdown import Heading, ImageInfo, Kind, TooComplex, render
from blogsite.tests.hostile import SLOW


def post(source: str) -> str:
    return render(source, Kind.POST).html.strip()


def test_it_renders_commonmark() -> None:
    assert post("*a* **b** `c` [d](/e)") == (
        '<p><em>a</em> <strong>b</strong> <code>c</code> <a href="/e">d</a></p>'
    )


def test_struck_and_defined_words() -> None:
    assert post("~~a~~") == "<p><del>a</del></p>"
    assert post("a\n: b").replace("\n", "") == "<dl><dt>a</dt><dd>b</dd></dl>"


def test_a_table_scrolls_by_itself_and_names_its_columns() -> None:
    html = post("| a | |\n|--:|---|\n| 1 | 2 |")
    assert html.startswith(
        '<div class="table-scroll" role="region" tabindex="0" aria-label="Table 1"><table>'
    )
    assert '<th scope="col" class="align-right">a</th><td></td>' in html
    assert '<td class="align-right">1</td><td>2</td>' in html
    assert html.endswith("</table></div>")


def test_every_table_has_a_name_of_its_own() -> None:
    html = post("|a|\n|-|\n\n|b|\n|-|\n")
    assert html.count('aria-label="Table 1"') == html.count('aria-label="Table 2"') == 1


def test_a_task_is_a_named_box_that_cannot_be_ticked() -> None:
    html = post("- [x] a\n- [ ] b")
    assert '<li class="task"><input type="checkbox" disabled checked aria-label="Done">' in html
    assert '<li class="task"><input type="checkbox" disabled aria-label="Not done">' in html


def test_a_footnote_leads_there_and_back() -> None:
    html = post("a[^x] b[^x]\n\n[^x]: note\n\nend")
    assert html.index("end") < html.index('<section class="footnotes" aria-label="Footnotes">')
    for here, there in (("fnref-1", "fn-1"), ("fnref-1-2", "fn-1")):
        assert f'<a href="#s-{there}" id="s-{here}" role="doc-noteref"' in html
        assert f'<a class="footnote-back" href="#s-{here}" role="doc-backlink"' in html
    assert '<li id="s-fn-1"><p>note <a' in html


def test_footnotes_stand_in_the_order_of_their_calls() -> None:
    html = post("a[^b] c[^a]\n\n[^a]: second\n\n[^b]: first\n\n[^c]: never called")
    assert html.index("first") < html.index("second") < html.index("never called")


def test_a_note_that_is_forged_in_html_stays_a_note() -> None:
    html = post('<div class="footnote-definition" id="x">y</div>')
    assert '<li id="s-fn-1">y</li>' in html


def test_headings_follow_the_title_without_gaps() -> None:
    rendered = render("### a\n\n# b\n\n#### c\n\n# b", Kind.POST)
    assert rendered.headings == (
        Heading(2, "s-a", "a"),
        Heading(2, "s-b", "b"),
        Heading(3, "s-c", "c"),
        Heading(2, "s-b-2", "b"),
    )
    assert "<h1" not in rendered.html


def test_a_heading_links_to_itself_beside_it() -> None:
    assert post("## What's *new*?") == (
        '<div class="heading-line"><h2 id="s-what-s-new">What\'s <em>new</em>?</h2>'
        '<a class="heading-link" href="#s-what-s-new"'
        ' aria-label="Link to the section “What&#x27;s new?”">#</a></div>'
    )


def test_an_authors_own_id_is_kept_behind_the_prefix() -> None:
    rendered = render("# a {#csrf}\n\n[b](#csrf) [c](#elsewhere)", Kind.POST, id_prefix="p7-")
    assert rendered.headings[0].id == "p7-csrf"
    assert '<a href="#p7-csrf">b</a> <a href="#elsewhere">c</a>' in rendered.html


def test_an_empty_heading_is_none() -> None:
    assert render("#\n\ntext", Kind.POST).headings == ()


@pytest.mark.parametrize("language", ["python", "py", "Python", "python,ignore"])
def test_code_is_coloured_by_classes(language: str) -> None:
    html = post(f"```{language}\ndef f(): '<b>'\n```")
    assert html.startswith('<pre class="code" tabindex="0"><code class="language-')
    assert '<span class="k">def</span> <span class="nf">f</span>()' in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("fence", ["```", "```nothing-known", "~~~text"])
def test_code_of_an_unknown_language_is_plain(fence: str) -> None:
    html = post(f"{fence}\nx < 1\n{fence[:3]}")
    assert html.startswith('<pre class="code" tabindex="0"><code')
    assert html.endswith(">x &lt; 1\n</code></pre>")


def test_very_long_code_is_plain() -> None:
    assert "<span" not in post("```python\n" + "x = 1\n" * 5_000 + "```")
    assert "<span" not in post("```python\n" + "x = 1;" * 500 + "\n```")


def test_a_note_says_what_it_is() -> None:
    html = post("> [!WARNING]\n> hot")
    assert '<blockquote class="note note-warning"><p class="note-title">Warning</p>' in html


def test_an_address_becomes_a_link_but_not_in_code() -> None:
    html = post("See https://example.org/a_(b)?c=d&e=f. (`https://x`)")
    address = "https://example.org/a_(b)?c=d&amp;e=f"
    assert f'See <a href="{address}">{address}</a>. (<code>https://x</code>)' in html


def test_a_link_without_words_is_named_by_its_address() -> None:
    html = post("[![](/a.png)](https://example.org/b)")
    assert '<a href="https://example.org/b" aria-label="example.org/b"><img' in html


def test_an_uploaded_picture_is_a_link_to_its_full_size() -> None:
    known = {"/m/a.webp": ImageInfo("/m/a.webp", 800, 600), "/m/b.webp": ImageInfo("/b", 48, 9)}
    source = "![b](/m/a.webp)\n\n![c](//x.org/d.png)\n\n[![](/m/a.webp)](/e) ![](/m/b.webp)"
    rendered = render(source, Kind.POST, images=known.get)
    picture = '<img src="/m/a.webp" alt="{}" width="800" height="600" loading="lazy" '
    assert f'<a class="lightbox" href="/m/a.webp">{picture.format("b")}' in rendered.html
    linked = re.compile(r'<a href="/e" aria-label="[^"]+">' + re.escape(picture.format("")))
    assert linked.search(rendered.html), "the author's own link"
    assert '<p><img src="//x.org/d.png" alt="c" loading="lazy"' in rendered.html
    assert rendered.html.count("lightbox") == 1, "a small one gains nothing"
    assert rendered.images == ("/m/a.webp", "//x.org/d.png", "/m/b.webp")


def test_a_title_becomes_the_caption_of_a_picture_alone_in_its_paragraph() -> None:
    source = '![a](/a.png "Roses & <i>thorns</i>")\n\nIn ![a](/a.png "a line") it stays.'
    html, text = post(source), render(source, Kind.POST).text
    assert text == "In it stays.\nRoses & <i>thorns</i>", "searched too"
    caption = "<figcaption>Roses &amp; &lt;i&gt;thorns&lt;/i&gt;</figcaption></figure>"
    assert html.startswith('<figure><img src="/a.png" alt="a" loading="lazy"')
    assert caption in html
    assert 'title="a line"' in html


def test_a_picture_without_words_is_decoration() -> None:
    assert 'alt=""' in post("<img src=/x.png>")


def test_the_plain_text_holds_the_words_only() -> None:
    rendered = render("# One\n\ntwo *three*[^1] &amp; `four`\n\n[^1]: five\n\n- 六七", Kind.POST)
    assert rendered.text == "One\ntwo three & four\nfive\n六七"
    assert rendered.words == 7


@pytest.mark.parametrize(("kind", "most"), [(Kind.POST, 1_000_000), (Kind.COMMENT, 10_000)])
def test_a_text_that_is_too_long_is_refused_in_words(kind: Kind, most: int) -> None:
    render("a" * most, kind)
    with pytest.raises(TooComplex, match=f"{most:,} are allowed"):
        render("a" * (most + 1), kind)


@pytest.mark.parametrize(
    "line", [">" * 50, "> " * 50, "- " * 50 + "x", "1. " * 50, "\t" * 45 + "- a"]
)
def test_a_text_that_is_too_deep_is_refused_in_words(line: str) -> None:
    with pytest.raises(TooComplex, match="nested too deeply"):
        render(f"a\n\n{line}", Kind.POST)


@pytest.mark.parametrize("line", ["- " * 50, "* " * 50 + "*", " " * 300 + "a", ">" * 20 + "a"])
def test_rules_and_indents_are_not_deep(line: str) -> None:
    render(line, Kind.COMMENT)


@pytest.mark.parametrize("name", SLOW)
def test_a_comment_made_to_be_slow_is_quick(name: str) -> None:
    source = SLOW[name](10_000)[:10_000]
    assert seconds(source, Kind.COMMENT) < 0.1


@pytest.mark.parametrize("name", SLOW)
def test_a_post_made_to_be_slow_is_quick_or_refused(name: str) -> None:
    assert seconds(SLOW[name](40_000), Kind.POST) < 0.5


def test_without_the_limits_a_text_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SLOW["equal headings"](500_000)
    limits = markdown._LIMITS[Kind.POST]
    quick = seconds(source, Kind.POST)
    monkeypatch.setattr("blogsite.lib.markdown._LIMITS", {Kind.POST: replace(limits, marks=10**9)})
    assert seconds(source[:80_000], Kind.POST, tries=1) > 5 * quick


def seconds(source: str, kind: Kind, tries: int = 3) -> float:
    """Return the least processor time that a text takes, be it rendered or refused.

    The first try of a process loads what colours the code, which is not the text's fault.
    """
    return min(once(source, kind) for _ in range(tries))


def once(source: str, kind: Kind) -> float:
    started = time.thread_time()
    with suppress(TooComplex):
        render(source, kind)
    return time.thread_time() - started
