"""Which names, addresses and passwords are taken for users?"""

from __future__ import annotations

import re

from services.errors import FieldProblem, InvalidRequest
from services.users_passwords import PASSWORD_MAX_COUNT, PASSWORD_MIN_COUNT

_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,180}")


def _refuse(path: str, message: str, advice: str) -> InvalidRequest:
    return InvalidRequest(message, advice, fields=(FieldProblem(path, message, advice),))


def checked_email(email: str) -> str:
    """Return the address without blanks around it, or refuse it."""
    email = email.strip()
    if not _EMAIL.fullmatch(email):
        raise _refuse("email", "This is not an e-mail address.", "Write it as name@example.com.")
    return email


def checked_name(name: str) -> str:
    """Return the name without needless blanks, or refuse it."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise _refuse("name", "The name needs 1 to 100 characters.", "Write the person's name.")
    return name


def checked_password(password: str) -> str:
    """Return the password as it is, or refuse its length."""
    if not PASSWORD_MIN_COUNT <= len(password) <= PASSWORD_MAX_COUNT:
        raise _refuse(
            "password",
            f"The password needs {PASSWORD_MIN_COUNT} to {PASSWORD_MAX_COUNT} characters.",
            "A few words in a row are easy to remember.",
        )
    return password
