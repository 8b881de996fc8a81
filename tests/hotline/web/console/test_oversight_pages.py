"""Pages for those who look after the whole: response times without false precision, and holes in the roster."""

import pytest

from hotline.web.console.figures import share
from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import signed_in
from triage.indicators import Figures, Measure
from triage.states import Duty, Role

KNIFE = "Tolong, suami saya bawa pisau, saya dan anak takut mati"


@pytest.fixture
def unit(house: House) -> House:
    """Only the first duty is filled, for ten hours; Hasna leads."""
    house.hire("sari", Role.COMPANION, duty=Duty.FIRST)
    house.hire("hasna", Role.HEAD)
    return house


@pytest.mark.parametrize(
    ("met", "breached", "percent"), [(None, None, None), (0, 0, None), (4, 0, None), (5, 0, 100), (2, 4, 33), (0, 9, 0)]
)
def test_few_reports_have_no_percentage(met: int | None, breached: int | None, percent: int | None) -> None:
    row = Figures(Measure.CLOSE, None, None, 9, met, breached, 0, None, None, None, None, None)
    assert share(row) == percent


def test_response_times_of_few_reports_are_counts(unit: House) -> None:
    ref = unit.write(KNIFE)
    unit.offer()
    unit.clock.turn(seconds=70)
    signed_in(unit, "sari").post(f"/reports/{ref}/accept")
    page = signed_in(unit, "hasna").get("/response-times").text
    assert "1 dari 1" in page
    assert "1 mnt 10 dtk" in page
    assert " %</td>" not in page


def test_response_times_of_many_reports_are_shares_with_a_bar(unit: House) -> None:
    for number in range(6):
        unit.write(KNIFE, number)
    unit.clock.turn(hours=1)
    page = signed_in(unit, "hasna").get("/response-times").text
    assert "0 %</td>" in page
    assert '<svg class="bar"' in page


def test_a_period_without_reports_says_so_and_a_wrong_one_is_refused(unit: House) -> None:
    hasna = signed_in(unit, "hasna")
    assert "Tidak ada laporan dalam periode ini." in hasna.get("/response-times?from=2020-01-01&to=2020-01-02").text
    assert hasna.get("/response-times?from=2020-02-01&to=2020-01-02").status_code == 400


def test_a_hole_in_the_roster_is_a_task(unit: House) -> None:
    page = signed_in(unit, "sari").get("/roster").text
    assert "Celah dalam 72 jam ke depan" in page
    assert "dari 13.12 WIB sampai Jum 27 Nov 03.12 WIB" in page
    assert "Piket kedua" in page


def test_a_full_roster_is_praised_and_an_empty_one_is_not(unit: House) -> None:
    rina = unit.hire("rina", Role.COMPANION)
    for duty in Duty:
        unit.on_duty(rina, duty, (-1, 80))
    assert "Tidak ada celah" in signed_in(unit, "rina").get("/roster").text
    unit.clock.turn(hours=100)
    assert "Tidak ada yang piket." in signed_in(unit, "rina").get("/roster").text
