"""What can go wrong, as one vocabulary: each is raised in one place and translated once, at the edge."""


class Refused(Exception):
    """An order that cannot be carried out; the person is told why."""


class BadForm(Refused):
    """The carrier's form is malformed; the message names the fault, never the content."""


class NotFound(Refused):
    """There is no such thing, or this person may not see it: both look alike."""


class StoreAway(Exception):
    """The database cannot be reached."""


class StaleConnection(StoreAway):
    """The connection was from before the database came back; a new one may do."""


class Conflict(Exception):
    """Somebody else changed the same rows first; the whole transaction is tried again."""
