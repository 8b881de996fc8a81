"""The demo: its people, its folder, its ports, and processes that come back and leave nothing behind."""

import os
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.settings import Mode, load_settings
from hotline import roster_file
from hotline.demo import people
from hotline.demo.children import Children, Recipe, last_line, members
from hotline.demo.faults import DemoFailed
from hotline.demo.place import Place, environment
from hotline.demo.ports import check_free, free_ports, is_free
from tests.services import eventually
from triage.protocol import load_protocol
from triage.states import Role

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
GRANDCHILD = "import subprocess; print('up', flush=True); subprocess.run(['sleep', '60'])"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path / ".demo")
    found.prepare(fresh=False)
    return found


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    recipe = Recipe("sleeper", [sys.executable, "-c", GRANDCHILD], {"PATH": os.environ["PATH"]})
    found = Children([recipe], tmp_path, lambda text: None)
    found.launch()
    yield found
    found.end()


def test_the_sample_unit_has_thirteen_people_with_numbers_of_nobody() -> None:
    phones = {member.phone for member in people.STAFF}
    assert len(phones) == len({member.username for member in people.STAFF}) == 13
    assert all(phone.startswith("+6281100000") for phone in phones)
    assert {member.role for member in people.STAFF} == set(Role)


@pytest.mark.parametrize("roster", [people.turns(NOW, ZONE), people.one_long_night(NOW, ZONE)])
def test_somebody_is_on_duty_now_and_for_two_weeks_without_a_hole(roster: list[people.Turn]) -> None:
    assert all(earlier.ends_at == later.starts_at for earlier, later in pairwise(roster))
    assert all(turn.first is not turn.second for turn in roster)
    assert people.on_duty(roster, NOW + timedelta(days=13), ZONE)
    assert people.on_duty(roster, NOW, ZONE)


def test_the_roster_of_tomorrow_contradicts_nothing_of_today() -> None:
    today, tomorrow = people.turns(NOW, ZONE), people.turns(NOW + timedelta(days=1), ZONE)
    assert today[3:] == tomorrow[: len(today) - 3]


def test_the_roster_is_a_file_that_the_importer_understands() -> None:
    lines = roster_file.parse(people.roster_file(people.turns(NOW, ZONE)), ZONE).lines
    assert len(lines) == people.DAYS * 3 * 2


def test_the_environment_is_complete_and_takes_no_account_from_outside(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "f" * 32)
    monkeypatch.setenv("HOTLINE_MODE", "production")
    settings = load_settings(environment(place, free_ports()))
    assert settings.mode is Mode.DEMO
    assert settings.twilio_account_sid == "AC" + "0" * 32


def test_keys_are_invented_once_and_are_for_their_owner_alone(place: Place) -> None:
    assert place.keys() == place.keys()
    assert (place.folder / "keys.json").stat().st_mode & 0o077 == 0
    place.prepare(fresh=True)
    assert not place.has_keys


def test_a_folder_serves_one_demo_at_a_time(place: Place) -> None:
    with place.lock(), pytest.raises(DemoFailed, match="runs already"):
        place.lock()
    place.lock().close()


def test_the_quick_protocol_differs_in_the_waiting_only(place: Place) -> None:
    quick = place.quick_protocol(4)
    assert load_protocol(quick).version == load_protocol(Path("config/protocol.toml")).version
    waits = [line for line in quick.read_text().splitlines() if "wait_s" in line and not line.startswith("#")]
    assert waits
    assert all("wait_s = 4 }" in line for line in waits)


def test_a_port_in_use_is_named_with_the_option_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(DemoFailed, match=f"port {port} is in use.*--console-port"):
            check_free({"--console-port": port})
    assert is_free(port)


def sessions(children: Children, folder: Path) -> list[int]:
    """The processes that write into the log of the only child, by their parent's session."""
    assert children.is_alive()
    return [pid for pid in alive() if str(folder) in stdout_of(pid)]


def alive() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def stdout_of(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/fd/1")
    except OSError:
        return ""


def test_ending_leaves_nothing_behind_not_even_what_children_started(children: Children, tmp_path: Path) -> None:
    eventually(lambda: len(sessions(children, tmp_path)) == 2)
    children.end()
    assert not [pid for pid in alive() if str(tmp_path) in stdout_of(pid)]


def test_a_child_that_dies_is_started_again_and_its_own_children_with_it(children: Children, tmp_path: Path) -> None:
    before = eventually(lambda: sessions(children, tmp_path) if len(sessions(children, tmp_path)) == 2 else None)
    children.kill("sleeper")
    eventually(lambda: set(sessions(children, tmp_path)).isdisjoint(before) and len(sessions(children, tmp_path)) == 2)
    assert children.died() == "sleeper: up"


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    household = Children([Recipe("nothing", ["/nowhere/at/all"], {"PATH": ""})], tmp_path / "absent", lambda text: None)
    with pytest.raises(DemoFailed, match="cannot be started"):
        household.launch()
    household.end()


def test_the_last_words_of_a_log_are_found(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    assert last_line(log) == "no log"
    log.write_text("first\nsettings: INDEX_KEY is missing\n\n")
    assert last_line(log) == "settings: INDEX_KEY is missing"


def test_a_session_has_its_members() -> None:
    assert os.getpid() in members(os.getsid(0))
