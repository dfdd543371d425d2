"""Who may do what about a breach, in which order, and what is written down of it?"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.compliance_breaches import BreachStatus, BreachView, PlanInput, PlannedTrade
from tests.services.breaches.world import World, group, key_of, result, rule_of


def one_breach(world: World, value: float = 0.3, **rule: object) -> BreachView:
    (found,) = world.see(rule_of(**rule), group("ABC", value))  # type: ignore[arg-type]
    return found


def plan(world: World, days: int = 5) -> PlanInput:
    day = world.clock.now_utc().date() + timedelta(days=days)
    trade = PlannedTrade(symbol="ABC", quantity=-120.0, value_ccy=Decimal("-6000.10"), cost_ccy=Decimal("3.5"))
    return PlanInput(due_on=day, comment="Sell down to 24%.", trades=(trade,), way="smallest", inputs_sha256="a" * 64)


@pytest.mark.requirement("4.3.D3")
def test_the_life_of_a_breach_from_its_opening_to_its_end(world: World):
    found = one_breach(world)
    noted = world.breaches.acknowledge(found.id, world.advisor, found.row_version, "I look at it.")
    assert (noted.status, noted.owner_name) == ("acknowledged", "Advisor")
    assert noted.owner_id == world.advisor.user_id
    planned = world.breaches.plan(found.id, plan(world), world.manager, noted.row_version)
    assert (planned.status, planned.due_on) == ("in_remediation", date(2026, 3, 7))
    assert planned.plan is not None
    assert (planned.plan.trades[0].quantity, planned.plan.made_by) == (-120.0, "Manager")
    assert (planned.plan.trades[0].value_ccy, planned.plan.way) == (Decimal("-6000.10"), "smallest")
    assert planned.plan.is_after_cure
    assert planned.plan.sentence == (
        "To be mended by 7 March 2026 with 1 trade. That is after the last day of grace, 2 March 2026."
    )
    world.see(rule_of(), group("ABC", 0.24, "passed"))
    with pytest.raises(InvalidRequest):
        world.breaches.close(found.id, "  ", world.advisor)
    closed = world.breaches.close(found.id, "Sold on the third.", world.advisor)
    assert (closed.status, closed.close_reason, closed.deeds) == ("closed", "Sold on the third.", ())
    history = closed.history
    assert [one.kind for one in history] == ["opened", "acknowledged", "planned", "cured", "closed"]
    assert [one.who for one in history] == ["System", "Advisor", "Manager", "System", "Advisor"]
    assert [one.number for one in history] == [1, 2, 3, 4, 5]
    assert history[1].comment == "I look at it."
    assert history[2].sentence == "Manager plans to mend it by 7 March 2026 with 1 trade."
    for before, after in itertools.pairwise(history):
        assert after.status_before == before.status_after
    assert world.queue() == []
    assert [one.id for one in world.queue(statuses=[BreachStatus.CLOSED])] == [found.id]


def test_only_what_its_status_allows_can_be_done(world: World):
    found = one_breach(world)
    world.breaches.acknowledge(found.id, world.manager)
    with pytest.raises(Conflict, match="is acknowledged and cannot be taken note of"):
        world.breaches.acknowledge(found.id, world.manager)
    world.see(rule_of())
    for attempt in (
        lambda: world.breaches.plan(found.id, plan(world), world.manager),
        lambda: world.overrides.request(found.id, world.wish(), world.manager),
    ):
        with pytest.raises(Conflict):
            attempt()
    world.breaches.close(found.id, "Over.", world.manager)
    for attempt in (
        lambda: world.breaches.close(found.id, "Again.", world.compliance),
        lambda: world.breaches.comment(found.id, "More.", world.manager),
        lambda: world.breaches.assign(found.id, None, world.manager),
    ):
        with pytest.raises(Conflict):
            attempt()


def test_only_compliance_closes_what_is_not_cured_and_a_check_opens_it_again(world: World):
    found = one_breach(world)
    with pytest.raises(NotAllowed, match="only compliance may close"):
        world.breaches.close(found.id, "I do not like it.", world.manager)
    closed = world.breaches.close(found.id, "The price was wrong.", world.compliance)
    assert closed.status == "closed"
    assert world.bell() == []
    (again,) = world.see(rule_of(), group("ABC", 0.3))
    assert (again.id, again.status, again.reopened_count) == (found.id, "open", 1)
    assert world.bell() == [("firing", "soft")]


def test_a_version_that_is_not_the_latest_changes_nothing(world: World):
    found = one_breach(world)
    world.breaches.acknowledge(found.id, world.manager, found.row_version)
    for attempt in (
        lambda: world.breaches.plan(found.id, plan(world), world.manager, found.row_version),
        lambda: world.breaches.assign(found.id, world.advisor.user_id, world.manager, found.row_version),
        lambda: world.overrides.request(found.id, world.wish(), world.manager, found.row_version),
        lambda: world.breaches.close(found.id, "Why not.", world.compliance, found.row_version),
    ):
        with pytest.raises(Stale):
            attempt()
    assert world.kinds(found) == ["opened", "acknowledged"]


def test_a_breach_is_given_only_to_whoever_works_on_the_portfolio(world: World):
    found = one_breach(world)
    given = world.breaches.assign(found.id, world.advisor.user_id, world.manager, comment="Please sell.")
    assert (given.owner_id, given.owner_name) == (world.advisor.user_id, "Advisor")
    assert world.inbox(world.advisor) == ["Manager gave you a breach: No position above 25% (Growth)"]
    assert [one.id for one in world.queue(world.advisor, owner="me")] == [found.id]
    assert world.queue(world.manager, owner="me") == []
    world.breaches.assign(found.id, world.compliance.user_id, world.compliance)
    for name in ("viewer", "researcher", "stranger", "administrator"):
        with pytest.raises(InvalidRequest) as refusal:
            world.breaches.assign(found.id, world.people[name].user_id, world.compliance)
        assert [one.path for one in refusal.value.fields] == ["user_id"], name
    assert [one.name for one in world.breaches.owners(found.id, world.manager)] == [
        "Advisor", "Compliance", "Manager", "Second",
    ]  # fmt: skip
    assert world.breaches.assign(found.id, None, world.manager).owner_id is None
    assert [one.id for one in world.queue(owner="none")] == [found.id]


def test_plans_and_comments_need_a_day_to_come_and_words(world: World):
    found = one_breach(world)
    with pytest.raises(InvalidRequest) as refusal:
        world.breaches.plan(found.id, plan(world, -1), world.manager)
    assert [one.path for one in refusal.value.fields] == ["due_on"]
    with pytest.raises(InvalidRequest):
        world.breaches.comment(found.id, " ", world.manager)
    world.breaches.plan(found.id, plan(world, 0), world.manager)
    again = world.breaches.plan(found.id, plan(world, 3), world.manager)
    assert (again.due_on, [one.kind for one in again.history]) == (
        date(2026, 3, 5), ["opened", "planned", "planned"],
    )  # fmt: skip


@pytest.mark.requirement("4.3.D3", "X.AU2")
def test_every_role_may_do_exactly_what_it_should(world: World):
    deeds = {
        name: set(world.queue(world.people[name])[0].deeds if world.queue(world.people[name]) else ())
        for _ in [one_breach(world)]
        for name in world.people
    }
    works = {"acknowledge", "assign", "comment", "plan"}
    assert deeds == {
        "manager": works | {"request_override"},
        "advisor": works,
        "compliance": works | {"request_override", "close"},
        "second": works | {"request_override", "close"},
        "administrator": set(),
        "viewer": set(),
        "researcher": set(),
        "stranger": set(),
    }
    found = world.queue()[0]
    for name in ("viewer", "researcher"):
        actor = world.people[name]
        assert [one.id for one in world.queue(actor)] == [found.id]
        for attempt in (
            lambda who=actor: world.breaches.acknowledge(found.id, who),
            lambda who=actor: world.breaches.plan(found.id, plan(world), who),
            lambda who=actor: world.breaches.close(found.id, "Why not.", who),
            lambda who=actor: world.overrides.request(found.id, world.wish(), who),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    with pytest.raises(NotAllowed):
        world.overrides.request(found.id, world.wish(), world.advisor)
    narrow = key_of(world.manager, "compliance.read")
    assert world.breaches.get(found.id, narrow).deeds == ()
    with pytest.raises(NotAllowed, match="This key may not"):
        world.breaches.acknowledge(found.id, narrow)


@pytest.mark.requirement("X.AU2")
def test_another_house_and_whoever_was_granted_nothing_find_no_breach(world: World):
    found = one_breach(world)
    asked = world.overrides.request(found.id, world.wish(), world.manager).overrides[0]
    for actor in (world.stranger, world.administrator):
        assert world.queue(actor) == []
        assert world.overrides.waiting(actor) == ()
        for attempt in (
            lambda who=actor: world.breaches.get(found.id, who),
            lambda who=actor: world.breaches.acknowledge(found.id, who),
            lambda who=actor: world.breaches.close(found.id, "Mine.", who),
            lambda who=actor: world.overrides.approve(asked.id, who),
            lambda who=actor: world.overrides.withdraw(asked.id, "Mine.", who),
            lambda who=actor: world.breaches.statistics(who, world.portfolio_id),
        ):
            with pytest.raises(NotFound):
                attempt()
    assert world.kinds(found) == ["opened", "override_requested"]


def test_the_queue_is_filtered_and_cut_into_pages_the_gravest_and_oldest_first(world: World):
    rules = [rule_of(f"r.{one}", severity=one) for one in ("info", "warning", "soft", "hard")]
    for rule in rules:
        world.check((rule, result(rule, group("A", 0.3), group("B", 0.4))))
        world.clock.advance(days=1)
    everything = world.queue()
    assert [one.severity.value for one in everything] == [
        "hard", "hard", "soft", "soft", "warning", "warning", "info", "info",
    ]  # fmt: skip
    paged, cursor = [], None
    while True:
        page = world.breaches.queue(world.manager, cursor=cursor, limit=3)
        paged += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == [one.id for one in everything]
    assert [one.severity.value for one in world.queue(older_than_days=3)] == ["warning", "warning", "info", "info"]
    assert {one.rule_code for one in world.queue(rule_id="rule-r.soft")} == {"r.soft"}
    assert world.queue(portfolio_id="nothing") == []
    with pytest.raises(Conflict):
        world.breaches.queue(world.manager, cursor="made up")


def test_statistics_count_by_severity_and_days_to_cure_with_their_parts(world: World):
    soft, hard = rule_of("soft"), rule_of("hard", severity="hard")
    unjudged = group("U", None, "indeterminate", None, least=0.0, most=1.0)
    world.check((soft, result(soft, group("A", 0.3), group("B", 0.3))), (hard, result(hard, group("C", 0.3), unjudged)))
    world.clock.advance(days=1, hours=12)
    world.check((soft, result(soft, group("B", 0.3))))
    world.clock.advance(days=1)
    world.check((soft, result(soft)))
    found = world.breaches.statistics(world.viewer)
    by_severity = {one.severity.value: one for one in found.severities}
    assert (by_severity["soft"].cured_count, by_severity["soft"].cure_days_mean) == (2, 2.0)
    assert (by_severity["hard"].open_count, by_severity["hard"].unjudged_count) == (2, 1)
    assert by_severity["hard"].oldest_open_days == 2
    assert (found.unsettled_count, found.late_count, found.cure_days_median) == (2, 2, 2.0)
    assert found.sentence == (
        "2 breaches wait for somebody, 2 of them beyond their day. The 2 breaches cured within a year took 2.0 days "
        "on average."
    )
    assert world.breaches.statistics(world.stranger).sentence == "No breach waits for anybody."


def test_history_is_never_changed(world: World):
    found = one_breach(world)
    with world.ports.store.system(world.tenant_id) as uow, pytest.raises(Exception, match="never changed"):
        uow._ctx.session.execute(text("UPDATE breach_event SET sentence = 'nothing'"))
    assert world.kinds(found) == ["opened"]
