"""What the carrier's refusals mean for us: its error codes as ten verdicts, and the exceptions that carry them."""

from enum import StrEnum


class Verdict(StrEnum):
    """What to do after a refusal; the retry policy hangs on these and on nothing else."""

    BAD_ADDRESS = "bad_address"  # permanent; next contact or channel at once
    REFUSED_BY_PERSON = "refused_by_person"  # she blocked us or said stop; never again on this channel
    FILTERED = "filtered"  # this text will never pass
    OUR_SETUP = "our_setup"  # our fault; tell the operator, take another channel
    ACCOUNT = "account"  # nothing will pass; stop sending and alarm on another path
    WINDOW_CLOSED = "window_closed"  # WhatsApp's 24 hours are over; a template may pass, once
    NOT_SENT_TRY_AGAIN = "not_sent_try_again"  # surely not sent
    MAYBE_SENT = "maybe_sent"  # look first, then send again at most once
    DELIVERY_FAILED = "delivery_failed"  # did not arrive, may later
    UNKNOWN = "unknown"  # permanent for this attempt; go on and tell the operator


class CarrierRefused(Exception):
    """The carrier said no. Its text holds the code and the verdict, never a person."""

    def __init__(self, code: int, verdict: Verdict) -> None:
        super().__init__(f"carrier refused: {code} {verdict}")
        self.code = code
        self.verdict = verdict


class CarrierUnclear(Exception):
    """Nobody knows whether the carrier did it: a time-out, a lost answer, a 5xx. Look before you ask again."""

    verdict = Verdict.MAYBE_SENT

    def __init__(self, code: int = 0) -> None:
        super().__init__(f"carrier unclear: {code}")
        self.code = code


# Classes after the carrier's error pages, checked against the texts in nyaruka/courier (1,902 codes).
# 63020 stands in two of its classes; as an account error it stops the sending, which is the safer reading.
_CODES: dict[Verdict, tuple[int, ...]] = {
    Verdict.BAD_ADDRESS: (21211, 21214, 21216, 21217, 21401, 21604, 21612, 21614, 30005, 30006)
    + (13224, 13225, 13226, 63003, 63024, 63036),
    Verdict.REFUSED_BY_PERSON: (21610, 63014, 63032, 63033),
    Verdict.FILTERED: (30004, 30007, 63013, 63026),
    Verdict.OUR_SETUP: (400, 404, 13227, 20001, 20404, 21201, 21205, 21212, 21215, 21220, 21408, 21602, 21603)
    + (21606, 21609, 21617, 21620, 21623, 21654, 21655, 21656, 30010, 30018, 30019, 30029, 30034, 32205)
    + (63005, 63006, 63007, 63015, 63021, 63022, 63027, 63028, 63030, 63034, 63041),
    Verdict.ACCOUNT: (401, 403, 10001, 20003, 21608, 21703, 21704, 21705, 30002, 63001, 63020),
    Verdict.WINDOW_CLOSED: (63016,),
    Verdict.NOT_SENT_TRY_AGAIN: (429, 14107, 20429, 21611, 30001, 63017, 63018, 63038),
    Verdict.MAYBE_SENT: (20500, 20503),
    Verdict.DELIVERY_FAILED: (30003, 30008, 30017, 30410, 63009, 63010, 63012, 63019, 63037),
}
_VERDICTS = {code: verdict for verdict, codes in _CODES.items() for code in codes}


def verdict_of(code: int) -> Verdict:
    """The verdict on an error code of the carrier, or on an HTTP status where the answer held no code."""
    if 500 <= code <= 599:
        return Verdict.MAYBE_SENT
    return _VERDICTS.get(code, Verdict.UNKNOWN)
