"""Markdown to safe HTML, once, when a text is saved.

The order is the defence: limits on the source, pyromark, tidy (balanced tags), nh3 (the policy
of the kind), and only then the site's own decoration. What stylesheets meet in the result, with
Pygments' short class names on the spans:

    <pre class="code" tabindex="0"><code class="language-x"><span class="k">…</span></code></pre>
    <div class="heading-line"><h2 id="s-…">…</h2><a class="heading-link" href="#s-…">#</a></div>
    <div class="table-scroll" role="region" tabindex="0" aria-label="Table 1"><table>…</table></div>
        th, td: class="align-left | align-center | align-right"
    <ul><li class="task"><input type="checkbox" disabled aria-label="Done"> …</li></ul>
    <blockquote class="note note-tip"><p class="note-title">Tip</p>…</blockquote>
        also note-note, note-important, note-warning, note-caution
    <sup class="footnote-ref"><a>1</a></sup>
    <p class="bare-link"><a href="https://…">https://…</a></p>
    <math alttext="…">…</math>, or <code class="math-source">…</code>; of its own in
        <span class="formula" role="group" tabindex="0" aria-label="Formula">
        cells: class="math-left | math-right | math-wide"
    <section class="footnotes"><ol><li>… <a class="footnote-back">↩</a></li></ol></section>
"""

import re
from dataclasses import dataclass

import pyromark
from django.utils.translation import gettext as _
from pyromark import Options

from blogsite.lib.markup.decorate import Decorator
from blogsite.lib.markup.footnotes import Footnotes
from blogsite.lib.markup.highlight import Highlighter
from blogsite.lib.markup.mathematics import Mathematics
from blogsite.lib.markup.outline import Outline
from blogsite.lib.markup.pictures import Pictures
from blogsite.lib.markup.policy import sanitise
from blogsite.lib.markup.rendered import Heading, ImageInfo, ImageLookup, Kind, Rendered
from blogsite.lib.markup.survey import Survey, Surveyor
from blogsite.lib.text import clean_text

__all__ = ["Heading", "ImageInfo", "ImageLookup", "Kind", "Rendered", "TooComplex", "render"]

# Kept beside stored HTML; to be raised whenever the same source gives other HTML.
RENDERER_VERSION = 3

# Ids never stand alone: a heading called "comments" must not take the page's own id.
DEFAULT_PREFIX = "s-"
MAX_NESTING = 40
MATH_SECONDS = 0.3


class TooComplex(ValueError):
    """The text is too long or too deeply nested; its message is a sentence for the author."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """Bounds of one kind: characters of the source and of coloured code, marks of the HTML.

    A mark is a `<` or an `&` in the parser's output. Most of the time goes by their number, and
    nh3 is quadratic in the ampersands of one stretch of text.
    """

    characters: int
    marks: int
    code: int
    code_seconds: float
    options: Options


_LIMITS = {
    Kind.POST: _Limits(
        1_000_000,
        100_000,
        200_000,
        0.3,
        Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_HEADING_ATTRIBUTES
        | Options.ENABLE_DEFINITION_LIST
        | Options.ENABLE_GFM,
    ),
    Kind.COMMENT: _Limits(
        10_000, 15_000, 5_000, 0.03, Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS
    ),
    Kind.BIOGRAPHY: _Limits(2_000, 5_000, 0, 0, Options.ENABLE_STRIKETHROUGH),
}

# The markers of quotes and list items at the start of a line: one level of nesting each.
_MARKERS = re.compile(
    r"^(?:[ \t]*+(?:>|[-+*:](?=\s)|[0-9]{1,9}[.)](?=\s)|\[\^[^\]\n]*+\]:))+", re.MULTILINE
)
# A line such as "* * * *" is a rule, whatever its length.
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*+)+|(?:\*[ \t]*+)+)$", re.MULTILINE)
_MARKER = re.compile(r">|[-+*](?=\s|$)|[0-9][.)]|:(?=\s|$)")
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
    r"(?:['’.-][^\W_]++)*+"
)
# A paragraph that is an address and nothing else: posts of the site are shown in its place.
_BARE_LINK = re.compile(r'<p>(<a href="([^"]+)">\2</a>)</p>')
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n\s*")


def render(
    source: str,
    kind: Kind,
    *,
    heading_offset: int = 1,
    id_prefix: str = "",
    images: ImageLookup | None = None,
    has_math: bool = False,
) -> Rendered:
    """Return `source` as safe HTML with what else is known about it. Raises TooComplex.

    The highest heading becomes <h2> (`heading_offset` + 1) and the others follow without gaps.
    Every id starts with `id_prefix`. `images` is asked for each picture of a post. With
    `has_math` what stands between dollar signs is TeX, and becomes MathML.
    """
    source = clean_text(source)
    limits = _LIMITS[kind]
    _check_source(source, limits)
    options = limits.options | Options.ENABLE_MATH if has_math else limits.options
    html = pyromark.html(source, options=options)
    if html.count("<") + html.count("&") > limits.marks:
        raise TooComplex(
            _("This text has too many headings, links and other marks. Split it in parts.")
        )
    html = sanitise(html, kind)
    prefix = id_prefix or DEFAULT_PREFIX
    outline, pictures = Outline(prefix, heading_offset), Pictures(images)
    highlighter = Highlighter(limits.code, limits.code_seconds)
    mathematics = Mathematics(MATH_SECONDS) if has_math else None
    notes = Footnotes(html, prefix)
    decorator = Decorator(kind, outline, notes, pictures, highlighter, mathematics)
    html = _BARE_LINK.sub(r'<p class="bare-link">\1</p>', decorator.run(html))
    text = _BREAKS.sub("\n", _BLANKS.sub(" ", "".join(decorator.text))).strip()
    words = sum(1 for _word in _WORD.finditer(text))
    return Rendered(html, text, tuple(outline.headings), words, tuple(pictures.sources))


def survey(source: str, *, has_math: bool = False) -> Survey:
    """Return what a post's text consists of, each part with its line. Raises TooComplex."""
    limits = _LIMITS[Kind.POST]
    _check_source(source, limits)
    options = limits.options | Options.ENABLE_MATH if has_math else limits.options
    return Surveyor(source).run(
        pyromark.events_with_range(source, options=options, merge_text=True)
    )


def _check_source(source: str, limits: _Limits) -> None:
    """Refuse what would take the parser or the sanitiser long, before they see it."""
    if len(source) > limits.characters:
        raise TooComplex(
            _("This text is too long: it has %(length)s characters, and %(most)s are allowed.")
            % {"length": f"{len(source):,}", "most": f"{limits.characters:,}"}
        )
    for match in _MARKERS.finditer(source):
        if _nesting(match[0]) > MAX_NESTING and not _RULE.match(source, match.start()):
            raise TooComplex(_("Quotes or lists are nested too deeply here."))


def _nesting(markers: str) -> int:
    """Return how deep a line of these markers may lie; indented list items lie in others."""
    if len(markers) <= MAX_NESTING // 4:
        return 0
    # A longer line of markers is too deep by its start alone.
    markers = markers[:1000].expandtabs(4)
    indent = len(markers) - len(markers.lstrip(" "))
    return len(_MARKER.findall(markers)) + indent // 4
