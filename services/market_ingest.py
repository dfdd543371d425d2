"""How do the providers' facts get into the store, once each, with their source?

One delivery is one batch: the batch keeps where the figures come from, what was done to them and the hash of the
provider's bytes. A provider whose version or bytes are those of its last delivery brings nothing new and is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.providers.answers import AssetFacts, AttributeAnswer, PriceAnswer, PriceSeries, Provenance
from data.providers.protocol import Provider
from data.providers.questions import PriceQuestion, ReferenceQuestion
from data.providers.vocabulary import AssetClass, Field, Flag, Frequency
from data.reference.exchanges import ALWAYS_OPEN, FX_MARKET, session_closes_utc
from data.store import tables
from data.store.repositories.series import Bars
from services.ports import Ports
from services.providers_corrected import Standing

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

PRICES = "prices"
SUCCEEDED = "succeeded"
WITHDRAWN = "withdrawn"
"""The state of a delivery that was taken back: its figures are gone, and who brought what stays known."""
TICKER = "ticker"
CODES = {flag.value: code for code, flag in enumerate(Flag)}
FREQUENCIES = {
    Frequency.MINUTE: "1m",
    Frequency.DAILY: "1d",
    Frequency.WEEKLY: "1w",
    Frequency.MONTHLY: "1mo",
}
"""What the store calls how often a series has a bar."""
PLACES = {AssetClass.CRYPTO: ALWAYS_OPEN, AssetClass.FX: FX_MARKET}
"""Where assets trade that have no exchange."""


@dataclass(frozen=True)
class Delivery:
    """What one provider brought."""

    provider: str
    assets_count: int
    rows_count: int
    is_changed: bool
    elapsed_ms: float


class Ingest:
    """Takes providers' answers into the store, for all tenants.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def history(self, provider: Provider) -> Delivery:
        """Take in everything that a provider can list, unless it is stored already.

        Parameters
        ----------
        provider : Provider
            One that lists its symbols and answers prices and names.

        Raises
        ------
        data.errors.ProviderError
            What goes wrong on the provider's side; nothing is half-written then.

        """
        began = time.perf_counter()
        version = provider.version()
        if version is not None and self._last(provider.name).get("version") == version:
            return Delivery(provider.name, 0, 0, False, _ms_since(began))
        fields = frozenset(Field) & provider.capabilities.fields
        answer = provider.prices(PriceQuestion(provider.universe(), fields=fields))
        facts = provider.reference(ReferenceQuestion()).assets
        with self._ports.store.system() as uow:
            ids = store_assets(uow, facts, is_sample=answer.provenance.is_sample, provider=provider.name)
            rows_count = store_prices(uow, answer, ids, facts, version=version)
            store_indices(uow, facts, ids, is_sample=answer.provenance.is_sample)
            uow.commit()
        return Delivery(provider.name, len(answer.series), rows_count, rows_count > 0, _ms_since(began))

    def _last(self, provider: str) -> dict[str, Any]:
        """Return the lineage of the provider's last price delivery that succeeded; empty without one."""
        with self._ports.store.system(read_only=True) as uow:
            for batch in uow.ingest_batches.latest(provider):
                if batch.kind == PRICES and batch.status == SUCCEEDED:
                    return dict(batch.lineage)
        return {}


def open_batch(
    uow: UnitOfWork,
    provenance: Provenance,
    kind: str,
    extra: dict[str, Any] | None = None,
    tenant_id: str | None = None,
) -> tables.IngestBatch:
    """Insert a running delivery with where it comes from; for all tenants, or for one."""
    return uow.ingest_batches.add(
        tables.IngestBatch(
            tenant_id=tenant_id,
            provider=provenance.source,
            kind=kind,
            status="running",
            source_sha256=provenance.dataset_sha256,
            lineage=lineage_of(provenance) | (extra or {}),
            is_sample=provenance.is_sample,
        )
    )


def lineage_of(provenance: Provenance) -> dict[str, Any]:
    """Return where an answer comes from, JSON-native."""
    return {
        "dataset": provenance.dataset,
        "endpoints": list(provenance.endpoints),
        "payload_sha256": list(provenance.payload_sha256),
        "fetched_at_utc": provenance.fetched_at_utc.isoformat(),
        "licence": provenance.licence,
        "transformations": list(provenance.transformations),
        "notes": list(provenance.notes),
    }


def store_assets(
    uow: UnitOfWork, facts: Sequence[AssetFacts], *, is_sample: bool, provider: str, tenant_id: str | None = None
) -> dict[str, str]:
    """Insert the assets that are not known yet, with issuer, ticker and classification; return ids by symbol."""
    known = {symbol: row.id for symbol, row in uow.assets.by_symbols([row.symbol for row in facts]).items()}
    for row in facts:
        if row.symbol in known:
            continue
        issuer_id = None if row.issuer is None else _issuer_id(uow, row)
        asset = uow.assets.add(
            tables.Asset(
                tenant_id=tenant_id,
                symbol=row.symbol,
                name=row.name,
                asset_class=row.asset_class.value,
                currency=row.currency,
                exchange=row.exchange_mic,
                country=row.country,
                sector=row.sector,
                industry=row.industry,
                issuer_id=issuer_id,
                is_active=True,
                is_sample=is_sample,
            )
        )
        known[row.symbol] = asset.id
        uow.assets.add_many(
            [
                tables.AssetIdentifier(asset_id=asset.id, scheme=TICKER, value=row.symbol),
                tables.AssetIdentifier(asset_id=asset.id, scheme=f"provider:{provider}", value=row.symbol),
                *(
                    tables.AssetClassification(asset_id=asset.id, scheme=scheme, code=code)
                    for scheme, code in (("sector", row.sector), ("industry", row.industry), ("country", row.country))
                    if code is not None
                ),
            ]
        )
    return known


def store_prices(
    uow: UnitOfWork,
    answer: PriceAnswer,
    asset_ids: dict[str, str],
    facts: Sequence[AssetFacts],
    *,
    version: str | None,
) -> int:
    """Write bars under a batch of their own; return how many were new."""
    batch = open_batch(uow, answer.provenance, PRICES, facts_of_prices(answer, version))
    rows_count = write_prices(uow, answer, asset_ids, facts, batch)
    uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=rows_count)
    return rows_count


def facts_of_prices(answer: PriceAnswer, version: str | None) -> dict[str, Any]:
    """Return what a batch keeps of its prices beside their provenance."""
    return {
        "version": version,
        "adjustment": {series.symbol: series.adjustment.value for series in answer.series},
        "missing_symbols": list(answer.missing_symbols),
        "flags": _flag_counts(answer.series),
    }


def write_prices(
    uow: UnitOfWork,
    answer: PriceAnswer,
    asset_ids: dict[str, str],
    facts: Sequence[AssetFacts],
    batch: tables.IngestBatch,
    *,
    with_repeats: bool = False,
) -> int:
    """Write bars under an open batch; return how many.

    Bars without a usable close are not written: they are counted by flag in the batch. With repeats, a correction of
    the house stays over the raw figure that it was made for when that comes again.
    """
    exchanges = {row.symbol: row.exchange_mic or PLACES.get(row.asset_class) for row in facts}
    bars = [_bars(series, asset_ids[series.symbol], exchanges.get(series.symbol)) for series in answer.series]
    standing = Standing.repeated(uow, answer.provenance.source, bars) if with_repeats else []
    written = uow.prices.ingest(
        bars,
        provider=answer.provenance.source,
        knowledge_time_utc=answer.provenance.fetched_at_utc,
        frequency=FREQUENCIES[answer.frequency],
        batch_id=batch.id,
        is_sample=answer.provenance.is_sample,
        with_repeats=with_repeats,
    )
    for corrections, entry in standing:
        corrections.follow(uow, entry)
    return written


def write_attributes(
    uow: UnitOfWork, answer: AttributeAnswer, asset_ids: dict[str, str], batch: tables.IngestBatch, source: str
) -> int:
    """Write facts other than prices under an open batch, for whom the batch is; return how many."""
    rows = [
        tables.AssetAttribute(
            tenant_id=batch.tenant_id,
            asset_id=asset_ids[value.symbol],
            name=value.name,
            value=value.value,
            unit=value.unit,
            valid_on=value.event_date,
            provider=answer.provenance.source,
            source=source,
            knowledge_time_utc=answer.provenance.fetched_at_utc,
            is_sample=answer.provenance.is_sample,
            batch_id=batch.id,
        )
        for value in answer.values
    ]
    uow.assets.add_many(rows)
    return len(rows)


def store_indices(uow: UnitOfWork, facts: Sequence[AssetFacts], asset_ids: dict[str, str], *, is_sample: bool) -> None:
    """Make a benchmark of every index that has none."""
    known = {row.asset_id for row in uow.benchmarks.all()}
    for row in facts:
        if row.asset_class is AssetClass.INDEX and asset_ids[row.symbol] not in known:
            uow.benchmarks.add(
                tables.Benchmark(
                    name=row.name,
                    kind="index",
                    currency=row.currency,
                    asset_id=asset_ids[row.symbol],
                    is_sample=is_sample,
                )
            )


def _issuer_id(uow: UnitOfWork, row: AssetFacts) -> str:
    """Return the issuer's id, inserting it when it is new."""
    assert row.issuer is not None
    found = uow.issuers.find_by_name(row.issuer)
    if found is not None:
        return found.id
    return uow.issuers.add(tables.Issuer(name=row.issuer, country=row.country)).id


def _bars(series: PriceSeries, asset_id: str, exchange_mic: str | None) -> Bars:
    """Return the usable bars of one series."""
    closes = series.columns[Field.CLOSE]
    adjusted = series.columns.get(Field.ADJUSTED_CLOSE)
    keep = np.isfinite(closes) & (closes > 0)
    if adjusted is not None:
        keep &= np.isfinite(adjusted)
    moments = series.event_times_utc

    def column(field: Field) -> Any:
        values = series.columns.get(field)
        return None if values is None else values[keep]

    codes = np.array([CODES[flag] for flag in series.flags[keep].tolist()], dtype=np.int8)
    return Bars(
        asset_id=asset_id,
        dates=series.sessions[keep],
        close=closes[keep],
        adjusted_close=column(Field.ADJUSTED_CLOSE),
        open=column(Field.OPEN),
        high=column(Field.HIGH),
        low=column(Field.LOW),
        volume=column(Field.VOLUME),
        event_times_utc=session_closes_utc(exchange_mic, series.sessions[keep]) if moments is None else moments[keep],
        flags=codes if bool(codes.any()) else None,
    )


def _flag_counts(series: Sequence[PriceSeries]) -> dict[str, int]:
    """Return how many bars carry each flag."""
    counts = dict.fromkeys((flag.value for flag in Flag), 0)
    for one in series:
        names, numbers = np.unique(one.flags, return_counts=True)
        for name, number in zip(names.tolist(), numbers.tolist(), strict=True):
            counts[name] += int(number)
    return {name: number for name, number in counts.items() if number}


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000.0
