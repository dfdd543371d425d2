"""Who was given which role on what?"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from data.errors import RowNotFound, RowRefused
from data.store.actor import SystemActor
from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import Client, Portfolio, RoleGrant, Team, Tenant, User
from data.store.visibility import visible

_OBJECTS: dict[str, type[Any]] = {"tenant": Tenant, "team": Team, "client": Client, "portfolio": Portfolio}


class Grants(Repository[RoleGrant]):
    """Grants of the tenant; administrators make and withdraw them."""

    model = RoleGrant
    kind = "grant"

    def give(self, principal_kind: str, principal_id: str, object_kind: str, object_id: str, role: str) -> None:
        """Give a user or a team a role on an object; a role given before is replaced.

        Raises
        ------
        RowNotFound
            When user, team or object do not exist in the tenant.
        RowReadOnly
            When the actor is no administrator.
        """
        self._check_ends(principal_kind, principal_id, object_kind, object_id)
        self.take(principal_kind, principal_id, object_kind, object_id)
        self.add(
            RoleGrant(
                principal_kind=principal_kind,
                principal_id=principal_id,
                object_kind=object_kind,
                object_id=object_id,
                role=role,
                granted_by_id=self._context.user_id,
            )
        )

    def add(self, row: RoleGrant) -> RoleGrant:
        """Insert one grant; administrators and the product only."""
        self._refuse_unless_administrator(self.kind, row.object_id)
        return super().add(row)

    def take(self, principal_kind: str, principal_id: str, object_kind: str, object_id: str) -> bool:
        """Withdraw a grant; return whether there was one."""
        self._refuse_unless_administrator(self.kind, object_id)
        done = self._session.execute(
            delete(RoleGrant).where(
                RoleGrant.principal_kind == principal_kind,
                RoleGrant.principal_id == principal_id,
                RoleGrant.object_kind == object_kind,
                RoleGrant.object_id == object_id,
                self._may(),
            )
        )
        return bool(done.rowcount == 1)

    def for_object(self, object_kind: str, object_id: str) -> Sequence[RoleGrant]:
        """Return the visible grants on one object."""
        query = self._query().where(RoleGrant.object_kind == object_kind, RoleGrant.object_id == object_id)
        return self._all(query.order_by(RoleGrant.id))

    def for_principal(self, principal_id: str) -> Sequence[RoleGrant]:
        """Return the visible grants of one user or team."""
        return self._all(self._query().where(RoleGrant.principal_id == principal_id).order_by(RoleGrant.id))

    def give_to_creator(self, object_kind: str, object_id: str) -> None:
        """Let the actor keep what it has just made and what hangs below no object it sees. For repositories."""
        actor = self._context.actor
        if isinstance(actor, SystemActor):
            return
        row = {
            "principal_kind": "user",
            "principal_id": actor.user_id,
            "object_kind": object_kind,
            "object_id": object_id,
            "role": str(actor.role),
            "granted_by_id": actor.user_id,
            "tenant_id": actor.tenant_id,
        }
        insert_new(self._context, RoleGrant, row)

    def _check_ends(self, principal_kind: str, principal_id: str, object_kind: str, object_id: str) -> None:
        self._refuse_unless_administrator(self.kind, object_id)
        inside = SystemActor(self._require_tenant())  # administrators grant objects that they do not see themselves
        principal: type[Any] = User if principal_kind == "user" else Team
        ends = ((principal, principal_kind, principal_id), (_OBJECTS.get(object_kind), object_kind, object_id))
        for model, kind, row_id in ends:
            if model is None:
                raise RowRefused(f"Grants are given on {', '.join(_OBJECTS)}, not on a {kind}.")
            if self._session.scalars(visible(model, inside).where(model.id == row_id)).first() is None:
                raise RowNotFound(kind, row_id)
