"""Dispatches: what is due, where each stands, and guarded changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as DatabaseRow
from sqlalchemy import Select, and_, bindparam, or_, select, update

from hotline.errors import Conflict
from hotline.store.batch import Row
from hotline.store.bulk import ManyUpdate
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import dispatch, offer, report
from triage.events import Channel
from triage.protocol import Level
from triage.states import CasePart, DispatchState, DueKind, OfferState


@dataclass(frozen=True)
class Standing:
    """A dispatch as a step sees it; `epoch` is what a change must still find."""

    id: str
    report_id: str
    ref: str
    code: str
    unit_id: str
    level: Level
    state: DispatchState
    rung: int
    round: int
    epoch: int
    responsible_id: str
    holder_id: str | None
    ladder_id: str
    opened_at: datetime
    first_offered_at: datetime | None
    accepted_at: datetime | None
    held_at: datetime | None
    first_contact_at: datetime | None
    next_due_at: datetime | None
    due_kind: DueKind
    answer_by: datetime
    part: CasePart
    episode: int
    channel: Channel
    preferred_id: str | None
    asked_by_id: str | None
    asked_for: str | None
    asked_at: datetime | None


_STANDING = select(dispatch, report.c.ref).join(report, report.c.id == dispatch.c.report_id)


# Made once: building these texts anew cost a worker in a storm a fifth of its time.
_now = bindparam("now", type_=dispatch.c.next_due_at.type)
_DUE = (
    select(dispatch.c.id)
    .where(dispatch.c.unit_id == bindparam("unit"), dispatch.c.state != DispatchState.CLOSED)
    .where(dispatch.c.next_due_at <= _now)
    .order_by(dispatch.c.urgency.desc(), dispatch.c.next_due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_STANDINGS = _STANDING.where(dispatch.c.id.in_(bindparam("ids", expanding=True)))


def due_batch(tx: Transaction, unit_id: str, now: datetime, limit: int) -> list[Standing]:
    """Locks up to `limit` due dispatches nobody else works on, the most urgent first."""
    # The ids alone are locked; joined columns are read again, because SKIP LOCKED re-checks only the locked row.
    ids = [row.id for row in tx.rows(_DUE, {"unit": unit_id, "now": now, "most": limit})]
    found = {row.id: _standing(row) for row in tx.rows(_STANDINGS, {"ids": ids})} if ids else {}
    return [found[row_id] for row_id in ids]


def lock(tx: Transaction, dispatch_id: str) -> Standing | None:
    """Locks one dispatch: always before its offers and its outbox, so that no two steps wait for each other."""
    return _locked(tx, _STANDING.where(dispatch.c.id == dispatch_id))


def lock_by_ref(tx: Transaction, unit_id: str, ref: str, part: CasePart = CasePart.RESPONDER) -> Standing | None:
    """Locks the newest dispatch of a report of this unit; the first case role's unless another is named."""
    if "\x00" in ref:
        return None  # PostgreSQL takes no NUL, and no label has one
    query = _STANDING.where(report.c.ref == ref, dispatch.c.unit_id == unit_id, dispatch.c.part == part)
    return _locked(tx, query.order_by(dispatch.c.episode.desc()).limit(1))


def _locked(tx: Transaction, query: Select[Any]) -> Standing | None:
    row = tx.one(query.with_for_update(of=dispatch))
    return _standing(row) if row else None


def change(tx: Transaction, standing: Standing, values: Mapping[str, Any]) -> None:
    """Changes a dispatch that is still as it was read and raises its epoch; raises Conflict otherwise."""
    statement = (
        update(dispatch)
        .where(dispatch.c.id == standing.id, dispatch.c.epoch == standing.epoch, dispatch.c.state == standing.state)
        .values(**values, epoch=standing.epoch + 1)
    )
    if not tx.changed_one(statement):
        raise Conflict


_CHANGES = ("state", "holder_id", "responsible_id", "rung", "round", "next_due_at", "due_kind", "first_offered_at")


_CHANGE_MANY = ManyUpdate(
    {"was_id": dispatch.c.id, "was_epoch": dispatch.c.epoch} | {f"new_{name}": dispatch.c[name] for name in _CHANGES},
    lambda given: (
        update(dispatch)
        .where(dispatch.c.id == given["was_id"], dispatch.c.epoch == given["was_epoch"])
        .values({name: given[f"new_{name}"] for name in _CHANGES} | {"epoch": dispatch.c.epoch + 1})
    ),
)


def change_many(tx: Transaction, changes: Sequence[tuple[Standing, Mapping[str, Any]]]) -> None:
    """The same for a batch of which every change sets all of the ladder's columns."""
    rows = [
        {"was_id": was.id, "was_epoch": was.epoch} | {f"new_{name}": values[name] for name in _CHANGES}
        for was, values in changes
    ]
    if _CHANGE_MANY.run(tx, rows) != len(rows):
        raise Conflict


def look_again(tx: Transaction, dispatch_id: str, at: datetime) -> None:
    """Moves the clock of a dispatch forward in time or back, and nothing else; only ever to an earlier moment."""
    tx.execute(
        update(dispatch)
        .where(dispatch.c.id == dispatch_id, dispatch.c.next_due_at > at, dispatch.c.state != DispatchState.CLOSED)
        .values(next_due_at=at)
    )


def hers_or_first(tx: Transaction, unit_id: str, ref: str, staff_id: str) -> Standing | None:
    """Locks the part of a report that is about this person: the counsellor's if she holds it or is asked for it."""
    # Always the first part before the second, so that no two steps wait for each other.
    first, second = lock_by_ref(tx, unit_id, ref), lock_by_ref(tx, unit_id, ref, CasePart.COUNSELLOR)
    if second and second.state is not DispatchState.CLOSED and concerns(tx, second, staff_id):
        return second
    return first


def concerns(tx: Transaction, standing: Standing, staff_id: str) -> bool:
    """Whether she holds this dispatch, or is being asked for it."""
    asked = select(offer.c.id).where(offer.c.dispatch_id == standing.id, offer.c.staff_id == staff_id)
    return standing.holder_id == staff_id or bool(tx.rows(asked.where(offer.c.state == OfferState.PENDING)))


def is_holder(tx: Transaction, report_id: str, staff_id: str | None) -> bool:
    """Whether this person holds a report now, in either case role."""
    held = dispatch.c.state.in_([DispatchState.ACCEPTED, DispatchState.IN_CONTACT])
    query = select(dispatch.c.id).where(dispatch.c.report_id == report_id, dispatch.c.holder_id == staff_id, held)
    return staff_id is not None and bool(tx.rows(query))


def held_by(tx: Transaction, staff_id: str) -> list[Standing]:
    """What she holds, and what she let lapse and still answers for while nobody else has it."""
    held = dispatch.c.state.in_([DispatchState.ACCEPTED, DispatchState.IN_CONTACT])
    lapsed = and_(
        dispatch.c.state == DispatchState.OFFERED,
        dispatch.c.responsible_id == staff_id,
        dispatch.c.held_at.is_not(None),
    )
    query = _STANDING.where(or_(and_(held, dispatch.c.holder_id == staff_id), lapsed))
    return [_standing(row) for row in tx.rows(query.order_by(dispatch.c.urgency.desc(), dispatch.c.id))]


def heed_words(tx: Transaction, dispatch_id: str, by: datetime) -> None:
    """She wrote again to somebody who is in contact: until `by` the holder shows that she has heard (T13).

    The epoch rises with the message's own event, so that no step that was read before undoes it.
    """
    in_contact = and_(dispatch.c.state == DispatchState.IN_CONTACT, dispatch.c.due_kind == DueKind.FOLLOW_UP)
    tx.execute(
        update(dispatch)
        .where(dispatch.c.id == dispatch_id, in_contact, dispatch.c.next_due_at > by)
        .values(next_due_at=by, due_kind=DueKind.REMIND_HOLDER, epoch=dispatch.c.epoch + 1)
    )


def move_clocks(tx: Transaction, later: Sequence[tuple[Standing, datetime]]) -> None:
    """The time of whoever is being asked has not begun yet: only the clock moves, nothing happened."""
    for standing, at in later:
        same = and_(dispatch.c.id == standing.id, dispatch.c.epoch == standing.epoch)
        tx.execute(update(dispatch).where(same).values(next_due_at=at))


def step_aside(tx: Transaction, dispatch_id: str, at: datetime) -> None:
    """A dispatch that cannot be worked on is tried again later, so that it stops nobody else."""
    tx.execute(
        update(dispatch)
        .where(dispatch.c.id == dispatch_id)
        .values(next_due_at=at, fault_count=dispatch.c.fault_count + 1)
    )


def opening_row(opening: Mapping[str, Any], now: datetime) -> Row:
    """The dispatch of a new report, waiting for its first rung."""
    values = {"id": new_id(now), "episode": 1, "state": DispatchState.WAITING, "rung": -1, "round": 0, "epoch": 0}
    return dispatch, {**values, "due_kind": DueKind.NEXT_RUNG, "fault_count": 0, "opened_at": now, **opening}


def _standing(row: DatabaseRow[Any]) -> Standing:
    return Standing(
        row.id,
        row.report_id,
        row.ref,
        row.code,
        row.unit_id,
        Level(row.level),
        DispatchState(row.state),
        row.rung,
        row.round,
        row.epoch,
        row.responsible_id,
        row.holder_id,
        row.ladder_id,
        row.opened_at,
        row.first_offered_at,
        row.accepted_at,
        row.held_at,
        row.first_contact_at,
        row.next_due_at,
        DueKind(row.due_kind),
        row.answer_by,
        CasePart(row.part),
        row.episode,
        Channel(row.channel),
        row.preferred_id,
        row.asked_by_id,
        row.asked_for,
        row.asked_at,
    )
