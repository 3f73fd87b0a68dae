"""Addresses in the text become links, and links without words get a name."""

import re
from html import escape, unescape

# Works on escaped text: of the entities only an ampersand can be part of an address.
_ADDRESS = re.compile(r"(?<![\w/.])https?://(?:[^\s<>&\"'`|\\^{}]|&amp;){1,2000}", re.IGNORECASE)
_PAIRS = {")": "(", "]": "["}


def linkify(text: str, attributes: str) -> str:
    """Return escaped `text` with its http addresses as links that carry `attributes`."""
    return _ADDRESS.sub(lambda match: _link(match[0], attributes), text)


def _link(address: str, attributes: str) -> str:
    url = _without_sentence_end(address)
    if not re.match(r"https?://[\w\[]", url, re.IGNORECASE):
        return address
    return f'<a href="{url}"{attributes}>{url}</a>{address[len(url) :]}'


def _without_sentence_end(address: str) -> str:
    url = address.rstrip(".,:;!?*_~")
    for closing, opening in _PAIRS.items():
        surplus = max(url.count(closing) - url.count(opening), 0)
        trailing = len(url) - len(url.rstrip(closing))
        url = url[: len(url) - min(surplus, trailing)]
    url = url.rstrip(".,:;!?*_~")
    # A trimmed "&amp;" would leave half an entity behind.
    return url + ";" if url.endswith("&amp") else url


def address_name(address: str) -> str:
    """Return an escaped name for a link that shows no words: its address without the scheme."""
    name = re.sub(r"^[a-z]+:(?://)?", "", unescape(address))
    return escape(name[:80] or "link")
