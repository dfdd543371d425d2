"""Do frontiers and trade-offs stay within rules, and is each point that breaks another rule marked?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine
from engine.compliance.allowances import Allowances
from engine.compliance.along import frontier_within_rules, pareto_within_rules
from engine.compliance.evaluate import evaluate
from engine.compliance.list_limit import TradingLists
from engine.compliance.rule import Rule
from engine.compliance.trades import orders_to
from engine.frontier.result import FrontierResult
from engine.pareto.parse import parse_pareto
from tests.engine.test_compliance_optimize import GAINS, pack, request, world
from tests.engine.test_compliance_optimize_held import LISTED, held

CAP = Rule(id="cap", title="No issuer above 30%", universe="not is_cash", group_by="issuer", measure="sum(weight)",
           limit="0.3")  # fmt: skip
FORTY = pack("ucits.sum_40")


def drawn(rules: tuple[Rule, ...], state: Any, **more: Any) -> FrontierResult:
    """Return the frontier of eight assets within rules."""
    found = frontier_within_rules(request(), rules, state, **more)
    assert found.rules is not None
    assert len(found.rules.broken) == len(found.corners)
    return found


@pytest.mark.requirement("4.3.D5")
def test_a_frontier_keeps_linear_rules_at_every_corner_and_so_at_every_mixture() -> None:
    state = world(issuer=["A", "A", "B", "B", "C", "D", "E", "F"])
    found = drawn((CAP,), state)
    weights = np.array([corner.weights_frac for corner in found.corners])
    assert weights[:, :2].sum(axis=1).max() <= 0.3 + 1e-8
    assert found.corners[-1].weights_frac[0] == pytest.approx(0.3, abs=1e-8)  # as much as may be of what pays most
    assert found.rules is not None
    assert (found.rules.kept, found.rules.checked) == (("No issuer above 30%",), ())
    assert found.rules.sentence == "1 rule of compliance is a limit of every portfolio."
    free = engine.frontier(request())
    assert free.rules is None
    assert free.corners[-1].weights_frac[0] == pytest.approx(1.0, abs=1e-8)
    assert free.lineage.request_sha256 == found.lineage.request_sha256


@pytest.mark.requirement("4.3.D5")
def test_each_corner_that_breaks_another_rule_is_marked_as_a_check_of_its_trades_says() -> None:
    state = world()
    found = drawn((pack("house.min_cash"), FORTY), state)
    assert found.rules is not None
    assert found.rules.checked == (FORTY.title,)
    for corner, broken in zip(found.corners, found.rules.broken, strict=True):
        orders = orders_to(state, dict(zip(found.assets, corner.weights_frac, strict=True)))
        (judged,) = evaluate([FORTY], state, orders).results
        assert broken == ((FORTY.title,) if judged.status == "failed" else ())
        assert sum(corner.weights_frac) == pytest.approx(0.99, abs=1e-8)  # the cash that a rule demands is left
    assert any(found.rules.broken)
    assert FORTY.title in found.rules.sentence
    assert found.rules.notes == ("1% stays in cash, as the rules demand.",)


def test_figures_of_risk_are_judged_where_they_are_known_and_else_told() -> None:
    state = world()
    calm = Rule(id="vol", title="Volatility at most 4%", measure="volatility", limit="0.04")
    loss = Rule(id="var", title="Loss at most 10%", measure="var_99_20d", limit="0.1")
    found = drawn((calm, loss), state)
    assert found.rules is not None
    assert found.rules.unknown == ("Loss at most 10%",)
    for corner, broken in zip(found.corners, found.rules.broken, strict=True):
        assert ("Volatility at most 4%" in broken) == (corner.volatility_annual_frac > 0.04 + 1e-8)


def test_lists_and_overrides_bound_a_frontier_and_rules_that_clash_with_limits_say_so() -> None:
    state = held((10.0, 40.0), 50.0, issuer=list("ABCDEFGH"))
    lists = TradingLists(held={"S2": LISTED})
    soft = CAP.model_copy(update={"severity": "soft"})
    found = drawn((soft,), state, lists=lists, allowances=Allowances({("cap", "A"): 0.45}))
    assert {corner.weights_frac[1] for corner in found.corners} == {0.4}
    assert found.corners[-1].weights_frac[0] == pytest.approx(0.45, abs=1e-8)
    assert found.rules is not None
    assert found.rules.held == ("S2",)
    assert f"{LISTED} It is held as it is." in found.rules.notes
    tight = CAP.model_copy(update={"limit": "0.1"})
    none = frontier_within_rules(request(), (tight,), world(issuer=list("ABCDEFGH")))
    assert not none.corners
    assert none.diagnosis is not None
    assert "No issuer above 30%" in none.message + str(none.diagnosis.conflicts)


@pytest.mark.requirement("4.3.D5")
def test_trade_offs_keep_linear_rules_and_mark_what_their_points_break() -> None:
    body = {
        "problem": {
            "assets": [f"S{n}" for n in range(1, 9)],
            "expected_returns_frac": GAINS,
            "covariance": (np.eye(8) * 0.01).tolist(),
            "periods_per_year": 1,
        },
        "objectives": [{"kind": "return"}, {"kind": "volatility"}],
        "points_count": 12,
    }
    asked = parse_pareto(body)
    state = world(issuer=["A", "A", "B", "B", "C", "D", "E", "F"])
    found = pareto_within_rules(asked, (CAP, FORTY), state)
    assert found.rules is not None
    assert len(found.rules.broken) == len(found.points)
    for point, broken in zip(found.points, found.rules.broken, strict=True):
        assert sum(point.weights_frac[:2]) <= 0.3 + 1e-8
        orders = orders_to(state, dict(zip(found.assets, point.weights_frac, strict=True)))
        (judged,) = evaluate([FORTY], state, orders).results
        assert broken == ((FORTY.title,) if judged.status == "failed" else ())
    assert found.lineage.request_sha256 == engine.pareto(asked).lineage.request_sha256
