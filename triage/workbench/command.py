"""`python -m triage evaluate FILES`: how good the triage is on labelled conversations."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import process_time

from triage.protocol import Protocol
from triage.urgency import score_safely
from triage.workbench.disturbances import chance
from triage.workbench.evaluation import Evaluation, Judged, Scorer, evaluate
from triage.workbench.labelled import Fault, read_files
from triage.workbench.monotony import monotony
from triage.workbench.report import PARTS, as_text, as_values, endurance_lines, lowering_lines, miss_lines
from triage.workbench.robustness import robustness

SAMPLE = 300
"""Conversations that are changed in every way to see whether more text lowers; all would take minutes."""
_FAULTS = 5


def run(arguments: Sequence[str], protocol: Protocol) -> int:
    """Evaluate and print. 0 if every line could be read, 1 if some could not, 2 if nothing could."""
    wanted = _parser().parse_args(arguments)
    shelf = read_files(wanted.files)
    sys.stderr.writelines(_complaints(shelf.faults))
    if not shelf.items:
        sys.stderr.write("nothing to evaluate: no line is a labelled conversation\n")
        return 2
    began = process_time()
    evaluation = evaluate(shelf.items, lambda conversation: score_safely(conversation, protocol))
    speed = len(shelf.items) / max(process_time() - began, 1e-9)
    lines = _as_json(evaluation, wanted, protocol) if wanted.json else _as_lines(evaluation, wanted, protocol)
    if not wanted.json:
        lines += ["", f"{speed:,.0f} conversations a second of CPU on this machine"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if shelf.faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m triage evaluate", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="JSON Lines with id, messages and level")
    parts = ",".join(PARTS)
    parser.add_argument("--by", type=_parts, default=["lang", "channel", "danger"], metavar="PARTS", help=parts)
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="list the N wrong levels that cost most")
    parser.add_argument("--quick", action="store_true", help="only the figures: no disturbed, longer or cut texts")
    parser.add_argument("--seed", type=int, default=1, help="of the disturbances")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    return parser


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(PARTS)}")
    return parts


def _complaints(faults: Sequence[Fault]) -> list[str]:
    said = [f"{one.file}, line {one.line}: {one.why}\n" for one in faults[:_FAULTS]]
    return said + ([f"and {len(faults) - _FAULTS} lines more\n"] if len(faults) > _FAULTS else [])


def _as_lines(evaluation: Evaluation, wanted: argparse.Namespace, protocol: Protocol) -> list[str]:
    lines = as_text(evaluation, wanted.by)
    if not wanted.quick:
        scorer = _scorer(protocol)
        lines += endurance_lines(robustness(evaluation.judged, scorer, wanted.seed))
        lines += lowering_lines(monotony(_sample(evaluation, wanted.seed), scorer, wanted.seed))
    return lines + (miss_lines(evaluation.judged, wanted.misses) if wanted.misses else [])


def _as_json(evaluation: Evaluation, wanted: argparse.Namespace, protocol: Protocol) -> list[str]:
    values = as_values(evaluation, wanted.by)
    if not wanted.quick:
        scorer = _scorer(protocol)
        values["robustness"] = [asdict(one) for one in robustness(evaluation.judged, scorer, wanted.seed)]
        values["lowered"] = [asdict(one) for one in monotony(_sample(evaluation, wanted.seed), scorer, wanted.seed)]
    return [json.dumps(values)]


def _scorer(protocol: Protocol) -> Scorer:
    return lambda conversation: score_safely(conversation, protocol)


def _sample(evaluation: Evaluation, seed: int) -> Sequence[Judged]:
    return chance(seed, "sample").sample(evaluation.judged, min(SAMPLE, len(evaluation.judged)))
