"""The post: everything that leaves the house, claimed under a lease, sent once, and recorded as it came out."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hotline import dispatch, notices
from hotline.gateway.verdicts import CarrierRefused, CarrierUnclear, Verdict
from hotline.services import Services
from hotline.store import deliveries, dispatches, events, offers, outbox, reports
from hotline.store.deliveries import Told
from hotline.store.outbox import MARGIN, Claimed
from hotline.store.session import Transaction
from triage.events import Channel, StatusNotice
from triage.states import Audience, Happening, OutboxState

if TYPE_CHECKING:
    from hotline.gateway.carrier import Carrier

_log = logging.getLogger(__name__)
# Requests to the carrier run side by side: it answers in 100 to 400 ms, and an emergency must not wait for a queue.
SENDERS = 8
_RING_S = 25
_LONGEST_PAUSE_S = 15
_TRIES_WHEN_UNCLEAR = 4
_OFFER = "offer.message"
# Words that only tell a person what she already did: nobody climbs a ladder because they failed.
_ASKS = frozenset({_OFFER, "offer.call"})


@dataclass(frozen=True)
class Sent:
    """The carrier has it under this SID."""

    sid: str


@dataclass(frozen=True)
class Again:
    """It surely did not go; it may go after `pause`."""

    code: str
    pause: timedelta


@dataclass(frozen=True)
class Ended:
    """It failed for good, or nobody can know whether it went."""

    state: OutboxState
    code: str


Outcome = Sent | Again | Ended


def deliver_due(services: Services, now: datetime, limit: int = 4 * SENDERS) -> int:
    """Sends what is due; returns how many rows were tried. No transaction is open while the carrier speaks."""
    claimed = services.database.run(lambda tx: outbox.claim_due(tx, now, limit))
    return _each(services, claimed, _deliver)


def deliver_lapsed(services: Services, now: datetime, limit: int = SENDERS) -> int:
    """Takes over rows whose sender died or stalled: looks for them at the carrier before anything is sent again."""
    claimed = services.database.run(lambda tx: outbox.claim_lapsed(tx, now, limit))
    return _each(services, claimed, _recover)


def _each(services: Services, claimed: list[Claimed], work: Callable[[Services, Claimed], None]) -> int:
    if len(claimed) == 1:
        work(services, claimed[0])
    elif claimed:
        with ThreadPoolExecutor(min(SENDERS, len(claimed)), "post") as pool:
            list(pool.map(lambda row: work(services, row), claimed))
    return len(claimed)


def _deliver(services: Services, claimed: Claimed) -> None:
    outcome = _send(services, claimed)
    services.database.run(lambda tx: _record(tx, services, claimed, outcome))


def _send(services: Services, claimed: Claimed) -> Outcome:
    if claimed.address is None:
        return Ended(OutboxState.FAILED, "no-address")
    if services.now() > claimed.lease_until - MARGIN:
        # A sender that stalled this long must not call: somebody else may hold the row by the time it does.
        return Again("stalled", timedelta(0))
    if services.carrier is None:
        raise RuntimeError("this process was built without a carrier")
    try:
        return Sent(_request(services, services.carrier, claimed, claimed.address))
    except CarrierRefused as refusal:
        return _after_refusal(claimed, refusal)
    except CarrierUnclear as doubt:
        return _look_for(services, claimed) or _after_doubt(claimed, str(doubt.code or "no-answer"))


def _request(services: Services, carrier: "Carrier", claimed: Claimed, address: str) -> str:
    base = services.settings.public_base_url
    if claimed.channel is Channel.VOICE:
        url = f"{base}/twilio/call/offer?t={claimed.id}"
        return carrier.place_call(address, url, f"{base}/twilio/call/status?m={claimed.id}", _RING_S)
    whatsapp = claimed.channel is Channel.WHATSAPP
    sender = services.settings.whatsapp_sender if whatsapp else services.settings.hotline_number
    valid_s = max(10, int((claimed.send_before - services.now()).total_seconds()))
    status_url = f"{base}/twilio/message/status?m={claimed.id}"
    return carrier.send_message(address, sender, words_of(services, claimed), status_url, valid_s)


def words_of(services: Services, claimed: Claimed) -> str:
    """The sentence of a notice, from the catalogue; the level goes by its own word."""
    params = dict(claimed.params)
    if "level" in params:
        params["level"] = services.catalogue.text(f"level.{params['level']}", claimed.language)
    return services.catalogue.text(claimed.template, claimed.language, **params)


def _after_refusal(claimed: Claimed, refusal: CarrierRefused) -> Outcome:
    if refusal.verdict in (Verdict.NOT_SENT_TRY_AGAIN, Verdict.ACCOUNT):
        return Again(str(refusal.code), _pause(claimed.attempts))
    if refusal.verdict is Verdict.MAYBE_SENT:
        return _after_doubt(claimed, str(refusal.code))
    return Ended(OutboxState.FAILED, str(refusal.code))


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(attempts, 8), _LONGEST_PAUSE_S))


def _look_for(services: Services, claimed: Claimed) -> Sent | None:
    """Whether the message whose answer was lost is at the carrier after all; calls have no text to know them by."""
    if claimed.channel is Channel.VOICE or services.carrier is None or claimed.address is None:
        return None
    try:
        # Known by its whole text: the code alone stands in every other notice to her about the same report.
        sid = services.carrier.find_message(claimed.address, words_of(services, claimed), claimed.created_at)
    except (CarrierRefused, CarrierUnclear):
        return None
    return Sent(sid) if sid else None


def _after_doubt(claimed: Claimed, code: str) -> Outcome:
    """To staff once more, because said twice is better than never; to a caller never a second time."""
    if claimed.audience is Audience.CALLER:
        return Ended(OutboxState.UNKNOWN, code)
    if claimed.attempts >= _TRIES_WHEN_UNCLEAR:
        return Ended(OutboxState.FAILED, code)
    return Again(code, _pause(claimed.attempts))


def _recover(services: Services, claimed: Claimed) -> None:
    outcome = _look_for(services, claimed) or _after_doubt(claimed, "lease-lapsed")
    services.database.run(lambda tx: _record(tx, services, claimed, outcome))


def _record(tx: Transaction, services: Services, claimed: Claimed, outcome: Outcome) -> None:
    now = services.now()
    match outcome:
        case Sent(sid):
            outbox.record_sent(tx, claimed, sid, now)
            if claimed.offer_id and claimed.template in _ASKS:
                offers.note_sent(tx, claimed.offer_id, now)
        case Again(code, pause) if now + pause < claimed.send_before:
            outbox.record_again(tx, claimed, code, now + pause, now)
        case Again(code, _):
            _end(tx, services, claimed, Ended(OutboxState.FAILED, code))
        case Ended():
            _end(tx, services, claimed, outcome)


def _end(tx: Transaction, services: Services, claimed: Claimed, ended: Ended) -> None:
    now = services.now()
    _log.warning("notice.ended", extra={"outbox": claimed.id, "state": str(ended.state), "code": ended.code})
    if outbox.record_ended(tx, claimed, ended.state, ended.code, now):
        told = Told(
            claimed.id, claimed.dispatch_id, claimed.offer_id, claimed.staff_id, claimed.channel, claimed.template,
            just_failed=True,
        )  # fmt: skip
        _after_failure(tx, services, told, ended, now)


def note_status(services: Services, notice: StatusNotice) -> None:
    """Takes the carrier's word on a message or call of ours; the same word twice changes nothing."""
    now = services.now()
    key = (notice.kind, notice.sid, notice.status)

    def work(tx: Transaction) -> None:
        if reports.is_known_event(tx, key):
            return
        told = deliveries.apply_status(tx, notice.outbox_id, notice.sid, notice.status, notice.error_code)
        reports.keep_event(tx, services.unit.id, key, notice.form, now)
        if told and told.just_failed:
            code = notice.error_code or notice.status
            _after_failure(tx, services, told, Ended(OutboxState.FAILED, code), now)

    services.database.run(work)
    services.doorbell.ring()


def _after_failure(tx: Transaction, services: Services, told: Told, ended: Ended, now: datetime) -> None:
    if told.dispatch_id is None:
        return
    standing = dispatches.lock(tx, told.dispatch_id)
    if standing is None:
        return
    detail = {"channel": told.channel, "template": told.template, "code": ended.code}
    name = Happening.NOTICE_UNKNOWN if ended.state is OutboxState.UNKNOWN else Happening.NOTICE_FAILED
    events.append(tx, [events.Entry(standing.ref, name, "system", detail)], services.unit.id, now)
    if told.offer_id is None or told.template not in _ASKS:
        return
    by_sms = told.template == _OFFER and told.channel is Channel.WHATSAPP
    if by_sms and told.staff_id and offers.is_pending(tx, told.offer_id):
        outbox.plan(tx, services.unit.id, [notices.again_by_sms(standing, told.offer_id, told.staff_id)], now)
    dispatch.climb_if_unreachable(tx, services, told.dispatch_id, now)
