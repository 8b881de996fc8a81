"""The number of a caller for whoever is to reach her: masked at first, whole only after it is written down."""

from dataclasses import dataclass
from enum import StrEnum

from hotline.errors import NotFound
from hotline.gateway.addresses import phone_of
from hotline.services import Services
from hotline.store import callers, dispatches, exclusions
from hotline.store.callers import CallerBehind
from hotline.store.dispatches import Standing
from hotline.store.events import Entry, append
from hotline.store.session import Transaction
from hotline.store.staff import code_of
from hotline.views import NumberShown, Viewer
from triage.privacy import masked_number, may_reach_caller
from triage.states import Happening


class Purpose(StrEnum):
    """Why somebody looks at a number; the event log keeps it."""

    CALL = "call"
    REPLY = "reply"
    VERIFY = "verify"


@dataclass(frozen=True, repr=False)
class RevealedNumber:
    """The whole number in E.164, or None where the caller hides it; `unsafe` once she said that others read along."""

    phone: str | None
    unsafe: bool


def number_shown(behind: CallerBehind) -> NumberShown:
    """What the page of a report shows before anybody asks for the number."""
    phone = phone_of(behind.address)
    return NumberShown(masked_number(phone) if phone else None, behind.unsafe)


def reveal(services: Services, viewer: Viewer, ref: str, purpose: Purpose) -> RevealedNumber:
    """The caller's number, for the holder of the report and for leaders.

    That she looked, and why, is committed before the number is returned. Raises NotFound for anybody else: whether
    the report exists is then not told either.
    """
    now = services.now()

    def look(tx: Transaction) -> RevealedNumber:
        standing, staff_id = _reachable(tx, services, viewer, ref)
        behind = callers.behind(tx, standing.report_id)
        entry = Entry(ref, Happening.REVEALED_NUMBER, code_of(tx, staff_id), {"purpose": purpose})
        append(tx, [entry], services.unit.id, now)
        return RevealedNumber(phone_of(behind.address), behind.unsafe)

    return services.database.run(look)


def _reachable(tx: Transaction, services: Services, viewer: Viewer, ref: str) -> tuple[Standing, str]:
    """The report, locked so that it cannot change hands meanwhile, and who asks."""
    standing = dispatches.lock_by_ref(tx, services.unit.id, ref)
    # A token of the machine interface is nobody who could be asked why.
    if standing is None or viewer.staff_id is None:
        raise NotFound("no such report")
    is_holder = dispatches.is_holder(tx, standing.report_id, viewer.staff_id)
    if exclusions.is_excluded(tx, standing.report_id, viewer.staff_id) or not may_reach_caller(viewer.role, is_holder):
        raise NotFound("no such report")
    return standing, viewer.staff_id
