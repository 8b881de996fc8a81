"""The simulated carrier and its phones, for the demo and for tests; see README.md in this folder."""

from hotline.simulator.carrier import SimulatedCarrier
from hotline.simulator.clock import InstantClock, LiveClock
from hotline.simulator.faults import Fault
from hotline.simulator.legs import Leg
from hotline.simulator.line import LegOver, LegState
from hotline.simulator.phones import CallPlan, OnCall, Phone
from hotline.simulator.settings import Settings, SimulatorRefused, settings_from

__all__ = [
    "CallPlan",
    "Fault",
    "InstantClock",
    "Leg",
    "LegOver",
    "LegState",
    "LiveClock",
    "OnCall",
    "Phone",
    "Settings",
    "SimulatedCarrier",
    "SimulatorRefused",
    "settings_from",
]
