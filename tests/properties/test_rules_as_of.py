"""Is what was in force at any instant told as a plain list tells it, after random deeds of two people?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.compliance.examples import RuleCase
from engine.compliance.rule import Parameter, Rule
from services.auth.roles import Role
from services.compliance.in_force import rules_in_force
from services.compliance.rules import Rules
from services.errors import Conflict, NotAllowed
from services.messages.compliance_rules import Chosen, NewRule, Wording
from tests.services.market_house import shared_house

__all__ = ["shared_house"]
CASES = (
    RuleCase(name="none", expected="passed", cash_ccy=100.0),
    RuleCase(name="all", expected="failed", positions=[{"symbol": "A", "value_ccy": 100.0}]),
)
DEEDS = st.tuples(
    st.sampled_from(["begin", "begin", "edit", "propose", "try", "approve", "approve", "reject", "withdraw", "retire"]),
    st.sampled_from(["compliance", "administrator"]),
    st.sampled_from([0.05, 0.1, 0.2]),
    st.integers(0, 3),
)
_codes: Iterator[int] = iter(range(10**6))


def rule(code: str, cap: float) -> Rule:
    figures = (Parameter(name="cap", value=cap),)
    return Rule(
        id=code, title="x", parameters=figures, universe="not is_cash", group_by="symbol", measure="sum(weight)",
        limit="cap",
    )  # fmt: skip


@dataclass
class Version:
    """One version, as the plain list knows it."""

    cap: float
    makers: set[str]
    state: str = "draft"
    is_retirement: bool = False
    is_tried: bool = False
    approved_at: datetime | None = None


class Oracle:
    """What must happen, by a plain list of versions."""

    def __init__(self, cap: float, maker: str) -> None:
        self.versions = [Version(cap, {maker})]

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    def standing(self, at: datetime) -> Version | None:
        approved = [one for one in self.versions if one.approved_at is not None and one.approved_at <= at]
        return approved[-1] if approved else None

    def does(self, deed: str, who: str, cap: float, now: datetime) -> bool:
        """Do a deed where it can be done; return whether it could."""
        last = self.latest
        is_open = last.state in ("draft", "proposed")
        standing = self.standing(now)
        match deed:
            case "begin" if not is_open:
                self.versions.append(Version(cap, {who}))
            case "edit" if last.state == "draft":
                last.cap, last.is_tried = cap, False
                last.makers.add(who)
            case "propose" if last.state == "draft":
                last.state = "proposed"
                last.makers.add(who)
            case "try" if is_open:
                last.is_tried = True
            case "approve" if (
                last.state == "proposed" and who not in last.makers and (last.is_tried or last.is_retirement)
            ):
                last.state, last.approved_at = "approved", now
            case "reject" if last.state == "proposed" and who not in last.makers:
                last.state = "rejected"
            case "withdraw" if is_open:
                last.state = "withdrawn"
            case "retire" if not is_open and standing is not None and not standing.is_retirement:
                self.versions.append(Version(standing.cap, {who}, "proposed", is_retirement=True))
            case _:
                return False
        return True


@pytest.mark.requirement("4.3.F6", "4.3.D4")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, min_size=6, max_size=22))
def test_as_of_tells_what_a_plain_list_of_deeds_tells(shared_house: Any, deeds: list[Any]) -> None:
    house, rules = shared_house, Rules(shared_house.ports)
    people = {"compliance": house.actors[Role.COMPLIANCE], "administrator": house.actors[Role.ADMINISTRATOR]}
    code = f"random.r{next(_codes)}"
    made = rules.drafts.create(NewRule(rule=rule(code, 0.5), cases=CASES), people["compliance"])
    oracle, instants = Oracle(0.5, "compliance"), []
    for deed, who, cap, hours in deeds:
        house.ports.clock.advance(hours=hours, minutes=1)
        now = house.ports.clock.now_utc()
        was_done = _do(house, rules, made.rule_id, oracle, deed, people[who], cap, code)
        assert was_done is oracle.does(deed, who, cap, now), (deed, who, [vars(one) for one in oracle.versions])
        instants.append(now)
    for now in instants:
        for at in (now, now - timedelta(seconds=1)):
            told, wanted = rules.as_of(made.rule_id, at, people["compliance"]), oracle.standing(at)
            assert told.is_in_force is (wanted is not None and not wanted.is_retirement)
            if wanted is not None:
                assert told.version is not None
                assert told.version.version == oracle.versions.index(wanted) + 1
                assert told.version.rule.parameters[0].value == wanted.cap
    states = [one.state for one in rules.get(made.rule_id, people["compliance"]).versions]
    assert states == [one.state for one in reversed(oracle.versions)]
    portfolio = house.portfolios.list(house.manager)[0]
    with house.ports.store.read(house.manager) as uow:
        found = [one for one in rules_in_force(uow, portfolio.id) if one.rule.id == code]
    last = oracle.standing(house.ports.clock.now_utc())
    assert [one.rule.parameters[0].value for one in found] == (
        [last.cap] if last is not None and not last.is_retirement else []
    )


def _do(house: Any, rules: Rules, rule_id: str, oracle: Oracle, deed: str, actor: Any, cap: float, code: str) -> bool:
    """Do a deed on the latest version; return whether it was not refused."""
    number = len(oracle.versions)
    chosen = [Chosen(rule_id=rule_id, version=number)]
    wording = Wording(rule=rule(code, cap), cases=CASES)
    try:
        match deed:
            case "begin":
                rules.drafts.begin(rule_id, wording, actor)
            case "edit":
                rules.drafts.edit(rule_id, number, wording, actor)
            case "propose":
                rules.decisions.propose(chosen, actor)
            case "try":
                with house.ports.store.system(actor.tenant_id) as uow:
                    is_kept = bool(uow.rules.keep_dry_run(rule_id, number, {"portfolios_count": 0}))
                    uow.commit()
                return is_kept
            case "approve":
                rules.decisions.approve(chosen, actor)
            case "reject":
                rules.decisions.reject(chosen, actor, "not so")
            case "withdraw":
                rules.decisions.withdraw(chosen, actor)
            case "retire":
                rules.decisions.retire(rule_id, "no longer", actor)
    except (Conflict, NotAllowed):
        return False
    return True
