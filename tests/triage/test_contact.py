"""The gate before a caller's phone: silence is the default, and nothing is sent twice."""

from itertools import product

import pytest

from triage.contact import Conversation, Purpose, Verdict, may_send
from triage.events import Channel

EVERYTHING = list(product(Purpose, Channel, [False, True], [0, 1, 5]))


@pytest.mark.parametrize(("purpose", "channel", "unsafe", "sent"), EVERYTHING)
def test_only_a_written_and_not_unsafe_conversation_may_be_answered(
    purpose: Purpose, channel: Channel, unsafe: bool, sent: int
) -> None:
    verdict = may_send(purpose, Conversation(channel, unsafe, sent))
    allowed = channel is not Channel.VOICE and not unsafe and not (purpose is Purpose.RECEIPT and sent)
    assert (verdict is Verdict.ALLOWED) == allowed


def test_the_reason_of_a_refusal_is_given() -> None:
    said = {
        Verdict.NOT_WRITTEN: Conversation(Channel.VOICE, says_unsafe=False),
        Verdict.SAID_UNSAFE: Conversation(Channel.WHATSAPP, says_unsafe=True),
        Verdict.ALREADY_ANSWERED: Conversation(Channel.SMS, says_unsafe=False, receipts_sent=1),
    }
    assert [may_send(Purpose.RECEIPT, conversation) for conversation in said.values()] == list(said)
