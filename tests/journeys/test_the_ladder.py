"""Story: nobody answers, so the report climbs until somebody does, and it never stops."""

from tests.builders import EMERGENCY, HIGH
from tests.town import Member, Town
from triage.states import DispatchState, Happening, OfferState


def emergency(town: Town, number: int = 9) -> str:
    """Somebody is in danger; returns the code of her report."""
    ibu = town.caller(number).forget_expected()
    ibu.whatsapp(EMERGENCY)
    town.work()
    return town.report_of(ibu).code


def asked(member: Member) -> int:
    """How often she was asked in writing."""
    return sum("Laporan baru" in received.body for received in member.phone.messages)


def test_the_second_is_rung_after_two_minutes_the_head_after_five_everybody_after_eight(town: Town) -> None:
    people = town.hire_everybody()
    emergency(town)
    seen = []
    for minutes in (1.75, 0.25, 2.75, 0.25, 2.75, 0.25):
        town.pass_time(minutes=minutes)
        seen.append([asked(member) for member in people])
    assert seen == [[1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1], [2, 2, 2]]
    for member in people:
        member.phone.forget_expected()


def test_the_last_rung_is_rung_for_ever(town: Town) -> None:
    people = town.hire_everybody()
    for member in people:
        member.phone.forget_expected()
    town.caller().forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=3 * 60, step_s=150)
    case = town.report_of(town.caller())
    assert case.state is DispatchState.OFFERED
    assert case.round >= 3 * 60 / 5 - 4
    assert min(map(asked, people)) >= case.round


def test_a_late_yes_counts_while_nobody_holds_it(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    emergency(town)
    town.pass_time(minutes=4)
    sari.phone.expect("DARURAT").reply("YA {code}")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    rina.phone.expect("DARURAT")
    rina.phone.expect("sudah diterima oleh SA")
    assert town.holder_of(town.caller()) == "Sari"


def test_a_late_bare_yes_counts_too(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    emergency(town)
    town.pass_time(minutes=3)
    sari.phone.expect("DARURAT").reply("YA")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    rina.phone.forget_expected()


def test_a_yes_to_what_is_taken_says_whose_it_is_and_changes_nothing(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    code = emergency(town)
    town.pass_time(minutes=3)
    rina.phone.expect("DARURAT").reply("YA {code}")
    sari.phone.expect("DARURAT").reply("YA {code}")
    rina.phone.whatsapp(f"ya {code}")
    town.work()
    rina.phone.expect("sekarang Anda pegang")
    rina.phone.expect("memang sudah Anda pegang")
    sari.phone.expect("sudah dipegang RI sejak pukul 02.03")
    states = [row.state for row in town.books.offers_of(town.report_of(town.caller()))]
    assert states.count(OfferState.ACCEPTED) == 1


def test_a_no_climbs_at_once(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    emergency(town)
    sari.phone.expect("DARURAT").reply("TIDAK {code}")
    town.work()
    sari.phone.expect("tidak bisa menerima")
    rina.phone.expect("DARURAT").reply("tidak")
    town.work()
    rina.phone.expect("tidak bisa menerima")
    head.phone.expect("DARURAT")
    case = town.report_of(town.caller())
    assert town.clock.now() == case.opened_at, "nobody waited"
    assert town.books.happenings(case).count(Happening.OFFER_DECLINED) == 2


def test_two_open_offers_and_a_bare_yes_ask_which(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    codes = {emergency(town, 8), emergency(town, 9)}
    sari.phone.expect("DARURAT")
    sari.phone.expect("DARURAT").reply("YA")
    town.work()
    question = sari.phone.expect("lebih dari satu").body
    assert all(code in question for code in codes)
    assert {case.state for case in town.books.cases()} == {DispatchState.OFFERED}


def test_an_unknown_code_is_called_unknown(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    code = emergency(town)
    wrong = "QQQQ" if code != "QQQQ" else "RRRR"
    sari.phone.expect("DARURAT").reply(f"YA {wrong}")
    town.work()
    sari.phone.expect(f"Kode {wrong} tidak dikenal")
    assert town.holder_of(town.caller()) is None


def test_a_yes_when_nothing_waits_says_so(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    sari.phone.whatsapp("YA")
    town.work()
    sari.phone.expect("Tidak ada laporan")


def test_a_phone_that_answers_by_itself_is_answered_three_times_an_hour(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    for _ in range(10):
        sari.phone.whatsapp("Halo, saya sedang menyetir. Nanti saya balas.")
        town.work()
        town.clock.forward(minutes=1)
    for _ in range(3):
        sari.phone.expect("tidak dipahami")
    town.clock.forward(hours=1)
    sari.phone.whatsapp("ya nanti saya lihat dulu")
    town.work()
    sari.phone.expect("tidak dipahami")


def test_a_stop_tells_the_head_that_she_cannot_be_reached(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    sari.phone.whatsapp("STOP")
    town.work()
    assert sari.hired.code in head.phone.expect("tidak bisa lagi menerima").body
    sari.phone.expect("menolak pesan kami")


def test_a_stop_by_sms_that_the_carrier_enforces_still_reaches_the_head(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    sari.phone.sms("STOP")
    town.work()
    head.phone.expect("tidak bisa lagi menerima")
    assert sari.phone.messages == []


def test_a_report_that_is_high_waits_five_minutes_and_rings_no_phone(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=4.75)
    assert (asked(sari), asked(rina)) == (1, 0)
    town.pass_time(minutes=0.25)
    assert (asked(sari), asked(rina)) == (1, 1)
    assert sari.phone.calls == rina.phone.calls == []
    sari.phone.expect("TINGGI")
    rina.phone.expect("TINGGI")
