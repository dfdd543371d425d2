"""Do the charts of a benchmark show its frontiers, its gaps and the race, with their numbers as a table?"""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from engine.academic.solve import benchmark
from engine.academic.spec import AcademicOptions
from services.charts.academic import CHARTS, academic_figure, academic_frontier, academic_hypervolume
from services.errors import NotFound
from services.exports_vector import draw
from services.messages.academic import AcademicResult
from tests.engine.academic_worlds import instance


@pytest.fixture(scope="module")
def found() -> AcademicResult:
    return benchmark(instance(6), options=AcademicOptions(holdings_count=3, tradeoffs_count=5, evaluations_count=1000))


def test_the_frontier_shows_what_is_proven_and_what_is_open(found: AcademicResult) -> None:
    figure = academic_frontier(found)
    assert [trace.name for trace in figure.data] == ["Exact frontier", "3 holdings, proven"]
    assert list(figure.data[0].x) == [math.sqrt(one.variance_period) for one in found.frontier]
    assert figure.layout.meta["title"].startswith(f"{found.corners_count} corners make the whole frontier; 3 holdings")
    is_open = found.few[0].model_copy(update={"gap_frac": 0.034})
    figure = academic_frontier(found.model_copy(update={"few": (is_open, *found.few[1:])}), style="point")
    assert [trace.name for trace in figure.data][1:] == ["3 holdings, proven", "3 holdings, gap open"]
    assert figure.layout.meta["table"][1][found.corners_count][-1] == "3,40%"


def test_the_race_is_drawn_over_time_and_told_by_evaluations(found: AcademicResult) -> None:
    figure = academic_hypervolume(found, "all")
    assert [trace.name for trace in figure.data] == ["Exact frontier", "NSGA-II", "NSGA-III"]
    times = {one.algorithm: one.elapsed_ms for one in found.times if one.problem == "all"}
    assert list(figure.data[1].x) == [math.log10(ms) for ms in times["nsga2"]]
    assert figure.layout.xaxis.tickvals[figure.layout.xaxis.ticktext.index("1 s")] == 3.0
    columns, rows = figure.layout.meta["table"]
    assert columns == ["Algorithm", "Evaluations", "Time", "Hypervolume"]
    assert len(rows) == sum(len(curve.evaluations_count) for curve in found.curves if curve.problem == "all")
    few = academic_hypervolume(found, "few")
    assert [trace.name for trace in few.data] == ["Search with proof", "NSGA-II", "NSGA-III"]


def test_paper_shows_the_marks_that_the_figure_states(found: AcademicResult) -> None:
    took = [np.geomspace(20.0, 2_000.0, len(one.elapsed_ms)).tolist() for one in found.times]  # on any machine
    times = tuple(one.model_copy(update={"elapsed_ms": tuple(ms)}) for one, ms in zip(found.times, took, strict=True))
    figure = academic_hypervolume(found.model_copy(update={"times": times}), "all")
    drawn = draw(figure, "svg", made_at_utc=datetime(2026, 1, 1, tzinfo=UTC))
    assert b"100 ms" in drawn


def test_each_chart_has_its_name_and_no_other(found: AcademicResult) -> None:
    names = [academic_figure(name, found).layout.meta["name"] for name in CHARTS]
    assert names == ["academic-frontier", "academic-hypervolume-all", "academic-hypervolume-few"]
    with pytest.raises(NotFound, match="no chart named 'weights'"):
        academic_figure("weights", found)


def test_one_portfolio_alone_is_said_to_be_no_frontier(found: AcademicResult) -> None:
    alone = found.model_copy(update={"frontier": (), "curves": (), "times": (), "scores": ()})
    assert "no frontier" in academic_frontier(alone).layout.meta["title"]
    assert "nothing to compare" in academic_hypervolume(alone, "few").layout.meta["title"]
