"""How do assets and sources of market data read on a screen?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from data.providers.protocol import Provider
from data.store import tables
from services import formatting
from services.market_gaps import lacks_of
from services.market_ingest import WITHDRAWN
from services.messages.market import AssetView, AttributeView, ProviderStatus

if TYPE_CHECKING:
    from data.store.repositories.series import SeriesSummary
    from data.store.unit_of_work import UnitOfWork

RUNNING_DAYS = 30
LATE_SHARE_FRAC = 0.1
ATTRIBUTES = ("esg_score", "average_daily_volume_units")


def day_of(ends: Sequence[date]) -> date | None:
    """Return the last day on which nine tenths of the series that still run have a close; None without series.

    A series still runs where it ends at most 30 days before the middle one of all ends. So an asset that is no longer
    traded does not hold the day back, and a few series that reach further, such as an imported one, do not leave
    everything else behind.
    """
    if not ends:
        return None
    ordered = sorted(ends)
    middle = ordered[len(ordered) // 2]
    running = [end for end in ordered if (middle - end).days <= RUNNING_DAYS]
    return running[int(len(running) * LATE_SHARE_FRAC)]


def asset_view(
    row: tables.Asset, summary: SeriesSummary | None, issuer: tables.Issuer | None, isin: str | None = None
) -> AssetView:
    """Return one asset with its latest close; without prices these fields are None."""
    change = None
    if summary is not None and summary.previous_close:
        change = summary.last_close / summary.previous_close - 1.0
    return AssetView(
        id=row.id,
        symbol=row.symbol,
        name=row.name,
        sector=row.sector,
        industry=row.industry,
        country=row.country,
        currency=row.currency,
        exchange=row.exchange,
        asset_class=row.asset_class,
        issuer=None if issuer is None else issuer.name,
        first_date=None if summary is None else summary.first_date,
        last_date=None if summary is None else summary.last_date,
        observations_count=0 if summary is None else summary.observations_count,
        last_price=None if summary is None else summary.last_close,
        change_1d_frac=change,
        is_investable=row.asset_class != "index",
        is_sample=row.is_sample,
        isin=isin,
    )


def with_attributes(view: AssetView, uow: UnitOfWork, as_of: date, known_by_utc: datetime) -> AssetView:
    """Return the asset with its other facts in force on a day, each as it was known at an instant."""
    found: dict[str, AttributeView] = {}
    for name in ATTRIBUTES:
        row = uow.assets.attributes([view.id], name, as_of, known_by_utc).get(view.id)
        if row is not None:
            found[name] = AttributeView(
                name=name,
                value=float(row.value),
                unit=row.unit,
                valid_on=row.valid_on,
                provider=row.provider,
                is_sample=row.is_sample,
            )
    return view.model_copy(update={"attributes": found})


def provider_status(provider: Provider, uow: UnitOfWork, summaries: Sequence[SeriesSummary]) -> ProviderStatus:
    """Return how one source stands, judged by its last delivery."""
    batches = [batch for batch in uow.ingest_batches.latest(provider.name) if batch.kind in ("prices", "attributes")]
    batches = [batch for batch in batches if batch.status != WITHDRAWN]
    own = [summary for summary in summaries if summary.provider == provider.name]
    last_session = max((summary.last_date for summary in own), default=None)
    state, sentence = "not_loaded", provider.absence or f"{provider.label} has not been loaded."
    if batches and batches[0].status == "failed":
        state, sentence = "failed", batches[0].message or f"The last delivery of {provider.label} failed."
    elif own:
        state = "loaded"
        sentence = f"{formatting.count(len(own), 'asset')} up to {formatting.day(last_session)}."
        if provider.capabilities.is_own:
            sentence += f" {formatting.count(len(batches), 'file')} imported."
        elif provider.capabilities.is_static:
            sentence += " This history does not change, so refreshing finds nothing new."
    elif provider.capabilities.is_own and batches:
        state, sentence = "loaded", f"{formatting.count(len(batches), 'file')} with scores imported."
    return ProviderStatus(
        name=provider.name,
        label=provider.label,
        licence=provider.licence,
        state=state,
        sentence=sentence,
        assets_count=len(own),
        rows_count=sum(summary.observations_count for summary in own),
        last_session=last_session,
        fetched_at_utc=batches[0].finished_at_utc if batches else None,
        is_sample=provider.capabilities.is_sample,
        is_static=provider.capabilities.is_static,
        lacks=lacks_of(provider.capabilities),
        is_own=provider.capabilities.is_own,
    )
