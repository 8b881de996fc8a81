"""The command `python -m hotline.demo`, which `bin/demo` starts: stay until Ctrl-C, or play one night and judge it."""

import argparse
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from hotline.demo import once, screen, stay
from hotline.demo.faults import DemoFailed, Stopped

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 when all went well (Ctrl-C ends a demo well), 1 when not, 2 for a wrong option."""
    options = _options().parse_args(arguments)
    show = screen.console()
    for each in _ENDING:
        signal.signal(each, _stop)
    try:
        return once.run(show) if options.once else stay.run(show, options)
    except (DemoFailed, OSError) as fault:
        sys.stderr.write(f"demo: {fault}\n")
        return 1
    except Stopped:
        return 130 if options.once else 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # Once is enough: a second Ctrl-C must not interrupt the cleaning up.
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/demo", description="The whole service on this computer.")
    parser.add_argument("--once", action="store_true", help="play one scripted night, judge it, and end")
    parser.add_argument("--fresh", action="store_true", help="forget the demo that ran before")
    parser.add_argument("--port", type=int, default=8000, help="of the webhooks and the public page")
    parser.add_argument("--console-port", type=int, default=8001, help="of the staff console")
    parser.add_argument("--carrier-port", type=int, default=8010, help="of the simulated carrier and its phones")
    parser.add_argument("--free-ports", action="store_true", help="take whatever ports are free")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
