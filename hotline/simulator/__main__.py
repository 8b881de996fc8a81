"""The command `python -m hotline.simulator`: a carrier of its own process, with a page to play the phones."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence

from hotline.simulator.carrier import SimulatedCarrier
from hotline.simulator.clock import LiveClock
from hotline.simulator.settings import SimulatorRefused, settings_from


def main(arguments: Sequence[str]) -> int:
    """Run until a signal ends it; 2 if it must not run here."""
    options = _options().parse_args(arguments)
    try:
        settings = settings_from(
            os.environ,
            host=options.host,
            port=options.port,
            app_base=options.app_messages,
            public_base=options.public_base,
        )
    except SimulatorRefused as refused:
        sys.stderr.write(f"simulator: {refused}\n")
        return 2
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    with SimulatedCarrier(settings, LiveClock(options.speed)) as carrier:
        for written in options.phone:
            role, number, name = written.split(":", 2)
            carrier.phone(number).name, carrier.phone(number).role = name, role
        sys.stdout.write(f"simulated carrier: {carrier.base_url} page: {carrier.base_url}/simulator\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hotline.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument(
        "--app-messages", default="http://127.0.0.1:8000", help="where the webhooks go, on the loopback"
    )
    parser.add_argument("--public-base", help="the origin the webhooks are signed for; default PUBLIC_BASE_URL")
    parser.add_argument("--speed", type=float, default=1.0, help="carrier seconds per second on the wall")
    parser.add_argument(
        "--phone",
        action="append",
        default=[],
        metavar="ROLE:NUMBER:NAME",
        help="a phone on the page; victim or companion",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
