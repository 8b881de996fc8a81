"""Reading: the queue, one report, the list of reports, response times, and whether the service is ready."""

import base64
import binascii
import json
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Unpack

from hotline.callers_number import number_shown
from hotline.errors import NotFound, Refused, StoreAway
from hotline.page_parts import assessment_shown, messages_shown
from hotline.services import Services
from hotline.store import callers, dispatches, engine, reading, report_parts
from hotline.store import queue as waiting
from hotline.store import response_times as measured
from hotline.store.batch import insert_all
from hotline.store.events import Entry, chained, history
from hotline.store.reading import Listing, Located
from hotline.store.session import Transaction
from hotline.store.staff import code_of
from hotline.views import EventShown, Page, QueueItem, ReportPage, Viewer, Wanted
from triage.indicators import Figures, Targets, figures, parse_targets
from triage.privacy import may_reach_caller, may_read_words
from triage.states import DispatchState, Happening, OfferState

OPEN = "open"
MOST_LISTED = 200
# Older than this the ticker is thought dead: its rounds take seconds (dispatch.md 5.4).
TICKER_SILENT_AFTER = timedelta(seconds=60)


def queue(services: Services, viewer: Viewer) -> tuple[QueueItem, ...]:
    """The open reports of the unit: the nearest deadline first, of equal ones the more urgent."""
    with services.database.look() as tx:
        items = waiting.open_reports(tx, services.unit.id, viewer.staff_id)
    return tuple(sorted(items, key=lambda item: (item.deadline, -item.level.rank, item.opened_at, item.ref)))


def report_page(services: Services, viewer: Viewer, ref: str) -> ReportPage:
    """One report as far as this viewer may see it; raises NotFound.

    That she looked is committed before anything is returned: nobody reads unseen.
    """
    now = services.now()
    return services.database.run(lambda tx: _open_page(tx, services, viewer, ref, now))


def reports(services: Services, viewer: Viewer, **wanted: Unpack[Wanted]) -> Page:
    """A page of the unit's reports, newest first; raises Refused for a status or a cursor that is none."""
    limit = min(max(wanted.get("limit", 50), 1), MOST_LISTED)
    listing = replace(_listing(wanted, limit + 1), viewer_id=viewer.staff_id)
    with services.database.look() as tx:
        found = reading.listed(tx, services.unit.id, listing)
    shown = found[:limit]
    following = _cursor(shown[-1]) if len(found) > limit else None
    return Page(tuple(one.facts for one in shown), following)


def report_events(services: Services, viewer: Viewer, ref: str) -> tuple[EventShown, ...]:
    """Every transition of a report, oldest first; ids and counts, no word of a person. Raises NotFound."""
    with services.database.look() as tx:
        _find(tx, services, viewer, ref)
        return _timeline(tx, ref)


def response_times(services: Services, window: tuple[datetime, datetime]) -> tuple[Figures, ...]:
    """How fast reports opened in the half-open window were acknowledged, reached and closed.

    For each level and channel, and in total; a promise that is overdue and not kept is counted as breached. Raises
    Refused for a window without length.
    """
    if window[0] >= window[1]:
        raise Refused("the end of the window must come after its start")
    now, targets = services.now(), read_targets(services.settings.protocol_file)
    with services.database.look() as tx:
        counted = measured.tallies(tx, services.unit.id, window, (targets, now))
    return figures(counted, targets)


@cache
def read_targets(path: Path) -> Targets:
    """The targets of a protocol file, read once; raises BadTargets."""
    return parse_targets(tomllib.loads(path.read_text(encoding="utf-8")).get("targets", {}))


def readiness(services: Services) -> dict[str, str | None]:
    """What the service needs, each with the reason why it is not there, or None."""
    return {
        **_database_readiness(services),
        "redis": None if services.doorbell.answers() else "does not answer",
    }


def _database_readiness(services: Services) -> dict[str, str | None]:
    try:
        with services.database.look() as tx:
            beat = engine.last_beat(tx, "ticker")
    except StoreAway:
        return {"database": "cannot be reached", "ticker": "unknown without the database"}
    if beat is None:
        return {"database": None, "ticker": "has never run"}
    age = services.now() - beat
    late = f"silent for {int(age.total_seconds())} s" if age > TICKER_SILENT_AFTER else None
    return {"database": None, "ticker": late}


def _open_page(tx: Transaction, services: Services, viewer: Viewer, ref: str, now: datetime) -> ReportPage:
    found = _find(tx, services, viewer, ref)
    offers = report_parts.offers(tx, found.dispatch_id, viewer.staff_id)
    # A closed report is in nobody's hands, though it keeps the name of whoever held it last.
    is_holder = dispatches.is_holder(tx, found.report_id, viewer.staff_id)
    is_offered = any(offer.is_mine and offer.state is OfferState.PENDING for offer in offers)
    may_read = may_read_words(viewer.role, is_holder, is_offered)
    judged = report_parts.judgement(tx, found.report_id, with_words=may_read)
    bubbles = report_parts.bubbles(tx, found.report_id) if may_read else []
    _note_view(tx, services, viewer, ref, now)
    return ReportPage(
        facts=found.facts,
        may_read_words=may_read,
        is_holder=is_holder,
        my_offer=found.code if is_offered else None,
        number=number_shown(callers.behind(tx, found.report_id)) if may_reach_caller(viewer.role, is_holder) else None,
        assessment=assessment_shown(judged),
        messages=messages_shown(bubbles, judged),
        message_count=report_parts.count_messages(tx, found.report_id),
        offers=tuple(offers),
        notices=tuple(report_parts.notices(tx, found.dispatch_id)),
        timeline=_timeline(tx, ref),
        previous=reading.previous_ref(tx, found.report_id, viewer.staff_id),
    )


def _find(tx: Transaction, services: Services, viewer: Viewer, ref: str) -> Located:
    # What cannot be a label is not asked for: PostgreSQL refuses a NUL with a fault of its own.
    found = reading.located(tx, services.unit.id, ref, viewer.staff_id) if _is_label(ref) else None
    if found is None:
        raise NotFound("no such report")
    return found


def _timeline(tx: Transaction, ref: str) -> tuple[EventShown, ...]:
    return tuple(EventShown(past.at, past.name, past.actor, past.detail) for past in history(tx, ref))


def _note_view(tx: Transaction, services: Services, viewer: Viewer, ref: str, now: datetime) -> None:
    if viewer.staff_id is not None:
        stream, actor = f"staff:{viewer.staff_id}", code_of(tx, viewer.staff_id)
    else:
        stream = f"token:{viewer.token_id}"
        actor = f"token:{(viewer.token_id or '')[-8:]}"
    entry = Entry(stream, Happening.REPORT_VIEWED, actor, {"ref": ref})
    insert_all(tx, chained(tx, [entry], services.unit.id, now))


def _listing(wanted: Wanted, limit: int) -> Listing:
    status, cursor = wanted.get("status"), wanted.get("cursor")
    if status not in (None, OPEN, *DispatchState):
        raise Refused(f"status must be {OPEN} or one of {', '.join(DispatchState)}")
    return Listing(
        only_open=status == OPEN,
        state=DispatchState(status) if status not in (None, OPEN) else None,
        level=wanted.get("level"),
        channel=wanted.get("channel"),
        since=wanted.get("since"),
        until=wanted.get("until"),
        after=_place(cursor) if cursor else None,
        limit=limit,
    )


def _cursor(last: Located) -> str:
    place = json.dumps([last.facts.opened_at.isoformat(), last.report_id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        opened_at, row_id = json.loads(text)
        place = datetime.fromisoformat(opened_at), str(row_id)
    except (binascii.Error, ValueError, TypeError) as fault:
        raise Refused("cursor is not one of ours") from fault
    if place[0].tzinfo is None or not _is_label(place[1]):
        raise Refused("cursor is not one of ours")
    return place


def _is_label(text: str) -> bool:
    return text.isascii() and text.isalnum()
