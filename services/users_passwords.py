"""How is a password made and turned into what is stored?

The sign-in pages hash with Flask-Security; this is the same library and the same cost for those who make users without
a web server: the command line and the sample users.
"""

from __future__ import annotations

import secrets
import unicodedata

ARGON2_OPTIONS: dict[str, int] = {"memory_cost": 19456, "time_cost": 2, "parallelism": 1}
"""OWASP's minimum for argon2id; the library's default would let sign-ins exhaust the machine."""

PASSWORD_MIN_COUNT = 12
PASSWORD_MAX_COUNT = 256


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, normalized as the sign-in pages do (NFKD)."""
    from argon2 import PasswordHasher  # loaded on use: most processes never hash

    hasher = PasswordHasher(
        time_cost=ARGON2_OPTIONS["time_cost"],
        memory_cost=ARGON2_OPTIONS["memory_cost"],
        parallelism=ARGON2_OPTIONS["parallelism"],
    )
    return hasher.hash(unicodedata.normalize("NFKD", password))


def random_password() -> str:
    """Return a password of 96 random bits that can be typed."""
    return "-".join(secrets.token_hex(3) for _ in range(4))
