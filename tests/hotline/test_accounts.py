"""Signing in: who gets in, how long, and that nothing tells a guesser more than no."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Update, delete, select, update

from hotline import accounts
from hotline.errors import Refused
from hotline.store import events
from hotline.store.tables import account, login_session, staff
from tests.hotline.web.console.house import NIGHT, PASSWORD, House
from triage.states import Happening, Role


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A unit with one companion, on each database."""
    house = House(database_url)
    house.hire("sari", Role.COMPANION)
    yield house
    house.close()


def signed_in(house: House) -> str:
    """A token of the companion."""
    token = accounts.sign_in(house.services, "sari", PASSWORD)
    assert token is not None
    return token


def staff_without_account(house: House) -> str:
    """The code of somebody who has no login."""
    staff_id = house.hire("budi", Role.COUNSELLOR)
    with house.services.database.begin() as tx:
        tx.execute(delete(account).where(account.c.staff_id == staff_id))
        return str(tx.rows(select(staff.c.code).where(staff.c.id == staff_id))[0].code)


def test_the_right_password_opens_a_session(house: House) -> None:
    who = accounts.visitor(house.services, signed_in(house))
    assert who is not None
    assert (who.initials, who.role) == ("S", Role.COMPANION)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("sari", "wrong words of a test"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("sari", ""),
        ("sari", "x" * 100_000),
        ("sari' OR 1=1 --", PASSWORD),
        ("sari", PASSWORD + "\x00"),
        ("sari", "\ud800"),
    ],
)
def test_anything_else_does_not(house: House, username: str, password: str) -> None:
    assert accounts.sign_in(house.services, username, password) is None


def test_the_user_name_is_taken_as_people_type_it(house: House) -> None:
    assert accounts.sign_in(house.services, "  Sari ", PASSWORD)


def test_every_login_gets_a_new_token_and_only_its_hash_is_kept(house: House) -> None:
    tokens = {signed_in(house) for _ in range(2)}
    assert len(tokens) == 2
    with house.services.database.look() as tx:
        kept = [bytes(row.token_hash) for row in tx.rows(select(login_session.c.token_hash))]
    assert all(token.encode() not in row for token in tokens for row in kept)


def test_a_session_ends_after_thirty_idle_minutes(house: House) -> None:
    token = signed_in(house)
    house.clock.turn(minutes=29, seconds=59)
    assert accounts.visitor(house.services, token)
    house.clock.turn(minutes=29, seconds=59)
    assert accounts.visitor(house.services, token)
    house.clock.turn(minutes=30)
    assert accounts.visitor(house.services, token) is None


def test_what_the_page_asks_by_itself_keeps_nobody_signed_in(house: House) -> None:
    token = signed_in(house)
    for _ in range(30):
        house.clock.turn(minutes=1)
        accounts.visitor(house.services, token, present=False)
    assert accounts.visitor(house.services, token) is None


def test_a_session_ends_after_twelve_hours_whatever_happens(house: House) -> None:
    token = signed_in(house)
    for _ in range(36):
        assert accounts.visitor(house.services, token)
        house.clock.turn(minutes=20)
    assert accounts.visitor(house.services, token) is None


def test_a_session_is_dead_after_signing_out(house: House) -> None:
    token, other = signed_in(house), signed_in(house)
    who = accounts.visitor(house.services, token)
    assert who is not None
    accounts.sign_out(house.services, who)
    assert accounts.visitor(house.services, token) is None
    assert accounts.visitor(house.services, other)


@pytest.mark.parametrize("change", [update(staff).values(active=False), update(account).values(disabled_at=NIGHT)])
def test_a_disabled_person_is_out_at_once(house: House, change: Update) -> None:
    token = signed_in(house)
    with house.services.database.begin() as tx:
        tx.execute(change)
    assert accounts.visitor(house.services, token) is None
    assert accounts.sign_in(house.services, "sari", PASSWORD) is None


def test_a_new_password_ends_all_sessions_and_is_the_only_one(house: House) -> None:
    token, other = signed_in(house), signed_in(house)
    who = accounts.visitor(house.services, token)
    assert who is not None
    accounts.change_password(house.services, who, PASSWORD, "other words of a test")
    assert [accounts.visitor(house.services, one) for one in (token, other)] == [None, None]
    assert accounts.sign_in(house.services, "sari", PASSWORD) is None
    assert accounts.sign_in(house.services, "sari", "other words of a test")


@pytest.mark.parametrize(
    ("old", "new"),
    [("wrong", "other words of a test"), (PASSWORD, "short"), (PASSWORD, "x" * 129), (PASSWORD, "aaaaaaaaaaaaaaa")],
)
def test_a_password_is_not_changed_to_anything(house: House, old: str, new: str) -> None:
    who = accounts.visitor(house.services, signed_in(house))
    assert who is not None
    with pytest.raises(Refused):
        accounts.change_password(house.services, who, old, new)


def test_a_new_login_and_a_new_password_stand_in_the_log_without_the_user_name(house: House) -> None:
    code = staff_without_account(house)
    accounts.create_account(house.services, code, "budi", PASSWORD)
    with house.services.database.look() as tx:
        staff_id = tx.rows(select(staff.c.id).where(staff.c.code == code))[0].id
        made = events.history(tx, f"staff:{staff_id}")
    assert [(past.name, past.detail) for past in made] == [(Happening.ACCOUNT_MADE, {"code": code})]
    who = accounts.visitor(house.services, signed_in(house))
    assert who is not None
    accounts.change_password(house.services, who, PASSWORD, "other words of a test")
    with house.services.database.look() as tx:
        changed = events.history(tx, f"staff:{who.staff_id}")
    assert [(past.name, past.actor) for past in changed] == [(Happening.PASSWORD_CHANGED, who.staff_code)]


def test_attempts_are_in_the_log_without_a_name(house: House) -> None:
    signed_in(house)
    for name in ("sari", "nobody"):
        accounts.sign_in(house.services, name, "wrong words of a test")
    with house.services.database.look() as tx:
        past = events.history(tx, accounts.SIGN_IN_STREAM)
        assert list(events.broken(tx)) == []
    assert [event.name for event in past] == [Happening.LOGIN, Happening.LOGIN_FAILED, Happening.LOGIN_FAILED]
    assert "sari" not in repr(past)
    assert "nobody" not in repr(past)


@pytest.mark.parametrize(
    ("code", "username", "password"),
    [
        ("NONE", "budi", PASSWORD),
        ("{code}", "sari", PASSWORD),
        ("{code}", "b", PASSWORD),
        ("{code}", "budi santoso", PASSWORD),
        ("{code}", "budi", "short"),
        ("MEJA", "budi", PASSWORD),
    ],
)
def test_an_account_needs_a_person_a_free_name_and_a_good_password(
    house: House, code: str, username: str, password: str
) -> None:
    free = staff_without_account(house)
    with pytest.raises(Refused):
        accounts.create_account(house.services, code.format(code=free), username, password)


def test_a_new_account_can_sign_in_and_is_the_only_one_of_its_person(house: House) -> None:
    free = staff_without_account(house)
    accounts.create_account(house.services, free.lower(), "Budi", PASSWORD)
    assert accounts.sign_in(house.services, "budi", PASSWORD)
    with pytest.raises(Refused):
        accounts.create_account(house.services, free, "budi2", PASSWORD)
