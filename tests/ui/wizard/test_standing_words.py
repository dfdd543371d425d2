"""Do the words beside a draft and a result say no more, and nothing else, than is so?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import plotly
import pytest

from callbacks.optimize_clashes import clashes
from callbacks.optimize_numbers import Reader, TypedProblem
from callbacks.optimize_show import _light
from callbacks.optimize_summary import Checked
from callbacks.run_costs import costs_part
from components.result_view import LIMIT_COLUMNS
from components.wizard_estimates import PRIORS
from components.wizard_universe import COLUMNS
from services.optimize_ruled import STILL_CLASHES
from services.source_names import source_names


def said(part: Any) -> str:
    return json.dumps(part, cls=plotly.utils.PlotlyJSONEncoder)


def test_a_field_that_cannot_be_used_is_not_yet_and_only_an_obstacle_is_not_possible() -> None:
    problem = TypedProblem("max", "The largest position is empty.", "Type a percentage.")
    light = said(_light(Checked(None, None, (problem,)), is_fresh=False))
    assert "Not yet" in light
    assert "Not possible" not in light
    stuck: Any = SimpleNamespace(obstacle=object(), warnings=())
    ready: Any = Checked(SimpleNamespace(), stuck, ())  # type: ignore[arg-type]
    assert "Not possible" in said(_light(ready, is_fresh=False))


def test_a_figure_out_of_its_span_is_told_in_plain_words() -> None:
    reader = Reader()
    assert reader.percent("max", "The largest position", "120", 0, 100, "25") is None
    assert reader.problems[0].message == "The largest position is “120%”; it may be from 0% to 100%."
    assert reader.percent("risk_max", "The highest volatility", "0", 0.1, 200, "20") is None
    assert reader.problems[1].message == "The highest volatility is “0%”; it may be from 0.1% to 200%."


@pytest.mark.parametrize("typed", ["-1", "0", "1e99", "2000"])
def test_a_number_out_of_its_span_is_not_told_to_be_none(typed: str) -> None:
    reader = Reader()
    assert reader.plain("risk_aversion", "Risk aversion", typed, 0.01, 1000, 4.0) == 4.0
    assert reader.problems[0].message == f"Risk aversion is “{typed}”; it may be from 0.01 to 1,000."
    assert reader.plain("risk_aversion", "Risk aversion", "much", 0.01, 1000, 4.0) == 4.0
    assert reader.problems[1].message == "Risk aversion is “much”; a number is needed."


@pytest.mark.parametrize(
    ("distance", "words"),
    [(2.7e-6, "by less than 0.001% a year"), (1.2e-5, "by 0.001% a year"), (0.0, "by 0.000% a year")],
)
def test_a_distance_that_is_not_zero_never_reads_as_zero(distance: float, words: str) -> None:
    lots = SimpleNamespace(
        lines=[], cash_frac=0.0, cash_money=None, tracking_error_annual_frac=distance, is_inside=True, note=""
    )
    result: Any = SimpleNamespace(costs=None, lots=lots)
    assert words in said(costs_part(result, None, "comma"))


def test_a_source_is_named_as_in_the_settings() -> None:
    assert source_names(["embedded", "upload", "else"]) == "Embedded history, Imported files, else"


def test_choices_of_estimates_fit_their_field() -> None:
    label = next(one["label"] for one in PRIORS if one["value"] == "market")
    assert len(label) <= 26  # a field of a third of the page shows so many


def test_columns_with_long_heads_let_them_wrap() -> None:
    heads = [one for one in LIMIT_COLUMNS if one["field"] == "price"]
    heads += [one for one in COLUMNS if one["field"] in {"years", "gaps"}]
    assert len(heads) == 3
    assert all(one["wrapHeaderText"] and one["autoHeaderHeight"] for one in heads)


def test_the_universe_fits_beside_the_summary_on_a_laptop() -> None:
    assert sum(one["minWidth"] for one in COLUMNS) + 50 <= 817  # the table's width at 1440 px, with the box to tick
    assert all(one["cellRenderer"] == "qpoLines" for one in COLUMNS if one["field"] in {"name", "sector"})


def test_no_row_of_the_universe_is_measured() -> None:
    """A height that follows the text is found out cell by cell, while the page stands still."""
    assert not any(one.get("autoHeight") for one in COLUMNS)


def test_a_way_out_is_told_with_what_the_doctor_notes_of_it() -> None:
    repair = SimpleNamespace(changes=("one",), sentence="Raise the largest position to 25%.")
    clash = SimpleNamespace(is_feasible=False, joint_repair=repair, conflicts=(), notes=(STILL_CLASHES,))
    checked: Any = Checked(SimpleNamespace(), SimpleNamespace(diagnosis=clash), ())  # type: ignore[arg-type]
    told, is_hidden = clashes(checked, "comma")
    assert not is_hidden
    assert repair.sentence in str(told)
    assert STILL_CLASHES in str(told)
