"""Where does Flask-Security find people, and where does it keep what it changes?"""

from __future__ import annotations

from typing import Any

from flask import g
from flask_security.datastore import Datastore, UserDatastore

from api.access import services
from api.session.person import NoRole, Person

_NAMES = {"id": "user_id", "email": "email", "fs_uniquifier": "fs_uniquifier"}


class People(Datastore, UserDatastore):
    """Flask-Security's datastore over the services; `Datastore` first, so that its `put` and `commit` are ours."""

    def __init__(self) -> None:
        UserDatastore.__init__(self, Person, NoRole)

    def find_user(self, case_insensitive: bool = False, **one: Any) -> Person | None:
        """Return the person with this ``email``, ``id`` or ``fs_uniquifier``.

        Addresses are compared whatever their case.
        """
        wanted = {_NAMES[name]: str(value) for name, value in one.items()}
        found = services().users.sign_in.find(**wanted)
        return None if found is None else Person(found)

    def find_role(self, role: str) -> None:
        """Return nothing: rights are not Flask-Security's business."""
        return None

    def put(self, model: Any) -> Any:
        """Note that a person was changed; kept at `commit`."""
        person = model._get_current_object() if hasattr(model, "_get_current_object") else model
        changed: dict[str, Person] = g.setdefault("qpo_changed_people", {})
        changed[person.id] = person
        return model

    def delete(self, model: Any) -> None:
        """Refuse: people are disabled, never deleted by the sign-in pages."""
        raise NotImplementedError("People are disabled on the users page.")

    def commit(self) -> None:
        """Keep the changes."""
        changed: dict[str, Person] = g.pop("qpo_changed_people", {})
        for person in changed.values():
            changes = person.changes()
            if changes:
                services().users.sign_in.put(person.id, changes)

    def mf_get_recovery_codes(self, user: Any) -> list[str]:
        """Return one mark per unused code: Flask-Security asks whether there are any before it offers them."""
        return ["unused"] * services().users.sign_in.recovery_codes_left_count(user.id)
