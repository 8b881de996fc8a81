"""What a use case is handed: everything it may touch, chosen once in `wiring`."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from typing import Protocol as Shape
from zoneinfo import ZoneInfo

from config.settings import Settings
from hotline.catalogue import Catalogue
from hotline.doorbell import Doorbell
from hotline.gateway.twiml import TwimlWriter
from hotline.store.session import Database
from triage.house_rules import HouseRules
from triage.ladder import Ladder
from triage.protocol import Protocol

if TYPE_CHECKING:
    from hotline.gateway.carrier import Carrier


class Clock(Shape):
    """Tells the time; tests hand in one that they can turn."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


@dataclass(frozen=True)
class Unit:
    """The unit whose hotline this is."""

    id: str
    code: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Services:
    """The parts of one process. `carrier` is there only where requests to the carrier are made (worker, ticker)."""

    settings: Settings
    unit: Unit
    protocol: Protocol
    ladder: Ladder
    rules: HouseRules
    catalogue: Catalogue
    database: Database
    doorbell: Doorbell
    twiml: TwimlWriter
    clock: Clock
    carrier: "Carrier | None" = None

    def now(self) -> datetime:
        """The time, asked once per step and passed on."""
        return self.clock.now()
