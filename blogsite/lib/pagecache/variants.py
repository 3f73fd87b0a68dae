"""What a reader without an account chose by a cookie, such as a theme: part of a page's key.

Each choice is a closed set of values. The site is asked with the chosen ones alone, in one order
and one spelling; what else a cookie says makes no other page, and no difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A cookie that changes pages, and the values it may have beside being absent.

    A name or value must not contain the name of a cookie that makes a page personal.
    """

    cookie: str
    values: frozenset[str]


def variant(cookies: str, choices: Sequence[Choice]) -> str:
    """Return, as a Cookie header would say it, what of the header is a choice; mostly ""."""
    if not choices or not cookies:
        return ""
    pairs = (part.partition("=") for part in cookies.split(";"))
    # Of two with one name the last counts, as it does for Django.
    sent = {name.strip(): value.strip() for name, _equals, value in pairs}
    chosen = ((choice.cookie, sent.get(choice.cookie, ""), choice.values) for choice in choices)
    return "; ".join(f"{name}={value}" for name, value, values in chosen if value in values)
