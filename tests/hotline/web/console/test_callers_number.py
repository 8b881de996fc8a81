"""Reaching the caller: whose eyes the number is for, that looking is written down first, and that it leaks nowhere."""

import pytest

from hotline.callers_number import number_shown
from hotline.store import events
from hotline.store.callers import CallerBehind
from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import signed_in
from triage.events import Channel
from triage.states import Duty, Happening, Role

NUMBER = "+6281100000001"
MASKED = "08••••••001"


@pytest.fixture
def unit(house: House) -> House:
    """Sari has the duty; nobody else is on it."""
    house.hire("sari", Role.COMPANION, duty=Duty.FIRST)
    for name, role in (("rina", Role.COMPANION), ("dewi", Role.COUNSELLOR), ("putri", Role.PSYCHOLOGIST)):
        house.hire(name, role)
    for name, role in (("hasna", Role.HEAD), ("sinta", Role.SUPERVISOR), ("amira", Role.AUDITOR)):
        house.hire(name, role)
    return house


def held(unit: House, text: str = "Tolong, suami saya bawa pisau", channel: Channel = Channel.WHATSAPP) -> str:
    """A report that Sari holds."""
    ref = unit.write(text, 1, channel)
    unit.offer()
    signed_in(unit, "sari").post(f"/reports/{ref}/accept")
    return ref


def looks(unit: House, ref: str) -> list[tuple[str, str]]:
    """Who was shown the number, and why."""
    with unit.services.database.look() as tx:
        past = events.history(tx, ref)
    return [(one.actor, one.detail["purpose"]) for one in past if one.name is Happening.REVEALED_NUMBER]


RIGHTS = [
    ("sari", 200),
    ("hasna", 200),
    ("sinta", 200),
    ("rina", 404),
    ("dewi", 404),
    ("putri", 404),
    ("amira", 403),
]


@pytest.mark.parametrize(("name", "status"), RIGHTS)
def test_the_number_is_for_the_holder_and_for_leaders(unit: House, name: str, status: int) -> None:
    ref, visit = held(unit), signed_in(unit, name)
    page = visit.get(f"/reports/{ref}").text
    assert (MASKED in page) is (status == 200)
    answer = visit.post(f"/reports/{ref}/number", purpose="call")
    assert answer.status_code == status
    assert (NUMBER in answer.text) is (status == 200)
    assert len(looks(unit, ref)) == (1 if status == 200 else 0)


def test_whoever_looks_is_written_down_with_her_purpose(unit: House) -> None:
    ref, sari = held(unit), signed_in(unit, "sari")
    answer = sari.post(f"/reports/{ref}/number", purpose="reply")
    assert [purpose for _, purpose in looks(unit, ref)] == ["reply"]
    assert f'href="tel:{NUMBER}" rel="noreferrer"' in answer.text
    assert f'href="https://wa.me/{NUMBER[1:]}" rel="noreferrer' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Nomor pelapor ditampilkan" in sari.get(f"/reports/{ref}").text


def test_without_the_note_there_is_no_number(unit: House) -> None:
    ref, sari = held(unit), signed_in(unit, "sari")
    with unit.services.database.begin() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE event RENAME TO event_away")
    unit.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = sari.post(f"/reports/{ref}/number", purpose="call")
    with unit.services.database.begin() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE event_away RENAME TO event")
    assert answer.status_code >= 500
    assert NUMBER[3:] not in answer.text


@pytest.mark.parametrize("purpose", ["", "because", "call "])
def test_without_a_purpose_of_the_list_nothing_is_shown(unit: House, purpose: str) -> None:
    ref, sari = held(unit), signed_in(unit, "sari")
    assert sari.post(f"/reports/{ref}/number", purpose=purpose).status_code == 400
    assert looks(unit, ref) == []


def test_a_report_that_was_closed_is_out_of_its_holders_hands(unit: House) -> None:
    ref, sari = held(unit), signed_in(unit, "sari")
    for visit in (sari, signed_in(unit, "hasna")):
        visit.post(f"/reports/{ref}/close", reason="helped")
    assert sari.post(f"/reports/{ref}/number", purpose="call").status_code == 404
    assert MASKED not in sari.get(f"/reports/{ref}").text


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Tolong, suami saya bawa pisau", "Tanyakan dulu apakah aman bicara"),
        ("tolong, jangan balas, dia baca hp saya", "ponsel ini tidak aman"),
    ],
)
def test_before_the_number_stands_whether_it_is_safe_to_talk(unit: House, text: str, warning: str) -> None:
    ref, sari = held(unit, text), signed_in(unit, "sari")
    assert warning in sari.get(f"/reports/{ref}").text
    assert warning in sari.post(f"/reports/{ref}/number", purpose="call").text


def test_what_was_said_of_a_phone_warns_in_its_next_report_on_another_channel_too(unit: House) -> None:
    ref = unit.write("jangan balas, dia baca hp saya", 1, Channel.WHATSAPP)
    signed_in(unit, "hasna").post(f"/reports/{ref}/close", reason="helped")
    later = unit.write("tolong dia pukul saya lagi", 1, Channel.SMS)
    assert later != ref
    assert "ponsel ini tidak aman" in signed_in(unit, "hasna").get(f"/reports/{later}").text


@pytest.mark.parametrize("address", ["", "anonymous", "+266696687", "whatsapp:ID.1Ab2c3", "INFO"])
def test_a_caller_who_hides_has_no_number_to_show(address: str) -> None:
    assert number_shown(CallerBehind(address, unsafe=False)).masked is None


def test_the_number_stands_in_no_list_and_on_no_page_before_it_is_asked_for(unit: House) -> None:
    ref, hasna = held(unit), signed_in(unit, "hasna")
    for path in ("/", "/reports", f"/reports/{ref}", "/queue/changes"):
        assert NUMBER[3:] not in hasna.get(path).text
    assert "••" not in hasna.get("/").text + hasna.get("/reports").text
