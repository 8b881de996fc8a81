"""Who is it? One question to the database for everything a webhook must know before it writes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, exists, or_, select

from hotline.store.fixed import FixedQuery
from hotline.store.session import Transaction
from hotline.store.tables import caller, contact_point, dispatch, ladder_version, report, staff, unit
from triage.events import Channel
from triage.protocol import Level
from triage.states import CasePart, DispatchState, DueKind, Role


@dataclass(frozen=True)
class Address:
    """Where something came from: the channel, the address on it, and the phone number in it if there is one."""

    channel: Channel
    text: str
    phone: str | None

    def __repr__(self) -> str:
        return f"Address({self.channel})"


@dataclass(frozen=True)
class OpenReport:
    """The caller's open report and where its dispatch stands."""

    report_id: str
    ref: str
    level: Level
    dispatch_id: str
    code: str
    state: DispatchState
    epoch: int
    holder_id: str | None
    next_due_at: datetime
    due_kind: DueKind
    ladder_id: str


@dataclass(frozen=True)
class Known:
    """What is known of an address. `responsible_id` answers for a new report: head, else supervisor, else the desk.

    `unsafe` when somebody on this phone, on whatever channel, ever said that another may read it; `surge` while more
    wait than are free; `blocked` for a number that is rung for danger alone. The last two: her report before.
    """

    staff_id: str | None
    caller_id: str | None
    responsible_id: str
    ladder_known: bool
    open_report: OpenReport | None
    unsafe: bool = False
    surge: bool = False
    blocked: bool = False
    last_report_id: str | None = None
    last_holder_id: str | None = None


def address_index(tx: Transaction, unit_id: str, address: Address) -> bytes:
    """The blind index of a caller: (channel, address)."""
    return tx.cipher.index(unit_id, f"caller:{address.channel}", address.text)


def phone_index(tx: Transaction, unit_id: str, phone: str) -> bytes:
    """The blind index of a staff phone: the number alone, because she may answer on any channel."""
    return tx.cipher.index(unit_id, "staff", phone)


def caller_phone_index(tx: Transaction, unit_id: str, phone: str) -> bytes:
    """The blind index of a caller's number on every channel; another one than that of staff phones."""
    return tx.cipher.index(unit_id, "caller-phone", phone)


_responsible = (
    select(staff.c.id)
    .where(staff.c.unit_id == bindparam("unit"), staff.c.active)
    .order_by(
        staff.c.is_desk,
        case((staff.c.role == Role.HEAD, 0), (staff.c.role == Role.SUPERVISOR, 1), else_=2),
        staff.c.created_at,
    )
    .limit(1)
    .scalar_subquery()
)
_member = (
    select(staff.c.id)
    .join(contact_point, contact_point.c.staff_id == staff.c.id)
    .where(contact_point.c.unit_id == bindparam("unit"), contact_point.c.address_idx == bindparam("phone"))
    .where(staff.c.active)
    .limit(1)
    .scalar_subquery()
)
_same_phone = caller.alias()
_is_unsafe = or_(
    caller.c.unsafe_at.is_not(None),
    exists().where(
        _same_phone.c.unit_id == bindparam("unit"),
        _same_phone.c.phone_idx == bindparam("caller_phone"),
        _same_phone.c.unsafe_at.is_not(None),
    ),
)
_is_blocked = or_(
    caller.c.blocked_at.is_not(None),
    exists().where(
        _same_phone.c.unit_id == bindparam("unit"),
        _same_phone.c.phone_idx == bindparam("caller_phone"),
        _same_phone.c.blocked_at.is_not(None),
    ),
)
_RECOGNISE = FixedQuery(
    select(
        _member.label("staff_id"),
        caller.c.id.label("caller_id"),
        _responsible.label("responsible_id"),
        exists().where(ladder_version.c.id == bindparam("ladder")).label("ladder_known"),
        report.c.id.label("report_id"),
        report.c.ref,
        dispatch.c.level,
        dispatch.c.id.label("dispatch_id"),
        dispatch.c.code,
        dispatch.c.state,
        dispatch.c.epoch,
        dispatch.c.holder_id,
        dispatch.c.next_due_at,
        dispatch.c.due_kind,
        dispatch.c.ladder_id,
        _is_unsafe.label("unsafe"),
        unit.c.surge_since.is_not(None).label("surge"),
        _is_blocked.label("blocked"),
        caller.c.last_report_id,
        caller.c.last_holder_id,
    )
    .select_from(unit)
    .outerjoin(
        caller,
        and_(
            caller.c.unit_id == unit.c.id,
            caller.c.channel == bindparam("channel"),
            caller.c.address_idx == bindparam("address"),
        ),
    )
    .outerjoin(report, and_(report.c.caller_id == caller.c.id, report.c.closed_at.is_(None)))
    .outerjoin(
        dispatch,
        and_(
            dispatch.c.report_id == report.c.id,
            dispatch.c.state != DispatchState.CLOSED,
            dispatch.c.part == CasePart.RESPONDER,
        ),
    )
    .where(unit.c.id == bindparam("unit"))
)


def recognise(tx: Transaction, unit_id: str, address: Address, ladder_id: str) -> Known | None:
    """Everything about the address in one query; None if the unit itself is not there yet."""
    params = {
        "unit": unit_id,
        "channel": address.channel,
        "address": address_index(tx, unit_id, address),
        "phone": phone_index(tx, unit_id, address.phone) if address.phone else b"",
        "caller_phone": caller_phone_index(tx, unit_id, address.phone) if address.phone else b"",
        "ladder": ladder_id,
    }
    row = _RECOGNISE.one(tx, params)
    if row is None:
        return None
    open_report = None
    if row.report_id is not None and row.dispatch_id is not None:
        open_report = OpenReport(
            row.report_id,
            row.ref,
            Level(row.level),
            row.dispatch_id,
            row.code,
            DispatchState(row.state),
            row.epoch,
            row.holder_id,
            row.next_due_at,
            DueKind(row.due_kind),
            row.ladder_id,
        )
    return Known(
        row.staff_id,
        row.caller_id,
        row.responsible_id,
        bool(row.ladder_known),
        open_report,
        unsafe=bool(row.unsafe),
        surge=bool(row.surge),
        blocked=bool(row.blocked),
        last_report_id=row.last_report_id,
        last_holder_id=row.last_holder_id,
    )
