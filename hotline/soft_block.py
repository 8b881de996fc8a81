"""A number that was blocked: everything is stored and read, and it rings for danger alone. A leader decides."""

from datetime import datetime

from hotline.errors import NotFound
from hotline.outcomes import Outcome, Verdict
from hotline.services import Services
from hotline.store import callers, crew, dispatches, events, exclusions
from hotline.store.session import Transaction
from triage.states import Happening, Role

_LEADERS = frozenset({Role.HEAD, Role.SUPERVISOR})


def set_blocked(services: Services, staff_id: str, ref: str, *, blocked: bool) -> Outcome:
    """Blocks the number behind a report softly, or lifts that again; raises NotFound."""
    now = services.now()
    return services.database.run(lambda tx: _set(tx, services, (staff_id, ref, blocked), now))


def _set(tx: Transaction, services: Services, what: tuple[str, str, bool], now: datetime) -> Outcome:
    staff_id, ref, blocked = what
    standing, who = dispatches.lock_by_ref(tx, services.unit.id, ref), crew.member(tx, staff_id)
    if standing is None or who is None or exclusions.is_excluded(tx, standing.report_id, staff_id):
        raise NotFound(ref)
    if who.role not in _LEADERS:
        return Outcome(Verdict.NOT_YOURS, standing.code)
    callers.block(tx, standing.report_id, now if blocked else None)
    name = Happening.CALLER_BLOCKED if blocked else Happening.CALLER_UNBLOCKED
    events.append(tx, [events.Entry(ref, name, who.code, {})], services.unit.id, now)
    return Outcome(Verdict.RECORDED, standing.code)
