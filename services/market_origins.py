"""Who brought a figure, when and in which file?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.store import tables
from data.store.repositories.series import to_date
from services import formatting

if TYPE_CHECKING:
    from data.store.repositories.series import Series
    from data.store.unit_of_work import UnitOfWork

IMPORT = "import"
"""Under this name a batch keeps who brought which file."""


@dataclass(frozen=True)
class Origin:
    """One delivery that belongs to a house.

    Parameters
    ----------
    batch_id : str
    file_name, sha256 : str
    by : str
        The name of the person, as it was then.
    at_utc : datetime

    """

    batch_id: str
    file_name: str
    sha256: str
    by: str
    at_utc: datetime

    @property
    def sentence(self) -> str:
        """The origin in words."""
        return f"Imported from the file “{self.file_name}” by {self.by} on {formatting.moment(self.at_utc)}."

    def as_document(self) -> dict[str, str]:
        """Return the origin JSON-native, for the lineage of a run."""
        return {
            "batch_id": self.batch_id,
            "file_name": self.file_name,
            "sha256": self.sha256,
            "by": self.by,
            "at_utc": self.at_utc.isoformat(),
        }


def origin_of(batch: tables.IngestBatch) -> Origin | None:
    """Return who brought a delivery; None for those that no person brought."""
    said = batch.lineage.get(IMPORT)
    if not isinstance(said, Mapping):
        return None
    return Origin(
        batch.id, str(said["file_name"]), batch.source_sha256 or "", str(said["by_name"]), batch.created_at_utc
    )


def origins_of(uow: UnitOfWork, rows: Mapping[str, Series]) -> dict[str, tuple[Origin, ...]]:
    """Return of which own deliveries each series is made, the oldest first, by asset id.

    One whose every bar a later one stands over is no part of it.
    """
    deliveries = uow.prices.deliveries(list(rows))
    several = [key for key, row in rows.items() if len(deliveries.get((key, row.provider), ())) > 1]
    for provider in sorted({rows[key].provider for key in several}):
        ids = [key for key in several if rows[key].provider == provider]
        first = to_date(min(rows[key].dates[0] for key in ids))
        last = to_date(max(rows[key].dates[-1] for key in ids))
        used = uow.prices.batches_used(ids, provider, first, last)
        deliveries |= {
            (key, provider): tuple(one for one in deliveries[key, provider] if one in used.get(key, {})) for key in ids
        }
    batches = uow.ingest_batches.get_many(sorted({one for ids in deliveries.values() for one in ids}))
    found: dict[str, tuple[Origin, ...]] = {}
    for asset_id, row in rows.items():
        origins = [origin_of(batches[one]) for one in deliveries.get((asset_id, row.provider), ()) if one in batches]
        found[asset_id] = tuple(origin for origin in origins if origin is not None)
    return found


def origin_notes(origins: Mapping[str, Sequence[Origin]]) -> list[str]:
    """Return a sentence per delivery with the symbols that it brought."""
    symbols: dict[str, list[str]] = {}
    known: dict[str, Origin] = {}
    for symbol in sorted(origins):
        for origin in origins[symbol]:
            known[origin.batch_id] = origin
            symbols.setdefault(origin.batch_id, []).append(symbol)
    return [f"{_named(symbols[key])}: {_lowered(origin.sentence)}" for key, origin in sorted(known.items())]


def origin_documents(origins: Mapping[str, Sequence[Origin]]) -> list[dict[str, Any]]:
    """Return each delivery with the symbols that it brought, JSON-native."""
    documents: dict[str, dict[str, Any]] = {}
    for symbol in sorted(origins):
        for origin in origins[symbol]:
            one = documents.setdefault(origin.batch_id, {**origin.as_document(), "symbols": []})
            one["symbols"].append(symbol)
    return [documents[key] for key in sorted(documents)]


def joined_documents(*parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each delivery once, with the symbols of all parts that name it."""
    joined: dict[str, dict[str, Any]] = {}
    for document in (one for part in parts for one in part):
        known = joined.setdefault(document["batch_id"], {**document, "symbols": []})
        known["symbols"] = sorted({*known["symbols"], *document["symbols"]})
    return [joined[key] for key in sorted(joined)]


def _named(symbols: Sequence[str]) -> str:
    shown = ", ".join(symbols[:5])
    return shown if len(symbols) <= 5 else f"{shown} and {len(symbols) - 5} more"


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
