"""The command line of the triage: JSON Lines in, one JSON line out for each, in order; or `evaluate FILES`."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from triage.explain import explain
from triage.protocol import BadProtocol, Protocol, default_protocol, load_protocol
from triage.urgency import Assessment, Conversation, score_safely
from triage.workbench import command


class BadLine(ValueError):
    """A line of input that is not a conversation; the message holds nothing of the line."""


def main() -> int:
    """Score standard input. 0 if every line could be read, 1 if not, 2 for a bad protocol file."""
    try:
        protocol = _protocol()
    except BadProtocol as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    if sys.argv[1:2] == ["evaluate"]:
        return command.run(sys.argv[2:], protocol)
    parser = argparse.ArgumentParser(prog="python -m triage", description=__doc__)
    parser.add_argument("--explain", action="store_true", help="add a sentence for a person to every line")
    wanted = parser.parse_args()
    good = True
    for answer in _answers(sys.stdin.buffer, protocol, explained=wanted.explain):
        good = good and "error" not in answer
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0 if good else 1


def _protocol() -> Protocol:
    chosen = os.environ.get("PROTOCOL_FILE")
    return load_protocol(Path(chosen)) if chosen else default_protocol()


def _answers(lines: Iterable[bytes], protocol: Protocol, *, explained: bool) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            name, conversation = _read(line)
        except BadLine as fault:
            yield {"id": None, "error": str(fault)}
            continue
        assessment = score_safely(conversation, protocol)
        answer = {"id": name, **_as_json(assessment)}
        yield answer | {"explanation": explain(assessment)} if explained else answer


def _read(line: bytes) -> tuple[object, Conversation]:
    try:
        source = json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as fault:
        raise BadLine("not a line of JSON in UTF-8") from fault
    if not isinstance(source, dict) or "id" not in source:
        raise BadLine("not an object with an id")
    messages, channel = source.get("messages"), source.get("channel", "whatsapp")
    if not isinstance(messages, list) or not all(isinstance(text, str) for text in messages):
        raise BadLine("messages is not a list of texts")
    if not isinstance(channel, str):
        raise BadLine("channel is not a text")
    return source["id"], Conversation(tuple(messages), channel)


def _refuse(_constant: str) -> float:
    # NaN and Infinity are no JSON: a reader of our answers would stumble over an id that is one of them.
    raise BadLine("not a line of JSON in UTF-8")


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse(text)


def _as_json(assessment: Assessment) -> dict[str, Any]:
    return {
        "level": assessment.level.value,
        "complaint": assessment.complaint,
        "severity": f"S{assessment.severity}",
        "immediacy": f"I{assessment.immediacy}",
        "score": assessment.score,
        "factors": [
            {"code": one.code.value, "text": one.text, "message": one.message, "start": one.start, "end": one.end}
            for one in assessment.factors
        ],
        "reasons": list(assessment.reasons),
        "version": assessment.version,
    }


if __name__ == "__main__":
    sys.exit(main())
