"""What the carrier tells the application about a message of its own."""

from hotline.simulator.addresses import bare, is_whatsapp
from hotline.simulator.records import Message, MessageStatus


def callback_form(message: Message, status: MessageStatus, code: int | None, account: str) -> dict[str, str]:
    """Parameters of a message status callback."""
    form = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": str(status),
        "SmsStatus": str(status),
        "AccountSid": account,
        "ApiVersion": "2010-04-01",
        "From": message.sender,
        "To": message.recipient,
    }
    if code is not None:
        form |= {"ErrorCode": str(code)}
    if is_whatsapp(message.recipient):
        return form | _channel_form(message, status, code)
    if status in (MessageStatus.DELIVERED, MessageStatus.UNDELIVERED) and message.updated_at:
        form["RawDlrDoneDate"] = message.updated_at.strftime("%y%m%d%H%M")
    return form


def _channel_form(message: Message, status: MessageStatus, code: int | None) -> dict[str, str]:
    form = {
        "ChannelPrefix": "whatsapp",
        "ChannelInstallSid": "XE" + "0" * 32,
        "ChannelToAddress": bare(message.recipient),
        "StructuredMessage": "false",
    }
    if status in (MessageStatus.DELIVERED, MessageStatus.READ):
        form["EventType"] = status.upper()
    if code is not None:
        form["ChannelStatusMessage"] = "the channel refused the message"
    return form
