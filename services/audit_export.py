"""What does an auditor get who wants the whole record, with what proves that it is whole?

One line of JSON each: a header, every row with the code of the row before and its own, the sealed head, the anchors.
Whoever has the key recomputes the chain from the file alone; without the key the file shows that rows follow each
other, and its anchors can be held against those in the second place.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.store.repositories.audit import canonical_json
from services.audit_words import deed_in_words
from services.version import PRODUCT_VERSION

if TYPE_CHECKING:
    from services.compliance.audit_anchors import AuditAnchors
    from services.ports import Ports

FORM = "qpo-audit-1"
COLUMNS = (
    "tenant_id", "seq", "id", "occurred_at_utc", "actor_id", "actor_name", "via", "ip", "request_id", "action",
    "object_kind", "object_id", "before_json", "after_json", "previous_mac", "mac",
)  # fmt: skip
_GZIP = 16 + zlib.MAX_WBITS


def pieces(
    ports: Ports, anchors: AuditAnchors, tenant_id: str, start_utc: datetime | None, end_utc: datetime | None
) -> Iterator[bytes]:
    """Return the compressed file, piece by piece; it is read in one transaction that ends with the last piece."""
    packer = zlib.compressobj(level=6, wbits=_GZIP)
    for line in _lines(ports, anchors, tenant_id, start_utc, end_utc):
        packed = packer.compress(f"{canonical_json(line)}\n".encode())
        if packed:
            yield packed
    yield packer.flush()


def _lines(
    ports: Ports, anchors: AuditAnchors, tenant_id: str, start_utc: datetime | None, end_utc: datetime | None
) -> Iterator[dict[str, Any]]:
    with ports.store.system(tenant_id, read_only=True) as uow:
        deeds = {one: deed_in_words(one) for one in uow.audit.words()[0]}
    yield {
        "line": "header", "form": FORM, "tenant_id": tenant_id, "made_at_utc": ports.clock.now_utc(),
        "code_version": PRODUCT_VERSION, "start_utc": start_utc, "end_utc": end_utc,
        "proof": "mac = HMAC-SHA256(key, 'event\\n' + previous_mac + '\\n' + canonical JSON of all fields but macs)",
        "deeds": deeds,
    }  # fmt: skip
    with ports.store.system(tenant_id, read_only=True) as uow:
        seq, mac = uow.audit.head(tenant_id)
        first, last = uow.audit.span(tenant_id, start_utc, end_utc)
        with closing(uow.audit.links(tenant_id, first, seq if last is None else last)) as links:
            for row in links:
                yield {"line": "event", **{name: getattr(row, name) for name in COLUMNS}}
    yield {"line": "head", "seq": seq, "mac": mac}
    for one in anchors.check(tenant_id).anchors:
        yield {"line": "anchor", **json.loads(canonical_json(asdict(one)))}
