"""The resources of the REST API: messages, media, calls and recordings of one carrier."""

from hotline.simulator.desk import Desk
from hotline.simulator.errors import CarrierRefusal
from hotline.simulator.files import FileResource
from hotline.simulator.rest import Reply, Request, Route, in_dates, listing, one, route, wanted


def routes(desk: Desk) -> list[Route]:
    """Every route below the account."""
    messages, files = MessageResource(desk), FileResource(desk)
    calls = CallResource(desk)
    return [
        route("POST", "Messages.json", "Messages", messages.create),
        route("GET", "Messages.json", "Messages", messages.list_them),
        route("GET", "Messages/{sid}.json", "Messages", messages.fetch),
        route("POST", "Messages/{sid}.json", "Messages", messages.update),
        route("DELETE", "Messages/{sid}.json", "Messages", messages.delete),
        route("GET", "Messages/{sid}/Media.json", "Media", files.list_media),
        route("GET", "Messages/{sid}/Media/{part}.json", "Media", files.fetch_media),
        route("GET", "Messages/{sid}/Media/{part}", "Media", files.media_bytes),
        route("DELETE", "Messages/{sid}/Media/{part}.json", "Media", files.delete_media),
        route("POST", "Calls.json", "Calls", calls.create),
        route("GET", "Calls.json", "Calls", calls.list_them),
        route("GET", "Calls/{sid}.json", "Calls", calls.fetch),
        route("POST", "Calls/{sid}.json", "Calls", calls.update),
        route("DELETE", "Calls/{sid}.json", "Calls", calls.delete),
        route("GET", "Recordings.json", "Recordings", files.list_recordings),
        route("GET", "Recordings/{sid}.json", "Recordings", files.fetch_recording),
        *(route("GET", "Recordings/{sid}" + end, "Media", files.recording_bytes) for end in ("", ".wav", ".mp3")),
        route("DELETE", "Recordings/{sid}.json", "Recordings", files.delete_recording),
    ]


class MessageResource:
    """`Messages`: create, list, fetch, redact or cancel, delete."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._account = desk.settings.account_sid

    def create(self, request: Request) -> Reply:
        """Accept a message."""
        message = self._desk.messenger.accept(request.form)
        # What the answer shows is settled before anything happens to the message: it says `queued`.
        reply = Reply(201, message.as_json(self._account))
        self._desk.messenger.launch(message)
        return reply

    def list_them(self, request: Request) -> Reply:
        """Messages by To, From and DateSent, newest first."""
        query = request.query
        with self._desk.ledger.board:
            found = [
                each
                for each in self._desk.ledger.messages.values()
                if wanted(query, "To", each.recipient)
                and wanted(query, "From", each.sender)
                and in_dates(query, "DateSent", each.sent_at or each.created_at)
            ]
        return listing(request, "Messages.list", found, self._account)

    def fetch(self, request: Request, sid: str) -> Reply:
        """One message."""
        return Reply(payload=one(self._desk.ledger.messages, sid).as_json(self._account))

    def update(self, request: Request, sid: str) -> Reply:
        """Redact or cancel a message."""
        one(self._desk.ledger.messages, sid)
        message = self._desk.ledger.messages[sid]
        return Reply(payload=self._desk.messenger.update(message, request.form).as_json(self._account))

    def delete(self, request: Request, sid: str) -> Reply:
        """Remove a message and its media."""
        one(self._desk.ledger.messages, sid)
        self._desk.messenger.delete(self._desk.ledger.messages[sid])
        return Reply(204)


class CallResource:
    """`Calls`: create, list, fetch, end or move, delete."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._account = desk.settings.account_sid

    def create(self, request: Request) -> Reply:
        """Place a call."""
        form = request.form
        call = self._desk.outgoing.accept(form)
        reply = Reply(201, call.as_json(self._account))
        self._desk.outgoing.launch(call, form)
        return reply

    def list_them(self, request: Request) -> Reply:
        """Calls by To, From, ParentCallSid, Status, StartTime and EndTime, newest first."""
        query = request.query
        with self._desk.ledger.board:
            found = [
                each
                for each in self._desk.ledger.calls.values()
                if wanted(query, "To", each.recipient)
                and wanted(query, "From", each.sender)
                and wanted(query, "ParentCallSid", each.parent_sid)
                and wanted(query, "Status", str(each.status))
                and in_dates(query, "StartTime", each.started_at or each.created_at)
                and in_dates(query, "EndTime", each.ended_at)
            ]
        return listing(request, "Calls.list", found, self._account)

    def fetch(self, request: Request, sid: str) -> Reply:
        """One call."""
        return Reply(payload=one(self._desk.ledger.calls, sid).as_json(self._account))

    def update(self, request: Request, sid: str) -> Reply:
        """End a call, or give it other TwiML."""
        one(self._desk.ledger.calls, sid)
        call = self._desk.outgoing.update(self._desk.ledger.calls[sid], request.form)
        return Reply(payload=call.as_json(self._account))

    def delete(self, request: Request, sid: str) -> Reply:
        """Remove a call that is over."""
        one(self._desk.ledger.calls, sid)
        if not self._desk.ledger.calls[sid].ended:
            raise CarrierRefusal(20001, "the call is not over")
        with self._desk.ledger.change():
            del self._desk.ledger.calls[sid]
        return Reply(204)
