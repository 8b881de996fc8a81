"""Encryption of fields and the blind index of addresses: what a stolen database must not tell."""

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_KID = 4
_NONCE = 12


class Unreadable(Exception):
    """A sealed field cannot be opened: wrong key, altered bytes, or moved to another row."""


class FieldCipher:
    """AES-256-GCM over single fields: version | key id | nonce | ciphertext.

    The place of the field (table:column:row) is bound in as associated words, so a ciphertext copied to another row
    does not open there. Writes with the newest key, reads with any of the ring.
    """

    def __init__(self, keys: Sequence[bytes], index_key: bytes) -> None:
        """`keys` newest first, 32 bytes each; `index_key` 32 bytes of its own."""
        self._ring = {sha256(key).digest()[:_KID]: AESGCM(key) for key in keys}
        self._newest = sha256(keys[0]).digest()[:_KID]
        self._index_key = index_key
        self._chain_key = hmac.digest(index_key, b"audit-chain", "sha256")

    def seal(self, place: str, text: str) -> bytes:
        """Encrypts `text` for `place` ("table:column:row")."""
        return self.seal_bytes(place, text.encode("utf-8", "surrogatepass"))

    def seal_bytes(self, place: str, content: bytes) -> bytes:
        """Encrypts bytes (media) for `place`."""
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + self._newest + nonce + self._ring[self._newest].encrypt(nonce, content, place.encode())

    def open(self, place: str, sealed: bytes) -> str:
        """Decrypts a field of `place`; raises Unreadable."""
        return self.open_bytes(place, sealed).decode("utf-8", "surrogatepass")

    def open_bytes(self, place: str, sealed: bytes) -> bytes:
        """Decrypts bytes of `place`; raises Unreadable."""
        key = self._ring.get(bytes(sealed[1 : 1 + _KID]))
        if sealed[:1] != _VERSION or key is None:
            raise Unreadable(place)
        start = 1 + _KID + _NONCE
        try:
            return key.decrypt(bytes(sealed[1 + _KID : start]), bytes(sealed[start:]), place.encode())
        except (InvalidTag, ValueError) as fault:
            raise Unreadable(place) from fault

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the field is already written with the newest key (for the rotation)."""
        return bytes(sealed[1 : 1 + _KID]) == self._newest

    def index(self, unit_id: str, kind: str, address: str) -> bytes:
        """The blind index of an address: equal addresses meet, but nobody reads a number from it.

        Keyed apart from the data keys: the space of phone numbers is small enough to be tried out with the key.
        """
        return hmac.digest(self._index_key, f"{unit_id}:{kind}:{address}".encode("utf-8", "surrogatepass"), "sha256")

    def chain(self, content: bytes) -> bytes:
        """The keyed hash of the event chain: whoever only has the database cannot recompute it."""
        return hmac.digest(self._chain_key, content, "sha256")
