"""What the page shows: every phone with its messages, ticks and calls, as JSON."""

from collections.abc import Sequence

from hotline.simulator.addresses import bare, is_whatsapp
from hotline.simulator.ledger import Ledger
from hotline.simulator.legs import Leg
from hotline.simulator.phones import Phone
from hotline.simulator.records import Direction, Message, MessageStatus
from hotline.simulator.settings import Settings

ON_THE_PHONE = frozenset({MessageStatus.DELIVERED, MessageStatus.READ})
MOST_FAULTS = 20


def view(settings: Settings, ledger: Ledger, phones: Sequence[Phone]) -> dict[str, object]:
    """The whole state of the page; call it with the board held."""
    return {
        "version": ledger.version,
        "hotline": settings.hotline_number,
        "whatsapp": bare(settings.hotline_whatsapp),
        "phones": [_phone(phone, ledger) for phone in phones],
        "faults": [
            {"code": fault.code, "url": fault.url, "detail": fault.detail}
            for fault in ledger.faults_seen[-MOST_FAULTS:]
        ],
    }


def _phone(phone: Phone, ledger: Ledger) -> dict[str, object]:
    return {
        "number": phone.number,
        "name": phone.name,
        "role": phone.role,
        "messages": [_message(each) for each in ledger.messages.values() if _is_here(each, phone.number)],
        "leg": next((_leg(leg) for leg in reversed(phone.legs) if not leg.ended), None),
        "last_leg": _leg(phone.legs[-1]) if phone.legs else None,
    }


def _is_here(message: Message, number: str) -> bool:
    if message.direction is Direction.INBOUND:
        return bare(message.sender) == number
    return bare(message.recipient) == number and message.status in ON_THE_PHONE


def _message(message: Message) -> dict[str, object]:
    return {
        "sid": message.sid,
        "mine": message.direction is Direction.INBOUND,
        "channel": "whatsapp" if is_whatsapp(message.recipient) else "sms",
        "body": message.body,
        "media": [media.content_type for media in message.media],
        "status": str(message.status),
        "at": (message.sent_at or message.created_at).isoformat(),
    }


def _leg(leg: Leg) -> dict[str, object]:
    return {
        "sid": leg.call.sid,
        "state": str(leg.state),
        "incoming": leg.call.direction is not Direction.INBOUND,
        "status": str(leg.call.status),
        "heard": leg.heard[-12:],
        "talking": bool(leg.talked_with) and str(leg.state) == "bridged",
    }
