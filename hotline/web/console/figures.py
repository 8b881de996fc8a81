"""Response times: how fast reports were taken, reached and closed, each number one tap from its reports."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from hotline import oversight
from hotline.web.console.periods import BadPeriod, last_days, period_of
from hotline.web.console.present import services
from triage.indicators import Figures, Measure

# Of fewer reports a percentage says nothing, and may tell who they were.
FEWEST = 5
_OFFERED_DAYS = (7, 30, 90)


def blueprint() -> Blueprint:
    """The route of the response times."""
    pages = Blueprint("figures", __name__)
    pages.add_url_rule("/response-times", "page", page, methods=["GET"])
    return pages


def page() -> ResponseReturnValue:
    """The table of a period; 400 for a period that is none."""
    now, zone = services().now(), services().unit.zone
    try:
        period = period_of(request.args, now, zone)
    except BadPeriod:
        abort(400)
    found = oversight.response_times(services(), period.window)
    return render_template(
        "console/figures.html",
        tables=[(measure, rows_of(found, measure)) for measure in Measure],
        period=period,
        shortcuts=[(days, last_days(days, now, zone)) for days in _OFFERED_DAYS],
        total=max((row.count for row in found), default=0),
        share=share,
    )


def rows_of(found: Sequence[Figures], measure: Measure) -> list[Figures]:
    """The rows of one measure, in the order in which they were counted."""
    return [row for row in found if row.measure is measure]


def share(row: Figures) -> int | None:
    """How many of a hundred decided reports were in time, or None without a target or with too few reports."""
    if row.met is None or row.breached is None or row.met + row.breached < FEWEST:
        return None
    return round(100 * row.met / (row.met + row.breached))
