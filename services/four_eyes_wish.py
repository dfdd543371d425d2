"""For which deeds does a house want two people, and how is a single one refused?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from services.errors import Conflict

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

Subject = Literal["roles", "limits"]
SETTINGS: dict[Subject, str] = {"roles": "four_eyes.roles", "limits": "four_eyes.limits"}
"""The settings of a house that wants two people for every change of a role, or of a portfolio's limits."""
_WORDS: dict[Subject, tuple[str, str]] = {
    "roles": ("In this house two people give a role.", "Propose the role; another administrator approves it."),
    "limits": (
        "In this house two people change a portfolio's limits.",
        "Propose the limits; compliance or an administrator approves them.",
    ),
}


def needs_two(uow: UnitOfWork, subject: Subject) -> bool:
    """Return whether the unit's house wants two people for a subject."""
    return bool(uow.settings.value(SETTINGS[subject], default=False))


def refuse_single_handed(uow: UnitOfWork, subject: Subject, advice: str | None = None) -> None:
    """Refuse what one person may not do alone in this house.

    Raises
    ------
    Conflict
    """
    if needs_two(uow, subject):
        message, usual = _WORDS[subject]
        raise Conflict(message, advice or usual, code="four_eyes")
