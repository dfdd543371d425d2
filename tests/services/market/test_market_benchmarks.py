"""Is it told what can be measured against, of which benchmarks the constituents are known, and nobody else's shown?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from services.errors import InvalidRequest
from services.imports import Imports
from services.optimize_market import market_problems
from services.optimize_parse import parse
from tests.services.market.test_optimize_facts import index_benchmark, optimizer

OWN = (
    b"benchmark,symbol,date,weight,name,currency\n"
    b"HOUSE,AAPL,2022-06-30,0.4,House benchmark,USD\nHOUSE,KO,2022-06-30,0.6,House benchmark,USD\n"
    b"HOUSE,AAPL,2022-09-30,0.5,House benchmark,USD\nHOUSE,KO,2022-09-30,0.5,House benchmark,USD\n"
)
MARKET_KINDS: list[dict[str, Any]] = [
    {"kind": "capm"},
    {"kind": "capm", "reference": "benchmark"},
    {"kind": "market_implied"},
    {"kind": "black_litterman", "views": [{"asset": "KO", "return_annual_frac": 0.06}]},
]


def asked(returns: dict[str, Any], **more: Any) -> Any:
    basis: dict[str, Any] = {
        "asset_ids": ["AAPL", "KO", "XOM"],
        "objective": {"kind": "max_sharpe"},
        "estimates": {"expected_returns": returns, "lookback_days": 250},
    }
    return parse(json.dumps(basis | more))


def test_an_index_has_closes_and_no_constituents(shared_house: Any) -> None:
    (index,) = [one for one in shared_house.market.benchmarks(shared_house.manager) if one.kind == "index"]
    assert (index.has_weights, index.weights_from, index.weights_to) == (False, None, None)
    assert index.prices_from is not None
    assert index.prices_to == date(2022, 12, 28)


@pytest.mark.requirement("1.3.F3")
def test_weights_of_one_s_own_are_dated_and_stay_in_the_house(house: Any) -> None:
    Imports(house.ports).run(OWN, "w.csv", house.manager)
    (own,) = [one for one in house.market.benchmarks(house.manager) if one.symbol == "HOUSE"]
    assert (own.has_weights, own.weights_from, own.weights_to) == (True, date(2022, 6, 30), date(2022, 9, 30))
    assert not [one for one in house.market.benchmarks(house.stranger) if one.symbol == "HOUSE"]


@pytest.mark.parametrize("returns", MARKET_KINDS)
def test_without_a_market_the_estimate_is_refused_at_its_field_before_the_run(
    shared_house: Any, returns: dict[str, Any]
) -> None:
    optimize, who = optimizer(shared_house), shared_house.manager
    for more, cause in (
        ({}, "No benchmark is chosen"),
        ({"benchmark_id": index_benchmark(shared_house)}, "not stored"),
    ):
        preview = optimize.preview(asked(returns, **more), who)
        assert not preview.is_ready
        (problem,) = preview.problems
        assert problem.path == "estimates.expected_returns"
        assert cause in problem.message
        for way in ("benchmark with weights", "Imports > Prices", "another estimate"):
            assert way in problem.advice
        with pytest.raises(InvalidRequest) as refusal:
            optimize.submit(asked(returns, **more), who)
        assert refusal.value.fields[0].path == "estimates.expected_returns"


@pytest.mark.parametrize(
    "more",
    [
        {"objective": {"kind": "min_tracking_error"}},
        {"constraints": [{"kind": "tracking_error", "max_annual_frac": 0.05}]},
        {"constraints": [{"kind": "position_bounds", "relative_to": "benchmark", "max_frac": 0.1}]},
        {
            "constraints": [
                {"kind": "group_limit", "dimension": "sector", "group": "Energy", "relative_to": "benchmark"}
                | {"max_frac": 0.1}
            ]
        },
    ],
)
def test_a_benchmark_without_weights_is_told_apart_from_none(shared_house: Any, more: dict[str, Any]) -> None:
    optimize, who = optimizer(shared_house), shared_house.manager
    (index,) = [one for one in shared_house.market.benchmarks(who) if one.kind == "index"]
    basis = {"asset_ids": ["AAPL", "KO", "XOM"], "objective": {"kind": "min_volatility"}} | more
    (none,) = optimize.preview(parse(json.dumps(basis)), who).problems
    assert "none is given" in none.message or "no benchmark" in none.message
    (unknown,) = optimize.preview(parse(json.dumps(basis | {"benchmark_id": index.id})), who).problems
    assert unknown.path == none.path
    assert f"The weights of the benchmark {index.name} are not known" in unknown.message
    for way in ("benchmark with weights", "import weights", "`facts.benchmark_weights`"):
        assert way in unknown.advice


@pytest.mark.parametrize("returns", MARKET_KINDS)
def test_with_a_benchmark_of_known_constituents_they_may_be_asked_for_and_it_is_named(
    house: Any, returns: dict[str, Any]
) -> None:
    Imports(house.ports).run(OWN, "w.csv", house.manager)
    (own,) = [one for one in house.market.benchmarks(house.manager) if one.symbol == "HOUSE"]
    preview = optimizer(house).preview(asked(returns, benchmark_id=own.id), house.manager)
    assert preview.is_ready, preview.problems
    assert preview.benchmark_name == "House benchmark"
    assert "measured against House benchmark" in preview.sentence
    inputs = optimizer(house).inputs.read(asked(returns, benchmark_id=own.id), house.manager)
    assert inputs.lineage is not None
    assert inputs.lineage["benchmark"] == "House benchmark"


def test_a_starting_point_of_one_s_own_needs_no_market(shared_house: Any) -> None:
    prior = {"AAPL": 0.08, "KO": 0.05, "XOM": 0.06}
    returns = {"kind": "black_litterman", "views": MARKET_KINDS[3]["views"], "prior_returns_annual_frac": prior}
    assert optimizer(shared_house).preview(asked(returns), shared_house.manager).is_ready
    weighted = {"long": ["KO", "XOM"], "short": ["AAPL"], "return_annual_frac": 0.01, "shares": "market"}
    problems = optimizer(shared_house).preview(asked(returns | {"views": [weighted]}), shared_house.manager).problems
    assert [one.path for one in problems] == ["estimates.expected_returns"]


def test_market_weights_given_for_some_assets_only_are_named() -> None:
    facts = {"market_weights": {"AAPL": 0.7, "KO": 0.3}}
    request = asked({"kind": "market_implied"}, facts=facts)
    (problem,) = market_problems(request, ("AAPL", "KO", "XOM"), request.facts, None)
    assert "XOM" in problem.message


def test_a_benchmark_without_any_of_the_assets_is_told(shared_house: Any) -> None:
    request = asked({"kind": "market_implied"}, facts={"benchmark_weights": {"MSFT": 1.0}})
    (problem,) = optimizer(shared_house).preview(request, shared_house.manager).problems
    assert "None of these assets is in the benchmark" in problem.message


def test_no_sharpe_ratio_above_every_return_is_told_in_the_preview_with_the_way_out(shared_house: Any) -> None:
    request = asked({"kind": "historical_mean"}, as_of="2009-03-09")  # the end of a year in which all three fell
    preview = optimizer(shared_house).preview(request, shared_house.manager)
    assert preview.is_ready
    assert preview.obstacle is not None
    assert preview.obstacle.path == "objective"
    assert "risk-free rate of 0%" in preview.obstacle.message
    assert "minimum volatility" in preview.obstacle.advice
    calm = request.model_copy(update={"as_of": date(2021, 12, 31)})
    assert optimizer(shared_house).preview(calm, shared_house.manager).obstacle is None


def test_the_preview_says_which_days_all_assets_have_in_common(shared_house: Any) -> None:
    preview = optimizer(shared_house).preview(asked({"kind": "historical_mean"}), shared_house.manager)
    assert preview.window_start is not None
    assert preview.as_of is not None
    assert (preview.as_of - preview.window_start).days > 350
    assert preview.observations_count == 250
