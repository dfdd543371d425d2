"""Do the tables of a result say what was set, and do their differences fit the figures beside them?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks.optimize_numbers import Reader
from callbacks.optimize_restore import from_portfolio
from callbacks.run_limits import limit_rows, limits_sentence, position_rows
from callbacks.run_trades import weight_rows
from services.charts.differences import shown_difference
from services.messages.optimize import OptimizationRequest, Trade, TradeList
from services.messages.portfolios import HouseLimits


def request_of(*limits: dict[str, Any]) -> OptimizationRequest:
    given = {"asset_ids": ["A", "B", "C"], "objective": {"kind": "max_sharpe"}, "constraints": list(limits)}
    return OptimizationRequest.model_validate_json(json.dumps(given))


def result_of(**weights: float) -> Any:
    lines = [
        SimpleNamespace(asset=a, weight_frac=w, current_frac=0.3, sector="Energy", is_sample=False)
        for a, w in weights.items()
    ]
    proof = SimpleNamespace(weight_sum_frac=sum(weights.values()), limits=())
    return SimpleNamespace(weights=lines, certificate=proof, metrics=None)


POSITIONS = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.7}


def test_zero_or_at_least_is_one_line_and_what_is_left_out_does_not_bind() -> None:
    asked = request_of(POSITIONS, {"kind": "min_holding", "min_frac": 0.01})
    result = result_of(A=0.7, B=0.3, C=0.0)
    rows = {row["name"]: row for row in limit_rows(asked, result, "comma")}
    assert list(rows) == ["Net investment 100%", "Largest position 70%", "Zero or at least 1%"]
    assert (rows["Largest position 70%"]["scope"], rows["Largest position 70%"]["state"]) == ("A", "Binding")
    assert rows["Zero or at least 1%"]["value_frac"] == 0.3
    assert limits_sentence(list(rows.values()), "comma") == "3 limits, all kept; 1 of them binding."
    by_asset = {row["asset"]: row for row in position_rows(asked, result)}
    assert (by_asset["C"]["low"], by_asset["C"]["high"], by_asset["C"]["state"]) == (0.01, 0.7, "Left out")


def test_shorts_are_shown_against_the_bounds_that_were_set() -> None:
    bounds = {"kind": "position_bounds", "min_frac": 0.01, "max_frac": 0.8, "short_max_frac": 0.1}
    asked = request_of(bounds, {"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3})
    result = result_of(A=0.6, B=0.5, C=-0.1)
    rows = {row["name"]: row for row in limit_rows(asked, result, "point")}
    assert rows["Largest short 10%"]["state"] == "Binding"
    assert rows["Gross exposure at most 160%"]["value_frac"] == pytest.approx(1.2)
    assert {(row["low"], row["high"]) for row in position_rows(asked, result)} == {(-0.1, 0.8)}


def test_a_difference_is_that_of_the_figures_shown() -> None:
    assert str(shown_difference(0.02196, 0.01931, 2)) == "0.27"
    assert shown_difference(None, 0.1, 2) is None


def test_the_trades_end_with_what_they_take_from_cash() -> None:
    trades = [
        Trade(
            asset=asset,
            side="buy",
            current_frac=0.3,
            proposed_frac=0.5,
            trade_frac=0.2,
            amount_ccy="20",
            price=None,
            quantity=None,
        )
        for asset in ("A", "B")
    ]
    listed = TradeList(
        run_id="r", portfolio_id="p", base_currency="USD", value_ccy="100", turnover_frac=0.2, trades=tuple(trades),
        sentence="",
    )  # fmt: skip
    cash = weight_rows(result_of(A=0.5, B=0.5), listed)[-1]
    assert (cash["asset"], cash["current_frac"], cash["weight_frac"], cash["trade_pp"]) == ("Cash", 0.4, 0.0, -40.0)
    assert cash["amount_ccy"] == pytest.approx(-40.0)


def test_a_long_short_portfolio_brings_its_exposure_along() -> None:
    held = [
        SimpleNamespace(symbol=s, asset_class="equity", weight_frac=w, sector=None)
        for s, w in (("A", 0.9), ("B", 0.05), ("C", -0.87))
    ]
    draft = from_portfolio("p", held, ["A", "B", "C"], HouseLimits(gross_max_frac=2.0, position_max_frac=None))
    assert (draft["net"], draft["gross_max"], draft["short_max"]) == ("8", "200", "87")
    assert draft["prefilled"]["net"] == "8"
    long_only = from_portfolio("p", held[:2], ["A", "B"], HouseLimits())
    assert not long_only["long_short"]
    assert long_only["prefilled"] == {"min": "0", "max": "50", "zero_or_min": False}  # of two, none is below 50%


def test_a_number_that_is_too_long_is_refused_and_never_cut() -> None:
    reader = Reader()
    assert reader.percent("max", "The largest position", "9" * 30, 0, 100, "25") is None
    assert "too long" in reader.problems[0].message
