"""Why a report may be closed: a closed set, because the reasons are counted."""

from enum import StrEnum


class CloseReason(StrEnum):
    """Only a human closes a report, and says why."""

    HELPED = "helped"
    REFERRED = "referred"
    NOT_A_COMPLAINT = "not_a_complaint"
    DUPLICATE = "duplicate"
    UNREACHABLE = "unreachable"
