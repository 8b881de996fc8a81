"""Who may do what in the console: one table, and whatever is not in it is denied."""

from collections.abc import Mapping

from triage.states import Role

# Pages for people who have not signed in yet, and what such a page needs.
OPEN = frozenset({"static", "healthz", "entry.login", "entry.enter", "entry.language"})

EVERYONE = frozenset(Role)
# An auditor looks at what was done and does nothing herself.
RESPONDERS = EVERYONE - {Role.AUDITOR}
LEADERS = frozenset({Role.SUPERVISOR, Role.HEAD})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.HEAD, Role.AUDITOR})

RIGHTS: Mapping[str, frozenset[Role]] = {
    "entry.leave": EVERYONE,
    "entry.me": EVERYONE,
    "entry.password": EVERYONE,
    "queue.page": EVERYONE,
    "queue.changes": EVERYONE,
    "queue.alarm": EVERYONE,
    "reports.listing": EVERYONE,
    "reports.page": EVERYONE,
    "reports.accept": RESPONDERS,
    "reports.decline": RESPONDERS,
    "reports.contact": RESPONDERS,
    "reports.close": RESPONDERS,
    # Of these only the holder and leaders get it: that depends on the report.
    "reports.number": RESPONDERS,
    # Of these only the holder and leaders: that depends on the report.
    "passing.release": RESPONDERS,
    "passing.ask": RESPONDERS,
    "passing.counsellor": RESPONDERS,
    "passing.lower": RESPONDERS,
    "passing.wish": RESPONDERS,
    "passing.agree": RESPONDERS,
    "passing.exclude": LEADERS,
    "passing.block": LEADERS,
    "roster.page": EVERYONE,
    "figures.page": OVERSEERS,
}


def is_declared(endpoint: str) -> bool:
    """Whether this table says anything about an endpoint; the machine interface declares guards of its own."""
    return endpoint in OPEN or endpoint in RIGHTS


def may(role: Role, endpoint: str) -> bool:
    """Whether a role may use an endpoint; an unknown endpoint nobody may."""
    return role in RIGHTS.get(endpoint, frozenset())
