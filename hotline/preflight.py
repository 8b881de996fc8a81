"""The look around before the hotline goes live: what is missing, in one line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from config.settings import Mode
from hotline.errors import Conflict, StoreAway
from hotline.gateway.verdicts import CarrierRefused, CarrierUnclear
from hotline.oversight import TICKER_SILENT_AFTER, read_targets
from hotline.rosters import roster_gaps
from hotline.services import Services
from hotline.staffing import list_staff
from hotline.store import condition, engine, rotation
from hotline.store.crypto import Unreadable
from triage.indicators import BadTargets
from triage.states import Duty, Role

# Signatures, sessions and every deadline hang on the clock; beyond this somebody must look at it.
CLOCK_MAY_DIFFER = timedelta(seconds=5)
# A hole of tomorrow can still be filled tomorrow; one of the next day and night cannot be slept over.
_NO_HOLES_WITHIN = timedelta(hours=24)
_HOLES_SHOWN_WITHIN = timedelta(days=30)


class Finding(StrEnum):
    """How grave a line is: only BAD keeps the hotline from going live."""

    GOOD = "good"
    WORTH_A_LOOK = "worth_a_look"
    BAD = "bad"


@dataclass(frozen=True)
class Line:
    """What one check found, in words for the person at the keyboard; no secret and no person in it."""

    name: str
    finding: Finding
    words: str


def look_around(services: Services) -> Iterator[Line]:
    """Every check in turn; one that cannot be made for want of the database is a bad line, not an exception."""
    checks: tuple[tuple[str, Callable[[Services], tuple[Finding, str]]], ...] = (
        ("settings", _settings),
        ("protocol", _protocol),
        ("database", _database),
        ("redis", _redis),
        ("carrier", _carrier),
        ("keys", _keys),
        ("clock", _clock),
        ("staff", _staff),
        ("roster", _roster),
        ("ticker", _ticker),
    )
    for name, check in checks:
        try:
            finding, words = check(services)
        except (StoreAway, Conflict):
            finding, words = Finding.BAD, "cannot be checked without the database"
        except Exception as fault:  # whatever else is wrong must not hide the lines after it
            finding, words = Finding.BAD, f"cannot be checked ({type(fault).__name__}); are the tables up to date?"
        yield Line(name, finding, words)


def has_tables(services: Services) -> bool:
    """Whether the database was ever migrated; raises StoreAway."""
    with services.database.look() as tx:
        return condition.revision(tx) is not None


def _settings(services: Services) -> tuple[Finding, str]:
    settings = services.settings
    remarks = []
    if settings.mode is not Mode.PRODUCTION:
        remarks.append(f"HOTLINE_MODE is {settings.mode}: not for real callers")
    if not settings.public_base_url.startswith("https://"):
        remarks.append("PUBLIC_BASE_URL is not https: messages travel readable")
    if settings.twilio_api_base_url:
        remarks.append("TWILIO_API_BASE_URL is set: requests go to another carrier than Twilio")
    return (Finding.WORTH_A_LOOK, "; ".join(remarks)) if remarks else (Finding.GOOD, "complete and well-formed")


def _protocol(services: Services) -> tuple[Finding, str]:
    try:
        read_targets(services.settings.protocol_file)
    except BadTargets as fault:
        return Finding.BAD, str(fault)
    return Finding.GOOD, f"version {services.protocol.version}, ladder {services.ladder.version}"


def _database(services: Services) -> tuple[Finding, str]:
    with services.database.look() as tx:
        there, wanted = condition.revision(tx), condition.newest_revision()
    if there != wanted:
        return Finding.BAD, f"tables are at revision {there or 'none'}, not {wanted}: run `alembic upgrade head`"
    with services.database.look() as tx:
        others = condition.other_units(tx, services.unit.id)
    if others:
        return Finding.WORTH_A_LOOK, f"holds {others} other unit(s): give every unit a database of its own"
    return Finding.GOOD, f"answers, tables at revision {there}"


def _redis(services: Services) -> tuple[Finding, str]:
    if services.doorbell.answers():
        return Finding.GOOD, "answers"
    return Finding.BAD, "does not answer: offers would wait for the ticker"


def _carrier(services: Services) -> tuple[Finding, str]:
    if services.carrier is None:
        return Finding.BAD, "was not asked"
    try:
        # Reads nothing that is older than this moment: it is the login that is tried.
        next(iter(services.carrier.messages_since(services.now())), None)
    except CarrierRefused as refusal:
        return Finding.BAD, f"refuses us: code {refusal.code} ({refusal.verdict})"
    except CarrierUnclear:
        return Finding.BAD, "cannot be reached"
    return Finding.GOOD, "answers and knows our account"


def _keys(services: Services) -> tuple[Finding, str]:
    with services.database.look() as tx:
        closed = rotation.unopened(tx)
        try:
            fits = condition.is_index_key_right(tx, services.unit.id)
        except Unreadable:
            fits = True  # the line above says it better
    if closed:
        return Finding.BAD, f"FIELD_KEYS do not open {', '.join(closed)}"
    if not fits:
        return Finding.BAD, "INDEX_KEY is not the one the numbers were written with: nobody would be recognised"
    return Finding.GOOD, f"{len(services.settings.field_keys)} in the ring, all fields tried can be read"


def _clock(services: Services) -> tuple[Finding, str]:
    with services.database.look() as tx:
        apart = abs(condition.database_clock(tx) - services.now())
    seconds = int(apart.total_seconds())
    if apart > CLOCK_MAY_DIFFER:
        return Finding.BAD, f"differs from the database's by {seconds} s"
    return Finding.GOOD, f"agrees with the database's within {CLOCK_MAY_DIFFER.seconds} s"


def _staff(services: Services) -> tuple[Finding, str]:
    reachable = [one for one in list_staff(services) if one.active and one.phones]
    if not reachable:
        return Finding.BAD, "nobody can be rung: `staff add`"
    if not any(one.role in (Role.HEAD, Role.SUPERVISOR) for one in reachable):
        return Finding.BAD, "there is no head and no supervisor who answers for reports"
    unknown = sum(one.gender is None for one in reachable)
    if unknown:
        return Finding.WORTH_A_LOOK, f"{unknown} of {len(reachable)}: callers may ask for a woman: `staff describe`"
    return Finding.GOOD, f"{len(reachable)} can be rung"


def _roster(services: Services) -> tuple[Finding, str]:
    soon = services.now() + _NO_HOLES_WITHIN
    holes = roster_gaps(services, _HOLES_SHOWN_WITHIN)
    pressing = [hole for hole in holes if hole.duty is Duty.FIRST and hole.starts_at < soon]
    if pressing:
        return Finding.BAD, "nobody has the first duty for part of the next 24 hours: `roster gaps`"
    if holes:
        return Finding.WORTH_A_LOOK, f"{len(holes)} holes in the next 30 days: `roster gaps`"
    return Finding.GOOD, "first and second duty without a hole for 30 days"


def _ticker(services: Services) -> tuple[Finding, str]:
    with services.database.look() as tx:
        beat = engine.last_beat(tx, "ticker")
    if beat is None or services.now() - beat > TICKER_SILENT_AFTER:
        return Finding.WORTH_A_LOOK, "is not running: start the processes of the Procfile"
    return Finding.GOOD, "runs"
