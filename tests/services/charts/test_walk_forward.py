"""Do the charts of a test over the past show every strategy, every promise with what became of it, and their marks?"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from engine.result import Lineage
from services.charts import walk_forward as charts
from services.exports_vector import draw
from services.messages.walk_forward import (
    Calibration,
    FrontierPromise,
    RealizedFigures,
    RebalanceDecision,
    SelectionCheck,
    SharpeDifference,
    StrategyResult,
    WalkForwardResult,
)

DAYS_COUNT = 1301


def calibration(promised: float, realized: float, bias: float = 1.1) -> Calibration:
    return Calibration(
        outcomes_count=40,
        bias_statistic=bias,
        bias_lower=0.78,
        bias_upper=1.22,
        within_frac=0.85,
        within_lower_frac=0.8,
        within_upper_frac=0.975,
        promised_return_annual_frac=promised,
        realized_return_annual_frac=realized,
        promised_volatility_annual_frac=promised,
        realized_volatility_annual_frac=promised + 0.02,
    )


def figures(total: float, sharpe: float | None = 0.8) -> RealizedFigures:
    return RealizedFigures(
        periods_count=DAYS_COUNT - 1,
        total_return_frac=total,
        return_annual_frac=0.051,
        mean_annual_frac=0.06,
        volatility_annual_frac=0.15,
        sharpe=sharpe,
        sharpe_standard_error=None if sharpe is None else 0.44,
        max_drawdown_frac=0.2,
        turnover_annual_frac=1.234,
        cost_annual_frac=0.0012,
    )


def made_test(**more: Any) -> WalkForwardResult:
    """Return a test of 40 dates in which the recipe is beaten by equal weight."""
    dates = tuple(date(2018, 1, 1) + timedelta(days=n) for n in range(DAYS_COUNT))
    ends = {"recipe": 1.31, "equal_weight": 1.62, "minimum_variance": 1.2, "buy_and_hold": 1.1}
    labels = {"recipe": "Recipe", "equal_weight": "Equal weight", "minimum_variance": "Minimum variance",
              "buy_and_hold": "Current weights, held"}  # fmt: skip
    decision = RebalanceDecision(
        decided_on=date(2018, 1, 31), held_until=date(2018, 2, 28), periods_count=20, is_answered=True, message=None,
        assets_count=5, left_out=("ZZ",), promised_return_annual_frac=0.1234, promised_volatility_annual_frac=0.15,
        realized_return_frac=-0.0123, realized_volatility_annual_frac=0.16, standardized=-1.27, turnover_frac=0.25,
        cost_frac=0.0005,
    )  # fmt: skip
    silent = decision.model_copy(
        update={"is_answered": False, "message": "Nothing beat cash.", "promised_return_annual_frac": None}
    )
    facts: dict[str, Any] = {
        "status": "tested",
        "message": "Not distinguishable.",
        "verdict": {"kind": "not_distinguishable", "sentence": "The ratio of 1.31 is not distinguishable."},
        "notes": ("The assets are those chosen today.",),
        "recipe_label": "Maximum Sharpe ratio",
        "setup": {
            "frequency": "monthly", "every_periods": 21, "window": "rolling", "lookback_periods": 1260,
            "from_date": None, "embargo_periods": 1, "spread_bps": 10.0, "trials_count": 1,
        },
        "periods_per_year": 252,
        "assets": ("A", "B", "ZZ"),
        "dates": dates,
        "strategies": tuple(
            StrategyResult(
                key=key,
                label=labels[key],
                figures=figures(end - 1.0),
                held_count=0,
                wealth=tuple(1.0 + (end - 1.0) * n / (DAYS_COUNT - 1) for n in range(DAYS_COUNT)),
            )
            for key, end in ends.items()
        ),
        "decisions": (silent, decision),
        "calibration": calibration(0.2, 0.05),
        "frontier": tuple(
            FrontierPromise(place_frac=place, calibration=calibration(0.05 + 0.1 * place, 0.05), figures=figures(0.2),
                            held_count=0)
            for place in (0.0, 0.5, 1.0)
        ),
        "differences": (
            SharpeDifference(against="equal_weight", label="Equal weight", difference=-0.2, standard_error=0.2,
                             p_value=0.0004, lower=-0.6, upper=0.2),
        ),
        "selection": SelectionCheck(
            sharpe=0.8, trials_count=4, computed_count=4, trials_deviation=0.2, expected_best_sharpe=0.21,
            probabilistic_sharpe=0.96, deflated_sharpe=0.9, skewness=0.0, excess_kurtosis=1.0,
        ),
        "lineage": Lineage(
            engine_version="0.1.0", request_sha256="0" * 64, data={"providers": ["embedded"], "sample_assets": ["ZZ"]},
            as_of=dates[-1], observations_count=2500, window_start=dates[0], window_end=dates[-1],
        ),
        "elapsed_ms": {"total": 1.0},
    }  # fmt: skip
    return WalkForwardResult(**facts | more)


def test_wealth_has_every_strategy_thinned_with_the_recipe_on_top() -> None:
    figure = charts.wealth(made_test())
    assert [trace.name for trace in figure.data][-1] == "Recipe"
    assert {len(trace.x) for trace in figure.data} == {charts.POINTS_MAX_COUNT}
    for trace in figure.data:
        assert (trace.y[0], trace.x[-1]) == (100.0, date(2021, 7, 24))
    assert len({trace.line.dash for trace in figure.data}) == 3  # never told apart by color alone
    meta = figure.layout.meta
    assert meta["title"] == "The recipe made 131 of 100; equal weight made 162"
    assert "sample" in meta["subtitle"]
    assert meta["table"][0] == ["Day", "Recipe", "Equal weight", "Minimum variance", "Current weights, held"]
    assert len(meta["table"][1]) == 60
    assert meta["table"][1][-1][1:3] == ["131.00", "162.00"]
    assert figure.layout.yaxis.type == "linear"
    assert charts.wealth(made_test(), scale="log").layout.yaxis.type == "log"


def test_each_promise_has_an_arrow_to_what_it_realized() -> None:
    figure = charts.promises(made_test(), style="point")
    lines, promised, realized = figure.data
    assert (promised.name, realized.name) == ("Promised", "Realized")
    assert list(promised.y) == [0.05, 0.1, 0.15000000000000002, 0.2]
    assert list(realized.y) == [0.05] * 4
    arrows = [note for note in figure.layout.annotations if note.showarrow]
    assert [(one.ax, one.x) for one in arrows] == list(zip(promised.x, realized.x, strict=True))
    assert [x for x in lines.x if x is not None][:2] == [promised.x[0], realized.x[0]]
    assert figure.layout.meta["title"] == "The recipe promised 20,00% a year and earned 5,00%"
    assert [row[0] for row in figure.layout.meta["table"][1]] == [
        "Least risk", "50% of the way", "Highest return", "Recipe"
    ]  # fmt: skip


def test_without_outcomes_or_strategies_the_place_says_so() -> None:
    assert "too few outcomes" in charts.promises(made_test(frontier=(), calibration=None)).layout.meta["title"]
    assert charts.wealth(made_test(strategies=())).layout.meta["title"] == "There is no wealth to draw."


@pytest.mark.parametrize("make", [charts.wealth, charts.promises])
def test_files_are_drawn_from_the_same_figure(make: Any, tmp_path: Any) -> None:
    data = draw(make(made_test()), "png", made_at_utc=datetime(2026, 1, 1, tzinfo=UTC), cache_dir=tmp_path)
    assert Image.open(io.BytesIO(data)).size[0] > 800
