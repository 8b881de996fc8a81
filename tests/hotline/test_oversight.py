"""Reading: what is listed, who may read words, what a look leaves behind, and how fast the house was."""

from datetime import UTC, timedelta

import pytest

from hotline import casework, oversight
from hotline.errors import NotFound, Refused
from hotline.store.events import history
from hotline.views import ReportPage, Viewer
from tests.hotline.house import SECRET_WORDS, House
from triage.events import Channel
from triage.indicators import Measure
from triage.protocol import Level
from triage.states import DispatchState, Happening, OfferState, Role

HEAD = Viewer(None, Role.HEAD, "token-of-the-tests")


def only_ref(house: House) -> str:
    """The ref of the only open report."""
    (item,) = oversight.queue(house.services, HEAD)
    return item.ref


def page(house: House, viewer: Viewer) -> ReportPage:
    """The page of the only open report."""
    return oversight.report_page(house.services, viewer, only_ref(house))


def test_an_empty_house_has_an_empty_queue(house: House) -> None:
    assert oversight.queue(house.services, HEAD) == ()


def test_the_queue_shows_who_is_rung_and_marks_my_own_offer(house: House) -> None:
    code = house.hire(1)
    other = house.hire(2)
    house.put_on_duty(1)
    house.hear()
    house.climb()
    (mine,) = oversight.queue(house.services, house.viewer(code))
    (others,) = oversight.queue(house.services, house.viewer(other))
    assert [(who, initials) for who, initials, _ in mine.ringing] == [(code, "SR")]
    assert mine.state is DispatchState.OFFERED
    assert mine.my_offer
    assert mine.my_offer_by == mine.ringing[0].expires_at
    assert others.my_offer is None
    assert not mine.is_mine


def test_the_queue_stands_by_deadline_and_forgets_what_is_closed(house: House) -> None:
    head = house.hire(1, Role.HEAD)
    house.hear("suami saya tidak memberi nafkah sudah tiga bulan", caller=1)
    house.clock.forward(minutes=1)
    house.hear("tolong bu dia pegang pisau di depan pintu", caller=2)
    first, second = oversight.queue(house.services, HEAD)
    assert (first.level, second.level) == (Level.EMERGENCY, Level.MEDIUM)
    house.climb()
    house.accept(head, first.ref)
    assert oversight.queue(house.services, house.viewer(head, Role.HEAD))[0].is_mine
    house.close(head, first.ref)
    assert [item.ref for item in oversight.queue(house.services, HEAD)] == [second.ref]


def test_nobody_holds_a_new_report_but_the_desk_answers_for_it_until_there_is_a_head(house: House) -> None:
    house.hear()
    (item,) = oversight.queue(house.services, HEAD)
    assert (item.responsible_code, item.holder_code) == ("MEJA", None)
    head = house.hire(1, Role.HEAD)
    (item,) = oversight.queue(house.services, HEAD)
    assert item.responsible_code == head


@pytest.mark.parametrize("role", [Role.HEAD, Role.SUPERVISOR, Role.COUNSELLOR, Role.PSYCHOLOGIST])
def test_those_who_work_on_reports_read_words_with_their_evidence(house: House, role: Role) -> None:
    house.hear()
    shown = page(house, Viewer(None, role, "t"))
    (message,) = shown.messages
    assert message.text == SECRET_WORDS
    assert message.spans
    quotes = {factor.quote for factor in shown.assessment.factors} if shown.assessment else set()
    assert {message.text[span.start : span.end] for span in message.spans} >= quotes - {""}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMPANION])
def test_an_auditor_and_a_companion_who_was_not_asked_read_no_word(house: House, role: Role) -> None:
    code = house.hire(1, role)
    house.hear()
    shown = page(house, house.viewer(code, role))
    assert not shown.may_read_words
    assert (shown.messages, shown.message_count) == ((), 1)
    assert shown.assessment
    assert shown.assessment.factors
    assert {factor.quote for factor in shown.assessment.factors} == {""}


def test_a_companion_reads_words_while_she_is_offered_the_report_or_holds_it(house: House) -> None:
    code = house.hire(1)
    house.put_on_duty(1)
    house.hear()
    me = house.viewer(code)
    assert not page(house, me).may_read_words
    house.climb()
    offered = page(house, me)
    assert (offered.may_read_words, offered.is_holder) == (True, False)
    assert [(one.state, one.is_mine) for one in offered.offers] == [(OfferState.PENDING, True)]
    house.accept(code, offered.facts.ref)
    held = page(house, me)
    assert (held.may_read_words, held.is_holder, held.my_offer) == (True, True, None)
    house.close(code, offered.facts.ref)
    assert not oversight.report_page(house.services, me, offered.facts.ref).may_read_words


def test_evidence_stands_in_its_message_when_a_person_writes_in_many_bubbles(house: House) -> None:
    for number in range(30):
        house.clock.forward(seconds=1)
        house.hear("halo kak" if number != 28 else SECRET_WORDS)
    shown = page(house, HEAD)
    marked = [message.text for message in shown.messages if message.spans]
    assert len(shown.messages) == 30
    assert marked == [SECRET_WORDS]


def test_places_and_files_are_shown_by_kind(house: House) -> None:
    house.hear_place()
    (message,) = page(house, HEAD).messages
    assert message.location
    assert (message.location.latitude, message.location.label) == ("1.6667", "pasar")
    assert [(file.kind, file.imported) for file in message.media] == [("audio", False)]


def test_a_page_shows_notices_without_numbers_and_the_timeline(house: House) -> None:
    code = house.hire(1)
    house.put_on_duty(1)
    house.hear()
    house.climb()
    shown = page(house, HEAD)
    assert {notice.staff_code for notice in shown.notices if notice.staff_code} == {code}
    assert [event.event for event in shown.timeline] == [Happening.REPORT_OPENED, Happening.RUNG_OFFERED]
    told = f"{shown.notices!r}{shown.timeline!r}{shown.offers!r}{shown.facts!r}"
    assert "62899" not in told
    assert "+62811" not in told


def test_every_look_at_a_page_is_in_the_log_before_anything_is_shown(house: House) -> None:
    code = house.hire(1, Role.HEAD)
    house.hear()
    me = house.viewer(code, Role.HEAD)
    ref = page(house, me).facts.ref
    page(house, me)
    page(house, HEAD)
    with house.services.database.look() as tx:
        mine, tokens = history(tx, f"staff:{me.staff_id}"), history(tx, f"token:{HEAD.token_id}")
    assert [(past.name, past.actor, past.detail) for past in mine] == [
        (Happening.REPORT_VIEWED, code, {"ref": ref})
    ] * 2
    assert len(tokens) == 1


def test_an_unknown_report_is_not_found(house: House) -> None:
    for read in (oversight.report_page, oversight.report_events):
        with pytest.raises(NotFound):
            read(house.services, HEAD, "ABCDEFG")


def test_a_report_of_another_unit_is_not_found(house: House) -> None:
    house.hear()
    ref = only_ref(house)
    other = House(house.url, UNIT_CODE="OTHER")
    try:
        other.hire(1)
        assert oversight.queue(other.services, HEAD) == ()
        assert oversight.reports(other.services, HEAD).reports == ()
        with pytest.raises(NotFound):
            oversight.report_page(other.services, HEAD, ref)
        with pytest.raises(NotFound):
            oversight.report_events(other.services, HEAD, ref)
    finally:
        other.shut()


def test_pages_of_reports_are_stable_while_new_ones_come_in(house: House) -> None:
    for caller in range(1, 6):
        house.hear(caller=caller)
        house.clock.forward(seconds=caller % 2)
    refs, cursor = [], None
    while True:
        found = oversight.reports(house.services, HEAD, cursor=cursor, limit=2)
        refs += [one.ref for one in found.reports]
        cursor = found.next_cursor
        if cursor is None:
            break
        house.hear(caller=9)
    whole = oversight.reports(house.services, HEAD).reports
    assert len(refs) == 5
    assert refs == [one.ref for one in whole if one.ref in refs]
    assert len(whole) == 6


def test_reports_are_filtered_by_status_level_channel_and_time(house: House) -> None:
    head = house.hire(1, Role.HEAD)
    start = house.clock.now()
    house.hear("tolong bu dia pegang pisau di depan pintu", caller=1, channel=Channel.SMS)
    house.climb()
    ref = only_ref(house)
    house.accept(head, ref)
    house.clock.forward(hours=1)
    house.hear("suami saya tidak memberi nafkah sudah tiga bulan", caller=2)

    def count(**wanted: object) -> int:
        return len(oversight.reports(house.services, HEAD, **wanted).reports)  # type: ignore[arg-type]

    assert (count(status="open"), count(status="accepted"), count(status="closed")) == (2, 1, 0)
    assert (count(level=Level.EMERGENCY), count(channel=Channel.WHATSAPP)) == (1, 1)
    assert (count(since=start, until=start + timedelta(hours=1)), count(since=house.clock.now())) == (1, 1)


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "W10", "WyJhIiwxXQ", "bnVsbA", "WzEsMl0", "WyIyMDI2LTAzLTA5VDA1OjAwOjAwWiIsIlx1MDAwMCJd"]
)
def test_a_cursor_that_is_not_ours_is_refused(house: House, cursor: str) -> None:
    with pytest.raises(Refused, match="cursor"):
        oversight.reports(house.services, HEAD, cursor=cursor)


def test_response_times_count_what_was_met_what_was_late_and_what_still_waits(house: House) -> None:
    head = house.hire(1, Role.HEAD)
    start = house.clock.now()
    house.hear("tolong bu dia pegang pisau di depan pintu", caller=1)
    house.hear("tolong bu dia pegang pisau di depan pintu", caller=2)
    ref = oversight.queue(house.services, HEAD)[0].ref
    house.climb()
    house.clock.forward(seconds=90)
    house.accept(head, ref)
    house.clock.forward(seconds=310)
    casework.record_contact(house.services, house.staff_id(head), ref)
    rows = oversight.response_times(house.services, (start, start + timedelta(days=1)))
    total = {row.measure: row for row in rows if row.level is None}
    taken, reached, closed = (total[measure] for measure in Measure)
    assert (taken.count, taken.met, taken.breached, taken.waiting, taken.p50) == (2, 1, 1, 0, 90)
    assert (reached.met, reached.breached, reached.max) == (0, 2, 400)
    assert (closed.met, closed.breached, closed.waiting, closed.p50) == (0, 0, 2, None)
    (row,) = [row for row in rows if row.channel and row.measure is Measure.ACKNOWLEDGE]
    assert (row.level, row.channel, row.target_s) == (Level.EMERGENCY, Channel.WHATSAPP, 120)


def test_a_window_is_half_open_and_must_have_a_length(house: House) -> None:
    start = house.clock.now()
    house.hear()
    assert oversight.response_times(house.services, (start - timedelta(days=1), start)) == ()
    assert oversight.response_times(house.services, (start, start + timedelta(microseconds=1)))
    with pytest.raises(Refused):
        oversight.response_times(house.services, (start, start))


def test_readiness_names_what_is_missing(house: House) -> None:
    found = oversight.readiness(house.services)
    assert found == {"database": None, "ticker": "has never run", "redis": "does not answer"}


def test_readiness_without_a_database_says_so(tmp_path: object) -> None:
    away = House(f"sqlite:///{tmp_path}/missing/hotline.sqlite3")
    found = oversight.readiness(away.services)
    assert found["database"] == "cannot be reached"
    assert found["ticker"]


def test_moments_are_aware_utc_on_both_databases(house: House) -> None:
    house.hear()
    facts = page(house, HEAD).facts
    assert facts.opened_at == house.clock.now()
    assert facts.opened_at.tzinfo is UTC
