"""Was this request made before?"""

from datetime import timedelta

from sqlalchemy import delete

from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import IdempotencyKey


class IdempotencyKeys(Repository[IdempotencyKey]):
    """Keys of the actor's own requests."""

    model = IdempotencyKey
    kind = "idempotency key"

    def begin(self, key: str, body_sha256: str, *, keep_s: float = 86_400.0) -> IdempotencyKey | None:
        """Take a key for a request; None when it is new, else the row of the earlier request.

        The caller compares ``body_sha256`` of the earlier one. An earlier row without ``response_status`` is in
        flight or belongs to a request that broke; a key of another user of the tenant counts as taken, with
        everything but the key hidden.
        """
        now = self._context.now_utc()
        tenant_id = self._require_tenant()
        self._session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.expires_at_utc < now, IdempotencyKey.tenant_id == tenant_id)
        )
        row = {
            "tenant_id": tenant_id,
            "key": key,
            "user_id": self._context.user_id or "system",
            "body_sha256": body_sha256,
            "created_at_utc": now,
            "expires_at_utc": now + timedelta(seconds=keep_s),
        }
        if insert_new(self._context, IdempotencyKey, row):
            return None
        earlier = self._one(self._query().where(IdempotencyKey.key == key))
        if earlier is not None:
            return earlier
        hidden = IdempotencyKey(tenant_id=tenant_id, key=key, user_id="", body_sha256="")
        return hidden

    def finish(self, key: str, *, response_status: int, response_body: str, resource_id: str | None = None) -> None:
        """Keep the answer for those who ask again."""
        row = self._one(self._query(write=True).where(IdempotencyKey.key == key))
        if row is not None:
            row.response_status, row.response_body, row.resource_id = response_status, response_body, resource_id
            self._session.flush()

    def forget(self, key: str) -> None:
        """Give a key back because its request did nothing."""
        self._session.execute(delete(IdempotencyKey).where(IdempotencyKey.key == key, self._may()))
