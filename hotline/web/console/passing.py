"""A report changes hands or level in the console: given back, handed on, assigned, lowered; wishes and conflicts."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from hotline import casework, conflicts, soft_block
from hotline.transfers import Request
from hotline.web.console import labels
from hotline.web.console.present import services, visitor
from hotline.web.console.told import told
from triage.choosing import Wish
from triage.protocol import Level
from triage.states import ConflictReason, Gender

_LONGEST_REASON = 32


def blueprint() -> Blueprint:
    """The routes by which a report is passed on."""
    pages = Blueprint("passing", __name__, url_prefix="/reports")
    orders = {"release": release, "ask": ask, "counsellor": counsellor, "lower": lower, "exclude": exclude}
    for name, view in (orders | {"wish": wish, "agree": agree, "block": block}).items():
        pages.add_url_rule(f"/<ref>/{name}", name, view, methods=["POST"])
    return pages


def release(ref: str) -> ResponseReturnValue:
    """The holder gives it back."""
    return told(ref, casework.release(services(), visitor().staff_id, ref, _reason()))


def ask(ref: str) -> ResponseReturnValue:
    """The holder hands over, or a leader assigns; the named person must say yes."""
    wanted = Request(visitor().staff_id, request.form.get("to", ""), _reason())
    return told(ref, casework.ask_person(services(), ref, wanted))


def counsellor(ref: str) -> ResponseReturnValue:
    """A counsellor is sought beside the companion."""
    return told(ref, casework.seek_counsellor(services(), visitor().staff_id, ref))


def lower(ref: str) -> ResponseReturnValue:
    """A person lowers the level; of an emergency two do."""
    level = request.form.get("level", "")
    if level not in tuple(Level):
        abort(400)
    return told(ref, casework.lower_level(services(), visitor().staff_id, ref, Level(level), _reason()))


def exclude(ref: str) -> ResponseReturnValue:
    """A leader names somebody who may have nothing to do with it."""
    code = request.form.get("who", "")
    return told(ref, conflicts.exclude(services(), visitor().staff_id, ref, code, ConflictReason.PARTY))


def wish(ref: str) -> ResponseReturnValue:
    """The caller wishes for a woman, or for a language."""
    gender, language = request.form.get("gender", ""), request.form.get("language", "").strip().lower()
    if gender not in ("", *Gender) or len(language) > 8 or not (gender or language):
        abort(400)
    wanted = Wish(Gender(gender) if gender else None, bool(gender) and "only" in request.form, language or None)
    return told(ref, casework.note_wish(services(), visitor().staff_id, ref, wanted))


def agree(ref: str) -> ResponseReturnValue:
    """The caller agrees to somebody else than she wished."""
    return told(ref, casework.waive_wish(services(), visitor().staff_id, ref))


def block(ref: str) -> ResponseReturnValue:
    """A leader has the caller's number rung for danger alone, or as any other again."""
    return told(ref, soft_block.set_blocked(services(), visitor().staff_id, ref, blocked="on" in request.form))


def _reason() -> str:
    reason = request.form.get("reason", "").strip()
    if reason not in labels.HANDS:
        abort(400)
    return reason[:_LONGEST_REASON]
