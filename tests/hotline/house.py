"""A house: the services on a real database with a clock to turn, staff hired by the product itself, and callers."""

import itertools
from datetime import UTC, datetime, timedelta

from hotline import casework, dispatch, reception, rosters, staffing
from hotline.services import Services
from hotline.store import staff
from hotline.views import Viewer
from hotline.wiring import build
from tests.services import environment, key
from triage.casework import CloseReason
from triage.events import Channel, InboundMessage, Location, Media
from triage.states import Role

MIDDAY = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
SECRET_WORDS = "kemarin suami saya memukul saya di rumah jalan Kenanga"
_sids = itertools.count(1)
_seconds = itertools.count(900)


class HouseClock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self._now = MIDDAY

    def now(self) -> datetime:
        """The moment at which the test is."""
        return self._now

    def forward(self, **span: float) -> None:
        """Lets time pass."""
        self._now += timedelta(**span)


class House:
    """What the tests of reading and staffing start from. Numbers are counted from 1, and none can be in service."""

    def __init__(self, database_url: str, **changes: str) -> None:
        self.clock = HouseClock()
        self.url = database_url
        self.services: Services = build(environment(DATABASE_URL=database_url, **changes), clock=self.clock)

    def hire(self, number: int, role: Role = Role.COMPANION, name: str = "Siti Rahma") -> str:
        """A staff member; returns her code."""
        return staffing.add_staff(self.services, name, role, phone(number))

    def viewer(self, code: str, role: Role = Role.COMPANION) -> Viewer:
        """The staff member with this code as a reader."""
        return Viewer(self.staff_id(code), role)

    def staff_id(self, code: str) -> str:
        """The id of an active staff member."""
        with self.services.database.look() as tx:
            found = staff.active_by_code(tx, self.services.unit.id, code)
        assert found is not None
        return found

    def put_on_duty(self, number: int, duty: str = "first", hours: int = 48) -> None:
        """A shift from an hour ago on."""
        start = self.clock.now() - timedelta(hours=1)
        line = f"{phone(number)},{duty},{start.isoformat()},{(start + timedelta(hours=hours)).isoformat()}"
        rosters.import_roster(self.services, f"phone,duty,starts_at,ends_at\n{line}\n")

    def hear(
        self, text: str = SECRET_WORDS, caller: int = 1, channel: Channel = Channel.WHATSAPP, **more: object
    ) -> None:
        """A caller writes."""
        number = f"+62899000000{caller}"
        address = f"whatsapp:{number}" if channel is Channel.WHATSAPP else number
        message = InboundMessage(f"SM{next(_sids):032x}", channel, address, number, text, **more)  # type: ignore[arg-type]
        reception.receive_message(self.services, message)

    def hear_place(self, caller: int = 1) -> None:
        """A caller sends a place and a voice note."""
        place, note = Location("1.6667", "101.4500", "pasar"), Media(f"ME{next(_sids):032x}", "audio/ogg")
        self.hear("", caller, location=place, media=(note,))

    def climb(self) -> None:
        """What is due climbs one rung."""
        dispatch.advance_due(self.services, self.clock.now())

    def accept(self, code: str, ref: str) -> None:
        """A staff member takes a report."""
        outcome = casework.accept(self.services, self.staff_id(code), ref)
        assert outcome.verdict is casework.Verdict.YOURS

    def close(self, code: str, ref: str) -> None:
        """Her holder closes a report, and a second person with her if it is an emergency."""
        outcome = casework.close_report(self.services, self.staff_id(code), ref, CloseReason.HELPED)
        if outcome.verdict is casework.Verdict.SECOND_PERSON:
            second = self.staff_id(self.hire(next(_seconds), Role.HEAD))
            casework.close_report(self.services, second, ref, CloseReason.HELPED)

    def shut(self) -> None:
        """Ends all connections."""
        self.services.database.close()


def phone(number: int) -> str:
    """An invented number of a staff member."""
    return f"+6281100000{number:03d}"


OTHER_KEY = key(2)
