"""The queue: open reports by their next deadline, kept fresh by the page itself."""

from collections.abc import Sequence
from hashlib import sha256

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from hotline import oversight
from hotline.views import QueueItem
from hotline.web.console.languages import spoken
from hotline.web.console.present import services, viewer, visitor
from triage.protocol import Level

# Cards above this number would only be scrolled past; the rest is in the list of reports.
_SHOWN = 60


def blueprint() -> Blueprint:
    """The routes of the queue."""
    pages = Blueprint("queue", __name__)
    pages.add_url_rule("/", "page", page, methods=["GET"])
    pages.add_url_rule("/queue/changes", "changes", changes, methods=["GET"])
    pages.add_url_rule("/queue/alarm", "alarm", alarm, methods=["GET"])
    return pages


def page() -> ResponseReturnValue:
    """The whole page."""
    return render_template("console/queue.html", **_shown(_items()))


def changes() -> ResponseReturnValue:
    """The list alone if it is another than the page has, else 204: then nothing on the screen moves."""
    shown = _shown(_items())
    if request.args.get("version") == shown["version"]:
        return "", 204
    return render_template("console/_cards.html", **shown)


def alarm() -> ResponseReturnValue:
    """What must be seen from every page: emergencies that nobody has taken."""
    calling = unaccepted(_items())
    version = _version(calling)
    if request.args.get("alarm_version") == version:
        return "", 204
    return render_template("console/_alarm.html", calling=calling, alarm_version=version)


def unaccepted(items: Sequence[QueueItem]) -> list[QueueItem]:
    """Emergencies that nobody holds, the oldest first."""
    found = [item for item in items if item.level is Level.EMERGENCY and item.state.is_seeking]
    return sorted(found, key=lambda item: item.opened_at)


def _items() -> tuple[QueueItem, ...]:
    return oversight.queue(services(), viewer())


def _shown(items: Sequence[QueueItem]) -> dict[str, object]:
    # Whatever waits for this very person stands first, the rest in the order of the deadlines.
    ordered = sorted(items, key=lambda item: item.my_offer is None)
    return {
        "cards": ordered[:_SHOWN],
        "more": max(len(ordered) - _SHOWN, 0),
        "calling": unaccepted(items),
        "mine": sum(item.is_mine for item in items),
        "offered": sum(item.my_offer is not None for item in items),
        "version": _version(items),
    }


def _version(items: Sequence[QueueItem]) -> str:
    seen = f"{spoken()}:{visitor().role}:{items!r}"
    return sha256(seen.encode()).hexdigest()[:16]
