"""A whole unit for tests of the console: staff with logins, callers who write, and a clock that can be turned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count

from flask import Flask
from sqlalchemy import insert

from config.settings import load_settings
from hotline import accounts, dispatch, reception
from hotline.services import Services
from hotline.store import recognition, setup
from hotline.store.ids import new_id
from hotline.store.tables import account, contact_point, roster_shift, staff
from hotline.web.console import create_console_app
from hotline.wiring import assemble
from tests.services import environment
from triage.events import Channel, InboundMessage
from triage.states import Duty, Role

# Tuesday, 24 November 2026, 03:12 in Dumai.
NIGHT = datetime(2026, 11, 23, 20, 12, tzinfo=UTC)
PASSWORD = "invented words of a test"
# Hashed once: every login of a test would pay for it again.
PASSWORD_HASH = accounts.hash_password(PASSWORD)
_numbers = count(1)


class TurnClock:
    """A clock that stands until it is turned."""

    def __init__(self, at: datetime = NIGHT) -> None:
        self.at = at

    def now(self) -> datetime:
        """Where it stands."""
        return self.at

    def turn(self, **by: float) -> None:
        """Moves it on by so many seconds, minutes, hours or days."""
        self.at += timedelta(**by)


@dataclass
class House:
    """One unit on one database."""

    database_url: str
    changes: Mapping[str, str] = field(default_factory=dict)
    clock: TurnClock = field(default_factory=TurnClock)

    @cached_property
    def services(self) -> Services:
        """Its services; Redis is away unless the test brings one."""
        settings = load_settings(environment(DATABASE_URL=self.database_url, **self.changes))
        services = assemble(settings, clock=self.clock)
        with services.database.begin() as tx:
            setup.ensure_unit(tx, services.unit.id, services.unit.code, self.clock.now())
            setup.ensure_ladder(tx, services.ladder.version, services.ladder.source, self.clock.now())
        return services

    def close(self) -> None:
        """Closes its connections."""
        if "services" in self.__dict__:
            self.services.database.close()

    @cached_property
    def app(self) -> Flask:
        """Its console."""
        return create_console_app(self.services)

    def hire(self, name: str, role: Role, *, duty: Duty | None = None) -> str:
        """A staff member with a login of the same name and a phone; returns her id."""
        now, row_id = self.clock.now(), new_id(self.clock.now())
        code, unit_id = f"S{next(_numbers):03}", self.services.unit.id
        with self.services.database.begin() as tx:
            person = {"id": row_id, "unit_id": unit_id, "code": code, "initials": name[0].upper(), "role": role}
            sealed = tx.seal("staff", "name_enc", row_id, name)
            tx.execute(insert(staff).values(**person, active=True, name_enc=sealed, is_desk=False, created_at=now))
            login = {"id": new_id(now), "unit_id": unit_id, "staff_id": row_id, "username": name}
            tx.execute(insert(account).values(**login, password_hash=PASSWORD_HASH, created_at=now))
        self._give_phone(row_id)
        if duty:
            self.on_duty(row_id, duty)
        return row_id

    def on_duty(self, staff_id: str, duty: Duty, hours: tuple[int, int] = (-2, 10)) -> None:
        """Puts somebody on the roster from so many hours to so many hours from now."""
        now = self.clock.now()
        starts_at, ends_at = (now + timedelta(hours=hour) for hour in hours)
        shift = {"id": new_id(now), "unit_id": self.services.unit.id, "staff_id": staff_id, "duty": duty}
        with self.services.database.begin() as tx:
            tx.execute(insert(roster_shift).values(**shift, starts_at=starts_at, ends_at=ends_at, source="test"))

    def write(self, text: str, number: int = 1, channel: Channel = Channel.WHATSAPP) -> str:
        """A caller with this number writes; returns the ref of the report."""
        phone = f"+62811000{number:05}"
        address = f"whatsapp:{phone}" if channel is Channel.WHATSAPP else phone
        message = InboundMessage(f"SM{next(_numbers):032}", channel, address, phone, text)
        reception.receive_message(self.services, message)
        with self.services.database.look() as tx:
            unit_id, version = self.services.unit.id, self.services.ladder.version
            known = recognition.recognise(tx, unit_id, recognition.Address(channel, address, phone), version)
        assert known is not None
        assert known.open_report is not None
        return known.open_report.ref

    def offer(self) -> None:
        """Lets the ladder do what is due now."""
        dispatch.advance_due(self.services, self.clock.now())

    def _give_phone(self, staff_id: str) -> None:
        now, unit_id, number = self.clock.now(), self.services.unit.id, f"+62899000{next(_numbers):05}"
        with self.services.database.begin() as tx:
            for channel in Channel:
                row_id = new_id(now)
                mark = recognition.phone_index(tx, unit_id, number)
                sealed = tx.seal("contact_point", "address_enc", row_id, number)
                row = {"id": row_id, "unit_id": unit_id, "staff_id": staff_id, "channel": channel}
                row |= {"address_enc": sealed, "address_idx": mark, "created_at": now, "fail_count": 0}
                tx.execute(insert(contact_point).values(**row))
