"""The page of a report: who reads words, what each button commits, and that pressing twice does no harm."""

import pytest

from hotline.store import events
from tests.hotline.web.console.house import House
from tests.hotline.web.console.visits import Visit, signed_in
from triage.events import Channel
from triage.states import Duty, Happening, Role

KNIFE = "Tolong, suami saya bawa pisau, saya dan anak takut mati"


@pytest.fixture
def unit(house: House) -> House:
    """One person of each role; Sari and Rina have the duty."""
    house.hire("sari", Role.COMPANION, duty=Duty.FIRST)
    house.hire("rina", Role.COMPANION, duty=Duty.SECOND)
    for name, role in (("dewi", Role.COUNSELLOR), ("putri", Role.PSYCHOLOGIST), ("hasna", Role.HEAD)):
        house.hire(name, role)
    house.hire("sinta", Role.SUPERVISOR)
    house.hire("amira", Role.AUDITOR)
    return house


def report(unit: House, text: str = KNIFE) -> str:
    """A report that is offered to Sari."""
    ref = unit.write(text)
    unit.offer()
    return ref


def names(unit: House, stream: str) -> list[Happening]:
    """What happened in a stream."""
    with unit.services.database.look() as tx:
        return [past.name for past in events.history(tx, stream)]


@pytest.mark.parametrize(
    ("name", "reads"),
    [("sari", True), ("dewi", True), ("putri", True), ("sinta", True), ("hasna", True), ("amira", False)],
)
def test_words_are_for_those_who_need_them(unit: House, name: str, reads: bool) -> None:
    page = signed_in(unit, name).get(f"/reports/{report(unit)}")
    assert page.status_code == 200
    assert ("bawa pisau" in page.text) is reads
    assert "62811" not in page.text


def test_a_companion_without_offer_sees_facts_and_no_words(unit: House) -> None:
    unit.hire("wulan", Role.COMPANION)
    page = signed_in(unit, "wulan").get(f"/reports/{report(unit)}").text
    assert "bawa pisau" not in page
    assert "Isinya hanya untuk orang yang memegang" in page


@pytest.mark.parametrize(("name", "takes"), [("wulan", False), ("dewi", False), ("putri", False), ("sinta", True)])
def test_only_a_leader_takes_a_report_that_was_never_offered_to_her(unit: House, name: str, takes: bool) -> None:
    unit.hire("wulan", Role.COMPANION)
    ref, visit = report(unit), signed_in(unit, name)
    assert (f"/reports/{ref}/accept" in visit.get(f"/reports/{ref}").text) is takes
    visit.post(f"/reports/{ref}/accept")
    assert (Happening.OFFER_ACCEPTED in names(unit, ref)) is takes
    assert ("tidak lagi ditawarkan" in visit.get("/").text) is not takes
    assert ("bawa pisau" in visit.get(f"/reports/{ref}").text) is (name != "wulan")


def test_an_offer_that_lapsed_can_still_be_taken(unit: House) -> None:
    ref, sari = report(unit), signed_in(unit, "sari")
    unit.clock.turn(minutes=20)
    unit.offer()
    assert f"/reports/{ref}/accept" in sari.get(f"/reports/{ref}").text
    assert sari.post(f"/reports/{ref}/accept").location == f"/reports/{ref}"


def test_looking_is_written_down_before_it_is_shown(unit: House) -> None:
    ref = report(unit)
    staff_id = unit.hire("wulan", Role.COMPANION)
    signed_in(unit, "wulan").get(f"/reports/{ref}")
    assert names(unit, f"staff:{staff_id}") == [Happening.REPORT_VIEWED]


def test_the_words_that_decided_are_marked(unit: House) -> None:
    page = signed_in(unit, "dewi").get(f"/reports/{report(unit)}").text
    assert "<mark" in page
    assert "Senjata" in page
    assert "Mengapa tingkat ini" in page


@pytest.mark.parametrize("path", ["/reports/ABCDEFG", "/reports/'--", "/reports/../x", "/nowhere"])
def test_a_report_that_is_not_there_is_simply_not_there(unit: House, path: str) -> None:
    page = signed_in(unit, "hasna").get(path)
    assert page.status_code == 404
    assert "Tidak ada di sini" in page.text


def test_accepting_says_until_when_and_twice_is_once(unit: House) -> None:
    ref, sari = report(unit), signed_in(unit, "sari")
    for _ in range(2):
        assert sari.post(f"/reports/{ref}/accept").location == f"/reports/{ref}"
    page = sari.get(f"/reports/{ref}").text
    assert f"Anda memegang {ref}" in page
    assert names(unit, ref).count(Happening.OFFER_ACCEPTED) == 1


def test_who_comes_second_is_told_who_was_first(unit: House) -> None:
    ref = report(unit)
    unit.clock.turn(minutes=3)
    unit.offer()
    signed_in(unit, "rina").post(f"/reports/{ref}/accept")
    sari = signed_in(unit, "sari")
    assert sari.post(f"/reports/{ref}/accept").location == "/"
    assert f"{ref} sudah diterima oleh R" in sari.get("/").text


def test_declining_needs_a_reason_of_the_list_and_goes_on(unit: House) -> None:
    ref, sari = report(unit), signed_in(unit, "sari")
    assert sari.post(f"/reports/{ref}/decline", reason="because").status_code == 400
    assert sari.post(f"/reports/{ref}/decline", reason="far").location == "/"
    assert f"Anda menolak {ref}" in sari.get("/").text
    assert "/accept" not in sari.get("/").text
    assert Happening.OFFER_DECLINED in names(unit, ref)


def test_first_contact_is_the_holders_to_note(unit: House) -> None:
    ref, sari, rina = report(unit), signed_in(unit, "sari"), signed_in(unit, "rina")
    sari.post(f"/reports/{ref}/accept")
    rina.post(f"/reports/{ref}/contact")
    assert f"Anda tidak memegang {ref}" in rina.get(f"/reports/{ref}").text
    sari.post(f"/reports/{ref}/contact")
    page = sari.get(f"/reports/{ref}").text
    assert "Kontak pertama dicatat" in page
    assert "Anda sudah menghubungi" in page


def test_closing_needs_a_reason_and_the_right_person(unit: House) -> None:
    ref, sari, rina = report(unit), signed_in(unit, "sari"), signed_in(unit, "rina")
    sari.post(f"/reports/{ref}/accept")
    assert sari.post(f"/reports/{ref}/close", reason="").status_code == 400
    rina.post(f"/reports/{ref}/close", reason="helped")
    assert Happening.REPORT_CLOSED not in names(unit, ref)
    sari.post(f"/reports/{ref}/close", reason="referred")
    assert "Orang kedua harus memutuskan" in sari.get(f"/reports/{ref}").text
    signed_in(unit, "hasna").post(f"/reports/{ref}/close", reason="referred")
    page = sari.get(f"/reports/{ref}").text
    assert "Dirujuk ke mitra" in page
    assert "/accept" not in page
    assert names(unit, ref).count(Happening.REPORT_CLOSED) == 1


def test_what_an_auditor_may_not_do_she_cannot_do(unit: House) -> None:
    ref, amira = report(unit), signed_in(unit, "amira")
    for action in ("accept", "decline", "contact", "close"):
        assert amira.post(f"/reports/{ref}/{action}", reason="other").status_code == 403
    assert "<form" not in amira.get(f"/reports/{ref}").text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>']
)
def test_a_message_is_text_and_never_markup(unit: House, text: str) -> None:
    page = signed_in(unit, "dewi").get(f"/reports/{report(unit, f'tolong {text}')}").text
    assert text not in page


def test_turned_text_is_made_visible(unit: House) -> None:
    page = signed_in(unit, "dewi").get(f"/reports/{report(unit, 'tolong ' + chr(0x202E) + 'kasih')}").text
    assert chr(0x202E) not in page


def test_a_report_of_another_unit_does_not_exist(unit: House) -> None:
    ref = report(unit)
    other = House(unit.database_url, {"UNIT_CODE": "SIAK"}, unit.clock)
    other.hire("mega", Role.HEAD)
    stranger = signed_in(other, "mega")
    assert stranger.get(f"/reports/{ref}").status_code == 404
    assert stranger.post(f"/reports/{ref}/accept").status_code == 404
    assert ref not in stranger.get("/").text + stranger.get("/reports").text
    assert Visit(other).sign_in("sari").status_code == 401
    other.close()


def test_the_list_filters_and_turns_pages(unit: House) -> None:
    refs = []
    for number in range(30):
        refs.append(unit.write(KNIFE, number, Channel.SMS))
        unit.clock.turn(seconds=1)
    hasna = signed_in(unit, "hasna")
    first = hasna.get("/reports?status=open&level=emergency&channel=sms").text
    assert refs[-1] in first
    assert refs[0] not in first
    older = first.split('href="/reports?')[-1].split('"')[0].replace("&amp;", "&")
    assert refs[0] in hasna.get(f"/reports?{older}").text
    assert "Tidak ada laporan yang cocok" in hasna.get("/reports?channel=voice").text


FOREIGN_WORDS = ["status=x", "level=x", "channel=x", "from=x", "from=2026-02-02&to=2026-01-01", "cursor=x"]


@pytest.mark.parametrize("query", FOREIGN_WORDS)
def test_a_filter_that_is_none_is_refused(unit: House, query: str) -> None:
    assert signed_in(unit, "hasna").get(f"/reports?{query}").status_code == 400
