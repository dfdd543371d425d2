"""What do chance, broken correlations and redemptions do, which moves lose so much, and which trades repair it?

The work of a worker process: facts in, answer out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from engine.stress.positions import StressedPortfolio
from engine.stress.questions import RepairFacts, parse_question
from engine.stress.redemption import Markets
from engine.stress.repair_program import LinearLimit
from engine.stress.result_answers import RepairAlternative, RepairResult
from engine.stress.scenarios import parse_scenario
from engine.stress.stand_ins import History
from engine.stress.world import StressWorld
from services.messages.stress_questions import (
    CorrelationReport,
    HouseRules,
    LiquidityReport,
    MonteCarloReport,
    QuestionRequest,
    RepairOrder,
    RepairReport,
    ReverseReport,
    ReverseWish,
    RuleCheck,
)
from services.stress_compute import document_of
from services.stress_inputs import INDEX_NAME, StressInputs

HEDGE: Final = f"{INDEX_NAME} future"
HEDGE_MOST_FRAC: Final = 0.5
HEDGE_COST_FRAC: Final = 0.0002
WITHIN: Final = 1e-6
CASH: Final = "Cash at most"
KINDS: Final[dict[str, tuple[str, type[Any]]]] = {
    "monte_carlo": ("monte_carlo", MonteCarloReport),
    "correlation": ("correlation", CorrelationReport),
    "liquidity": ("liquidity", LiquidityReport),
}
"""Field of a request -> the engine's kind of scenario, and the form of the answer."""


def answer_of(inputs: StressInputs, request: QuestionRequest) -> dict[str, Any]:
    """Return the answer to a question as a document."""
    wish = request.wish
    shared = _shared(inputs)
    if isinstance(wish, RepairOrder):
        result, rules = _repaired(inputs, wish)
        return RepairReport(**shared, result=result, rules=rules).model_dump(mode="json")
    if isinstance(wish, ReverseWish):
        question = parse_question({"kind": "reverse", **wish.model_dump(mode="json")})
        found: Any = question.answer(inputs.world)
        return ReverseReport(**shared, result=found).model_dump(mode="json")
    name = next(key for key in KINDS if getattr(request, key) is not None)
    kind, form = KINDS[name]
    document = {"kind": kind, **wish.model_dump(mode="json")}
    done: dict[str, Any] = form(**shared, result=parse_scenario(document).answer(inputs.world)).model_dump(mode="json")
    return done


def _shared(inputs: StressInputs) -> dict[str, Any]:
    facts = inputs.facts
    return {
        "portfolio_id": facts.portfolio_id,
        "name": facts.name,
        "base_currency": facts.base_currency,
        "value_ccy": facts.value_ccy,
        "as_of": facts.as_of,
        "notes": facts.notes,
        "is_sample": any(one.is_sample for one in facts.assets),
        "lineage": facts.lineage,
    }


def _repaired(inputs: StressInputs, order: RepairOrder) -> tuple[RepairResult, tuple[tuple[RuleCheck, ...], ...]]:
    """Return the three ways, and what each leaves of the house's rules."""
    world, rules = inputs.world, order.rules
    has_hedge = order.has_hedge and inputs.index_frac is not None
    groups = sorted({one for one in world.portfolio.groups if one})
    terms = {"name": HEDGE, "min_frac": -HEDGE_MOST_FRAC, "max_frac": 0.0, "is_funded": False,
             "cost_frac": HEDGE_COST_FRAC}  # fmt: skip
    question = parse_question(
        {
            "kind": "repair",
            "scenarios": [
                {"scenario": document_of(one.question, one.name, "instant"), "max_loss_frac": order.max_loss_frac}
                for one in order.scenarios
            ],
            "turnover_max_frac": order.turnover_max_frac,
            "group_max_frac": {} if rules.sector_max_frac is None else dict.fromkeys(groups, rules.sector_max_frac),
            "cash_min_frac": rules.cash_min_frac,
            "cash_max_frac": 1.0 if rules.cash_max_frac is None else rules.cash_max_frac,
            "hedges": [terms] if has_hedge else [],
        }
    )
    limits = _limits(world.portfolio, rules, hedges_count=int(has_hedge))
    facts = RepairFacts(limits=limits, hedge_world=_hedge_world(inputs) if has_hedge else None)
    found: Any = question.answer(world, facts)  # type: ignore[call-arg]
    return found, tuple(_checks(world.portfolio, rules, way) for way in found.alternatives)


def _limits(portfolio: StressedPortfolio, rules: HouseRules, *, hedges_count: int) -> tuple[LinearLimit, ...]:
    """Return the largest position and the gross exposure as limits; positions are only made smaller, so signs stay."""
    found: list[LinearLimit] = []
    wide = portfolio.count + hedges_count
    if rules.position_max_frac is not None:
        for place, asset in enumerate(portfolio.assets):
            line = np.zeros(wide)
            line[place] = 1.0 if portfolio.weights_frac[place] >= 0.0 else -1.0
            found.append(LinearLimit(f"{asset} at most the house's limit", line, upper_frac=rules.position_max_frac))
    if rules.gross_max_frac is not None:
        signs = np.where(portfolio.weights_frac >= 0.0, 1.0, -1.0)
        line = np.concatenate([signs, -np.ones(hedges_count)])  # the hedge is sold short
        found.append(LinearLimit("Gross exposure", line, upper_frac=rules.gross_max_frac))
    return tuple(found)


def _hedge_world(inputs: StressInputs) -> StressWorld:
    """Return the same markets for somebody who holds the index alone."""
    assert inputs.index_frac is not None
    world = inputs.world
    column = inputs.index_frac[:, None]
    return replace(
        world,
        portfolio=StressedPortfolio((HEDGE,), np.ones(1), 0.0, ("",)),
        history=History(world.history.dates, column, world.history.benchmark_frac),
        markets=Markets.unknown(1),
        bonds={},
        currencies={},
        garch={},
    )


def _checks(portfolio: StressedPortfolio, rules: HouseRules, way: RepairAlternative) -> tuple[RuleCheck, ...]:
    """Return the house's limits before and after one way."""
    before = dict(zip(portfolio.assets, portfolio.weights_frac.tolist(), strict=True))
    after = before | {one.asset: one.after_frac for one in way.trades}
    was, now = _uses(portfolio, before, portfolio.cash_frac), _uses(portfolio, after, way.cash_after_frac)
    most = {
        "Largest position": rules.position_max_frac,
        "Largest sector": rules.sector_max_frac,
        "Gross exposure": rules.gross_max_frac,
        CASH: rules.cash_max_frac,
    }
    found = [
        RuleCheck(
            name=name, before_frac=was[name], value_frac=now[name], limit_frac=limit, holds=_is_kept(now[name], limit)
        )
        for name, limit in most.items()
        if limit is not None
    ]
    least = rules.cash_min_frac
    if least is not None:
        holds = _is_kept(-now[CASH], -least)
        found.append(
            RuleCheck(name="Cash at least", before_frac=was[CASH], value_frac=now[CASH], limit_frac=least, holds=holds)
        )
    return tuple(found)


def _is_kept(value: float, most: float) -> bool:
    return value <= most + WITHIN


def _uses(portfolio: StressedPortfolio, weights: dict[str, float], cash_frac: float) -> dict[str, float]:
    """Return what each rule of the house measures: the hedge counts in the gross exposure alone."""
    groups = dict(zip(portfolio.assets, portfolio.groups, strict=True))
    sums: dict[str, float] = {}
    for asset, weight in weights.items():
        if groups.get(asset):
            sums[groups[asset]] = sums.get(groups[asset], 0.0) + weight
    return {
        "Largest position": max((abs(weight) for asset, weight in weights.items() if asset in groups), default=0.0),
        "Largest sector": max((abs(value) for value in sums.values()), default=0.0),
        "Gross exposure": sum(abs(weight) for weight in weights.values()),
        CASH: cash_frac,
    }
