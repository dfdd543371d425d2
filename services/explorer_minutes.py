"""How did the price of one asset go by the minute, over its last sessions?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from data.reference import calendars
from services.assets_named import asset_named
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.exports import MEDIA_TYPES, file_stem
from services.exports_table import Column, Sheet, csv_bytes, xlsx_bytes
from services.formatting import count, moment
from services.market_series import provider_order
from services.messages.exports import Export, TableFormat
from services.messages.market_data import FLAGS, BarField, DataPanel, DataRequest
from services.messages.minutes import MinuteBar, MinuteView
from services.ports import Ports
from services.source_names import source_names

if TYPE_CHECKING:
    from services.market_data import MarketData

SESSIONS_MAX_COUNT: Final = 20
FIELDS: Final[tuple[BarField, ...]] = ("open", "high", "low", "close", "volume")
NOTHING: Final = (
    "No prices of {symbol} by the minute are stored. A provider that answers them brings those of each day while its "
    "exchange is open; a file can be handed in as well."
)
COLUMNS: Final = (
    Column("session", "Session", "date"),
    Column("ended_at_utc", "Minute to (UTC)"),
    *(Column(name, name.capitalize(), "price") for name in FIELDS[:-1]),
    Column("volume_units", "Volume", "count"),
    Column("currency", "Currency"),
    Column("flag", "Mark"),
)


class Minutes:
    """Prices by the minute to look at.

    Parameters
    ----------
    ports : Ports
    data : MarketData
        Who answers requests for bars.

    """

    def __init__(self, ports: Ports, data: MarketData) -> None:
        self._ports = ports
        self._data = data
        self._preference = provider_order(ports)

    def last_session(self, symbol: str, actor: Actor) -> date | None:
        """Return the last session of which prices by the minute are stored; None where there are none.

        Raises
        ------
        NotFound
            There is no such asset.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return uow.prices.last_session(asset_named(uow, symbol).id, self._preference)

    def view(self, symbol: str, actor: Actor, *, sessions_count: int = 1) -> MinuteView:
        """Return the bars of the last sessions, prices as delivered, with the hours of the asset's exchange.

        Parameters
        ----------
        symbol : str
        sessions_count : int
            How many sessions, 1 to 20; fewer where fewer are stored.

        Raises
        ------
        NotFound
            There is no such asset.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            asset = asset_named(uow, symbol)
            last = uow.prices.last_session(asset.id, self._preference)
        wanted = min(max(sessions_count, 1), SESSIONS_MAX_COUNT)
        panel = None if last is None else self._panel(symbol, last, wanted, actor)
        bars = () if panel is None else _bars(panel, wanted)
        source = panel.sources[0] if panel is not None and panel.sources else None
        exchange = asset.exchange or ""
        return MinuteView(
            symbol=asset.symbol,
            currency=asset.currency,
            timezone=calendars.timezone_of(exchange) if calendars.is_known(exchange) else "UTC",
            sessions=tuple(sorted({bar.session for bar in bars})),
            bars=bars,
            has_candles=bool(bars) and all(None not in (bar.open, bar.high, bar.low) for bar in bars),
            change_frac=bars[-1].close / bars[0].close - 1.0 if bars and bars[0].close > 0.0 else None,
            provider_label="" if source is None else source_names([source.provider]),
            knowledge_time_utc=None if source is None else source.knowledge_time_utc,
            is_sample=source is not None and source.is_sample,
            sentence=_sentence(bars, symbol),
        )

    def table(self, symbol: str, format: TableFormat, actor: Actor, *, sessions_count: int = 1) -> Export:
        """Write the bars that `view` shows into a CSV or Excel file."""
        authorize(actor, Permission.EXPORTS_MAKE)
        view = self.view(symbol, actor, sessions_count=sessions_count)
        rows = [
            [
                bar.session, bar.ended_at_utc.isoformat(), bar.open, bar.high, bar.low, bar.close, bar.volume,
                view.currency, bar.flag,
            ]
            for bar in view.bars
        ]  # fmt: skip
        sheet, title = Sheet("Prices by the minute", COLUMNS, rows), f"{view.symbol} prices by the minute"
        facts = [
            ("Asset", view.symbol), ("Currency", view.currency), ("Source", view.provider_label or "none"),
            ("Stored", moment(view.knowledge_time_utc)), ("Time zone of the exchange", view.timezone),
        ]  # fmt: skip
        data = (
            csv_bytes(sheet)
            if format == "csv"
            else xlsx_bytes([sheet], facts, title=title, made_at_utc=self._ports.clock.now_utc())
        )
        return Export(data=data, filename=f"{file_stem(title)}.{format}", media_type=MEDIA_TYPES[format])

    def _panel(self, symbol: str, last: date, sessions_count: int, actor: Actor) -> DataPanel:
        start = last - timedelta(days=2 * sessions_count + 14)  # weekends and holidays lie between
        return self._data.request(
            DataRequest(symbols=(symbol,), start=start, end=last, frequency="minute", fields=FIELDS), actor
        )


def _bars(panel: DataPanel, sessions_count: int) -> tuple[MinuteBar, ...]:
    """Return the bars of the last sessions of a table of one symbol; bars without a close are left out."""
    if not panel.symbols or panel.event_times_utc is None:
        return ()
    begin = np.unique(panel.sessions)[-sessions_count:][0]
    ended = panel.event_times_utc.astype("datetime64[s]").astype(datetime)
    figures: dict[str, Any] = {name: panel.values[name][:, 0] for name in FIELDS}
    return tuple(
        MinuteBar(
            session=panel.sessions[row].astype(object),
            ended_at_utc=ended[row].replace(tzinfo=UTC),
            flag=FLAGS[int(panel.flags[row, 0])],
            **{name: _known(values[row]) for name, values in figures.items()},
        )
        for row in np.flatnonzero((panel.sessions >= begin) & np.isfinite(figures["close"]))
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _sentence(bars: tuple[MinuteBar, ...], symbol: str) -> str:
    if not bars:
        return NOTHING.format(symbol=symbol)
    return (
        f"{count(len(bars), 'minute')} as delivered, without adjustment; closed hours take no room, a minute without a "
        "price is a gap."
    )
