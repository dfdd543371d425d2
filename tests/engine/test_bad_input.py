"""Is every unusable input refused with its place, its cause and a way out, all problems at once?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.kernel.errors import CovarianceRefused, EngineError, InputRefused, PanelRefused
from engine.kernel.frames import PricePanel, ReturnsPanel

GOAL = {"kind": "min_volatility"}


def refusal(body, **arguments):
    with pytest.raises(InputRefused) as caught:
        engine.optimize(engine.parse_request(json.dumps(body) if isinstance(body, dict) else body), **arguments)
    assert all(problem.message.endswith((".", "?")) for problem in caught.value.problems)
    return {problem.path: f"{problem.message} {problem.advice or ''}" for problem in caught.value.problems}


def problem(**changes):
    base = {"assets": ["X", "Y"], "expected_returns_frac": [0.0003, 0.0004], "covariance": [[1e-4, 2e-5], [2e-5, 2e-4]]}
    return {"problem": {**base, **changes}, "objective": GOAL}


@pytest.mark.requirement("1.1.D4")
@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (problem(covariance=[[1e-4, 2e-5], [3e-5, 2e-4]]), "problem.covariance", "not symmetric: X with Y is 2e-05"),
        (problem(covariance=[[1e-4, 3e-4], [3e-4, 2e-4]]), "problem.covariance", "not positive semidefinite"),
        (problem(covariance=[[-1e-4, 0], [0, 2e-4]]), "problem.covariance", "variance of X is negative"),
        (problem(covariance=[[1e-4]]), "problem.covariance", "has 1 rows but 2 assets"),
        (problem(covariance=[[1e-4, 0], [0]]), "problem.covariance.1", "not square"),
        (problem(covariance=[[1.0, 0], [0, 400.0]]), "problem.covariance", "volatility of Y"),
        (problem(expected_returns_frac=[0.1]), "problem.expected_returns_frac", "1 expected returns are given for 2"),
        (problem(expected_returns_frac=[5, 0]), "problem.expected_returns_frac.0", "did you mean 5%"),
        (problem(assets=["X", "X"]), "problem.assets", "X is named more than once"),
        (problem(sectors={"Q": "Energy"}), "problem.sectors", "Q is not among the assets"),
        ({"asset_ids": ["KO", "KO"], "objective": GOAL}, "asset_ids", "KO is named more than once"),
        ({"objective": GOAL}, "", "Nothing says what to invest in"),
        ({**problem(), "asset_ids": ["KO"]}, "", "Keep one"),
        ({"asset_ids": ["KO"]}, "objective", "missing"),
        ({"asset_ids": ["KO"], "objective": {"kind": "max_fun"}}, "objective", "Choose one of: 'equal_weight'"),
        ({"asset_ids": ["KO"], "objective": GOAL, "color": 1}, "color", "not a field"),
        ({"asset_ids": ["KO"], "objective": GOAL, "risk_free_annual_frac": 2}, "risk_free_annual_frac", "mean 2%"),
        ({"asset_ids": ["KO"], "objective": GOAL, "seed": "7"}, "seed", "without quotes"),
        ("{", "body", "not JSON"),
        ('{"asset_ids":["KO"],"objective":{"kind":"min_volatility"},"risk_free_annual_frac":NaN}',
         "risk_free_annual_frac", "finite"),
        ('{"problem":{"assets":["X"],"expected_returns_frac":[0],"covariance":[[Infinity]]},'
         '"objective":{"kind":"min_volatility"}}', "problem.covariance.0.0", "finite"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_with_its_cause(body, path, words):
    found = refusal(body)
    assert words in found[path]


@pytest.mark.parametrize(
    ("item", "place", "words"),
    [
        ({"kind": "position_bounds", "max_frac": 5}, ".max_frac", "Did you mean 5%, that is 0.05?"),
        ({"kind": "position_bounds", "min_frac": 0.3, "max_frac": 0.2}, "", "minimum 30% is above the maximum 20%"),
        ({"kind": "position_bounds", "assets": ["ZZZ"]}, ".assets", "ZZZ is not among the assets"),
        ({"kind": "position_bounds", "short_max_frac": 0.1}, ".short_max_frac", "long-only"),
        ({"kind": "min_holding", "min_frac": 0}, ".min_frac", "above 0"),
        ({"kind": "sector_limit", "sector": "Energy"}, "", "neither a minimum nor a maximum"),
        ({"kind": "sector_limit", "sector": "Energy", "min_frac": 0.5, "max_frac": 0.1}, "", "above its maximum 10%"),
        ({"kind": "sector_limit", "sector": "Energy", "max_frac": 30}, ".max_frac", "Did you mean 30%"),
        ({"kind": "long_short", "gross_max_frac": 160}, ".gross_max_frac", "Did you mean 160%"),
        ({"kind": "magic"}, "", "Choose one of"),
    ],
)
def test_a_bad_limit_is_named_with_its_cause(panel, sectors, item, place, words):
    found = refusal({"asset_ids": ["KO", "PG"], "objective": GOAL, "constraints": [item]}, panel=panel, sectors=sectors)
    assert words in found[f"constraints.0{place}"]


def test_all_problems_are_reported_at_once():
    body = problem(
        assets=["X", "X"], expected_returns_frac=[5, 0, 1], covariance=[[1e-4, 3e-4], [2e-4, 2e-4]], sectors={"Q": "S"}
    )
    assert {"problem.assets", "problem.expected_returns_frac", "problem.covariance", "problem.sectors"} <= set(
        refusal(body)
    )
    loose = {"asset_ids": [], "objective": {"kind": "max_return", "volatility_max_annual_frac": 12}, "seed": -1}
    assert set(refusal(loose)) == {"asset_ids", "objective.volatility_max_annual_frac", "seed"}


def test_a_wrong_part_does_not_hide_what_is_wrong_with_the_others():
    body = {
        **problem(covariance=[[1e-4, 3e-4], [3e-4, 2e-4]]),
        "color": 1,
        "seed": -1,
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.3, "max_frac": 0.2},
            {"kind": "position_bounds", "assets": ["ZZZ"]},
            {"kind": "position_bounds", "max_frac": 25},
            {"kind": "position_bounds", "short_max_frac": 0.1, "shade": "blue"},
            {"kind": "budget"},
            {"kind": "budget"},
        ],
    }
    found = refusal(body)
    assert set(found) == {
        "color",
        "seed",
        "problem.covariance",
        "constraints.0",
        "constraints.1.assets",
        "constraints.2.max_frac",
        "constraints.3.shade",
        "constraints.3.short_max_frac",
        "constraints.5",
    }
    assert "`budget` is given 2 times" in found["constraints.5"]
    assert "semidefinite" in found["problem.covariance"]


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"sectors": 5, "covariance": [[1e-4, 3e-4], [3e-4, 2e-4]]}, {"problem.sectors", "problem.covariance"}),
        ({"assets": ["X", 5], "expected_returns_frac": [5, 0]},
         {"problem.assets.1", "problem.expected_returns_frac.0"}),
        ({"covariance": [["a"]], "expected_returns_frac": [0.1], "sectors": {"Q": "S"}},
         {"problem.covariance.0.0", "problem.expected_returns_frac", "problem.expected_returns_frac.0",
          "problem.sectors"}),
        ({"extra": 1, "assets": ["X", "X"]}, {"problem.extra", "problem.assets"}),
        ({"expected_returns_frac": [10**400, 0], "assets": ["X", "X"]}, {"problem.assets"}),
    ],
)  # fmt: skip
def test_the_sound_parts_of_figures_are_judged_when_others_are_wrong(changes, places):
    assert places <= set(refusal(problem(**changes)))


def test_both_sources_and_a_wrong_field_are_told_together():
    found = refusal({**problem(), "asset_ids": ["KO", "KO"], "seed": "x"})
    assert set(found) == {"", "asset_ids", "seed"}
    assert "no sectors" not in found


def test_a_sector_limit_is_not_blamed_for_sectors_that_cannot_be_read():
    limit = {"kind": "sector_limit", "sector": "Energy", "max_frac": 0.3}
    assert set(refusal({**problem(sectors=5), "constraints": [limit]})) == {"problem.sectors"}


def test_a_sector_limit_without_any_sectors_is_refused(panel):
    limit = {"kind": "sector_limit", "sector": "Energy", "max_frac": 0.3}
    found = refusal({"asset_ids": ["KO", "PG"], "objective": GOAL, "constraints": [limit]}, panel=panel)
    assert "no asset has a sector" in found["constraints.0.sector"]


def test_a_cap_on_a_sector_without_assets_has_no_effect_and_says_so(ask):
    result = ask(GOAL, [{"kind": "sector_limit", "sector": "Utilities", "max_frac": 0.1}])
    assert result.status == "optimal"
    assert any("No asset belongs to Utilities" in note for note in result.notes)


def test_assets_without_history_are_named(panel):
    found = refusal({"asset_ids": ["KO", "QQQ"], "objective": GOAL}, panel=panel)
    assert "no history for QQQ" in found["assets"]


def test_a_request_without_data_is_refused():
    assert "no price history" in refusal({"asset_ids": ["KO"], "objective": GOAL})["asset_ids"]


def test_a_date_before_the_history_is_refused(panel):
    assert (
        "starts on 3 January 1990"
        in refusal({"asset_ids": ["KO"], "objective": GOAL, "as_of": "1980-01-01"}, panel=panel)["as_of"]
    )


@pytest.mark.parametrize("matrix", [[[1e-4, 3e-4], [3e-4, 2e-4]], [[1e-4, 2e-5], [3e-5, 2e-4]]])
def test_a_covariance_is_repaired_only_when_allowed_and_then_said(ask, assert_proven, matrix):
    body = problem(covariance=matrix)
    assert "allow_covariance_repair" in refusal(body)["problem.covariance"]
    result = ask(GOAL, problem=body["problem"], allow_covariance_repair=True)
    assert_proven(result)
    assert any("repaired" in note for note in result.notes)


def test_a_sound_covariance_is_left_alone_when_repair_is_allowed(ask):
    plain, allowed = (ask(GOAL, problem=problem()["problem"], allow_covariance_repair=is_on) for is_on in (False, True))
    assert plain.weights == allowed.weights
    assert not any("repaired" in note for note in allowed.notes)


def test_singular_figures_are_solved_with_proof(ask, assert_proven, panel, synthetic):
    table = panel.select(["KO", "PG", "GE", "JPM", "XOM"]).returns_frac
    doubled = ReturnsPanel(panel.dates, ("KO", "KO2", "PG", "GE", "JPM", "XOM"), table[:, [0, 0, 1, 2, 3, 4]])
    for goal in (GOAL, {"kind": "max_sharpe"}):
        result = ask(goal, panel=doubled, sectors=None)
        assert_proven(result)
        assert any("move as one (KO with KO2)" in note for note in result.notes)
    short = synthetic(40, 25)
    result = ask(GOAL, [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}], panel=short, sectors=None)
    assert_proven(result)
    assert any("40 assets but only 25 days" in note for note in result.notes)


def test_one_asset_is_a_portfolio(ask, assert_proven):
    result = ask({"kind": "max_sharpe"}, asset_ids=["KO"])
    assert_proven(result)
    assert [line.weight_frac for line in result.weights] == [1.0]
    assert len(result.frontier.points) == 1


@pytest.mark.parametrize(
    ("make", "path", "words"),
    [
        (lambda d: PricePanel(d, ("X",), [[1.0], [0.0], [2.0]]), "prices", "positive"),
        (lambda d: PricePanel(d, ("X", "X"), np.ones((3, 2))), "assets", "repeats"),
        (lambda d: PricePanel(d[::-1], ("X",), np.ones((3, 1))), "dates", "increase"),
        (lambda d: PricePanel(d, ("X",), np.ones((2, 1))), "prices", "shape (2, 1)"),
        (lambda d: ReturnsPanel(d, ("X",), [[0.1], [np.nan], [0.0]]), "returns_frac", "finite"),
        (lambda d: ReturnsPanel(d, ("X",), [[0.1], [-5.0], [0.0]]), "returns_frac", "-100%"),
        (lambda d: PricePanel(d, ("X", "Y"), [[1, np.nan], [1, np.nan], [np.nan, 1]]).common_window(), "prices",
         "no day"),
        (lambda d: ReturnsPanel.from_prices(PricePanel(d, ("X", "Y"), [[1, 1], [1, np.nan], [2, np.nan]])), "prices",
         "Only one day"),
    ],
)  # fmt: skip
def test_an_unclean_panel_is_refused(make, path, words):
    dates = np.array(["2020-01-01", "2020-01-02", "2020-01-03"], dtype="datetime64[D]")
    with pytest.raises(PanelRefused) as caught:
        make(dates)
    found = {problem.path: problem.message for problem in caught.value.problems}
    assert words in found[path]


def test_errors_survive_the_way_between_processes():
    import pickle

    from engine.kernel.errors import Problem, UnknownMember

    refused = CovarianceRefused([Problem("covariance", "It is none.", "Give one.")])
    for error in (refused, UnknownMember("GOALS", "x", ["a", "b"])):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert isinstance(again, EngineError)


@pytest.mark.parametrize(
    "limit", [{"kind": "holdings_count", "max_count": 3}, {"kind": "min_holding", "min_frac": 0.3}]
)
def test_risk_parity_that_whole_positions_forbid_is_told_as_the_goal_s_and_not_the_limits(limit):
    problem = {
        "assets": list("ABCD"),
        "expected_returns_frac": [0.05] * 4,
        "covariance": np.diag([0.04, 0.01, 0.02, 0.03]).tolist(),
        "periods_per_year": 1,
    }
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}
    request = engine.parse_request(
        {"problem": problem, "objective": {"kind": "risk_parity"}, "constraints": [bounds, limit]}
    )
    result = engine.optimize(request)
    assert result.status == "unsuitable"
    assert "hold every asset" in result.message
    assert result.diagnosis is None
    assert engine.diagnose(request).is_feasible


def test_a_ceiling_of_a_hundred_percent_asks_whether_one_percent_was_meant():
    problem = {"assets": ["A"], "expected_returns_frac": [0.05], "covariance": [[0.04]], "periods_per_year": 1}
    limits = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0},
        {"kind": "volatility_ceiling", "max_annual_frac": 1.0},
    ]
    result = engine.optimize(
        engine.parse_request({"problem": problem, "objective": {"kind": "min_volatility"}, "constraints": limits})
    )
    assert any("Did you mean 1%, that is 0.01?" in note for note in result.notes)


@pytest.mark.parametrize(("means", "is_arbitrary"), [((0.08, 0.05, 0.06), False), ((0.05, 0.05, 0.06), True)])
def test_a_split_is_called_arbitrary_only_where_nothing_tells_the_assets_apart(means, is_arbitrary):
    problem = {
        "assets": ["A", "B", "C"],
        "expected_returns_frac": list(means),
        "covariance": [[0.04, 0.04, 0.0], [0.04, 0.04, 0.0], [0.0, 0.0, 0.01]],
        "periods_per_year": 1,
    }
    result = engine.optimize(engine.parse_request({"problem": problem, "objective": {"kind": "max_sharpe"}}))
    assert any("arbitrary" in note for note in result.notes) is is_arbitrary
