"""Which assets can be looked at, and how did the price of one of them go?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from data.store import tables
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import NotFound
from services.explorer_adjust import Stored, choices_of, factors_of, usual_of, volume_factors
from services.explorer_bars import Codes, Columns, grouped, place_of, quality_months, shown_bars, shown_frequency
from services.explorer_compare import COMPARED_MAX_COUNT, Line, compared
from services.explorer_events import action_events, large_moves
from services.exports import MEDIA_TYPES, file_stem
from services.exports_market import market_sheets, market_words
from services.exports_table import csv_bytes, xlsx_bytes
from services.formatting import Style
from services.lineage_deliveries import deliveries_of, delivery_marks
from services.market_actions import counted_actions, with_actions
from services.market_basis import latest_basis
from services.market_series import SeriesReader
from services.messages.explorer import Adjust, ExplorerAsset, Frequency, Range, SourceFacts, SymbolView
from services.messages.exports import Export, TableFormat
from services.messages.frozen import Page
from services.messages.lineage import DeliveryMark
from services.ports import Ports
from services.quality import Quality
from services.source_names import source_names

if TYPE_CHECKING:
    from data.store.repositories.series import Series
    from data.store.unit_of_work import UnitOfWork

CLOSE_MATCHES_COUNT = 3
SYMBOLS_MAX_COUNT = 5000
ISIN = "isin"
PRICES = "prices"


class Explorer:
    """Prices to look at, each with its source.

    Parameters
    ----------
    ports : Ports
    quality : Quality or None
        Who judges the values; one over the same ports when None.

    """

    def __init__(self, ports: Ports, quality: Quality | None = None) -> None:
        self._ports = ports
        self._quality = quality or Quality(ports)
        self._reader = SeriesReader(ports)

    def assets(
        self,
        actor: Actor,
        *,
        query: str | None = None,
        asset_class: str | None = None,
        cursor: str | None = None,
        limit: int = 500,
    ) -> Page[ExplorerAsset]:
        """Return assets by symbol with last close, its age and its source.

        Parameters
        ----------
        query : str or None
            Part of the symbol or of the name, or a whole ISIN; case does not matter.
        asset_class : str or None
            Only this class.
        cursor : str or None
            `next_cursor` of the page before.
        limit : int
            Most assets of a page.

        """
        authorize(actor, Permission.MARKET_READ)
        today = self._ports.clock.now_utc().date()
        with self._ports.store.read(actor) as uow:
            page = uow.assets.search(text=query, asset_class=asset_class, cursor=cursor, limit=limit)
            rows = list(page.rows)
            if query and cursor is None and len(query.strip()) == 12:
                named = uow.assets.find_by_identifier(ISIN, query.strip().upper(), today)
                rows += [named] if named is not None and named.id not in {row.id for row in rows} else []
            found = uow.prices.summaries([row.id for row in rows], self._reader.preference)
            scores = uow.quality_scores.all([row.id for row in rows])
        items = tuple(_listed(row, found.get(row.id), scores.get(row.id), today) for row in rows)
        return Page(items=items, next_cursor=page.next_cursor)

    def view(
        self,
        symbol: str,
        actor: Actor,
        *,
        range: Range = "1y",
        frequency: Frequency = "auto",
        adjust: Adjust | None = None,
        compare: Sequence[str] = (),
    ) -> SymbolView:
        """Return one asset's bars in a window, with events, comparison, quality and source.

        Parameters
        ----------
        symbol : str
        range : str
            How far back from the last session: ``1m 6m 1y 5y 10y max``.
        frequency : str
            ``daily weekly monthly``, or ``auto`` for what the window can show.
        adjust : str or None
            ``raw`` as paid, ``splits`` without their jumps, ``total`` with dividends; what suits the source when None.
            Where the stored figures do not allow it, the nearest possible one is shown, and the choices say why.
        compare : sequence of str
            Up to four other symbols; further and unknown ones are named in the sentence and left out.

        Raises
        ------
        NotFound
            There is no such asset, with those that are spelled alike; or nothing is stored of it.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            asset = self._asset(uow, symbol)
            series = uow.prices.series(asset.id, self._reader.preference)
            if series is None:
                raise NotFound(f"No prices of {symbol} are stored.", "Import its prices first, or ask a provider.")
            stored, actions, batch, versions_count = self._stored(uow, asset, series)
            wanted = adjust if adjust is not None and factors_of(stored, adjust) is not None else usual_of(stored)
            factors = factors_of(stored, wanted)
            assert factors is not None  # what is usual is always possible
            whole = _columns(series, self._quality.flags(uow, series)).scaled(factors, volume_factors(stored, wanted))
            first = place_of(whole.days, range)
            window = whole.cut(slice(first, None))
            dense = shown_frequency(frequency, window.days.size)
            drawn = grouped(window, dense)
            smooth = factors_of(stored, usual_of(stored))
            assert smooth is not None
            moves = large_moves(whole.days, stored.closes * smooth, first)
            begin = _day(window.days[0])
            shown_actions = [one for one in actions if begin <= one.ex_date <= _day(window.days[-1])]
            events = sorted([*action_events(shown_actions), *moves], key=lambda one: one.session)
            lines, sentence = self._compared(uow, asset, compare, begin)
            source = self._source(uow, series, batch, versions_count, stored.basis)
            score = uow.quality_scores.all([asset.id]).get(asset.id)
        calendar = self._quality.calendar(symbol, actor, begin, _day(window.days[-1]))
        gain = float(window.close[-1] / window.close[0] - 1.0) if window.close[0] > 0.0 else None
        highs = window.close if window.high is None else np.fmax(window.high, window.close)
        lows = window.close if window.low is None else np.fmin(window.low, window.close)
        return SymbolView(
            symbol=asset.symbol,
            name=asset.name,
            asset_class=asset.asset_class,
            currency=asset.currency,
            exchange=asset.exchange,
            sector=asset.sector,
            range=range,
            frequency=frequency,
            shown_frequency=dense,
            adjust=adjust,
            shown_adjust=wanted,
            choices=choices_of(stored),
            first_date=begin,
            last_date=_day(window.days[-1]),
            bars=shown_bars(drawn),
            has_candles=drawn.has_spread,
            candles_sentence=""
            if drawn.has_spread
            else f"{source.provider_label} delivers closes only, so the price is a line and not candles.",
            change_frac=gain,
            high=float(np.max(highs)),
            low=float(np.min(lows)),
            events=tuple(events),
            compared=lines,
            compare_sentence=sentence,
            quality=quality_months([(one.session, one.flag) for one in calendar.days]),
            quality_score=None if score is None else float(score.score),
            source=source,
            is_sample=series.is_sample,
        )

    def alike(self, symbol: str, actor: Actor) -> tuple[str, ...]:
        """Return up to three symbols that are spelled like one, the nearest first."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return tuple(_alike(uow, symbol))

    def table(
        self,
        symbol: str,
        format: TableFormat,
        actor: Actor,
        *,
        style: Style = "comma",
        range: Range = "1y",
        frequency: Frequency = "auto",
        adjust: Adjust | None = None,
        compare: Sequence[str] = (),
    ) -> Export:
        """Write what `view` shows into a file; Excel also gets events, comparison, sources and assumptions.

        Parameters as for `view`, and

        format : {"csv", "xlsx"}
        style : Style
            Number format of the sentences; cells hold numbers.

        """
        authorize(actor, Permission.EXPORTS_MAKE)
        view = self.view(symbol, actor, range=range, frequency=frequency, adjust=adjust, compare=compare)
        with self._ports.store.read(actor) as uow:
            sources = self._deliveries(uow, view)
        sheets, title = market_sheets(view, sources, style), f"{view.symbol} prices to {view.last_date.isoformat()}"
        now_utc = self._ports.clock.now_utc()
        data = (
            csv_bytes(sheets[0])
            if format == "csv"
            else xlsx_bytes(sheets, market_words(view, style), title=title, made_at_utc=now_utc)
        )
        return Export(data=data, filename=f"{file_stem(title)}.{format}", media_type=MEDIA_TYPES[format])

    def _deliveries(self, uow: UnitOfWork, view: SymbolView) -> list[tuple[tuple[str, ...], DeliveryMark]]:
        """Return the deliveries of the shown window, of the asset and of those beside it, with what each brought."""
        symbols = [view.symbol, *(one.symbol for one in view.compared if one.symbol != view.symbol)]
        return deliveries_of(uow, self._reader.preference, symbols, view.first_date, view.last_date)

    def _asset(self, uow: UnitOfWork, symbol: str) -> tables.Asset:
        """Return the asset with a symbol; without one say which are spelled alike."""
        row = uow.assets.by_symbols([symbol]).get(symbol)
        if row is not None:
            return row
        alike = _alike(uow, symbol)
        way_out = f"Did you mean {_choice(alike)}?" if alike else "Choose one from the list of assets."
        raise NotFound(f"There is no asset with the symbol {symbol!r}.", way_out)

    def _stored(
        self, uow: UnitOfWork, asset: tables.Asset, series: Series
    ) -> tuple[Stored, Sequence[tables.CorporateAction], tables.IngestBatch | None, int]:
        """Return the series with what its closes contain, its actions, its last delivery, and how many versions."""
        begin, end = _day(series.dates[0]), _day(series.dates[-1])
        ids = uow.prices.batches_of([asset.id], series.provider, begin, end).get(asset.id, {})
        batches = sorted(uow.ingest_batches.get_many(sorted(ids)).values(), key=lambda one: one.created_at_utc)
        delivered = [one for one in batches if one.kind == PRICES]
        basis = latest_basis([one.lineage for one in delivered], asset.symbol)
        known = counted_actions(uow, [asset.id], self._reader.preference).get(asset.id, [])
        actions = [one for one in known if begin <= one.ex_date <= end]
        stored = with_actions(series.dates, series.close, series.adjusted_close, basis, actions)
        versions_count = max(sum(ids.values()), len(series.dates))
        return stored, actions, delivered[-1] if delivered else None, versions_count

    def _compared(self, uow: UnitOfWork, asset: tables.Asset, symbols: Sequence[str], begin: date) -> Any:
        """Return the comparison with other assets, and a sentence about it."""
        wanted = [symbol for symbol in dict.fromkeys(symbols) if symbol and symbol != asset.symbol]
        rows = uow.assets.by_symbols([asset.symbol, *wanted[:COMPARED_MAX_COUNT]])
        found = uow.prices.series_of([row.id for row in rows.values()], self._reader.preference)
        lines: list[Line] = []
        for symbol in [asset.symbol, *wanted[:COMPARED_MAX_COUNT]]:
            row = rows.get(symbol)
            series = None if row is None else found.get(row.id)
            if row is not None and series is not None:
                stored, *_ = self._stored(uow, row, series)
                factors = factors_of(stored, "total")
                is_total = factors is not None
                factors = factors_of(stored, "splits") if factors is None else factors
                assert factors is not None  # one of the two is always possible
                lines.append(Line(symbol, row.currency, series, factors, is_total))
        absent = [symbol for symbol in wanted if symbol not in {line.symbol for line in lines}]
        return compared(lines, absent, begin)

    def _source(
        self,
        uow: UnitOfWork,
        series: Series,
        batch: tables.IngestBatch | None,
        versions_count: int,
        basis: str,
    ) -> SourceFacts:
        """Return where the series comes from."""
        mark = None if batch is None else delivery_marks(uow, [batch.id]).get(batch.id)
        return SourceFacts(
            provider=series.provider,
            provider_label=source_names([series.provider]),
            licence=None if mark is None else mark.licence,
            adjustment=basis,
            fetched_at_utc=None if mark is None else mark.fetched_at_utc,
            knowledge_time_utc=series.knowledge_time_utc,
            age_days=max(0, (self._ports.clock.now_utc().date() - _day(series.dates[-1])).days),
            bars_count=len(series.dates),
            versions_count=versions_count,
            content_sha256=series.content_sha256,
            notes=() if mark is None else (*mark.transformations, *mark.notes),
            is_sample=series.is_sample,
        )


def _alike(uow: UnitOfWork, symbol: str) -> list[str]:
    """Return the symbols that are spelled most like one, the nearest first."""
    known = [one.symbol for one in uow.assets.search(limit=SYMBOLS_MAX_COUNT).rows]
    return get_close_matches(symbol.upper(), known, CLOSE_MATCHES_COUNT, 0.5)


def _choice(words: Sequence[str]) -> str:
    """Return words as a choice: A, B or C."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _columns(series: Series, flags: Codes) -> Columns:
    return Columns(series.dates, series.close, series.open, series.high, series.low, series.volume, flags)


def _listed(row: tables.Asset, summary: Any, score: Any, today: date) -> ExplorerAsset:
    change = None
    if summary is not None and summary.previous_close:
        change = summary.last_close / summary.previous_close - 1.0
    return ExplorerAsset(
        symbol=row.symbol,
        name=row.name,
        asset_class=row.asset_class,
        currency=row.currency,
        exchange=row.exchange,
        last_price=None if summary is None else summary.last_close,
        change_1d_frac=change,
        last_date=None if summary is None else summary.last_date,
        age_days=None if summary is None else max(0, (today - summary.last_date).days),
        provider=None if summary is None else summary.provider,
        provider_label=None if summary is None else source_names([summary.provider]),
        quality_score=None if score is None else float(score.score),
        is_sample=row.is_sample,
    )


def _day(value: np.datetime64) -> date:
    day: date = value.astype("datetime64[D]").astype(object)
    return day
