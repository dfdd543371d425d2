"""Which columns of a table does a user see, in which order, on every machine?

Kept with the user's preferences. Keys that a table has no more are passed over by whoever shows it, and new columns
stand where they came: so a choice outlives the versions of the product.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest
from services.messages.grid_columns import GridChoice, GridColumns, GridName
from services.ports import Ports

KEY = "grids"


class GridChoices:
    """The columns of the actor's tables.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def get(self, grid: GridName, actor: Actor) -> GridColumns:
        """Return what is kept of a table; what this version cannot read stands as it came."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            return GridColumns(grid=grid, choice=_readable(uow.preferences.read(), grid))

    def set(self, grid: GridName, choice: GridChoice | None, actor: Actor) -> GridColumns:
        """Keep a choice of columns; None has the table stand as it came.

        Raises
        ------
        InvalidRequest
            A column is named twice.

        """
        authorize(actor, Permission.ACCOUNT_OWN)
        if choice is not None:
            _refuse_twice(choice)
        with self._ports.store.work(actor) as uow:
            kept = dict(uow.preferences.locked().get(KEY) or {})
            before = kept.pop(grid, None)
            after = None if choice is None else {"shown": list(choice.shown), "order": list(choice.order)}
            if before != after:
                uow.preferences.change({KEY: kept if after is None else {**kept, grid: after}})
                note(uow, "preference.change", "preference", actor.user_id, after={"columns": grid})
                uow.commit()
        return GridColumns(grid=grid, choice=choice)


def _readable(choices: dict[str, Any], grid: str) -> GridChoice | None:
    kept = choices.get(KEY)
    said = kept.get(grid) if isinstance(kept, dict) else None
    if not isinstance(said, dict):
        return None
    try:
        return GridChoice(shown=tuple(said.get("shown") or ()), order=tuple(said.get("order") or ()))
    except (TypeError, ValidationError):
        return None


def _refuse_twice(choice: GridChoice) -> None:
    problems = [
        FieldProblem(name, "A column is named twice.", "Name each once.")
        for name, keys in (("shown", choice.shown), ("order", choice.order))
        if len(set(keys)) != len(keys)
    ]
    if problems:
        raise InvalidRequest("These columns cannot be kept.", "See the fields.", fields=tuple(problems))
