"""What a caller says about who shall help her: a woman, perhaps only a woman. Read narrowly; staff may note more."""

import re

from triage.choosing import Wish
from triage.states import Gender

_WOMAN = r"(?:perempuan|wanita|cewek|cewe|ibu[- ]?ibu|female|woman|women|padusi|wedok|wadon)"
_MAN = r"(?:laki(?:[- ]?laki)?|pria|cowok|cowo|bapak[- ]?bapak|male|man|men)"
_STAFF = r"(?:(?:petugas|pendamping|konselor|psikolog|admin)(?:nya)?|officer|counsell?or|staff)"
_TALK = r"(?:bicara|ngomong|cerita|curhat|ngobrol|dilayani|dibantu|ditemani|didampingi|talk|speak)"
_WITH = r"(?:sama|dengan|dgn|ama|oleh|to|with)"
_LIKES = r"(?:mau|minta|bisa|boleh|ingin|pengen|want|can i)"
_REFUSES = r"(?:jangan|bukan|(?:tidak|gak|nggak|ga|tdk) mau)"
_THAT_IS = r"(?:yang\s+|yg\s+|itu\s+|is\s+a\s+)?"
# "bicara dengan perempuan lain" is somebody else's affair, not a wish.
_OTHERS = r"(?!\s+(?:lain|itu|tersebut|simpanan|selingkuhan))"
_ASKS = re.compile(
    rf"\b{_STAFF}\s+{_THAT_IS}{_WOMAN}\b{_OTHERS}"
    rf"|\b(?:female|woman)\s+{_STAFF}\b"
    rf"|\b{_LIKES}\b[^.?!\n]{{0,20}}\b{_TALK}\s+{_WITH}\s+(?:a\s+|seorang\s+|sesama\s+)?{_WOMAN}\b{_OTHERS}"
    rf"|\b{_REFUSES}\s+(?:{_WITH}\s+)?{_STAFF}\s+{_THAT_IS}{_MAN}\b"
    rf"|\b{_REFUSES}\s+{_TALK}\s+{_WITH}\s+(?:{_STAFF}\s+)?{_MAN}\b"
)
_SOFT = re.compile(
    r"\b(?:kalau bisa|kalo bisa|klo bisa|sebaiknya|lebih suka|lebih baik|lebih nyaman|if possible|rather)\b"
)


def wish_of(text: str) -> Wish | None:
    """The wish in one message, or None. Asking for a woman means a woman only, unless it is softened in the words."""
    words = " ".join(text.lower().split())
    if not _ASKS.search(words):
        return None
    return Wish(Gender.WOMAN, only=not _SOFT.search(words))
