"""Does a list of runs tell what each found, without reading results, and does the bell say so too?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunOutcome
from services.optimize import Optimize
from services.runs_kind_optimization import KIND, label_of
from services.runs_rows import _subject

PROBLEM = {
    "assets": ["A", "B"],
    "expected_returns": [0.0004, 0.0006],
    "covariance": [[0.0001, 0.0], [0.0, 0.0002]],
}


def request(largest_frac: float) -> OptimizationRequest:
    wanted: dict[str, Any] = {
        "schema_version": 1,
        "problem": {
            "assets": PROBLEM["assets"],
            "expected_returns_frac": PROBLEM["expected_returns"],
            "covariance": PROBLEM["covariance"],
            "periods_per_year": 252,
        },
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": largest_frac}],
    }
    return OptimizationRequest.model_validate_json(json.dumps(wanted))


@pytest.fixture
def ended(house: Any, manager: Any) -> dict[str, str]:
    """Return the ids of a run that found a portfolio and of one that found that there is none."""
    house.optimize = Optimize(house.ports, runs=house.runs, market=None, portfolios=None)
    ids = {}
    for name, largest_frac in (("found", 0.9), ("none", 0.2)):
        run = house.runs.submit(KIND.name, request(largest_frac), manager)
        house.runs.execute(run.id)
        ids[name] = run.id
    return ids


def test_the_row_says_what_the_answer_is(house: Any, manager: Any, ended: dict[str, str]) -> None:
    found, none = (house.runs.get(ended[name], manager) for name in ("found", "none"))
    assert (found.status, found.outcome, found.is_without_portfolio) == ("succeeded", RunOutcome.OPTIMAL, False)
    assert (none.status, none.outcome, none.is_without_portfolio) == ("succeeded", RunOutcome.INFEASIBLE, True)


def test_lists_part_the_two_and_know_no_outcome_of_what_has_none(
    house: Any, manager: Any, ended: dict[str, str]
) -> None:
    def listed(**wanted: Any) -> set[str]:
        return {run.id for run in house.runs.list(manager, status="succeeded", **wanted).items}

    assert listed(has_portfolio=False) == {ended["none"]}
    assert listed(has_portfolio=True) == {ended["found"]}
    assert listed() == set(ended.values())
    assert listed(owner_id=manager.user_id) == set(ended.values())
    assert listed(owner_id="somebody-else") == set()


def test_the_bell_does_not_call_an_answer_without_a_portfolio_finished(
    house: Any, manager: Any, ended: dict[str, str]
) -> None:
    told = {one.link: one for one in house.events.notifications(manager)}
    none = told[f"/runs/{ended['none']}"]
    assert none.title == "Minimum volatility, 2 assets: no portfolio meets the limits"
    assert none.severity == "warning"
    assert told[f"/runs/{ended['found']}"].title == "Minimum volatility, 2 assets is finished"


@pytest.mark.parametrize(
    ("name", "portfolio_id", "title"),
    [
        ("Spring review", "p", "Growth: Spring review"),
        ("Growth, spring", "p", "Growth, spring"),
        (None, "p", "Growth: Optimization"),
        ("Spring review", None, "Spring review"),
        ("Spring review", "gone", "Spring review"),
    ],
)
def test_a_run_is_told_with_its_portfolio_unless_its_name_says_it(
    name: str | None, portfolio_id: str | None, title: str
) -> None:
    known = {"p": SimpleNamespace(name="Growth")}
    kept = SimpleNamespace(get_many=lambda ids: {one: known[one] for one in ids if one in known})
    row: Any = SimpleNamespace(name=name, portfolio_id=portfolio_id)
    uow: Any = SimpleNamespace(portfolios=kept)
    assert _subject(uow, row, "Optimization") == title


def test_a_run_without_a_name_is_called_by_what_it_is_and_a_named_one_by_its_name(house: Any, manager: Any) -> None:
    assert label_of(request(0.9)) == "Minimum volatility, 2 assets"
    assert house.runs.submit(KIND.name, request(0.9), manager).name == "Minimum volatility, 2 assets"
    assert house.runs.submit(KIND.name, request(0.9), manager, name="Spring review").name == "Spring review"
