"""Do the charts say what the result holds?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.risk import PortfolioSample
from engine.risk.max_drawdown import MaxDrawdown
from services.charts import (
    allocation_bars,
    drawdown,
    efficient_frontier,
    price_line,
    sector_allocation,
    value_history,
    weights_comparison,
)
from services.charts.labels import Canvas, around, label_box, place


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("draw", [efficient_frontier, weights_comparison, sector_allocation])
def test_each_chart_states_its_finding_its_measure_and_its_day(result, draw):
    figure = draw(result)
    meta = figure.layout.meta
    assert figure.layout.title.text == meta["title"]
    assert any(letter.isdigit() for letter in meta["title"])
    assert "prices to 28 Dec 2022" in meta["subtitle"]
    columns, rows = meta["table"]
    assert rows
    assert all(len(row) == len(columns) for row in rows)


def test_the_frontier_shows_assets_current_and_proposed_where_they_lie(result):
    figure = efficient_frontier(result)
    assert (named(figure, "Proposed").x[0], named(figure, "Proposed").y[0]) == (0.14, 0.1)
    assert (named(figure, "Current").x[0], named(figure, "Current").y[0]) == (0.17, 0.08)
    assert len(named(figure, "Single assets").x) == 12
    assert len(named(figure, "Efficient frontier").x) == 12
    assert "10.00% expected return at 14.00% volatility" in figure.layout.title.text
    assert "today 8.00% at 17.00%" in figure.layout.title.text


def test_without_a_current_portfolio_the_frontier_names_the_sharpe_ratio_instead(result):
    figure = efficient_frontier(result | {"current_metrics": None})
    assert "Sharpe ratio of 0.71" in figure.layout.title.text
    assert all(trace.name != "Current" for trace in figure.data)


def test_an_infeasible_result_is_a_sentence_and_never_an_empty_chart(result):
    bad = result | {
        "status": "infeasible",
        "weights": [],
        "metrics": None,
        "message": "5 stocks at 10% reach only 50%.",
    }
    for draw in (efficient_frontier, weights_comparison):
        figure = draw(bad)
        assert figure.layout.annotations[0].text == "5 stocks at 10% reach only 50%."
        assert figure.layout.xaxis.visible is False


def test_weights_are_sorted_and_the_numbers_stand_beside_them(result):
    figure = weights_comparison(result)
    assert list(named(figure, "Proposed").x)[:3] == [0.25, 0.2, 0.15]
    texts = [note.text for note in figure.layout.annotations if note.name != "source"]
    assert texts[:2] == ["25.00%", "+16.67 pp"]
    moved = sum(abs(w["weight_frac"] - w["current_frac"]) for w in result["weights"]) / 2
    assert figure.layout.title.text.startswith(f"One-way turnover {moved * 100:.1f}%: most into AAPL (+16.67 pp)")


def test_weights_without_current_ones_are_bars(result):
    lone = [w | {"current_frac": None, "trade_frac": None} for w in result["weights"]]
    figure = weights_comparison(result | {"weights": lone})
    assert figure.data[0].type == "bar"
    assert figure.layout.title.text == "8 holdings proposed; the largest is AAPL with 25.00%"


def test_sectors_add_up_and_carry_their_limit(result):
    figure = sector_allocation(result)
    assert math.isclose(sum(named(figure, "Proposed").x), sum(w["weight_frac"] for w in result["weights"]))
    assert list(named(figure, "Limit").x) == [0.3]


def test_a_short_sector_lies_left_of_zero():
    figure = allocation_bars({"Energy": 0.6, "Utilities": -0.2})
    assert figure.layout.xaxis.range[0] < -0.2
    assert list(figure.data[0].x) == [0.6, -0.2]


def test_history_begins_at_one_hundred_and_tells_gain_and_benchmark(course):
    days, index = course
    figure = value_history(days, index, benchmark=[50.0] * 299 + [55.0], name="Growth", benchmark_name="Index")
    assert named(figure, "Growth").y[0] == 100
    assert named(figure, "Index").y[-1] == pytest.approx(110)
    assert figure.layout.title.text.endswith("Index gained 10.00%")


def test_gaps_stay_gaps(course):
    days, index = course
    figure = value_history(days, [*index[:10], None, *index[11:]])
    assert math.isnan(figure.data[0].y[10])
    assert figure.layout.meta["table"][1][0][1] == "100.00"


def test_drawdown_finds_the_deepest_fall_and_where_it_stands_now(course):
    days, index = course
    figure = drawdown(days, index)
    assert min(figure.data[0].y) == pytest.approx(-0.2)
    assert max(figure.data[0].y) == 0
    assert figure.layout.title.text.startswith("Deepest fall: 20.00%")
    assert figure.layout.title.text.endswith("it is now 10.00% below")


@settings(deadline=None)  # a busy machine is no failure
@given(returns=st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=30))
def test_drawdown_is_that_of_the_engine_a_loss_on_the_first_day_included(returns):
    index = np.cumprod(1.0 + np.array(returns)).tolist()
    figure = drawdown([f"2022-01-{n + 1:02d}" for n in range(len(index))], index, start=1.0)
    engines = MaxDrawdown().compute(PortfolioSample(np.array(returns), 0.0, 0.0))
    assert -min(figure.data[0].y) == pytest.approx(engines, abs=1e-12)
    assert max(figure.data[0].y) <= 0.0
    if returns[0] < 0.0:
        assert figure.data[0].y[0] == pytest.approx(returns[0])


def test_drawdown_leaves_gaps_out_and_keeps_the_peak_over_them():
    figure = drawdown(["2022-01-03", "2022-01-04", "2022-01-05"], [1.1, None, 0.99], start=1.0)
    assert figure.data[0].y[0] == 0.0
    assert math.isnan(figure.data[0].y[1])
    assert figure.data[0].y[2] == pytest.approx(-0.1)


def test_too_little_history_says_so():
    for figure in (value_history([], []), drawdown([], []), price_line([], [], symbol="AAPL")):
        assert "not enough" in figure.layout.title.text


def test_the_table_of_a_long_history_stays_readable(course):
    days, index = course
    rows = price_line(days, index, symbol="AAPL").layout.meta["table"][1]
    assert len(rows) == 60
    assert rows[0][0] == "1 Jan 2020"
    assert rows[-1][0] == "26 Oct 2020"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axes_and_zoom_stay_put_under_new_data(result, theme):
    figure = efficient_frontier(result, theme=theme)
    assert figure.layout.uirevision == "efficient-frontier"
    assert figure.layout.template.layout.dragmode is False


def test_names_of_points_never_cover_each_other_or_a_point():
    points = [(n % 7 / 7 + 0.02 * n, n % 5 / 5 + 0.01 * n, f"ASSET{n}") for n in range(24)]
    canvas = Canvas(300, 240, (-0.2, 1.6), (-0.2, 1.4))
    chosen, used = place(points, canvas)
    boxes = used[len(points) :]
    assert any(chosen)
    assert len(boxes) == sum(spot is not None for spot in chosen)
    for n, box in enumerate(boxes):
        assert box.lies_in(canvas.box)
        assert not any(box.overlaps(other) for other in boxes[n + 1 :])
    markers = [around(*canvas.to_px(x, y), 4) for x, y, _ in points]
    assert not any(box.overlaps(marker) for box in boxes for marker in markers)


def test_important_names_are_placed_before_others():
    points = [(0.5, 0.5, "FIRST"), (0.5, 0.5, "SECOND")]
    canvas = Canvas(60, 30, (0, 1), (0, 1))
    chosen, _ = place(points, canvas, order=[1, 0])
    assert (chosen[0] is None) or (chosen[1] is not None)


def test_a_label_lies_on_the_side_that_it_names():
    assert label_box(0, 0, "A", (1, 0)).left > 0
    assert label_box(0, 0, "A", (-1, 0)).right < 0
    assert label_box(0, 0, "A", (0, 1)).bottom > 0
