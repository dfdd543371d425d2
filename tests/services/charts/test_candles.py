"""Do charts of the market show candles where there are some, lines where not, and mark what moved the price?"""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime

import pytest

from services.charts.candles import compare_chart, price_chart
from services.exports_vector import draw
from services.messages.explorer import ComparedSeries, MarketEvent, ShownBar, SourceFacts, SymbolView

DAYS = (date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 5))
NOW = datetime(2024, 1, 6, tzinfo=UTC)


def view(*, has_candles: bool = True, flag: str = "ok") -> SymbolView:
    bars = tuple(
        ShownBar(
            session=day, open=low + 1 if has_candles else None, high=low + 3 if has_candles else None,
            low=low if has_candles else None, close=low + 2, volume=1000.0 if has_candles else None, flag=flag,
        )
        for day, low in zip(DAYS, (10.0, 11.0, 12.0), strict=True)
    )  # fmt: skip
    source = SourceFacts(
        provider="upload", provider_label="Imported files", licence=None, adjustment="raw", fetched_at_utc=None,
        knowledge_time_utc=NOW, age_days=1, bars_count=3, versions_count=3, content_sha256="0" * 64, notes=(),
        is_sample=False,
    )  # fmt: skip
    return SymbolView(
        symbol="A", name="Alpha", asset_class="equity", currency="USD", exchange=None, sector=None, range="1y",
        frequency="auto", shown_frequency="daily", adjust=None, shown_adjust="splits", choices=(), first_date=DAYS[0],
        last_date=DAYS[-1], bars=bars, has_candles=has_candles, candles_sentence="", change_frac=1 / 6, high=15.0,
        low=10.0, events=(MarketEvent(session=date(2024, 1, 4), kind="split", sentence="Split."),), compared=(),
        compare_sentence="", quality=(), quality_score=None, source=source, is_sample=False,
    )  # fmt: skip


def kinds(figure: object) -> list[str]:
    return [trace.type for trace in figure.data]  # type: ignore[attr-defined]


def test_candles_stand_over_volume_and_the_event_over_its_bar() -> None:
    figure = price_chart(view())
    assert kinds(figure) == ["candlestick", "bar", "scatter"]
    assert figure.layout.meta["title"] == "A rose 16.67%, between 10.00 and 15.00 USD"
    assert list(figure.data[2].x) == [DAYS[2]]  # the first bar that ends on or after the split's day
    assert figure.layout.xaxis.rangeslider.visible is False
    assert figure.layout.yaxis.tickformat == ",.9~g"  # a price of 43,000 is not 4.3e+4


def test_closes_alone_are_a_line_and_marked_values_are_squares() -> None:
    figure = price_chart(view(has_candles=False, flag="suspect"))
    assert kinds(figure) == ["scatter", "scatter", "scatter"]
    assert figure.data[1].marker.symbol == "square-open"
    assert len(figure.data[1].x) == 3


def test_a_zoom_and_a_scale_are_kept() -> None:
    figure = price_chart(view(), scale="log", start=DAYS[1], end=DAYS[2])
    assert figure.layout.yaxis.type == "log"
    assert list(figure.layout.xaxis.range) == ["2024-01-03", "2024-01-05"]


@pytest.mark.parametrize("has_candles", [True, False])
def test_the_renderer_without_a_browser_draws_it(has_candles: bool) -> None:
    figure = price_chart(view(has_candles=has_candles), is_plain=True)
    assert set(kinds(figure)) == {"scatter"}
    assert draw(copy.deepcopy(figure), "svg", made_at_utc=NOW).startswith(b"<?xml")


def test_the_comparison_names_best_and_worst() -> None:
    lines = [
        ComparedSeries(symbol=name, currency="USD", sessions=DAYS, index=(100.0, 101.0, end), change_frac=end / 100 - 1,
                       is_sample=False)
        for name, end in (("A", 90.0), ("B", 120.0))
    ]  # fmt: skip
    figure = compare_chart(lines, "Total returns, 100 on 2 January 2024.")
    assert figure.layout.meta["title"] == "B did best, gained 20.00%; A lost 10.00%"
    assert [trace.name for trace in figure.data] == ["A", "B"]
