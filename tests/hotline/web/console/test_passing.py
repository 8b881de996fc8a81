"""Passing a report on in the console: what each form commits, who may use it, and what is hidden for good."""

import pytest
from sqlalchemy import select

from hotline import staffing
from hotline.store import events
from hotline.store.tables import caller, dispatch, staff, wish
from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import Visit, signed_in
from triage.protocol import Level
from triage.states import Duty, Happening, OfferKind, Role

KNIFE = "Tolong, suami saya bawa pisau, saya dan anak takut mati"
MEEK = "kemarin suami saya memukul saya"


@pytest.fixture
def unit(house: House) -> House:
    """Sari and Rina have the duty; Dewi counsels, Hasna leads."""
    house.hire("sari", Role.COMPANION, duty=Duty.FIRST)
    house.hire("rina", Role.COMPANION, duty=Duty.SECOND)
    house.hire("dewi", Role.COUNSELLOR)
    house.hire("hasna", Role.HEAD)
    return house


def held(unit: House, text: str = MEEK) -> tuple[str, Visit]:
    """A report that Sari holds, and Sari at her screen."""
    ref = unit.write(text)
    unit.offer()
    sari = signed_in(unit, "sari")
    sari.post(f"/reports/{ref}/accept")
    return ref, sari


def names(unit: House, ref: str) -> list[Happening]:
    """What happened to a report."""
    with unit.services.database.look() as tx:
        return [past.name for past in events.history(tx, ref)]


def code_of(unit: House, initials: str) -> str:
    """The code of a colleague."""
    return next(one.code for one in staffing.list_staff(unit.services) if one.initials == initials)


def column(unit: House, what: object) -> list[object]:
    """All values of one column."""
    with unit.services.database.look() as tx:
        return [row[0] for row in tx.rows(select(what))]  # type: ignore[call-overload]


def test_the_holder_gives_it_back_and_is_led_to_the_queue(unit: House) -> None:
    ref, sari = held(unit)
    assert "Lepas laporan" in sari.get(f"/reports/{ref}").text
    done = sari.post(f"/reports/{ref}/release", reason="shift over")
    assert done.headers["Location"].endswith("/")
    assert Happening.RELEASED in names(unit, ref)


def test_a_hand_over_and_an_assignment_are_requests(unit: House) -> None:
    ref, sari = held(unit)
    sari.post(f"/reports/{ref}/ask", to=code_of(unit, "R"), reason="too much")
    assert "Sebelum ada jawaban ya" in sari.get(f"/reports/{ref}").text
    signed_in(unit, "hasna").post(f"/reports/{ref}/ask", to=code_of(unit, "D"), reason="better suited")
    assert {Happening.HANDOVER_ASKED, Happening.ASSIGNED} <= set(names(unit, ref))
    signed_in(unit, "rina").post(f"/reports/{ref}/accept")
    assert Happening.HANDED_OVER in names(unit, ref)
    assert OfferKind.HANDOVER == "handover"


@pytest.mark.parametrize("reason", ["", "because"])
def test_a_reason_is_one_of_the_list(unit: House, reason: str) -> None:
    ref, sari = held(unit)
    for act in ("release", "ask", "lower"):
        assert sari.post(f"/reports/{ref}/{act}", reason=reason, level="low", to="X").status_code == 400
    assert sari.post(f"/reports/{ref}/lower", reason="other", level="none").status_code == 400


def test_a_level_is_lowered_by_a_person_and_an_emergency_by_two(unit: House) -> None:
    ref, sari = held(unit, KNIFE)
    sari.post(f"/reports/{ref}/lower", level="high", reason="no danger now")
    assert column(unit, dispatch.c.level) == [Level.EMERGENCY]
    assert "Orang kedua harus memutuskan" in sari.get(f"/reports/{ref}").text
    signed_in(unit, "hasna").post(f"/reports/{ref}/lower", level="high", reason="no danger now")
    assert column(unit, dispatch.c.level) == [Level.HIGH]


def test_a_counsellor_is_sought_once(unit: House) -> None:
    ref, sari = held(unit)
    for _ in range(2):
        sari.post(f"/reports/{ref}/counsellor")
    assert sorted(column(unit, dispatch.c.part)) == ["counsellor", "responder"]
    unit.offer()
    dewi = signed_in(unit, "dewi")
    dewi.post(f"/reports/{ref}/accept")
    assert "Anda memegang laporan ini" in dewi.get(f"/reports/{ref}").text


def test_a_wish_is_noted_and_the_callers_consent_too(unit: House) -> None:
    ref, sari = held(unit)
    assert sari.post(f"/reports/{ref}/wish", gender="").status_code == 400
    sari.post(f"/reports/{ref}/wish", gender="woman", only="on")
    assert column(unit, wish.c.only_this) == [True]
    sari.post(f"/reports/{ref}/agree")
    assert None not in column(unit, wish.c.waived_at)


def test_whoever_is_shut_out_finds_no_report_at_all(unit: House) -> None:
    ref, sari = held(unit)
    assert sari.post(f"/reports/{ref}/exclude", who=code_of(unit, "S")).status_code == 403
    signed_in(unit, "hasna").post(f"/reports/{ref}/exclude", who=code_of(unit, "S"))
    assert sari.get(f"/reports/{ref}").status_code == 404
    assert ref not in sari.get("/").text + sari.get("/reports").text
    for act in ("accept", "contact", "release", "number", "close"):
        answer = sari.post(f"/reports/{ref}/{act}", reason="other" if act == "release" else "helped", purpose="call")
        assert answer.status_code == 404


def test_a_leader_has_a_number_rung_for_danger_alone_and_takes_it_back(unit: House) -> None:
    ref, sari = held(unit)
    hasna = signed_in(unit, "hasna")
    assert sari.post(f"/reports/{ref}/block", on="on").status_code == 403
    hasna.post(f"/reports/{ref}/block", on="on")
    assert None not in column(unit, caller.c.blocked_at)
    hasna.post(f"/reports/{ref}/block")
    assert column(unit, caller.c.blocked_at) == [None]


def test_what_callers_may_wish_for_is_described_by_command(unit: House) -> None:
    staffing.describe_staff(unit.services, code_of(unit, "R"), staffing.Gender.WOMAN, ["min", "id"])
    assert sorted(map(str, column(unit, staff.c.speaks))) == ["id", "id", "id", "id", "id,min"]


def test_her_new_words_ask_the_holder_for_an_answer(unit: House) -> None:
    ref, sari = held(unit)
    sari.post(f"/reports/{ref}/contact")
    assert "Pesan barunya" not in sari.get(f"/reports/{ref}").text
    unit.write("dia datang lagi")
    assert "Pesan barunya sudah saya tanggapi" in sari.get(f"/reports/{ref}").text
    sari.post(f"/reports/{ref}/contact")
    assert "Pesan barunya" not in sari.get(f"/reports/{ref}").text
