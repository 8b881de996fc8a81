"""The ticker: looks at the database every two seconds and does what time has brought due."""

import os
import signal
import socket
import sys
from threading import Event

from config.logs import configure
from config.settings import BadSettings, load_settings
from hotline import engine
from hotline.errors import StoreAway
from hotline.sending import with_carrier
from hotline.services import Services
from hotline.wiring import assemble


def run(services: Services, stop: Event) -> None:
    """Ticks until told to stop; a database that is away is waited for."""
    holder = f"{socket.gethostname()}:{os.getpid()}"[:64]
    while not stop.is_set():
        try:
            engine.tick(services, holder)
        except StoreAway:
            stop.wait(engine.TICK.total_seconds() / 2)
        stop.wait(engine.TICK.total_seconds())


def main() -> int:
    """Runs until SIGTERM or SIGINT; 1 if the settings are bad."""
    try:
        settings = load_settings(os.environ)
    except BadSettings as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    configure(settings)
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    run(with_carrier(assemble(settings)), stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
