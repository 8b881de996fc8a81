"""Story: somebody calls. She hears a human, or true words and a tone; hanging up after one second loses nothing."""

from hotline.simulator import Leg
from tests.town import Member, Town
from triage.states import DispatchState, Happening


def asked_in_writing(*people: Member) -> None:
    """The messages that go with every ringing are expected."""
    for member in people:
        member.phone.forget_expected()


def test_a_call_is_answered_and_the_two_talk(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    asked_in_writing(sari, rina)
    sari.phone.answers("1")
    ibu = town.caller()
    leg = ibu.call()
    town.work()
    assert leg.talked_with == [sari.phone.number]
    case = town.report_of(ibu)
    assert (case.state, case.holder_id) == (DispatchState.IN_CONTACT, sari.id)
    assert case.first_contact_at == town.clock.now()
    assert Happening.CALL_BRIDGED in town.books.happenings(case)
    assert rina.phone.calls == []


def test_the_second_phone_is_rung_when_the_first_lets_it_ring(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    asked_in_writing(sari, rina)
    rina.phone.answers("1")
    ibu = town.caller()
    leg = ibu.call()
    town.work()
    assert leg.talked_with == [rina.phone.number]
    assert town.holder_of(ibu) == "Rina"
    assert Happening.CALL_UNANSWERED in town.books.happenings(town.report_of(ibu))


def test_somebody_who_hangs_up_after_one_second_is_a_report(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    asked_in_writing(sari, rina)
    sari.phone.waits_for_me()
    ibu = town.caller()
    leg = ibu.call()
    leg.hang_up()
    town.work()
    case = town.report_of(ibu)
    assert case.state is DispatchState.OFFERED
    assert any("Laporan baru" in received.body for received in sari.phone.messages)
    assert Happening.CALL_ENDED in town.books.happenings(case)
    assert ibu.messages == [], "nothing is written to a phone that called"


def test_a_companion_who_presses_after_the_caller_hung_up_is_not_in_contact(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    asked_in_writing(*town.staff.values())
    sari.phone.waits_for_me()
    ibu = town.caller()
    leg = ibu.call()
    ring = sari.phone.expect_call()
    ring.answer()
    leg.hang_up()
    town.work()
    assert town.report_of(ibu).first_contact_at is None
    assert ring.ended


def test_nobody_answers_and_the_caller_leaves_words_after_the_tone(town: Town) -> None:
    asked_in_writing(*town.hire_everybody())
    ibu = town.caller()
    leg = ibu.call()
    assert leg.heard[-1] == "[beep]"
    assert any("satu satu nol" in words for words in leg.heard)
    leg.say_after_beep(b"\0" * 16000)
    town.work()
    assert any("sudah tersimpan" in words for words in leg.heard)
    case = town.report_of(ibu)
    assert Happening.CALL_RECORDED in town.books.happenings(case)
    assert town.books.count("media") == 1
    assert case.state is DispatchState.OFFERED, "the ringing goes on"


def test_a_silent_caller_stays_a_report(town: Town) -> None:
    asked_in_writing(*town.hire_everybody())
    ibu = town.caller()
    leg = ibu.call()
    leg.silence()
    leg.hang_up()
    town.work()
    assert town.report_of(ibu).state is DispatchState.OFFERED


def test_every_wrong_key_of_a_companion_takes_nothing(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    asked_in_writing(sari, rina, head)
    for member, keys in ((sari, "456"), (rina, "789"), (head, "0*#")):
        member.phone.answers(*keys)
    ibu = town.caller()
    leg = ibu.call()
    town.work()
    assert leg.talked_with == []
    assert town.holder_of(ibu) is None
    assert any("tidak dikenal" in words for words in sari.phone.legs[0].heard)
    leg.hang_up()


def test_a_companion_may_have_the_question_repeated(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    asked_in_writing(sari)
    sari.phone.answers("3", "1")
    leg = town.caller().call()
    town.work()
    assert leg.talked_with == [sari.phone.number]


def test_a_companion_who_declines_passes_the_caller_on(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    asked_in_writing(sari, rina)
    sari.phone.answers("2")
    rina.phone.answers("1")
    leg = town.caller().call()
    town.work()
    assert leg.talked_with == [rina.phone.number]


def test_the_voicemail_of_a_companion_takes_nothing_and_the_caller_goes_on(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    asked_in_writing(sari, rina)
    sari.phone.has_voicemail()
    rina.phone.answers("1")
    leg = town.caller().call()
    town.work()
    assert leg.talked_with == [rina.phone.number]
    assert town.holder_of(town.caller()) == "Rina"


def test_a_withheld_number_is_rung_through_like_any_other(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    asked_in_writing(*town.staff.values())
    leg = town.caller().call(withheld=True)
    assert any("tidak terlihat" in words for words in leg.heard)
    leg.say_after_beep(b"\0" * 8000, then_hang_up=True)
    town.work()
    (case,) = town.books.cases_of("", withheld_call=leg.call.sid)
    assert case.state is DispatchState.OFFERED
    second = town.caller().call(withheld=True)
    second.hang_up()
    town.work()
    assert town.books.count("report") == 2, "two hidden callers are two people until somebody knows better"


def test_a_call_about_a_held_report_rings_its_holder(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    asked_in_writing(sari, rina)
    rina.phone.answers("1")
    ibu = town.caller()
    ibu.call()
    town.work()
    assert town.holder_of(ibu) == "Rina"
    before = len(sari.phone.calls)
    leg = ibu.call()
    town.work()
    assert leg.talked_with == [rina.phone.number]
    assert len(sari.phone.calls) == before
    assert town.books.count("report") == 1


def test_a_caller_who_is_held_and_whose_holder_does_not_answer_hears_the_tone(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    asked_in_writing(sari, rina)
    sari.phone.answers("1")
    ibu = town.caller()
    ibu.call()
    town.work()
    sari.phone.does_not_answer()
    leg = ibu.call()
    assert leg.heard[-1] == "[beep]"
    leg.say_after_beep(b"\0" * 8000)
    town.work()
    assert town.holder_of(ibu) == "Sari"


def last_url(town: Town, step: str) -> str:
    """Path and query of the latest webhook of one step of a call that we answered."""
    answered = [hook for hook in town.carrier.webhooks if hook.status == 200]
    url = next(hook.url for hook in reversed(answered) if hook.path == f"/twilio/call/{step}")
    return url.removeprefix(town.carrier.settings.public_base)


def test_a_key_pressed_for_a_line_that_is_dead_takes_nothing(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    asked_in_writing(sari)
    sari.phone.waits_for_me()
    leg = town.caller().call()
    ring = sari.phone.expect_call()
    ring.answer()
    question = last_url(town, "whisper").replace("whisper", "whisper-key").replace("n=0", "n=1")
    leg.hang_up()
    form = {"CallSid": ring.call.sid, "AccountSid": town.carrier.settings.account_sid, "Direction": "outbound-dial"}
    heard = town.post(question, Digits="1", CallStatus="in-progress", From="+62765000000", To=sari.phone.number, **form)
    town.work()
    assert b"menutup telepon" in heard.body
    assert town.holder_of(town.caller()) is None


def test_a_line_cut_before_the_two_could_speak_is_no_contact_but_stays_hers(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    asked_in_writing(*town.staff.values())
    sari.phone.waits_for_me()
    leg = town.caller().call()
    ring = sari.phone.expect_call()
    ring.answer()
    with town.web_closed():
        leg.hang_up()
    take_and_cut(town, ring, leg)
    case = town.report_of(town.caller())
    assert (case.state, case.holder_id, case.first_contact_at) == (DispatchState.ACCEPTED, sari.id, None)


def take_and_cut(town: Town, ring: Leg, leg: Leg) -> None:
    """She presses 1, and the carrier then says that the two were never joined."""
    account = {"AccountSid": town.carrier.settings.account_sid, "From": leg.number, "To": "+62765000000"}
    question = last_url(town, "whisper").replace("whisper", "whisper-key").replace("n=0", "n=1")
    town.post(question, CallSid=ring.call.sid, Digits="1", CallStatus="in-progress", **account)
    after = last_url(town, "ring")
    number = int(after.rpartition("n=")[2])
    cut = {"DialCallStatus": "completed", "DialBridged": "false", "CallStatus": "completed"}
    town.post(after.replace(f"n={number}", f"n={number + 1}"), CallSid=leg.call.sid, **cut, **account)
    town.work()


def test_an_earlier_talk_stays_the_first_contact_when_a_later_line_is_cut(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    asked_in_writing(*town.staff.values())
    sari.phone.answers("1")
    town.caller().call()
    town.work()
    spoken_at = town.report_of(town.caller()).first_contact_at
    town.clock.forward(minutes=5)
    sari.phone.waits_for_me()
    leg = town.caller().call()
    ring = sari.phone.calls[-1]
    ring.answer()
    with town.web_closed():
        leg.hang_up()
    take_and_cut(town, ring, leg)
    assert spoken_at is not None
    assert town.report_of(town.caller()).first_contact_at == spoken_at
