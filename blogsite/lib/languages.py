"""The languages texts are written in: their codes, own names and directions."""

from django.conf.locale import LANG_INFO

# Code and own name, by code; "zh-hans" is the code that browsers and screen readers know too.
CHOICES = sorted(
    (code, info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info
)
CODES = frozenset(code for code, _name in CHOICES)


def direction(code: str) -> str:
    """Return "rtl" or "ltr" for a known language, "auto" where it is not known."""
    info = LANG_INFO.get(code)
    if info is None or "bidi" not in info:
        return "auto"
    return "rtl" if info["bidi"] else "ltr"
