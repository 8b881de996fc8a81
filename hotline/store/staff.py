"""Staff members, their phones, and whom a report falls back to when one of them leaves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, select, update

from hotline.store import exclusions
from hotline.store.ids import new_id
from hotline.store.recognition import phone_index
from hotline.store.session import Transaction
from hotline.store.tables import account, contact_point, dispatch, login_session, offer, roster_shift, staff
from triage.events import Channel
from triage.states import DispatchState, Gender, OfferState, Role


@dataclass(frozen=True, repr=False)
class NewMember:
    """A staff member to be written, with her code and her number in E.164."""

    code: str
    name: str
    initials: str
    role: Role
    phone: str


@dataclass(frozen=True)
class MemberShown:
    """A staff member as lists show her: a code and initials. `phones` counts the channels that reach her."""

    code: str
    initials: str
    role: Role
    active: bool
    phones: int
    username: str | None
    created_at: datetime
    gender: Gender | None


def code_of(tx: Transaction, staff_id: str) -> str:
    """The code of a staff member, or `?` if there is none with this id."""
    row = tx.one(select(staff.c.code).where(staff.c.id == staff_id))
    return str(row.code) if row else "?"


def is_code_taken(tx: Transaction, unit_id: str, code: str) -> bool:
    """Whether somebody has, or had, this code."""
    return tx.one(select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.code == code)) is not None


def active_by_code(tx: Transaction, unit_id: str, code: str) -> str | None:
    """The id of the active staff member with this code."""
    query = select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.code == code, staff.c.active, ~staff.c.is_desk)
    row = tx.one(query)
    return str(row.id) if row else None


def active_by_phone(tx: Transaction, unit_id: str, phone: str) -> str | None:
    """The id of the active staff member whom this E.164 number reaches."""
    query = (
        select(staff.c.id)
        .distinct()
        .join(contact_point, contact_point.c.staff_id == staff.c.id)
        .where(contact_point.c.unit_id == unit_id, contact_point.c.address_idx == phone_index(tx, unit_id, phone))
        .where(staff.c.active)
    )
    row = tx.one(query)
    return str(row.id) if row else None


def add(tx: Transaction, unit_id: str, member: NewMember, now: datetime) -> str:
    """Writes a staff member and one contact point for each channel; returns her id."""
    staff_id = new_id(now)
    values = {"id": staff_id, "unit_id": unit_id, "code": member.code, "initials": member.initials}
    name = tx.seal("staff", "name_enc", staff_id, member.name)
    more = {"role": member.role, "active": True, "is_desk": False, "language": "id"}
    tx.execute(insert(staff).values(**values, **more, name_enc=name, created_at=now))
    index = phone_index(tx, unit_id, member.phone)
    # The number may have been a colleague's who has left; hers is the number now.
    tx.execute(delete(contact_point).where(contact_point.c.unit_id == unit_id, contact_point.c.address_idx == index))
    for channel in Channel:
        tx.execute(insert(contact_point).values(_point(tx, (unit_id, staff_id, channel), (member.phone, index), now)))
    return staff_id


def _point(
    tx: Transaction, place: tuple[str, str, Channel], address: tuple[str, bytes], now: datetime
) -> dict[str, Any]:
    (unit_id, staff_id, channel), (phone, index), row_id = place, address, new_id(now)
    # As the carrier spells it, because it goes to the carrier as it stands.
    spelled = f"whatsapp:{phone}" if channel is Channel.WHATSAPP else phone
    sealed = tx.seal("contact_point", "address_enc", row_id, spelled)
    values = {"id": row_id, "unit_id": unit_id, "staff_id": staff_id, "channel": channel, "fail_count": 0}
    return {**values, "address_enc": sealed, "address_idx": index, "created_at": now}


def describe(tx: Transaction, staff_id: str, gender: Gender | None, speaks: Sequence[str]) -> None:
    """What callers may wish for; what is not said stays as it is."""
    values: dict[str, Any] = {"gender": gender} if gender else {}
    values |= {"speaks": ",".join(speaks)} if speaks else {}
    if values:
        tx.execute(update(staff).where(staff.c.id == staff_id).values(**values))


def members(tx: Transaction, unit_id: str) -> list[MemberShown]:
    """All staff of the unit, those at work first."""
    points = (
        select(contact_point.c.staff_id, func.count().label("phones"))
        .where(contact_point.c.disabled_at.is_(None))
        .group_by(contact_point.c.staff_id)
        .subquery()
    )
    query = (
        select(staff, func.coalesce(points.c.phones, 0).label("phones"), account.c.username)
        .outerjoin(points, points.c.staff_id == staff.c.id)
        .outerjoin(account, account.c.staff_id == staff.c.id)
        .where(staff.c.unit_id == unit_id, ~staff.c.is_desk)
        .order_by(staff.c.active.desc(), staff.c.created_at, staff.c.id)
    )
    return [
        MemberShown(
            *(row.code, row.initials, Role(row.role), row.active, row.phones, row.username, row.created_at),
            Gender(row.gender) if row.gender else None,
        )
        for row in tx.rows(query)
    ]


def successor(tx: Transaction, unit_id: str, without: Collection[str] = ()) -> str:
    """Who answers for a report: the head, else a supervisor, else the desk of the unit, but nobody of `without`."""
    rank = case((staff.c.role == Role.HEAD, 0), (staff.c.role == Role.SUPERVISOR, 1), else_=2)
    query = (
        select(staff.c.id)
        .where(staff.c.unit_id == unit_id, staff.c.active, staff.c.id.not_in(list(without)))
        .where(staff.c.is_desk | staff.c.role.in_([Role.HEAD, Role.SUPERVISOR]))
        .order_by(staff.c.is_desk, rank, staff.c.created_at)
        .limit(1)
    )
    return str(tx.execute(query).scalar_one())


def take_over_from_desk(tx: Transaction, unit_id: str) -> None:
    """Open reports for which the desk answers get a person, as soon as there is one who leads."""
    desk = select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.is_desk).scalar_subquery()
    desks = and_(dispatch.c.responsible_id == desk, dispatch.c.state != DispatchState.CLOSED)
    rows = tx.rows(select(dispatch.c.id, dispatch.c.report_id).where(desks))
    shut_out = exclusions.of_reports(tx, [row.report_id for row in rows])
    for without in {frozenset(shut_out.get(row.report_id, ())) for row in rows}:
        ids = [row.id for row in rows if frozenset(shut_out.get(row.report_id, ())) == without]
        leading = successor(tx, unit_id, without)
        tx.execute(update(dispatch).where(dispatch.c.id.in_(ids)).values(responsible_id=leading))


def disable(tx: Transaction, staff_id: str, now: datetime) -> None:
    """Ends everything by which a person acts or is reached: phones, open offers, shifts to come, login, sessions."""
    tx.execute(update(staff).where(staff.c.id == staff_id).values(active=False, disabled_at=now))
    tx.execute(update(contact_point).where(contact_point.c.staff_id == staff_id).values(disabled_at=now))
    tx.execute(delete(roster_shift).where(roster_shift.c.staff_id == staff_id, roster_shift.c.starts_at > now))
    tx.execute(
        update(offer)
        .where(offer.c.staff_id == staff_id, offer.c.state == OfferState.PENDING)
        .values(state=OfferState.RESCINDED, closed_at=now, close_reason="disabled")
    )
    hers = select(account.c.id).where(account.c.staff_id == staff_id)
    tx.execute(update(account).where(account.c.staff_id == staff_id).values(disabled_at=now))
    tx.execute(
        update(login_session)
        .where(login_session.c.account_id.in_(hers), login_session.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def dispatches_of(tx: Transaction, staff_id: str) -> list[str]:
    """The ids of the open dispatches that a person holds or answers for, oldest first."""
    query = (
        select(dispatch.c.id)
        .where(dispatch.c.state != DispatchState.CLOSED)
        .where((dispatch.c.holder_id == staff_id) | (dispatch.c.responsible_id == staff_id))
        .order_by(dispatch.c.opened_at, dispatch.c.id)
    )
    return [row.id for row in tx.rows(query)]
