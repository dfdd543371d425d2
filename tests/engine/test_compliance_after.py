"""What is known of a portfolio after trades, and in which class is its market risk?"""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.market_risk import CLASSES_FROM_FRAC, market_risk_class, volatility_equivalent
from engine.compliance.measure import meant, members
from engine.compliance.program import program_of
from engine.compliance.rule import Parameter, Rule
from engine.compliance.state import ComplianceState, Order


def state(**given: object) -> ComplianceState:
    """Return cash of 400, and 100 units at 6 of which nothing is held beyond S1."""
    return ComplianceState(
        symbols=("CASH USD", "S1", "S2"),
        values_ccy=(Decimal(400), Decimal(600), Decimal(0)),
        quantities=np.array([400.0, 100.0, 0.0]),
        prices_ccy=np.array([1.0, 6.0, 4.0]),
        given={"is_cash": [True, False, False], **given},  # type: ignore[dict-item]
        per_unit={"class_share": np.array([0.0, 0.0001, 0.002])},
    )


def rule(measure: str, limit: str = "1", **more: object) -> Rule:
    """Return a rule of the portfolio, or of its groups."""
    return Rule(id="a", title="A", measure=measure, limit=limit, **more)  # type: ignore[arg-type]


def test_borrowing_follows_from_cash_and_from_what_trades_do_to_it() -> None:
    before = state()
    assert float(before.fact("borrowing").least) == 0.0
    after = before.after([Order("S2", 150.0)])
    assert float(after.fact("borrowing").least) == pytest.approx(0.2)
    (result,) = evaluate([rule("borrowing", "0.1")], before, [Order("S2", 150.0)]).results
    assert (result.status, result.verdict, result.groups[0].value) == ("failed", "blocked", 0.2)


def test_borrowing_that_is_not_known_stays_unknown() -> None:
    hidden = ComplianceState(
        symbols=("CASH USD",), values_ccy=(Decimal(1),), quantities=np.ones(1), prices_ccy=np.ones(1),
        given={"is_cash": [True]}, facts={"borrowing": None},
    )  # fmt: skip
    assert not hidden.fact("borrowing").is_exact


def test_what_grows_with_the_units_is_known_of_what_was_not_held_before() -> None:
    before = state(class_share=[0.0, 0.01, 0.0])
    after = before.after([Order("S2", 50.0), Order("S1", -160.0)])
    assert after.given["class_share"] == pytest.approx([0.0, 0.006, 0.1]), "a short position counts by its size"
    flat = before.after([Order("S1", -100.0)])
    assert flat.given["class_share"] == [0.0, 0.0, 0.0]


def test_an_active_weight_moves_with_the_weight() -> None:
    after = state(active_weight=[0.4, 0.35, -0.05]).after([Order("S2", 25.0)])
    assert after.given["active_weight"] == pytest.approx([0.3, 0.35, 0.05])


def test_what_was_bought_is_held_since_today_and_exposure_keeps_its_side() -> None:
    after = state(held_days=[math.nan, 90.0, math.nan], exposure_ccy=[400.0, -1200.0, 0.0]).after([Order("S1", 50.0)])
    assert after.given["held_days"][1] == 0.0
    assert after.given["exposure_ccy"][1] == pytest.approx(-1800.0)


def test_risk_after_trades_is_known_only_where_it_is_given() -> None:
    from dataclasses import replace

    before = replace(state(), facts={"volatility": 0.1})
    one = rule("volatility", "0.12")
    orders = [Order("S2", 10.0)]
    (without,) = evaluate([one], before, orders).results
    (given,) = evaluate([one], before, orders, facts_after={"volatility": 0.13}).results
    assert (without.status, given.status, given.groups[0].before) == ("indeterminate", "failed", 0.1)


def test_members_are_the_positions_behind_each_figure() -> None:
    made = state(sector=["Cash", "Energy", "Energy"], country=["US", None, "US"])
    sectors = program_of(rule("sum(weight)", universe="not is_cash", group_by="sector"))
    assert members(sectors, made) == {"Energy": (1, 2)}
    assert meant(sectors, made).tolist() == [False, True, True]
    whole = program_of(rule("sum(weight)", universe="not is_cash"))
    assert members(whole, made) == {"": (1, 2)}
    countries = program_of(rule("sum(weight)", group_by="country"))
    assert members(countries, made)["US"] == (0, 2), "what has no known country is in no group"
    together = rule("sum(weight)", group_by="sector", keep="measure > base", over="sum").model_copy(
        update={"parameters": (Parameter(name="base", value=0.5),)}
    )
    assert members(program_of(together), made) == {"": (1, 2)}


def test_normal_returns_have_the_class_of_their_volatility() -> None:
    """With neither skew nor fat tails the measure is the volatility itself, up to the rounding of its constants."""
    grid = np.linspace(0.5 / 4000, 1.0 - 0.5 / 4000, 4000)
    from scipy.special import ndtri

    rng = np.random.default_rng(3)
    for yearly in (0.004, 0.03, 0.10, 0.16, 0.25, 0.50, 1.1):
        draws = rng.permutation(ndtri(grid))[:1260]
        logs = (draws - draws.mean()) / draws.std() * yearly / math.sqrt(252)
        found = volatility_equivalent(np.expm1(logs))
        assert found == pytest.approx(yearly, rel=0.03)
    steps = [CLASSES_FROM_FRAC[0] / 2, *(edge * 1.2 for edge in CLASSES_FROM_FRAC)]
    for number, yearly in enumerate(steps, 1):
        draws = rng.permutation(ndtri(grid))[:1260]
        logs = (draws - draws.mean()) / draws.std() * yearly / math.sqrt(252)
        assert market_risk_class(np.expm1(logs)) == number


def test_the_measure_is_that_of_annex_two() -> None:
    """Worked by hand for known moments: sigma, skew and kurtosis are those of the sample, five years of days."""
    rng = np.random.default_rng(11)
    returns = np.expm1(rng.standard_t(4, 1260) * 0.008)
    logs = np.log1p(returns)
    sigma = float(np.sqrt(((logs - logs.mean()) ** 2).mean()))
    skew = float(((logs - logs.mean()) ** 3).mean()) / sigma**3
    fat = float(((logs - logs.mean()) ** 4).mean()) / sigma**4 - 3
    days = 252
    loss = sigma * math.sqrt(days) * (
        -1.96 + 0.474 * skew / math.sqrt(days) - 0.0687 * fat / days + 0.146 * skew**2 / days
    ) - 0.5 * sigma**2 * days  # fmt: skip
    assert volatility_equivalent(returns) == pytest.approx(math.sqrt(3.842 - 2 * loss) - 1.96, rel=1e-12)


def test_less_than_two_years_are_no_class_and_what_does_not_move_is_the_first() -> None:
    assert market_risk_class(np.full(503, 0.001)) is None
    assert market_risk_class(np.zeros(504)) == 1
    assert market_risk_class(np.append(np.zeros(600), -1.0)) is None
