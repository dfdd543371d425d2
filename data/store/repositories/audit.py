"""Who did what, and has anybody changed the record since?"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func

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

    def verify(
        self,
        tenant_id: str,
        anchors: Sequence[tuple[int, str]] = (),
        *,
        from_seq: int = 1,
        to_seq: int | None = None,
    ) -> AuditCheck:
        """Recompute a tenant's chain, or a part of it.

        Parameters
        ----------
        tenant_id : str
            Whose chain; the actor must be allowed to read it whole (compliance, or the product itself).
        anchors : sequence of tuple of int and str, optional
            Numbers and codes of links that were noted outside of this database; those of the part must still be there.
        from_seq, to_seq : int, optional
            The part, both ends included; the link before it is taken as it stands, and without an end the sealed head
            is checked too.

        Returns
        -------
        AuditCheck
            With the number of the first link that is missing or does not fit. Of links that were replaced by others
            with right codes it is the first one after the last anchor that still fits.
        """
        key = self._key()
        last_seq, last_mac = self._before(tenant_id, from_seq)
        noted = {seq: mac for seq, mac in anchors if from_seq <= seq <= (seq if to_seq is None else to_seq)}
        bad: tuple[int, str] | None = None
        count, sure_seq = 0, last_seq
        with closing(self.links(tenant_id, from_seq, to_seq)) as links:
            for row in links:
                if row.seq != last_seq + 1:
                    bad = (last_seq + 1, "The link is missing.")
                elif row.previous_mac != last_mac:
                    bad = (row.seq, "The link does not follow the one before it.")
                elif not hmac.compare_digest(row.mac, link_mac(key, last_mac, _values(row))):
                    bad = (row.seq, "The link was changed, or the key is another one.")
                elif noted.get(row.seq, row.mac) != row.mac:
                    bad = (sure_seq + 1, f"Links up to {row.seq} are not those that were noted outside.")
                if bad is not None:
                    break
                sure_seq = row.seq if row.seq in noted else sure_seq
                last_seq, last_mac, count = row.seq, row.mac, count + 1
        if bad is None and noted and max(noted) > last_seq:
            bad = (last_seq + 1, f"The chain was cut off: link {max(noted)} was noted outside.")
        if bad is None and to_seq is None:
            bad = self._check_head(key, tenant_id, last_seq, last_mac)
        if bad is None and to_seq is not None and last_seq < to_seq:
            bad = (last_seq + 1, "The link is missing.")
        reason = "The chain is intact." if bad is None else bad[1]
        return AuditCheck(tenant_id, bad is None, count, None if bad is None else bad[0], reason, last_seq, last_mac)

    def links(self, tenant_id: str, from_seq: int = 1, to_seq: int | None = None) -> Any:
        """Return a tenant's links in their order, read as they are asked for; close it when done."""
        query = self._query().where(AuditEvent.tenant_id == tenant_id, AuditEvent.seq >= from_seq)
        if to_seq is not None:
            query = query.where(AuditEvent.seq <= to_seq)
        return self._session.scalars(query.order_by(AuditEvent.seq).execution_options(yield_per=1000))

    def head(self, tenant_id: str) -> tuple[int, str]:
        """Return number and code of a tenant's last link, as the sealed head says."""
        query = visible(AuditHead, self._context.actor).where(AuditHead.tenant_id == tenant_id)
        row = self._session.scalars(query).first()
        return (0, GENESIS_MAC) if row is None else (row.seq, row.mac)

    def span(self, tenant_id: str, start_utc: datetime | None, end_utc: datetime | None) -> tuple[int, int | None]:
        """Return the numbers of the first and the last link of a span of time; its end is not included.

        Without an end, or where nothing lies after it, the second is None.
        """
        query = self._query().where(AuditEvent.tenant_id == tenant_id)
        first = 1
        if start_utc is not None:
            earlier = query.where(AuditEvent.occurred_at_utc < start_utc).with_only_columns(func.max(AuditEvent.seq))
            first = (self._session.scalar(earlier) or 0) + 1
        if end_utc is None:
            return first, None
        later = query.where(AuditEvent.occurred_at_utc >= end_utc).with_only_columns(func.min(AuditEvent.seq))
        after = self._session.scalar(later)
        return first, None if after is None else after - 1

    def page(
        self,
        *,
        object_kind: str | None = None,
        object_id: str | None = None,
        actor_id: str | None = None,
        action: str | None = None,
        start_utc: datetime | None = None,
        end_utc: datetime | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[AuditEvent]:
        """Return links that the actor may read, the newest first.

        An action that ends with a point stands for all that begin with it; the end of the span is not included.
        """
        query = self._query()
        for column, value in (
            (AuditEvent.object_kind, object_kind), (AuditEvent.object_id, object_id), (AuditEvent.actor_id, actor_id)
        ):  # fmt: skip
            if value is not None:
                query = query.where(column == value)
        if action is not None:
            is_group = action.endswith(".")
            query = query.where(
                AuditEvent.action.startswith(action, autoescape=True) if is_group else AuditEvent.action == action
            )
        if start_utc is not None:
            query = query.where(AuditEvent.occurred_at_utc >= start_utc)
        if end_utc is not None:
            query = query.where(AuditEvent.occurred_at_utc < end_utc)
        if cursor is not None:
            if not cursor.isdigit():
                raise RowRefused("The cursor is not one that this list handed out; start from the first page.")
            query = query.where(AuditEvent.seq < int(cursor))
        size = max(1, min(limit, 1000))
        rows = self._all(query.order_by(AuditEvent.seq.desc(), AuditEvent.tenant_id).limit(size + 1))
        return Page(rows[:size], str(rows[size - 1].seq) if len(rows) > size else None)

    def words(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the actions and the kinds of objects that occur in what the actor may read, each sorted."""
        found = []
        for column in (AuditEvent.action, AuditEvent.object_kind):
            query = self._query().where(column.is_not(None)).with_only_columns(column).distinct().order_by(column)
            found.append(list(self._session.scalars(query).all()))
        return found[0], found[1]

    def _before(self, tenant_id: str, from_seq: int) -> tuple[int, str]:
        """Return number and code of the link before a part; where it is missing, so is the code."""
        if from_seq <= 1:
            return 0, GENESIS_MAC
        query = self._query().where(AuditEvent.tenant_id == tenant_id, AuditEvent.seq == from_seq - 1)
        row = self._one(query)
        return from_seq - 1, "" if row is None else row.mac

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
