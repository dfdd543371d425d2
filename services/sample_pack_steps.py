"""Which parts does the sample pack have, and how is each taken into the store?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import numpy as np

from data.providers.answers import PriceAnswer, PriceSeries
from data.providers.protocol import Provider
from data.providers.questions import (
    AttributeQuestion,
    ConstituentQuestion,
    PriceQuestion,
    RateQuestion,
    ReferenceQuestion,
)
from data.providers.sample import BENCHMARK, ESG_SCORE, FIRST_SESSION
from data.providers.vocabulary import Field
from data.reference.exchanges import session_closes_utc
from data.store import tables
from data.store.repositories.series import Bars
from services.market_ingest import SUCCEEDED, open_batch, store_assets, store_prices
from services.market_series import SeriesReader, StoredSeries

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

COMPLETE = "sample_pack"
VOLUME_SESSIONS_COUNT = 20
AVERAGE_VOLUME = "average_daily_volume_units"


@dataclass
class Loading:
    """What the parts share while the pack is taken in."""

    uow: UnitOfWork
    provider: Provider
    reader: SeriesReader
    asset_ids: dict[str, str] = field(default_factory=dict)
    rows_count: int = 0


def add_assets(loading: Loading) -> None:
    """Take in the fictitious assets with closes and volumes."""
    facts = loading.provider.reference(ReferenceQuestion()).assets
    symbols = tuple(row.symbol for row in facts)
    answer = loading.provider.prices(PriceQuestion(symbols, fields=frozenset({Field.CLOSE, Field.VOLUME})))
    loading.asset_ids = store_assets(loading.uow, facts, is_sample=True, provider=loading.provider.name)
    loading.rows_count += store_prices(
        loading.uow, answer, loading.asset_ids, facts, version=loading.provider.version()
    )
    _store_average_volumes(loading, answer)


def add_volumes(loading: Loading) -> None:
    """Take in invented volumes of the real assets that can be held.

    A bar has a close by nature: it repeats the stored one, and the batch says so. Because real providers come before
    invented ones, these bars never replace a real close.
    """
    rows = [row for row in loading.uow.assets.search(limit=5000).rows if not row.is_sample]
    held = {row.symbol: row for row in rows if row.asset_class != "index"}
    stored = loading.reader.series(loading.uow, [row.id for row in held.values()])
    lacking = {symbol: row for symbol, row in held.items() if row.id in stored and stored[row.id].volumes is None}
    question = PriceQuestion(tuple(sorted(lacking)), start=FIRST_SESSION, fields=frozenset({Field.VOLUME}))
    answer = loading.provider.prices(question)
    extra = {"closes": "Repeated from the stored series of the asset; only the volumes are invented."}
    batch = open_batch(loading.uow, answer.provenance, "volumes", extra)
    bars = [_volume_bars(series, lacking[series.symbol], stored) for series in answer.series]
    count = loading.uow.prices.ingest(
        bars,
        provider=answer.provenance.source,
        knowledge_time_utc=answer.provenance.fetched_at_utc,
        batch_id=batch.id,
        is_sample=True,
    )
    loading.uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
    loading.rows_count += count
    loading.asset_ids |= {symbol: row.id for symbol, row in lacking.items()}
    _store_average_volumes(loading, answer)


def add_scores(loading: Loading) -> None:
    """Take in ESG scores of all assets that have one."""
    answer = loading.provider.attributes(AttributeQuestion((ESG_SCORE,), tuple(sorted(loading.asset_ids))))
    batch = open_batch(loading.uow, answer.provenance, "attributes")
    rows = [
        tables.AssetAttribute(
            asset_id=loading.asset_ids[value.symbol],
            name=value.name,
            value=value.value,
            unit=value.unit,
            valid_on=value.event_date,
            provider=loading.provider.name,
            source="Sample, fictitious.",
            knowledge_time_utc=datetime.combine(value.knowledge_date, time(0), tzinfo=UTC),
            is_sample=True,
        )
        for value in answer.values
    ]
    loading.uow.assets.add_many(rows)
    loading.uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=len(rows))
    loading.rows_count += len(rows)


def add_rates(loading: Loading) -> None:
    """Take in US dollars per euro."""
    answer = loading.provider.rates(RateQuestion("EUR", "USD"))
    batch = open_batch(loading.uow, answer.provenance, "fx")
    days = answer.sessions.astype("datetime64[D]").tolist()
    count = loading.uow.fx.ingest(
        answer.base,
        answer.quote,
        {day: float(rate) for day, rate in zip(days, answer.rates, strict=True)},
        provider=answer.provenance.source,
        knowledge_time_utc=answer.provenance.fetched_at_utc,
        batch_id=batch.id,
        is_sample=True,
    )
    loading.uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
    loading.rows_count += count


def add_benchmark(loading: Loading) -> None:
    """Take in the benchmark with its weights by quarter."""
    answer = loading.provider.constituents(ConstituentQuestion(BENCHMARK))
    batch = open_batch(loading.uow, answer.provenance, "benchmark")
    benchmark = loading.uow.benchmarks.add(
        tables.Benchmark(symbol=BENCHMARK, name=answer.name, kind="weights", currency=answer.currency, is_sample=True)
    )
    symbols = sorted({symbol for weights in answer.weights.values() for symbol in weights})
    ids = {symbol: row.id for symbol, row in loading.uow.assets.by_symbols(symbols).items()}
    count = 0
    for day, weights in answer.weights.items():
        loading.uow.benchmarks.put_weights(
            benchmark.id, day, {ids[symbol]: float(weight) for symbol, weight in weights.items()}
        )
        count += len(weights)
    loading.uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
    loading.rows_count += count


def close_pack(loading: Loading) -> None:
    """Note that the pack is complete."""
    provenance = loading.provider.reference(ReferenceQuestion()).provenance
    batch = open_batch(loading.uow, provenance, COMPLETE, {"assets_count": len(loading.provider.universe())})
    loading.uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=loading.rows_count)


STEPS: tuple[tuple[str, Callable[[Loading], None]], ...] = (
    ("Fictitious assets and their histories", add_assets),
    ("Invented volumes", add_volumes),
    ("Invented ESG scores", add_scores),
    ("Invented euro rates", add_rates),
    ("A benchmark with weights", add_benchmark),
    ("Closing the pack", close_pack),
)


def _volume_bars(series: PriceSeries, asset: tables.Asset, stored: dict[str, StoredSeries]) -> Bars:
    """Return bars with the stored close and the invented volume, on the sessions that both have."""
    own = stored[asset.id]
    sessions, mine, theirs = np.intersect1d(own.sessions, series.sessions, assume_unique=True, return_indices=True)
    return Bars(
        asset_id=asset.id,
        dates=sessions,
        close=own.closes[mine],
        adjusted_close=own.adjusted_closes[mine],
        volume=series.columns[Field.VOLUME][theirs],
        event_times_utc=session_closes_utc(asset.exchange, sessions),
    )


def _store_average_volumes(loading: Loading, answer: PriceAnswer) -> None:
    """Take in the mean volume of the last 20 sessions, as a fact of each asset."""
    rows = []
    for series in answer.series:
        last = series.sessions[-1].astype("datetime64[D]").astype(object)
        rows.append(
            tables.AssetAttribute(
                asset_id=loading.asset_ids[series.symbol],
                name=AVERAGE_VOLUME,
                value=float(np.round(series.columns[Field.VOLUME][-VOLUME_SESSIONS_COUNT:].mean())),
                unit="units, mean of 20 sessions",
                valid_on=last,
                provider=loading.provider.name,
                source="Sample, fictitious.",
                knowledge_time_utc=answer.provenance.fetched_at_utc,
                is_sample=True,
            )
        )
    loading.uow.assets.add_many(rows)
    loading.rows_count += len(rows)
