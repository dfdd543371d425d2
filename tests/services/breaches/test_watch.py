"""Does the clock alone end overrides, tell of days that passed, and escalate, once each and to the right people?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.compliance import breach_watch
from services.compliance.in_force import Exempted
from services.errors import InvalidRequest, NotAllowed
from services.messages.compliance_breaches import BreachStatus, EscalationHours, EscalationPolicy, PlanInput
from tests.services.breaches.world import World, group, result, rule_of


@pytest.fixture(autouse=True)
def in_force(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Which rules portfolios have to keep; a test changes it."""
    codes = ("house.max_position", "a", "b", "c")
    rules: dict[str, list[Any]] = {"rules": [rule_of(one) for one in codes], "exempt": [], "word": []}

    def standing(_uow: object, ids: list[str]) -> dict[str, Any]:
        return {one: (tuple(rules["rules"]), tuple(rules["exempt"])) for one in ids}

    monkeypatch.setattr(breach_watch, "rules_and_exemptions_of", standing)
    monkeypatch.setattr(breach_watch, "rules_version", lambda uow: str(len(rules["word"])))
    return rules


def test_an_override_runs_out_and_the_breach_is_open_again_and_both_are_told(world: World):
    (found,) = world.see(rule_of(), group("ABC", 0.3))
    world.let_stand(found, days=2)
    assert world.watch.keep_up() == 0
    world.clock.advance(days=2)
    assert world.watch.keep_up() == 0, "its last day is included"
    world.clock.advance(days=1)
    world.watch.keep_up()
    detail = world.detail(found)
    assert (detail.status, detail.overrides[0].state) == ("open", "expired")
    assert "What was let stand is over" in world.inbox(world.manager)
    assert world.bell() == [("firing", "soft")]
    told = len(world.inbox(world.manager))
    world.watch.keep_up()
    assert len(world.inbox(world.manager)) == told


def test_a_wish_that_nobody_answers_runs_out_too(world: World):
    (found,) = world.see(rule_of(), group("ABC", 0.3))
    world.breaches.acknowledge(found.id, world.manager)
    world.overrides.request(found.id, world.wish(1), world.manager)
    world.clock.advance(days=2)
    world.watch.keep_up()
    detail = world.detail(found)
    assert (detail.status, detail.overrides[0].state) == ("acknowledged", "expired")


@pytest.mark.requirement("4.3.D3")
def test_what_nobody_answers_goes_to_compliance_and_then_to_the_board_once_each(world: World):
    (found,) = world.see(rule_of(severity="hard"), group("ABC", 0.3))
    assert world.inbox(world.manager) == ["Growth: “No position above 25%” is broken"]
    world.clock.advance(hours=3, minutes=59)
    world.watch.keep_up()
    world.alerts.remind()
    assert world.inbox(world.compliance) == []
    world.clock.advance(minutes=1)
    for _ in range(3):
        world.watch.keep_up()
        world.alerts.remind()
    assert world.inbox(world.compliance) == ["1 breach waits for an answer"], "no doubled bell"
    assert world.inbox(world.administrator) == []
    world.clock.advance(hours=20)
    for _ in range(3):
        world.watch.keep_up()
    assert world.inbox(world.administrator) == ["1 breach waits for an answer"]
    assert world.inbox(world.compliance) == ["1 breach waits for an answer"]
    (row,) = world.queue()
    assert row.escalation_level == 2
    assert [one.kind for one in world.detail(found).history] == ["opened", "escalated", "late", "escalated"]
    told = world.events.notifications(world.administrator)[0].sentence
    assert "ABC" not in told, "administrators are not told what is held"
    assert told == "Growth: “No position above 25%”, open since 2 Mar 2026, 09:00 UTC."


def test_whoever_takes_note_stops_the_clock_until_the_day_to_mend_has_passed(world: World):
    rule = rule_of(severity="hard", cure_days=3)
    (found,) = world.see(rule, group("ABC", 0.3, cause="passive"))
    world.breaches.acknowledge(found.id, world.manager)
    world.clock.advance(days=3)
    world.watch.keep_up()
    assert world.inbox(world.compliance) == []
    world.clock.advance(days=1)
    world.watch.keep_up()
    assert world.inbox(world.compliance) == ["1 breach waits for an answer"]
    assert world.inbox(world.manager)[-1] == "1 breach is beyond the day to mend"
    assert [one.kind for one in world.detail(found).history][-2:] == ["late", "escalated"]
    world.breaches.plan(found.id, PlanInput(due_on=world.clock.now_utc().date(), comment="Sell today."), world.manager)
    world.clock.advance(days=1)
    world.watch.keep_up()
    assert world.kinds(found)[-2:] == ["late", "escalated"], "the plan's day has passed as well"


def test_many_at_once_are_told_in_one_notification(world: World):
    rules = [rule_of(one, severity="hard") for one in ("a", "b", "c")]
    world.check(*((rule, result(rule, *(group(f"S{place}", 0.3) for place in range(4)))) for rule in rules))
    assert world.inbox(world.manager) == ["Growth: 3 rules need somebody"]
    assert len(world.bell()) == 3
    world.clock.advance(hours=5)
    world.watch.keep_up()
    assert world.inbox(world.compliance) == ["12 breaches wait for an answer"]
    assert world.events.notifications(world.compliance)[0].sentence.endswith("7 more are listed on the page.")
    world.check(*((rule, result(rule)) for rule in rules))
    assert world.inbox(world.manager)[-1] == "Growth: 3 rules are settled"
    assert world.bell() == []


def test_the_bell_is_quiet_once_all_is_acknowledged_and_rings_for_what_is_new(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("ABC", 0.3))
    world.breaches.acknowledge(found.id, world.manager)
    assert world.bell() == [("acknowledged", "soft")]
    told = len(world.inbox(world.manager))
    world.see(rule, group("ABC", 0.31))
    assert (world.bell(), len(world.inbox(world.manager))) == ([("acknowledged", "soft")], told)
    world.see(rule, group("ABC", 0.31), group("DEF", 0.4))
    assert world.bell() == [("firing", "soft")]
    assert len(world.inbox(world.manager)) == told + 1


def test_the_house_sets_its_hours_and_who_is_the_board(world: World):
    assert world.escalation.get(world.manager).is_default
    wanted = EscalationPolicy(hard=EscalationHours(compliance_h=1.0, board_h=2.0), board_ids=(world.advisor.user_id,))
    with pytest.raises(NotAllowed):
        world.escalation.set(wanted, world.compliance)
    world.escalation.set(wanted, world.administrator)
    assert world.escalation.get(world.manager) == wanted
    for wrong, path in (
        (EscalationPolicy(soft=EscalationHours(compliance_h=3.0, board_h=2.0)), "soft.board_h"),
        (EscalationPolicy(board_ids=(world.stranger.user_id,)), "board_ids[0]"),
    ):
        with pytest.raises(InvalidRequest) as refusal:
            world.escalation.set(wrong, world.administrator)
        assert [one.path for one in refusal.value.fields] == [path]
    world.see(rule_of(severity="hard"), group("ABC", 0.3))
    world.clock.advance(hours=2)
    world.watch.keep_up()
    assert world.inbox(world.advisor) == ["1 breach waits for an answer"]
    assert world.inbox(world.administrator) == []


def test_small_rules_are_never_escalated_and_their_cures_close_themselves(world: World):
    rule = rule_of(severity="info")
    world.see(rule, group("ABC", 0.3))
    world.clock.advance(days=40)
    world.watch.keep_up()
    assert (world.inbox(world.compliance), world.inbox(world.administrator)) == ([], [])
    (cured,) = world.see(rule)
    world.clock.advance(days=7, seconds=1)
    world.watch.keep_up()
    assert world.detail(cured).status == "closed"


def test_a_cured_breach_of_a_soft_rule_waits_for_somebody_to_say_what_it_was(world: World):
    world.see(rule_of(), group("ABC", 0.3))
    world.see(rule_of())
    world.clock.advance(days=300)
    world.watch.keep_up()
    assert [one.status for one in world.queue()] == ["cured"]


def test_rules_that_are_not_in_force_any_more_close_their_breaches(world: World, in_force: dict[str, list[Any]]):
    (found,) = world.see(rule_of(), group("ABC", 0.3))
    world.watch.keep_up()
    assert world.detail(found).status == "open"
    in_force["rules"] = []
    world.watch.keep_up()
    assert world.detail(found).status == "open", "nothing was approved since it looked last"
    in_force["word"].append("approved")
    world.watch.keep_up()
    detail = world.detail(found)
    assert (detail.status, detail.close_reason) == ("closed", "The rule is no longer in force for this portfolio.")
    assert world.bell() == []


def test_a_breach_that_ends_by_an_exemption_names_it(world: World, in_force: dict[str, list[Any]]):
    rule = rule_of()
    (found,) = world.see(rule, group("ABC", 0.3))
    in_force["rules"] = []
    in_force["exempt"] = [
        Exempted(
            rule.rule_id, 1, rule.rule, "client", "Sample Client B", "Family firm, in writing", "Cleo",
            datetime(2026, 2, 3, tzinfo=UTC), date(2026, 12, 31),
        )
    ]  # fmt: skip
    world.watch.keep_up()
    detail = world.detail(found)
    assert (detail.status, detail.close_reason) == (
        "closed",
        "The client is exempt until 31 December 2026, approved on 3 February 2026 by Cleo: Family firm, in writing",
    )
    assert detail.history[-1].sentence == detail.close_reason


def test_a_portfolio_that_is_put_aside_takes_its_breaches_along(world: World):
    (found,) = world.see(rule_of(), group("ABC", 0.3))
    with world.ports.store.system(world.tenant_id) as uow:
        uow.portfolios.delete(world.portfolio_id)
        uow.commit()
    world.watch.keep_up()
    assert world.queue(statuses=[BreachStatus.CLOSED])[0].close_reason == "The portfolio was put aside."
    assert found.portfolio_name == "Growth"


def test_one_house_that_cannot_be_looked_after_does_not_cost_the_others_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    (found,) = world.see(rule_of(), group("ABC", 0.3))
    world.let_stand(found, days=1)
    world.clock.advance(days=3)
    inner = breach_watch.BreachWatch._house

    def house(self: breach_watch.BreachWatch, tenant_id: str) -> int:
        if tenant_id != world.tenant_id:
            raise NotAllowed("Changed by somebody else.")
        return inner(self, tenant_id)

    monkeypatch.setattr(breach_watch.BreachWatch, "_house", house)
    assert world.watch.keep_up() > 0
    assert world.detail(found).status == "open"


def test_a_look_does_a_part_and_the_next_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, in_force: dict[str, list[Any]]
):
    monkeypatch.setattr(breach_watch, "TURN_MAX_COUNT", 2)
    rule = rule_of(severity="hard")
    world.see(rule, *(group(f"S{place}", 0.3) for place in range(5)))
    world.clock.advance(hours=5)
    for expected in (2, 4, 5):
        world.watch.keep_up()
        assert sum(one.escalation_level for one in world.queue()) == expected
    in_force["rules"] = []
    in_force["word"].append("approved")
    for expected in (3, 1, 0):
        world.watch.keep_up()
        assert len(world.queue()) == expected
