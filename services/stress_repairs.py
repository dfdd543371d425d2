"""Which smallest trades bring a portfolio's stressed losses within their limit, keeping the house's limits?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from engine.kernel.units import percent
from engine.stress.positions import StressedPortfolio
from engine.stress.questions import RepairFacts, parse_question
from engine.stress.repair_program import LinearLimit
from engine.stress.result_answers import RepairAlternative, RepairResult
from services.messages.stress_questions import HouseRules, RepairOrder, RuleCheck
from services.stress_compute import document_of
from services.stress_expected import expected_of
from services.stress_hedges import Instrument, hedge_world, instruments
from services.stress_inputs import StressInputs
from services.stress_markets import trade_costs

WITHIN: Final = 1e-6
CASH: Final = "Cash at most"


def repaired(inputs: StressInputs, order: RepairOrder) -> dict[str, Any]:
    """Return the fields of the answer: the three ways, what each leaves of the rules, what was offered, sources."""
    world, rules = inputs.world, order.rules
    documents = [document_of(one.question, one.name, "instant") for one in order.scenarios]
    wanted = order.hedges if order.has_hedge else ()
    offered, told = instruments(inputs, wanted, documents)
    expected = expected_of(inputs.facts, world.portfolio.assets, offered)
    question = parse_question(
        {
            "kind": "repair",
            "scenarios": [
                {"scenario": document, "max_loss_frac": order.max_loss_frac, "id": one.id}
                for document, one in zip(documents, order.scenarios, strict=True)
            ],
            "turnover_max_frac": order.turnover_max_frac,
            "cash_min_frac": rules.cash_min_frac,
            "cash_max_frac": 1.0 if rules.cash_max_frac is None else rules.cash_max_frac,
            "hedges": [one.terms(value) for one, value in zip(offered, expected.hedges_annual_frac, strict=True)],
        }
    )
    facts = RepairFacts(
        costs_frac=trade_costs(world.markets.spreads_frac),
        expected_returns_annual_frac=expected.annual_frac,
        limits=limits_of(world.portfolio, rules, offered),
        hedge_world=hedge_world(inputs, offered) if offered else None,
    )
    found: Any = question.answer(world, facts)  # type: ignore[call-arg]
    result: RepairResult = found
    return {
        "result": result,
        "rules": tuple(_checks(world.portfolio, rules, way, offered) for way in result.alternatives),
        "hedges": told,
        "expected_return_source": expected.source,
        "scenario_ids": tuple(one.id for one in order.scenarios),
    }


def limits_of(
    portfolio: StressedPortfolio, rules: HouseRules, offered: Sequence[Instrument]
) -> tuple[LinearLimit, ...]:
    """Return largest position, largest sector and gross exposure as limits.

    Positions are only made smaller, so signs stay; a future is sold short and counts in the gross exposure alone, a
    fund that is bought counts like a position, beside what is held of it already.
    """
    found: list[LinearLimit] = []
    count, wide = portfolio.count, portfolio.count + len(offered)
    signs = np.where(portfolio.weights_frac >= 0.0, 1.0, -1.0)
    bought = [(count + at, one) for at, one in enumerate(offered) if not one.is_overlay]
    if rules.position_max_frac is not None:
        for place, asset in enumerate(portfolio.assets):
            line = np.zeros(wide)
            line[place] = signs[place]
            line[[at for at, one in bought if one.held_as == asset]] = 1.0
            found.append(LinearLimit(f"{asset} at most the house's limit", line, upper_frac=rules.position_max_frac))
        for at, one in bought:
            if one.held_as is None:
                line = np.zeros(wide)
                line[at] = 1.0
                name = f"{one.name} at most the house's limit"
                found.append(LinearLimit(name, line, upper_frac=rules.position_max_frac))
    if rules.sector_max_frac is not None:
        for group in sorted({one for one in portfolio.groups if one}):
            line = np.concatenate([[float(one == group) for one in portfolio.groups], np.zeros(len(offered))])
            line[[at for at, one in bought if one.sector == group]] = 1.0
            name = f"{group} at most {percent(rules.sector_max_frac)}"
            found.append(LinearLimit(name, line, upper_frac=rules.sector_max_frac))
    if rules.gross_max_frac is not None:
        line = np.concatenate([signs, [-1.0 if one.is_overlay else 1.0 for one in offered]])
        found.append(LinearLimit("Gross exposure", line, upper_frac=rules.gross_max_frac))
    return tuple(found)


def _checks(
    portfolio: StressedPortfolio, rules: HouseRules, way: RepairAlternative, offered: Sequence[Instrument]
) -> tuple[RuleCheck, ...]:
    """Return the house's limits before and after one way."""
    before = dict(zip(portfolio.assets, portfolio.weights_frac.tolist(), strict=True))
    after = before | {one.asset: one.after_frac for one in way.trades}
    was, now = (
        _uses(portfolio, weights, cash, offered)
        for weights, cash in ((before, portfolio.cash_frac), (after, way.cash_after_frac))
    )
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


def _uses(
    portfolio: StressedPortfolio, weights: Mapping[str, float], cash_frac: float, offered: Sequence[Instrument]
) -> dict[str, float]:
    """Return what each rule of the house measures: a future counts in the gross exposure alone."""
    groups = dict(zip(portfolio.assets, portfolio.groups, strict=True))
    held = {asset: weights[asset] for asset in portfolio.assets}
    for one in offered:
        if not one.is_overlay and weights.get(one.name):
            groups.setdefault(one.held_as or one.name, one.sector or "")
            held[one.held_as or one.name] = held.get(one.held_as or one.name, 0.0) + weights[one.name]
    sums: dict[str, float] = {}
    for asset, weight in held.items():
        if groups[asset]:
            sums[groups[asset]] = sums.get(groups[asset], 0.0) + weight
    return {
        "Largest position": max((abs(weight) for weight in held.values()), default=0.0),
        "Largest sector": max((abs(value) for value in sums.values()), default=0.0),
        "Gross exposure": sum(abs(weight) for weight in weights.values()),
        CASH: cash_frac,
    }
