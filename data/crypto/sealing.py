"""How is a secret written down so that only this installation reads it again?

AES-256-GCM with a fresh nonce a text (NIST SP 800-38D). What a sealed text is about is bound to it: bytes copied from
another house's row, or from another provider's, do not open.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data.errors import DataError

NONCE_BYTES = 12
VERSION = b"\x01"


class SealBroken(DataError):
    """The sealed text cannot be opened: another key made it, it is about something else, or it was changed."""


class Sealer:
    """Seals and opens short texts with one key.

    Parameters
    ----------
    key : str
        A secret of the installation, at least 32 characters; the key in use is derived from it.
    purpose : str
        What is sealed; two purposes never open each other's texts.

    """

    def __init__(self, key: str, purpose: str) -> None:
        derived = hmac.new(key.encode(), f"qpo:seal:{purpose}".encode(), hashlib.sha256).digest()
        self._cipher = AESGCM(derived)

    def seal(self, text: str, about: str) -> bytes:
        """Return the sealed text: version, nonce, ciphertext with its tag.

        Parameters
        ----------
        text : str
        about : str
            Must be said again to open it, such as the ids of a house and a provider.

        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str:
        """Return the text.

        Raises
        ------
        SealBroken
            It was sealed with another key, about something else, or changed since.

        """
        if sealed[:1] != VERSION or len(sealed) <= 1 + NONCE_BYTES:
            raise SealBroken("This is not a sealed text of this product.")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, about.encode()).decode()
        except (InvalidTag, UnicodeDecodeError):
            raise SealBroken("The sealed text was made with another key, or changed since.") from None
