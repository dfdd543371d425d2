"""Who did what, and has anybody changed the record since?"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from data.errors import RowRefused, UnitMisused
from data.store.actor import SystemActor
from data.store.ids import new_id
from data.store.repositories.inserts import insert_new
from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import AuditEvent, AuditHead
from data.store.visibility import visible

GENESIS_MAC = "0" * 64
_COVERED = (
    "tenant_id", "seq", "id", "occurred_at_utc", "actor_id", "actor_name", "via", "ip", "request_id", "action",
    "object_kind", "object_id", "before_json", "after_json",
)  # fmt: skip


@dataclass(frozen=True)
class AuditCheck:
    """Outcome of checking one tenant's chain."""

    tenant_id: str
    is_intact: bool
    events_count: int
    first_bad_seq: int | None
    reason: str
    head_seq: int
    head_mac: str


class AuditLog(Repository[AuditEvent]):
    """One chain a tenant; each link's code covers the link before, and a sealed head says where the chain ends.

    mac(n) = HMAC-SHA256(key, mac(n-1) || canonical JSON of link n), with mac(0) = 64 zeros.
    """

    model = AuditEvent
    kind = "audit event"

    def append(
        self,
        action: str,
        *,
        object_kind: str | None = None,
        object_id: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        ip: str | None = None,
        request_id: str | None = None,
        tenant_id: str | None = None,
        actor_id: str | None = None,
        actor_name: str | None = None,
        via: str | None = None,
    ) -> None:
        """Record one action; it is written in the transaction of the unit, when that commits.

        Parameters
        ----------
        action : str
            Verb, for example ``portfolio.update``.
        object_kind, object_id : str, optional
            What it was done to.
        before, after : mapping, optional
            Values before and after; JSON values, Decimals and instants.
        ip, request_id : str, optional
            Where the request came from and its id.
        tenant_id, actor_id, actor_name, via : str, optional
            Taken from the unit's actor where left out.
        """
        if self._context.audit_key is None:
            raise UnitMisused("The store was opened without an audit key; nothing can be recorded.")
        actor = self._context.actor
        self._context.audit_entries.append(
            {
                "tenant_id": tenant_id or self._require_tenant(),
                "id": new_id(),
                "occurred_at_utc": self._context.now_utc(),
                "actor_id": actor_id or self._context.user_id,
                "actor_name": actor_name or str(getattr(actor, "name", "") or "unknown"),
                "via": via or str(getattr(actor, "via", "system")),
                "ip": ip,
                "request_id": request_id,
                "action": action,
                "object_kind": object_kind,
                "object_id": object_id,
                "before_json": None if before is None else canonical_json(before),
                "after_json": None if after is None else canonical_json(after),
            }
        )

    def write_pending(self) -> None:
        """Write what was appended; the head row of each tenant is locked until the unit ends."""
        key = self._key()
        entries = self._context.audit_entries
        for tenant_id in sorted({entry["tenant_id"] for entry in entries}):
            head = self._lock_head(tenant_id)
            for entry in (entry for entry in entries if entry["tenant_id"] == tenant_id):
                entry["seq"] = head.seq + 1
                entry["previous_mac"] = head.mac
                entry["mac"] = link_mac(key, head.mac, entry)
                self._session.add(AuditEvent(**entry))
                head.seq, head.mac = entry["seq"], entry["mac"]
            head.seal = head_seal(key, tenant_id, head.seq, head.mac)
            self._session.flush()
        entries.clear()

    def verify(self, tenant_id: str, expected_head: tuple[int, str] | None = None) -> AuditCheck:
        """Recompute a tenant's chain.

        Parameters
        ----------
        tenant_id : str
            Whose chain; the actor must be allowed to read it whole (compliance, or the product itself).
        expected_head : tuple of int and str, optional
            Number and code of a link that was noted outside of this database; it must still be there.

        Returns
        -------
        AuditCheck
            With the number of the first link that is missing or does not fit.
        """
        key = self._key()
        last_seq, last_mac = 0, GENESIS_MAC
        bad: tuple[int, str] | None = None
        saw_expected = expected_head is None or expected_head == (0, GENESIS_MAC)
        query = self._query().where(AuditEvent.tenant_id == tenant_id).order_by(AuditEvent.seq)
        with closing(self._session.scalars(query.execution_options(yield_per=1000))) as links:
            for row in links:
                if row.seq != last_seq + 1:
                    bad = (last_seq + 1, "The link is missing.")
                elif row.previous_mac != last_mac:
                    bad = (row.seq, "The link does not follow the one before it.")
                elif not hmac.compare_digest(row.mac, link_mac(key, last_mac, _values(row))):
                    bad = (row.seq, "The link was changed, or the key is another one.")
                if bad is not None:
                    break
                last_seq, last_mac = row.seq, row.mac
                saw_expected = saw_expected or expected_head == (row.seq, row.mac)
        if bad is None:
            bad = self._check_head(key, tenant_id, last_seq, last_mac)
        if bad is None and not saw_expected and expected_head is not None:
            bad = (expected_head[0], "The link that was noted outside is not part of the chain.")
        reason = "The chain is intact." if bad is None else bad[1]
        return AuditCheck(tenant_id, bad is None, last_seq, None if bad is None else bad[0], reason, last_seq, last_mac)

    def page(
        self, *, object_kind: str | None = None, object_id: str | None = None, actor_id: str | None = None,
        cursor: str | None = None, limit: int = 100,
    ) -> Page[AuditEvent]:  # fmt: skip
        """Return links that the actor may read, the newest first."""
        query = self._query()
        for column, value in (
            (AuditEvent.object_kind, object_kind), (AuditEvent.object_id, object_id), (AuditEvent.actor_id, actor_id)
        ):  # fmt: skip
            if value is not None:
                query = query.where(column == value)
        if cursor is not None:
            if not cursor.isdigit():
                raise RowRefused("The cursor is not one that this list handed out; start from the first page.")
            query = query.where(AuditEvent.seq < int(cursor))
        size = max(1, min(limit, 1000))
        rows = self._all(query.order_by(AuditEvent.seq.desc(), AuditEvent.tenant_id).limit(size + 1))
        return Page(rows[:size], str(rows[size - 1].seq) if len(rows) > size else None)

    def _key(self) -> bytes:
        if self._context.audit_key is None:
            raise UnitMisused("The store was opened without an audit key; the chain can be neither read nor written.")
        return self._context.audit_key

    def _lock_head(self, tenant_id: str) -> AuditHead:
        seal = head_seal(self._key(), tenant_id, 0, GENESIS_MAC)
        insert_new(self._context, AuditHead, {"tenant_id": tenant_id, "seq": 0, "mac": GENESIS_MAC, "seal": seal})
        query = visible(AuditHead, SystemActor(tenant_id)).where(AuditHead.tenant_id == tenant_id).with_for_update()
        head: AuditHead = self._session.scalars(query.execution_options(populate_existing=True)).one()
        return head

    def _check_head(self, key: bytes, tenant_id: str, last_seq: int, last_mac: str) -> tuple[int, str] | None:
        query = visible(AuditHead, self._context.actor).where(AuditHead.tenant_id == tenant_id)
        head = self._session.scalars(query).first()
        if head is None:
            return None if last_seq == 0 else (last_seq + 1, "The sealed head of the chain is missing.")
        if not hmac.compare_digest(head.seal, head_seal(key, tenant_id, head.seq, head.mac)):
            return (last_seq + 1, "The seal of the head is broken, or the key is another one.")
        if (head.seq, head.mac) != (last_seq, last_mac):
            return (last_seq + 1, f"The chain was cut off: its head is link {head.seq}.")
        return None


def canonical_json(value: Any) -> str:
    """Return a value as JSON with sorted keys and no spaces; Decimals and instants become strings.

    Raises
    ------
    RowRefused
        When a value is not finite or has no place in JSON.
    """
    try:
        return json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
        )
    except (TypeError, ValueError) as error:
        raise RowRefused(f"This value cannot be recorded as JSON: {error}.") from error


def link_mac(key: bytes, previous_mac: str, values: Mapping[str, Any]) -> str:
    """Return the code of one link."""
    content = canonical_json({name: values[name] for name in _COVERED})
    return hmac.new(key, f"event\n{previous_mac}\n{content}".encode(), hashlib.sha256).hexdigest()


def head_seal(key: bytes, tenant_id: str, seq: int, mac: str) -> str:
    """Return the seal of the end of a chain."""
    return hmac.new(key, f"head\n{tenant_id}\n{seq}\n{mac}".encode(), hashlib.sha256).hexdigest()


def _values(row: AuditEvent) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COVERED}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
