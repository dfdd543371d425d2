"""Does the explorer show the right bars, adjusted as asked, with what moved them?"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from services.errors import NotFound
from services.explorer import Explorer
from services.explorer_adjust import Stored, choices_of, factors_of, volume_factors
from services.explorer_bars import Columns, grouped, place_of, quality_months, shown_frequency
from services.explorer_events import large_moves
from tests.services import planted
from tests.services.market_house import House, shared_house

__all__ = ["shared_house"]

SPLIT = date(2020, 1, 4)


@pytest.fixture(scope="module")
def shown(shared_house: House) -> tuple[House, planted.Planted]:
    """A house with the planted asset, which the tests of this file only look at."""
    return shared_house, planted.plant(shared_house.ports)


def stored(basis: str = "raw", adjusted: np.ndarray | None = None, dividend: float = 0.0) -> Stored:
    """Four days as paid, a split of two for one on the third, a dividend on the fourth."""
    days = np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-01-05"))
    closes = np.array([100.0, 102.0, 51.0, 50.0]) if basis == "raw" else np.array([50.0, 51.0, 51.0, 50.0])
    dividends = [(SPLIT, dividend)] if dividend else []
    return Stored(days, closes, closes if adjusted is None else adjusted, basis, [(date(2020, 1, 3), 2.0)], dividends)


@pytest.mark.parametrize("basis", ["raw", "splits"])
def test_prices_read_as_paid_or_without_the_jump_of_the_split_from_either_kind_of_source(basis: str) -> None:
    one = stored(basis)
    assert (one.closes * factors_of(one, "raw")).tolist() == [100.0, 102.0, 51.0, 50.0]
    assert (one.closes * factors_of(one, "splits")).tolist() == [50.0, 51.0, 51.0, 50.0]


def test_total_returns_equal_price_change_and_dividend_over_the_close_before() -> None:
    one = stored(dividend=2.0)
    total = one.closes * factors_of(one, "total")
    paid = 50.0 / (51.0 - 2.0) - 1.0  # the change over a close that has lost the dividend
    assert total[3] / total[2] - 1.0 == pytest.approx(paid, rel=1e-12)
    assert total[1] / total[0] - 1.0 == pytest.approx(0.02, rel=1e-12)
    assert total[-1] == 50.0


def test_adjusted_closes_of_the_source_count_before_own_computation() -> None:
    adjusted = np.array([45.0, 46.0, 47.0, 50.0])
    one = stored("splits", adjusted=adjusted)
    assert one.closes * factors_of(one, "total") == pytest.approx(adjusted)


def test_what_a_source_does_not_allow_is_refused_with_the_reason() -> None:
    only_total = choices_of(stored("splits_and_dividends"))
    assert [one.is_possible for one in only_total] == [False, False, True]
    assert "already contain splits and dividends" in only_total[0].sentence
    no_dividends = choices_of(stored())
    assert [one.is_possible for one in no_dividends] == [True, True, False]


def test_volumes_count_the_same_shares_as_the_prices() -> None:
    assert volume_factors(stored(), "splits").tolist() == [2.0, 2.0, 1.0, 1.0]
    assert volume_factors(stored(), "raw").tolist() == [1.0] * 4
    assert volume_factors(stored("splits"), "raw").tolist() == [0.5, 0.5, 1.0, 1.0]


def test_weeks_have_first_open_highest_high_lowest_low_last_close_and_all_volume() -> None:
    days = np.array(["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"], dtype="datetime64[D]")
    bars = Columns(
        days,
        np.array([10.0, 11.0, 12.0, 9.0]),
        np.array([9.0, 10.0, 11.0, 12.0]),
        np.array([10.5, np.nan, 12.5, 12.0]),
        np.array([8.5, 9.5, 10.5, 8.0]),
        np.array([1.0, 2.0, np.nan, 4.0]),
        np.array([0, 3, 0, 4], dtype=np.int8),
    )
    week = grouped(bars, "weekly")
    assert week.days.tolist() == [date(2024, 1, 5), date(2024, 1, 9)]
    assert (week.open.tolist(), week.close.tolist()) == ([9.0, 11.0], [11.0, 9.0])  # type: ignore[union-attr]
    assert (week.high.tolist(), week.low.tolist()) == ([10.5, 12.5], [8.5, 8.0])  # type: ignore[union-attr]
    assert week.volume.tolist() == [3.0, 4.0]  # type: ignore[union-attr]
    assert week.flags.tolist() == [3, 4]


def test_ranges_end_at_the_last_bar_and_begin_on_the_same_day_of_an_earlier_month() -> None:
    days = np.arange(np.datetime64("2023-01-01"), np.datetime64("2024-04-01"))
    assert days[place_of(days, "1m")] == np.datetime64("2024-02-29")
    assert days[place_of(days, "1y")] == np.datetime64("2023-03-31")
    assert place_of(days, "max") == place_of(days, "10y") == 0
    assert [shown_frequency("auto", count) for count in (250, 1260, 8000)] == ["daily", "weekly", "monthly"]


@pytest.mark.requirement("2.1.A4")
def test_each_month_tells_its_gravest_flag() -> None:
    months = quality_months([(date(2024, 1, 30), "filled"), (date(2024, 1, 31), "stale"), (date(2024, 2, 1), "ok")])
    assert [(one.month, one.marked_count, one.worst) for one in months] == [
        (date(2024, 1, 1), 2, "stale"),
        (date(2024, 2, 1), 0, "ok"),
    ]


def test_a_large_move_is_far_outside_of_the_usual_day() -> None:
    rng = np.random.default_rng(3)
    closes = 100.0 * np.cumprod(1.0 + rng.normal(0.0, 0.01, 300))
    closes[200:] *= 0.8
    days = np.arange(np.datetime64("2023-01-01"), np.datetime64("2023-01-01") + 300)
    (move,) = large_moves(days, closes, 0)
    assert move.session == days[200].astype(object)
    assert move.sentence.startswith("Fell 18.69% on 20 July 2023")
    assert large_moves(days, closes, 250) == []


@pytest.mark.requirement("2.1.A6")
def test_an_asset_is_shown_with_candles_events_and_source(shown: tuple[House, planted.Planted]) -> None:
    house, made = shown
    view = Explorer(house.ports).view("ACME", house.manager, range="max", frequency="daily", adjust="raw")
    assert view.has_candles
    assert [bar.close for bar in view.bars[:5]] == made.closes[:5].tolist()
    assert view.bars[planted.CORRECTED_PLACE].close == planted.RIGHT
    assert [one.kind for one in view.events] == ["dividend", "split", "dividend"]
    assert view.source.versions_count == view.source.bars_count + 1 == planted.COUNT + 1
    assert any(month.worst == "corrected" for month in view.quality)
    smooth = Explorer(house.ports).view("ACME", house.manager, range="max", frequency="daily")
    assert smooth.shown_adjust == "splits"
    assert smooth.bars[0].close == pytest.approx(made.closes[0] / 2)


def test_a_source_of_closes_alone_says_why_there_are_no_candles(shown: tuple[House, planted.Planted]) -> None:
    house, _ = shown
    view = Explorer(house.ports).view("AAPL", house.manager, adjust="raw")
    assert not view.has_candles
    assert "closes only" in view.candles_sentence
    assert (view.adjust, view.shown_adjust) == ("raw", "total")


def test_others_are_compared_from_their_first_common_day_on(shown: tuple[House, planted.Planted]) -> None:
    house, made = shown
    view = Explorer(house.ports).view("ACME", house.manager, range="max", compare=["AAPL", "NOPE", "AAPL", "ACME"])
    assert [one.symbol for one in view.compared] == ["ACME", "AAPL"]
    assert {one.sessions[0] for one in view.compared} == {date(2020, 1, 2)}
    assert {one.index[0] for one in view.compared} == {100.0}
    assert "NOPE could not be compared" in view.compare_sentence
    split = int(np.searchsorted(made.days, made.days[planted.SPLIT_PLACE])) - 1
    assert abs(view.compared[0].index[split] / view.compared[0].index[split - 1] - 1.0) < 0.05


def test_an_unknown_symbol_gets_those_that_are_spelled_alike(shown: tuple[House, planted.Planted]) -> None:
    house, _ = shown
    with pytest.raises(NotFound) as caught:
        Explorer(house.ports).view("APPL", house.manager)
    assert "Did you mean AAPL" in caught.value.advice


def test_assets_are_found_by_symbol_name_and_isin(shown: tuple[House, planted.Planted]) -> None:
    house, _ = shown
    explorer = Explorer(house.ports)
    for text in ("acme", "Tools", "us0000000acm"):
        assert [one.symbol for one in explorer.assets(house.manager, query=text).items] == ["ACME"]
    assert explorer.assets(house.manager, query="nothing like it").items == ()


def test_the_file_holds_what_is_shown_and_where_it_comes_from(
    shown: tuple[House, planted.Planted], tmp_path: Path
) -> None:
    house, made = shown
    export = Explorer(house.ports).table("ACME", "xlsx", house.manager, range="max", frequency="daily", adjust="raw")
    book = openpyxl.load_workbook(BytesIO(export.data), read_only=True)
    assert book.sheetnames == ["Prices", "Events", "Sources", "Assumptions"]
    prices = list(book["Prices"].values)
    assert (len(prices) - 1, prices[1][4]) == (planted.COUNT, made.closes[0])
    text = " ".join(str(cell) for row in book["Sources"].values for cell in row)
    assert made.batch_id in text
    assert planted.SECRET not in text
    csv = Explorer(house.ports).table("ACME", "csv", house.manager, range="1m").data.decode("utf-8-sig")
    head, first, *_ = csv.splitlines()
    assert head == "session,open,high,low,close,volume_units,currency,flag,source"
    assert first.split(",")[-3] == "USD"


def test_volumes_are_scaled_with_the_prices() -> None:
    one = Columns(
        np.array(["2022-01-03"], "M8[D]"), np.array([100.0]), None, None, None, np.array([5.0]), np.zeros(1, np.int8)
    )
    scaled = one.scaled(np.array([0.5]), np.array([2.0]))
    assert (scaled.close.tolist(), scaled.volume.tolist()) == ([50.0], [10.0])  # type: ignore[union-attr]


def test_a_week_opens_with_the_first_open_that_is_known() -> None:
    days = np.array(["2024-01-03", "2024-01-04"], dtype="datetime64[D]")
    closes, opens = np.array([10.0, 11.0]), np.array([np.nan, 10.5])
    week = grouped(Columns(days, closes, opens, None, None, None, np.zeros(2, np.int8)), "weekly")
    assert week.open.tolist() == [10.5]  # type: ignore[union-attr]
