"""One scripted night on ports and in a folder of its own, told and judged."""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from hotline.demo import night, people, screen, story, verdict
from hotline.demo.faults import Stopped
from hotline.demo.house import House, Plan
from hotline.demo.place import ZONE, Place, outside
from hotline.demo.ports import free_ports
from hotline.demo.verdict import Check
from hotline.simulator import LegOver

# Seconds that a rung waits in the scripted night; minutes in the real protocol.
_WAIT_S = 4
# Carrier seconds per second: ringing for 25 s takes 3.
_SPEED = 8.0
# One report for each scene but the last, in which a caller writes again.
_EXPECTED = len(night.SCENES) - 1


def run(show: Console) -> int:
    """Plays a night; 0 when it went as it must. The folder is kept only when something went wrong."""
    # The night empties its Redis, so that is always its own; a database may be handed in, if it is empty.
    place = Place(Path(tempfile.mkdtemp(prefix="hotline-night-")), outside("DATABASE_URL"))
    good = False
    try:
        place.prepare(fresh=False)
        good = _play(show, place)
    except Stopped:
        good = True  # nobody asks for logs of a night that was called off
        raise
    finally:
        if good:
            place.remove()
        else:
            sys.stderr.write(f"demo: the logs of this night are in {place.logs}\n")
    return 0 if good else 1


def _play(show: Console, place: Place) -> bool:
    now = datetime.now(UTC)
    roster = people.one_long_night(now, ZONE)
    plan = Plan(place, free_ports(), roster, place.quick_protocol(_WAIT_S), _SPEED)
    screen.say(show, f"one night: every rung waits {_WAIT_S} s, the carrier's time goes {_SPEED:.0f} times as fast")
    began = time.monotonic()
    with House(plan, lambda text: screen.say(show, text)) as house:
        screen.say(show, f"ready after {time.monotonic() - began:.1f} s; the night begins")
        began = time.monotonic()
        played = night.Night(house, people.on_duty(roster, now, ZONE))
        checks = [_to_its_end(played), *verdict.judge(played, _EXPECTED)]
        facts, took_s = verdict.facts_of(house.services), time.monotonic() - began
        screen.show_story(show, story.lines(played), ZONE)
    screen.show_reports(show, facts)
    screen.show_verdict(show, checks)
    screen.say(show, f"the night took {took_s:.1f} s")
    return not any(check.faults for check in checks)


def _to_its_end(played: night.Night) -> Check:
    says = "malam ini sampai selesai / the night was played to its end"
    try:
        night.play(played)
    except (AssertionError, LegOver, TimeoutError) as fault:
        return Check(says, (f"{played.scene}: {fault}",))
    return Check(says, ())
