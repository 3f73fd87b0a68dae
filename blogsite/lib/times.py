"""Moments in words, with their zone and distance, and times of the clock that are no moment."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NEAR = timedelta(minutes=1)
DAY, FEW_DAYS = timedelta(days=1), timedelta(days=14)
NAME_LENGTH = 64  # of a zone


class Skipped(ValueError):
    """The clocks skip that time; `instead` is what they show then."""

    def __init__(self, instead: datetime) -> None:
        super().__init__(instead)
        self.instead = instead


def moment(clock: datetime, zone: tzinfo) -> datetime:
    """Return when clocks of the zone show that time, for the first time if twice. Raises Skipped.

    `clock` is without a zone.
    """
    found = clock.replace(tzinfo=zone, fold=0)
    shown = found.astimezone(UTC).astimezone(zone)
    if shown.replace(tzinfo=None, fold=0) != clock.replace(fold=0):
        raise Skipped(shown)
    return found


def comes_twice(time: datetime) -> bool:
    """Tell whether clocks of its zone show that time a second time, being set back."""
    return time.replace(fold=0).utcoffset() > time.replace(fold=1).utcoffset()  # type: ignore[operator]


def spelled(time: datetime) -> str:
    """Return, in the current zone, such as "Mon 14 Sep 09:00 Europe/Madrid, in 2 days"."""
    return f"{clock(time)}, {distance(time)}"


def clock(time: datetime) -> str:
    """Return the time alone: day, hour and zone, and the year where it is another."""
    local = timezone.localtime(time)
    is_near = local.year == timezone.localtime().year
    # Translators: a day with its hour, in PHP date format, such as Mon 14 Sep 09:00.
    pattern = _("D j M H:i") if is_near else _("D j M Y H:i")
    return f"{date_format(local, pattern)} {timezone.get_current_timezone_name()}"


def distance(time: datetime) -> str:
    """Return how far it is from now, such as "in 2 days" or "3 hours ago"."""
    now = timezone.now()
    if abs(time - now) < NEAR:
        return _("now")
    if DAY <= abs(time - now) < FEW_DAYS:
        return _in_days((timezone.localtime(time).date() - timezone.localtime(now).date()).days)
    if time > now:
        return _("in %(time)s") % {"time": timeuntil(time, now, depth=1)}
    return _("%(time)s ago") % {"time": timesince(time, now, depth=1)}


def _in_days(days: int) -> str:
    """Return a distance in days of the calendar, as people count them."""
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


@cache
def zones() -> tuple[str, ...]:
    """Return the names of zones that places have, sorted."""
    named = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return ("UTC", *sorted(named))


def zone(name: str) -> tzinfo:
    """Return the zone of that name, the site's for "" and for what no longer is a name."""
    return ZoneInfo(name) if name in zones() else timezone.get_default_timezone()
