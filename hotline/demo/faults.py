"""What stops the demo: one sentence for the person at the keyboard, never a traceback."""


class DemoFailed(Exception):
    """The demo cannot go on; the text says why and what can be done."""


class Stopped(BaseException):
    """A signal asked the demo to end. Not an Exception, so that nothing on the way mistakes it for a fault."""
