"""Which names, addresses and passwords are taken for users?

Each check exists twice: as what is wrong, for those who tell all problems of a form at once, and as a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.auth.roles import Role
from services.errors import FieldProblem, InvalidRequest
from services.users_passwords import PASSWORD_MAX_COUNT, PASSWORD_MIN_COUNT

NAME_MAX_COUNT = 100
PRODUCT_WORDS = ("quantum", "portfolios", "portfolio", "optimizer", "optimiser", "optimization", "qpo")
OWN_MIN_COUNT = 3
CORE_MIN_COUNT = 4
"""Letters that a password needs beside the product's words and the person's own, where it holds any of them."""
_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,180}")


def clean_name(name: str) -> str:
    """Return the name without needless blanks."""
    return " ".join(name.split())


def email_problems(email: str) -> list[FieldProblem]:
    """Return what is wrong with an address."""
    if _EMAIL.fullmatch(email.strip()):
        return []
    return [FieldProblem("email", "This is not an e-mail address.", "Write it as name@example.com.")]


def name_problems(name: str) -> list[FieldProblem]:
    """Return what is wrong with a person's name."""
    cleaned = clean_name(name)
    if 1 <= len(cleaned) <= NAME_MAX_COUNT and cleaned.isprintable():
        return []
    return [FieldProblem("name", f"The name needs 1 to {NAME_MAX_COUNT} characters.", "Write the person's name.")]


def role_problems(role: Role | str) -> list[FieldProblem]:
    """Return what is wrong with a role."""
    known = ", ".join(Role)
    if str(role) in set(Role):
        return []
    return [FieldProblem("role", f"There is no role {str(role)!r}.", f"Use one of: {known}.")]


def refuse(problems: Sequence[FieldProblem], message: str, advice: str = "Correct the fields named below.") -> None:
    """Raise with every problem at once, in its own words when there is only one; return when there is none.

    Raises
    ------
    InvalidRequest
    """
    if len(problems) == 1:
        message, advice = problems[0].message, problems[0].advice
    if problems:
        raise InvalidRequest(message, advice, fields=tuple(problems))


def checked_email(email: str) -> str:
    """Return the address without blanks around it, or refuse it."""
    refuse(email_problems(email), "This is not an e-mail address.")
    return email.strip()


def checked_name(name: str) -> str:
    """Return the name without needless blanks, or refuse it."""
    refuse(name_problems(name), "This is not a name.")
    return clean_name(name)


def checked_role(role: Role | str) -> Role:
    """Return the role, or refuse it."""
    refuse(role_problems(role), "There is no such role.")
    return Role(role)


def password_core(password: str, *own: str) -> str:
    """Return the letters of a password that are left without the product's words and the person's own.

    Parameters
    ----------
    password : str
    *own : str
        E-mail address and name of the person.
    """
    words = {*PRODUCT_WORDS}
    for text in own:
        parts = re.split(r"[^a-z]+", text.partition("@")[0].casefold())
        words |= {part for part in parts if len(part) >= OWN_MIN_COUNT}
    core = "".join(one for one in password.casefold() if one.isalpha())
    for word in sorted(words, key=len, reverse=True):
        core = core.replace(word, "")
    return core


def is_easily_guessed(password: str, *own: str) -> bool:
    """Return whether a password is made of the product's words, the person's own, and little else."""
    letters = "".join(one for one in password.casefold() if one.isalpha())
    core = password_core(password, *own)
    return len(core) < len(letters) and len(core) < CORE_MIN_COUNT


def checked_password(password: str, email: str = "", name: str = "") -> str:
    """Return the password as it is, or refuse its length and what everybody would guess."""
    if is_easily_guessed(password, email, name):
        problem = FieldProblem(
            "password",
            "The password is made of the product's words or your own name.",
            "Choose words that have nothing to do with this product or with you.",
        )
        refuse([problem], problem.message)
    if not PASSWORD_MIN_COUNT <= len(password) <= PASSWORD_MAX_COUNT:
        problem = FieldProblem(
            "password",
            f"The password needs {PASSWORD_MIN_COUNT} to {PASSWORD_MAX_COUNT} characters.",
            "A few words in a row are easy to remember.",
        )
        refuse([problem], problem.message)
    return password
