"""Which teams are there, and who is in them?"""

from collections.abc import Sequence

from sqlalchemy import delete

from data.errors import RowNotFound
from data.store.repositories.grants import Grants
from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import RoleGrant, Team, TeamMember, User
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

    def add_member(self, team_id: str, user_id: str) -> None:
        """Put a user into a team; nothing happens when it is there."""
        team = self.get(team_id, write=True)
        people = visible(User, self._context.actor, write=True)
        if self._session.scalars(people.where(User.id == user_id, User.tenant_id == team.tenant_id)).first() is None:
            raise RowNotFound("user", user_id)
        row = {"team_id": team_id, "user_id": user_id, "created_at_utc": self._context.now_utc()}
        insert_new(self._context, TeamMember, row)

    def remove_member(self, team_id: str, user_id: str) -> None:
        """Take a user out of a team."""
        self.get(team_id, write=True)
        self._session.execute(delete(TeamMember).where(TeamMember.team_id == team_id, TeamMember.user_id == user_id))

    def member_ids(self, team_id: str) -> Sequence[str]:
        """Return the ids of the users in a visible team."""
        query = visible(TeamMember, self._context.actor).where(TeamMember.team_id == team_id)
        ids: Sequence[str] = self._session.scalars(
            query.with_only_columns(TeamMember.user_id).order_by(TeamMember.user_id)
        ).all()
        return ids
