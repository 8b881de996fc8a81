"""Messages from phones to the hotline: kept by the carrier, told to the application, its TwiML answer delivered."""

from xml.etree import ElementTree

from hotline.simulator.addresses import START_WORDS, STOP_WORDS, count_segments, is_whatsapp
from hotline.simulator.contract import message_grammar
from hotline.simulator.ledger import Answer
from hotline.simulator.messages import Messenger, Surroundings
from hotline.simulator.phones import Content, Phone, Sent
from hotline.simulator.records import Direction, Media, Message, MessageStatus
from hotline.simulator.twiml_check import check_twiml
from hotline.simulator.whatsapp_form import whatsapp_form

MESSAGE_PATH = "/twilio/message"
FALLBACK_PATH = "/twilio/fallback/message"


class Inbox:
    """Takes messages from the phones to the application."""

    def __init__(self, carrier: Surroundings, messenger: Messenger) -> None:
        self._carrier = carrier
        self._messenger = messenger

    def carry(self, phone: Phone, content: Content, whatsapp: bool) -> Sent:
        """Keep a message, open the WhatsApp window or note a stop word, then tell the application."""
        settings = self._carrier.settings
        sender = f"whatsapp:{phone.number}" if whatsapp else phone.number
        recipient = settings.whatsapp_sender if whatsapp else settings.sms_sender
        message = self._keep(sender, recipient, content)
        self._note_consent(message)
        answer = self._carrier.sender.ask(
            settings.webhook_url(MESSAGE_PATH), self._form(message, content), settings.webhook_url(FALLBACK_PATH)
        )
        return Sent(message.sid, answer.status, self._replies(message, answer))

    def _keep(self, sender: str, recipient: str, content: Content) -> Message:
        ledger, now = self._carrier.ledger, self._carrier.clock.now()
        sid = ledger.mint("MM" if content.media else "SM")
        message = Message(sid, sender, recipient, content.text, Direction.INBOUND, MessageStatus.RECEIVED, now)
        message.segments, message.sent_at = count_segments(content.text), now
        message.media = [Media(ledger.mint("ME"), sid, kind, content, now) for kind, content in content.media]
        with ledger.change():
            ledger.messages[sid] = message
            ledger.media.update({media.sid: media for media in message.media})
        return message

    def _note_consent(self, message: Message) -> None:
        ledger = self._carrier.ledger
        pair = (message.recipient, message.sender)
        word = message.body.strip().upper()
        with ledger.change():
            ledger.last_inbound[pair[::-1]] = message.created_at
            if is_whatsapp(message.sender):
                return
            if word in STOP_WORDS:
                ledger.opted_out.add(pair)
            elif word in START_WORDS:
                ledger.opted_out.discard(pair)

    def _form(self, message: Message, content: Content) -> dict[str, str]:
        account = self._carrier.settings.account_sid
        form = {
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageSid": message.sid,
            "AccountSid": account,
            "From": message.sender,
            "To": message.recipient,
            "Body": message.body,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.segments),
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }
        for number, media in enumerate(message.media):
            form[f"MediaUrl{number}"] = (
                f"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{message.sid}/Media/{media.sid}"
            )
            form[f"MediaContentType{number}"] = media.content_type
        if is_whatsapp(message.sender):
            return form | whatsapp_form(message, content)
        geography = {f"{side}{part}": "" for side in ("From", "To") for part in ("Country", "State", "City", "Zip")}
        return form | geography | {"FromCountry": "ID"}

    def _replies(self, message: Message, answer: Answer) -> tuple[str, ...]:
        """Deliver what the TwiML answer wants to be sent back."""
        if not answer.good:
            return ()
        faults = check_twiml(answer.content_type, answer.body, message_grammar())
        for fault in faults:
            self._carrier.ledger.blame(fault.code, answer.url, fault.detail)
        if faults:
            return ()
        # Checked above: our own application's answer, without a document type.
        root = ElementTree.fromstring(answer.body)  # noqa: S314
        replies = tuple("".join(verb.itertext()).strip() for verb in root.findall("Message"))
        for body in replies:
            self._messenger.reply(message.sender, body)
        return replies
