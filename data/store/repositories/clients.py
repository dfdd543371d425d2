"""Who are the clients, and what did they say about risk?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func

from data.errors import RowReadOnly
from data.store.actor import SystemActor
from data.store.repositories.grants import Grants
from data.store.repositories.repository import Repository
from data.store.repositories.teams import Teams
from data.store.tables import Client, ClientPersonal, ClientProfile
from data.store.visibility import visible


@dataclass(frozen=True)
class ClientRecord:
    """One client with what the actor may know: ``personal`` is None where names are hidden from it."""

    client: Client
    personal: ClientPersonal | None
    profile: ClientProfile | None

    @property
    def display_name(self) -> str:
        """The client's name, or its reference where names are hidden."""
        return self.client.reference if self.personal is None else self.personal.name


class Clients(Repository[Client]):
    """Clients that the actor may see; a new one belongs to its team, or to its creator when it has none."""

    model = Client
    kind = "client"
    editable = frozenset({"reference", "client_type", "team_id"})
    personal_editable = frozenset({"name", "email", "phone", "notes"})

    def create(self, row: Client, *, name: str, email: str | None = None, phone: str | None = None) -> ClientRecord:
        """Insert one client and what names it.

        ``row.reference`` may be left out: it becomes ``C-0001``, ``C-0002``, ... within the tenant.
        """
        self._refuse_read_only_roles()
        if row.team_id is not None:
            Teams(self._context).get(row.team_id)
        if row.reference is None:
            row.reference = self._next_reference()
        row.created_by_id = self._context.user_id
        client = self.add(row)
        if client.team_id is None:
            Grants(self._context).give_to_creator("client", client.id)
        personal = ClientPersonal(
            client_id=client.id, tenant_id=client.tenant_id, name=name, email=email, phone=phone, notes=None
        )
        self._session.add(personal)
        self._session.flush()
        actor = self._context.actor
        hides = not isinstance(actor, SystemActor) and actor.role == "researcher"
        return ClientRecord(client, None if hides else personal, None)

    def record(self, client_id: str, *, deleted: bool = False) -> ClientRecord:
        """Return one client with its name and latest profile, as far as the actor may know them."""
        return self._records([self.get(client_id, deleted=deleted)])[0]

    def records(self) -> Sequence[ClientRecord]:
        """Return the visible clients, by reference."""
        return self._records(self._all(self._query().order_by(Client.reference, Client.id)))

    def names(self, client_ids: Sequence[str]) -> dict[str, str]:
        """Return display names by id, for those of the clients that the actor may see."""
        found = self.get_many(client_ids)
        personal = self._personal(list(found))
        return {key: personal[key].name if key in personal else row.reference for key, row in found.items()}

    def update(self, row_id: str, changes: Mapping[str, Any], row_version: int | None = None) -> Client:
        """Change a client and what names it (``name``, ``email``, ``phone``, ``notes``) in one step."""
        if changes.get("team_id") is not None:
            Teams(self._context).get(str(changes["team_id"]))
        names = {key: value for key, value in changes.items() if key in self.personal_editable}
        rest = {key: value for key, value in changes.items() if key not in names}
        client = super().update(row_id, rest, row_version)
        if "team_id" in rest and client.team_id is None:
            Grants(self._context).give_to_creator("client", client.id)  # nobody would see it otherwise
        if names:
            person = visible(ClientPersonal, self._context.actor, write=True).where(ClientPersonal.client_id == row_id)
            row = self._session.scalars(person).first()
            if row is None:
                raise RowReadOnly("name of client", row_id)
            for key, value in names.items():
                setattr(row, key, value)
            if not rest:
                client.row_version += 1
            self._flush(client)
        return client

    def add_profile(self, client_id: str, row: ClientProfile) -> ClientProfile:
        """Add the next version of a client's profile; earlier versions stay as they were."""
        client = self.get(client_id, write=True)
        versions = visible(ClientProfile, self._context.actor).where(ClientProfile.client_id == client_id)
        last = self._session.scalar(versions.with_only_columns(func.max(ClientProfile.version)))
        row.client_id, row.version = client_id, (last or 0) + 1
        row.tenant_id, row.answered_by_id = client.tenant_id, self._context.user_id
        row.created_at_utc = self._context.now_utc()
        self._session.add(row)
        self._session.flush()
        return row

    def profiles(self, client_id: str) -> Sequence[ClientProfile]:
        """Return all versions of a client's profile, the latest first."""
        query = visible(ClientProfile, self._context.actor).where(ClientProfile.client_id == client_id)
        rows: Sequence[ClientProfile] = self._session.scalars(query.order_by(ClientProfile.version.desc())).all()
        return rows

    def _records(self, clients: Sequence[Client]) -> list[ClientRecord]:
        ids = [client.id for client in clients]
        personal = self._personal(ids)
        query = visible(ClientProfile, self._context.actor).where(ClientProfile.client_id.in_(ids))
        latest = {row.client_id: row for row in self._session.scalars(query.order_by(ClientProfile.version)).all()}
        return [ClientRecord(client, personal.get(client.id), latest.get(client.id)) for client in clients]

    def _personal(self, client_ids: Sequence[str]) -> dict[str, ClientPersonal]:
        query = visible(ClientPersonal, self._context.actor).where(ClientPersonal.client_id.in_(client_ids))
        return {row.client_id: row for row in self._session.scalars(query).all()}

    def _next_reference(self) -> str:
        """Return the number after the highest given in the tenant, whoever may see the client that has it."""
        everywhere = visible(Client, SystemActor(self._require_tenant()), deleted=True)
        taken = self._session.scalars(everywhere.with_only_columns(Client.reference)).all()
        numbers = [int(text[2:]) for text in taken if text.startswith("C-") and text[2:].isdecimal()]
        return f"C-{max(numbers, default=0) + 1:04d}"
