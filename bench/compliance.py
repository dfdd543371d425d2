"""How fast are rules judged, against what was promised?

One thread; medians of processor time, from the holdings to the whole answer: nothing that was computed for one state is
used for the next. A hundred distinct rules on five hundred positions of which some breach, without trades and with some
that are proposed and cost something (what they do is then seen apart from their costs, in a third state); and every
rule of every pack on two hundred portfolios of fifty positions. Beside them, without a promise: rules as limits, an
optimization within them, and three ways to mend a portfolio, on the random mandates of the proofs.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from dataclasses import replace  # noqa: E402 (after the thread counts)
from decimal import Decimal  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

from bench.engine_solve import median_ms  # noqa: E402
from bench.proofs.compliance import mandate  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.compliance.evaluate import evaluate  # noqa: E402
from engine.compliance.fields import POSITION_FIELDS  # noqa: E402
from engine.compliance.linear_of import linear_of  # noqa: E402
from engine.compliance.optimize import optimize_within_rules  # noqa: E402
from engine.compliance.packs.catalog import PACKS  # noqa: E402
from engine.compliance.repair import repair  # noqa: E402
from engine.compliance.rule import Rule  # noqa: E402
from engine.compliance.state import DERIVED, ComplianceState, Order  # noqa: E402
from services.collector import calm_collector  # noqa: E402

RULES_COUNT, POSITIONS_COUNT, PORTFOLIOS_COUNT, HOLDINGS_COUNT = 100, 500, 200, 50
MANDATES_COUNT = 10
CHECK_PROMISED_MS, BOOK_PROMISED_MS = 50.0, 2000.0
SETS = {
    "issuer": 300,
    "issuer_group": 200,
    "sector": 11,
    "industry": 60,
    "country": 25,
    "currency": 8,
    "asset_class": 5,
}


def state(positions_count: int, seed: int) -> ComplianceState:
    """Return holdings in which every field is known, from a fixed seed."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(10.0, 1.5, positions_count)
    given: dict[str, Any] = {}
    for name, one in POSITION_FIELDS.items():
        if name in DERIVED or name in ("symbol", "quantity", "exposure_ccy"):
            continue
        if one.kind == "text":
            given[name] = [f"{name}{k}" for k in rng.integers(0, SETS[name], positions_count)]
        elif one.kind == "truth":
            given[name] = (rng.random(positions_count) < 0.05).tolist()
        else:
            given[name] = (rng.random(positions_count) * (100.0 if one.unit in ("score", "days") else 0.12)).tolist()
    given["is_cash"] = [place == 0 for place in range(positions_count)]
    return ComplianceState(
        symbols=tuple(f"P{place}" for place in range(positions_count)),
        values_ccy=tuple(Decimal(f"{value:.2f}") for value in values),
        quantities=values / 50.0,
        prices_ccy=np.full(positions_count, 50.0),
        given=given,
        facts={"turnover_year": 0.4, "tracking_error": 0.03, "var_99_20d": 0.1, "borrowing": 0.0},
    )


def rules(count: int) -> list[Rule]:
    """Return so many distinct rules: those of all packs, then the same with other thresholds."""
    found = [rule for pack in PACKS.values() for rule in pack.rules]
    with_parameters = [rule for rule in found if rule.parameters]
    for number in range(count - len(found)):
        rule = with_parameters[number % len(with_parameters)]
        first = rule.parameters[0].model_copy(update={"value": rule.parameters[0].value * 0.9})
        found.append(rule.model_copy(update={"id": f"{rule.id}.own", "parameters": (first, *rule.parameters[1:])}))
    return found[:count]


def fresh(given: ComplianceState) -> ComplianceState:
    """Return a state of which nothing has been computed yet."""
    return replace(given, kept={}, shared={}, _columns={})


def measure() -> list[Figure]:
    """Measure one portfolio against a hundred rules, and a book against all packs."""
    calm_collector()  # as every process of the product, when it is ready for work
    chosen = rules(RULES_COUNT)
    large = state(POSITIONS_COUNT, 0)
    orders = [Order(f"P{place}", 20.0 * (-1) ** place, cost_ccy=0.5) for place in range(1, 21)]
    statuses = [one.status for one in evaluate(chosen, large).results]
    assert {"passed", "failed"} <= set(statuses)
    took = median_ms(lambda: evaluate(chosen, fresh(large)), 15)
    figures = [Figure("100 rules, 500 positions", took, "ms", "promised", CHECK_PROMISED_MS)]
    for some in (orders[:2], orders):
        took = median_ms(lambda some=some: evaluate(chosen, fresh(large), some), 15)  # type: ignore[misc]
        name = f"100 rules, 500 positions, {len(some)} orders with costs"
        figures.append(Figure(name, took, "ms", "promised", CHECK_PROMISED_MS))
    book = [state(HOLDINGS_COUNT, seed) for seed in range(PORTFOLIOS_COUNT)]
    every = rules(len([rule for pack in PACKS.values() for rule in pack.rules]))
    took = median_ms(lambda: [evaluate(every, fresh(one)) for one in book], 3)
    figures.append(Figure(f"{len(every)} rules of all packs, 200 portfolios", took, "ms", "promised", BOOK_PROMISED_MS))
    return figures + within()


def within() -> list[Figure]:
    """Measure what rules cost an optimizer: becoming limits, one answer within them, and a repair."""
    large = fresh(state(POSITIONS_COUNT, 0))
    took = median_ms(lambda: [linear_of(rule, fresh(large)) for rule in rules(RULES_COUNT)], 3)
    figures = [Figure("100 rules as limits, 500 positions", took, "ms", "-", None)]
    mandates = [mandate(seed) for seed in range(MANDATES_COUNT)]
    took = median_ms(lambda: [optimize_within_rules(*one) for one in mandates], 3) / MANDATES_COUNT
    figures.append(Figure("one optimization within rules, 15 to 60 assets", took, "ms", "-", None))
    took = median_ms(lambda: [repair(chosen, fresh(held)) for _, chosen, held in mandates], 3) / MANDATES_COUNT
    figures.append(Figure("three ways to mend a portfolio, 15 to 60 positions", took, "ms", "-", None))
    return figures


if __name__ == "__main__":
    show("compliance", measure())
