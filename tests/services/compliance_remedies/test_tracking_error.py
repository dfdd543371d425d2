"""Does a run hold the tracking error of a sample portfolio, whose benchmark is known by its returns only?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.optimize import optimize_within_rules
from services.compliance.rules_sample import adopt_sample_rules
from services.compliance.state import StateReader
from services.optimize import Optimize
from services.portfolio_facts_reader import PortfolioFactsReader
from tests.services.market_house import packed_house as packed_house


@pytest.mark.requirement("4.3.D5")
def test_the_tracking_error_of_a_sample_portfolio_is_kept_or_no_worse(packed_house: Any) -> None:
    house = packed_house
    with house.ports.store.system(house.manager.tenant_id) as uow:
        adopt_sample_rules(uow)
        uow.commit()
    absent: Any = SimpleNamespace()
    optimize = Optimize(house.ports, runs=absent, market=house.market, portfolios=house.portfolios)
    optimize.attach_rules(StateReader(house.ports, PortfolioFactsReader(house.ports)))
    wish: dict[str, Any] = {
        "portfolio_id": house.named("Aurora Growth").id,
        "objective": {"kind": "min_volatility"},
        "frontier_points_count": 0,
    }
    own = optimize.inputs.read(optimize.parse(json.dumps(wish)), house.manager).assets
    asked: Any = optimize.parse(json.dumps({**wish, "asset_ids": [*own, "KO", "JNJ", "PEP"]}))
    inputs = optimize.inputs.read(asked, house.manager)
    within = optimize.rules_of(asked, inputs.assets, house.manager)
    assert within is not None
    assert within.benchmark is not None
    found = {}
    for benchmark in (None, within.benchmark):
        result = optimize_within_rules(
            asked, within.rules, within.state, facts_after=within.facts_after, allowances=within.allowances,
            lists=within.lists, benchmark=benchmark, panel=inputs.panel, sectors=inputs.sectors,
            current_weights_frac=inputs.current_weights_frac, facts=inputs.facts,
        )  # fmt: skip
        assert result.compliance is not None
        error = next(one for one in result.compliance.rules if one.rule_id == "house.tracking_error")
        assert error.value is not None
        found[benchmark is not None] = (error, result.compliance.notes)
    today = evaluate(
        [one for one in within.rules if one.id == "house.tracking_error"], within.state
    ).results[0].groups[0].value  # fmt: skip
    assert today is not None
    (free, told), (kept, notes) = found[False], found[True]
    assert free.value is not None
    assert free.value > today, "without the benchmark the calmest portfolio strays farther than today"
    assert any("worse than today by" in note for note in told)
    assert "neither the benchmark's weights nor enough of its daily returns" in free.note
    assert kept.how == "no_worse"
    assert kept.value is not None
    assert kept.value <= today
    assert "kept no worse than today" in kept.note
    assert not any("worse than today by" in note for note in notes)
