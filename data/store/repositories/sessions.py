"""Which sign-ins are alive?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, update

from data.errors import RowNotFound
from data.store.repositories.repository import Repository
from data.store.tables import User, UserSession


class Sessions(Repository[UserSession]):
    """Sign-ins of the actor (administrators: of the tenant)."""

    model = UserSession
    kind = "session"

    def load(
        self, key: str, *, seen_after_utc: datetime, started_after_utc: datetime
    ) -> tuple[UserSession, User] | None:
        """Return one live sign-in with its user in one query; None when it ended, timed out or the user is disabled.

        Parameters
        ----------
        key : str
            SHA-256 of the session id.
        seen_after_utc, started_after_utc : datetime
            Limits of idleness and of age.
        """
        query = (
            self._query()
            .add_columns(User)
            .join(User, User.id == UserSession.user_id)
            .where(
                UserSession.key == key,
                UserSession.ended_at_utc.is_(None),
                UserSession.seen_at_utc > seen_after_utc,
                UserSession.started_at_utc > started_after_utc,
                User.is_active,
            )
        )
        found = self._session.execute(query).first()
        return None if found is None else (found[0], found[1])

    def find(self, row_id: str, *, write: bool = False, deleted: bool = False) -> UserSession | None:
        """Return one sign-in by its key."""
        return self._one(self._query(write=write).where(UserSession.key == row_id))

    def alive(self, user_id: str | None = None) -> Sequence[UserSession]:
        """Return sign-ins that were not ended, the latest first."""
        query = self._query().where(UserSession.ended_at_utc.is_(None)).order_by(UserSession.started_at_utc.desc())
        return self._all(query if user_id is None else query.where(UserSession.user_id == user_id))

    def touch(self, key: str, seen_at_utc: datetime) -> None:
        """Note that the sign-in was used."""
        self._change(UserSession.key == key, seen_at_utc=seen_at_utc)

    def end(self, key: str, reason: str) -> None:
        """End one sign-in.

        Raises
        ------
        RowNotFound
            When there is no such live sign-in for this actor.
        """
        if self._change(UserSession.key == key, ended_at_utc=self._context.now_utc(), end_reason=reason) == 0:
            raise RowNotFound(self.kind, key)

    def end_all(self, user_id: str, reason: str, *, but: str | None = None) -> int:
        """End all sign-ins of a user but one; return how many were ended."""
        which = UserSession.user_id == user_id
        if but is not None:
            which = which & (UserSession.key != but)
        return self._change(which, ended_at_utc=self._context.now_utc(), end_reason=reason)

    def _change(self, which: ColumnElement[bool], **values: object) -> int:
        done = self._session.execute(
            update(UserSession)
            .where(which, UserSession.ended_at_utc.is_(None), self._may())
            .values(**values)
            .execution_options(synchronize_session="fetch")
        )
        return int(done.rowcount)
