"""The command line: what it prints last, its exit codes, and faults in one line without a traceback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from hotline import accounts, staffing
from hotline.store.tables import event
from hotline.web.cli import register_cli
from tests.databases import ROOT
from tests.hotline.house import OTHER_KEY, House, phone
from tests.services import environment, key
from triage.answers import ALPHABET
from triage.states import Role

HEADING = "phone,duty,starts_at,ends_at\n"
SHIFT = f"{phone(1)},first,2026-03-10T08:00,2026-03-10T16:00\n"


class Keyboard:
    """Somebody at the keyboard of the server."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.app = Flask("keyboard")
        register_cli(self.app, lambda: house.services)

    def run(self, *words: str) -> Result:
        """Types a command."""
        return self.app.test_cli_runner().invoke(args=list(words))

    def last_line(self, *words: str) -> str:
        """The last line of a command that succeeds."""
        done = self.run(*words)
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()[-1]

    def refusal(self, *words: str) -> str:
        """What a command says that is refused."""
        done = self.run(*words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ")
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture
def keyboard(house: House) -> Keyboard:
    """A keyboard of an empty house."""
    return Keyboard(house)


def written(tmp_path: Path, text: str) -> str:
    """A file with this text."""
    file = tmp_path / "roster.csv"
    file.write_text(text)
    return str(file)


def test_staff_are_added_listed_and_disabled_by_code(keyboard: Keyboard) -> None:
    code = keyboard.last_line("staff", "add", "Siti Rahma", "--role", "companion", "--phone", phone(1))
    assert set(code[1:]) <= set(ALPHABET)
    assert len(code) == 4
    listed = keyboard.run("staff", "list").stdout
    assert [code in listed, "SR" in listed, "active" in listed] == [True] * 3
    assert not any(secret in listed for secret in ("Siti", "62811", "Rahma"))
    described = keyboard.last_line("staff", "describe", code, "--gender", "woman", "--speaks", "id,min")
    assert described == "noted"
    assert "codes" in keyboard.refusal("staff", "describe", code, "--speaks", "b4d")
    assert "code" in keyboard.refusal("staff", "describe", "NOBODY", "--gender", "man")
    assert keyboard.last_line("staff", "disable", code) == "disabled; reports handed back: 0"
    assert "disabled" in keyboard.run("staff", "list").stdout
    assert "code" in keyboard.refusal("staff", "disable", code)


def test_a_refused_member_is_one_line_that_repeats_no_number(keyboard: Keyboard) -> None:
    keyboard.house.hire(1)
    words = keyboard.refusal("staff", "add", "Rina", "--role", "head", "--phone", phone(1))
    assert words == "Error: this phone is already used by active staff\n"
    assert "1234" not in keyboard.refusal("staff", "add", "Rina", "--role", "head", "--phone", "+1234")


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "add", "Rina", "--role", "boss", "--phone", "+628110000001"),
        ("staff", "add", "Rina", "--phone", "+628110000001"),
        ("staff", "add"),
        ("staff", "fire"),
        ("roster", "import", "/nowhere/roster.csv"),
        ("roster", "gaps", "--days", "0"),
        ("token", "create", "--role", "auditor"),
    ],
)
def test_a_command_that_is_written_wrongly_ends_with_two(words: tuple[str, ...], tmp_path: Path) -> None:
    done = Keyboard(House(f"sqlite:///{tmp_path}/none.sqlite3")).run(*words)
    assert done.exit_code == 2
    assert "Usage:" in done.stderr or "Error:" in done.stderr


def test_a_roster_is_imported_shown_and_its_gaps_are_an_exit_code(keyboard: Keyboard, tmp_path: Path) -> None:
    code = keyboard.house.hire(1)
    file = written(tmp_path, HEADING + SHIFT)
    assert keyboard.last_line("roster", "import", file) == "added 1, unchanged 0, removed 0"
    assert keyboard.last_line("roster", "import", file) == "added 0, unchanged 1, removed 0"
    assert keyboard.last_line("roster", "show").split()[-2:] == [code, "SR"]
    gaps = keyboard.run("roster", "gaps", "--days", "2")
    assert gaps.exit_code == 1
    assert len(gaps.stdout.splitlines()) == 4
    keyboard.house.put_on_duty(1, "second")
    keyboard.house.hire(2)
    keyboard.house.put_on_duty(2, "first")
    assert keyboard.last_line("roster", "gaps", "--days", "1") == "no gaps in the next 1 days"


def test_a_wrong_roster_is_refused_with_its_line_numbers(keyboard: Keyboard, tmp_path: Path) -> None:
    keyboard.house.hire(1)
    words = keyboard.refusal("roster", "import", written(tmp_path, HEADING + SHIFT + "x,first,now,then\n"))
    assert words.count("line 3: ") == 3
    assert keyboard.run("roster", "show").stdout.startswith("no shifts")


def test_a_token_is_printed_once_and_ended_by_its_label(keyboard: Keyboard) -> None:
    token = keyboard.last_line("token", "create", "--role", "auditor", "--note", "province")
    assert staffing.token_viewer(keyboard.house.services, token)
    listed = keyboard.run("token", "list").stdout
    assert token not in listed
    assert keyboard.last_line("token", "revoke", listed.splitlines()[-1].split()[0]) == "revoked"
    assert staffing.token_viewer(keyboard.house.services, token) is None
    assert "label" in keyboard.refusal("token", "revoke", "12345678")


def test_an_invitation_is_a_password_that_signs_in(keyboard: Keyboard) -> None:
    code = keyboard.house.hire(1)
    password = keyboard.last_line("account", "invite", code, "--username", "siti")
    assert accounts.sign_in(keyboard.house.services, "siti", password)
    keyboard.refusal("account", "invite", code, "--username", "siti")
    keyboard.refusal("account", "invite", "S999", "--username", "rina")


def test_an_altered_log_is_an_exit_code_and_its_first_place(keyboard: Keyboard) -> None:
    keyboard.house.hire(1)
    assert keyboard.last_line("audit", "verify") == "the chain of 1 entries holds"
    keyboard.house.services.database.run(lambda tx: tx.execute(update(event).values(actor="nobody")))
    broken = keyboard.run("audit", "verify")
    assert broken.exit_code == 1
    assert broken.stdout.splitlines()[-1].startswith("staffing entry 1")


def test_keys_are_rotated_to_the_last_field(keyboard: Keyboard) -> None:
    keyboard.house.hire(1)
    ringed = House(keyboard.house.url, FIELD_KEYS=f"{OTHER_KEY},{key(1)}")
    rotated = Keyboard(ringed).last_line("keys", "rotate")
    ringed.shut()
    assert rotated.startswith("encrypted again 5 of 5 fields")
    new = House(keyboard.house.url, FIELD_KEYS=OTHER_KEY)
    assert Keyboard(new).last_line("keys", "rotate").startswith("encrypted again 0 of 5 fields")
    new.shut()
    assert "no key opens 5 fields" in Keyboard(keyboard.house).run("keys", "rotate").stderr


def test_the_preflight_says_what_is_missing_in_a_line_each(keyboard: Keyboard) -> None:
    done = keyboard.run("preflight")
    lines = {line.split(":")[0]: line for line in done.stdout.splitlines()}
    assert done.exit_code == 1
    assert "✓ database" in lines
    assert "✓ keys" in lines
    assert {"✗ redis", "✗ carrier", "✗ staff", "✗ roster", "✗ clock", "! ticker"} <= set(lines)
    assert len(lines) == len(done.stdout.splitlines()) == 10


def test_the_preflight_warns_when_another_unit_lives_in_the_database(house: House) -> None:
    neighbour = House(house.url, UNIT_CODE="SIAK")
    neighbour.hire(1)
    assert "! database: holds 1 other unit(s)" in Keyboard(house).run("preflight").stdout
    neighbour.shut()


def test_the_preflight_sees_wrong_keys(house: House) -> None:
    house.hire(1, Role.HEAD)
    for changes, word in (({"FIELD_KEYS": OTHER_KEY}, "FIELD_KEYS"), ({"INDEX_KEY": key(7)}, "INDEX_KEY")):
        wrong = House(house.url, **changes)
        assert f"✗ keys: {word}" in Keyboard(wrong).run("preflight").stdout
        wrong.shut()


def test_without_tables_every_command_says_what_to_do(empty_database_url: str) -> None:
    bare = House(empty_database_url)
    try:
        assert "alembic upgrade head" in Keyboard(bare).refusal("staff", "list")
        preflight = Keyboard(bare).run("preflight")
        assert preflight.exit_code == 1
        assert "✗ database: tables are at revision none" in preflight.stdout
    finally:
        bare.shut()


@pytest.fixture
def away(tmp_path: Path) -> Iterator[House]:
    """A house whose database is not there."""
    house = House(f"sqlite:///{tmp_path}/missing/hotline.sqlite3")
    yield house
    house.shut()


def test_without_a_database_every_command_is_refused_in_one_line(away: House) -> None:
    keyboard = Keyboard(away)
    for words in (("staff", "list"), ("roster", "gaps"), ("token", "list"), ("audit", "verify"), ("keys", "rotate")):
        assert "the database cannot be reached" in keyboard.refusal(*words)
    assert keyboard.run("preflight").exit_code == 1


def flask(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator runs it."""
    surroundings = os.environ | environment(**changes)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)


def test_the_commands_are_there_for_operators(sqlite_url: str) -> None:
    added = flask("staff", "add", "Siti", "--role", "head", "--phone", phone(1), DATABASE_URL=sqlite_url)
    assert added.returncode == 0, added.stderr
    assert len(added.stdout.splitlines()[-1]) == 4
    refused = flask("staff", "add", "Siti", "--role", "head", "--phone", phone(1), DATABASE_URL=sqlite_url)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
