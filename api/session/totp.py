"""Why does a code of the authenticator work only once?

The library accepts a code again within its window. Here each accepted time step is written down atomically; of two who
use the same code at once, one gets in.
"""

from __future__ import annotations

from typing import Any

from flask_security import Totp
from passlib.exc import UsedTokenError  # type: ignore[import-untyped]

from api.access import services


class OneTimeCodes(Totp):
    """Codes of the authenticator, each good for one use."""

    def get_last_counter(self, user: Any) -> int | None:
        """Return the last time step that was used."""
        counter = user.totp_counter
        return int(counter) if counter else None

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Use up the time step.

        Raises
        ------
        passlib.exc.UsedTokenError
            Somebody used it already; the caller treats it like a wrong code.
        """
        if not services().users.sign_in.spend_totp_counter(user.id, int(tmatch.counter)):
            raise UsedTokenError()
        user.totp_counter = int(tmatch.counter)
