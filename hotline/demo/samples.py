"""Sample reports for the console: sent through the real webhooks by simulated phones, and answered by staff."""

from hotline import casework, oversight
from hotline.demo.house import House
from hotline.demo.people import Member, Turn, caller_number
from hotline.demo.verdict import AUDITOR
from hotline.errors import NotFound
from hotline.simulator import Phone
from hotline.store import staff
from triage.casework import CloseReason

_PATIENCE_S = 20.0
# Nobody wants to listen to simulated ringing before the console has something to show.
_HURRY = 8.0


def are_there(house: House) -> bool:
    """Whether this demo has reports already."""
    return bool(oversight.reports(house.services, AUDITOR, limit=1).reports)


def send(house: House, turn: Turn) -> None:
    """Five reports in five states; the last one waits for whoever sits at the console."""
    house.clock.speed = _HURRY
    first = house.carrier.phone(turn.first.phone)
    first.does_not_answer()
    _accepted(house, turn.first, 1, "tolong bu dia pegang pisau di depan pintu, anak saya nangis")
    ref = _accepted(house, turn.first, 2, "suami saya sering pukul saya, tadi malam dipukul lagi sampai lebam")
    casework.record_contact(house.services, _staff_id(house, turn.first), ref)
    ref = _accepted(house, turn.first, 3, "saya mau tanya, surat cerai diurus di mana ya bu")
    casework.record_contact(house.services, _staff_id(house, turn.first), ref)
    casework.close_report(house.services, _staff_id(house, turn.first), ref, CloseReason.REFERRED)
    _call(house, first)
    _caller(house, 5).whatsapp("suami saya tidak kasih nafkah sudah 3 bulan, saya harus lapor ke mana")
    house.carrier.until_idle(_PATIENCE_S)
    # From now on a person at the simulator's page decides what this phone does, in real time.
    first.plan = None
    house.clock.speed = house.plan.speed


def _accepted(house: House, member: Member, number: int, text: str) -> str:
    """A report that a staff member takes; returns its reference."""
    _caller(house, number).whatsapp(text)
    ref = oversight.reports(house.services, AUDITOR, limit=1).reports[0].ref
    phone = house.carrier.phone(member.phone)
    phone.expect("YA ", within=_PATIENCE_S).reply("YA {code}")
    phone.expect("Tercatat", within=_PATIENCE_S)
    return ref


def _call(house: House, companion: Phone) -> None:
    companion.answers("1", talks_for=5.0)
    leg = _caller(house, 4).call()
    house.carrier.ledger.wait_until(lambda: leg.ended, _PATIENCE_S)


def _caller(house: House, number: int) -> Phone:
    phone = house.carrier.phone(caller_number(number))
    phone.name, phone.role = f"Pelapor {number}", "victim"
    return phone


def _staff_id(house: House, member: Member) -> str:
    with house.services.database.look() as tx:
        found = staff.active_by_phone(tx, house.services.unit.id, member.phone)
    if found is None:
        raise NotFound(member.username)
    return found
