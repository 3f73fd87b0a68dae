"""The head of a Markdown file: TOML between +++ lines, or YAML between --- lines."""

import re
import tomllib
from datetime import UTC, date, datetime, time
from typing import Any

import yaml
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from blogsite.lib.text import clean_line
from posts.transfer.entry import Unreadable

FENCED = re.compile(r"\A\ufeff?(\+\+\+|---)[ \t]*\r?\n(.*?)(?:^|\n)\1[ \t]*(?:\r?\n|\Z)", re.DOTALL)
YEAR_LIMITS = range(1900, 2201)


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return the fields of the head, with lower-case names, and the text after it.

    Raises Unreadable where there is a head that cannot be read.
    """
    found = FENCED.match(text)
    if found is None:
        return {}, text.removeprefix("\ufeff")
    fence, head = found.groups()
    try:
        fields = tomllib.loads(head) if fence == "+++" else yaml.safe_load(head)
    except (tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise Unreadable(f"the front matter cannot be read: {reason}") from error
    if fields is None:
        fields = {}
    if not isinstance(fields, dict):
        raise Unreadable("the front matter is not a list of names and values")
    return {str(name).lower(): value for name, value in fields.items()}, text[found.end() :]


def moment(value: object) -> datetime | None:
    """Return a date or time as an aware time, None for nothing.

    Accepts dates, times and their ISO text; a date is its first minute in the site's time zone.
    Raises Unreadable.
    """
    if value in (None, ""):
        return None
    if isinstance(value, str):
        value = _parse(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime) or value.year not in YEAR_LIMITS:
        raise Unreadable(f"the date {value} cannot be read")
    return timezone.make_aware(value) if timezone.is_naive(value) else value.astimezone(UTC)


def _parse(text: str) -> date | datetime | str:
    try:
        return parse_datetime(text) or parse_date(text[:10]) or text
    except ValueError:
        return text


def words(value: object) -> tuple[str, ...]:
    """Return names from a list, a list of tables with a `name`, or one text."""
    if value is None:
        return ()
    rows = value if isinstance(value, list | tuple) else [value]
    named = (row.get("name", "") if isinstance(row, dict) else row for row in rows)
    cleaned = (clean_line(str(name)) for name in named if name is not None)
    return tuple(dict.fromkeys(name for name in cleaned if name))


def line(value: object) -> str:
    """Return a value as one clean line."""
    return clean_line(str(value)) if value is not None else ""
