"""Are further limits told anew, and do previews and rules that must fail for days open a breach only when they may?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.services.breaches.world import World, group, result, rule_of


def stepped(in_force: Any, value: float, step: float) -> Any:
    """Return a result whose figure is beyond a further limit."""
    return result(in_force, group("", value).model_copy(update={"step": step}), limit=0.1)


@pytest.mark.requirement("4.3.A4")
def test_each_further_limit_is_told_once_and_opens_the_breach_anew(world: World) -> None:
    rule = rule_of("notices.mifid_10", operator="<=", group_by=None, remedy="notify")
    world.check((rule, stepped(rule, 0.12, 0.1)))
    (found,) = world.queue()
    assert found.sentence == "The portfolio stands at 12.00%; it is to be reported above 10.00%."
    told = len(world.inbox(world.manager))
    world.check((rule, stepped(rule, 0.19, 0.1)))
    assert len(world.inbox(world.manager)) == told, "nothing new between two limits"
    world.check((rule, stepped(rule, 0.21, 0.2)))
    (found,) = world.queue()
    assert found.sentence.endswith("; 20.00% was passed as well.")
    assert [one for one in world.kinds(found) if one == "further_limit"] == ["further_limit"]
    assert [title for title in world.inbox(world.manager) if "further limit" in title] == [
        f"{found.portfolio_name}: “{rule.rule.title}” has passed a further limit"
    ]
    world.check((rule, stepped(rule, 0.15, 0.1)))
    world.check((rule, stepped(rule, 0.22, 0.2)))
    assert world.kinds(found).count("further_limit") == 1, "what was told of once is not told of again"


def test_a_breach_that_was_acknowledged_is_open_again_at_a_further_limit(world: World) -> None:
    rule = rule_of("notices.mifid_10", group_by=None, remedy="notify")
    world.check((rule, stepped(rule, 0.12, 0.1)))
    (found,) = world.queue()
    world.breaches.acknowledge(found.id, world.manager)
    world.check((rule, stepped(rule, 0.13, 0.1)))
    assert world.queue()[0].status == "acknowledged"
    world.check((rule, stepped(rule, 0.31, 0.3)))
    assert world.queue()[0].status == "open"


def test_what_is_found_between_quarters_opens_nothing_and_mends_nothing(world: World) -> None:
    rule = rule_of("irc_851.issuer_25")
    seen = group("ABC", 0.30, "warning", None)
    world.check((rule, result(rule, seen, is_preview=True)))
    world.check((rule, result(rule, group("ABC", None, "indeterminate", None, least=0.1, most=0.4), is_preview=True)))
    assert world.queue() == []
    world.check((rule, result(rule, group("ABC", 0.30))))
    (found,) = world.queue()
    world.clock.advance(days=1)
    world.check((rule, result(rule, seen, is_preview=True)))
    assert world.detail(found).status == "open", "the quarter has ended, the breach has not"
    world.check((rule, result(rule, group("ABC", 0.20, "passed"), is_preview=True)))
    assert world.detail(found).status == "cured"


def test_a_rule_that_must_fail_for_days_opens_a_breach_on_the_last_of_them(world: World) -> None:
    """Monday 2 March 2026 is the first; with three days asked for, Wednesday opens the breach."""
    base = rule_of("own.days")
    rule = replace(base, rule=base.rule.model_copy(update={"consecutive_days": 3}))

    def day() -> list[str]:
        with world.ports.store.system(world.tenant_id) as uow:
            (row,) = uow.compliance_results.figures([world.portfolio_id]) or [None]
            since = world.clock.now_utc() if row is None else row.since_utc
            uow.compliance_results.replace({world.portfolio_id: [kept(rule, "failed", since, world)]})
            uow.commit()
        world.check((rule, result(rule, group("ABC", 0.30))))
        world.clock.advance(days=1)
        return [one.status for one in world.queue()]

    assert day() == []
    assert day() == []
    assert day() == ["open"]


def kept(in_force: Any, status: str, since: Any, world: World) -> dict[str, Any]:
    """Return a stored result of a rule."""
    now = world.clock.now_utc()
    return {
        "rule_id": in_force.rule_id, "version": in_force.version, "status": status, "severity": "soft",
        "since_utc": since, "as_of": now.date(), "checked_at_utc": now, "value": 0.3, "limit_value": 0.25,
        "document": "{}",
    }  # fmt: skip


def test_weekends_are_no_business_days(world: World) -> None:
    """Failing since Friday: on Monday it is the second business day."""
    base = rule_of("own.days")
    rule = replace(base, rule=base.rule.model_copy(update={"consecutive_days": 3}))
    world.clock.advance(days=4)  # Friday
    friday = world.clock.now_utc()
    with world.ports.store.system(world.tenant_id) as uow:
        uow.compliance_results.replace({world.portfolio_id: [kept(rule, "failed", friday, world)]})
        uow.commit()
    world.clock.advance(days=3)
    world.check((rule, result(rule, group("ABC", 0.30))))
    assert world.queue() == []
    world.clock.advance(days=1)
    world.check((rule, result(rule, group("ABC", 0.30))))
    assert [one.status for one in world.queue()] == ["open"]
    assert world.clock.now_utc() - friday == timedelta(days=4)


@pytest.mark.requirement("4.3.A4")
def test_a_forbidden_position_is_told_in_words_wherever_it_is_told(world: World) -> None:
    base = rule_of("house.restricted", severity="hard")
    changes = {"universe": "is_restricted and quantity != 0", "measure": "count()", "limit": "0"}
    rule = replace(base, rule=base.rule.model_copy(update=changes))
    world.check((rule, result(rule, group("AAPL", 1.0), limit=0.0).model_copy(update={"unit": "count"})))
    (found,) = world.queue()
    said = "AAPL is held and is on a restricted list."
    assert found.sentence == said
    assert world.detail(found).history[0].sentence.startswith(said)
    (alert,) = world.alerts.list(world.manager)
    assert alert.sentence == said
