"""The carrier's contract, derived from the installed twilio package instead of being copied from it."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from twilio.rest.api.v2010.account.call import CallContext, CallList
from twilio.rest.api.v2010.account.message import MessageContext, MessageList
from twilio.rest.api.v2010.account.message.media import MediaList
from twilio.rest.api.v2010.account.recording import RecordingList
from twilio.twiml import TwiML, lower_camel
from twilio.twiml import messaging_response as messaging
from twilio.twiml import voice_response as voice

_PARAMETER = re.compile(r'^\s+"([A-Za-z]+[<>]?)":', re.MULTILINE)
_BUILT = re.compile(r"self\.nest\(\s*(\w+)\(")
_ELEMENT = re.compile(r'self\.name = "([^"]+)"')


def _parameters(method: Callable[..., object]) -> frozenset[str]:
    """Names of the form or query parameters a client method sends, read from its source."""
    return frozenset(_PARAMETER.findall(inspect.getsource(method)))


# The client's own methods, by what the REST server is asked to do.
_SOURCES = {
    "Messages.create": getattr(MessageList, "_create"),  # noqa: B009 (the client keeps its contract in private methods)
    "Messages.update": getattr(MessageContext, "_update"),  # noqa: B009
    "Messages.list": MessageList.page,
    "Media.list": MediaList.page,
    "Calls.create": getattr(CallList, "_create"),  # noqa: B009
    "Calls.update": getattr(CallContext, "_update"),  # noqa: B009
    "Calls.list": CallList.page,
    "Recordings.list": RecordingList.page,
}


@cache
def parameters_of(action: str) -> frozenset[str]:
    """Parameters the carrier knows for an action such as `Messages.create`."""
    return _parameters(_SOURCES[action])


@dataclass(frozen=True)
class Element:
    """One TwiML element: the attributes it may carry and the elements it may hold."""

    attributes: frozenset[str]
    children: frozenset[str]


def _content_names(element: type[TwiML]) -> set[str]:
    return set(inspect.signature(element.__init__).parameters)


def _attributes(method: Callable[..., object], element: type[TwiML]) -> frozenset[str]:
    names = set(inspect.signature(method).parameters) - _content_names(element) - {"self", "kwargs"}
    return frozenset(lower_camel(TwiML.MAP.get(name, name)) for name in names)


def _element_name(element: type[TwiML]) -> str:
    found = _ELEMENT.search(inspect.getsource(element.__init__))
    return found.group(1) if found else element.__name__


def _builders(owner: type[TwiML], module: object) -> list[tuple[Callable[..., object], type[TwiML]]]:
    """The methods of an element that nest another element, with that element's class."""
    pairs = []
    for name, method in vars(owner).items():
        built = None if name.startswith("__") or not callable(method) else _BUILT.search(inspect.getsource(method))
        if built:
            pairs.append((method, getattr(module, built.group(1))))
    return pairs


def _grammar(root: type[TwiML], module: object) -> dict[str, Element]:
    grammar: dict[str, Element] = {}
    waiting: list[tuple[type[TwiML], frozenset[str]]] = [(root, frozenset())]
    while waiting:
        owner, attributes = waiting.pop()
        name = _element_name(owner)
        known = grammar.get(name)
        builders = _builders(owner, module)
        children = frozenset(_element_name(element) for _, element in builders)
        grammar[name] = Element(attributes | (known.attributes if known else frozenset()), children)
        if known is None:
            waiting += [(element, _attributes(method, element)) for method, element in builders]
    return grammar


@cache
def voice_grammar() -> dict[str, Element]:
    """Every element TwiML for voice may hold, by name."""
    return _grammar(voice.VoiceResponse, voice)


@cache
def message_grammar() -> dict[str, Element]:
    """Every element TwiML for messages may hold, by name."""
    return _grammar(messaging.MessagingResponse, messaging)
