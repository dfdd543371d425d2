"""Which tables, and which words, stand in the file of an asset's prices?"""

from __future__ import annotations

from collections.abc import Sequence

from services import formatting
from services.explorer_adjust import MEANINGS
from services.exports_sources import sources_sheet
from services.exports_table import Column, Fact, Sheet
from services.formatting import Style
from services.messages.explorer import SymbolView
from services.messages.lineage import DeliveryMark
from services.number_style import in_style

PRICES = (
    Column("session", "Day", "date"),
    Column("open", "Open", "price"),
    Column("high", "High", "price"),
    Column("low", "Low", "price"),
    Column("close", "Close", "price"),
    Column("volume_units", "Volume", "count"),
    Column("currency", "Currency"),
    Column("flag", "Mark"),
    Column("source", "Source"),
)


def market_sheets(view: SymbolView, sources: Sequence[tuple[Sequence[str], DeliveryMark]], style: Style) -> list[Sheet]:
    """Return the bars as shown, what moved them, the comparison where there is one, and the sources."""
    currency, source = view.currency, view.source.provider_label
    bars = [
        [bar.session, bar.open, bar.high, bar.low, bar.close, bar.volume, currency, bar.flag, source]
        for bar in view.bars
    ]
    sheets = [Sheet("Prices", PRICES, bars)]
    if view.events:
        columns = [Column("session", "Day", "date"), Column("kind", "Kind"), Column("event", "What happened")]
        rows = [[one.session, one.kind, in_style(one.sentence, style)] for one in view.events]
        sheets.append(Sheet("Events", columns, rows))
    if view.compared:
        days = sorted({day for one in view.compared for day in one.sessions})
        by_asset = [dict(zip(one.sessions, one.index, strict=True)) for one in view.compared]
        columns = [
            Column("session", "Day", "date"),
            *(Column(one.symbol, one.symbol, "ratio") for one in view.compared),
        ]
        sheets.append(Sheet("Compared", columns, [[day, *(known.get(day) for known in by_asset)] for day in days]))
    return [*sheets, sources_sheet(sources, style)]


def market_words(view: SymbolView, style: Style) -> list[tuple[str, Fact]]:
    """Return what the prices rest on."""
    pairs: list[tuple[str, Fact | None]] = [
        ("Asset", f"{view.symbol}, {view.name}"),
        ("Sample data", "These prices are fictitious." if view.is_sample else None),
        ("Currency", view.currency),
        ("Bars", f"{view.shown_frequency}, {formatting.day(view.first_date)} to {formatting.day(view.last_date)}"),
        ("Adjustment", MEANINGS[view.shown_adjust]),
        ("Candles", view.candles_sentence or None),
        ("Compared", in_style(view.compare_sentence, style) or None),
        ("Source", view.source.provider_label),
        ("Licence", view.source.licence),
        ("Stored", formatting.moment(view.source.knowledge_time_utc)),
        ("Fingerprint of the series (SHA-256)", view.source.content_sha256),
        (
            "Marks",
            "ok; filled: the last value stands in; suspect: a check doubts it; corrected; stale: unchanged for long.",
        ),
    ]
    return [(name, text) for name, text in pairs if text]
