"""How do figures that a source sent become figures of the house, with the bytes that they were read from?

What comes with a house's own key belongs to that house: other houses may have no right to it. A session that is not
over is not stored as a day. Sources restate a whole history at a split or a dividend: new days are never joined
to an older word on the days before. Closes as traded get adjusted closes from the splits and dividends that are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.providers.answers import ActionAnswer, AttributeAnswer, MacroAnswer, PriceAnswer, PriceSeries
from data.providers.vocabulary import AssetClass, Field, Flag, Frequency
from data.reference.exchanges import session_closes_utc
from data.store import tables
from data.store.repositories.price_writer import taken
from data.store.repositories.series import Bars, to_date
from services import formatting
from services.market_ingest import PRICES, SUCCEEDED, facts_of_prices, open_batch
from services.market_ingest_facts import keep_payloads, store_actions, store_fundamentals, store_macro
from services.messages.providers import Answered
from services.ports import Ports
from services.providers_adjust import (
    COMPUTED,
    KINDS,
    KnownActions,
    adjust_stored,
    back_adjusted,
    computed_here,
    joined,
    known_actions,
    like_a_split,
    settled,
    told,
    whole_adjusted,
)
from services.providers_corrected import Standing
from services.providers_feeds import FEED_PREFIX

if TYPE_CHECKING:
    from data.store.repositories.series import Series, SeriesSummary
    from data.store.unit_of_work import UnitOfWork

CODES: Mapping[Frequency, str] = {
    Frequency.MINUTE: "1m",
    Frequency.DAILY: "1d",
    Frequency.WEEKLY: "1w",
    Frequency.MONTHLY: "1mo",
}
REFUSED_MAX_COUNT = 1000
"""So many refused rows of one delivery are kept one by one; the delivery counts them all."""
SAME_FRAC = 1e-6
"""Sources compute adjusted closes anew each day; a smaller difference is no other word."""
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
    currency : str or None
        In which its prices are kept; a series in another one is not stored. None takes any.

    """

    asset_id: str
    symbol: str
    asset_class: str
    exchange_mic: str | None
    currency: str | None = None


@dataclass(frozen=True)
class Taken:
    """What was stored of one answer, and what a person must know about it.

    Parameters
    ----------
    again : mapping of str to date or None
        Symbols of which nothing was stored because the whole history must be asked for, with the first day that is
        stored of that source; None where there is none.

    """

    rows_count: int
    notes: tuple[str, ...] = ()
    again: Mapping[str, date | None] = field(default_factory=dict)


class Intake:
    """Stores answers for one house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def take(
        self, answered: Answered, tenant_id: str, wanted: Mapping[str, Wanted], *, is_whole: bool = False
    ) -> Taken:
        """Store what an answer holds of the assets wanted; a stale answer brings nothing.

        Parameters
        ----------
        answered : Answered
        tenant_id : str
        wanted : mapping of symbol to Wanted
        is_whole : bool
            Whether daily bars were asked for from the beginning of what is kept.

        """
        answer = answered.answer
        if answered.is_stale:
            return Taken(0)
        ids = {symbol: one.asset_id for symbol, one in wanted.items()}
        with self._ports.store.system(tenant_id) as uow:
            uow.ingest_batches.one_at_a_time()
            keep_payloads(uow, answered.payloads, self._ports.settings.raw_payloads_max_bytes_count)
            taken = Taken(0)
            if isinstance(answer, PriceAnswer):
                taken = self._prices(uow, answer, tenant_id, wanted, is_whole=is_whole)
            elif isinstance(answer, ActionAnswer):
                adjusted = answered.provider in SPLIT_ADJUSTED
                count = store_actions(uow, answer, ids, are_split_adjusted=adjusted, tenant_id=tenant_id)
                taken = Taken(count + self._adjust_anew(uow, answer, tenant_id, wanted) if count else 0)
            elif isinstance(answer, AttributeAnswer):
                taken = Taken(store_fundamentals(uow, answer, ids, tenant_id=tenant_id))
            elif isinstance(answer, MacroAnswer):
                taken = Taken(store_macro(uow, answer, tenant_id=tenant_id))
            uow.commit()
        return taken

    def _prices(
        self, uow: UnitOfWork, answer: PriceAnswer, tenant_id: str, wanted: Mapping[str, Wanted], *, is_whole: bool
    ) -> Taken:
        source, ids = answer.provenance.source, [one.asset_id for one in wanted.values()]
        is_daily = answer.frequency is Frequency.DAILY
        known = uow.prices.summaries(ids) if is_daily and ids else {}
        stored = uow.prices.series_of(ids, (source,), is_whole=True) if is_daily and ids else {}
        actions = known_actions(uow, ids) if is_daily else {}
        notes: list[str] = []
        computed: dict[str, str] = {}
        again: dict[str, date | None] = {}
        bars: list[Bars] = []
        standing: list[tuple[Standing, Bars]] = []
        refused: list[tables.RejectedRow] = []
        for series in answer.series:
            one = wanted.get(series.symbol)
            if one is None:
                continue
            if one.currency and series.currency and one.currency != series.currency:
                notes.append(_other_currency(series, one.currency, source))
                continue
            refused += _refused(series, one, source)
            entry = self._bars(series, one, answer.frequency)
            if answer.frequency is Frequency.MINUTE:
                entry = _news_of_minutes(uow, entry, source)
            if not len(entry.dates):
                continue
            mine = stored.get(one.asset_id)
            mine = mine if mine is not None and mine.provider == source else None
            is_joined = False
            if is_daily and entry.adjusted_close is None and one.asset_class in KINDS:
                known_here = actions.get(one.asset_id)
                raw = None if mine is None else uow.prices.as_said(mine)
                is_joined = raw is not None and _goes_on(uow, entry, raw, one.symbol)
                entry = joined(entry, raw, one.exchange_mic) if raw is not None and is_joined else entry
                entry = _adjusted(entry, known_here, series.currency, raw)
                jump = like_a_split(entry.dates, entry.adjusted)  # what is known makes no jump any more
                if jump is not None:
                    notes.append(_unexplained(one.symbol, source, *jump))
                    continue
                if mine is not None and raw is not None:
                    standing.append((Standing.of(uow, mine, raw, entry), entry))
                computed[one.symbol] = told(one.symbol, source, known_here)
            if is_daily and mine is not None and not is_joined and _is_restated(entry, mine):
                if not is_whole:
                    again[series.symbol] = to_date(mine.dates[0])
                    continue
                if entry.dates[0] > mine.dates[0]:
                    notes.append(_half_restated(series.symbol, source))
                    continue
            if is_daily and mine is None and _is_too_short(entry, known.get(one.asset_id)):
                if is_whole:
                    notes.append(_too_short(series.symbol, source, len(entry.dates)))
                else:
                    again[series.symbol] = None
                continue
            bars.append(entry)
        stored_ids = {entry.asset_id for entry in bars}
        computed = {symbol: words for symbol, words in computed.items() if wanted[symbol].asset_id in stored_ids}
        if not bars and not refused:
            return Taken(0, tuple(notes), again)
        said = replace(
            answer.provenance, transformations=(*answer.provenance.transformations, *sorted(computed.values()))
        )
        batch = open_batch(uow, said, PRICES, facts_of_prices(answer, None) | {COMPUTED: computed}, tenant_id)
        count = uow.prices.ingest(
            bars,
            provider=source,
            knowledge_time_utc=answer.provenance.fetched_at_utc,
            frequency=CODES[answer.frequency],
            batch_id=batch.id,
            is_sample=answer.provenance.is_sample,
        )
        for corrections, entry in standing:
            if entry.asset_id in stored_ids:
                corrections.follow(uow, entry)
        for number, row in enumerate(refused[:REFUSED_MAX_COUNT], start=1):
            row.batch_id, row.row_number = batch.id, number
        uow.rejected_rows.add_many(refused[:REFUSED_MAX_COUNT])
        batch.rejected_count = len(refused)
        if refused:
            notes.append(f"{source}: {formatting.count(len(refused), 'price')} not above zero left out.")
        uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
        return Taken(count, tuple(notes), again)

    def _adjust_anew(self, uow: UnitOfWork, answer: ActionAnswer, tenant_id: str, wanted: Mapping[str, Wanted]) -> int:
        """Compute adjusted closes that rest on known actions anew; return how many bars changed."""
        facts = {symbol: (one.asset_id, one.exchange_mic, one.currency) for symbol, one in wanted.items()}
        sources = {one.name for one in self._ports.providers if one.capabilities.is_remote}
        sources |= {name for name in uow.provider_settings.all() if name.startswith(FEED_PREFIX)}
        return adjust_stored(uow, answer.provenance, tenant_id, facts, sorted(sources))

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
        keep = np.isfinite(closes) & _is_price(closes, one)
        if frequency in (Frequency.DAILY, Frequency.MINUTE):
            keep &= times <= now
        codes = np.array([_CODES[str(flag)] for flag in series.flags[keep]], dtype=np.int8)

        def column(name: Field) -> NDArray[np.float64] | None:
            found = columns.get(name)
            return None if found is None else found[keep]

        adjusted = column(Field.ADJUSTED_CLOSE)
        if adjusted is not None and not np.isfinite(adjusted).all():
            adjusted = whole_adjusted(closes[keep], adjusted)
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


def _is_price(closes: NDArray[np.float64], one: Wanted) -> NDArray[np.bool_]:
    """Return which closes can be prices: above zero; a commodity's may be below, as oil's was in April 2020."""
    if one.asset_class == AssetClass.COMMODITY:
        return np.asarray(closes != 0)
    return np.asarray(closes > 0)


def _refused(series: PriceSeries, one: Wanted, source: str) -> list[tables.RejectedRow]:
    """Return a row with its reason for each close that is a number and no price."""
    closes = series.columns[Field.CLOSE]
    places = np.flatnonzero(np.isfinite(closes) & ~_is_price(closes, one))
    return [
        tables.RejectedRow(
            provider=source,
            symbol=series.symbol[:200],
            field=Field.CLOSE.value,
            reason="The close is zero." if closes[place] == 0 else "The close is negative, and this is no commodity.",
            raw={"date": str(series.sessions[place]), "close": float(closes[place])},
        )
        for place in places
    ]


def _is_restated(entry: Bars, mine: Series) -> bool:
    """Return whether a source says otherwise now about days before the last stored one, or nothing joins the two.

    The last stored day alone may be corrected; days that somebody corrected by hand are not compared.
    """
    if entry.dates[0] > mine.dates[-1]:
        return True
    _, new, old = np.intersect1d(entry.dates, mine.dates[:-1], return_indices=True)
    if not old.size:
        return bool(len(mine.dates) > 1 and entry.dates[-1] > mine.dates[-1])
    differs = ~np.isclose(entry.close[new], mine.close[old], rtol=SAME_FRAC, atol=0.0)
    differs |= ~np.isclose(entry.adjusted[new], mine.adjusted_close[old], rtol=SAME_FRAC, atol=0.0)
    if mine.flags is not None:
        differs &= mine.flags[old] != _CODES[Flag.CORRECTED.value]
    return bool(differs.any())


def _goes_on(uow: UnitOfWork, entry: Bars, mine: Series, symbol: str) -> bool:
    """Return whether closes as traded go on from stored ones whose adjusted closes were computed here."""
    return not _is_restated(entry, replace(mine, adjusted_close=mine.close)) and computed_here(uow, mine, symbol)


def _adjusted(entry: Bars, known: KnownActions | None, currency: str | None, raw: Series | None) -> Bars:
    """Return bars with adjusted closes from what is known; the closes themselves where nothing is."""
    closes = entry.close
    adjusted = closes if known is None else back_adjusted(entry.dates, closes, known, currency)
    return replace(entry, adjusted_close=adjusted if raw is None else settled(entry.dates, adjusted, raw))


def _is_too_short(entry: Bars, known: SeriesSummary | None) -> bool:
    """Return whether a source's first history of an asset is a mere piece of what is stored from another source."""
    return known is not None and len(entry.dates) < min(known.observations_count, LONG_ENOUGH_COUNT)


def _other_currency(series: PriceSeries, currency: str, source: str) -> str:
    return f"{series.symbol}: {source} states prices in {series.currency}, not in {currency}, so they were left out."


def _unexplained(symbol: str, source: str, day: date, ratio: float) -> str:
    shares = f"{ratio:g} for 1" if ratio > 1 else f"1 for {1 / ratio:g}"
    return (
        f"{symbol}: on {formatting.day_short(day)} the closes of {source} move as at a split of {shares}, and no split "
        "is known that explains it. They are as traded and would make a false return, so they were left out; they are "
        "taken once a source tells of the split. If the price moved so in truth, take the asset from a source with "
        "adjusted closes."
    )


def _half_restated(symbol: str, source: str) -> str:
    return (
        f"{symbol}: {source} restated its prices and does not reach back to the first day that is stored, so the "
        "stored history stays as it is."
    )


def _too_short(symbol: str, source: str, count: int) -> str:
    return (
        f"{symbol}: {source} sent {formatting.count(count, 'session')} only, so the longer history that is stored "
        "stays in use."
    )
