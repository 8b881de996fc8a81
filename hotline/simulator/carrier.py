"""The simulated carrier as one object: settings, clock, phones, faults, what it saw, and its server."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from hotline.simulator.addresses import bare
from hotline.simulator.calls import Exchange
from hotline.simulator.clock import Clock, InstantClock
from hotline.simulator.dialling import dial_verb
from hotline.simulator.faults import Faults
from hotline.simulator.inbound import Inbox
from hotline.simulator.ledger import AppFault, Ledger, Webhook
from hotline.simulator.legs import Leg
from hotline.simulator.messages import Messenger
from hotline.simulator.outgoing import Outgoing
from hotline.simulator.page_api import Page
from hotline.simulator.phones import CallPlan, Content, OnCall, Phone, Sent
from hotline.simulator.resources import routes
from hotline.simulator.rest import Reply, Request
from hotline.simulator.server import CarrierServer, listen, stop
from hotline.simulator.settings import Settings
from hotline.simulator.webhooks import WebhookSender


class SimulatedCarrier:
    """A carrier on the loopback, used as a context manager. See README.md of this folder."""

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or Settings()
        self.clock = clock or InstantClock()
        self.ledger = Ledger(self.settings.first_sid)
        self.faults = Faults(self.clock.now)
        self.sender = WebhookSender(self.settings, self.clock, self.ledger, self.faults)
        self.phones: dict[str, Phone] = {}
        # With live time a person sits at the page and answers; in a test silence must be deliberate.
        self.default_plan = CallPlan(OnCall.NO_ANSWER if self.clock.instant else OnCall.MANUAL)
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="carrier")
        self._build()
        self._server: CarrierServer | None = None
        self._settle_on(self.settings.port)

    def _build(self) -> None:
        """Put the parts together; each knows only what it needs of this object."""
        self.messenger = Messenger(self)
        self.inbox = Inbox(self, self.messenger)
        self.exchange = Exchange(self)
        self.outgoing = Outgoing(self.exchange, self.settings)
        self.exchange.use_dial(dial_verb(self.exchange, self.outgoing.open_leg))
        self.routes = routes(self)
        self._page = Page(self)

    # --- life ----------------------------------------------------------------------------------------------------

    def __enter__(self) -> "SimulatedCarrier":
        self.start_listening()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start_listening(self) -> None:
        """Listen, on the port it had before if it has been down."""
        if self._server is None:
            self._server = listen(self, self.settings.host, self._port)
            self._settle_on(self._server.server_address[1])

    def _settle_on(self, port: int) -> None:
        """The addresses that follow from the port: `base_url` is what TWILIO_API_BASE_URL is set to."""
        self._port = port
        self.base_url = f"http://127.0.0.1:{port}"
        # Another host name for the same machine: credentials must not follow a redirect there.
        self.cdn_url = f"http://localhost:{port}"

    def stop_listening(self) -> None:
        """Be down: connections are refused until `start_listening`."""
        if self._server is not None:
            stop(self._server)
            self._server = None

    def close(self) -> None:
        """End every call, every wait and the server."""
        self.ledger.close()
        self.stop_listening()
        self._pool.shutdown(wait=False, cancel_futures=True)

    # --- phones --------------------------------------------------------------------------------------------------

    def phone(self, number: str) -> Phone:
        """The phone with this number; it comes into being when it is first named."""
        with self.ledger.board:
            known = self.phones.get(bare(number))
            if known is None:
                known = self.phones[bare(number)] = Phone(bare(number), self.ledger, self)
        return known

    def carry(self, phone: Phone, content: Content, whatsapp: bool) -> Sent:
        """Bring a message from a phone to the hotline."""
        return self.inbox.carry(phone, content, whatsapp)

    def connect(self, phone: Phone, withheld: bool, whatsapp: bool) -> Leg:
        """Start a call from a phone to the hotline."""
        return self.exchange.connect(phone, withheld, whatsapp)

    # --- what was seen -------------------------------------------------------------------------------------------

    def call_back(self, app_url: str) -> None:
        """Send webhooks to the application at this loopback address, once it is known."""
        self.sender.use_app(app_url)

    @property
    def webhooks(self) -> list[Webhook]:
        """Every webhook so far, in order."""
        return list(self.ledger.webhooks)

    @property
    def faults_seen(self) -> list[AppFault]:
        """What the application did wrong in the eyes of the carrier."""
        return list(self.ledger.faults_seen)

    def unexpected(self) -> list[str]:
        """Messages and calls that reached phones without anybody expecting them."""
        return [text for phone in list(self.phones.values()) for text in phone.unexpected()]

    def assert_quiet(self) -> None:
        """Raise AssertionError unless all went as expected: no stray message or call, no fault of the application."""
        self.until_idle()
        wrong = self.unexpected() + [str(fault) for fault in self.faults_seen]
        if wrong:
            raise AssertionError("the carrier saw:\n" + "\n".join(wrong))

    def until_idle(self, within: float = 5.0) -> bool:
        """Wait until nothing moves: no status update, no webhook, no call that does not wait for a person."""
        return self.ledger.wait_until(lambda: self.ledger.idle and self.exchange.stands_still, within)

    # --- work in the background ----------------------------------------------------------------------------------

    def start(self, work: Callable[[], None]) -> None:
        """Do something short in the background; `until_idle` waits for it."""
        with self.ledger.change():
            if self.ledger.closed:
                return
            self.ledger.busy["background"] += 1
        self._pool.submit(self._run, work)

    def spawn(self, work: Callable[[], None]) -> None:
        """Do something long in a thread of its own."""
        threading.Thread(target=work, name="carrier-call", daemon=True).start()

    def show(self, request: Request) -> Reply:
        """The page and its JSON."""
        return self._page.show(request)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self.ledger.change():
                self.ledger.busy["background"] -= 1
