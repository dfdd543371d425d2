"""Do the charts of trade-offs say what was found, how surely, and which portfolio stands out, also on paper?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.pareto import words
from engine.pareto.result import ParetoUnit
from services.charts import tradeoffs as surface
from services.charts import tradeoffs_axes as axes_chart
from services.charts.look import Look
from services.charts.tradeoffs import FIRST_MARK, MARKS, Marks, tradeoffs_surface, usual_axes
from services.charts.tradeoffs_axes import tradeoffs_side_by_side
from services.charts.tradeoffs_scale import axis_title, goodness, shades, value_text
from services.exports_vector import draw

NOW = datetime(2023, 1, 2, tzinfo=UTC)


def axis(kind: str, label: str, unit: str, ideal: float, nadir: float) -> dict[str, Any]:
    return {
        "kind": kind, "label": label, "unit": unit, "is_maximized": ideal > nadir, "share_frac": 1 / 3,
        "ideal": ideal, "nadir": nadir, "reference": nadir,
    }  # fmt: skip


def point(values: list[float], *, is_exact: bool = True) -> dict[str, Any]:
    return {
        "values": values, "weights_frac": [0.5, 0.5], "return_annual_frac": values[0],
        "volatility_annual_frac": values[1], "is_exact": is_exact, "kkt_worst": None,
    }  # fmt: skip


@pytest.fixture
def found() -> dict[str, Any]:
    """Five points in three objectives, one of them found by search, with a current portfolio."""
    points = [point([0.04 + 0.02 * n, 0.08 + 0.02 * n, 30.0 - 2.0 * n], is_exact=n != 2) for n in range(5)]
    return {
        "status": "near_optimal", "message": "Five portfolios.",
        "assets": ["AAPL", "KO"],
        "axes": [
            axis("return", "Expected return", "annual_frac", 0.12, 0.04),
            axis("volatility", "Volatility", "annual_frac", 0.08, 0.16),
            axis("esg", "ESG score", "score", 30.0, 22.0),
        ],
        "points": points,
        "current": point([0.05, 0.18, 21.0], is_exact=False),
        "asset_points": [{"asset": "AAPL", "return_annual_frac": 0.13, "volatility_annual_frac": 0.2}],
        "exact_count": 4, "searched_count": 1, "pairs": [],
        "lineage": {"as_of": "2022-12-28", "observations_count": 1260, "data": {"providers": ["embedded"]}},
    }  # fmt: skip


@pytest.mark.requirement("1.2.A4")
def test_proven_and_searched_points_differ_in_shape_and_word_and_the_third_objective_is_the_color(found):
    figure = tradeoffs_surface(found)
    proven, searched, assets = figure.data[:FIRST_MARK]
    assert (proven.name, searched.name) == ("Proven", "Found by search")
    assert proven.marker.symbol != searched.marker.symbol
    assert (list(proven.x), list(proven.y)) == ([0.08, 0.1, 0.14, 0.16], [0.04, 0.06, 0.1, 0.12])
    assert list(searched.x) == [0.12]
    assert len(set(proven.marker.color)) == 4
    assert list(assets.customdata) == ["AAPL"]
    assert figure.layout.xaxis.title.text == "Volatility a year"
    assert "4 proven, 1 found by search" in figure.layout.title.text
    assert "color: ESG score, from 22.0 (blue) to 30.0 (amber)" in figure.layout.title.subtitle.text
    columns, rows = figure.layout.meta["table"]
    assert columns == ["Portfolio", "Expected return a year", "Volatility a year", "ESG score", "How found"]
    assert rows[0] == ["Current", "5.00%", "18.00%", "21.0", "held now"]
    assert rows[3][-1] == "by search"


def test_of_many_points_the_table_names_some_from_end_to_end(found):
    found["points"] = [point([0.001 * n, 0.002 * n, 30.0 - n / 100]) for n in range(200)]
    rows = tradeoffs_surface(found).layout.meta["table"][1]
    assert [row[0] for row in rows[:2]] == ["Current", "1"]
    assert rows[-1][0] == "200"
    assert len(rows) == 1 + surface.TABLE_ROWS_MAX_COUNT


def test_the_marks_are_always_there_so_that_they_can_be_moved(found):
    bare, marked = tradeoffs_surface(found), tradeoffs_surface(found, marks=Marks([0.1, 0.14, 24.0], [0.06, 0.1, 28.0]))
    for figure, seen in ((bare, [True, False, False]), (marked, [True, True, True])):
        marks = figure.data[FIRST_MARK : FIRST_MARK + len(MARKS)]
        assert [trace.name for trace in marks] == ["Current", "Recommended", "Chosen"]
        assert [bool(trace.showlegend) for trace in marks] == seen
    assert list(marked.data[FIRST_MARK + 2].x) == [0.14]
    assert "ESG score 24.0" in marked.data[FIRST_MARK + 2].customdata[0]


def test_any_two_objectives_can_be_chosen_and_assets_stand_only_where_they_are_known(found):
    figure = tradeoffs_surface(found, across=2, up=0, tint=1)
    assert list(figure.data[0].x) == [30.0, 28.0, 24.0, 22.0]
    assert not figure.data[2].x
    plain = tradeoffs_surface(found, across=1, up=0, tint=1)
    assert isinstance(plain.data[0].marker.color, str)
    assert usual_axes(found["axes"]) == (1, 0, 2)
    assert usual_axes([found["axes"][2], found["axes"][1]]) == (1, 0, None)


@pytest.mark.requirement("1.2.A5")
def test_each_portfolio_is_a_line_over_all_objectives_and_up_is_better(found):
    figure = tradeoffs_side_by_side(found, marks=Marks([0.12, 0.16, 22.0]))
    names = axes_chart.names_of(found["axes"])
    proven = figure.data[0]
    assert list(proven.x[:4]) == [*names, None]
    assert list(proven.y[:4]) == [0.0, 1.0, 1.0, None]
    assert proven.y[4:7] == pytest.approx([0.25, 0.75, 0.75])
    assert figure.data[1].line.dash == "dot"
    chosen = figure.data[axes_chart.FIRST_MARK + MARKS.index("chosen")]
    assert list(chosen.y) == [1.0, 0.0, 0.0]
    current = figure.data[axes_chart.FIRST_MARK]
    low, high = axes_chart.SEEN
    assert all(low < height < high for height in current.y)
    ends = {(note.x, note.y): note.text for note in figure.layout.annotations if note.name != "source"}
    assert ends[names[1], 1.0] == "8.00%"
    assert ends[names[2], 0.0] == "22.0"


def test_values_read_in_their_unit_and_in_the_readers_format():
    look = Look(style="point")
    assert value_text(axis("cvar", "CVaR", "period_frac", 0.0, 1.0), 0.0213, look) == "2,13%"
    assert value_text(axis("holdings_count", "Holdings", "count", 0.0, 1.0), 12.0, look) == "12"
    assert value_text(axis("sharpe", "Sharpe ratio", "ratio", 0.0, 1.0), 0.714, look) == "0,71"
    assert axis_title(axis("cvar", "CVaR", "period_frac", 0.0, 1.0)) == "CVaR a day"
    assert goodness(axis("esg", "ESG", "score", 5.0, 5.0), 5.0) == 1.0
    assert len(set(shades([1.0, 2.0, 3.0]))) == 3
    assert len(set(shades([1.0, 1.0]))) == 1


@pytest.mark.parametrize("chart", [tradeoffs_surface, tradeoffs_side_by_side])
def test_without_points_the_reason_stands_in_the_place_of_the_chart(chart):
    figure = chart({"axes": [], "points": [], "message": "No portfolio meets the limits."})
    assert figure.layout.annotations[0].text == "No portfolio meets the limits."


@pytest.mark.requirement("1.2.B4")
@pytest.mark.parametrize("chart", [tradeoffs_surface, tradeoffs_side_by_side])
def test_both_charts_become_a_pdf_without_a_browser(chart, found, tmp_path):
    data = draw(chart(found, marks=Marks([0.12, 0.16, 22.0])), "pdf", made_at_utc=NOW, cache_dir=tmp_path)
    assert data.startswith(b"%PDF")
    assert len(data) > 10_000
    assert surface.NAME != axes_chart.NAME


@pytest.mark.requirement("4.3.D5")
def test_points_that_break_rules_of_compliance_are_marked_and_named_in_the_table(found):
    count = len(found["points"])
    rules = {"checked": ["5/10/40"], "broken": [["5/10/40"], *[[]] * (count - 1)]}
    figure = tradeoffs_surface(found | {"rules": rules})
    crosses = figure.data[-1]
    assert crosses.name == "Breaks a rule"
    assert (len(crosses.x), list(crosses.customdata)) == (1, ["5/10/40"])
    heads, rows = figure.layout.meta["table"]
    assert heads[-1] == "Rules broken"
    assert [row[-1] for row in rows if row[0] != "Current"] == ["5/10/40", *["none"] * (count - 1)]
    assert tradeoffs_surface(found).data[-1].name != "Breaks a rule"


@pytest.mark.parametrize("unit", ["annual_frac", "period_frac", "frac", "score", "ratio", "count"])
@pytest.mark.parametrize("value", [0.126, -0.2, 0.0, 40.0, 61.26])
def test_the_sentence_of_the_choice_writes_a_value_as_the_tables_do(unit: ParetoUnit, value: float) -> None:
    assert words.figure(value, unit) == value_text(axis("any", "Any", unit, 0.0, 1.0), value, Look()).replace(",", "")
