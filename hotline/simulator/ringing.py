"""How a phone takes a call: its plan, a fault, or the person who holds it decides."""

from hotline.simulator.faults import Fault, Faults
from hotline.simulator.legs import Leg
from hotline.simulator.line import Decision, LegOver, LegState, Sign
from hotline.simulator.phones import CallPlan, OnCall
from hotline.simulator.records import CallStatus

_FAULTS = {
    Fault.BUSY: CallStatus.BUSY,
    Fault.NO_ANSWER: CallStatus.NO_ANSWER,
    Fault.FAILED: CallStatus.FAILED,
}
_AT_ONCE = {
    OnCall.BUSY: CallStatus.BUSY,
    OnCall.UNREACHABLE: CallStatus.FAILED,
}


def ring(leg: Leg, plan: CallPlan, faults: Faults, timeout: float) -> CallStatus:
    """Let a phone ring for at most `timeout` carrier seconds; in-progress if it was picked up."""
    for fault, outcome in _FAULTS.items():
        if faults.take(fault, "Calls", leg.number):
            return outcome
    if plan.behaviour in _AT_ONCE:
        return _AT_ONCE[plan.behaviour]
    try:
        outcome = _ask_person(leg, timeout) if plan.behaviour is OnCall.MANUAL else _as_planned(leg, plan, timeout)
    except LegOver:
        return CallStatus.CANCELED
    return CallStatus.CANCELED if leg.gone else outcome


def _ask_person(leg: Leg, timeout: float) -> CallStatus:
    leg.enter(LegState.RINGING)
    leg.wait_for(lambda: leg.answered or leg.declined or leg.unmoved, timeout)
    leg.enter(LegState.WALKING)
    if leg.answered:
        return CallStatus.IN_PROGRESS
    return CallStatus.BUSY if leg.declined else CallStatus.NO_ANSWER


def _as_planned(leg: Leg, plan: CallPlan, timeout: float) -> CallStatus:
    picks_up = plan.behaviour in (OnCall.ANSWERS, OnCall.VOICEMAIL) and plan.rings_for < timeout
    leg.rest(plan.rings_for if picks_up or plan.behaviour is OnCall.DECLINES else timeout)
    if plan.behaviour is OnCall.DECLINES:
        return CallStatus.BUSY
    if not picks_up:
        return CallStatus.NO_ANSWER
    leg.follow([Decision(Sign.KEYS, keys) for keys in plan.keys])
    leg.talks_for = plan.talks_for
    return CallStatus.IN_PROGRESS
