"""What became of an act, in words: nothing is promised that is not in the database."""

from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline.outcomes import Outcome, Verdict
from hotline.web.console.times import clock

_GOOD = frozenset(
    {Verdict.YOURS, Verdict.ALREADY_YOURS, Verdict.RECORDED, Verdict.DECLINED, Verdict.RELEASED, Verdict.ASKED}
)
# Whoever has lost a report, or let it go, needs the next one more than its page.
_AWAY = frozenset({Verdict.TAKEN, Verdict.DECLINED, Verdict.NOT_OFFERED, Verdict.RELEASED})


def told(ref: str, outcome: Outcome, recorded: str = "") -> ResponseReturnValue:
    """Says what became of it, and goes where she is needed next."""
    words = recorded if outcome.verdict is Verdict.RECORDED else _sentence(ref, outcome)
    flash(words, "good" if outcome.verdict in _GOOD else "bad")
    away = outcome.verdict in _AWAY
    return redirect(url_for("queue.page") if away else url_for("reports.page", ref=ref), 303)


def _sentence(ref: str, outcome: Outcome) -> str:
    """What was committed, in words; nothing is promised that is not in the database."""
    if outcome.verdict in (Verdict.YOURS, Verdict.ALREADY_YOURS):
        return _held(ref, outcome.contact_by)
    if outcome.verdict is Verdict.TAKEN:
        return _taken(ref, outcome)
    return {
        Verdict.DECLINED: gettext("You said no to %(ref)s. Somebody else is being rung.", ref=ref),
        Verdict.NOT_OFFERED: gettext("%(ref)s is not offered to you any more.", ref=ref),
        Verdict.NOT_YOURS: gettext("You do not hold %(ref)s.", ref=ref),
        Verdict.CLOSED: gettext("%(ref)s is closed already.", ref=ref),
        Verdict.RELEASED: gettext("You gave back %(ref)s. Somebody else is being rung.", ref=ref),
        Verdict.ASKED: gettext("Asked. Until she says yes nothing changes."),
        Verdict.NOT_HER: gettext("That is not possible for %(ref)s.", ref=ref),
        Verdict.SECOND_PERSON: gettext("Noted. A second person must decide the same about %(ref)s.", ref=ref),
        Verdict.WISHED_OTHERWISE: gettext(
            "The caller of %(ref)s asked for a woman and has not agreed otherwise.", ref=ref
        ),
        Verdict.RECORDED: gettext("Noted."),
    }[outcome.verdict]


def _held(ref: str, contact_by: datetime | None) -> str:
    if contact_by is None:
        return gettext("You hold %(ref)s.", ref=ref)
    return gettext("You hold %(ref)s. Please make contact by %(time)s.", ref=ref, time=clock(contact_by))


def _taken(ref: str, outcome: Outcome) -> str:
    if outcome.by_initials is None or outcome.since is None:
        return gettext("%(ref)s is taken by somebody else already.", ref=ref)
    return gettext(
        "%(ref)s was taken by %(who)s at %(time)s.", ref=ref, who=outcome.by_initials, time=clock(outcome.since)
    )
