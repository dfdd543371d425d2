"""What are the figures of these assets over this window, as they are known now or were known then?

One door for every table of market data: symbols, window, frequency, fields, adjustment, currency and knowledge time
in; figures with flags, sources and what is missing out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from data.store import tables
from services import formatting
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest
from services.market_actions import counted_actions
from services.market_data_bars import Column, resampled, side_by_side
from services.market_data_memory import ArrayMemory
from services.market_data_prices import adjusted, as_column, in_currency
from services.market_data_size import CELLS_MAX_COUNT, refuse_too_large
from services.market_data_stored import Found, StoredBars
from services.market_marks import rates_note
from services.market_series import SeriesReader
from services.messages.market_data import DataPanel, DataRequest, MissingSymbol, SymbolSource
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

MINUTE_WINDOW_MAX_DAYS = 400


class MarketData:
    """Answers requests for market data from the store.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reader = SeriesReader(ports)
        self._memory = ArrayMemory()
        self._stored = StoredBars(self._reader.preference, self._memory)

    def request(self, request: DataRequest, actor: Actor, *, cells_max_count: int = CELLS_MAX_COUNT) -> DataPanel:
        """Return figures side by side, each symbol with its source; symbols without figures are named.

        Parameters
        ----------
        request : DataRequest
        actor : Actor
        cells_max_count : int
            Symbols times rows times fields that the table may have; a larger one is refused before bars are read.

        Raises
        ------
        InvalidRequest
            The window ends before it begins, a symbol appears twice, the window is too long for bars of minutes, the
            table would be too large, or there are no rates to the currency asked for.

        """
        authorize(actor, Permission.MARKET_READ)
        _check(request)
        with self._ports.store.read(actor) as uow:
            rows = uow.assets.by_symbols(list(request.symbols))
            asset_ids = [row.id for row in rows.values()]
            look = self._stored.look(uow, asset_ids, request)
            refuse_too_large(look.symbols_count, look.rows_count, len(request.fields), cells_max_count, is_about=True)
            found = self._stored.find(uow, asset_ids, request, look)
            chosen = [symbol for symbol in request.symbols if symbol in rows and rows[symbol].id in found]
            columns: list[Column] = []
            sources: list[SymbolSource] = []
            chosen_ids = [rows[symbol].id for symbol in chosen]
            actions = counted_actions(uow, chosen_ids, self._reader.preference, known_at_utc=request.as_of_utc)
            for symbol in chosen:
                row = rows[symbol]
                column, source = self._column(uow, row, found[row.id], actions.get(row.id, ()), request)
                columns.append(column)
                sources.append(source)
        table = side_by_side(columns, request.fields)
        return DataPanel(
            request=request,
            symbols=tuple(chosen),
            sessions=table.sessions,
            event_times_utc=table.events_utc,
            values=table.values,
            flags=table.flags,
            sources=tuple(sources),
            missing=tuple(_missing(symbol, rows) for symbol in request.symbols if symbol not in chosen),
            notes=(),
        )

    def _column(
        self,
        uow: UnitOfWork,
        row: tables.Asset,
        found: Found,
        actions: Sequence[tables.CorporateAction],
        request: DataRequest,
    ) -> tuple[Column, SymbolSource]:
        """Return the column of one symbol with its source."""
        bars, applied, notes = adjusted(found.bars, actions, request.adjustment, row.symbol)
        whole = as_column(bars, request.fields, found.keys)
        column = _cut(replace(whole, events_utc=found.events_utc), request)
        currency, is_sample = request.currency or row.currency, found.is_sample
        if currency != row.currency:
            rates = self._reader.rates(uow, row.currency, currency, known_at_utc=request.as_of_utc)
            if rates is None:
                raise _no_rates(row, currency, request)
            column, more = in_currency(column, rates, row.symbol, currency)
            notes = (*notes, *more, *((rates_note([row.currency]),) if rates.is_sample else ()))
            is_sample = is_sample or rates.is_sample
        if request.frequency != found.frequency:
            column = resampled(column, request.frequency)
        last = _day(found.bars.sessions[-1]) if found.bars.sessions.size else None
        source = SymbolSource(
            symbol=row.symbol,
            asset_id=row.id,
            provider=found.provider,
            currency=currency,
            stored_currency=row.currency,
            adjustment=applied,
            first_session=_day(column.sessions[0]) if column.sessions.size else None,
            last_session=_day(column.sessions[-1]) if column.sessions.size else None,
            bars_count=int(column.sessions.size),
            knowledge_time_utc=found.knowledge_time_utc,
            content_sha256=found.content_sha256,
            is_sample=is_sample,
            age_days=0 if last is None else max((self._ports.clock.now_utc().date() - last).days, 0),
            batches=found.batches,
            notes=(*notes, *found.notes),
        )
        return column, source


def _check(request: DataRequest) -> None:
    """Refuse what cannot be answered.

    Raises
    ------
    InvalidRequest
        Naming every field.

    """
    problems: list[FieldProblem] = []
    if request.start is not None and request.end is not None and request.end < request.start:
        problems.append(FieldProblem("end", f"{request.end.isoformat()} lies before the start.", "Choose a later end."))
    for number, symbol in enumerate(request.symbols):
        if symbol in request.symbols[:number]:
            problems.append(FieldProblem(f"symbols[{number}]", f"{symbol} appears twice.", "Name each symbol once."))
    for number, name in enumerate(request.fields):
        if name in request.fields[:number]:
            problems.append(FieldProblem(f"fields[{number}]", f"{name} appears twice.", "Name each field once."))
    if request.as_of_utc is not None and request.as_of_utc.tzinfo is None:
        problems.append(FieldProblem("as_of_utc", "The instant has no time zone.", "Write it with Z at its end."))
    if request.frequency == "minute":
        problems += _minute_problems(request)
    if problems:
        raise InvalidRequest("These figures cannot be asked for.", "Correct the fields named.", fields=tuple(problems))


def _minute_problems(request: DataRequest) -> list[FieldProblem]:
    if request.start is None or request.end is None:
        return [FieldProblem("start", "Bars of minutes need a window.", "Name a start and an end.")]
    if request.end - request.start > timedelta(days=MINUTE_WINDOW_MAX_DAYS):
        sentence = f"The window of bars of minutes is longer than {MINUTE_WINDOW_MAX_DAYS} days."
        return [FieldProblem("end", sentence, "Ask for shorter windows, one after the other.")]
    return []


def _cut(column: Column, request: DataRequest) -> Column:
    """Return the bars of the window asked for."""
    days = column.sessions
    low = 0 if request.start is None else int(np.searchsorted(days, np.datetime64(request.start, "D"), side="left"))
    high = (
        days.size if request.end is None else int(np.searchsorted(days, np.datetime64(request.end, "D"), side="right"))
    )
    if (low, high) == (0, days.size):
        return column
    events = None if column.events_utc is None else column.events_utc[low:high]
    values = {name: one[low:high] for name, one in column.values.items()}
    return Column(column.keys[low:high], days[low:high], values, column.flags[low:high], events)


def _missing(symbol: str, rows: Mapping[str, Any]) -> MissingSymbol:
    if symbol not in rows:
        return MissingSymbol(symbol, f"There is no asset with the symbol {symbol!r}.")
    return MissingSymbol(symbol, f"No prices of {symbol} are stored at this frequency, or none were known by then.")


def _no_rates(row: tables.Asset, currency: str, request: DataRequest) -> InvalidRequest:
    when = "" if request.as_of_utc is None else f" by {formatting.moment(request.as_of_utc)}"
    sentence = f"{row.symbol} is quoted in {row.currency}, and no rates to {currency} were known{when}."
    return InvalidRequest(
        f"There are no rates from {row.currency} to {currency}.",
        "Import rates, or ask without a currency.",
        fields=(FieldProblem("currency", sentence, "Leave the currency out to get each symbol in its own."),),
    )


def _day(session: np.datetime64) -> date:
    found: date = session.astype("datetime64[D]").astype(object)
    return found
