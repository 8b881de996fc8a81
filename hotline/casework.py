"""What a signed-in person does with a report: take it, turn it down, reach the caller, pass it on, end it."""

from collections.abc import Callable
from datetime import datetime

from hotline import acceptance, closing, first_contact, transfers
from hotline.errors import NotFound
from hotline.outcomes import Outcome, Verdict, Word
from hotline.services import Services
from hotline.store import crew, dispatches, events, exclusions, offers, wishes
from hotline.store.dispatches import Standing
from hotline.store.session import Transaction
from hotline.transfers import Request
from triage.casework import CloseReason
from triage.choosing import Wish
from triage.protocol import Level
from triage.states import DispatchState, Happening, Role

# Leaders may take what nobody offered them; nobody else does.
_LEADERS = frozenset({Role.HEAD, Role.SUPERVISOR})
_Act = Callable[[Transaction, Standing, datetime], Outcome]


def accept(services: Services, staff_id: str, ref: str) -> Outcome:
    """Takes a report that was offered to her, however long ago; a leader may take it unasked.

    Whoever holds a report reads its words, so that nobody may become the holder by herself. Raises NotFound for a
    report that is not this unit's, and for whoever has a conflict of interest with it: as every act here does.
    """
    return _on(services, staff_id, ref, lambda tx, at, now: _accept(tx, services, at, Word(staff_id, at.id), now))


def decline(services: Services, staff_id: str, ref: str, reason: str) -> Outcome:
    """Turns down an offer, with a reason."""
    return _on(
        services,
        staff_id,
        ref,
        lambda tx, at, now: acceptance.decline(tx, services, Word(staff_id, at.id, reason), now),
    )


def record_contact(services: Services, staff_id: str, ref: str) -> Outcome:
    """The holder has reached the caller."""
    return _on(
        services, staff_id, ref, lambda tx, at, now: first_contact.record_contact(tx, services, at, staff_id, now)
    )


def release(services: Services, staff_id: str, ref: str, reason: str) -> Outcome:
    """The holder gives the report back to the ladder."""
    return _on(
        services, staff_id, ref, lambda tx, at, now: transfers.release(tx, services, at, (staff_id, reason), now)
    )


def ask_person(services: Services, ref: str, request: Request) -> Outcome:
    """The holder hands over, or a leader assigns, with a reason; the named person must still say yes."""
    return _on(services, request.by_id, ref, lambda tx, at, now: transfers.ask_person(tx, services, at, request, now))


def seek_counsellor(services: Services, staff_id: str, ref: str) -> Outcome:
    """The holder, or a leader, wants a counsellor beside the companion."""
    return _on(services, staff_id, ref, lambda tx, at, now: transfers.seek_counsellor(tx, services, at, staff_id, now))


def close_report(services: Services, staff_id: str, ref: str, reason: CloseReason) -> Outcome:
    """Ends a report: its holder or a leader does, and says why; an emergency needs two. A machine never does."""
    return _on(services, staff_id, ref, lambda tx, at, now: closing.close(tx, services, at, (staff_id, reason), now))


def lower_level(services: Services, staff_id: str, ref: str, level: Level, reason: str) -> Outcome:
    """Lowers the level, with a reason; from emergency a second person must say the same."""
    return _on(
        services, staff_id, ref, lambda tx, at, now: closing.lower(tx, services, at, (staff_id, level, reason), now)
    )


def note_wish(services: Services, staff_id: str, ref: str, wanted: Wish) -> Outcome:
    """The holder, or a leader, notes what the caller wishes of whoever helps her."""
    return _on(services, staff_id, ref, lambda tx, at, now: _note_wish(tx, services, at, (staff_id, wanted), now))


def waive_wish(services: Services, staff_id: str, ref: str) -> Outcome:
    """The caller has agreed to somebody else than she wished; who heard that is written down."""
    return _on(services, staff_id, ref, lambda tx, at, now: _note_wish(tx, services, at, (staff_id, None), now))


def _on(services: Services, staff_id: str, ref: str, act: _Act) -> Outcome:
    now = services.now()

    def work(tx: Transaction) -> Outcome:
        standing = dispatches.hers_or_first(tx, services.unit.id, ref, staff_id)
        if standing is None or exclusions.is_excluded(tx, standing.report_id, staff_id):
            raise NotFound(ref)
        return act(tx, standing, now)

    outcome = services.database.run(work)
    services.doorbell.ring()
    return outcome


def _accept(tx: Transaction, services: Services, standing: Standing, word: Word, now: datetime) -> Outcome:
    who = crew.member(tx, word.staff_id)
    may = who is not None and (who.role in _LEADERS or offers.latest_to(tx, standing.id, word.staff_id) is not None)
    return acceptance.accept(tx, services, word, now) if may else Outcome(Verdict.NOT_OFFERED, standing.code)


def _note_wish(
    tx: Transaction, services: Services, standing: Standing, what: tuple[str, Wish | None], now: datetime
) -> Outcome:
    staff_id, wanted = what
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    who = crew.member(tx, staff_id)
    if who is None or (standing.holder_id != staff_id and who.role not in _LEADERS):
        return Outcome(Verdict.NOT_YOURS, standing.code)
    if wanted is not None:
        wishes.note(tx, standing.report_id, wanted, who.code, now)
        detail = {"gender": wanted.gender, "only": wanted.only, "language": wanted.language}
        entry = events.Entry(standing.ref, Happening.WISH_NOTED, who.code, detail)
    else:
        wishes.waive(tx, standing.report_id, who.code, now)
        entry = events.Entry(standing.ref, Happening.WISH_WAIVED, who.code, {})
    if standing.state.is_seeking:
        dispatches.look_again(tx, standing.id, now)
    events.append(tx, [entry], services.unit.id, now)
    return Outcome(Verdict.RECORDED, standing.code)
