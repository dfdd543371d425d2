"""Are facts about assets read strictly, completed from the house's, and turned into arrays without inventing any?"""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

import engine
from engine.kernel.errors import InputRefused
from engine.kernel.facts import Facts, KnownUniverse, benchmark_center, facts_problems, universe_of
from engine.kernel.forms import Universe
from engine.spec import OptimizationRequest, repeated_limit_kind, repeated_limit_place

GOAL = {"kind": "min_volatility"}
FIGURES = {"assets": ["X", "Y"], "expected_returns_frac": [0.0, 0.0], "covariance": [[1e-4, 0], [0, 1e-4]]}


def facts(**fields):
    return Facts.model_validate_json(json.dumps(fields))


def refusal(**fields):
    with pytest.raises(InputRefused) as caught:
        engine.parse_request(json.dumps({"objective": GOAL, **fields}))
    return {one.path: f"{one.message} {one.advice or ''}" for one in caught.value.problems}


def test_what_is_not_given_is_not_known():
    universe = universe_of(["A", "B"], {"A": "Tech"}, {"B": 0.5, "Q": -0.2}, facts(betas={"A": 1.1}))
    np.testing.assert_array_equal(universe.betas, [1.1, np.nan])
    np.testing.assert_array_equal(universe.current_weights_frac, [0.0, 0.5])
    assert universe.current_outside_frac == pytest.approx(0.2)
    assert universe.esg_scores is None
    assert universe.benchmark_weights_frac is None
    nothing = universe_of(["A"])
    assert nothing.current_weights_frac is None
    assert nothing.sectors == {}


def test_a_known_universe_counts_groups_as_the_plain_one_does():
    labels = {"A": "Equity", "B": "Equity/EM", "C": "Equity/EM/Asia", "D": "Bonds", "E": "Equity2"}
    plain = Universe(("A", "B", "C", "D", "E", "F"), groups={"class": labels})
    known = KnownUniverse.of(plain)
    for group in ("Equity", "Equity/EM", "Equity/EM/Asia", "Bonds", "Equity2", "Equity/E", "EM", "Nowhere"):
        np.testing.assert_array_equal(known.members_of(group, "class"), plain.members_of(group, "class"))
    assert known.ungrouped_count("class") == 1
    assert KnownUniverse.of(known) is known
    fewer = dataclasses.replace(known, assets=("B", "D"))
    assert fewer.members_of("Equity", "class").tolist() == [True, False]


def test_own_facts_come_before_the_houses():
    own = facts(groups={"theme": {"A": "AI"}, "country": {"A": "IT"}}, esg_scores={"A": 1.0}, prices_money={"A": 2.0})
    house = facts(
        groups={"country": {"A": "US", "B": "JP"}},
        esg_scores={"A": 50.0, "B": 60.0},
        is_esg_higher_better=False,
        prices_money={"A": 1.0, "B": 3.0},
        betas={"B": 1.0},
        capital_money=5e6,
    )
    both = own.over(house)
    assert both.groups == {"country": {"A": "IT", "B": "JP"}, "theme": {"A": "AI"}}
    assert both.esg_scores == {"A": 1.0}  # scores of two scales are never mixed
    assert both.is_esg_higher_better
    assert both.prices_money == {"A": 2.0, "B": 3.0}
    assert both.betas == {"B": 1.0}
    assert both.capital_money == 5e6
    assert facts().over(house).is_esg_higher_better is False
    assert own.over(None) is own


def test_a_benchmark_is_scaled_up_only_where_part_of_it_lies_outside():
    inside = universe_of(["A", "B"], facts=facts(benchmark_weights={"A": 0.6, "B": 0.4}))
    assert benchmark_center(inside) is inside.benchmark_weights_frac
    partly = universe_of(["A"], facts=facts(benchmark_weights={"A": 0.6, "B": 0.4}))
    assert partly.benchmark_outside_frac == pytest.approx(0.4)
    np.testing.assert_allclose(benchmark_center(partly), [1.0])
    assert benchmark_center(universe_of(["A"])) is None


@pytest.mark.requirement("1.3.D5")
def test_all_that_is_wrong_with_facts_is_told_at_once():
    found = refusal(
        asset_ids=["A", "B"],
        facts={
            "groups": {"country": {"A": "IT//North", "ZZ": "US"}},
            "benchmark_weights": {"A": 6.0, "B": 4.0},
            "market_weights": {"A": 0.6, "B": 0.2},
            "betas": {"ZZ": 1.0, "YY": 1.0},
        },
    )
    assert found["facts.groups.country.A"].startswith('"IT//North" has an empty name')
    assert found["facts.groups.country"].startswith("ZZ is not among the assets.")
    assert "sum to 1000%" in found["facts.benchmark_weights"]
    assert "sum to 80%, not to 100%" in found["facts.market_weights"]
    assert found["facts.betas"].startswith("ZZ and YY are not among")
    per_cent = facts(benchmark_weights={f"C{i}": 5.0 for i in range(20)})
    assert "Divide every weight by 100" in facts_problems(per_cent)[0].advice
    found = refusal(
        asset_ids=["A"],
        facts={
            "prices_money": {"A": -3},
            "capital_money": 0,
            "spreads_frac": {"A": 5},
            "esg_scores": {"A": "good"},
            "daily_volumes_money": {"A": 1e300},
            "betas": {"B": 1.0},
            "mood": 1,
        },
    )
    assert set(found) == {
        "facts.prices_money.A", "facts.capital_money", "facts.spreads_frac.A", "facts.esg_scores.A",
        "facts.daily_volumes_money.A", "facts.betas", "facts.mood",
    }  # fmt: skip
    assert "Did you mean 5%" in found["facts.spreads_frac.A"]
    assert "above 0" in found["facts.prices_money.A"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused(number):
    text = json.dumps({"objective": GOAL, "asset_ids": ["A"], "facts": {"betas": {"A": 1}}}).replace("1}", number + "}")
    with pytest.raises(InputRefused, match="must be finite"):
        engine.parse_request(text)


@pytest.mark.requirement("1.3.D1")
def test_limits_on_given_figures_are_judged_with_their_facts():
    limits = [
        {"kind": "turnover", "max_frac": 0.1},
        {"kind": "esg_floor", "min_score": 5},
        {"kind": "cvar_ceiling", "max_frac": 0.1},
        {"kind": "budget", "net_frac": 0.0},
        {"kind": "position_bounds", "assets": ["QQ"]},
    ]
    found = refusal(problem=FIGURES, constraints=limits)
    assert set(found) == {
        "constraints.0.max_frac", "constraints.1.min_score", "constraints.1", "constraints.2.max_frac",
        "constraints.4.assets",
    }  # fmt: skip
    assert "no meaning for weights that sum to 0%" in found["constraints.1"]
    assert "figures given directly have none" in found["constraints.2.max_frac"]
    given = {"facts": {"esg_scores": {"X": 6.0, "Y": 4.0}}, "current_weights": {"X": 1.0}}
    parsed = engine.parse_request(
        json.dumps({"objective": GOAL, "problem": FIGURES, "constraints": limits[:2], **given})
    )
    assert parsed.facts == facts(**given["facts"])
    unclear = {"esg_scores": {"X": "high"}}
    found = refusal(problem=FIGURES, constraints=limits[1:2], facts=unclear)
    assert set(found) == {"facts.esg_scores.X"}  # a limit is not blamed for facts that cannot be read


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ([("budget", False), ("budget", True)], ("budget", 2)),
        ([("turnover", False), ("turnover", True)], None),
        ([("turnover", False), ("turnover", False), ("turnover", True)], ("turnover", 2)),
        ([("cvar_ceiling", False)] * 3, None),
        ([("unheard_of", False)] * 3, None),
        ([("holdings_count", False), ("round_lots", False)] * 2, ("holdings_count", 2)),
    ],
)
def test_some_kinds_are_given_once_or_once_hard_and_once_soft(limits, expected):
    assert repeated_limit_kind(limits) == expected


@pytest.mark.parametrize("extra", [{}, {"seed": -1}, {"color": 1}])
def test_a_limit_that_is_one_too_many_is_pointed_at(extra):
    limits = [
        {"kind": "turnover", "max_frac": 0.3, "is_soft": True},
        {"kind": "holdings_count", "max_count": 2},
        {"kind": "turnover", "max_frac": 0.4},
        {"kind": "turnover", "max_frac": 0.5},
    ]
    found = refusal(problem=FIGURES, constraints=limits, current_weights={"X": 1.0}, **extra)
    assert "`turnover` is given 2 times" in found["constraints.3"]
    assert set(found) == {"constraints.3", *extra}
    pairs = [(one["kind"], bool(one.get("is_soft"))) for one in limits]
    assert repeated_limit_place(pairs, "turnover") == 3


def test_a_request_with_facts_survives_json():
    body = {"objective": GOAL, "asset_ids": ["A"], "facts": {"groups": {"country": {"A": "IT"}}, "betas": {"A": 1.0}}}
    request = engine.parse_request(json.dumps(body))
    assert OptimizationRequest.model_validate_json(request.model_dump_json()) == request
