"""How does a user like the screen?"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest
from services.messages.preferences import Preferences
from services.ports import Ports


class PreferenceChoices:
    """Theme, number format, palette of signs and density, per user."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def get(self, actor: Actor) -> Preferences:
        """Return the actor's choices; what was never chosen, or is no choice any more, is as delivered."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            return _readable(uow.preferences.read())

    def set(self, actor: Actor, changes: dict[str, Any]) -> Preferences:
        """Change some choices; None takes one back.

        Raises
        ------
        InvalidRequest
            Naming each choice that does not exist, and what may be chosen.
        """
        authorize(actor, Permission.ACCOUNT_OWN)
        _check(changes)
        with self._ports.store.work(actor) as uow:
            kept = uow.preferences.change(changes)
            note(uow, "preference.change", "preference", actor.user_id, after=changes)
            uow.commit()
        return _readable(kept)


def _readable(kept: dict[str, Any]) -> Preferences:
    good = {}
    for name, value in kept.items():
        try:
            Preferences.model_validate({name: value})
        except ValidationError:
            continue  # kept by an older version of the product
        good[name] = value
    return Preferences.model_validate(good)


def _check(changes: dict[str, Any]) -> None:
    try:
        Preferences.model_validate({name: value for name, value in changes.items() if value is not None})
    except ValidationError as error:
        problems = []
        for problem in error.errors(include_url=False):
            name = str(problem["loc"][0])
            if problem["type"] == "extra_forbidden":
                known = ", ".join(Preferences.model_fields)
                problems.append(FieldProblem(name, "There is no such choice.", f"Known: {known}."))
            else:
                expected = problem.get("ctx", {}).get("expected", "")
                if name == "time_zone":
                    expected = "the name of a zone, such as UTC or Europe/Berlin"
                problems.append(FieldProblem(name, f"{changes[name]!r} cannot be chosen.", f"Choose {expected}."))
        raise InvalidRequest("These preferences cannot be kept.", "See the fields.", fields=tuple(problems)) from None
