"""Where does it stand outside of the database how far each house's chain of audit rows had come on each day?

Whoever holds the database and the key can cut the newest rows off and seal the head anew; a head that was written down
elsewhere shows it. Each day one signed file a house is written into the folder of anchors, and each file names the one
before, so that a missing file shows as well. The folder is meant to be copied to a second place that the product
cannot change (a write-once bucket, another account, a mailbox): see docs/records.md.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from services.ports import Ports

_log = logging.getLogger(__name__)
FORM = 1
SUFFIX = ".json"
GENESIS = "0" * 64


@dataclass(frozen=True)
class Anchor:
    """The head of one house's chain on one day.

    Attributes
    ----------
    form : int
        Of the file.
    tenant_id : str
    day : date
    at_utc : datetime
    seq : int
        Number of the last row; 0 where there was none.
    mac : str
        Its code.
    previous_sha256 : str
        SHA-256 of the file before; 64 zeros for the first.
    signature : str
        HMAC-SHA256 over everything else, with the key of the audit log.

    """

    form: int
    tenant_id: str
    day: date
    at_utc: datetime
    seq: int
    mac: str
    previous_sha256: str
    signature: str


@dataclass(frozen=True)
class AnchorCheck:
    """The anchors of one house that can be trusted, and what is wrong with the others.

    Attributes
    ----------
    anchors : tuple of Anchor
        By day.
    problem : str or None
        The first thing that is wrong, as a sentence.

    """

    anchors: tuple[Anchor, ...]
    problem: str | None

    @property
    def heads(self) -> tuple[tuple[int, str], ...]:
        """Number and code of every anchored row."""
        return tuple((one.seq, one.mac) for one in self.anchors if one.seq > 0)


class AuditAnchors:
    """Files with the heads of all chains.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        assert ports.settings.anchor_dir is not None
        self._folder = ports.settings.anchor_dir

    def write_due(self) -> int:
        """Write today's anchor of every house that has none yet; return how many were written.

        A house whose chain is shorter than its last anchor says gets none: the alarm is the check's to raise.
        """
        today = self._ports.clock.now_utc().date()
        with self._ports.store.system(read_only=True) as uow:
            tenant_ids = [row.id for row in uow.tenants.all()]
        return sum(
            self._write(tenant_id, today) for tenant_id in tenant_ids if not self._path(tenant_id, today).exists()
        )

    def check(self, tenant_id: str) -> AnchorCheck:
        """Read the anchors of a house: each must be signed, and follow the one before."""
        found: list[Anchor] = []
        previous = GENESIS
        for path in self._files(tenant_id):
            raw = path.read_bytes()
            anchor = _read(raw)
            if anchor is None or anchor.tenant_id != tenant_id or path.name != f"{anchor.day.isoformat()}{SUFFIX}":
                return AnchorCheck(tuple(found), f"The anchor {path.name} cannot be read.")
            if not hmac.compare_digest(anchor.signature, self._signature(anchor)):
                return AnchorCheck(
                    tuple(found), f"The signature of the anchor {path.name} is broken, or the key is another one."
                )
            if anchor.previous_sha256 != previous:
                return AnchorCheck(tuple(found), f"An anchor before {path.name} is missing or was changed.")
            found.append(anchor)
            previous = hashlib.sha256(raw).hexdigest()
        return AnchorCheck(tuple(found), None)

    def _write(self, tenant_id: str, today: date) -> bool:
        before = self._files(tenant_id)
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            seq, mac = uow.audit.head(tenant_id)
        last = _read(before[-1].read_bytes()) if before else None
        if last is not None and seq < last.seq:
            _log.error("The audit log of house %s ends before its last anchor; no new anchor is written.", tenant_id)
            return False
        previous = hashlib.sha256(before[-1].read_bytes()).hexdigest() if before else GENESIS
        bare = Anchor(FORM, tenant_id, today, self._ports.clock.now_utc(), seq, mac, previous, "")
        return _keep(self._path(tenant_id, today), {**_plain(bare), "signature": self._signature(bare)})

    def _signature(self, anchor: Anchor) -> str:
        content = {name: value for name, value in _plain(anchor).items() if name != "signature"}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        key = self._ports.secrets.audit_key.encode()
        return hmac.new(key, f"anchor\n{text}".encode(), hashlib.sha256).hexdigest()

    def _files(self, tenant_id: str) -> Sequence[Path]:
        folder = self._folder / tenant_id
        return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []

    def _path(self, tenant_id: str, day: date) -> Path:
        return self._folder / tenant_id / f"{day.isoformat()}{SUFFIX}"


def _keep(path: Path, content: dict[str, object]) -> bool:
    """Write a file that is never written over; False where another process was first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    raw = json.dumps(content, sort_keys=True, indent=1).encode() + b"\n"
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(raw)
    part.chmod(0o400)
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True


def _plain(anchor: Anchor) -> dict[str, object]:
    content = asdict(anchor)
    return {**content, "day": anchor.day.isoformat(), "at_utc": anchor.at_utc.isoformat()}


def _read(raw: bytes) -> Anchor | None:
    """Return what a file says, None where it is no anchor."""
    try:
        content = json.loads(raw)
        return Anchor(
            form=int(content["form"]),
            tenant_id=str(content["tenant_id"]),
            day=date.fromisoformat(content["day"]),
            at_utc=datetime.fromisoformat(content["at_utc"]),
            seq=int(content["seq"]),
            mac=str(content["mac"]),
            previous_sha256=str(content["previous_sha256"]),
            signature=str(content["signature"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
