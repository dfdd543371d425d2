"""Which name may a template have, so that no two of one owner read alike in a list?"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from services.auth.actor import Actor
from services.errors import FieldProblem

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


def one_line(name: str) -> str:
    """Return a name without blanks at its ends, and with single ones inside."""
    return " ".join(name.split())


def name_problems(uow: UnitOfWork, name: str, actor: Actor, but: str | None = None) -> list[FieldProblem]:
    """Return what is wrong with a name: empty, or that of another template of the actor's own.

    Parameters
    ----------
    uow : UnitOfWork
    name : str
        As it was typed.
    actor : Actor
    but : str or None
        Id of the template that is renamed; it may keep its name.
    """
    wanted = one_line(name)
    if not wanted:
        return [FieldProblem("name", "The template needs a name.", "Write a name with at least one letter.")]
    if wanted.casefold() not in _taken(uow, actor.user_id, but):
        return []
    message = f"You have a template {wanted} already."
    return [FieldProblem("name", message, "Choose another name, or keep this as a new version of it.")]


def free_name(uow: UnitOfWork, name: str, owner_id: str, but: str) -> str:
    """Return the name for a template that comes back, numbered where its owner has given it away meanwhile."""
    taken = _taken(uow, owner_id, but)
    if name.casefold() not in taken:
        return name
    return next(text for number in count(2) if (text := f"{name} ({number})").casefold() not in taken)


def _taken(uow: UnitOfWork, owner_id: str, but: str | None) -> set[str]:
    return {row.name.casefold() for row in uow.templates.all() if row.owner_id == owner_id and row.id != but}
