"""Does an optimization keep the rules of its portfolio over the API, and are remedies offered for what is broken?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from data.store import tables
from engine.compliance.rule import Parameter, Rule
from services.auth.roles import Role
from tests.api.test_compliance import held, settled
from tests.api.test_optimizations import wait_for

CAP = Rule(
    id="own.api_cap",
    title="No position above 40%",
    parameters=(Parameter(name="cap", value=0.4),),
    universe="not is_cash",
    group_by="symbol",
    measure="sum(weight)",
    limit="cap",
)


def in_force(product: Any, portfolio_id: str, rule: Rule) -> None:
    """Bring a rule into force for one portfolio."""
    actor = product.actor(Role.PORTFOLIO_MANAGER)
    with product.services.ports.store.system(actor.tenant_id) as uow:
        row = uow.rules.create(
            tables.ComplianceRule(
                tenant_id=actor.tenant_id, code=rule.id, scope="portfolio", scope_key=portfolio_id,
                portfolio_id=portfolio_id,
            ),
            tables.RuleVersion(
                document=json.loads(rule.model_dump_json()), state="approved",
                decided_at_utc=product.services.ports.clock.now_utc(),
            ),
        )  # fmt: skip
        row.approved_version = 1
        uow.commit()


def answered(one: Any, body: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of an optimization."""
    answer = one.post("/optimizations", json=body)
    if answer.status_code == 202:
        return wait_for(one, answer.headers["Location"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.requirement("4.3.D5", "1.1.B5")
def test_an_optimization_keeps_the_rules_of_its_portfolio_unless_told_not_to(
    api: Callable[..., Any], product: Any
) -> None:
    manager = api()
    key = held(manager, "Ruled")
    in_force(product, key, CAP)
    body = {
        "portfolio_id": key,
        "asset_ids": ["AAPL", "JPM", "KO"],
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}],
        "frontier_points_count": 0,
    }
    within = answered(manager, body)
    kept = within["compliance"]
    assert kept["is_kept"] is True
    assert [(one["rule_id"], one["how"], one["after"]) for one in kept["rules"]] == [("own.api_cap", "limit", "passed")]
    assert max(line["weight_frac"] for line in within["weights"]) == pytest.approx(0.4, abs=1e-8)
    assert within["lineage"]["data"]["rules"][0]["code"] == "own.api_cap"
    free = answered(manager, {**body, "keep_rules": False})
    assert free["compliance"] is None
    assert max(line["weight_frac"] for line in free["weights"]) > 0.41
    preview = manager.post("/optimizations/preview", json=body)
    if preview.status_code == 200:
        assert preview.get_json()["rules"] == {"in_force_count": 1, "binding_count": 1, "are_kept": True}


@pytest.mark.requirement("4.3.A5")
def test_remedies_are_offered_and_pass_the_check_of_the_same_orders(api: Callable[..., Any], product: Any) -> None:
    manager = api()
    key = held(manager, "Broken")
    tight = CAP.model_copy(update={"id": "own.api_tight", "parameters": (Parameter(name="cap", value=0.1),)})
    in_force(product, key, tight)
    address = f"/portfolios/{key}/compliance/remedies"
    found = settled(lambda: manager.post(address, json={}))
    assert found.status_code == 200, found.text
    report = found.get_json()["report"]
    ways = {one["way"]: one for one in report["ways"]}
    assert list(ways) == ["reduce", "cheapest", "nearest"]
    assert ways["reduce"]["outcome"] == "repaired"
    orders = [{"symbol": one["symbol"], "quantity": one["quantity"]} for one in ways["reduce"]["trades"]]
    body = {"portfolio_id": key, "orders": orders}
    checked = settled(lambda: manager.post("/compliance/checks", json=body)).get_json()["report"]
    assert checked["verdict"] in ("pass", "pass_with_warning")
    assert api().post("/portfolios/none/compliance/remedies", json={}).status_code == 404
    wrong = manager.post(address, json={"buffer_frac": 0.5, "turnover_max_frac": 0})
    assert wrong.status_code == 422
    assert {one["path"] for one in wrong.get_json()["errors"]} == {"buffer_frac", "turnover_max_frac"}
