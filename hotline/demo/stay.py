"""The demo that stays until it is told to end, with a console to sign in to and phones to play with."""

import argparse
import contextlib
import threading
from datetime import UTC, datetime

from rich.console import Console

from hotline.demo import people, samples, screen
from hotline.demo.faults import DemoFailed, Stopped
from hotline.demo.house import House, Plan
from hotline.demo.place import ROOT, ZONE, Place, outside
from hotline.demo.ports import Ports, check_free, free_port, free_ports


def run(show: Console, options: argparse.Namespace) -> int:
    """Runs until a signal comes; 0 then. Raises DemoFailed when it cannot start."""
    place = Place(ROOT / ".demo", outside("DATABASE_URL"), outside("REDIS_URL"))
    if options.fresh and place.database:
        raise DemoFailed("--fresh forgets only what is in .demo; empty the database of DATABASE_URL yourself")
    with contextlib.closing(place.lock()):
        place.prepare(fresh=options.fresh)
        _live(show, place, _ports(options))
    return 0


def _live(show: Console, place: Place, ports: Ports) -> None:
    now = datetime.now(UTC)
    roster = people.turns(now, ZONE)
    turn = people.on_duty(roster, now, ZONE)
    screen.say(show, "starting; this takes some seconds")
    with House(Plan(place, ports, roster), lambda text: screen.say(show, text)) as house:
        if not samples.are_there(house):
            screen.say(show, "sending sample reports through the simulated carrier")
            samples.send(house, turn)
        screen.show_addresses(show, house, turn, place.keys()["PASSWORD"])
        screen.say(show, "running; Ctrl-C ends it")
        with contextlib.suppress(Stopped):
            threading.Event().wait()
        screen.say(show, "ending")


def _ports(options: argparse.Namespace) -> Ports:
    if options.free_ports:
        return free_ports()
    check_free({"--port": options.port, "--console-port": options.console_port, "--carrier-port": options.carrier_port})
    return Ports(options.port, options.console_port, options.carrier_port, free_port())
