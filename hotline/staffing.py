"""Who works here: staff with their phones, and tokens of the machine interface."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from hotline import conflicts
from hotline.errors import NotFound, Refused
from hotline.gateway.numbers import BadNumber, parse_staff_phone
from hotline.services import Services
from hotline.store import dispatches, exclusions, offers, setup, staff, tokens
from hotline.store.batch import insert_all
from hotline.store.events import Entry, chained
from hotline.store.session import Transaction
from hotline.store.staff import MemberShown, NewMember
from hotline.store.tokens import TokenShown
from hotline.views import Viewer
from triage.answers import ALPHABET
from triage.states import ConflictReason, DispatchState, DueKind, Gender, Happening, Role

__all__ = ["MemberShown", "TokenShown"]

# Events of the house, apart from those of reports and of single people.
STREAM = "staffing"
BY_COMMAND = "command line"
LONGEST_NAME, LONGEST_NOTE = 80, 120
# A row written at every request would be a write for every read.
_NOTE_USE_EVERY = timedelta(minutes=1)
_TOKEN_MARK = "hotline_"  # noqa: S105 - so that a leaked token is recognised as one
_LEADS = (Role.HEAD, Role.SUPERVISOR)


def add_staff(services: Services, name: str, role: Role, phone: str) -> str:
    """A new staff member, reached by WhatsApp, SMS and calls on one number; returns her code. Raises Refused."""
    cleaned, number = _name(name), _number(services, phone)
    now = services.now()

    def write(tx: Transaction) -> str:
        unit = services.unit
        setup.ensure_unit(tx, unit.id, unit.code, now)
        if staff.active_by_phone(tx, unit.id, number):
            raise Refused("this phone is already used by active staff")
        code = _free_code(tx, unit.id)
        staff_id = staff.add(tx, unit.id, NewMember(code, cleaned, initials_of(cleaned), role, number), now)
        for report_id in exclusions.reports_of_phone(tx, unit.id, number):
            # She has asked for help here herself: of her own reports she is no colleague.
            exclusions.add(tx, report_id, staff_id, (ConflictReason.IS_CALLER, "system"), now)
        if role in _LEADS:
            staff.take_over_from_desk(tx, unit.id)
        _append(tx, services, [Entry(STREAM, Happening.STAFF_ADDED, BY_COMMAND, {"code": code, "role": role})], now)
        return code

    return services.database.run(write)


def describe_staff(services: Services, code: str, gender: Gender | None, speaks: Sequence[str]) -> None:
    """Notes what callers may wish for: whether she is a woman, and the languages she speaks, as codes like `min`.

    Raises NotFound, and Refused for a code of a language that is none.
    """
    spoken = sorted({one.strip().lower() for one in speaks if one.strip()})
    if any(not (one.isascii() and one.isalpha() and 2 <= len(one) <= 8) for one in spoken) or len(spoken) > 7:
        raise Refused("languages are up to seven codes of 2 to 8 letters, such as id,min,en")
    now = services.now()

    def write(tx: Transaction) -> None:
        staff_id = staff.active_by_code(tx, services.unit.id, code.strip().upper())
        if staff_id is None:
            raise NotFound("there is no active staff member with this code")
        staff.describe(tx, staff_id, gender, spoken)
        detail = {"code": code.strip().upper(), "gender": gender, "speaks": spoken}
        _append(tx, services, [Entry(STREAM, Happening.STAFF_DESCRIBED, BY_COMMAND, detail)], now)

    services.database.run(write)


def list_staff(services: Services) -> tuple[MemberShown, ...]:
    """All staff, those at work first; codes and initials, no name and no number."""
    with services.database.look() as tx:
        return tuple(staff.members(tx, services.unit.id))


def disable_staff(services: Services, code: str) -> int:
    """Ends a person's work here; raises NotFound.

    What she held goes back to the ladder at once, what she answered for goes to whoever leads; returns how many
    reports that were. Nothing of hers is deleted.
    """
    now = services.now()

    def write(tx: Transaction) -> int:
        staff_id = staff.active_by_code(tx, services.unit.id, code.strip().upper())
        if staff_id is None:
            raise NotFound("there is no active staff member with this code")
        waiting_for_her = offers.asked_alone(tx, staff_id)
        staff.disable(tx, staff_id, now)
        entries = _hand_back(tx, services, staff_id, now)
        entry = Entry(STREAM, Happening.STAFF_DISABLED, BY_COMMAND, {"code": code.strip().upper()})
        _append(tx, services, [entry, *entries], now)
        for dispatch_id in waiting_for_her:
            dispatches.look_again(tx, dispatch_id, now)
        return len(entries)

    handed_back = services.database.run(write)
    services.doorbell.ring()
    return handed_back


def _hand_back(tx: Transaction, services: Services, staff_id: str, now: datetime) -> list[Entry]:
    code, entries = staff.code_of(tx, staff_id), []
    for dispatch_id in staff.dispatches_of(tx, staff_id):
        standing = dispatches.lock(tx, dispatch_id)
        if standing is None or standing.state is DispatchState.CLOSED:
            continue
        values: dict[str, object] = {"responsible_id": conflicts.successor(tx, standing, staff_id)}
        if standing.holder_id == staff_id:
            # The engine takes it back from her as from anybody who does not make contact.
            values |= {"due_kind": DueKind.CONTACT_LAPSE, "next_due_at": now}
        dispatches.change(tx, standing, values)
        entries.append(Entry(standing.ref, Happening.STAFF_DISABLED, BY_COMMAND, {"code": code}))
    return entries


def create_token(services: Services, role: Role, note: str) -> str:
    """A new token of the machine interface. It is shown this once: only its hash is kept. Raises Refused."""
    told, now = note.strip(), services.now()
    if not told or len(told) > LONGEST_NOTE or not told.isprintable():
        raise Refused(f"a note of 1 to {LONGEST_NOTE} characters must say what the token is for")
    token = _TOKEN_MARK + secrets.token_urlsafe(32)

    def write(tx: Transaction) -> None:
        setup.ensure_unit(tx, services.unit.id, services.unit.code, now)
        label = tokens.add(tx, services.unit.id, (_hash(token), role, told), now)
        entry = Entry(STREAM, Happening.TOKEN_CREATED, BY_COMMAND, {"label": label, "role": role})
        _append(tx, services, [entry], now)

    services.database.run(write)
    return token


def list_tokens(services: Services) -> tuple[TokenShown, ...]:
    """All tokens by their labels, the revoked ones too."""
    with services.database.look() as tx:
        return tuple(tokens.all_tokens(tx, services.unit.id))


def revoke_token(services: Services, label: str) -> None:
    """Ends a token at once; raises NotFound."""
    now = services.now()
    asked = label.strip().lower()
    if len(asked) != tokens.LABEL_LENGTH or not asked.isalnum():
        raise NotFound("a label has eight letters and digits; `token list` shows them")

    def write(tx: Transaction) -> None:
        if not tokens.revoke(tx, services.unit.id, asked, now):
            raise NotFound("there is no usable token with this label")
        _append(tx, services, [Entry(STREAM, Happening.TOKEN_REVOKED, BY_COMMAND, {"label": asked})], now)

    services.database.run(write)


def token_viewer(services: Services, token: str) -> Viewer | None:
    """Who looks with this token, or None if it is not one, or not any more."""
    now, hashed = services.now(), _hash(token)
    with services.database.look() as tx:
        known = tokens.by_hash(tx, services.unit.id, hashed)
    if known is None or not hmac.compare_digest(known.token_hash, hashed):
        return None
    if known.last_used_at is None or now - known.last_used_at >= _NOTE_USE_EVERY:
        services.database.run(lambda tx: tokens.note_use(tx, known.id, now))
    return Viewer(None, known.role, known.id)


def initials_of(name: str) -> str:
    """The first letters of the first three words of a name, as lists show a person: "Siti Rahma" is SR."""
    letters = [next((sign for sign in word if sign.isalpha()), "") for word in name.split()[:3]]
    return "".join(letters).upper()[:8] or "?"


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(f"a name has 1 to {LONGEST_NAME} printable characters")
    return name


def _number(services: Services, phone: str) -> str:
    try:
        number = parse_staff_phone(phone)
    except BadNumber as fault:
        raise Refused(f"the phone {fault}; write it as +62811…") from fault
    if number in (services.settings.hotline_number, services.settings.whatsapp_sender.partition(":")[2]):
        raise Refused("this is the hotline's own number")
    return number


def _free_code(tx: Transaction, unit_id: str) -> str:
    # S does not occur in the codes of offers, so that neither is ever taken for the other.
    while True:
        code = "S" + "".join(secrets.choice(ALPHABET) for _ in range(3))
        if not staff.is_code_taken(tx, unit_id, code):
            return code


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _append(tx: Transaction, services: Services, entries: list[Entry], now: datetime) -> None:
    insert_all(tx, chained(tx, entries, services.unit.id, now))
