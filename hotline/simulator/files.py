"""Media and recordings in the REST API: descriptions, and the bytes themselves."""

from hotline.simulator.desk import Desk
from hotline.simulator.errors import CarrierRefusal
from hotline.simulator.faults import Fault
from hotline.simulator.records import Media
from hotline.simulator.rest import Reply, Request, in_dates, listing, one, wanted


class FileResource:
    """Media of messages and recordings of calls: descriptions, and the bytes themselves."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._account = desk.settings.account_sid

    def list_media(self, request: Request, sid: str) -> Reply:
        """The media of a message."""
        one(self._desk.ledger.messages, sid)
        return listing(request, "Media.list", self._desk.ledger.messages[sid].media, self._account)

    def fetch_media(self, request: Request, sid: str, part: str) -> Reply:
        """One description."""
        return Reply(payload=self._media(sid, part).as_json(self._account))

    def media_bytes(self, request: Request, sid: str, part: str) -> Reply:
        """The file: as a redirect to another host, as the carrier does it, or at once."""
        media = self._media(sid, part)
        self._maybe_late()
        if self._desk.settings.media_redirects:
            return Reply(307, location=f"{self._desk.cdn_url}/cdn/{media.sid}")
        return Reply(content=media.content, content_type=media.content_type)

    def delete_media(self, request: Request, sid: str, part: str) -> Reply:
        """Remove one file."""
        media = self._media(sid, part)
        with self._desk.ledger.change():
            del self._desk.ledger.media[part]
            self._desk.ledger.messages[sid].media.remove(media)
        return Reply(204)

    def list_recordings(self, request: Request) -> Reply:
        """Recordings by CallSid and DateCreated."""
        query = request.query
        with self._desk.ledger.board:
            found = [
                each
                for each in self._desk.ledger.recordings.values()
                if wanted(query, "CallSid", each.call_sid) and in_dates(query, "DateCreated", each.created_at)
            ]
        return listing(request, "Recordings.list", found, self._account)

    def fetch_recording(self, request: Request, sid: str) -> Reply:
        """One description."""
        return Reply(payload=one(self._desk.ledger.recordings, sid).as_json(self._account))

    def recording_bytes(self, request: Request, sid: str) -> Reply:
        """What was recorded."""
        one(self._desk.ledger.recordings, sid)
        self._maybe_late()
        kind = "audio/mpeg" if request.path.endswith(".mp3") else "audio/x-wav"
        return Reply(content=self._desk.ledger.recordings[sid].content, content_type=kind)

    def delete_recording(self, request: Request, sid: str) -> Reply:
        """Remove a recording."""
        one(self._desk.ledger.recordings, sid)
        with self._desk.ledger.change():
            del self._desk.ledger.recordings[sid]
        return Reply(204)

    def _media(self, sid: str, part: str) -> Media:
        one(self._desk.ledger.media, part)
        media = self._desk.ledger.media[part]
        if media.message_sid != sid:
            raise CarrierRefusal(20404)
        return media

    def _maybe_late(self) -> None:
        """For a short time after the webhook a file may not be there yet."""
        if self._desk.faults.take(Fault.MEDIA_LATE, "Media"):
            raise CarrierRefusal(20404)
