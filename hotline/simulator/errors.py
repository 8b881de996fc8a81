"""The carrier's error numbers: what the simulated REST API refuses, and with which HTTP status."""

# Code -> (HTTP status, text). Numbers and meanings: https://www.twilio.com/docs/api/errors
REFUSALS: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid 'From' Number"),
    21213: (400, "'From' phone number is required"),
    21220: (400, "Invalid call state"),
    21408: (403, "Permission to send an SMS has not been enabled for the region"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21606: (400, "The 'From' phone number provided is not a valid message-capable number of this account"),
    21609: (400, "The 'StatusCallback' URL is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21655: (400, "The ContentSid is invalid"),
    21656: (400, "The ContentVariables parameter is invalid"),
    21910: (400, "Invalid 'From' and 'To' pair: both must be of the same channel"),
    30029: (400, "Invalid ContentRetention: Message Redaction is not enabled"),
    32018: (400, "The 'Twiml' parameter is longer than 4000 characters"),
    63007: (400, "The carrier found no channel with the specified From address"),
}


class CarrierRefusal(Exception):
    """A REST request the carrier refuses; becomes the error body of the answer."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail

    @property
    def status(self) -> int:
        """HTTP status of the answer; 400 for a number not in the table."""
        return REFUSALS.get(self.code, (400, ""))[0]

    def body(self) -> dict[str, object]:
        """The JSON error body in the carrier's form."""
        text = REFUSALS.get(self.code, (400, "Refused"))[1]
        return {
            "code": self.code,
            "message": f"{text}: {self.detail}" if self.detail else text,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
