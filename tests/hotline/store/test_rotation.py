"""Changing the key: everything is sealed again, the work can be stopped and resumed, and nothing is lost."""

from itertools import islice

import pytest
from sqlalchemy import update

from hotline import audit, oversight
from hotline.store import rotation
from hotline.store.tables import message
from hotline.views import Viewer
from tests.hotline.house import OTHER_KEY, SECRET_WORDS, House
from tests.services import key
from triage.states import Role

HEAD = Viewer(None, Role.HEAD, "t")


@pytest.fixture
def ringed(house: House) -> House:
    """The same house after a second key was put before the first."""
    house.hire(1, Role.HEAD)
    for caller in range(1, 4):
        house.hear(caller=caller)
    house.hear_place()
    house.climb()
    return House(house.url, FIELD_KEYS=f"{OTHER_KEY},{key(1)}")


def texts(house: House) -> list[str]:
    """All words of the house."""
    refs = [item.ref for item in oversight.queue(house.services, HEAD)]
    pages = [oversight.report_page(house.services, HEAD, ref) for ref in refs]
    return sorted(one.text for page in pages for one in page.messages)


def test_after_the_rotation_the_old_key_is_not_needed(ringed: House) -> None:
    heard: list[tuple[int, int]] = []
    done = audit.rotate_keys(ringed.services, lambda now, total: heard.append((now, total)))
    ringed.shut()
    assert done.sealed == done.looked_at > 20
    assert heard[-1] == (done.looked_at, done.looked_at)
    new = House(ringed.url, FIELD_KEYS=OTHER_KEY)
    assert texts(new) == ["", *[SECRET_WORDS] * 3]
    with new.services.database.look() as tx:
        assert rotation.unopened(tx) == []
    new.shut()


def test_a_rotation_that_was_stopped_goes_on_where_it_was(ringed: House) -> None:
    first = sum(batch.sealed for batch in islice(rotation.rotate(ringed.services.database), 2))
    done = audit.rotate_keys(ringed.services, lambda now, total: None)
    assert 0 < done.sealed == done.looked_at - first
    assert audit.rotate_keys(ringed.services, lambda now, total: None).sealed == 0
    ringed.shut()


def test_what_no_key_opens_is_named_and_left_alone(ringed: House) -> None:
    spoilt = update(message).values(body_enc=b"spoilt")
    ringed.services.database.run(lambda tx: tx.execute(spoilt))
    done = audit.rotate_keys(ringed.services, lambda now, total: None)
    assert {place.rpartition(":")[0] for place in done.unreadable} == {"message:body_enc"}
    with ringed.services.database.look() as tx:
        assert rotation.unopened(tx) == ["message:body_enc"]
    ringed.shut()


def test_a_page_with_a_spoilt_message_is_still_shown(house: House) -> None:
    house.hear()
    house.services.database.run(lambda tx: tx.execute(update(message).values(body_enc=b"spoilt")))
    assert texts(house) == ["\N{REPLACEMENT CHARACTER}"]


def test_every_sealed_column_is_found() -> None:
    labels = {field.label for field in rotation.sealed_fields()}
    assert {"message:body_enc", "staff:name_enc", "media:content_enc", "inbound_event:payload_enc"} <= labels
