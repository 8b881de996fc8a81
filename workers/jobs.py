"""What RQ calls: no arguments, no result; everything to be done stands in the database."""

import os
from functools import cache

from hotline import engine
from hotline.sending import with_carrier
from hotline.services import Services
from hotline.wiring import build


@cache
def services() -> Services:
    """The services of this worker process, built before the first ring."""
    return with_carrier(build(os.environ))


def wake_up() -> None:
    """Drains whatever is due. May run twice, late, or not at all: the ticker finds what is left."""
    house = services()
    house.doorbell.heard()
    engine.drain(house)
