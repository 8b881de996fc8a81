"""Signing in to the console: passwords, login sessions and their end. A second factor would stand in `sign_in`."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from hotline.errors import Conflict, Refused
from hotline.services import Services
from hotline.staffing import BY_COMMAND
from hotline.store import accounts
from hotline.store.accounts import Login, NewAccount, OpenSession
from hotline.store.events import Entry, append
from hotline.store.session import Transaction
from triage.states import Happening, Role

IDLE_WITHIN = timedelta(minutes=30)
OPEN_WITHIN = timedelta(hours=12)
# Between two notes of "she was here": a row written at every request would be a write for every look.
TOUCH_EVERY = timedelta(minutes=1)

# OWASP ASVS 5.0 6.2.1 asks for 8 and recommends 15; above 128 nobody types, and hashing costs 64 MiB each time.
PASSWORD_LENGTHS = range(12, 129)
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")

# All attempts go to one stream, known user or not: both cost the same writes, and nothing tells them apart.
SIGN_IN_STREAM = "sign-in"
_VISITOR = "visitor"

# Why a password is not changed; the console has these in both languages.
WRONG_PASSWORD = "the present password is not right"  # noqa: S105 - a sentence
TOO_EASY = "this password is too easy to guess"
BAD_LENGTH = f"a password has {PASSWORD_LENGTHS.start} to {PASSWORD_LENGTHS.stop - 1} characters"

_hasher = PasswordHasher()
# What the password of an unknown user is compared with, so that it takes as long as a known one's.
_NOBODY = _hasher.hash(secrets.token_urlsafe(32))


@dataclass(frozen=True)
class Visitor:
    """Who is signed in: ids and rights, no name and no number."""

    session_id: str
    account_id: str
    staff_id: str
    staff_code: str
    initials: str
    role: Role
    ends_at: datetime


def fold_username(text: str) -> str:
    """The form in which user names are kept and compared."""
    return text.strip().lower()


def hash_password(password: str) -> str:
    """The argon2id hash under which a password is kept."""
    return _hasher.hash(password)


def create_account(services: Services, staff_code: str, username: str, password: str) -> None:
    """Gives a staff member a login. Raises Refused with the reason when name, password or person will not do."""
    name = fold_username(username)
    if not USERNAME.fullmatch(name):
        raise Refused("a user name has 2 to 32 letters, digits, dots, hyphens or underscores")
    _check_new_password(password)
    hashed = hash_password(password)
    now = services.now()

    def add(tx: Transaction) -> None:
        staff_id = accounts.staff_of_code(tx, services.unit.id, staff_code.strip().upper())
        if staff_id is None:
            raise Refused("there is no active staff member with this code")
        if accounts.has_account(tx, name, staff_id):
            raise Refused("this user name is taken, or this staff member has a login already")
        accounts.add_account(tx, services.unit.id, NewAccount(staff_id, name, hashed), now)
        # The name she signs in with stays out of the log: it may be her own.
        entry = Entry(f"staff:{staff_id}", Happening.ACCOUNT_MADE, BY_COMMAND, {"code": staff_code.strip().upper()})
        _append(services, tx, entry, now)

    services.database.run(add)


def sign_in(services: Services, username: str, password: str) -> str | None:
    """The token of a new login session, or None; which of name, password or account was wrong is not told.

    The token is random and never kept: the row holds its SHA-256, so a read database signs nobody in.
    """
    login = _known(services, username)
    right = _matches(login.password_hash if login else _NOBODY, password)
    if login is None or not login.usable or not right:
        _note(services, login, Happening.LOGIN_FAILED)
        return None
    now, token = services.now(), secrets.token_urlsafe(32)

    def enter(tx: Transaction) -> None:
        if _hasher.check_needs_rehash(login.password_hash):
            accounts.set_password(tx, login.account_id, hash_password(password))
        accounts.open_session(tx, login.account_id, _token_hash(token), now, now + OPEN_WITHIN)
        _append(services, tx, _entry(login, Happening.LOGIN), now)

    services.database.run(enter)
    return token


def visitor(services: Services, token: str, *, present: bool = True) -> Visitor | None:
    """Who holds this token now, or None when the session is over.

    `present` is False for what the page asks by itself: polling must not keep an abandoned screen signed in.
    """
    now = services.now()
    with services.database.look() as tx:
        session = accounts.session_of(tx, services.unit.id, _token_hash(token))
    if session is None or now >= session.ends_at or now - session.last_seen_at >= IDLE_WITHIN:
        return None
    if present and now - session.last_seen_at >= TOUCH_EVERY:
        services.database.run(lambda tx: accounts.touch(tx, session.session_id, now))
    return _visitor(session)


def sign_out(services: Services, who: Visitor) -> None:
    """Ends this session for good: the cookie is worth nothing from now on."""
    now = services.now()

    def leave(tx: Transaction) -> None:
        if accounts.revoke(tx, who.session_id, now):
            entry = Entry(f"staff:{who.staff_id}", Happening.LOGOUT, who.staff_code, {})
            _append(services, tx, entry, now)

    services.database.run(leave)


def change_password(services: Services, who: Visitor, old: str, new: str) -> None:
    """Replaces the password and ends every session of the account. Raises Refused when one of the two will not do."""
    with services.database.look() as tx:
        login = accounts.login_of_account(tx, services.unit.id, who.account_id)
    if login is None or not _matches(login.password_hash, old):
        raise Refused(WRONG_PASSWORD)
    _check_new_password(new)
    hashed, now = hash_password(new), services.now()

    def replace(tx: Transaction) -> None:
        accounts.set_password(tx, who.account_id, hashed)
        accounts.revoke_all(tx, who.account_id, now)
        _append(services, tx, Entry(f"staff:{who.staff_id}", Happening.PASSWORD_CHANGED, who.staff_code, {}), now)

    services.database.run(replace)


def _known(services: Services, username: str) -> Login | None:
    name = fold_username(username)
    if not USERNAME.fullmatch(name):
        return None
    with services.database.look() as tx:
        return accounts.login_of(tx, services.unit.id, name)


def _matches(hashed: str, password: str) -> bool:
    # A password that cannot be one is not hashed as such: megabytes of text must not cost megabytes of work.
    possible = 0 < len(password) < PASSWORD_LENGTHS.stop
    try:
        return _hasher.verify(hashed, password if possible else "-") and possible
    except (Argon2Error, InvalidHashError, UnicodeEncodeError):
        return False


def _check_new_password(password: str) -> None:
    if len(password) not in PASSWORD_LENGTHS:
        raise Refused(BAD_LENGTH)
    if len(set(password)) < 5:
        raise Refused(TOO_EASY)


def _token_hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _visitor(session: OpenSession) -> Visitor:
    person = (session.staff_id, session.staff_code, session.initials, session.role)
    return Visitor(session.session_id, session.account_id, *person, session.ends_at)


def _entry(login: Login | None, name: Happening) -> Entry:
    return Entry(SIGN_IN_STREAM, name, login.staff_code if login else _VISITOR, {})


def _note(services: Services, login: Login | None, name: Happening) -> None:
    now = services.now()
    try:
        services.database.run(lambda tx: _append(services, tx, _entry(login, name), now))
    except Conflict:
        # A flood of wrong passwords fills the stream from many sides; the answer to it stays the same.
        return


def _append(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    append(tx, [entry], services.unit.id, now)
