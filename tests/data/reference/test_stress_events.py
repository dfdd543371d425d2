"""Are the dates and figures of the event library right, sourced and honest about what is not known?"""

from __future__ import annotations

import csv
import gzip
from datetime import date

import numpy as np
import pytest

from data.reference.regulatory_scenarios import FIGURES, regulatory_sets
from data.reference.stress_events import FACTORS, factor_moves, stress_events
from tests.engine.stress_worlds import embedded_index


@pytest.fixture(scope="module")
def index() -> dict[date, float]:
    """Closes of the S&P 500 that the product itself holds."""
    return embedded_index()


@pytest.mark.requirement("4.2.D2", "4.2.F1")
def test_each_move_of_the_index_is_that_of_the_embedded_closes(index):
    days = sorted(index)
    checked = [one for one in stress_events() if days[0] <= one.start and one.end <= days[-1]]
    assert len(checked) >= 18
    for one in checked:
        assert one.index_move_frac == pytest.approx(index[one.end] / index[one.start] - 1.0, abs=0.003), one.id
        assert one.sessions_count == days.index(one.end) - days.index(one.start), one.id


def test_the_start_is_no_lower_than_any_later_close_of_the_window(index):
    for one in stress_events():
        inside = [close for day, close in index.items() if one.start < day <= one.end]
        if one.start in index and one.id != "lehman_2008":  # begins with the failure, not with a peak
            assert index[one.start] >= max(inside), one.id


@pytest.mark.requirement("4.2.F1", "4.2.D2")
def test_the_library_holds_2008_covid_and_more_than_ten_others():
    events = stress_events()
    ids = [one.id for one in events]
    assert {"gfc_2007", "lehman_2008", "covid_2020"} <= set(ids)
    assert len(set(ids)) == len(ids) >= 13
    assert [one.start for one in events] == sorted(one.start for one in events)
    assert all(one.end > one.start and one.what_happened.endswith(".") for one in events)


def test_each_figure_names_its_source_and_no_source_stands_alone():
    columns = {
        "index": ("index_move_frac",),
        "rates": ("rates_move_pp",),
        "spread": ("hy_spread_move_pp", "ig_spread_move_pp"),
        "vix": ("vix_start_points", "vix_max_points"),
        "oil": ("oil_move_frac",),
        "gold": ("gold_move_frac",),
        "usd": ("usd_move_frac",),
    }
    for one in stress_events():
        for source, figures in columns.items():
            is_known = any(getattr(one, figure) is not None for figure in figures)
            assert is_known == (f"{source}_source" in one.sources), (one.id, source)


def test_figures_after_the_stored_series_are_marked_as_not_recomputed():
    assert {one.id for one in stress_events() if one.verified_on is None} == {"svb_2023", "yen_2024", "tariffs_2025"}


def test_moves_of_factors_keep_unknown_figures_unknown():
    moves = factor_moves()
    assert moves.shape == (len(stress_events()), len(FACTORS))
    assert np.isfinite(moves[:, 0]).all()
    assert np.isnan(moves[[one.id for one in stress_events()].index("yen_2024"), 1])
    gfc = next(one for one in stress_events() if one.id == "gfc_2007")
    assert gfc.vix_rise_points == pytest.approx(80.86 - 16.12)


@pytest.mark.parametrize(
    ("column", "series", "places"),
    [("rates_move_pp", "DGS10", 2), ("hy_spread_move_pp", "BAMLH0A0HYM2", 2), ("ig_spread_move_pp", "BAMLC0A0CM", 2)],
)
def test_rates_and_spreads_are_those_of_the_published_series(shared_data, column, series, places):
    with gzip.open(shared_data / "macro" / "fred_series_to_2022.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file) if row["series_id"] == series and row["value"] != "."]
    known = {date.fromisoformat(row["date"]): float(row["value"]) for row in rows}
    first, last = min(known), max(known)
    checked = 0
    for one in stress_events():
        if one.start < first or one.end > last:
            continue
        ends = [known[max(day for day in known if day <= end)] for end in (one.start, one.end)]
        assert getattr(one, column) == pytest.approx(round(ends[1] - ends[0], places), abs=0.005), one.id
        checked += 1
    assert checked >= 14


def test_oil_gold_dollar_and_volatility_are_those_of_their_series(shared_data):
    wanted = {"BRENT": {}, "XAUUSD": {}, "EURUSD": {}, "^VIX": {}}
    with gzip.open(shared_data / "prices" / "world_indices_fx_commodities_crypto_close.csv.gz", "rt") as file:
        for line in file:
            day, symbol, close = line.split(",", 3)[:3]
            if symbol in wanted and close:
                wanted[symbol][day] = float(close)

    def at(symbol: str, day: date) -> float:
        known = wanted[symbol]
        return known[max(one for one in known if one <= day.isoformat())]

    for one in stress_events():
        for figure, symbol, turn in (
            (one.oil_move_frac, "BRENT", 1),
            (one.gold_move_frac, "XAUUSD", 1),
            (one.usd_move_frac, "EURUSD", -1),
        ):
            if figure is not None and min(wanted[symbol]) <= one.start.isoformat() and one.end < date(2015, 12, 1):
                ratio = at(symbol, one.end) / at(symbol, one.start)
                assert figure == pytest.approx(ratio**turn - 1.0, abs=1e-4), (one.id, symbol)
        if one.vix_max_points is not None and one.end < date(2015, 12, 1):
            inside = [v for day, v in wanted["^VIX"].items() if one.start.isoformat() <= day <= one.end.isoformat()]
            assert one.vix_max_points == pytest.approx(max(inside), abs=0.011), one.id


def test_regulatory_sets_state_only_what_was_read():
    sets = {one.id: one for one in regulatory_sets()}
    assert sets["fed_2026"].equity_move_frac == -0.58
    assert sets["fed_2026"].vix_peak_points == 72.0
    assert sets["fed_2025"].vix_peak_points is None
    assert sets["eba_2025"].equity_move_frac is None
    assert sets["fed_2024"].verified_on is None
    for one in sets.values():
        assert one.source
        assert any(getattr(one, name) is not None for name in FIGURES)
