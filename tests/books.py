"""What the database of a story says: a caller's report, its history, and every promise that must hold at the end."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from hotline import engine
from hotline.services import Services
from hotline.simulator import SimulatedCarrier
from hotline.simulator.ledger import Webhook
from hotline.store import events
from hotline.store.recognition import Address, address_index
from hotline.store.tables import assessment, caller, dispatch, inbound_event, offer, outbox, report
from tests.promises import PROMISES
from triage.events import Channel
from triage.protocol import Level
from triage.states import DispatchState, DueKind, Happening

# Every one of these names one event of the carrier.
# The invented numbers of callers; those of staff begin otherwise.
_CALLERS = "+62899"
_SIDS = ("MessageSid", "RecordingSid", "CallSid")


@dataclass(frozen=True)
class Case:
    """A report and where its dispatch stands now; people by their staff ids."""

    id: str
    ref: str
    dispatch_id: str
    code: str
    level: Level
    state: DispatchState
    rung: int
    round: int
    holder_id: str | None
    responsible_id: str
    opened_at: datetime
    accepted_at: datetime | None
    first_contact_at: datetime | None
    next_due_at: datetime | None
    due_kind: DueKind
    answer_by: datetime


_CASE = select(
    report.c.id,
    report.c.ref,
    dispatch.c.id.label("dispatch_id"),
    *(dispatch.c[name] for name in ("code", "level", "state", "rung", "round", "holder_id", "responsible_id")),
    *(dispatch.c[name] for name in ("opened_at", "accepted_at", "first_contact_at", "next_due_at", "due_kind")),
    dispatch.c.answer_by,
).join(dispatch, dispatch.c.report_id == report.c.id)


@dataclass(frozen=True)
class Books:
    """Reads the database of one service."""

    services: Services

    def cases(self) -> list[Case]:
        """Every report, oldest first."""
        with self.services.database.look() as tx:
            return [_case(row) for row in tx.rows(_CASE.order_by(report.c.opened_at, report.c.id))]

    def cases_of(self, number: str, withheld_call: str = "") -> list[Case]:
        """Every report of one phone, on whatever channel."""
        written = [(Channel.WHATSAPP, f"whatsapp:{number}"), (Channel.SMS, number), (Channel.VOICE, number)]
        if withheld_call:
            written = [(Channel.VOICE, f"withheld:{withheld_call}")]
        unit_id = self.services.unit.id
        with self.services.database.look() as tx:
            found = [address_index(tx, unit_id, Address(channel, address, None)) for channel, address in written]
            mine = _CASE.join(caller, caller.c.id == report.c.caller_id).where(caller.c.address_idx.in_(found))
            return [_case(row) for row in tx.rows(mine.order_by(report.c.opened_at, report.c.id))]

    def case_of(self, number: str) -> Case:
        """The only report of a phone."""
        (found,) = self.cases_of(number)
        return found

    def happenings(self, case: Case) -> list[Happening]:
        """What happened to a report, in order."""
        with self.services.database.look() as tx:
            return [past.name for past in events.history(tx, case.ref)]

    def offers_of(self, case: Case) -> list[Any]:
        """Its offers, oldest first."""
        with self.services.database.look() as tx:
            return tx.rows(select(offer).where(offer.c.dispatch_id == case.dispatch_id).order_by(offer.c.epoch))

    def notices(self, **like: str) -> list[Any]:
        """Rows of the outbox with these values."""
        query = select(outbox).order_by(outbox.c.created_at, outbox.c.id)
        for name, value in like.items():
            query = query.where(outbox.c[name] == value)
        with self.services.database.look() as tx:
            return tx.rows(query)

    def reasons_of(self, case: Case) -> list[str]:
        """Why triage decided as it did, one text for each assessment."""
        query = select(assessment.c.reasons).where(assessment.c.report_id == case.id).order_by(assessment.c.at)
        with self.services.database.look() as tx:
            return [row.reasons for row in tx.rows(query)]

    def kept_sids(self) -> set[str]:
        """Every SID of the carrier that was committed."""
        with self.services.database.look() as tx:
            return {row.provider_sid for row in tx.rows(select(inbound_event.c.provider_sid))}

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.services.database.look() as tx:
            return int(tx.rows(select(func.count()).select_from(text(table)))[0][0])


def _case(row: Any) -> Case:
    values = row._asdict()
    closed = {"level": Level(row.level), "state": DispatchState(row.state), "due_kind": DueKind(row.due_kind)}
    return Case(**values | closed)


def faults_of(services: Services, carrier: SimulatedCarrier, slowest_s: float) -> list[str]:
    """Every promise of the house that does not hold: invariants, chain, owners, lost SIDs, slow webhooks."""
    books = Books(services)
    with services.database.look() as tx:
        found = [*engine.audit(services), *events.broken(tx)]
    for case in books.cases():
        if case.state is not DispatchState.CLOSED and not (case.responsible_id and case.next_due_at):
            found.append(f"{case.ref} has no owner or no due time")
    return found + _lost(books, carrier) + _slow(carrier, slowest_s) + _promised(carrier)


def _promised(carrier: SimulatedCarrier) -> list[str]:
    """Words on a caller's phone that promise what nobody may have accepted."""
    to_callers = [one for one in list(carrier.ledger.messages.values()) if _CALLERS in one.recipient]
    return [f"promised to a caller: {one.sid}" for one in to_callers if PROMISES.search(one.body)]


def accepted_sids(carrier: SimulatedCarrier) -> set[str]:
    """The SIDs of webhooks that were answered with success."""
    answered: Sequence[Any] = [hook for hook in carrier.webhooks if hook.status in (200, 204) and not _excuse(hook)]
    return {next(filter(None, map(hook.parameter, _SIDS)), "") for hook in answered}


def _excuse(hook: Webhook) -> bool:
    """Without a database a call is still told whom to ring instead; that 200 is a sentence and no promise."""
    return hook.path == "/twilio/fallback/call" and b"ada gangguan" in hook.answer.body


def _lost(books: Books, carrier: SimulatedCarrier) -> list[str]:
    return [f"accepted and not kept: {sid}" for sid in sorted(accepted_sids(carrier) - books.kept_sids())]


def _slow(carrier: SimulatedCarrier, slowest_s: float) -> list[str]:
    # A machine with more to do than it has cores is slow for everybody: that is no fault of the house.
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    slow = [hook for hook in carrier.webhooks if hook.seconds > slowest_s * crowd]
    return [f"{hook.path} took {hook.seconds:.2f} s" for hook in slow]
