"""What a signed-in person does with a report: take it, turn it down, record the first contact, close it."""

from collections.abc import Callable
from datetime import datetime

from hotline import acceptance
from hotline.acceptance import Outcome, Verdict, Word
from hotline.errors import NotFound
from hotline.services import Services
from hotline.store import dispatches, events, offers, outbox, reports
from hotline.store.dispatches import Standing
from hotline.store.session import Transaction
from triage.casework import CloseReason
from triage.states import DispatchState, Happening, OfferState, Role

# Leaders may end what a companion could not, and take what nobody offered them; nobody else does either.
_LEADERS = frozenset({Role.HEAD, Role.SUPERVISOR})
_Act = Callable[[Transaction, Standing, datetime], Outcome]


def accept(services: Services, staff_id: str, ref: str) -> Outcome:
    """Takes a report that was offered to her, however long ago; a leader may take it unasked.

    Whoever holds a report reads its words, so that nobody may become the holder by herself. Raises NotFound for a
    report that is not this unit's.
    """
    return _on(services, ref, lambda tx, at, now: _accept(tx, services, at, Word(staff_id, at.id), now))


def decline(services: Services, staff_id: str, ref: str, reason: str) -> Outcome:
    """Turns down an offer, with a reason."""
    return _on(services, ref, lambda tx, at, now: acceptance.decline(tx, services, Word(staff_id, at.id, reason), now))


def record_contact(services: Services, staff_id: str, ref: str) -> Outcome:
    """The holder has reached the caller."""
    return _on(services, ref, lambda tx, at, now: acceptance.record_contact(tx, services, at, staff_id, now))


def close_report(services: Services, staff_id: str, ref: str, reason: CloseReason) -> Outcome:
    """Ends a report: its holder or a leader does, and says why. A machine never does."""
    return _on(services, ref, lambda tx, at, now: _close(tx, services, at, staff_id, (reason, now)))


def _on(services: Services, ref: str, act: _Act) -> Outcome:
    now = services.now()

    def work(tx: Transaction) -> Outcome:
        standing = dispatches.lock_by_ref(tx, services.unit.id, ref)
        if standing is None:
            raise NotFound(ref)
        return act(tx, standing, now)

    outcome = services.database.run(work)
    services.doorbell.ring()
    return outcome


def _accept(tx: Transaction, services: Services, standing: Standing, word: Word, now: datetime) -> Outcome:
    who = dispatches.member(tx, word.staff_id)
    may = who is not None and (who.role in _LEADERS or offers.latest_to(tx, standing.id, word.staff_id) is not None)
    return acceptance.accept(tx, services, word, now) if may else Outcome(Verdict.NOT_OFFERED, standing.code)


def _close(
    tx: Transaction, services: Services, standing: Standing, staff_id: str, how: tuple[CloseReason, datetime]
) -> Outcome:
    reason, now = how
    who = dispatches.member(tx, staff_id)
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if who is None or (standing.holder_id != staff_id and who.role not in _LEADERS):
        return Outcome(Verdict.NOT_YOURS, standing.code)
    open_offers = [offer.id for offer in offers.pending(tx, [standing.id]).get(standing.id, [])]
    offers.end(tx, open_offers, OfferState.RESCINDED, now, "closed")
    outbox.cancel_for_offers(tx, open_offers)
    facts = {"closed_at": now, "closed_s": max(0, int((now - standing.opened_at).total_seconds()))}
    values = {"state": DispatchState.CLOSED, "next_due_at": None, "close_reason": reason}
    dispatches.change(tx, standing, values | facts)
    reports.close(tx, standing.report_id, now)
    entry = events.Entry(standing.ref, Happening.REPORT_CLOSED, who.code, {"reason": reason})
    events.append(tx, [entry], services.unit.id, now)
    return Outcome(Verdict.RECORDED, standing.code)
