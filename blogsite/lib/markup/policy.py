"""What each kind of text may contain: the wall against scripts, built on nh3."""

import re
from collections.abc import Callable
from functools import cache

import nh3

from blogsite.lib.markup.rendered import Kind
from blogsite.lib.markup.tidy import HEADINGS, tidy

URL_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
UNTRUSTED_REL = "nofollow ugc noopener"
LINK_REL: dict[Kind, str | None] = {
    Kind.POST: None,
    Kind.COMMENT: UNTRUSTED_REL,
    Kind.BIOGRAPHY: UNTRUSTED_REL,
}

# Headings and pictures pass here in every kind: the decoration shows them as bold lines and
# links where the kind has none, so that nothing an author wrote is silently lost.
INLINE = "a abbr b br code del em i img ins kbd li mark ol p q s samp strong sub sup u ul var"
RICH = """
    bdi blockquote caption cite dd details dfn div dl dt figcaption figure hr input pre progress
    rp rt ruby small span summary table tbody td tfoot th thead time tr wbr
"""
_INLINE = HEADINGS | set(INLINE.split())
TAGS: dict[Kind, frozenset[str]] = {
    Kind.BIOGRAPHY: _INLINE,
    Kind.COMMENT: _INLINE | {"blockquote", "hr", "input", "pre"},
    Kind.POST: _INLINE | set(RICH.split()),
}

_ATTRIBUTES: dict[Kind, dict[str, set[str]]] = {
    Kind.BIOGRAPHY: {
        "*": {"dir", "lang"},
        "a": {"href", "title"},
        "abbr": {"title"},
        "img": {"alt", "src"},
        "ol": {"start"},
    },
}
_ATTRIBUTES[Kind.COMMENT] = _ATTRIBUTES[Kind.BIOGRAPHY] | {
    "code": {"class"},
    "input": {"checked", "type"},
}
_ATTRIBUTES[Kind.POST] = _ATTRIBUTES[Kind.COMMENT] | {
    "*": {"dir", "id", "lang"},
    "a": {"href", "name", "title"},
    "blockquote": {"class"},
    "del": {"datetime"},
    "details": {"open"},
    "div": {"class"},
    "img": {"alt", "height", "src", "title", "width"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "progress": {"max", "value"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
    "time": {"datetime"},
}

_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#._-]{1,30}")
_UNKNOWN_SCHEME = re.compile(r"[^/?#]*:")
_NUMBER = re.compile(r"-?[0-9]{1,5}(?:\.[0-9]{1,3})?")
_SPAN = re.compile(r"[0-9]{1,2}")
_CLASSES = {
    "blockquote": re.compile(r"markdown-alert-(?:note|tip|important|warning|caution)"),
    "code": _LANGUAGE,
    "div": re.compile("footnote-definition"),
    "span": re.compile("math math-(?:inline|display)"),
    "sup": re.compile("footnote-(?:reference|definition-label)"),
}
_VALUES = {
    "checked": re.compile(""),
    "colspan": _SPAN,
    "datetime": re.compile(r"[0-9A-Z:.+ -]{1,40}"),
    "dir": re.compile("ltr|rtl|auto"),
    "height": _NUMBER,
    "lang": re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3}"),
    "max": _NUMBER,
    "open": re.compile(""),
    "reversed": re.compile(""),
    "rowspan": _SPAN,
    "scope": re.compile("row|col"),
    "start": _NUMBER,
    "style": re.compile("text-align: (?:left|center|right)"),
    "type": re.compile("[1aAiI]|checkbox"),
    "value": _NUMBER,
    "width": _NUMBER,
}


def sanitise(html: str, kind: Kind) -> str:
    """Return the harmless part of `html`; any input is taken, and twice equals once."""
    return _cleaner(kind)(tidy(html, TAGS[kind]))


@cache
def _cleaner(kind: Kind) -> Callable[[str], str]:
    return nh3.Cleaner(
        tags=TAGS[kind],
        attributes=_ATTRIBUTES[kind],
        attribute_filter=_filter_attribute,
        clean_content_tags={"script", "style"},
        link_rel=LINK_REL[kind],
        url_relative=_relative_address,
        url_schemes=URL_SCHEMES,
    ).clean


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Keep an attribute only with a value that the features need; nh3 has checked the URLs."""
    if attribute == "class":
        match = _CLASSES[tag].match(value)
        return match[0] if match else None
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


def _relative_address(address: str) -> str | None:
    """A broken scheme is no path either: some program might mend it."""
    return None if _UNKNOWN_SCHEME.match(address) else address
