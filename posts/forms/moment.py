"""A time to choose: in the zone of whoever chooses, or refused in a sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blogsite.lib import times

EARLIEST_YEAR = 1970
FORMAT = "%Y-%m-%dT%H:%M"  # as a datetime-local box sends it
FURTHEST = timedelta(days=3660)

_NO_ZONE = ZoneInfo.no_cache("UTC")  # told from any other by its identity


class MomentField(forms.DateTimeField):
    """A day and an hour."""

    def __init__(self, **kwargs: Any) -> None:
        look = {"type": "datetime-local"}
        super().__init__(
            widget=forms.DateTimeInput(attrs=look, format=FORMAT),
            error_messages={
                "invalid": _("Please give a date and a time that exist, such as 2027-03-14 09:00.")
            },
            required=False,
            **kwargs,
        )

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment; of a time that comes twice the first."""
        # Django would refuse what comes twice too, and say the same of both.
        with timezone.override(_NO_ZONE):
            found: datetime | None = super().to_python(value)
        if found is None or found.tzinfo is not _NO_ZONE:
            return found
        try:
            return times.moment(found.replace(tzinfo=None), timezone.get_current_timezone())
        except times.Skipped as skipped:
            raise forms.ValidationError(
                _(
                    "The clocks in %(zone)s are put forward that day and skip %(time)s."
                    " Choose %(instead)s or another time."
                ),
                params={
                    "zone": timezone.get_current_timezone_name(),
                    "time": found.strftime("%H:%M"),
                    "instead": skipped.instead.strftime("%H:%M"),
                },
            ) from skipped
        except (OverflowError, ValueError) as error:  # the first and the last days there are
            raise _out_of_range() from error

    def validate(self, value: Any) -> None:
        """Refuse times that are surely a slip."""
        super().validate(value)
        if value is None:
            return
        if value.astimezone(UTC).year < EARLIEST_YEAR or value > timezone.now() + FURTHEST:
            raise _out_of_range()


def _out_of_range() -> forms.ValidationError:
    last = (timezone.now() + FURTHEST).year
    return forms.ValidationError(
        _("Choose a time between %(first)s and %(last)s."),
        params={"first": EARLIEST_YEAR, "last": last},
    )


def in_words(time: datetime | None) -> str:
    """Return the chosen time spelled out, and what is special about it; "" for none."""
    if time is None:
        return ""
    spelled = times.spelled(time)
    if not times.comes_twice(timezone.localtime(time)) or timezone.localtime(time).fold:
        return spelled
    sentence = _("%(time)s (the clocks show that hour twice, the first is meant)")
    return str(sentence) % {"time": spelled}
