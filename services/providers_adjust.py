"""How do closes as traded become adjusted closes, from the splits and dividends that are known of an asset?

A source with closes as traded alone would make a false return of each split. The factors are those of the explorer:
one over the later ratios of splits, and 1 - D / C for each later dividend. What was computed here says so in its
delivery, and is computed anew when another split or dividend becomes known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.providers.answers import Provenance
from data.providers.vocabulary import AssetClass
from data.quality.detectors.split import RATIOS, SMALLEST_UNCONFIRMED
from data.reference.exchanges import session_closes_utc
from data.store.repositories.series import Bars, Series, to_date
from services import formatting
from services.explorer_adjust import dividend_factors, split_factors
from services.market_ingest import PRICES, SUCCEEDED, open_batch
from services.providers_corrected import Standing

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KINDS = frozenset({AssetClass.EQUITY.value, AssetClass.ETF.value})
"""Kinds of assets whose shares are split and pay."""
COMPUTED = "adjusted_here"
"""What a delivery's lineage calls the symbols whose adjusted closes were computed here, with the sentence on each."""
LIKE_A_SPLIT = 0.05
"""How far, as a log ratio, a day's move may be from that of a common split to be taken for one."""
LEFT_OF_A_SPIKE_FRAC = 0.2
"""Up to which share of a move, as a log ratio, may be left a session later where it was a spike."""
ROUNDING_FRAC = 1e-12
"""Adjusted closes computed anew may differ by so much without another split or dividend behind it."""
Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class KnownActions:
    """Splits and dividends of one asset, by the source that knows the most of them.

    Parameters
    ----------
    provider : str
    splits : tuple of (ex-date, new shares for one old)
    dividends : tuple of (ex-date, amount a share as announced, currency)

    """

    provider: str
    splits: tuple[tuple[date, float], ...]
    dividends: tuple[tuple[date, float, str | None], ...]


def known_actions(uow: UnitOfWork, asset_ids: Sequence[str]) -> dict[str, KnownActions]:
    """Return what is known of splits and dividends by asset: the words of one source, never the same one twice."""
    by_source: dict[str, dict[str, list[Any]]] = {}
    for row in uow.corporate_actions.between(list(asset_ids), date.min, date.max) if asset_ids else ():
        if not row.is_sample and ((row.kind == "split" and row.ratio) or (row.kind == "dividend" and row.amount_ccy)):
            by_source.setdefault(row.asset_id, {}).setdefault(row.provider, []).append(row)
    found: dict[str, KnownActions] = {}
    for asset_id, named in by_source.items():
        provider = min(named, key=lambda name: (-len(named[name]), name))
        # one word on a day: the house's own stands beside one that all share
        unique = {(row.kind, row.ex_date): row for row in named[provider]}.values()
        found[asset_id] = KnownActions(
            provider,
            tuple((row.ex_date, float(row.ratio)) for row in unique if row.kind == "split"),
            tuple((row.ex_date, float(row.amount_ccy), row.currency) for row in unique if row.kind == "dividend"),
        )
    return found


def back_adjusted(days: Days, closes: Floats, known: KnownActions, currency: str | None) -> Floats:
    """Return adjusted closes of closes as traded; dividends in another currency are left out.

    Parameters
    ----------
    days : array of datetime64[D], increasing
    closes : array of float
        As traded, in ``currency``.

    """
    dividends = [(day, amount) for day, amount, paid_in in known.dividends if not currency or paid_in == currency]
    factors = split_factors(days, known.splits) * dividend_factors(days, closes, dividends)
    return np.asarray(closes * factors)


def like_a_split(days: Days, closes: Floats) -> tuple[date, float] | None:
    """Return the first day whose close moves as at a common split, with new shares for one old; None without one.

    A move that the session beside it takes back is a spike, not a split.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = np.log(closes[:-1] / closes[1:])
    is_back = np.abs(moves[:-1] + moves[1:]) <= LEFT_OF_A_SPIKE_FRAC * np.abs(moves[:-1])
    is_spike = np.append(is_back, False) | np.insert(is_back, 0, False) if moves.size else np.zeros(0, dtype=bool)
    for ratio in (one for one in RATIOS if one >= SMALLEST_UNCONFIRMED):
        near = (np.abs(np.abs(moves) - np.log(ratio)) < LIKE_A_SPLIT) & ~is_spike
        if bool(near.any()):
            place = int(np.flatnonzero(near)[0])
            return to_date(days[place + 1]), ratio if moves[place] > 0 else 1.0 / ratio
    return None


def whole_adjusted(closes: Floats, adjusted: Floats) -> Floats | None:
    """Return adjusted closes without gaps: a day that lacks one takes the factor of the day before, else after."""
    known = np.flatnonzero(np.isfinite(adjusted) & (closes != 0))
    if not known.size:
        return None
    before = np.maximum(np.searchsorted(known, np.arange(closes.size), side="right") - 1, 0)
    factors = (adjusted[known] / closes[known])[before]
    return np.where(np.isfinite(adjusted), adjusted, closes * factors)


def settled(days: Days, adjusted: Floats, raw: Series) -> Floats:
    """Return adjusted closes, those that differ from stored ones by rounding alone as they are stored."""
    spot = np.minimum(np.searchsorted(raw.dates, days), len(raw.dates) - 1)
    stored = raw.adjusted_close[spot]
    is_same = (raw.dates[spot] == days) & np.isclose(adjusted, stored, rtol=ROUNDING_FRAC, atol=0.0)
    return np.where(is_same, stored, adjusted)


def told(symbol: str, source: str, known: KnownActions | None) -> str:
    """Return how the adjusted closes of a symbol came about."""
    if known is None:
        return (
            f"{symbol}: {source} sends closes as traded, and no split or dividend is known, so they count as adjusted."
        )
    counts = f"{formatting.count(len(known.splits), 'split')} and {formatting.count(len(known.dividends), 'dividend')}"
    return f"{symbol}: adjusted closes computed here from closes as traded, with {counts} by {known.provider}."


def joined(entry: Bars, mine: Series, exchange_mic: str | None) -> Bars:
    """Return new bars with the stored ones of the same source before, between and behind them, as traded."""
    keep = ~np.isin(mine.dates, entry.dates)
    days = np.concatenate([mine.dates[keep], entry.dates])
    order = np.argsort(days, kind="stable")

    def both(old: NDArray[Any] | None, new: NDArray[Any] | None, blank: float = np.nan) -> NDArray[Any] | None:
        if old is None and new is None:
            return None
        left = np.full(int(keep.sum()), blank) if old is None else old[keep]
        right = np.full(len(entry.dates), blank) if new is None else new
        return np.concatenate([left, right])[order]

    flags = both(mine.flags, entry.flags, 0)
    close = both(mine.close, entry.close)
    assert close is not None
    return Bars(
        asset_id=entry.asset_id,
        dates=days[order],
        close=close,
        open=both(mine.open, entry.open),
        high=both(mine.high, entry.high),
        low=both(mine.low, entry.low),
        volume=both(mine.volume, entry.volume),
        event_times_utc=session_closes_utc(exchange_mic, days[order]),
        flags=None if flags is None else flags.astype(np.int8),
    )


def computed_here(uow: UnitOfWork, mine: Series, symbol: str) -> bool:
    """Return whether the adjusted closes of a stored series were computed here: its last delivery of prices says so."""
    begin, end = to_date(mine.dates[0]), to_date(mine.dates[-1])
    ids = uow.prices.batches_of([mine.asset_id], mine.provider, begin, end).get(mine.asset_id, {})
    rows = [row for row in uow.ingest_batches.get_many(sorted(ids)).values() if row.kind == PRICES]
    latest = max(rows, key=lambda row: (row.created_at_utc, row.id), default=None)
    return latest is not None and symbol in latest.lineage.get(COMPUTED, {})


def adjust_stored(
    uow: UnitOfWork,
    provenance: Provenance,
    tenant_id: str,
    wanted: Mapping[str, tuple[str, str | None, str | None]],
    sources: Sequence[str],
) -> int:
    """Compute stored adjusted closes anew after actions became known; return how many bars say something else now.

    Parameters
    ----------
    uow : UnitOfWork
    provenance : Provenance
        Of the actions.
    tenant_id : str
        Whose bars.
    wanted : mapping of symbol to (asset id, exchange, currency)
    sources : sequence of str
        Whose bars may have been computed here.

    """
    ids = [asset_id for asset_id, _, _ in wanted.values()]
    known = known_actions(uow, ids)
    count = 0
    for source in sources:
        stored = uow.prices.series_of(ids, (source,), is_whole=True) if ids else {}
        for symbol, (asset_id, mic, currency) in wanted.items():
            mine = stored.get(asset_id)
            if mine is None or mine.provider != source or asset_id not in known:
                continue
            if not computed_here(uow, mine, symbol):
                continue
            raw = uow.prices.as_said(mine)
            adjusted = settled(raw.dates, back_adjusted(raw.dates, raw.close, known[asset_id], currency), raw)
            if np.array_equal(adjusted, raw.adjusted_close):
                continue
            sentence = told(symbol, source, known[asset_id])
            said = replace(
                provenance, source=source, dataset="closes as traded, adjusted anew", transformations=(sentence,)
            )
            extra = {"adjustment": {symbol: "raw"}, COMPUTED: {symbol: sentence}}
            batch = open_batch(uow, said, PRICES, extra, tenant_id)
            bars = replace(joined(Bars(asset_id, raw.dates[:0], raw.close[:0]), raw, mic), adjusted_close=adjusted)
            standing = Standing.of(uow, mine, raw, bars)
            written = uow.prices.ingest(
                [bars], provider=source, knowledge_time_utc=provenance.fetched_at_utc, batch_id=batch.id
            )
            standing.follow(uow, bars)
            uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=written)
            count += written
    return count
