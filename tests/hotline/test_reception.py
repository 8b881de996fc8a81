"""Who is heard as what: staff answers, staff in danger, codes that repeat, people who left, calls that go wrong."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hotline import (
    acceptance,
    calls,
    casework,
    dispatch,
    intake,
    oversight,
    reception,
    second_tries,
    staff_answers,
    staffing,
)
from hotline.acceptance import Verdict, Word
from hotline.errors import Conflict
from hotline.store.tables import contact_point, outbox
from hotline.store.tables import dispatch as dispatches
from hotline.views import Viewer
from tests.builders import EMERGENCY, HIGH, MEDIUM
from tests.hotline.house import House, phone
from triage.events import CallEvent, CallStep, Channel, InboundMessage
from triage.states import DispatchState, Role

SYSTEM = Viewer(None, Role.HEAD, "t")


def says(house: House, number: int, text: str, **more: Any) -> str:
    """A staff member writes; returns the template of our last answer."""
    house.clock.forward(seconds=1)
    sid = f"SM{random.getrandbits(128):032x}"
    sent = InboundMessage(sid, Channel.WHATSAPP, f"whatsapp:{phone(number)}", phone(number), text, **more)
    reception.receive_message(house.services, sent)
    rows = look(house, select(outbox.c.template).where(outbox.c.dedupe_key == f"reply:{sid}"))
    return rows[0].template if rows else ""


def look(house: House, query: Any) -> list[Any]:
    """Rows of the database."""
    with house.services.database.look() as tx:
        return tx.rows(query)


def standing(house: House) -> list[Any]:
    """The dispatches, oldest first."""
    return look(house, select(dispatches).order_by(dispatches.c.opened_at, dispatches.c.id))


def offered(house: House, text: str = EMERGENCY, caller: int = 1) -> Any:
    """A report that is offered to whoever is on duty."""
    house.hear(text, caller)
    house.climb()
    return standing(house)[-1]


def ring(house: House, number: str, **more: Any) -> str:
    """A call comes in; returns what is heard."""
    event = CallEvent(f"CA{random.getrandbits(128):032x}", CallStep.INCOMING, number, number, withheld=False, **more)
    return calls.step(house.services, event)


# --- codes -----------------------------------------------------------------------------------------------------------


def test_two_open_reports_never_share_a_code(house: House) -> None:
    first = offered(house)
    second = offered(house, caller=2)
    with pytest.raises(Conflict), house.services.database.begin() as tx:
        tx.execute(dispatches.update().where(dispatches.c.id == second.id).values(code=first.code))


def test_a_code_that_is_in_use_is_drawn_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["AXFP", "AXFP", "CHJK"])
    monkeypatch.setattr(intake, "new_code", lambda _random: next(drawn))
    house.hear(EMERGENCY, 1)
    house.hear(EMERGENCY, 2)
    assert [row.code for row in standing(house)] == ["AXFP", "CHJK"]


def test_a_yes_means_the_open_report_and_not_a_closed_one_of_the_same_code(house: House) -> None:
    code = house.hire(1)
    house.put_on_duty(1)
    old = offered(house)
    casework.accept(house.services, house.staff_id(code), ref_of(house))
    house.close(code, ref_of(house))
    new = offered(house, MEDIUM, 2)
    house.services.database.run(
        lambda tx: tx.execute(dispatches.update().where(dispatches.c.id == new.id).values(code=old.code))
    )
    assert says(house, 1, f"YA {old.code}") == "answer.yours"
    assert standing(house)[-1].state == DispatchState.ACCEPTED


def ref_of(house: House) -> str:
    """The label of the only open report."""
    (item,) = oversight.queue(house.services, SYSTEM)
    return item.ref


# --- people who left -------------------------------------------------------------------------------------------------


def test_whoever_left_takes_nothing_and_the_next_is_rung_at_once(house: House) -> None:
    code = house.hire(1)
    house.put_on_duty(1)
    house.hire(2, Role.HEAD)
    at = offered(house)
    staff_id = house.staff_id(code)
    staffing.disable_staff(house.services, code)
    word = Word(staff_id, at.id)
    now = house.clock.now()
    outcome = house.services.database.run(lambda tx: acceptance.accept(tx, house.services, word, now))
    assert outcome.verdict is Verdict.NOT_OFFERED
    assert standing(house)[0].next_due_at <= now


def test_a_no_to_what_somebody_holds_says_whose_it_is(house: House) -> None:
    for number, duty in ((1, "first"), (2, "second")):
        house.hire(number)
        house.put_on_duty(number, duty)
    at = offered(house)
    house.clock.forward(minutes=3)
    house.climb()
    assert says(house, 1, f"YA {at.code}") == "answer.yours"
    assert says(house, 2, f"TIDAK {at.code}") == "answer.taken"


# --- staff who write -------------------------------------------------------------------------------------------------


def test_a_staff_member_in_danger_is_a_report_like_anybodys(house: House) -> None:
    house.hire(1)
    assert says(house, 1, "tolong saya, suami saya pegang parang") == ""
    assert says(house, 1, "dia masih di depan pintu kamar") == ""
    assert [row.level for row in standing(house)] == ["emergency"]


@pytest.mark.parametrize("text", ["ok siap bu", "maaf saya sedang rapat sampai jam tiga", "baik, terima kasih ya bu"])
def test_a_staff_member_who_chats_opens_nothing(house: House, text: str) -> None:
    house.hire(1)
    assert says(house, 1, text) == "answer.unclear"
    assert standing(house) == []


def test_a_stop_claims_no_head_who_is_not_there_and_a_start_is_understood(house: House) -> None:
    house.hire(1)
    assert says(house, 1, "STOP") == "answer.stop_alone"
    house.hire(2, Role.HEAD)
    assert says(house, 1, "BERHENTI") == "answer.stop"
    assert says(house, 1, "mulai") == "answer.start"


def test_a_button_that_is_no_answer_gives_way_to_the_words(house: House) -> None:
    house.hire(1)
    house.put_on_duty(1)
    at = offered(house)
    assert says(house, 1, f"YA {at.code}", button="accept") == "answer.yours"


def test_a_deadline_of_another_day_names_the_day(house: House) -> None:
    now = house.clock.now()
    assert len(staff_answers.local_time(house.services, now)) == 5
    assert "(10/03)" in staff_answers.local_time(house.services, now + timedelta(days=1))


# --- calls -----------------------------------------------------------------------------------------------------------


def test_a_companion_who_calls_back_hears_what_is_offered_to_her(house: House) -> None:
    house.hire(1)
    house.put_on_duty(1)
    at = offered(house)
    heard = ring(house, phone(1))
    assert "Tekan 1" in heard
    assert ", ".join(at.code) in heard
    assert len(standing(house)) == 1


def test_a_companion_to_whom_nothing_is_offered_is_a_caller(house: House) -> None:
    house.hire(1)
    assert "/twilio/call/ring" in ring(house, phone(1))
    assert len(standing(house)) == 1


def test_the_last_rung_keeps_its_pace_for_a_waiting_caller(house: House) -> None:
    house.hire(1)
    at = offered(house, HIGH)
    now = house.clock.now()
    for _ in range(6):
        house.services.database.run(lambda tx: dispatch.climb_now(tx, house.services, at.id, now))
    assert (standing(house)[0].rung, standing(house)[0].round) == (3, 0)


def test_a_phone_that_cannot_be_read_does_not_lose_the_caller(house: House) -> None:
    house.hire(1)
    house.put_on_duty(1)
    house.services.database.run(lambda tx: tx.execute(contact_point.update().values(address_enc=b"broken")))
    ring(house, "+628990000009")
    (at,) = standing(house)
    event = CallEvent("CA" + "7" * 32, CallStep.RING, "", None, withheld=False, token=at.id, number=1)
    assert "/twilio/call/" in calls.step(house.services, event)


def test_a_call_that_breaks_our_code_is_apologised_for_and_becomes_a_report(house: House) -> None:
    sick = replace(house.services, ladder=None)  # type: ignore[arg-type]
    form = {"CallSid": ["CA" + "9" * 32], "From": ["+628990000009"], "To": ["+62765000000"], "Direction": ["inbound"]}
    event = CallEvent("CA" + "9" * 32, CallStep.INCOMING, "+628990000009", "+628990000009", withheld=False, form=form)
    assert "satu satu nol" in calls.step(sick, event)
    assert standing(house) == []
    assert "satu satu nol" in calls.step(house.services, event)
    second_tries.work_off(house.services)
    assert [row.channel for row in standing(house)] == [Channel.VOICE]
