"""How many wrong passwords or codes are too many?

Five failures for one account from one address are free within fifteen minutes; then the pause between tries doubles,
and no account is ever locked for good (`services.users_sign_in`). Beside it, one address gets twenty sign-in requests
a minute. Unknown accounts are counted like known ones, so that the answer tells nothing.
"""

from __future__ import annotations

from flask import request

from api.access import services
from services.errors import TooMany

PER_ADDRESS = "20 per minute"


def address() -> str:
    """Return the address that asks."""
    return request.remote_addr or "unknown"


def check(account: str) -> None:
    """Refuse while there were too many failures.

    Raises
    ------
    TooMany
        With the time after which to try again.
    """
    until_utc = services().users.sign_in.blocked_until(account, address())
    if until_utc is None:
        return
    wait_s = max(1, round((until_utc - services().ports.clock.now_utc()).total_seconds()))
    words = f"{wait_s} seconds" if wait_s < 120 else f"{round(wait_s / 60)} minutes"
    raise TooMany(
        "There were too many failed attempts.",
        f"Wait {words}, then try again, or reset your password.",
        code="too_many_attempts",
        retry_after_s=wait_s,
    )


def fail(account: str) -> None:
    """Count one failure; committed at once."""
    services().users.sign_in.record_failure(account, address())


def clear(account: str) -> None:
    """Forget the failures after a success."""
    services().users.sign_in.clear_failures(account, address())
