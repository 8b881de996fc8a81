"""Accounts and login sessions in the database: a cookie is worth nothing without its row here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, insert, select, update

from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import account, login_session, staff
from triage.states import Role


@dataclass(frozen=True, repr=False)
class Login:
    """An account with the staff member behind it; `usable` is False once either of them is disabled."""

    account_id: str
    staff_id: str
    staff_code: str
    initials: str
    role: Role
    password_hash: str
    usable: bool


@dataclass(frozen=True, repr=False)
class NewAccount:
    """A login to be written: whose it is, the folded user name and the hash of the password."""

    staff_id: str
    username: str
    password_hash: str


@dataclass(frozen=True)
class OpenSession:
    """A login session that was not revoked, and whose it is."""

    session_id: str
    account_id: str
    staff_id: str
    staff_code: str
    initials: str
    role: Role
    last_seen_at: datetime
    ends_at: datetime


_person = (staff.c.id.label("staff_id"), staff.c.code.label("staff_code"), staff.c.initials, staff.c.role)


def login_of(tx: Transaction, unit_id: str, username: str) -> Login | None:
    """The account of a user name (already folded), or None."""
    return _login(tx, _accounts(unit_id).where(account.c.username == username))


def login_of_account(tx: Transaction, unit_id: str, account_id: str) -> Login | None:
    """The account of an id, or None."""
    return _login(tx, _accounts(unit_id).where(account.c.id == account_id))


def staff_of_code(tx: Transaction, unit_id: str, code: str) -> str | None:
    """The id of an active staff member who is a person and not the desk, or None."""
    query = select(staff.c.id).where(
        staff.c.unit_id == unit_id, staff.c.code == code, staff.c.active.is_(True), staff.c.is_desk.is_(False)
    )
    row = tx.one(query)
    return str(row.id) if row else None


def add_account(tx: Transaction, unit_id: str, new: NewAccount, now: datetime) -> None:
    """A new account; raises Conflict, through the session, when the name or the person has one already."""
    values = {"id": new_id(now), "unit_id": unit_id, "staff_id": new.staff_id, "created_at": now}
    tx.execute(insert(account).values(**values, username=new.username, password_hash=new.password_hash))


def has_account(tx: Transaction, username: str, staff_id: str) -> bool:
    """Whether the name is taken or the person has an account."""
    query = select(account.c.id).where((account.c.username == username) | (account.c.staff_id == staff_id))
    return bool(tx.rows(query))


def set_password(tx: Transaction, account_id: str, password_hash: str) -> None:
    """Replaces the hash of a password."""
    tx.execute(update(account).where(account.c.id == account_id).values(password_hash=password_hash))


def open_session(tx: Transaction, account_id: str, token_hash: bytes, now: datetime, ends_at: datetime) -> None:
    """A new login session from `now` until `ends_at` at the latest."""
    values = {"id": new_id(now), "account_id": account_id, "token_hash": token_hash}
    tx.execute(insert(login_session).values(**values, created_at=now, last_seen_at=now, ends_at=ends_at))


def session_of(tx: Transaction, unit_id: str, token_hash: bytes) -> OpenSession | None:
    """The session behind a token, unless it was revoked or the person or account disabled."""
    query = (
        select(login_session.c.id, login_session.c.account_id, login_session.c.last_seen_at, login_session.c.ends_at)
        .add_columns(*_person)
        .join(account, account.c.id == login_session.c.account_id)
        .join(staff, staff.c.id == account.c.staff_id)
        .where(login_session.c.token_hash == token_hash, login_session.c.revoked_at.is_(None))
        .where(account.c.unit_id == unit_id, account.c.disabled_at.is_(None), staff.c.active.is_(True))
    )
    row = tx.one(query)
    if row is None:
        return None
    person = (row.staff_id, row.staff_code, row.initials, Role(row.role))
    return OpenSession(row.id, row.account_id, *person, row.last_seen_at, row.ends_at)


def touch(tx: Transaction, session_id: str, now: datetime) -> None:
    """Notes that the person was there just now."""
    tx.execute(update(login_session).where(login_session.c.id == session_id).values(last_seen_at=now))


def revoke(tx: Transaction, session_id: str, now: datetime) -> bool:
    """Ends one session; False if it was over already."""
    change = update(login_session).where(login_session.c.id == session_id, login_session.c.revoked_at.is_(None))
    return tx.changed_one(change.values(revoked_at=now))


def revoke_all(tx: Transaction, account_id: str, now: datetime) -> None:
    """Ends every session of an account."""
    change = update(login_session).where(login_session.c.account_id == account_id, login_session.c.revoked_at.is_(None))
    tx.execute(change.values(revoked_at=now))


def _accounts(unit_id: str) -> Select[tuple[object, ...]]:
    return (
        select(account.c.id, account.c.password_hash, account.c.disabled_at, staff.c.active)
        .add_columns(*_person)
        .join(staff, staff.c.id == account.c.staff_id)
        .where(account.c.unit_id == unit_id)
    )


def _login(tx: Transaction, query: Select[tuple[object, ...]]) -> Login | None:
    row: Row[tuple[object, ...]] | None = tx.one(query)
    if row is None:
        return None
    person = (row.staff_id, row.staff_code, row.initials, Role(row.role))
    return Login(row.id, *person, row.password_hash, row.active and row.disabled_at is None)
