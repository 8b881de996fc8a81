"""What a WhatsApp message adds to the parameters of its webhook, by kind of content."""

import json

from hotline.simulator.addresses import bare
from hotline.simulator.phones import Content
from hotline.simulator.records import Message


def whatsapp_form(message: Message, content: Content) -> dict[str, str]:
    """Parameters only WhatsApp has: profile, kind, button, location, the message replied to."""
    profile = content.profile_name or "pengguna"
    number = bare(message.sender).removeprefix("+")
    context = {"type": "whatsapp", "data": {"context": {"ProfileName": profile, "WaId": number}}}
    form = {
        "ProfileName": profile,
        "WaId": number,
        "MessageType": _kind(content),
        "ReferralNumMedia": "0",
        "Forwarded": "false",
        "FrequentlyForwarded": "false",
        "ChannelMetadata": json.dumps(context, ensure_ascii=False, separators=(",", ":")),
    }
    if content.reply_to:
        form |= {"OriginalRepliedMessageSid": content.reply_to, "OriginalRepliedMessageSender": message.recipient}
    if content.button:
        form |= {"ButtonText": content.text, "ButtonPayload": content.button}
    if content.location:
        latitude, longitude, label = content.location
        form |= {"Latitude": str(latitude), "Longitude": str(longitude), "Label": label}
    return form


def _kind(content: Content) -> str:
    if content.button:
        return "button"
    if content.location:
        return "location"
    if not content.media:
        return "text"
    kind = content.media[0][0]
    if kind == "text/vcard":
        return "contacts"
    family = kind.split("/")[0]
    return family if family in ("image", "audio", "video") else "document"
