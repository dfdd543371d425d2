"""Does a request state a risk-free rate by date, refuse what is no series, and use it day by day?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.errors import InputRefused
from engine.rates import DatedRates

DATES = np.arange("2021-01-01", "2021-02-10", dtype="datetime64[D]")
RETURNS = np.random.default_rng(3).normal(0.0006, 0.01, (len(DATES), 2))
PANEL = engine.ReturnsPanel(DATES, ("A", "B"), RETURNS)
RATES = {"dates": ["2020-12-01", "2021-01-20"], "rates_annual_frac": [0.01, 0.04]}


def document(**more: Any) -> str:
    return json.dumps({"asset_ids": ["A", "B"], "objective": {"kind": "equal_weight"}} | more)


def test_a_series_in_the_request_is_the_series_handed_over() -> None:
    series = engine.RiskFree.dated([date(2020, 12, 1), date(2021, 1, 20)], [0.01, 0.04])
    estimates = {"expected_returns": {"kind": "capm", "reference": "market"}}
    facts = {"market_weights": {"A": 0.4, "B": 0.6}}
    plain = engine.parse_request(document(estimates=estimates, facts=facts))
    stated = engine.parse_request(document(estimates=estimates, facts=facts, risk_free_rates=RATES))
    handed, own = engine.optimize(plain, panel=PANEL, risk_free=series), engine.optimize(stated, panel=PANEL)
    assert own.metrics == handed.metrics
    assert own.metrics != engine.optimize(plain, panel=PANEL).metrics
    assert own.metrics is not None
    excess = own.metrics.return_annual_frac - 0.04  # the rate of the last day
    assert own.metrics.sharpe == pytest.approx(excess / own.metrics.volatility_annual_frac, abs=1e-12)
    other = engine.RiskFree.constant(0.2)
    assert engine.optimize(stated, panel=PANEL, risk_free=other).metrics == own.metrics  # the request comes first


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ({"risk_free_rates": RATES, "risk_free_annual_frac": 0.0}, "", "Keep one"),
        (
            {"risk_free_rates": RATES | {"rates_annual_frac": [0.01]}},
            "risk_free_rates",
            "1 rates are given for 2 dates",
        ),
        (
            {"risk_free_rates": RATES | {"dates": ["2021-01-20", "2021-01-20"]}},
            "risk_free_rates",
            "20 January 2021 stands",
        ),
        ({"risk_free_rates": RATES | {"rates_annual_frac": [0.01, 4.0]}}, "risk_free_rates.rates_annual_frac", "50%"),
    ],
)
def test_what_is_no_series_is_refused_with_its_place(more: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        engine.parse_request(document(**more))
    (problem,) = refusal.value.problems
    assert problem.path.startswith(path)
    assert words in problem.sentence()


def test_lists_and_arrays_make_a_series_in_python() -> None:
    made = DatedRates(dates=[date(2021, 1, 4), date(2021, 1, 5)], rates_annual_frac=np.array([0.01, 0.02]))
    assert made.series().at(date(2021, 1, 4)) == 0.01
    with pytest.raises(InputRefused, match="Sort the dates"):
        DatedRates(dates=[date(2021, 1, 5), date(2021, 1, 4)], rates_annual_frac=[0.01, 0.02])
