"""The languages texts are written in: their codes, own names and directions."""

from django.conf.locale import LANG_INFO

# Code and own name, by code; "zh-hans" is the code that browsers and screen readers know too.
CHOICES = sorted(
    (code, info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info
)
# Where a language is named with another territory than its own letters say.
_TERRITORIES = dict(
    pair.split("_")
    for pair in (
        "en_US ar_AR bn_IN ca_ES cs_CZ cy_GB da_DK el_GR et_EE eu_ES fa_IR ga_IE gl_ES he_IL hi_IN"
        " ja_JP ka_GE ko_KR mr_IN nb_NO sl_SI sq_AL sr_RS sv_SE ta_IN te_IN uk_UA ur_PK vi_VN"
    ).split()
)
_SCRIPTS = {"zh-hans": "zh_CN", "zh-hant": "zh_TW"}
CODES = frozenset(code for code, _name in CHOICES)


def direction(code: str) -> str:
    """Return "rtl" or "ltr" for a known language, "auto" where it is not known."""
    info = LANG_INFO.get(code)
    if info is None or "bidi" not in info:
        return "auto"
    return "rtl" if info["bidi"] else "ltr"


def locale(code: str) -> str:
    """Return the code as Open Graph wants it: language_TERRITORY."""
    language, _dash, territory = code.partition("-")
    if len(territory) != 2:
        territory = _TERRITORIES.get(language, language)
    return _SCRIPTS.get(code.lower(), f"{language}_{territory.upper()}")
