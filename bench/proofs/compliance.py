"""Do portfolios that are optimized within random rules keep them, judged again from the holdings they lead to?"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np

import engine
from engine.compliance.evaluate import evaluate
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.optimize import BINDING, optimize_within_rules
from engine.compliance.packs.catalog import PACKS
from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.trades import orders_to
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest

FOUND_MIN_FRAC = 0.8
RISKS = frozenset({"volatility", "tracking_error", "var_99_20d", "benchmark_var_99_20d", "product_risk"})
"""Facts that follow from holdings only by a model of risk, which these mandates have not."""
FLAGS = tuple(
    name for name, one in POSITION_FIELDS.items() if one.kind == "truth" and name not in ("is_cash", "is_otc")
)
OFTEN = {"is_listed": 0.9, "is_in_target_market": 0.97, "is_known_kind": 0.97}
"""How often a truth holds; of the others one in twenty-five."""
TELLING = {"qualifying_income": 0.95, "loss_capacity": 0.9, "horizon_days": 4_000.0, "sustainable_min": 0.0,
           "risk_score": 6.0}  # fmt: skip
FOLLOWING = frozenset({"net_assets_ccy", "total_assets_ccy", "gross_exposure", "net_exposure", "borrowing"})
PLAIN = {"frac": 0.02, "days": 10.0, "ccy": 1e6, "count": 1.0, "score": 3.0, "plain": 1.0}
OWN = (
    Rule(id="own.hhi", title="Concentration", universe="not is_cash", measure="squares(sum(weight, by=issuer))",
         limit="0.12"),
    Rule(id="own.few", title="At most thirty positions", universe="not is_cash and quantity != 0", measure="count()",
         limit="30"),
    Rule(id="own.large", title="At most five positions above 6%", universe="not is_cash", group_by="symbol",
         measure="sum(weight)", keep="measure > 0.06", over="count", limit="5"),
    Rule(id="own.top", title="The five largest at most 45%", universe="not is_cash", measure="top(weight, 5)",
         limit="0.45"),
    Rule(id="own.regions", title="Each country at most 60%, beside cash", universe="not is_cash", group_by="country",
         measure="sum(weight)", operator="<", limit="0.6"),
)  # fmt: skip
POOL = [rule for pack in PACKS.values() for rule in pack.rules
        if rule.id != "us_1940.names" and not RISKS & set(program_of(rule).fields)] + [*OWN]  # fmt: skip


def mandate(seed: int) -> tuple[OptimizationRequest, tuple[Rule, ...], ComplianceState]:
    """Return a random request with rules and holdings: 15 to 60 assets, 5 to 14 rules of all packs and some own."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(15, 61))
    state = _state(rng, count)
    rules = [POOL[place] for place in rng.choice(len(POOL), int(rng.integers(5, 15)), replace=False)]
    factors = rng.normal(size=(count, 4)) * 0.008
    covariance = factors @ factors.T + np.diag(rng.uniform(0.004, 0.02, count) ** 2)
    objective: dict[str, Any] = [
        {"kind": "min_volatility"}, {"kind": "max_sharpe"}, {"kind": "max_utility", "risk_aversion": 5.0},
    ][int(rng.integers(3))]  # fmt: skip
    limits = [[], [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.3}]][int(rng.integers(2))]
    body = {
        "problem": {
            "assets": list(state.symbols[1:]),
            "expected_returns_frac": rng.normal(0.0006, 0.0003, count).tolist(),
            "covariance": covariance.tolist(),
        },
        "objective": objective,
        "constraints": limits,
        "risk_free_annual_frac": 0.0,
        "frontier_points_count": 0,
        "proof_effort": "quick",
    }
    return engine.parse_request(body), tuple(rules), state


def _state(rng: np.random.Generator, count: int) -> ComplianceState:
    """Return holdings of some of the assets, and what is known of each; a few figures are not known."""
    held = rng.dirichlet(np.ones(count)) * (rng.random(count) < 0.6) * 900_000.0
    prices = np.concatenate([[1.0], np.round(rng.uniform(5.0, 300.0, count), 2)])
    quantities = np.concatenate([[100_000.0], np.floor(held / prices[1:])])
    values = tuple(Decimal(repr(float(q))) * Decimal(repr(float(p))) for q, p in zip(quantities, prices, strict=True))
    words = {
        "issuer": [f"I{k}" for k in rng.integers(0, max(8, count - 3), count + 1)],
        "sector": [f"S{k}" for k in rng.integers(0, 6, count + 1)],
        "industry": [f"N{k}" for k in rng.integers(0, 9, count + 1)],
        "country": [("US", "DE", "GB", "JP")[k] for k in rng.integers(0, 4, count + 1)],
        "currency": [("USD", "EUR", "GBP", "JPY")[k] for k in rng.integers(0, 4, count + 1)],
        "asset_class": ["cash", *["equity"] * count],
    }
    rare = {name: [False, *(rng.random(count) < OFTEN.get(name, 0.04)).tolist()] for name in FLAGS}
    shares = {
        name: rng.uniform(0.0, 2e-6, count + 1) for name in ("class_share", "vote_share", "capital_share", "debt_share")
    }
    per_unit = {**shares, "sell_days": rng.uniform(0.0, 0.002, count + 1)}
    scores = np.round(rng.uniform(20.0, 95.0, count + 1), 1).tolist()
    firm = [0.0, *np.round(rng.uniform(0.0, 0.2, count), 3).tolist()]
    given: dict[str, list[Any]] = {
        **words,
        **rare,
        "issuer_group": [one.replace("I", "G") for one in words["issuer"]],
        "is_cash": [True, *[False] * count],
        "esg_score": [None if rng.random() < 0.03 else one for one in scores],
        "firm_share": firm,
        "rating_notch": [5.0] * (count + 1),
        "held_days": [100.0] * (count + 1),
        "is_otc": [False] * (count + 1),
        "otc_exposure_ccy": [0.0] * (count + 1),
        "sri": [3.0] * (count + 1),
        "holding_days": [365.0] * (count + 1),
        "fall_since_bought": [0.0] * (count + 1),
        **{name: (rates * quantities).tolist() for name, rates in per_unit.items()},
    }
    facts = {name: TELLING.get(name, PLAIN[one.unit]) for name, one in FACTS.items() if name not in RISKS | FOLLOWING}
    symbols = ("CASH USD", *(f"A{k}" for k in range(count)))
    return ComplianceState(symbols, values, quantities, prices, given, facts, per_unit=per_unit)


def judge(result: OptimizationResult, rules: tuple[Rule, ...], state: ComplianceState) -> str:
    """Return what an answer is: one that keeps every rule that binds, none at all with its reason, or a refutation.

    A rule that no portfolio of the assets keeps is made no worse than it is now. A soft one that only a check can tell,
    and that the answer says it breaks, is ``told``; a hard one refutes.
    """
    found = result.compliance
    assert found is not None
    if not result.weights:
        named = result.diagnosis is not None and bool(result.diagnosis.conflicts)
        return "explained" if named else "unexplained"
    orders = orders_to(state, {line.asset: line.weight_frac for line in result.weights})
    again = evaluate(rules, state, orders)
    helpless = {one.rule_id for one in found.rules if one.how in ("untouched", "unreachable", "no_worse", "held")}
    eased = {one.rule_id for one in found.rules if one.how in ("no_worse", "held")}
    worse = [one.rule_id for one in again.results if one.rule_id in eased and one.cause == "active"]
    if worse:
        return f"made worse: {worse[0]}"
    bad = [
        one.rule_id
        for one in again.results
        if one.severity in BINDING and one.status in ("failed", "indeterminate") and one.rule_id not in helpless
    ]
    told = [one.rule_id for one in found.rules if one.severity in BINDING and one.after in ("failed", "indeterminate")]
    assert set(bad) <= set(told), (bad, told)
    checked = {one.rule_id for one in found.rules if one.how == "checked" and one.severity == "soft"}
    if bad and set(bad) <= checked:
        return "told"
    return f"unkept: {bad[0]}" if bad else "kept"


def prove(size: int) -> dict[str, float]:
    """Return how answers within random rules end; refuted where one breaks a hard rule, or one that limits can keep."""
    ends: Counter[str] = Counter()
    hows: Counter[str] = Counter()
    solves = 0
    for seed in range(size):
        request, rules, state = mandate(seed)
        result = optimize_within_rules(request, rules, state)
        end = judge(result, rules, state)
        ends[end] += 1
        assert result.compliance is not None
        solves += result.compliance.solves_count
        hows.update(f"rules_by_{one.how}_count" for one in result.compliance.rules)
        assert not end.startswith(("unkept", "made worse")), f"Mandate {seed}: {end}."
        assert end != "unexplained", f"Mandate {seed}: no weights and no reason: {result.message}"
    assert ends["kept"] >= FOUND_MIN_FRAC * size, f"Only {ends['kept']} of {size} mandates have an answer."
    return {
        "mandates_count": size,
        "kept_count": ends["kept"],
        "explained_count": ends["explained"],
        "told_count": ends["told"],
        "solves_per_mandate": round(solves / size, 2),
        **{name: float(number) for name, number in sorted(hows.items())},
    }
