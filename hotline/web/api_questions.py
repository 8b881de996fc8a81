"""What a caller of the machine interface may ask, read strictly: a misspelt question gets no wrong answer."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from hotline.errors import Refused
from hotline.views import Wanted
from triage.events import Channel
from triage.local_time import moment_of
from triage.protocol import Level

MOST = 200
USUAL = 50
USUAL_WINDOW = timedelta(days=30)
_REPORTS = ("status", "level", "channel", "from", "to", "cursor", "limit")
_WINDOW = ("from", "to")
_LONGEST = 200

Args = MultiDict[str, str]


def wanted(args: Args, zone: ZoneInfo) -> Wanted:
    """Which reports are asked for; raises Refused with the parameter and what it may be."""
    _known(args, _REPORTS)
    level, channel, limit = args.get("level"), args.get("channel"), args.get("limit", str(USUAL))
    if level is not None and level not in tuple(Level):
        raise Refused(f"level must be one of {', '.join(Level)}")
    if channel is not None and channel not in tuple(Channel):
        raise Refused(f"channel must be one of {', '.join(Channel)}")
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit) <= MOST):
        raise Refused(f"limit must be a whole number from 1 to {MOST}")
    return Wanted(
        status=args.get("status"),
        level=Level(level) if level else None,
        channel=Channel(channel) if channel else None,
        since=_moment(args, "from", zone),
        until=_moment(args, "to", zone),
        cursor=args.get("cursor"),
        limit=int(limit),
    )


def window(args: Args, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """The half-open window asked for: the thirty days up to `to`, and up to now, where nothing else is said."""
    _known(args, _WINDOW)
    end = _moment(args, "to", zone) or now
    return _moment(args, "from", zone) or end - USUAL_WINDOW, end


def nothing(args: Args) -> None:
    """No parameter at all; raises Refused."""
    _known(args, ())


def _known(args: Args, names: tuple[str, ...]) -> None:
    for name, values in args.lists():
        if name not in names:
            raise Refused(f"unknown parameter; known are: {', '.join(names) or 'none'}")
        if len(values) > 1 or len(values[0]) > _LONGEST:
            raise Refused(f"{name} may be given once, with at most {_LONGEST} characters")


def _moment(args: Args, name: str, zone: ZoneInfo) -> datetime | None:
    if name not in args:
        return None
    # An unescaped plus of an offset arrives as a space.
    text = args[name].strip().replace(" ", "+").upper().replace("Z", "+00:00")
    try:
        return moment_of(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError) as fault:
        raise Refused(f"{name} must be an ISO 8601 time such as 2026-01-31T00:00:00Z") from fault
