"""Does a run that is reopened in the wizard ask for the same again, whatever its goal and its estimates are?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callbacks.optimize_draft import build
from callbacks.optimize_local import localized
from callbacks.optimize_restore import from_request
from engine.estimators import ESTIMATORS
from engine.objectives import OBJECTIVES
from services.formatting import Style
from services.messages.optimize import OptimizationRequest

ASSETS = ("AAPL", "JPM", "KO", "MSFT", "XOM")


def shares(low: float, high: float, places: int = 6) -> st.SearchStrategy[float]:
    """Return fractions with as many digits as anybody gives."""
    return st.floats(low, high).map(lambda value: round(value, places))


ANNUAL = shares(-0.5, 0.5)
SURE = st.one_of(st.none(), shares(0.01, 1.0))


@st.composite
def views(draw: st.DrawFn) -> dict[str, Any]:
    """Return a view of an asset or a basket, alone or against another."""
    names = draw(st.permutations(ASSETS))
    ahead, behind = draw(st.integers(1, 2)), draw(st.integers(0, 2))
    view: dict[str, Any] = {"return_annual_frac": draw(ANNUAL)}
    view |= {"asset": names[0]} if ahead == 1 and not behind else {"long": list(names[:ahead])}
    if behind:
        view |= {"short": list(names[ahead : ahead + behind]), "shares": draw(st.sampled_from(["equal", "market"]))}
    sure = draw(SURE)
    if sure is None and draw(st.booleans()):
        return view | {"standard_error_annual_frac": draw(shares(0.001, 0.5))}
    return view | {"confidence_frac": sure}


def figures(values: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries(dict.fromkeys(ASSETS, values))


AVERSION = {"risk_aversion": st.one_of(st.none(), shares(0.1, 90.0))}
SHARPE = {"market_sharpe_annual": st.one_of(st.none(), shares(0.05, 4.0))}

RETURNS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "historical_mean": {},
    "ewma_mean": {"half_life_days": shares(1.0, 5000.0, 2)},
    "james_stein": {},
    "bayes_stein": {},
    "capm": {
        "reference": st.sampled_from(["market", "benchmark"]),
        "premium_annual_frac": st.one_of(st.none(), ANNUAL),
    },
    "market_implied": AVERSION | SHARPE,
    "black_litterman": AVERSION
    | SHARPE
    | {
        "views": st.lists(views(), max_size=3),
        "forecasts": st.just([{"asset": "KO", "return_annual_frac": 0.05, "standard_error_annual_frac": 0.1}]),
        "tau": st.one_of(shares(0.001, 9.0), st.sampled_from([1e-5, 2.5e-7])),
        "prior_returns_annual_frac": st.one_of(st.none(), figures(ANNUAL)),
        "uses_posterior_covariance": st.booleans(),
    },
    "given_returns": {"returns_frac": figures(shares(-0.003, 0.003, 9)), "is_annual": st.booleans()},
}

COVARIANCES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "sample": {},
    "ledoit_wolf": {},
    "ewma": {"decay": shares(0.5, 0.999)},
    "oas": {},
    "denoised": {},
    "factor_model": {"factors_count": st.one_of(st.none(), st.integers(1, 4))},
    "given_covariance": {
        "assets": st.just(list(ASSETS)),
        "matrix": st.just([[0.04 if row == column else 0.01 for column in range(5)] for row in range(5)]),
    },
}

FLOOR = {"return_min_annual_frac": st.one_of(st.none(), ANNUAL)}
GOALS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "max_sharpe": {},
    "min_volatility": {},
    "max_return": {"volatility_max_annual_frac": shares(0.01, 1.5)},
    "target_return": {"return_min_annual_frac": ANNUAL},
    "risk_parity": {"budgets": st.sampled_from([{}, {"AAPL": 0.7, "XOM": 0.3}, dict.fromkeys(ASSETS, 0.2)])},
    "max_diversification": {},
    "hierarchical_risk_parity": {"linkage": st.sampled_from(["ward", "single", "average", "complete"])},
    "min_cvar": FLOOR | {"level": shares(0.5, 0.999)},
    "min_cdar": FLOOR | {"level": shares(0.5, 0.999)},
    "min_max_drawdown": FLOOR,
    "min_semi_deviation": FLOOR,
    "max_utility": {"risk_aversion": shares(0.1, 900.0)},
    "robust": {"risk_aversion": shares(0.1, 900.0), "uncertainty": shares(0.0, 90.0)},
    "min_tracking_error": FLOOR,
    "equal_weight": {},
    "inverse_volatility": {},
}

REST: dict[str, st.SearchStrategy[Any]] = {
    "benchmark_id": st.sampled_from([None, "0198-benchmark"]),
    "as_of": st.sampled_from([None, "2020-02-28"]),
    "risk_free_annual_frac": st.one_of(st.none(), shares(-0.02, 0.2)),
    "allow_covariance_repair": st.booleans(),
    "proof_effort": st.sampled_from(["quick", "standard", "full"]),
    "frontier_points_count": st.integers(0, 500),
    "seed": st.integers(0, 2**53 - 1),
    "current_weights": st.sampled_from([None, {"AAPL": 0.4, "KO": 0.6}]),
    "costs": st.sampled_from([None, {"spread_frac": 0.002, "impact_coefficient": 0.4, "holding_period_days": 63}]),
    "facts": st.sampled_from(
        [
            None,
            {"market_weights": {"AAPL": 0.5, "JPM": 0.1, "KO": 0.1, "MSFT": 0.2, "XOM": 0.1, "OTHER": 0.0}},
            {"esg_scores": {"AAPL": 50.0, "KO": 61.5}, "lot_sizes_shares": {"AAPL": 10.0, "KO": 1.0}},
        ]
    ),
    "lots": st.sampled_from([None, {"kind": "round_lots"}, {"kind": "round_lots", "is_soft": True, "priority": 3}]),
}


def of_kind(table: dict[str, dict[str, st.SearchStrategy[Any]]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of([st.fixed_dictionaries({"kind": st.just(kind), **fields}) for kind, fields in table.items()])


@st.composite
def requests(draw: st.DrawFn) -> OptimizationRequest:
    """Return any request about five assets, in every part that the goal step is about."""
    rest = {name: draw(values) for name, values in REST.items()}
    lots = rest.pop("lots")
    limits = [{"kind": "budget", "net_frac": 1.0}, {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}]
    estimates = {"expected_returns": draw(of_kind(RETURNS)), "covariance": draw(of_kind(COVARIANCES))}
    estimates |= {"lookback_days": draw(st.integers(2, 20_000)), "periods_per_year": draw(st.sampled_from([252, 12]))}
    document = {
        "asset_ids": list(ASSETS),
        "estimates": estimates,
        "objective": draw(of_kind(GOALS)),
        "constraints": [*limits, *([lots] if lots else [])],
        **rest,
    }
    return OptimizationRequest.model_validate_json(json.dumps(document))


def again_of(asked: OptimizationRequest) -> OptimizationRequest:
    """Return what the wizard asks for when a run is reopened and started as it is."""
    draft = json.loads(json.dumps(from_request("r", asked.model_dump(mode="json"))))  # as the browser keeps it
    built = build(draft)
    assert not built.problems
    return OptimizationRequest.model_validate_json(built.request_json)


def test_every_goal_and_every_estimate_is_among_those_tried() -> None:
    assert set(GOALS) == set(OBJECTIVES.kinds())
    assert set(RETURNS) | set(COVARIANCES) == set(ESTIMATORS.kinds())


@pytest.mark.requirement("1.1.A2")
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(asked=requests())
def test_a_reopened_run_asks_for_the_same_again(asked: OptimizationRequest) -> None:
    again = again_of(asked)
    for name in OptimizationRequest.model_fields:
        assert getattr(again, name) == getattr(asked, name), name


OWN_FACTS = {
    "groups": {"Sleeve": {"AAPL": "Growth/Large", "KO": "Income"}, "country": {"XOM": "US"}},
    "factor_exposures": {"Value.x": {"AAPL": -0.4, "KO": 1.234, "XOM": 1e-7}, "size": dict.fromkeys(ASSETS, 0.1)},
}


@pytest.mark.parametrize("style", ["comma", "point"])
@pytest.mark.parametrize(
    "more",
    [
        {"facts": OWN_FACTS},
        {"risk_free_rates": {"dates": ["2020-01-02", "2021-06-30"], "rates_annual_frac": [0.0155, -0.001234567891]}},
        {"costs": {"spread_frac": 0.002, "impact_coefficient": 1.234, "holding_period_days": 63}},
        {"proof_effort": "full"},
        {"allow_covariance_repair": True},
        {"estimates": {"covariance": {
            "kind": "given_covariance", "assets": [*ASSETS, "SPY"], "is_annual": False,
            "matrix": [[(3.1 if i == j else 0.123456789) * 1e-4 for j in range(6)] for i in range(6)],
        }}},
    ],
)  # fmt: skip
def test_what_is_given_from_outside_comes_back_exactly_in_either_style(more: dict[str, Any], style: Style) -> None:
    document = {"asset_ids": list(ASSETS), "objective": {"kind": "min_volatility"}} | more
    asked = OptimizationRequest.model_validate_json(json.dumps(document))
    draft = localized(from_request("r", asked.model_dump(mode="json")), style)
    built = build(draft)
    assert not built.problems
    again = OptimizationRequest.model_validate_json(built.request_json)
    for name in OptimizationRequest.model_fields:
        if name != "constraints":
            assert getattr(again, name) == getattr(asked, name), name


@pytest.mark.parametrize("rate", [None, 0.0, 0.02])
def test_a_rate_of_zero_that_was_stated_stays_stated_and_one_not_set_stays_not_set(rate: float | None) -> None:
    document = {"asset_ids": list(ASSETS), "objective": {"kind": "max_sharpe"}, "risk_free_annual_frac": rate}
    asked = OptimizationRequest.model_validate_json(json.dumps(document))
    assert again_of(asked).risk_free_annual_frac == rate


def test_a_lot_of_the_same_size_for_all_stands_in_its_field_and_comes_back() -> None:
    document = {
        "asset_ids": list(ASSETS),
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "round_lots"}],
        "facts": {"lot_sizes_shares": dict.fromkeys(ASSETS, 100.0), "capital_money": 2_000_000.0},
    }
    asked = OptimizationRequest.model_validate_json(json.dumps(document))
    draft = from_request("r", asked.model_dump(mode="json"))
    assert (draft["lots"], draft["lot_size"], draft["capital"]) == (True, "100", "2000000")
    assert again_of(asked).facts == asked.facts


def test_parameters_of_another_estimate_do_not_come_along_when_the_estimate_is_changed() -> None:
    document = {
        "asset_ids": list(ASSETS),
        "objective": {"kind": "max_sharpe"},
        "estimates": {"expected_returns": {"kind": "capm", "premium_annual_frac": 0.05}},
    }
    asked = OptimizationRequest.model_validate_json(json.dumps(document))
    draft = from_request("r", asked.model_dump(mode="json")) | {"returns_kind": "market_implied"}
    again = OptimizationRequest.model_validate_json(build(draft).request_json)
    assert again.estimates.expected_returns.model_dump(exclude_none=True) == {"kind": "market_implied"}


SIZES = st.sampled_from([(0.0, 0.4), (0.05, 0.4), (0.0, 1.0), (1e-7, 0.25), (0.0, 0.2)])
SHORT = st.sampled_from([None, 0.1, 0.25, 0.4])
CAPS = st.sampled_from([(0.1, None), (None, 0.3), (0.1, 0.3), (1e-7, 0.5)])


@st.composite
def limits(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return limits in any order: sizes that override each other, shorts, and several limits on one sector."""
    found: list[dict[str, Any]] = []
    for assets in draw(st.lists(st.sampled_from([None, ["AAPL"], ["KO"], ["AAPL", "XOM"]]), max_size=3)):
        low, high = draw(SIZES)
        size = {"kind": "position_bounds", "min_frac": low, "max_frac": high, "short_max_frac": draw(SHORT)}
        found.append(size | ({"assets": assets} if assets else {}))
    for least, most in draw(st.lists(CAPS, max_size=3)):
        found.append({"kind": "sector_limit", "sector": "Energy", "min_frac": least, "max_frac": most})
    if draw(st.booleans()):
        found.append({"kind": "min_holding", "min_frac": draw(st.sampled_from([0.05, 1e-7, 0.01]))})
    if draw(st.booleans()):
        gross = draw(st.sampled_from([1.6, 2.0, None]))
        found.append({"kind": "long_short", "gross_max_frac": gross, "short_max_frac": 0.3})
    return list(draw(st.permutations(found)))


def with_limits(given: list[dict[str, Any]]) -> OptimizationRequest:
    document = {"asset_ids": list(ASSETS), "objective": {"kind": "min_volatility"}, "constraints": given}
    return OptimizationRequest.model_validate_json(json.dumps(document))


def meaning(asked: OptimizationRequest) -> tuple[dict[str, tuple[Any, ...]], set[str]]:
    """Return the size that each position may have in the end, and every other limit."""
    stated = [limit.model_dump(mode="json") for limit in asked.all_constraints()]
    has_shorts = any(limit["kind"] == "long_short" for limit in stated)
    usual: tuple[Any, ...] = (0.0, 1.0, 1.0 if has_shorts else 0.0)
    sizes = dict.fromkeys(ASSETS, usual)
    for limit in stated:
        if limit["kind"] == "position_bounds":
            low, high, short = (limit[name] for name in ("min_frac", "max_frac", "short_max_frac"))
            short = (high if short is None else short) if has_shorts else 0.0
            sizes |= dict.fromkeys(limit["assets"] or ASSETS, (low, high, short))
    return sizes, {json.dumps(limit, sort_keys=True) for limit in stated if limit["kind"] != "position_bounds"}


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(given_limits=limits())
def test_limits_of_a_reopened_run_mean_the_same_in_whatever_order_they_stand(
    given_limits: list[dict[str, Any]],
) -> None:
    asked = with_limits(given_limits)
    assert meaning(again_of(asked)) == meaning(asked)


LONG_SHORT = {"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3}
TO_40 = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}


@pytest.mark.parametrize(
    "given_limits",
    [
        [{"kind": "min_holding", "min_frac": 0.05}, TO_40],
        [LONG_SHORT, TO_40],
        [LONG_SHORT, TO_40, {**TO_40, "assets": ["KO"], "short_max_frac": 0.2}],
        [{"kind": "sector_limit", "sector": "Energy", "min_frac": 0.1},
         {"kind": "sector_limit", "sector": "Energy", "max_frac": 0.3}],
        [{**TO_40, "min_frac": 1e-7}],
        [{"kind": "min_trade", "min_frac": 1e-7}, {"kind": "turnover", "max_frac": 1.9}],
        [{"kind": "long_short", "gross_max_frac": 0.005, "short_max_frac": 0.002}, TO_40],
        [{**TO_40, "assets": ["KO"]}, {**TO_40, "max_frac": 0.25}],
    ],
)  # fmt: skip
def test_no_limit_of_a_reopened_run_is_lost_or_changed(given_limits: list[dict[str, Any]]) -> None:
    asked = with_limits(given_limits)
    assert meaning(again_of(asked)) == meaning(asked)


def test_zero_or_a_smallest_size_and_an_open_short_stand_in_their_fields() -> None:
    draft = from_request("r", {"constraints": [{"kind": "min_holding", "min_frac": 0.05}, TO_40, LONG_SHORT]})
    assert (draft["zero_or_min"], draft["min"], draft["max"], draft["short_position_max"]) == (True, "5", "40", "40")
    assert draft["others"] == []


@pytest.mark.parametrize("capital", [1e12, 2_000_000.125, 123_456_789_012.5])
@pytest.mark.parametrize("half_life", [1.234, 1000.0, 27.5])
def test_very_large_and_finely_stated_figures_come_back(capital: float, half_life: float) -> None:
    document = {
        "asset_ids": list(ASSETS),
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "round_lots"}],
        "estimates": {"expected_returns": {"kind": "ewma_mean", "half_life_days": half_life}},
        "facts": {"capital_money": capital},
    }
    asked = OptimizationRequest.model_validate_json(json.dumps(document))
    again = again_of(asked)
    assert again.facts is not None
    assert (again.facts.capital_money, again.estimates) == (capital, asked.estimates)


def test_whole_lots_that_state_a_priority_are_asked_for_once() -> None:
    asked = with_limits([{"kind": "round_lots", "priority": 3}])
    assert [limit.kind for limit in again_of(asked).constraints if limit.kind == "round_lots"] == ["round_lots"]
