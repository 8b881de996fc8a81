"""A town: the whole service in one test: real database, real Redis, a simulated carrier and a clock to turn."""

import dataclasses
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.serving import make_server

from hotline import calls, dispatch, engine, post, reception
from hotline.doorbell import Doorbell
from hotline.gateway.carrier import Carrier, CarrierAccount
from hotline.sending import with_carrier
from hotline.services import Services
from hotline.simulator import InstantClock, Phone, Settings, SimulatedCarrier
from hotline.simulator.ledger import Answer
from hotline.web.app import create_webhooks_app
from hotline.web.wires import UseCases
from hotline.wiring import build
from tests import builders
from tests.books import Books, Case, faults_of
from tests.builders import Hired
from tests.services import environment
from triage.states import Duty, Role

# Two at night in Dumai, which is 19:00 UTC of the day before.
TWO_AT_NIGHT = datetime(2026, 3, 9, 19, 0, tzinfo=UTC)
FAR_AWAY = timedelta(days=4000)
CARRIER_PATIENCE_S = 1.5
_QUEUE = "rq:queue:hotline"
_MOST_ROUNDS = 60
USE_CASES = UseCases(
    reception.receive_message,
    calls.step,
    post.note_status,
    calls.note_caller_status,
    calls.note_recording,
    lambda services: {},
)


class PromptBell(Doorbell):
    """Rings before the webhook answers, so that a story need not wait for the thread that rings in life."""

    def ring_soon(self) -> None:
        """Rings now."""
        self.ring()


class TownClock:
    """Time that passes when the story says so."""

    def __init__(self, start: datetime = TWO_AT_NIGHT) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment at which the story is."""
        return self._now

    def forward(self, **span: float) -> None:
        """Lets time pass: `minutes=2`, `hours=1` and so on."""
        self._now += timedelta(**span)


@dataclasses.dataclass(frozen=True)
class Member:
    """A staff member and the phone in her hand."""

    name: str
    hired: Hired
    phone: Phone

    @property
    def id(self) -> str:
        """Her staff id."""
        return self.hired.id


class Town:
    """Starts everything, hires people, lets time pass, and knows what must hold at the end of every story."""

    def __init__(self, database_url: str, redis_url: str, clock: Any = None) -> None:
        """`clock` is a TownClock if none is given; with the computer's own, real processes can join."""
        self.clock = clock or TownClock()
        settings = Settings()
        self.carrier = SimulatedCarrier(settings, InstantClock(now=self.clock.now))
        self.carrier.start_listening()
        self.environment = environment(
            DATABASE_URL=database_url,
            REDIS_URL=redis_url,
            TWILIO_API_BASE_URL=self.carrier.base_url,
            TWILIO_AUTH_TOKEN=settings.auth_token,
            PUBLIC_BASE_URL=settings.public_base,
            UNIT_TIMEZONE="Asia/Jakarta",
        )
        # Two processes in life: the web has no carrier, the worker has.
        self.web = dataclasses.replace(build(self.environment, clock=self.clock), doorbell=PromptBell(redis_url))
        self.worker = _impatient(with_carrier(build(self.environment, clock=self.clock)), self.carrier)
        self.books = Books(self.worker)
        self.staff: dict[str, Member] = {}
        self.slowest_webhook_s = 1.0
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=0.3, retry=Retry(NoBackoff(), 0))
        self._server = make_server("127.0.0.1", 0, create_webhooks_app(self.web, USE_CASES), threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.open_web()

    def __enter__(self) -> "Town":
        builders.found_unit(self.worker)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.carrier.close()
        self._redis.close()
        for services in (self.web, self.worker):
            services.database.close()

    def open_web(self) -> None:
        """Serves the webhooks on the loopback."""
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._thread.start()
        self.carrier.call_back(f"http://127.0.0.1:{self._server.server_port}")

    # --- people --------------------------------------------------------------------------------------------------

    def hire(self, name: str, role: Role = Role.COMPANION, duty: Duty | None = None) -> Member:
        """A staff member; she has written to the hotline before, so that WhatsApp lets us write to her."""
        number = f"+62811000000{len(self.staff) + 1}"
        hired = builders.hire(self.worker, name, role, number)
        if duty:
            builders.give_duty(self.worker, hired, duty, self.clock.now() - timedelta(hours=1))
        member = Member(name, hired, self.carrier.phone(number))
        self.staff[name] = member
        self.let_write_to(member.phone)
        return member

    def hire_everybody(self) -> tuple[Member, Member, Member]:
        """The companions on first and second duty, and the head. Their phones ring and nobody answers."""
        people = self.hire("Sari", duty=Duty.FIRST), self.hire("Rina", duty=Duty.SECOND), self.hire("Kepala", Role.HEAD)
        for member in people:
            member.phone.does_not_answer()
        return people

    def let_write_to(self, phone: Phone) -> None:
        """Opens WhatsApp's window of 24 hours for good."""
        address, ours = f"whatsapp:{phone.number}", self.carrier.settings.whatsapp_sender
        self.carrier.ledger.last_inbound[(address, ours)] = self.clock.now() + FAR_AWAY

    def caller(self, number: int = 9) -> Phone:
        """The phone of somebody who is no staff."""
        return self.carrier.phone(f"+62899000000{number}")

    # --- time and work -------------------------------------------------------------------------------------------

    def work(self) -> None:
        """What a worker does whenever the bell was rung, until the carrier and the house stand still."""
        for _ in range(_MOST_ROUNDS):
            self.carrier.until_idle()
            if not self.bell_was_rung():
                return
            self.worker.doorbell.heard()
            self.drain()
        raise AssertionError("the house does not come to rest")

    def bell_was_rung(self) -> bool:
        """Takes all wake-ups off the queue."""
        try:
            jobs = self._redis.llen(_QUEUE)
            self._redis.delete(_QUEUE)
        except redis.RedisError:
            return False
        return bool(jobs)

    def listeners(self) -> int:
        """How many worker processes have said that they listen."""
        return int(self._redis.scard("rq:workers:hotline"))

    def drain(self) -> None:
        """A worker's round, rung or not."""
        engine.drain(self.worker)

    def drain_ladder_only(self) -> None:
        """Plans what is due and sends nothing yet, as when a worker dies in between."""
        dispatch.advance_due(self.worker, self.clock.now())

    def tick_as(self, holder: str) -> bool:
        """A round of one ticker among several, alone."""
        return engine.tick(self.worker, holder)

    def tick(self) -> None:
        """One round of the ticker, and what follows from it."""
        self.tick_as("ticker")
        self.work()

    def pass_time(self, *, minutes: float, step_s: float = 15) -> None:
        """Lets time pass with the ticker at work in it."""
        left = minutes * 60
        while left > 0:
            self.clock.forward(seconds=min(step_s, left))
            left -= step_s
            self.tick()

    def post(self, path: str, **form: str) -> Answer:
        """A signed webhook of the carrier, made by hand."""
        return self.carrier.sender.ask(self.carrier.settings.public_base + path, form)

    # --- what is there -------------------------------------------------------------------------------------------

    def report_of(self, phone: Phone) -> Case:
        """The only report of a phone."""
        return self.books.case_of(phone.number)

    def holder_of(self, phone: Phone) -> str | None:
        """The name of whoever holds the report of a phone."""
        holder = self.report_of(phone).holder_id
        return next((name for name, member in self.staff.items() if member.id == holder), None)

    def assert_well(self) -> None:
        """What must hold at the end of every story."""
        self.carrier.assert_quiet()
        wrong = faults_of(self.worker, self.carrier, self.slowest_webhook_s)
        assert not wrong, "\n".join(wrong)

    @contextmanager
    def web_closed(self) -> Iterator[None]:
        """Webhooks reach nobody; the carrier's complaints about that are expected."""
        address, self.carrier.sender.app_base = self.carrier.sender.app_base, ""
        yield
        self.carrier.sender.app_base = address
        self.carrier.ledger.faults_seen.clear()

    @contextmanager
    def carrier_down(self) -> Iterator[None]:
        """Nobody answers at the carrier's API."""
        self.carrier.stop_listening()
        yield
        self.carrier.start_listening()


def _impatient(services: Services, carrier: SimulatedCarrier) -> Services:
    """The same services, giving up on a silent carrier after a moment instead of eight seconds."""
    ours: Any = services.settings
    account = CarrierAccount(
        ours.twilio_account_sid, ours.signing_tokens[0], ours.hotline_number, ours.whatsapp_sender, carrier.base_url,
        CARRIER_PATIENCE_S,
    )  # fmt: skip
    return dataclasses.replace(services, carrier=Carrier(account))
