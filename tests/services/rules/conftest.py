"""Houses with clients and portfolios, and a way to bring rules into force by two people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.compliance.examples import RuleCase
from engine.compliance.rule import Parameter, Rule
from services.auth.roles import Role
from services.compliance.rules import Rules
from services.messages.compliance_rules import Chosen, NewRule
from tests.services.market_house import house, shared_house

__all__ = ["house", "shared_house"]


def cap_rule(code: str = "own.cap", cap: float = 0.10, **changes: Any) -> Rule:
    """Return a rule on the greatest position, with one figure."""
    fields: dict[str, Any] = {
        "id": code,
        "title": "No position above the cap",
        "parameters": (Parameter(name="cap", value=cap, label="Greatest weight"),),
        "universe": "not is_cash",
        "group_by": "symbol",
        "measure": "sum(weight)",
        "limit": "cap",
    }
    return Rule(**{**fields, **changes})


def cases(**shared: Any) -> tuple[RuleCase, ...]:
    """Return an example that passes and one that fails, whatever the cap is."""
    return (
        RuleCase(name="little", expected="passed", cash_ccy=99.0, positions=[{"symbol": "A", "value_ccy": 1.0}]),
        RuleCase(name="all", expected="failed", cash_ccy=0.0, positions=[{"symbol": "A", "value_ccy": 100.0}]),
    )


@pytest.fixture
def rules(house: Any) -> Rules:
    return Rules(house.ports)


@pytest.fixture
def people(house: Any) -> tuple[Any, Any]:
    """Who writes and proposes, and who decides."""
    return house.actors[Role.COMPLIANCE], house.actors[Role.ADMINISTRATOR]


@pytest.fixture
def tried(house: Any) -> Callable[[str, int], None]:
    """Note a dry run with a version, as the run of that kind does when it ends."""

    def note(rule_id: str, version: int) -> None:
        with house.ports.store.system(house.manager.tenant_id) as uow:
            assert uow.rules.keep_dry_run(rule_id, version, {"portfolios_count": 0})
            uow.commit()

    return note


@pytest.fixture
def in_force(rules: Rules, people: tuple[Any, Any], tried: Callable[[str, int], None]) -> Callable[..., str]:
    """Bring a rule into force, written by one and approved by the other; return its id."""

    def make(rule: Rule | None = None, **fields: Any) -> str:
        maker, checker = people
        new = NewRule(rule=rule or cap_rule(), cases=cases(), **fields)
        made = rules.drafts.create(new, maker)
        tried(made.rule_id, 1)
        chosen = [Chosen(rule_id=made.rule_id, version=1)]
        rules.decisions.propose(chosen, maker)
        rules.decisions.approve(chosen, checker)
        return made.rule_id

    return make
