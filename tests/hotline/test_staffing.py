"""Staff, tokens and the roster: what is taken, what is refused, and what a person who leaves leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline import accounts, engine, oversight, rosters, staffing
from hotline.errors import NotFound, Refused
from hotline.rosters import BadRoster
from hotline.store import events
from hotline.views import Viewer
from tests.hotline.house import MIDDAY, House, phone
from triage.answers import ALPHABET
from triage.states import DispatchState, Duty, Happening, Role

HEAD = Viewer(None, Role.HEAD, "t")
HEADING = "phone,duty,starts_at,ends_at\n"
EIGHT_TO_FOUR = "2026-03-10T08:00,2026-03-10T16:00"


def shifts(house: House) -> list[tuple[str, Duty, datetime, datetime]]:
    """The shifts of the next thirty days."""
    shown = rosters.roster_shown(house.services, timedelta(days=30))
    return [(one.code, one.duty, one.starts_at, one.ends_at) for one in shown]


def faults(house: House, text: str) -> list[int]:
    """The lines for which a file is refused."""
    with pytest.raises(BadRoster) as refusal:
        rosters.import_roster(house.services, text)
    assert "62811" not in str(refusal.value)
    return [line for line, _ in refusal.value.faults]


def test_a_new_member_gets_a_code_without_look_alikes_and_is_reached_on_three_channels(house: House) -> None:
    code = house.hire(1, name="Siti Rahma binti Ali")
    (member,) = staffing.list_staff(house.services)
    assert code[0] == "S"
    assert set(code[1:]) <= set(ALPHABET)
    assert (member.code, member.initials, member.phones, member.active) == (code, "SRB", 3, True)


def test_a_phone_of_active_staff_is_refused_in_every_spelling_and_free_again_afterwards(house: House) -> None:
    code = house.hire(1)
    with pytest.raises(Refused, match="already used"):
        staffing.add_staff(house.services, "Rina", Role.COMPANION, "0811 00000 001")
    staffing.disable_staff(house.services, code)
    again = house.hire(1)
    assert [(one.code, one.active, one.phones) for one in staffing.list_staff(house.services)] == [
        (again, True, 3),
        (code, False, 0),
    ]


@pytest.mark.parametrize(
    "number", ["110", "abc", "", "+62809123456", "+1234", "1500123", "+62 811", "+62765000000", "+628110000001;ext=5"]
)
def test_a_number_that_reaches_no_single_person_is_refused(house: House, number: str) -> None:
    with pytest.raises(Refused):
        staffing.add_staff(house.services, "Rina", Role.COMPANION, number)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Ri\x00na", "Ri\u202ena"])
def test_a_name_that_is_none_is_refused(house: House, name: str) -> None:
    with pytest.raises(Refused, match="name"):
        staffing.add_staff(house.services, name, Role.COMPANION, phone(1))


def test_who_is_disabled_loses_her_reports_her_login_and_her_shifts(house: House) -> None:
    head, code = house.hire(1, Role.HEAD), house.hire(2)
    house.put_on_duty(2)
    accounts.create_account(house.services, code, "siti", "a long enough password")
    token = accounts.sign_in(house.services, "siti", "a long enough password")
    house.hear()
    house.climb()
    (item,) = oversight.queue(house.services, HEAD)
    house.accept(code, item.ref)
    assert staffing.disable_staff(house.services, code.lower()) == 1
    house.climb()
    (item,) = oversight.queue(house.services, HEAD)
    assert (item.responsible_code, item.holder_code) == (head, None)
    assert item.state is DispatchState.OFFERED
    house.climb()
    assert code not in [one.code for one in oversight.queue(house.services, HEAD)[0].ringing]
    assert token is not None
    assert accounts.visitor(house.services, token) is None
    assert accounts.sign_in(house.services, "siti", "a long enough password") is None
    assert shifts(house) == []
    assert engine.audit(house.services) == []


def test_who_is_disabled_is_not_rung_for_what_she_was_offered(house: House) -> None:
    house.hire(1, Role.HEAD)
    code = house.hire(2)
    house.put_on_duty(2)
    house.hear()
    house.climb()
    staffing.disable_staff(house.services, code)
    (item,) = oversight.queue(house.services, HEAD)
    assert item.ringing == ()


def test_nobody_is_disabled_twice_and_the_desk_never(house: House) -> None:
    code = house.hire(1)
    staffing.disable_staff(house.services, code)
    for gone in (code, "MEJA", "S999"):
        with pytest.raises(NotFound):
            staffing.disable_staff(house.services, gone)


def test_a_roster_is_imported_once_however_often_it_is_given(house: House) -> None:
    code = house.hire(1)
    text = f"{HEADING}{phone(1)},first,{EIGHT_TO_FOUR}\n{phone(1)},second,{EIGHT_TO_FOUR}\n"
    assert rosters.import_roster(house.services, text) == rosters.Imported(2, 0, 0)
    assert rosters.import_roster(house.services, text) == rosters.Imported(0, 2, 0)
    start, end = datetime(2026, 3, 10, 1, tzinfo=UTC), datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert shifts(house) == [(code, Duty.FIRST, start, end), (code, Duty.SECOND, start, end)]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff{heading}{line}",
        "\n\n{heading}\n\n{line}\n\n",
        "PHONE;Duty;starts_at;ends_at\n08110000 0001;FIRST;2026-03-10 08:00;2026-03-10T16:00:00+07:00",
        'ends_at,note,"duty","starts_at",phone\n"2026-03-10T09:00Z","a, b",first,2026-03-10T01:00+00:00,{phone}',
        "phone\tduty\tstarts_at\tends_at\r\n'{phone}\tfirst\t2026-03-10T08:00\t2026-03-10T16:00\r\n",
    ],
)
def test_what_a_spreadsheet_writes_is_understood(house: House, text: str) -> None:
    house.hire(1)
    line = f"{phone(1)},first,{EIGHT_TO_FOUR}"
    rosters.import_roster(house.services, text.format(heading=HEADING, line=line, phone=phone(1)))
    ((_, duty, start, end),) = shifts(house)
    assert (duty, start, end) == (
        Duty.FIRST,
        datetime(2026, 3, 10, 1, tzinfo=UTC),
        datetime(2026, 3, 10, 9, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (f"{phone(2)},first,{EIGHT_TO_FOUR}", "phone"),
        (f"nobody,first,{EIGHT_TO_FOUR}", "phone"),
        (f"{phone(1)},third,{EIGHT_TO_FOUR}", "duty"),
        (f"{phone(1)},first,2026-03-10T16:00,2026-03-10T08:00", "after"),
        (f"{phone(1)},first,2026-03-10T16:00,2026-03-10T16:00", "after"),
        (f"{phone(1)},first,2026-03-10,2026-03-11", "time"),
        (f"{phone(1)},first,10/03/2026 08:00,10/03/2026 16:00", "time"),
        (f"{phone(1)},first,2026-02-30T08:00,2026-03-10T16:00", "time"),
        (f"{phone(1)},first,2026-03-10T08:00", "columns"),
        (f"{phone(1)},first,{EIGHT_TO_FOUR},more", "columns"),
    ],
)
def test_a_wrong_line_refuses_the_whole_file_by_its_number(house: House, line: str, word: str) -> None:
    house.hire(1)
    text = f"{HEADING}{phone(1)},second,{EIGHT_TO_FOUR}\n\n{line}\n"
    with pytest.raises(BadRoster, match=f"^line 4: .*{word}"):
        rosters.import_roster(house.services, text)
    assert shifts(house) == []


def test_every_fault_of_a_file_is_named_at_once_unknown_phones_too(house: House) -> None:
    house.hire(1)
    good = f"{phone(1)},first,{EIGHT_TO_FOUR}\n"
    unknown_and_wrong = f"{phone(2)},third,{EIGHT_TO_FOUR}\n"
    overlap = f"{phone(1)},first,2026-03-10T09:00,2026-03-10T10:00\n"
    text = HEADING + good + f"{phone(3)},first,{EIGHT_TO_FOUR}\n" + "short,line\n" + unknown_and_wrong + overlap
    assert faults(house, text) == [3, 4, 5, 5, 6]
    assert shifts(house) == []


@pytest.mark.parametrize("text", ["", "\n\n", "phone,duty,starts_at\n", "phone;duty,starts_at;ends_at\n", 'phone,"du'])
def test_a_file_without_its_columns_is_refused(house: House, text: str) -> None:
    house.hire(1)
    assert faults(house, text) == [1]


def test_a_person_cannot_have_one_duty_twice_at_once(house: House) -> None:
    house.hire(1)
    house.hire(2)
    long = f"{phone(1)},first,2026-03-10T00:00,2026-03-12T00:00\n"
    inside = f"{phone(1)},first,2026-03-11T08:00,2026-03-11T16:00\n"
    between = f"{phone(1)},first,2026-03-10T08:00,2026-03-10T10:00\n"
    others = f"{phone(2)},first,{EIGHT_TO_FOUR}\n{phone(1)},second,{EIGHT_TO_FOUR}\n"
    assert faults(house, HEADING + long + between + inside + others) == [3, 4]
    rosters.import_roster(house.services, HEADING + long + others)
    assert faults(house, HEADING + inside) == [2]


def test_shifts_that_touch_do_not_overlap_and_a_line_twice_is_one_shift(house: House) -> None:
    house.hire(1)
    morning, evening = f"{phone(1)},first,{EIGHT_TO_FOUR}\n", f"{phone(1)},first,2026-03-10T16:00,2026-03-11T00:00\n"
    assert rosters.import_roster(house.services, HEADING + evening + morning + morning).added == 2


def test_with_replace_the_file_is_the_whole_truth_of_its_span(house: House) -> None:
    house.hire(1)
    old = [f"{phone(1)},first,2026-03-{day}T08:00,2026-03-{day}T16:00\n" for day in (10, 11, 12, 13)]
    rosters.import_roster(house.services, HEADING + "".join(old))
    new = f"{phone(1)},first,2026-03-11T09:00,2026-03-11T17:00\n"
    done = rosters.import_roster(house.services, HEADING + new + old[2], replace=True)
    assert done == rosters.Imported(1, 1, 1)
    assert [start.day for _, _, start, _ in shifts(house)] == [10, 11, 12, 13]


def test_a_time_that_the_clock_skips_becomes_the_first_instant_after_it(database_url: str) -> None:
    house = House(database_url, UNIT_TIMEZONE="Europe/Berlin")
    try:
        house.hire(1)
        rosters.import_roster(house.services, f"{HEADING}{phone(1)},first,2026-03-29T02:30,2026-03-29T08:00\n")
        ((_, _, start, end),) = shifts(house)
        assert (start, end) == (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC))
    finally:
        house.shut()


def test_gaps_are_the_times_without_a_person_who_works_here(house: House) -> None:
    week = timedelta(days=7)
    assert [(gap.duty, gap.starts_at, gap.ends_at) for gap in rosters.roster_gaps(house.services, week)] == [
        (Duty.FIRST, MIDDAY, MIDDAY + week),
        (Duty.SECOND, MIDDAY, MIDDAY + week),
    ]
    code = house.hire(1)
    house.put_on_duty(1, "first", hours=24 * 8)
    house.put_on_duty(1, "second", hours=25)
    assert [(gap.duty, gap.starts_at) for gap in rosters.roster_gaps(house.services, week)] == [
        (Duty.SECOND, MIDDAY + timedelta(days=1))
    ]
    staffing.disable_staff(house.services, code)
    assert len(rosters.roster_gaps(house.services, week)) == 2


def test_a_token_reads_until_it_is_revoked(house: House) -> None:
    token = staffing.create_token(house.services, Role.AUDITOR, "statistics of the province")
    viewer = staffing.token_viewer(house.services, token)
    assert viewer is not None
    assert (viewer.staff_id, viewer.role) == (None, Role.AUDITOR)
    (shown,) = staffing.list_tokens(house.services)
    assert shown.last_used_at == MIDDAY
    assert token not in repr(shown)
    staffing.revoke_token(house.services, shown.label.upper())
    with house.services.database.look() as tx:
        last = events.history(tx, staffing.STREAM)[-1]
    assert (last.name, last.detail) == (Happening.TOKEN_REVOKED, {"label": shown.label})
    assert staffing.token_viewer(house.services, token) is None
    with pytest.raises(NotFound):
        staffing.revoke_token(house.services, shown.label)


@pytest.mark.parametrize("label", ["", "%", "________", "%%%%%%%%", "12345678"])
def test_only_a_whole_label_revokes_a_token(house: House, label: str) -> None:
    token = staffing.create_token(house.services, Role.AUDITOR, "statistics")
    with pytest.raises(NotFound):
        staffing.revoke_token(house.services, label)
    assert staffing.token_viewer(house.services, token)


@pytest.mark.parametrize("token", ["", "hotline_", "x" * 60, "\udcff", "hotline_\x00"])
def test_a_wrong_token_is_nobody(house: House, token: str) -> None:
    staffing.create_token(house.services, Role.AUDITOR, "statistics")
    assert staffing.token_viewer(house.services, token) is None


def test_a_token_of_another_unit_is_nobody(house: House) -> None:
    token = staffing.create_token(house.services, Role.HEAD, "statistics")
    other = House(house.url, UNIT_CODE="OTHER")
    try:
        assert staffing.token_viewer(other.services, token) is None
    finally:
        other.shut()
