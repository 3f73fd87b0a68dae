"""Colours code on the server: Pygments' short class names, no inline styles."""

import time
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

LANGUAGES = """
    asm bash c clojure cmake console cpp csharp css dart diff docker elixir elm erlang fish
    fortran fsharp go graphql haskell html ini java javascript json julia kotlin lua make
    nasm nginx nix objective-c ocaml perl php powershell protobuf python r ruby rust
    scala scheme sql swift toml typescript vim xml yaml zig
"""
ALIASES = {
    "c#": "csharp",
    "c++": "cpp",
    "cfg": "ini",
    "dockerfile": "docker",
    "f#": "fsharp",
    "golang": "go",
    "hs": "haskell",
    "js": "javascript",
    "jsx": "javascript",
    "kt": "kotlin",
    "makefile": "make",
    "objc": "objective-c",
    "patch": "diff",
    "proto": "protobuf",
    "ps1": "powershell",
    "py": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "shell": "bash",
    "svg": "xml",
    "ts": "typescript",
    "tsx": "typescript",
    "yml": "yaml",
    "zsh": "bash",
}
MAX_BLOCK = 20_000
MAX_LINE = 1_000

# Names, punctuation and blanks are most of any code: unmarked they keep the page small.
_LEXERS = frozenset(LANGUAGES.split())
_PLAIN = frozenset({"", "n", "p", "w", "x"})


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


class Highlighter:
    """Colours the blocks of one text within a budget, then leaves the rest plain.

    `characters` bounds the code that is looked at; `seconds` of this thread's time are the
    second bound, for code written to make a lexer slow.
    """

    def __init__(self, characters: int, seconds: float) -> None:
        self.characters = characters
        self.seconds = seconds

    def highlight(self, code: str, language: str) -> str:
        """Return `code` as HTML, with spans where the language is known."""
        language = language.lower()
        language = ALIASES.get(language, language)
        if language not in _LEXERS or not self._affords(code):
            return escape(code, quote=False)
        self.characters -= len(code)
        return self._spans(code, _lexer(language))

    def _affords(self, code: str) -> bool:
        return (
            self.seconds > 0
            and len(code) <= min(MAX_BLOCK, self.characters)
            and max(map(len, code.split("\n"))) <= MAX_LINE
        )

    def _spans(self, code: str, lexer: Lexer) -> str:
        started = time.thread_time()
        out: list[str] = []
        before = ""
        for kind, value in lexer.get_tokens(code):
            css = _css_class(kind)
            if css != before:
                out.append("</span>" * bool(before) + f'<span class="{css}">' * bool(css))
                before = css
            out.append(escape(value, quote=False))
            if time.thread_time() - started > self.seconds:
                self.seconds = 0
                return escape(code, quote=False)
        self.seconds -= time.thread_time() - started
        return "".join(out) + "</span>" * bool(before)


@cache
def _css_class(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES and kind.parent:
        kind = kind.parent
    css = STANDARD_TYPES.get(kind, "")
    return "" if css in _PLAIN else css
