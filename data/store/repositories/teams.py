"""Which teams are there, and who is in them?"""

from collections.abc import Sequence

from sqlalchemy import delete, func

from data.errors import RowNotFound
from data.store.actor import SystemActor
from data.store.repositories.grants import Grants
from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import Client, Portfolio, RoleGrant, Team, TeamMember, User
from data.store.visibility import visible


class Teams(Repository[Team]):
    """Teams of the tenant. Members see what belongs to their team, because a team is granted itself."""

    model = Team
    kind = "team"
    editable = frozenset({"name"})

    def add(self, row: Team, *, role: str = "portfolio_manager") -> Team:
        """Insert one team and give its members a role on everything that belongs to it.

        Parameters
        ----------
        row : Team
            The team.
        role : str
            What members may do: ``viewer`` reads only.
        """
        self._refuse_unless_administrator(self.kind, row.name)
        team = super().add(row)
        Grants(self._context).add(
            RoleGrant(
                tenant_id=team.tenant_id,
                principal_kind="team",
                principal_id=team.id,
                object_kind="team",
                object_id=team.id,
                role=role,
                granted_by_id=self._context.user_id,
            )
        )
        return team

    def all(self) -> Sequence[Team]:
        """Return the visible teams by name."""
        return self._all(self._query().order_by(Team.name, Team.id))

    def add_member(self, team_id: str, user_id: str) -> bool:
        """Put a user into a team; return False when the user was in it before."""
        team = self.get(team_id, write=True)
        people = visible(User, self._context.actor, write=True)
        if self._session.scalars(people.where(User.id == user_id, User.tenant_id == team.tenant_id)).first() is None:
            raise RowNotFound("user", user_id)
        row = {"team_id": team_id, "user_id": user_id, "created_at_utc": self._context.now_utc()}
        return insert_new(self._context, TeamMember, row)

    def remove_member(self, team_id: str, user_id: str) -> bool:
        """Take a user out of a team; return False when the user was not in it."""
        self.get(team_id, write=True)
        done = self._session.execute(
            delete(TeamMember).where(TeamMember.team_id == team_id, TeamMember.user_id == user_id)
        )
        return bool(done.rowcount == 1)

    def member_ids(self, team_id: str) -> Sequence[str]:
        """Return the ids of the users in a visible team."""
        query = visible(TeamMember, self._context.actor).where(TeamMember.team_id == team_id)
        ids: Sequence[str] = self._session.scalars(
            query.with_only_columns(TeamMember.user_id).order_by(TeamMember.user_id)
        ).all()
        return ids

    def members(self) -> dict[str, list[str]]:
        """Return the ids of the users in each visible team that has any, by team."""
        query = visible(TeamMember, self._context.actor).with_only_columns(TeamMember.team_id, TeamMember.user_id)
        found: dict[str, list[str]] = {}
        for team_id, user_id in self._session.execute(query.order_by(TeamMember.team_id, TeamMember.user_id)):
            found.setdefault(team_id, []).append(user_id)
        return found

    def portfolio_counts(self) -> dict[str, int]:
        """Return how many portfolios belong to each team of the tenant, by themselves or through their client.

        The number tells nothing of what is in them, so it is counted for administrators too, who see no holdings.
        """
        columns = (Portfolio.team_id, Client.team_id, func.count(Portfolio.id))
        query = (
            visible(Portfolio, SystemActor(self._require_tenant()))
            .outerjoin(Client, Client.id == Portfolio.client_id)
            .with_only_columns(*columns)
            .group_by(Portfolio.team_id, Client.team_id)
        )
        counts: dict[str, int] = {}
        for own_id, clients_id, count in self._session.execute(query):
            for team_id in {own_id, clients_id} - {None}:
                counts[team_id] = counts.get(team_id, 0) + count
        return counts
