"""Moments and stretches of time as a person reads them, on the clock of the unit."""

from datetime import datetime, timedelta

from babel.dates import format_datetime
from babel.units import format_unit
from flask_babel import gettext

from hotline.web.console.languages import spoken
from hotline.web.console.present import services

_CLOCKS = {"id": "HH.mm", "en": "HH:mm"}
_DAYS = "EEE d MMM"


def clock(moment: datetime) -> str:
    """The time of day, with the date unless it is today, and the name of the zone: "Sel 24 Nov 03.15 WIB"."""
    zone = services().unit.zone
    local, today = moment.astimezone(zone), services().now().astimezone(zone)
    pattern = _CLOCKS[spoken()]
    if local.date() != today.date():
        pattern = f"{_DAYS} {'yyyy ' if local.year != today.year else ''}{pattern}"
    return f"{format_datetime(local, pattern, tzinfo=zone, locale=spoken())} {local.tzname()}"


def stretch(length: timedelta) -> str:
    """A length of time in one whole unit: "45 detik", "12 menit", "3 jam", "2 hari"."""
    seconds = max(int(length.total_seconds()), 0)
    for name, size, until in (("second", 1, 60), ("minute", 60, 3600), ("hour", 3600, 172_800)):
        if seconds < until:
            return _unit(seconds // size, name)
    return _unit(seconds // 86_400, "day")


def age(moment: datetime) -> str:
    """How long ago."""
    return stretch(services().now() - moment)


def remaining(moment: datetime) -> str:
    """How long until a deadline, or for how long it is over."""
    left = moment - services().now()
    if left >= timedelta(0):
        return gettext("%(time)s left", time=stretch(left))
    return gettext("%(time)s late", time=stretch(-left))


def is_past(moment: datetime) -> bool:
    """Whether a deadline is over."""
    return moment < services().now()


def seconds(number: int | None) -> str:
    """A measured time in its two largest parts: "45 dtk", "4 mnt 10 dtk", "2 jam"; a dash where nothing is measured."""
    if number is None:
        return "–"
    parts = (
        (number // 86_400, gettext("%(count)s d", count=number // 86_400)),
        (number % 86_400 // 3600, gettext("%(count)s h", count=number % 86_400 // 3600)),
        (number % 3600 // 60, gettext("%(count)s min", count=number % 3600 // 60)),
        (number % 60, gettext("%(count)s s", count=number % 60)),
    )
    largest = next((place for place, (count, _) in enumerate(parts) if count), 3)
    return " ".join(words for count, words in parts[largest : largest + 2] if count) or parts[3][1]


def _unit(number: int, name: str) -> str:
    return str(format_unit(number, f"duration-{name}", "long", locale=spoken()))
