"""Are the dates and figures of the event library right, sourced and honest about what is not known?"""

from __future__ import annotations

import csv
import gzip
from datetime import date

import numpy as np
import pytest

from data.reference.calendars import sessions_of
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
        "slope": ("slope_move_pp",),
        "em": ("em_move_frac",),
    }
    for one in stress_events():
        for source, figures in columns.items():
            is_known = any(getattr(one, figure) is not None for figure in figures)
            assert is_known == (f"{source}_source" in one.sources), (one.id, source)


@pytest.mark.requirement("4.2.D2")
def test_every_verified_event_is_recomputed_from_closes_at_hand(index, shared_data):
    """Whatever calls itself verified lies in a series that is here, and moves as stated within 0.3 points."""
    published = dict(index)
    with gzip.open(shared_data / "prices" / "world_indices_fx_commodities_crypto_close.csv.gz", "rt") as file:
        rows = [line.split(",") for line in file if ",^GSPC," in line]
    older = {date.fromisoformat(row[0]): float(row[2]) for row in rows if row[2].strip()}
    both = sorted(set(older) & set(published))
    assert max(abs(older[day] / published[day] - 1.0) for day in both) < 0.001, "two vendors, one index"
    closes = older | published
    days = sorted(closes)
    verified = [one for one in stress_events() if one.verified_on is not None]
    for one in verified:
        assert one.start in closes, one.id
        assert one.end in closes, one.id
        assert one.index_move_frac == pytest.approx(closes[one.end] / closes[one.start] - 1.0, abs=0.003), one.id
        assert one.sessions_count == days.index(one.end) - days.index(one.start), one.id
    assert {one.id for one in stress_events()} - {one.id for one in verified} == {
        one.id for one in stress_events() if one.end > days[-1]
    }, "what is not verified is what no series reaches"


def test_figures_after_the_stored_series_are_marked_as_not_recomputed_and_say_why(index):
    unverified = {one.id for one in stress_events() if one.verified_on is None}
    assert unverified == {"svb_2023", "yen_2024", "tariffs_2025"}
    last = max(index)
    for one in stress_events():
        assert (one.unverified_why is None) == (one.verified_on is not None), one.id
        if one.unverified_why is not None:
            assert f"{last.day} {last:%B %Y}" in one.unverified_why, one.id


def test_a_sessions_count_is_that_of_the_exchange_also_where_no_closes_are():
    for one in stress_events():
        if one.verified_on is None:
            sessions = sessions_of("XNYS").between(one.start, one.end)
            assert one.sessions_count == len(sessions.days) - 1, one.id


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


def test_slopes_are_those_of_the_published_yields(shared_data):
    yields: dict[str, dict[str, float]] = {"DGS10": {}, "DGS2": {}}
    with gzip.open(shared_data / "macro" / "fred_series_to_2022.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["series_id"] in yields and row["value"] != ".":
                yields[row["series_id"]][row["date"]] = float(row["value"])
    with gzip.open(shared_data / "macro" / "us_zero_coupon_yields_1_30y_1985_2015.csv.gz", "rt") as file:
        fitted = {row["date"]: (float(row["10y"]), float(row["2y"])) for row in csv.DictReader(file) if row["10y"]}

    def slope(day: date) -> float:
        if day >= date(1999, 1, 4):
            long, short = ([one for one in sorted(yields[key]) if one <= day.isoformat()][-1] for key in yields)
            return yields["DGS10"][long] - yields["DGS2"][short]
        long, short = fitted[max(one for one in fitted if one <= day.isoformat())]
        return long - short

    known = [one for one in stress_events() if one.slope_move_pp is not None]
    assert len(known) == 20
    for one in known:
        assert one.slope_move_pp == pytest.approx(slope(one.end) - slope(one.start), abs=0.0051), one.id
        if one.end < date(1999, 1, 1):
            ends = [fitted[max(day for day in fitted if day <= end.isoformat())][0] for end in (one.start, one.end)]
            assert one.rates_move_pp == pytest.approx(ends[1] - ends[0], abs=0.0051), one.id


def test_later_funds_and_volatility_are_those_of_their_series(shared_data):
    """Oil, gold and emerging shares by funds; the VIX by FRED where the other file ends."""
    closes: dict[str, dict[str, float]] = {"USO": {}, "GLD": {}, "EEM": {}}
    with gzip.open(shared_data / "prices" / "etfs_adjusted_ohlcv_2005_2021.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["ticker"] in closes:
                closes[row["ticker"]][row["date"]] = float(row["close"])
    with gzip.open(shared_data / "macro" / "fred_series_to_2022.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file) if row["series_id"] == "VIXCLS" and row["value"] != "."]
    vix = {row["date"]: float(row["value"]) for row in rows}

    def move(fund: str, one) -> float:
        known = closes[fund]
        ends = [known[max(day for day in known if day <= end.isoformat())] for end in (one.start, one.end)]
        return ends[1] / ends[0] - 1.0

    seen = {"USO": 0, "GLD": 0, "EEM": 0, "VIX": 0}
    for one in stress_events():
        for figure, source, fund in (
            (one.oil_move_frac, "oil_source", "USO"),
            (one.gold_move_frac, "gold_source", "GLD"),
            (one.em_move_frac, "em_source", "EEM"),
        ):
            if figure is not None and fund in one.sources[source]:
                assert figure == pytest.approx(move(fund, one), abs=1e-4), (one.id, fund)
                seen[fund] += 1
        if one.vix_start_points is not None and date(1999, 1, 4) <= one.start and one.end <= date(2022, 12, 30):
            inside = [value for day, value in vix.items() if one.start.isoformat() <= day <= one.end.isoformat()]
            assert one.vix_start_points == pytest.approx(vix[one.start.isoformat()], abs=0.011), one.id
            assert one.vix_max_points == pytest.approx(max(inside), abs=0.011), one.id
            seen["VIX"] += 1
    assert min(seen.values()) >= 5


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
    assert sets["eba_2021"].em_equity_move_frac == -0.65
    for one in sets.values():
        assert one.source
        assert (one.unverified_why is None) == (one.verified_on is not None), one.id
        assert one.published_on is not None or one.verified_on is None, "what was read has a date"
        assert any(getattr(one, name) is not None for name in FIGURES)
