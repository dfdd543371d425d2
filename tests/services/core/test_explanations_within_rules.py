"""Are the reasons for a portfolio that keeps rules, and how sure it is, said of that portfolio and of no other?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.compliance.rule import Rule
from services.compliance.run_rules import RunRules
from services.errors import InvalidRequest
from services.explanations import OTHER_ANSWER
from services.optimize_explain import parse_required_wish
from tests.engine.compliance_worlds import book
from tests.services.core.test_explanations import house, market, run_of, text  # noqa: F401
from tests.services.core.test_optimize import SYMBOLS
from tests.services.core.test_uncertainty import FEW

OWN = 0.4  # the largest position that the request allows
CAP = Rule(id="cap", title="No issuer above 25%", universe="not is_cash", group_by="issuer", measure="sum(weight)",
           limit="0.25")  # fmt: skip
LINEAGE = [{"rule_id": "rule", "version": 1, "code": CAP.id}]


def kept(*rules: Rule) -> RunRules:
    """Return rules as a run reads them, over a portfolio all in cash."""
    state = book(*({"value": "0", "symbol": symbol} for symbol in SYMBOLS), cash="1000")
    grown = {name: np.zeros(len(SYMBOLS) + 1) for name in ("vote_share", "class_share", "sell_days")}
    state = replace(state, prices_ccy=np.ones(len(SYMBOLS) + 1), per_unit=grown, kept={}, _columns={})
    return RunRules(rules, state, lambda after: {}, LINEAGE)


@pytest.fixture
def ruled(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: F811
    """Put a rule in force for whatever is optimized."""
    monkeypatch.setattr(house.optimize, "rules_of", lambda *a, **k: kept(CAP))
    monkeypatch.setattr(house.optimize, "rules_word", lambda *a: "cap")
    return house


def test_the_weights_that_are_explained_are_those_that_keep_the_rules(ruled: Any, manager: Any) -> None:
    optimized = run_of(ruled, manager)
    proposed = {line.asset: line.weight_frac for line in ruled.optimize.result(optimized, manager).weights}
    assert max(proposed.values()) == pytest.approx(0.25, abs=1e-8)
    found = ruled.explanations.of(optimized, manager)
    assert (found.note, found.is_same_data) == (None, True)
    explained = {line.asset: line.weight_frac for line in found.explanation.weights}
    assert explained == pytest.approx(proposed, abs=2e-8)
    assert {one.side for one in found.explanation.prices} == {0.25}
    result = ruled.optimize.result(optimized, manager)
    assert found.explanation.lineage.request_sha256 == result.lineage.request_sha256
    most = max(proposed, key=lambda asset: proposed[asset])
    required = ruled.explanations.required_return(optimized, most, OWN, manager)
    assert required.return_annual_frac is None
    assert "25%" in required.sentence


def test_how_sure_they_are_is_found_within_the_rules(ruled: Any, manager: Any) -> None:
    optimized = run_of(ruled, manager)
    look = ruled.uncertainty.start(optimized, FEW, manager)
    ruled.runs.execute(look.id)
    found = ruled.uncertainty.of(optimized, manager).result
    assert max(line.upper_frac for line in found.weights) <= 0.25 + 1e-8
    assert not [note for note in found.notes if "changed since" in note]


def test_a_rule_that_came_into_force_since_is_told(house: Any, manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    optimized = run_of(house, manager)
    assert house.explanations.of(optimized, manager).note is None
    monkeypatch.setattr(house.optimize, "rules_of", lambda *a, **k: kept(CAP))
    monkeypatch.setattr(house.optimize, "rules_word", lambda *a: "cap")
    assert house.explanations.of(optimized, manager).note == OTHER_ANSWER


def test_a_request_without_a_run_is_explained_within_them_too(ruled: Any, manager: Any) -> None:
    explained = ruled.optimize.explain(ruled.optimize.parse(text()), manager)
    assert max(line.weight_frac for line in explained.weights) == pytest.approx(0.25, abs=1e-8)
    wish = parse_required_wish(
        f'{{"request": {text()}, "asset": "{explained.weights[0].asset}", "weight_frac": {OWN}}}'
    )
    assert ruled.optimize.required_return(wish, manager).return_annual_frac is None


def test_where_no_portfolio_keeps_them_the_way_out_is_named(ruled: Any, manager: Any, monkeypatch: Any) -> None:
    narrow = CAP.model_copy(update={"limit": "0.1", "severity": "hard"})
    monkeypatch.setattr(ruled.optimize, "rules_of", lambda *a, **k: kept(narrow))
    with pytest.raises(InvalidRequest, match="keeps these limits and the rules") as refusal:
        ruled.optimize.explain(ruled.optimize.parse(text()), manager)
    assert "keep_rules" in refusal.value.advice
