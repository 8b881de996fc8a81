"""What the REST resources need of the carrier they belong to."""

from typing import Protocol

from hotline.simulator.calls import Exchange
from hotline.simulator.faults import Faults
from hotline.simulator.ledger import Ledger
from hotline.simulator.messages import Messenger
from hotline.simulator.outgoing import Outgoing
from hotline.simulator.settings import Settings


class Desk(Protocol):
    """What the resources need of the carrier."""

    settings: Settings
    ledger: Ledger
    faults: Faults
    messenger: Messenger
    exchange: Exchange
    outgoing: Outgoing
    cdn_url: str
