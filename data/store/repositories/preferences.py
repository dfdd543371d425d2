"""How does the actor like the product to look?"""

from collections.abc import Mapping
from typing import Any

from data.errors import UnitMisused
from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import Preference


class Preferences(Repository[Preference]):
    """The actor's own choices."""

    model = Preference
    kind = "preference"

    def read(self) -> dict[str, Any]:
        """Return the choices made; empty when there are none."""
        row = self._one(self._query())
        return {} if row is None else dict(row.choices)

    def locked(self) -> dict[str, Any]:
        """Return the choices as they stay until this unit ends, for a change that depends on them."""
        return dict(self._row().choices)

    def change(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change some choices and return all; None takes a choice back."""
        row = self._row()
        row.choices = {key: value for key, value in {**row.choices, **changes}.items() if value is not None}
        self._flush(row)
        return dict(row.choices)

    def _row(self) -> Preference:
        """Return the actor's row under a lock, made where there is none."""
        user_id = self._context.user_id
        if user_id is None:
            raise UnitMisused("Preferences belong to a user; the product itself has none.")
        empty = {
            "user_id": user_id,
            "tenant_id": self._require_tenant(),
            "choices": {},
            "row_version": 1,
            "created_at_utc": self._context.now_utc(),
        }
        insert_new(self._context, Preference, empty)
        row: Preference = self._session.scalars(self._query(write=True).with_for_update()).one()
        return row
