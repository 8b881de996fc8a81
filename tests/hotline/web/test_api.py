"""The machine interface: who is let in, what each role reads, and that every answer is what the description says."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline import oversight, staffing
from hotline.views import Viewer
from hotline.web.console import create_console_app
from tests.hotline.house import SECRET_WORDS, House
from tests.hotline.web.schema_check import faults
from triage.states import Role

READS = ("/reports", "/reports/{ref}", "/reports/{ref}/events", "/response-times")


class Machine:
    """A program that reads with a token."""

    def __init__(self, house: House, role: Role = Role.HEAD) -> None:
        self.house = house
        self.browser: FlaskClient = create_console_app(house.services).test_client()
        self.token = staffing.create_token(house.services, role, "a program of the tests")

    def get(self, path: str, **headers: str) -> TestResponse:
        """Asks with its token, or with other headers."""
        chosen = headers or {"Authorization": f"Bearer {self.token}"}
        return self.browser.get(f"/api/v1{path}", headers=chosen)

    def json(self, path: str) -> Any:
        """What is answered when all is well."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def ref(house: House) -> Iterator[str]:
    """A house with a head, one accepted report and one waiting; the ref of the first."""
    head = house.hire(1, Role.HEAD)
    house.hear()
    house.clock.forward(milliseconds=1)
    house.hear_place()
    house.climb()
    (item,) = oversight.queue(house.services, Viewer(None, Role.HEAD, "t"))
    house.clock.forward(milliseconds=29_999)
    house.accept(head, item.ref)
    house.clock.forward(seconds=30)
    house.hear(caller=2)
    return item.ref


WRONG = ("", "Bearer", "Bearer ", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x", "Bearer " + "x" * 300)


@pytest.mark.parametrize("path", [*READS, "/openapi.json", "/nowhere"])
def test_nobody_is_let_in_without_a_good_token(house: House, path: str) -> None:
    machine = Machine(house)
    for header in WRONG:
        answer = machine.get(path.format(ref="ABCDEFG"), Authorization=header.format(token=machine.token))
        assert (header, answer.status_code) == (header, 401)
        assert answer.json
        assert set(answer.json) == {"error"}
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_login_of_the_console_is_no_token_and_a_revoked_token_is_none(house: House) -> None:
    machine = Machine(house)
    assert machine.get("/reports").status_code == 200
    (shown,) = staffing.list_tokens(house.services)
    staffing.revoke_token(house.services, shown.label)
    assert machine.get("/reports").status_code == 401


@pytest.mark.parametrize("role", [Role.HEAD, Role.AUDITOR])
def test_every_answer_is_what_the_description_says(house: House, ref: str, role: Role) -> None:
    machine = Machine(house, role)
    described = machine.json("/openapi.json")
    schemas = described["components"]["schemas"]
    for path, reading in described["paths"].items():
        content = reading["get"]["responses"]["200"]["content"]["application/json"]
        answer = machine.json(path.format(ref=ref))
        if path != "/openapi.json":
            assert faults(answer, content["schema"], schemas) == []
        missing = machine.get(path.format(ref=ref) + "?unknown=1")
        if path != "/openapi.json":
            assert (missing.status_code, faults(missing.json, schemas["Error"], schemas)) == (400, [])


def test_the_description_names_every_route(house: House) -> None:
    described = Machine(house).json("/openapi.json")["paths"]
    rules = create_console_app(house.services).url_map.iter_rules()
    ours = {rule.rule.removeprefix("/api/v1") for rule in rules if rule.endpoint.startswith("api.")}
    assert {path.replace("{ref}", "<ref>") for path in described} == ours - {"/<path:rest>"}


def test_a_report_has_the_facts_of_the_contract(house: House, ref: str) -> None:
    waiting, accepted = Machine(house).json("/reports")["reports"]
    assert (waiting["status"], accepted["status"]) == ("waiting", "accepted")
    assert accepted["ref"] == ref
    assert accepted["opened_at"] == "2026-03-09T05:00:00.000000Z"
    assert accepted["accepted_at"] == "2026-03-09T05:00:30.000000Z"
    assert accepted["holder"] == accepted["responsible"]
    assert accepted["first_offer_at"]
    assert waiting["holder"] is None
    assert waiting["due_at"]


def test_words_are_for_the_roles_that_may_read_them(house: House, ref: str) -> None:
    known = Machine(house, Role.COUNSELLOR).json(f"/reports/{ref}")
    assert known["messages"][0]["text"] == SECRET_WORDS
    assert known["messages"][1]["location"]["latitude"] == "1.6667"
    assert known["factors"][0]["text"]
    for role in (Role.AUDITOR, Role.COMPANION):
        machine = Machine(house, role)
        facts = machine.json(f"/reports/{ref}")
        assert (facts["messages"], facts["may_read_words"], facts["message_count"]) == (None, False, 2)
        assert {factor["text"] for factor in facts["factors"]} == {None}
        everything = "".join(machine.get(path.format(ref=ref)).text for path in READS)
        assert not any(word in everything for word in (*SECRET_WORDS.split()[:4], "1.6667", "+62", "62899"))


def test_events_tell_every_transition_in_order(house: House, ref: str) -> None:
    events = Machine(house, Role.AUDITOR).json(f"/reports/{ref}/events")["events"]
    names = [one["event"] for one in events]
    assert names[0] == "report.opened"
    assert names[-1] == "offer.accepted"
    assert [one["at"] for one in events] == sorted(one["at"] for one in events)


def test_pages_are_walked_by_their_cursor(house: House, ref: str) -> None:
    machine = Machine(house)
    first = machine.json("/reports?limit=1")
    second = machine.json(f"/reports?limit=1&cursor={first['next_cursor']}")
    assert [page["reports"][0]["ref"] == ref for page in (first, second)] == [False, True]
    assert second["next_cursor"] is None


def test_response_times_are_by_level_and_channel(house: House, ref: str) -> None:
    answer = Machine(house).json("/response-times?from=2026-03-09T12:00&to=2026-03-10T00:00:00+07:00")
    assert (answer["from"], answer["to"]) == ("2026-03-09T05:00:00.000000Z", "2026-03-09T17:00:00.000000Z")
    row = next(one for one in answer["response_times"] if one["measure"] == "acknowledge" and one["channel"])
    assert (row["level"], row["channel"], row["count"], row["met"], row["waiting"]) == ("high", "whatsapp", 2, 1, 1)
    assert (row["p50"], row["p90"], row["p99"], row["max"], row["target"]) == (30, 30, 30, 30, 600)


WRONG_QUESTIONS = [
    ("/reports?status=lost", "status"),
    ("/reports?level=urgent", "level"),
    ("/reports?channel=fax", "channel"),
    ("/reports?limit=0", "limit"),
    ("/reports?limit=201", "limit"),
    ("/reports?limit=x", "limit"),
    ("/reports?cursor=x", "cursor"),
    ("/reports?from=yesterday", "from"),
    ("/reports?levl=high", "unknown"),
    ("/reports?level=high&level=low", "level"),
    ("/response-times?from=2026-03-09T00:00&to=2026-03-09T00:00", "end"),
    ("/response-times?to=9999-12-31T23:59:59-23:59", "to"),
]


def test_a_wrong_question_gets_no_answer(house: House) -> None:
    machine = Machine(house)
    for path, word in WRONG_QUESTIONS:
        answer = machine.get(path)
        assert (path, answer.status_code) == (path, 400)
        assert answer.json
        assert word in answer.json["error"]


@pytest.mark.parametrize("path", ["/reports/ABCDEFG", "/reports/ABCDEFG/events", "/reports/%00", "/nowhere"])
def test_what_is_not_there_or_not_ours_is_not_found(house: House, path: str) -> None:
    answer = Machine(house).get(path)
    assert answer.status_code == 404
    assert answer.json
    assert set(answer.json) == {"error"}


def test_nothing_is_kept_by_anybody_on_the_way(house: House) -> None:
    machine = Machine(house)
    for answer in (machine.get("/reports"), machine.get("/reports", Authorization="x"), machine.get("/nowhere")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(house: House, method: str) -> None:
    machine = Machine(house)
    answer = getattr(machine.browser, method)("/api/v1/reports", headers={"Authorization": f"Bearer {machine.token}"})
    assert answer.status_code in (400, 405)


def test_without_a_database_it_says_try_again(tmp_path: object) -> None:
    away = House(f"sqlite:///{tmp_path}/missing/hotline.sqlite3")
    browser = create_console_app(away.services).test_client()
    answer = browser.get("/api/v1/reports", headers={"Authorization": "Bearer hotline_x"})
    assert answer.status_code == 503
    assert answer.json
