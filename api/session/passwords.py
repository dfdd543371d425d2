"""Which passwords are accepted?

At least twelve characters, no composition rules, nothing that an attacker tries first; and an upper bound, because
hashing very long texts is work for free.
"""

from __future__ import annotations

from typing import Any

from flask_security import PasswordUtil, hash_password

from api.session.config import PASSWORD_MAX_COUNT
from services.users_checks import is_easily_guessed

_FIRST_TRIED = ("password", "passwort", "qwerty", "letmein", "welcome", "123456", "abcdef", "iloveyou", "administrator")
_PRODUCT = ("quantumportfolio", "portfoliooptimizer")
_DIFFERENT_MIN_COUNT = 5


def weakness(password: str, email: str = "") -> str | None:
    """Return why a password is refused beyond its length, or None.

    Parameters
    ----------
    password : str
        As typed, normalized.
    email : str
        The account's address, whose name must not be the password's core.
    """
    lowered = password.casefold()
    if len(password) > PASSWORD_MAX_COUNT:
        return f"Use at most {PASSWORD_MAX_COUNT} characters."
    if len(set(lowered)) < _DIFFERENT_MIN_COUNT:
        return "Use more different characters."
    stripped = "".join(one for one in lowered if one.isalpha())
    person = email.partition("@")[0].casefold()
    if stripped in _PRODUCT or any(stripped in (word, word * 2) for word in _FIRST_TRIED):
        return "This password is among the first that attackers try. Choose another one."
    if is_easily_guessed(password, email):
        return "The password is made of the product's words or your own name. Choose words unrelated to both."
    if len(person) >= 4 and stripped == "".join(one for one in person if one.isalpha()):
        return "Do not use your own address as a password."
    return None


class PasswordRules(PasswordUtil):
    """Flask-Security's check, with an upper bound in front and our refusals behind."""

    def validate(self, password: str, is_register: bool, **context: Any) -> tuple[list[str] | None, str]:
        """Return the reasons for a refusal, None if there are none, and the normalized password."""
        if len(password) > PASSWORD_MAX_COUNT:
            return [f"Use at most {PASSWORD_MAX_COUNT} characters."], ""
        reasons, normalized = super().validate(password, is_register, **context)
        if reasons:
            return reasons, normalized
        reason = weakness(normalized, str(getattr(context.get("user"), "email", "") or ""))
        return ([reason] if reason else None), normalized


def bounded(password: str | None) -> str:
    """Return the typed password, or nothing when it is too long to be one: it then fails like any wrong password."""
    return password if password and len(password) <= 256 else ""


def spend_hashing_time() -> None:
    """Do the work of one password check, so that an answer's time does not tell whether an account exists."""
    hash_password("not-a-password")
