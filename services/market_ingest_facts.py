"""How do dividends, splits, economic figures and fundamentals get into the store, once each, with their source?

The first word on a figure is known from the day on which its source says that it was published, and never later than
it was fetched. A figure that changed since is known from when it was fetched, unless its source
names a later day of publication for the change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from data.providers.answers import ActionAnswer, ActionFact, AttributeAnswer, AttributeValue, MacroAnswer, Payload
from data.store import tables
from services.market_ingest import SUCCEEDED, open_batch

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

ACTIONS, MACRO, ATTRIBUTES = "actions", "macro", "attributes"
SPLIT_ADJUSTED_NOTE = "Dividends stated after later splits were brought back to what one share paid on the day."


def store_actions(
    uow: UnitOfWork,
    answer: ActionAnswer,
    asset_ids: Mapping[str, str],
    *,
    are_split_adjusted: bool,
    tenant_id: str | None = None,
) -> int:
    """Write dividends and splits under a batch of their own; return how many were new.

    Parameters
    ----------
    uow : UnitOfWork
        For all tenants, or for the one whose id is given.
    answer : ActionAnswer
    asset_ids : mapping of symbol to asset id
        Actions of other symbols are passed over.
    are_split_adjusted : bool
        Whether the source states dividends as if later splits had happened already; they are kept as announced.
    tenant_id : str or None
        For whom the delivery is.

    """
    extra = {"adjustments": [SPLIT_ADJUSTED_NOTE]} if are_split_adjusted else {}
    batch = open_batch(uow, answer.provenance, ACTIONS, extra, tenant_id)
    splits = [fact for fact in answer.actions if fact.kind == "split" and fact.ratio]
    fetched_at_utc = answer.provenance.fetched_at_utc
    told = {
        (row.asset_id, row.kind, row.ex_date)
        for row in uow.corporate_actions.between(sorted(set(asset_ids.values())), date.min, date.max)
        if (row.provider, row.tenant_id) == (answer.provenance.source, tenant_id)
    }
    rows = [
        tables.CorporateAction(
            asset_id=asset_ids[fact.symbol],
            kind=fact.kind,
            ex_date=fact.ex_date,
            amount_ccy=_announced(fact, splits) if are_split_adjusted else fact.amount_ccy,
            currency=fact.currency,
            ratio=fact.ratio,
            provider=answer.provenance.source,
            knowledge_time_utc=fetched_at_utc
            if (asset_ids[fact.symbol], fact.kind, fact.ex_date) in told
            else min(fetched_at_utc, _start_of(fact.ex_date)),
            is_sample=answer.provenance.is_sample,
            batch_id=batch.id,
        )
        for fact in answer.actions
        if fact.symbol in asset_ids
    ]
    count = uow.corporate_actions.ingest(rows)
    uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
    return count


def _announced(fact: ActionFact, splits: Sequence[ActionFact]) -> Decimal | None:
    """Return what one share paid: the stated amount times the ratios of the splits from its ex-date on.

    Who is paid held the shares on the day before, so a split of the ex-date itself counts as a later one.
    """
    if fact.amount_ccy is None:
        return None
    amount = fact.amount_ccy
    for split in splits:
        if split.symbol == fact.symbol and split.ex_date >= fact.ex_date and split.ratio is not None:
            amount *= split.ratio
    return amount


def store_macro(uow: UnitOfWork, answer: MacroAnswer, *, tenant_id: str | None = None) -> int:
    """Write economic series with every vintage under a batch of its own; return the number of figures.

    A figure that its source withdrew (NaN) is kept as such. Writing the same answer again changes nothing.
    """
    batch = open_batch(uow, answer.provenance, MACRO, {"series": [one.series_id for one in answer.series]}, tenant_id)
    source = answer.provenance.source
    uow.macro.describe(
        [
            {
                "provider": source,
                "series_id": one.series_id,
                "title": one.title,
                "unit": one.unit,
                "frequency": one.frequency,
                "seasonal_adjustment": one.seasonal_adjustment,
                "updated_at_utc": answer.provenance.fetched_at_utc,
                "is_sample": answer.provenance.is_sample,
            }
            for one in answer.series
        ]
    )
    count = uow.macro.ingest(
        [
            {
                "provider": source,
                "series_id": one.series_id,
                "event_date": one.event_date,
                "realtime_start": one.realtime_start,
                "realtime_end": one.realtime_end,
                "value": None if math.isnan(one.value) else one.value,
                "batch_id": batch.id,
            }
            for one in answer.observations
        ]
    )
    uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
    return count


def store_fundamentals(
    uow: UnitOfWork, answer: AttributeAnswer, asset_ids: Mapping[str, str], *, tenant_id: str | None = None
) -> int:
    """Write fundamentals with fiscal and knowledge date under a batch of their own; return how many were new.

    An answer may hold several vintages of one figure. The last one is what its source says now; an earlier one is
    history and is written only where nothing is known from its day on, so that it never undoes a later one.
    """
    batch = open_batch(uow, answer.provenance, ATTRIBUTES, None, tenant_id)
    source, fetched_at_utc = answer.provenance.source, answer.provenance.fetched_at_utc
    told = {
        (row.asset_id, row.name, row.valid_on): row
        for row in uow.assets.attribute_history(sorted(set(asset_ids.values())))
        if (row.tenant_id, row.provider) == (tenant_id, source)
    }
    vintages: dict[tuple[str, str, date], list[AttributeValue]] = {}
    for one in sorted(answer.values, key=lambda one: one.knowledge_date):
        if one.symbol in asset_ids:
            vintages.setdefault((asset_ids[one.symbol], one.name, one.event_date), []).append(one)
    rows = []
    for key, versions in vintages.items():
        for one in versions:
            last = told.get(key)
            is_past = last is not None and last.knowledge_time_utc.date() >= one.knowledge_date
            if last is not None and (last.value == one.value or (is_past and one is not versions[-1])):
                continue
            told[key] = tables.AssetAttribute(
                tenant_id=tenant_id,
                asset_id=key[0],
                name=one.name,
                value=one.value,
                unit=one.unit,
                valid_on=one.event_date,
                provider=source,
                source=answer.provenance.dataset,
                knowledge_time_utc=_known_from(one, last, fetched_at_utc),
                is_sample=answer.provenance.is_sample,
                batch_id=batch.id,
            )
            rows.append(told[key])
    uow.assets.add_many(rows)
    uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=len(rows))
    return len(rows)


def _known_from(one: AttributeValue, last: tables.AssetAttribute | None, fetched_at_utc: datetime) -> datetime:
    """Return since when a figure is known: a change from a day of its own if it has one, else from the fetch."""
    stated = min(fetched_at_utc, _end_of(one.knowledge_date))
    return stated if last is None or stated > last.knowledge_time_utc else fetched_at_utc


def keep_payloads(uow: UnitOfWork, payloads: Sequence[Payload], kept_bytes_count: int) -> int:
    """Keep the bytes of answers, each once under its hash, drop the oldest beyond a size, return how many are new."""
    count = 0
    for one in payloads:
        count += uow.raw_payloads.keep(
            sha256=one.sha256,
            media_type=one.media_type,
            endpoint=one.endpoint,
            fetched_at_utc=one.fetched_at_utc,
            raw=one.raw,
        )
    uow.raw_payloads.trim(kept_bytes_count)
    return count


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=UTC)


def _end_of(day: date) -> datetime:
    return _start_of(day) + timedelta(days=1) - timedelta(seconds=1)
