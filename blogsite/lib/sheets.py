"""What the rules of a stylesheet would make a browser fetch.

Nothing is taken for harmless because it seems to stand in a comment or in a string: browsers decide
where those begin by rules that fill a book, and an error here would be a way around the refusal.
So what follows is read wherever a name that fetches stands, as a browser would read it from there.
"""

import re
from collections.abc import Iterator

_WINDOW = 300  # characters of an address that are read: what it leads to stands at its beginning
_MOST = 300  # functions and imports that are read, lest it takes long
_TOKENS = 1000  # of a function; those that can be of use are shorter

_SPACE = r"[ \t\n]"
_COMMENT = r"(?>/\*.*?(?:\*/|\Z))"
_STRING = r""""(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?"""
_ADDRESS = (
    rf"""(?P<address>"(?:[^"\\\n]|\\.){{0,{_WINDOW}}}+|'(?:[^'\\\n]|\\.){{0,{_WINDOW}}}+"""
    rf"""|(?!["'])(?:[^)\\]|\\.){{0,{_WINDOW}}}+)"""
)


def _letter(letter: str) -> str:
    # A backslash before one of these six begins a number.
    plain = letter if letter in "abcdef" else r"\\?" + re.escape(letter)
    return rf"(?:{plain}|\\0{{0,4}}(?:{ord(letter):x}|{ord(letter.upper()):x}){_SPACE}?)"


def _spelled(*names: str) -> str:
    """Return the pattern of the names, of which each letter may be written as an escape."""
    return f"(?:{'|'.join(''.join(map(_letter, name)) for name in names)})"


_FLAGS = re.IGNORECASE | re.DOTALL
_NEWLINE = re.compile(r"\r\n?|\f")
_ESCAPE = re.compile(rf"\\(?:([0-9a-f]{{1,6}}){_SPACE}?|(.)|\Z)", _FLAGS)
_HIDDEN = re.compile(rf"{_COMMENT}|(?P<string>{_STRING})", _FLAGS)
_IMPORT = re.compile(rf"@{_spelled('import')}", _FLAGS)
_IMPORTED = re.compile(
    rf"{_IMPORT.pattern}(?=(?:{_SPACE}|{_COMMENT})*+(?:(?=[\"']){_ADDRESS})?)", _FLAGS
)
# The name of a language is an address that nobody asks.
_URL = re.compile(
    rf"(?P<language>(?<!\\)@namespace{_SPACE}+(?:[\w-]+{_SPACE}+)?)?"
    rf"{_spelled('url')}\((?={_SPACE}*+{_ADDRESS})",
    _FLAGS,
)
# Functions whose strings are addresses.
_FETCHING = re.compile(rf"{_spelled('image-set', 'image', 'src')}\(", _FLAGS)
_WITHIN = re.compile(
    rf"{_COMMENT}|(?P<string>{_STRING})"
    rf"""|{_spelled("url")}\({_SPACE}*+(?!["'])(?:[^)\\]|\\.)*+\)"""
    rf"|(?P<unknown>{_spelled('var', 'attr', 'env', 'if', 'inherit', '--')}[^\s()]*\()"
    r"|(?P<open>\()|(?P<close>\))|(?P<end>[;{}])|\\.|.",
    _FLAGS,
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def imports(css: str) -> bool:
    """Tell whether the rules fetch other sheets; a comment may speak of it."""
    text = _HIDDEN.sub(lambda found: found["string"] or " ", _NEWLINE.sub("\n", css))
    return _IMPORT.search(text) is not None


def leads_elsewhere(css: str) -> bool:
    """Tell whether the rules fetch anything but pictures in place and what this site has."""
    text = _NEWLINE.sub("\n", css)
    return any(_is_elsewhere(address) for address in _addresses(text))


def _addresses(text: str) -> Iterator[str | None]:
    """Name what would be fetched; None where that cannot be told from here."""
    for number, found in enumerate(_IMPORTED.finditer(text)):
        yield (found["address"] or "") if number < _MOST else None
    for found in _URL.finditer(text):
        if not found["language"]:
            yield found["address"]
    for number, found in enumerate(_FETCHING.finditer(text)):
        yield from _strings(text, found.end()) if number < _MOST else [None]


def _strings(text: str, start: int) -> Iterator[str | None]:
    """Name the strings from here to where the bracket before is closed."""
    depth = 1
    for number, found in enumerate(_WITHIN.finditer(text, start)):
        depth += bool(found["open"]) - bool(found["close"])
        if found["string"]:
            yield found["string"][: _WINDOW + 1]
        elif found["unknown"] or number > _TOKENS:
            yield None
        if found["end"] or not depth:
            return


def _is_elsewhere(written: str | None) -> bool:
    if written is None:
        return True
    # As browsers read an address: without what cannot be seen, and with slashes for backslashes.
    bare = _ESCAPE.sub(_unescaped, written.removeprefix('"').removeprefix("'"))
    address = _CONTROLS.sub("", bare).strip().replace("\\", "/")
    if _SCHEME.match(address):
        return not address.lower().startswith("data:image/")
    is_stuffed = len(written) >= _WINDOW and len(address) < _WINDOW // 10
    return address.startswith("//") or is_stuffed


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is None:
        return "" if found[2] in {None, "\n"} else found[2]
    number = int(found[1], 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"
