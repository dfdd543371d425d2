"""Which programs may act for whom?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, update

from data.store.repositories.repository import Repository
from data.store.tables import ApiKey, User
from data.store.visibility import condition


class ApiKeys(Repository[ApiKey]):
    """Keys of the actor (administrators: of the tenant)."""

    model = ApiKey
    kind = "API key"
    editable = frozenset({"name"})

    def add(self, row: ApiKey) -> ApiKey:
        """Insert one key; a person makes keys for itself only."""
        if self._context.user_id is not None:
            row.user_id = self._context.user_id
        return super().add(row)

    def all(self) -> Sequence[ApiKey]:
        """Return the visible keys, the newest first, revoked ones included."""
        return self._all(self._query().order_by(ApiKey.created_at_utc.desc(), ApiKey.id.desc()))

    def find_live(self, secret_sha256: str, now_utc: datetime) -> tuple[ApiKey, User] | None:
        """Return a key that is neither revoked nor expired, with its user when active. For ``store.system()``."""
        query = (
            self._query()
            .add_columns(User)
            .join(User, User.id == ApiKey.user_id)
            .where(
                ApiKey.secret_sha256 == secret_sha256,
                ApiKey.revoked_at_utc.is_(None),
                or_(ApiKey.expires_at_utc.is_(None), ApiKey.expires_at_utc > now_utc),
                User.is_active,
                condition(User, self._context.actor),
            )
        )
        found = self._session.execute(query).first()
        return None if found is None else (found[0], found[1])

    def touch(self, key_id: str, used_at_utc: datetime) -> None:
        """Note when a key was last used; does not count as a change of the row."""
        self._session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, self._may())
            .values(last_used_at_utc=used_at_utc)
            .execution_options(synchronize_session=False)
        )

    def revoke(self, key_id: str) -> ApiKey:
        """End a key for good; a revoked one stays as it is."""
        row = self.get(key_id, write=True)
        if row.revoked_at_utc is None:
            row.revoked_at_utc = self._context.now_utc()
            self._flush(row)
        return row
