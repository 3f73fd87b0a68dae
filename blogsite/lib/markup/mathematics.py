"""Formulas in TeX to MathML, which browsers, screen readers and feed readers show by themselves.

math-core writes them; what it wrote passes a second wall here, a list of what MathML may contain,
because formulas are made after the sanitiser. Its inline styles, which the site's policy forbids,
become classes: "math-left", "math-right" and "math-wide" on cells.
"""

import re
import threading
from html import escape
from time import monotonic

from django.utils.translation import gettext as _
from math_core import LatexError, LatexToMathML

LONGEST = 2000  # characters of one formula: what it nests fits into the stack below
STACK = 16 * 1024 * 1024
# One thread at a time may ask for a larger stack: Python has one setting for all.
_making_threads = threading.Lock()

# Commands of one's own could nest deeper than any text that is typed.
_DEFINITION = re.compile(
    r"\\(?:[a-z]*(?:command|def|environment)|let|futurelet|declare[a-z]*)(?![a-z])", re.IGNORECASE
)
_NAMES = frozenset(
    """
    math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms
    mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none
    """.split()
)
_ATTRIBUTES = frozenset(
    """
    accent accentunder columnspan depth dir display displaystyle fence form height largeop
    linethickness lspace mathbackground mathcolor mathvariant maxsize minsize movablelimits
    rowspan rspace scriptlevel separator stretchy symmetric voffset width
    """.split()
)
_TOKEN = re.compile(r"<(/?)([a-z]+)((?:\s[a-z]+(?:=\"[^\"<>]*\")?)*)\s*(/?)>|([^<>]+)")
_ATTRIBUTE = re.compile(r"\s([a-z]+)(?:=\"([^\"]*)\")?")
_VALUE = re.compile(r"[\w.%# +-]{0,40}")
_COLOUR = re.compile(r"(?:^|;)\s*color:\s*(#[0-9A-Fa-f]{3,8})")
_CLASSES = (("text-align: left", "math-left"), ("text-align: right", "math-right"))


class _Unknown(ValueError):
    """The converter wrote something that is not on the list."""


class Mathematics:
    """The formulas of one text, for at most `seconds` of work; later ones stay TeX."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.converter = LatexToMathML(fancy_error=False, max_expansions=200)

    def show(self, tex: str, *, is_block: bool) -> str:
        """Return HTML: the formula as MathML, or as it was typed where it cannot be read."""
        made = self._converted(tex.strip(), is_block=is_block) if self.seconds > 0 else None
        if made is None:
            return f'<code class="math-source">{escape(tex)}</code>'
        start = f'<math display="{"block" if is_block else "inline"}" alttext="{escape(tex)}">'
        formula = start + made.removeprefix("<math>").removeprefix('<math display="block">')
        if not is_block:
            return formula
        # Wider than the page it scrolls, with the arrow keys too.
        label = escape(_("Formula"))
        return (
            f'<span class="formula" role="group" tabindex="0" aria-label="{label}">{formula}</span>'
        )

    def _converted(self, tex: str, *, is_block: bool) -> str | None:
        if not tex or len(tex) > LONGEST or _DEFINITION.search(tex):
            return None
        began = monotonic()
        try:
            return _checked(self._in_a_deep_stack(tex, is_block=is_block))
        except (LatexError, _Unknown):
            return None
        finally:
            self.seconds -= monotonic() - began

    def _in_a_deep_stack(self, tex: str, *, is_block: bool) -> str:
        """Return the converter's answer. It recurses: a thousand braces would end the process."""
        answers: list[str] = []

        def convert() -> None:
            try:
                answers.append(self.converter.convert_with_local_state(tex, displaystyle=is_block))
            except LatexError:
                answers.append("")

        with _making_threads:
            before = threading.stack_size(STACK)
            try:
                thread = threading.Thread(target=convert, daemon=True)
                thread.start()
            finally:
                threading.stack_size(before)
        thread.join()
        if not answers[0]:
            raise LatexError
        return answers[0]


def _checked(mathml: str) -> str:
    """Return the MathML with known elements and attributes alone. Raises _Unknown for others."""
    out, at = [], 0
    for match in _TOKEN.finditer(mathml):
        if match.start() != at:
            raise _Unknown(mathml[at : match.start()])
        at = match.end()
        slash, name, attributes, closed, text = match.groups()
        if text is not None:
            out.append(text)
        elif name not in _NAMES:
            raise _Unknown(name)
        elif slash:
            out.append(f"</{name}>")
        else:
            # HTML knows no empty elements of MathML: <mspace/> is closed in words.
            end = f"</{name}>" if closed else ""
            out.append(f"<{name}{_attributes(attributes)}>{end}")
    if at != len(mathml):
        raise _Unknown(mathml[at:])
    return "".join(out)


def _attributes(written: str) -> str:
    kept = []
    for name, value in _ATTRIBUTE.findall(written):
        if name == "style":
            kept.append(_styled(value))
        elif name in _ATTRIBUTES and _VALUE.fullmatch(value):
            kept.append(f' {name}="{value}"')
    return "".join(kept)


def _styled(style: str) -> str:
    """Return attributes that say what an inline style said."""
    classes = [name for said, name in _CLASSES if said in style]
    if style.startswith(("width: 50%", "width: 100%")):
        classes.append("math-wide")
    colour = _COLOUR.search(style)
    shown = f' mathcolor="{colour[1]}"' if colour else ""
    return (f' class="{" ".join(classes)}"' if classes else "") + shown
