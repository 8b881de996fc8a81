"""What became of a person's word about a report; the catalogue and the console have a sentence for each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a person's word; the catalogue has a sentence for each."""

    YOURS = "yours"
    ALREADY_YOURS = "already_yours"
    TAKEN = "taken"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    NOT_YOURS = "not_yours"
    CLOSED = "closed"
    RECORDED = "recorded"
    RELEASED = "released"
    ASKED = "asked"
    NOT_HER = "not_her"
    SECOND_PERSON = "second_person"
    WISHED_OTHERWISE = "wished_otherwise"


@dataclass(frozen=True)
class Outcome:
    """What was committed, and what the person is told about it; `offer_id` is the offer that she said yes to."""

    verdict: Verdict
    code: str = ""
    by_initials: str | None = None
    since: datetime | None = None
    contact_by: datetime | None = None
    offer_id: str | None = None


@dataclass(frozen=True)
class Word:
    """What one person says about one report; the reason goes with a no."""

    staff_id: str
    dispatch_id: str
    reason: str = ""
