"""Dispatch: climbing the ladder, step by step, until a human has said yes."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline import notices
from hotline.errors import Conflict, StoreAway
from hotline.pacing import paced
from hotline.services import Services
from hotline.steps import Changes, Scene, climb, take_step
from hotline.store import crew, dispatches, events, limits, offers, outbox, setup
from hotline.store.dispatches import Standing
from hotline.store.outbox import Notice
from hotline.store.session import Transaction
from triage.ladder import Ladder, parse_ladder_source
from triage.states import Happening, OfferState

_log = logging.getLogger(__name__)
BATCH = 40
_ASIDE = timedelta(seconds=5)


def advance_due(services: Services, now: datetime, limit: int = BATCH) -> int:
    """Takes every due dispatch one step up; returns how many. One that cannot be worked on steps aside alone."""
    try:
        return services.database.run(lambda tx: _advance(tx, services, now, limit))
    except (StoreAway, Conflict):
        raise
    except Exception:  # one sick row must not stop the rest: each is now tried by itself
        _log.exception("dispatch.batch_failed")
        return _advance_singly(services, now, limit)


def _advance_singly(services: Services, now: datetime, limit: int) -> int:
    done = 0
    for _ in range(limit):
        try:
            if not services.database.run(lambda tx: _advance(tx, services, now, 1)):
                break
            done += 1
        except (StoreAway, Conflict):
            raise
        except Exception:  # the sick row itself: it is moved out of the way, visibly
            _log.exception("dispatch.row_failed")
            services.database.run(lambda tx: _step_aside(tx, services, now))
    return done


def _step_aside(tx: Transaction, services: Services, now: datetime) -> None:
    for standing in dispatches.due_batch(tx, services.unit.id, now, 1):
        dispatches.step_aside(tx, standing.id, now + _ASIDE)


def _advance(tx: Transaction, services: Services, now: datetime, limit: int) -> int:
    due = dispatches.due_batch(tx, services.unit.id, now, limit)
    if not due:
        return 0
    pending = offers.pending(tx, [standing.id for standing in due])
    changes, scene = Changes(), scene_of(tx, services, due, now)
    for standing in due:
        scene.ladder = ladder_of(tx, services, standing.ladder_id)
        take_step(changes, standing, pending.get(standing.id, []), scene)
    write(tx, services, changes, now)
    return len(due)


def scene_of(tx: Transaction, services: Services, standings: Sequence[Standing], now: datetime) -> Scene:
    """Everybody who could be rung, and whom each of these dispatches may be offered."""
    people = crew.people(tx, services.unit.id, now)
    return Scene(services.ladder, people, limits.of_standings(tx, standings), services.rules.pace, now)


def write(tx: Transaction, services: Services, changes: Changes, now: datetime) -> None:
    """Writes a batch of steps, with the notices that follow from them."""
    unit_id = services.unit.id
    offers.end(tx, changes.expired, OfferState.EXPIRED, now)
    outbox.cancel_for_offers(tx, changes.expired)
    for standing in changes.lapsed:
        offers.lapse_accepted(tx, standing.id, now, "lapsed")
        withdraw_personal(tx, standing.id, now, "lapsed")
    dispatches.move_clocks(tx, changes.clocks)
    dispatches.change_many(tx, changes.standings)
    offers.insert_many(tx, changes.offers)
    told = [*changes.notices, *_alarms(tx, changes), *paced(tx, services.rules.pace, changes.repeats, now)]
    outbox.plan(tx, unit_id, told, now)
    events.append(tx, changes.entries, unit_id, now)


def _alarms(tx: Transaction, changes: Changes) -> list[Notice]:
    """Whoever leads is told once of each cause; of a lapse each time. A conflict of interest hides even this."""
    told: list[Notice] = []
    for standing, template in changes.alarms:
        leaders = crew.leaders(tx, standing.unit_id, standing.report_id)
        leaders = [one for one in leaders if template != "alert.lapsed" or one != standing.holder_id]
        told += notices.alarm(template, standing, leaders, standing.epoch if template == "alert.lapsed" else 0)
    return told


def withdraw_personal(tx: Transaction, dispatch_id: str, now: datetime, reason: str) -> None:
    """Ends what one person was asked by another about this report."""
    asked = [one.id for one in offers.pending(tx, [dispatch_id]).get(dispatch_id, []) if one.kind.is_personal]
    offers.end(tx, asked, OfferState.RESCINDED, now, reason)
    outbox.cancel_for_offers(tx, asked)


def ladder_of(tx: Transaction, services: Services, ladder_id: str) -> Ladder:
    """The ladder a dispatch was frozen to; today's, if it cannot be found any more."""
    if ladder_id == services.ladder.version:
        return services.ladder
    source = setup.ladder_source(tx, ladder_id)
    return parse_ladder_source(source) if source else services.ladder


def climb_now(tx: Transaction, services: Services, dispatch_id: str, now: datetime) -> None:
    """The next rung at once: somebody is waiting on the line, and whoever was rung did not answer.

    The last rung keeps its pace: a caller who waits must not have everybody rung anew at every try.
    """
    standing = dispatches.lock(tx, dispatch_id)
    if standing is None or not standing.state.is_seeking:
        return
    ladder = ladder_of(tx, services, standing.ladder_id)
    if standing.rung >= len(ladder.steps(standing.level, standing.part).rungs) - 1:
        return
    changes, scene = Changes(), scene_of(tx, services, [standing], now)
    scene.ladder = ladder
    climb(changes, standing, offers.pending(tx, [standing.id]).get(standing.id, []), scene)
    write(tx, services, changes, now)


def climb_if_unreachable(tx: Transaction, services: Services, dispatch_id: str, now: datetime) -> None:
    """T3: nobody of this rung can have heard, so nobody is waited for; on the last rung its pause still holds."""
    standing = dispatches.lock(tx, dispatch_id)
    if standing is None or not standing.state.is_seeking or outbox.live_notices(tx, dispatch_id):
        return
    pending = offers.pending(tx, [dispatch_id]).get(dispatch_id, [])
    if not pending:
        return
    offers.end(tx, [offer.id for offer in pending], OfferState.DEAD, now)
    rungs = ladder_of(tx, services, standing.ladder_id).steps(standing.level, standing.part).rungs
    if standing.rung < len(rungs) - 1:
        dispatches.look_again(tx, dispatch_id, now)
    entry = events.Entry(standing.ref, Happening.OFFER_DEAD, "system", {"rung": standing.rung})
    events.append(tx, [entry], services.unit.id, now)
