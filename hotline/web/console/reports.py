"""The page of one report, what can be done there, and the list of all reports."""

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import callers_number, casework, oversight
from hotline.callers_number import Purpose
from hotline.staffing import list_staff
from hotline.web.console import labels
from hotline.web.console.evidence import pieces
from hotline.web.console.periods import BadPeriod, Period, period_of
from hotline.web.console.present import services, viewer, visitor
from hotline.web.console.told import told
from triage.casework import CloseReason
from triage.events import Channel
from triage.protocol import Level
from triage.states import DispatchState, Role

_PAGE = 25


def blueprint() -> Blueprint:
    """The routes of reports."""
    pages = Blueprint("reports", __name__, url_prefix="/reports")
    pages.add_url_rule("", "listing", listing, methods=["GET"])
    pages.add_url_rule("/<ref>", "page", page, methods=["GET"])
    orders = {"accept": accept, "decline": decline, "contact": contact, "close": close, "number": number}
    for name, view in orders.items():
        pages.add_url_rule(f"/<ref>/{name}", name, view, methods=["POST"])
    return pages


def listing() -> ResponseReturnValue:
    """All reports, newest first, a page at a time, as far as the filters ask."""
    asked = _filters(request.args)
    period = _period(request.args)
    since, until = period.window if period else (None, None)
    found = oversight.reports(
        services(),
        viewer(),
        status=asked["status"] or None,
        level=Level(asked["level"]) if asked["level"] else None,
        channel=Channel(asked["channel"]) if asked["channel"] else None,
        since=since,
        until=until,
        cursor=request.args.get("cursor") or None,
        limit=_PAGE,
    )
    kept = asked | (period.query if period else {})
    return render_template("console/reports.html", found=found, kept=kept, first="cursor" not in request.args)


def _filters(asked: Mapping[str, str]) -> dict[str, str]:
    """The filters, empty where nothing is asked; 400 for a word that is not in its set."""
    sets = {"status": (oversight.OPEN, *DispatchState), "level": tuple(Level), "channel": tuple(Channel)}
    chosen = {name: asked.get(name, "") for name in sets}
    if any(value and value not in sets[name] for name, value in chosen.items()):
        abort(400)
    return chosen


def _period(asked: Mapping[str, str]) -> Period | None:
    if not asked.get("from") and not asked.get("to"):
        return None
    try:
        return period_of(asked, services().now(), services().unit.zone)
    except BadPeriod:
        abort(400)


def page(ref: str) -> ResponseReturnValue:
    """One report as far as this person may see it; raises NotFound, which looks like no report at all."""
    shown = oversight.report_page(services(), viewer(), ref)
    colleagues = [one for one in list_staff(services()) if one.active and one.role is not Role.AUDITOR]
    return render_template(
        "console/report.html",
        report=shown,
        facts=shown.facts,
        pieces=pieces,
        asked=services().now(),
        colleagues=colleagues,
    )


def accept(ref: str) -> ResponseReturnValue:
    """Takes the report."""
    return told(ref, casework.accept(services(), visitor().staff_id, ref))


def decline(ref: str) -> ResponseReturnValue:
    """Says no to the offer, with a reason."""
    reason = request.form.get("reason", "")
    if reason not in labels.DECLINES:
        abort(400)
    return told(ref, casework.decline(services(), visitor().staff_id, ref, reason))


def contact(ref: str) -> ResponseReturnValue:
    """Notes that the person has been reached."""
    noted = gettext("First contact noted. Thank you.")
    return told(ref, casework.record_contact(services(), visitor().staff_id, ref), noted)


def close(ref: str) -> ResponseReturnValue:
    """Ends the work on the report, with a reason."""
    reason = request.form.get("reason", "")
    if reason not in tuple(CloseReason):
        abort(400)
    outcome = casework.close_report(services(), visitor().staff_id, ref, CloseReason(reason))
    return told(ref, outcome, gettext("%(ref)s is closed.", ref=ref))


def number(ref: str) -> ResponseReturnValue:
    """Shows the caller's number, after it is written down who asks and why; raises NotFound for whoever may not.

    It stands in this one answer alone: in no address and in nothing that a browser keeps.
    """
    purpose = request.form.get("purpose", "")
    if purpose not in tuple(Purpose):
        abort(400)
    shown = callers_number.reveal(services(), viewer(), ref, Purpose(purpose))
    return render_template("console/number.html", ref=ref, shown=shown)
