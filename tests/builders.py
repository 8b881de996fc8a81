"""People and words for stories: staff with phones and shifts as rows, and what callers write at each level."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.services import Services
from hotline.store import recognition, setup
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import contact_point, roster_shift, staff
from triage.events import Channel
from triage.states import Duty, Role

EMERGENCY = "tolong bu dia pegang pisau di depan pintu, anak saya nangis"
HIGH = "kemarin suami saya memukul saya"
MEDIUM = "suami saya tidak memberi nafkah sudah tiga bulan"
LOW = "selamat malam, mau tanya jam buka kantor"
UNSAFE = "jangan balas, dia pegang hp saya"


@dataclass(frozen=True)
class Hired:
    """A staff member as her rows have her."""

    id: str
    code: str
    initials: str
    number: str


def found_unit(services: Services) -> None:
    """The rows of the unit itself."""
    now = services.now()
    services.database.run(lambda tx: setup.ensure_unit(tx, services.unit.id, services.unit.code, now))


def hire(services: Services, name: str, role: Role, number: str) -> Hired:
    """A staff member with one phone for messages and voice."""
    now = services.now()
    hired = Hired(new_id(now), f"P{number[-4:]}", name[:2].upper(), number)

    def work(tx: Transaction) -> None:
        tx.execute(staff.insert().values(_staff_values(tx, services, hired, name, role)))
        for channel in Channel:
            tx.execute(contact_point.insert().values(_phone_values(tx, services, hired, channel)))

    services.database.run(work)
    return hired


def _staff_values(tx: Transaction, services: Services, hired: Hired, name: str, role: Role) -> dict[str, object]:
    return {
        "id": hired.id,
        "unit_id": services.unit.id,
        "code": hired.code,
        "name_enc": tx.seal("staff", "name_enc", hired.id, name),
        "initials": hired.initials,
        "role": role,
        "active": True,
        "is_desk": False,
        "language": "id",
        "created_at": services.now(),
    }


def _phone_values(tx: Transaction, services: Services, hired: Hired, channel: Channel) -> dict[str, object]:
    row_id = new_id(services.now())
    address = f"whatsapp:{hired.number}" if channel is Channel.WHATSAPP else hired.number
    return {
        "id": row_id,
        "unit_id": services.unit.id,
        "staff_id": hired.id,
        "channel": channel,
        "address_enc": tx.seal("contact_point", "address_enc", row_id, address),
        "address_idx": recognition.phone_index(tx, services.unit.id, hired.number),
        "created_at": services.now(),
        "fail_count": 0,
    }


def give_duty(services: Services, hired: Hired, duty: Duty, starts_at: datetime, hours: int = 24 * 7) -> None:
    """A shift from a moment on."""
    values = {"id": new_id(starts_at), "unit_id": services.unit.id, "staff_id": hired.id, "duty": duty}
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours), "source": "test"}
    services.database.run(lambda tx: tx.execute(roster_shift.insert().values(**values, **times)))
