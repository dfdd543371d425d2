"""Does the chart show the whole frontier, and every layer where it lies?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import engine
from engine.compliance.along_result import RulesAlong
from services.charts.frontier_living import Beside, curve_of, living_frontier
from services.charts.look import Look

NAMES = tuple("ABCDEF")
BENCHMARK = dict.fromkeys(NAMES, 1 / 6)
SCORES = dict(zip(NAMES, (30.0, 40.0, 50.0, 60.0, 70.0, 80.0), strict=True))
RESULT = {
    "weights": [{"asset": name, "weight_frac": 1 / 6} for name in NAMES],
    "metrics": {"return_annual_frac": 0.08, "volatility_annual_frac": 0.11, "sharpe": 0.7},
    "lineage": {"as_of": "2022-12-28", "observations_count": 500},
}


def panel() -> engine.ReturnsPanel:
    rng = np.random.default_rng(4)
    returns = rng.normal(0.0004, 0.008, (500, 1)) * rng.uniform(0.5, 1.5, 6) + rng.normal(2e-4, 0.009, (500, 6))
    return engine.ReturnsPanel.from_array(returns, NAMES, np.datetime64("2021-01-01") + np.arange(500))


def found_in(risk: Any = "volatility", reward: Any = "return", cap: float = 0.5) -> Any:
    request = engine.parse_request(
        {
            "asset_ids": list(NAMES),
            "objective": {"kind": "min_volatility"},
            "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}],
            "facts": {"benchmark_weights": BENCHMARK, "esg_scores": SCORES},
        }
    )
    return engine.frontier(request, panel=panel(), risk=risk, reward=reward)


def layers_of(figure: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for trace in figure.data:
        found.setdefault(trace.meta["layer"], []).append(trace)
    return found


@pytest.mark.requirement("1.2.A4")
def test_the_curve_is_the_variance_of_the_mixtures_and_every_layer_lies_where_it_should() -> None:
    found = found_in()
    beside = Beside(proposed=(0.11, 0.08), current=(0.12, 0.07), client=(0.1, 0.075), client_most=0.13)
    figure = living_frontier(found, RESULT, Look(), beside=beside)
    layers = layers_of(figure)
    assert set(layers) == {"frontier", "assets", "proposed", "current", "client", "best"}
    covariance = 252.0 * np.cov(panel().returns_frac, rowvar=False)
    means = 252.0 * panel().returns_frac.mean(axis=0)
    corners = np.array([corner.weights_frac for corner in found.corners])
    expected = []
    for first, then in pairwise(corners):
        for n in range(12):
            mixed = first + n / 12 * (then - first)
            expected.append((float(np.sqrt(mixed @ covariance @ mixed)), float(means @ mixed)))
    (line,) = layers["frontier"]
    drawn = np.array(list(zip(line.x, line.y, strict=True))[:-1])
    assert np.abs(drawn - np.array(expected)).max() < 1e-8
    assert [(one.x[0], one.y[0]) for one in layers["proposed"]] == [(0.11, 0.08)]
    assert [(one.x[0], one.y[0]) for one in layers["current"]] == [(0.12, 0.07)]
    assert {one.x[0] for one in layers["client"]} == {0.1, 0.13}
    best = layers["best"][0]
    assert (best.x[0], best.y[0]) == (found.best_sharpe.risk_annual_frac, found.best_sharpe.reward)
    assert len(layers["assets"][0].x) == len(NAMES)
    assert "Proposed: 8.00% expected return at 11.00% volatility" in figure.layout.title.text
    assert figure.layout.yaxis.title.text == "Expected return a year"


def test_the_table_lists_every_corner_with_its_largest_weights() -> None:
    found = found_in()
    figure = living_frontier(found, RESULT, Look(style="point"), beside=Beside())
    heads, rows = figure.layout.meta["table"]
    assert heads == ["Portfolio or asset", "Expected return a year", "Volatility a year", "Largest weights"]
    corners = [row for row in rows if row[0].startswith("Corner")]
    assert len(corners) == len(found.corners)
    last = found.corners[-1]
    largest = NAMES[int(np.argmax(last.weights_frac))]
    assert corners[-1][1] == f"{100 * last.reward:.2f}%".replace(".", ",")
    assert f"{largest} 50,0%" in corners[-1][3]


@pytest.mark.parametrize(
    ("risk", "reward", "name", "has_assets"),
    [
        ("tracking_error", "return", "Tracking error a year", False),
        ("volatility", "esg", "Volatility a year", False),
        ("cvar", "return", "CVaR 95% of a day, as a loss", True),
        ("max_drawdown", "esg", "Maximum drawdown of the history", False),
    ],
)
def test_other_measures_name_their_axes_and_hold_only_what_is_known_in_them(
    risk: str, reward: str, name: str, has_assets: bool
) -> None:
    found = found_in(risk, reward)
    figure = living_frontier(found, RESULT, Look(theme="dark"), beside=Beside())
    assert figure.layout.xaxis.title.text == name
    assert figure.layout.meta["drawn_in"] == f"{risk}:{reward}"
    (line,) = layers_of(figure)["frontier"]
    wanted = [corner.loss_frac or corner.risk_annual_frac for corner in found.corners]
    assert [line.x[0], line.x[-1]] == pytest.approx([wanted[0], wanted[-1]])
    assert any(trace.name == "Single assets" for trace in figure.data) is has_assets


def test_one_portfolio_alone_is_a_dot() -> None:
    found = found_in(cap=1 / 6)
    assert len(curve_of(found)) == 1
    figure = living_frontier(found, RESULT, Look(), beside=Beside())
    (dot,) = layers_of(figure)["frontier"]
    assert dot.mode == "markers"
    alone = living_frontier(found, RESULT | {"metrics": None}, Look(), beside=Beside()).layout.title.text
    assert alone.startswith("Expected return ")


def test_where_trading_costs_something_the_return_is_what_is_left() -> None:
    found = found_in()
    costly = found.model_copy(
        update={"corners": tuple(one.model_copy(update={"reward": one.reward - 0.002}) for one in found.corners)}
    )
    figure = living_frontier(costly, RESULT, Look(), beside=Beside())
    assert figure.layout.yaxis.title.text == "Expected return a year, after trading costs"
    assert figure.layout.title.text.startswith("Proposed: 8.00% expected return")  # the result's own figures


@pytest.mark.requirement("4.3.D5")
def test_corners_that_break_rules_of_compliance_are_marked_and_named_in_the_table() -> None:
    plain = found_in()
    broken = (("5/10/40", "At most thirty"), *[()] * (len(plain.corners) - 2), ("5/10/40",))
    rules = RulesAlong(kept=(), checked=("5/10/40",), broken=broken, unknown=(), sentence="Two corners break 5/10/40.")
    found = plain.model_copy(update={"rules": rules})
    figure = living_frontier(found, RESULT, Look(), beside=Beside(proposed=(0.11, 0.08)))
    (crosses,) = [trace for trace in figure.data if trace.name == "Breaks a rule"]
    ends = [found.corners[0], found.corners[-1]]
    assert [*zip(crosses.x, crosses.y, strict=True)] == [(one.risk_annual_frac, one.reward) for one in ends]
    assert list(crosses.customdata) == ["5/10/40, At most thirty", "5/10/40"]
    assert crosses.meta["layer"] == "frontier"
    heads, rows = figure.layout.meta["table"]
    assert heads[-1] == "Rules broken"
    told = [row[-1] for row in rows if str(row[0]).startswith("Corner")]
    assert told == ["5/10/40, At most thirty", *["none"] * (len(plain.corners) - 2), "5/10/40"]
    assert "Breaks a rule" not in [trace.name for trace in living_frontier(plain, RESULT, Look(), beside=Beside()).data]
