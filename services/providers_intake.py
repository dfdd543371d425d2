"""How do figures that a source sent become figures of the house, with the bytes that they were read from?

What comes with a house's own key belongs to that house: other houses may have no right to it. A session that is not
over is not stored as a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.providers.answers import ActionAnswer, AttributeAnswer, MacroAnswer, PriceAnswer, PriceSeries
from data.providers.vocabulary import Field, Flag, Frequency
from data.reference.exchanges import session_closes_utc
from data.store.repositories.price_writer import taken
from data.store.repositories.series import Bars
from services import formatting
from services.market_ingest import PRICES, SUCCEEDED, facts_of_prices, open_batch
from services.market_ingest_facts import keep_payloads, store_actions, store_fundamentals, store_macro
from services.messages.providers import Answered
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.repositories.series import SeriesSummary
    from data.store.unit_of_work import UnitOfWork

CODES: Mapping[Frequency, str] = {
    Frequency.MINUTE: "1m",
    Frequency.DAILY: "1d",
    Frequency.WEEKLY: "1w",
    Frequency.MONTHLY: "1mo",
}
PAYLOADS_MAX_BYTES = 512 * 2**20
LONG_ENOUGH_COUNT = 1250
"""Five years of sessions: a source's history of that length may take the place of a longer one."""
SPLIT_ADJUSTED = frozenset({"yahoo"})
"""Sources that state dividends as if later splits had happened already."""


@dataclass(frozen=True)
class Wanted:
    """One asset of which figures are wanted.

    Parameters
    ----------
    exchange_mic : str or None
        None where it trades without an exchange of its own.

    """

    asset_id: str
    symbol: str
    asset_class: str
    exchange_mic: str | None


@dataclass(frozen=True)
class Taken:
    """What was stored of one answer, and what a person must know about it."""

    rows_count: int
    notes: tuple[str, ...] = ()


class Intake:
    """Stores answers for one house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def take(self, answered: Answered, tenant_id: str, wanted: Mapping[str, Wanted]) -> Taken:
        """Store what an answer holds of the assets wanted; a stale answer brings nothing.

        Parameters
        ----------
        answered : Answered
        tenant_id : str
        wanted : mapping of symbol to Wanted

        """
        answer = answered.answer
        if answered.is_stale:
            return Taken(0)
        ids = {symbol: one.asset_id for symbol, one in wanted.items()}
        with self._ports.store.system(tenant_id) as uow:
            keep_payloads(uow, answered.payloads, PAYLOADS_MAX_BYTES)
            taken = Taken(0)
            if isinstance(answer, PriceAnswer):
                taken = self._prices(uow, answer, tenant_id, wanted)
            elif isinstance(answer, ActionAnswer):
                adjusted = answered.provider in SPLIT_ADJUSTED
                taken = Taken(store_actions(uow, answer, ids, are_split_adjusted=adjusted, tenant_id=tenant_id))
            elif isinstance(answer, AttributeAnswer):
                taken = Taken(store_fundamentals(uow, answer, ids, tenant_id=tenant_id))
            elif isinstance(answer, MacroAnswer):
                taken = Taken(store_macro(uow, answer, tenant_id=tenant_id))
            uow.commit()
        return taken

    def _prices(self, uow: UnitOfWork, answer: PriceAnswer, tenant_id: str, wanted: Mapping[str, Wanted]) -> Taken:
        source, notes, bars = answer.provenance.source, [], []
        known = uow.prices.summaries([one.asset_id for one in wanted.values()]) if wanted else {}
        own = uow.prices.summaries([one.asset_id for one in wanted.values()], (source,)) if wanted else {}
        for series in answer.series:
            one = wanted.get(series.symbol)
            if one is None:
                continue
            entry = self._bars(series, one, answer.frequency)
            if answer.frequency is Frequency.MINUTE:
                entry = _news_of_minutes(uow, entry, source)
            if answer.frequency is Frequency.DAILY and _is_too_short(entry, known.get(one.asset_id), own, source):
                notes.append(_too_short(series.symbol, source, len(entry.dates)))
            elif len(entry.dates):
                bars.append(entry)
        if not bars:
            return Taken(0, tuple(notes))
        batch = open_batch(uow, answer.provenance, PRICES, facts_of_prices(answer, None), tenant_id)
        count = uow.prices.ingest(
            bars,
            provider=source,
            knowledge_time_utc=answer.provenance.fetched_at_utc,
            frequency=CODES[answer.frequency],
            batch_id=batch.id,
            is_sample=answer.provenance.is_sample,
        )
        uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
        return Taken(count, tuple(notes))

    def _bars(self, series: PriceSeries, one: Wanted, frequency: Frequency) -> Bars:
        """Return the usable bars of sessions that are over; bars of minutes are over when they begin a minute ago."""
        columns = series.columns
        closes = columns[Field.CLOSE]
        now = np.datetime64(self._ports.clock.now_utc().replace(tzinfo=None), "s")
        minute = np.timedelta64(60, "s")
        if series.event_times_utc is not None:
            times: NDArray[Any] = series.event_times_utc.astype("datetime64[s]") + minute
        else:
            times = session_closes_utc(one.exchange_mic, series.sessions)
        keep = np.isfinite(closes) & (closes > 0)
        if frequency in (Frequency.DAILY, Frequency.MINUTE):
            keep &= times <= now
        codes = np.array([_CODES[str(flag)] for flag in series.flags[keep]], dtype=np.int8)

        def column(name: Field) -> NDArray[np.float64] | None:
            found = columns.get(name)
            return None if found is None else found[keep]

        adjusted = column(Field.ADJUSTED_CLOSE)
        if adjusted is not None and not np.isfinite(adjusted).all():
            adjusted = np.where(np.isfinite(adjusted), adjusted, closes[keep])
        return Bars(
            asset_id=one.asset_id,
            dates=series.sessions[keep],
            close=closes[keep],
            adjusted_close=adjusted,
            open=column(Field.OPEN),
            high=column(Field.HIGH),
            low=column(Field.LOW),
            volume=column(Field.VOLUME),
            event_times_utc=times[keep],
            flags=codes,
        )


_CODES = {flag.value: number for number, flag in enumerate(Flag)}


def _news_of_minutes(uow: UnitOfWork, entry: Bars, source: str) -> Bars:
    """Return the bars of minutes that are new or say another close; every round brings the whole day again."""
    if not len(entry.dates) or entry.event_times_utc is None:
        return entry
    first, last = (entry.dates[place].astype("datetime64[D]").item() for place in (0, -1))
    rows = uow.prices.bars(entry.asset_id, provider=source, start=first, end=last, frequency=CODES[Frequency.MINUTE])
    known = {np.datetime64(row.event_time_utc.replace(tzinfo=None), "s"): row.close for row in rows}
    pairs = zip(entry.event_times_utc, entry.close, strict=True)
    is_news = np.array([known.get(moment) != close for moment, close in pairs], dtype=bool)
    return taken(entry, is_news)


def _is_too_short(entry: Bars, known: SeriesSummary | None, own: Mapping[str, SeriesSummary], source: str) -> bool:
    """Return whether a source's first history of an asset is a mere piece of what is stored from another source."""
    mine = own.get(entry.asset_id)
    if known is None or (mine is not None and mine.provider == source):
        return False
    return len(entry.dates) < min(known.observations_count, LONG_ENOUGH_COUNT)


def _too_short(symbol: str, source: str, count: int) -> str:
    return (
        f"{symbol}: {source} sent {formatting.count(count, 'session')} only, so the longer history that is stored "
        "stays in use."
    )
