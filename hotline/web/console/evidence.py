"""A message cut into plain and marked pieces, so that a reader sees which words decided; nothing is lost or doubled."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.views import Span
from triage.protocol import Factor


@dataclass(frozen=True, repr=False)
class Piece:
    """A stretch of a message; `codes` are the factors seen in it, none for plain words."""

    text: str
    codes: tuple[Factor, ...] = ()


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """Cuts `text` at the ends of its spans. Joined again the pieces are the text; overlapping spans share a piece."""
    inside = [Span(span.code, max(span.start, 0), min(span.end, len(text))) for span in spans]
    inside = [span for span in inside if span.start < span.end]
    cuts = sorted({0, len(text), *(span.start for span in inside), *(span.end for span in inside)})
    found: list[Piece] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        codes = tuple(dict.fromkeys(span.code for span in inside if span.start <= start and end <= span.end))
        if found and found[-1].codes == codes:
            found[-1] = Piece(found[-1].text + text[start:end], codes)
        else:
            found.append(Piece(text[start:end], codes))
    return found


# Marks that turn the direction of text, or take no room: with them a name can be made to look like another.
_UNSEEN = {code: f"⟦U+{code:04X}⟧" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}


def plain(text: str) -> str:
    """The text with marks of direction made visible."""
    return text.translate(_UNSEEN)
