"""Is what many rules share, and what is computed without arrays, the same as what each rule computes by itself?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.compliance.bounds import STEPS_PER_MONEY, STEPS_PER_UNIT, step, steps
from engine.compliance.compute import Computation
from engine.compliance.evaluate import evaluate
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.meaning import ONE
from engine.compliance.measure import measure, named_values
from engine.compliance.packs.catalog import PACKS
from engine.compliance.program import program_of
from engine.compliance.state import DERIVED, ComplianceState, Order

RULES = [rule for pack in PACKS.values() for rule in pack.rules]
COUNT, WORDS = 14, ["US", "DE", "GB", "equity", "bond"]


def fresh(state: ComplianceState) -> ComplianceState:
    """Return a state of which nothing has been computed yet."""
    return replace(state, kept={}, shared={}, _columns={})


def some(seed: int, gaps_frac: float) -> ComplianceState:
    """Return positions at random, long and short, of which some is not known."""
    rng = np.random.default_rng(seed)

    def gap() -> bool:
        return bool(rng.random() < gaps_frac)

    given: dict[str, Any] = {}
    for name, one in POSITION_FIELDS.items():
        if name in DERIVED or name in ("symbol", "quantity", "exposure_ccy"):
            continue
        if one.kind == "text":
            given[name] = [None if gap() else str(rng.choice(WORDS)) for _ in range(COUNT)]
        elif one.kind == "truth":
            given[name] = [None if gap() else bool(rng.random() < 0.2) for _ in range(COUNT)]
        else:
            size = 90.0 if one.unit in ("score", "days") else 0.2
            given[name] = [np.nan if gap() else float(rng.random() * size) for _ in range(COUNT)]
    given["is_cash"] = [place == 0 for place in range(COUNT)]
    values = [Decimal(int(one)) for one in rng.normal(2_000, 2_500, COUNT)]
    return ComplianceState(
        symbols=tuple(f"P{place}" for place in range(COUNT)),
        values_ccy=tuple(None if place and gap() else one for place, one in enumerate(values)),
        quantities=np.array([float(one) for one in values]),
        prices_ccy=np.ones(COUNT),
        given=given,
        facts={name: float(rng.random()) for name in FACTS if rng.random() < 0.5},
    )


@pytest.mark.requirement("4.3.D2")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("gaps_frac", [0.0, 0.15])
def test_rules_that_are_judged_together_come_out_as_each_by_itself(seed: int, gaps_frac: float) -> None:
    """Parts of expressions, universes and groups that rules have in common are computed once for a state."""
    state, before = some(seed, gaps_frac), some(seed, gaps_frac)
    orders = [Order(f"P{place}", 40.0 * (-1) ** place, cost_ccy=1.0) for place in range(1, 6)]
    orders = [one for one in orders if state.values_ccy[int(one.position[1:])] is not None]
    ways: list[dict[str, Any]] = [{}, {"proposed_orders": orders}, {"reference": before}]
    for more in ways:
        together = evaluate(RULES, fresh(state), **more).results
        for rule, found in zip(RULES, together, strict=True):
            alone = evaluate([rule], fresh(state), **more).results[0]
            assert found == alone, rule.id


@pytest.mark.parametrize("seed", range(6))
def test_one_figure_stands_as_the_greatest_of_one(seed: int) -> None:
    """The figure of a portfolio is held against its limit without arrays; the greatest of one group is not."""
    state, looked_at = some(seed, 0.15), 0
    for rule in RULES:
        program = program_of(rule)
        if program.measured.shape != ONE or rule.over != "each" or program.keep is not None:
            continue
        one, other = measure(program, fresh(state)), measure(program_of(rule.model_copy(update={"over": "max"})), state)
        assert one.names == other.names
        assert np.array_equal(one.ranks, other.ranks), rule.id
        assert np.array_equal(one.least, other.least)
        assert np.array_equal(one.most, other.most)
        assert one.is_calm == bool((other.ranks > 1).all())
        looked_at += 1
    assert looked_at > 30


def test_a_threshold_that_no_portfolio_moves_is_the_one_that_would_be_computed() -> None:
    state, fixed_count = some(1, 0.0), 0
    for rule in RULES:
        program = program_of(rule)
        work = Computation(state, named_values(program, state))
        for fixed, made in ((program.fixed_limit, program.limit), (program.fixed_warn_at, program.warn_at)):
            if fixed is None or made is None:
                continue
            assert float(fixed.least) == float(made(work).rounded(program.unit).least), rule.id
            fixed_count += 1
    assert fixed_count > 100
    moved = [rule for rule in RULES if program_of(rule).fixed_limit is None]
    assert moved
    assert all(any(name in rule.limit for name in (*FACTS, *(one.name for one in rule.definitions))) for rule in moved)


@pytest.mark.parametrize("per_unit", [STEPS_PER_UNIT, STEPS_PER_MONEY])
def test_figures_in_steps_come_out_as_each_by_itself(per_unit: float) -> None:
    plain = [0.0, -0.0, 1.0, 0.1, 5e-9, 1.5e-8, 2.5e-8, -2.5e-8, 0.005, 0.015, 1234.56789, -7e6]
    special = [np.inf, -np.inf, np.nan, 1e300, 9.1e15]
    for several in (plain, plain + special, special, [], [0.3]):
        found = steps(np.array(several, dtype=float), per_unit)
        assert np.array_equal(found, [step(one, per_unit) for one in several], equal_nan=True)
    square = np.array(plain).reshape(3, 4)
    assert np.array_equal(steps(square, per_unit), steps(np.array(plain), per_unit).reshape(3, 4))
