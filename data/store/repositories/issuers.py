"""Who issues the assets?"""

from collections.abc import Sequence

from data.store.repositories.repository import Repository
from data.store.tables import Issuer, IssuerGroup
from data.store.visibility import visible


class Issuers(Repository[Issuer]):
    """Issuers, shared and of the tenant."""

    model = Issuer
    kind = "issuer"

    def find_by_name(self, name: str) -> Issuer | None:
        """Return the issuer with a name, the tenant's own before a shared one."""
        return self._one(self._query().where(Issuer.name == name).order_by(Issuer.tenant_id.desc()))

    def add_group(self, row: IssuerGroup) -> IssuerGroup:
        """Insert one group of issuers."""
        self._claim_for_tenant(row)
        self._session.add(row)
        self._session.flush()
        return row

    def groups(self) -> Sequence[IssuerGroup]:
        """Return the visible groups by name."""
        query = visible(IssuerGroup, self._context.actor).order_by(IssuerGroup.name, IssuerGroup.id)
        rows: Sequence[IssuerGroup] = self._session.scalars(query).all()
        return rows

    def ids_of_groups(self, group_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the ids of the visible issuers of each group."""
        query = self._query().where(Issuer.issuer_group_id.in_(list(group_ids))).order_by(Issuer.id)
        found: dict[str, tuple[str, ...]] = {}
        for row in self._all(query):
            key = row.issuer_group_id or ""
            found[key] = (*found.get(key, ()), row.id)
        return found

    def groups_by_id(self, group_ids: Sequence[str]) -> dict[str, IssuerGroup]:
        """Return those of the groups that the actor may see, by id."""
        query = visible(IssuerGroup, self._context.actor).where(IssuerGroup.id.in_(list(group_ids)))
        return {row.id: row for row in self._session.scalars(query).all()}
