"""The post: how one notice leaves the house, what its outcome means, and what is recorded of it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from hotline import dispatch
from hotline.gateway.verdicts import CarrierRefused, CarrierUnclear, Verdict
from hotline.services import Services
from hotline.store import claims, deliveries, dispatches, events, offers, outbox, reports
from hotline.store.claims import MARGIN, Claimed
from hotline.store.deliveries import Told
from hotline.store.session import Transaction
from triage.events import Channel, StatusNotice
from triage.states import Audience, Happening, OutboxState

if TYPE_CHECKING:
    from hotline.gateway.carrier import Carrier

_log = logging.getLogger(__name__)
_RING_S = 25
_LONGEST_PAUSE_S = 15
_TRIES_WHEN_UNCLEAR = 4
# Words that only tell a person what she already did: nobody climbs a ladder because they failed.
_ASKS = frozenset({"offer.message", "offer.call", "offer.request"})


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


def send(services: Services, claimed: Claimed) -> Outcome:
    """Hands one notice to the carrier and tells how it came out; writes nothing."""
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
    if claimed.template == outbox.END_CALL:
        carrier.stop_ringing(claimed.params["sid"])
        return f"end-{claimed.params['sid']}"
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


def recover(services: Services, claimed: Claimed) -> Outcome:
    """What became of a notice whose sender died or stalled, as far as the carrier knows."""
    return _look_for(services, claimed) or _after_doubt(claimed, "lease-lapsed")


def record(services: Services, back: Sequence[tuple[Claimed, Outcome]]) -> None:
    """Writes how requests came out: all that went well in one transaction, each of the others in its own."""
    sent = [(claimed, outcome.sid) for claimed, outcome in back if isinstance(outcome, Sent)]
    if sent:
        services.database.run(lambda tx: _record_sent(tx, sent, services.now()))
    for claimed, outcome in back:
        if not isinstance(outcome, Sent):
            services.database.run(partial(_record, services=services, claimed=claimed, outcome=outcome))


def _record_sent(tx: Transaction, sent: Sequence[tuple[Claimed, str]], now: datetime) -> None:
    asked = [claimed.offer_id for claimed, _ in sent if claimed.offer_id and claimed.template in _ASKS]
    # Dispatches before offers before notices, as everywhere, so that no two steps wait for each other.
    offers.note_sent(tx, asked, now)
    bundled = [claimed.staff_id for claimed, _ in sent if claimed.template == "offer.bundle" and claimed.staff_id]
    offers.note_bundle_sent(tx, bundled, now)
    claims.record_sent(tx, sent, now)


def _record(tx: Transaction, services: Services, claimed: Claimed, outcome: Again | Ended) -> None:
    now = services.now()
    match outcome:
        case Again(code, pause) if now + pause < claimed.send_before:
            claims.record_again(tx, claimed, code, now + pause, now)
        case Again(code, _):
            _end(tx, services, claimed, Ended(OutboxState.FAILED, code))
        case Ended():
            _end(tx, services, claimed, outcome)


def _end(tx: Transaction, services: Services, claimed: Claimed, ended: Ended) -> None:
    now = services.now()
    _log.warning("notice.ended", extra={"outbox": claimed.id, "state": str(ended.state), "code": ended.code})
    # Dispatches before notices, as everywhere, so that no two steps wait for each other.
    if claimed.dispatch_id:
        dispatches.lock(tx, claimed.dispatch_id)
    if claims.record_ended(tx, claimed, ended.state, ended.code, now):
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
        failing = deliveries.dispatch_that_fails(tx, notice.outbox_id, notice.sid, notice.status)
        if failing:
            dispatches.lock(tx, failing)
        told = deliveries.apply_status(tx, notice.outbox_id, notice.sid, notice.status, notice.error_code)
        reports.keep_event(tx, services.unit.id, key, notice.form, now)
        if told and told.just_failed:
            code = notice.error_code or notice.status
            _after_failure(tx, services, told, Ended(OutboxState.FAILED, code), now)

    services.database.run(work)
    services.doorbell.ring_soon()


def _after_failure(tx: Transaction, services: Services, told: Told, ended: Ended, now: datetime) -> None:
    standing = dispatches.lock(tx, told.dispatch_id) if told.dispatch_id else None
    if ended.code == "canceled" and told.offer_id and not offers.is_pending(tx, told.offer_id):
        return  # we ended that ringing ourselves, because somebody else has the report
    if standing:
        detail = {"channel": told.channel, "template": told.template, "code": ended.code}
        name = Happening.NOTICE_UNKNOWN if ended.state is OutboxState.UNKNOWN else Happening.NOTICE_FAILED
        events.append(tx, [events.Entry(standing.ref, name, "system", detail)], services.unit.id, now)
    asks = told.template in _ASKS and told.offer_id is not None
    if told.staff_id and told.channel is Channel.WHATSAPP and not (asks and not offers.is_pending(tx, told.offer_id)):
        # At least once to staff: whoever has not written to us for a day gets no WhatsApp; at night that is the rule.
        outbox.plan_by_sms(tx, told.id, now)
    if standing and asks:
        dispatch.climb_if_unreachable(tx, services, standing.id, now)
