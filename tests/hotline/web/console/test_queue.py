"""The queue: who is offered what, in which order, and that nothing moves while nothing changed."""

import re

import pytest

from hotline import casework
from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import signed_in
from triage.states import Duty, Role

KNIFE = "Tolong, suami saya bawa pisau, saya dan anak takut mati"
QUESTION = "Assalamualaikum, mau tanya alamat kantornya di mana ya bu?"


@pytest.fixture
def unit(house: House) -> House:
    """Sari has the duty, Rina is at home, Hasna leads."""
    house.hire("sari", Role.COMPANION, duty=Duty.FIRST)
    house.hire("rina", Role.COMPANION)
    house.hire("hasna", Role.HEAD)
    return house


def version(page: str) -> str:
    """The version token that a page holds."""
    found = re.search(r'name="version" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_an_empty_queue_says_so(unit: House) -> None:
    page = signed_in(unit, "sari").get("/").text
    assert "Tidak ada laporan menunggu." in page
    assert 'role="alert" id="calling"' not in page


def test_whom_the_offer_reaches_gets_the_buttons_and_nobody_else(unit: House) -> None:
    ref = unit.write(KNIFE)
    unit.offer()
    assert f"/reports/{ref}/accept" in signed_in(unit, "sari").get("/").text
    other = signed_in(unit, "rina").get("/").text
    assert ref in other
    assert "/accept" not in other
    assert "ditawarkan ke" in other


def test_an_emergency_nobody_took_stands_above_all(unit: House) -> None:
    unit.write(QUESTION, 2)
    unit.clock.turn(minutes=5)
    ref = unit.write(KNIFE)
    page = signed_in(unit, "hasna").get("/").text
    assert "1 laporan darurat belum diterima" in page
    assert "<title>(1) Antrean" in page
    assert re.findall(r'id="card-([A-Z0-9]+)"', page)[0] == ref


def test_no_word_of_a_caller_is_in_the_queue(unit: House) -> None:
    unit.write(KNIFE)
    unit.offer()
    page = signed_in(unit, "sari").get("/").text
    assert "pisau" not in page
    assert "0811" not in page
    assert "62811" not in page


def test_an_unchanged_queue_answers_with_nothing(unit: House) -> None:
    unit.write(KNIFE)
    visit = signed_in(unit, "sari")
    known = version(visit.get("/").text)
    quiet = visit.get(f"/queue/changes?version={known}", **{"HX-Request": "true"})
    assert (quiet.status_code, quiet.text) == (204, "")
    unit.offer()
    changed = visit.get(f"/queue/changes?version={known}", **{"HX-Request": "true"})
    assert changed.status_code == 200
    assert "<html" not in changed.text
    assert version(changed.text) != known


def test_the_alarm_of_other_pages_changes_only_with_the_emergencies(unit: House) -> None:
    visit = signed_in(unit, "sari")
    silent = visit.get("/queue/alarm?alarm_version=").text
    assert 'role="alert"' not in silent
    unit.write(KNIFE)
    ringing = visit.get("/queue/alarm?alarm_version=").text
    known = re.search(r'name="alarm_version" value="([0-9a-f]+)"', ringing)
    assert known is not None
    assert "1 laporan darurat belum diterima" in ringing
    assert visit.get(f"/queue/alarm?alarm_version={known[1]}").status_code == 204


def test_polling_after_the_end_of_a_session_gets_a_bare_refusal(unit: House) -> None:
    visit = signed_in(unit, "sari")
    unit.clock.turn(hours=1)
    answer = visit.get("/queue/changes?version=x", **{"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (401, "")


def test_a_held_report_shows_whose_it_is(unit: House) -> None:
    ref = unit.write(KNIFE)
    unit.offer()
    sari = signed_in(unit, "sari")
    sari.post(f"/reports/{ref}/accept")
    assert "Anda memegang laporan ini" in sari.get("/").text
    assert "diterima oleh S" in signed_in(unit, "rina").get("/").text


def test_many_reports_are_cut_off_with_a_way_to_the_rest(unit: House) -> None:
    for number in range(64):
        unit.write(QUESTION, number + 10)
    page = signed_in(unit, "sari").get("/").text
    assert page.count('class="card ') == 60
    assert "4 lagi di daftar laporan" in page


def test_a_closed_report_leaves_the_queue(unit: House) -> None:
    ref = unit.write(KNIFE)
    unit.offer()
    signed_in(unit, "sari").post(f"/reports/{ref}/accept")
    for who in ("sari", "hasna"):
        signed_in(unit, who).post(f"/reports/{ref}/close", reason=casework.CloseReason.HELPED)
    assert ref not in signed_in(unit, "rina").get("/").text
