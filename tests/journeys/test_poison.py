"""Story: one row of the database cannot be read any more. Everybody else is served, and its person has an owner too."""

from sqlalchemy import update

from hotline.services import Services
from hotline.store.tables import dispatch, ladder_version, message, outbox
from tests.builders import EMERGENCY, HIGH
from tests.town import Town
from triage.protocol import Level
from triage.states import DispatchState

BROKEN = b"\x01not a sealed field"


def spoil(services: Services, statement: object) -> None:
    """Damages rows behind the service's back."""
    services.database.run(lambda tx: tx.execute(statement))  # type: ignore[arg-type]


def test_words_that_cannot_be_read_back_still_count_as_a_report_and_stop_nobody(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller(7).forget_expected().whatsapp(HIGH)
    town.work()
    spoil(town.worker, update(message).values(body_enc=BROKEN))
    answer = town.caller(7).whatsapp(EMERGENCY)
    assert answer.status == 200
    town.caller(8).forget_expected().whatsapp(HIGH)
    town.work()
    assert town.report_of(town.caller(8)).state is DispatchState.OFFERED
    town.pass_time(minutes=6)
    for member in town.staff.values():
        member.phone.forget_expected()
    assert sum("Laporan baru" in received.body for received in sari.phone.messages) >= 2
    assert any(case.level in (Level.HIGH, Level.EMERGENCY) for case in town.books.cases_of(town.caller(7).number))


def test_a_notice_that_cannot_be_read_stops_no_other(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller(7).forget_expected().whatsapp(HIGH)
    town.drain_ladder_only()
    spoil(town.worker, update(outbox).where(outbox.c.audience == "staff").values(params_enc=BROKEN))
    town.caller(8).forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=0.5)
    healthy = town.report_of(town.caller(8))
    sari.phone.expect(healthy.code)
    town.pass_time(minutes=6)
    for member in town.staff.values():
        member.phone.forget_expected()
    sick = town.report_of(town.caller(7))
    assert sick.code in {received.code for received in town.staff["Rina"].phone.messages}


def test_a_report_whose_ladder_is_broken_steps_aside_and_stops_no_other(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller(7).forget_expected().whatsapp(EMERGENCY)
    bad = ladder_version.insert().values(id="broken", source="{", created_at=town.clock.now())
    spoil(town.worker, bad)
    spoil(town.worker, update(dispatch).values(ladder_id="broken"))
    town.caller(8).forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=0.1, step_s=2)
    sari.phone.expect(town.report_of(town.caller(8)).code)
    spoil(town.worker, update(dispatch).values(ladder_id=town.worker.ladder.version))
    town.pass_time(minutes=0.5, step_s=5)
    sari.phone.expect(town.report_of(town.caller(7)).code)
