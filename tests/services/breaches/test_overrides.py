"""Is a breach let stand only of a soft rule, by a second person, up to a level and a day, and open again beyond?"""

from __future__ import annotations

from datetime import date

import pytest

from data.errors import RowRefused
from engine.compliance.rule import Override
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed
from services.messages.compliance_breaches import BreachView
from tests.services.breaches.world import World, group, result, rule_of


def one_breach(world: World, value: float = 0.3, **rule: object) -> BreachView:
    (found,) = world.see(rule_of(**rule), group("ABC", value))  # type: ignore[arg-type]
    return found


def status(world: World, breach: BreachView) -> str:
    return world.detail(breach).status.value


@pytest.mark.requirement("4.3.D3", "4.3.F6")
def test_whoever_asks_does_not_decide_and_what_is_agreed_stands_until_its_last_day(world: World):
    found = one_breach(world)
    asked = world.overrides.request(found.id, world.wish(5, 0.35), world.compliance)
    wish = asked.overrides[0]
    assert (asked.status, wish.state, wish.may_decide) == ("open", "requested", False)
    assert wish.may_not_because == "Whoever asked for it does not decide about it."
    assert world.inbox(world.second) == ["Compliance asks to let a breach stand: No position above 25% (Growth)"]
    assert world.inbox(world.compliance) == []
    with pytest.raises(NotAllowed, match="Whoever asked for it does not decide"):
        world.overrides.approve(wish.id, world.compliance)
    with pytest.raises(NotAllowed, match="may not let a breach stand"):
        world.overrides.approve(wish.id, world.manager)
    (waiting,) = world.overrides.waiting(world.second)
    assert waiting.may_decide
    granted = world.overrides.approve(wish.id, world.second, wish.row_version, "Agreed with the client.")
    assert (granted.status, granted.overrides[0].decided_by) == ("overridden", "Second")
    assert granted.overrides[0].sentence == "Let stand up to 35.00%, until 7 March 2026 at the latest: approved."
    assert world.overrides.waiting(world.second) == ()
    assert world.bell() == []
    world.clock.advance(days=5)
    (still,) = world.see(rule_of(), group("ABC", 0.35))
    assert still.status == "overridden"
    world.clock.advance(days=1)
    (after,) = world.see(rule_of(), group("ABC", 0.35))
    assert after.status == "open"
    detail = world.detail(after)
    assert detail.overrides[0].state == "expired"
    assert [one.kind for one in detail.history] == [
        "opened", "override_requested", "override_approved", "worsened", "override_exceeded",
    ]  # fmt: skip


def test_where_nobody_else_can_decide_that_is_said_and_who_can_help_is_told(world: World):
    """One person of compliance, and an administrator who sees no portfolio."""
    found = one_breach(world)
    with world.ports.store.system(world.tenant_id) as uow:
        uow.users.update(world.second.user_id, {"is_active": False})
        uow.commit()
    wish = world.overrides.request(found.id, world.wish(5, 0.35), world.compliance).overrides[0]
    assert wish.may_not_because.endswith("invites a second person of compliance under Settings, Users.")
    assert world.inbox(world.administrator) == ["A second person of compliance is needed"]
    (told,) = world.events.notifications(world.administrator)
    assert "ABC" not in told.title + told.sentence
    assert "%" not in told.title + told.sentence
    with world.ports.store.system(world.tenant_id) as uow:
        uow.grants.give("user", world.administrator.user_id, "portfolio", world.portfolio_id, "administrator")
        uow.commit()
    (waiting,) = world.overrides.waiting(world.compliance)
    assert waiting.may_not_because == "Whoever asked for it does not decide about it."
    assert world.overrides.approve(wish.id, world.administrator).status == "overridden"


@pytest.mark.requirement("4.3.D3")
def test_beyond_its_level_the_breach_is_open_again_for_good(world: World):
    found = one_breach(world)
    world.let_stand(found, level=0.32)
    assert world.see(rule_of(), group("ABC", 0.32))[0].status == "overridden"
    assert world.see(rule_of(), group("ABC", 0.32000001))[0].status == "open"
    assert world.bell() == [("firing", "soft")]
    assert world.see(rule_of(), group("ABC", 0.31))[0].status == "open", "it was used up"
    assert world.detail(found).overrides[0].state == "ended"
    assert world.overrides.request(found.id, world.wish(), world.manager).overrides[-1].level == 0.31


def test_a_figure_that_comes_and_goes_within_its_level_stays_let_stand(world: World):
    found = one_breach(world)
    world.let_stand(found, level=0.32)
    assert world.see(rule_of(), group("ABC", 0.2, "passed"))[0].status == "cured"
    (again,) = world.see(rule_of(), group("ABC", 0.31))
    assert (again.id, again.status) == (found.id, "overridden")
    assert world.kinds(again)[-1] == "reopened"


def test_another_wording_or_a_hard_rule_ends_what_was_let_stand(world: World):
    found = one_breach(world)
    world.let_stand(found, level=0.5)
    second = rule_of(version=2, severity="hard")
    (after,) = world.see(second, group("ABC", 0.3))
    assert (after.id, after.status, after.severity) == (found.id, "open", "hard")
    assert world.detail(found).overrides[0].state == "ended"
    with pytest.raises(Conflict, match="Only breaches of soft rules"):
        world.overrides.request(found.id, world.wish(), world.manager)


def test_hard_and_small_rules_are_never_let_stand(world: World):
    for severity in ("hard", "warning", "info"):
        rule = rule_of(f"r.{severity}", severity=severity)
        world.check((rule, result(rule, group("ABC", 0.3))))
    for found in world.queue(world.compliance):
        assert "request_override" not in found.deeds
        detail = world.breaches.get(found.id, world.compliance)
        assert detail.override_policy.sentence.startswith("Only breaches of soft rules may be let stand")
        with pytest.raises(Conflict) as refusal:
            world.overrides.request(found.id, world.wish(), world.compliance)
        assert refusal.value.code == "rule_not_soft"


def test_what_is_asked_for_must_be_possible_and_every_problem_is_named(world: World):
    found = one_breach(world, override=Override(days_max=10))
    for wish, paths in (
        (world.wish(11), ["expires_on"]),
        (world.wish(-1), ["expires_on"]),
        (world.wish(5, 0.29), ["level"]),
        (world.wish(5, 3.1), ["level"]),  # more than ten times the figure
        (world.wish(5, 1e308), ["level"]),
        (world.wish(11, 0.29, " "), ["reason", "expires_on", "level"]),
    ):
        with pytest.raises(InvalidRequest) as refusal:
            world.overrides.request(found.id, wish, world.manager)
        assert [one.path for one in refusal.value.fields] == paths
    asked = world.overrides.request(found.id, world.wish(10), world.manager)
    assert (asked.overrides[0].level, asked.overrides[0].expires_on) == (0.3, date(2026, 3, 12))
    with pytest.raises(Conflict, match="asked for this breach"):
        world.overrides.request(found.id, world.wish(10), world.manager)
    assert asked.override_policy.sentence == (
        "May be let stand for at most 10 days by compliance, or an administrator who is granted the portfolio, "
        "who is not whoever asked for it."
    )


def test_what_became_worse_or_ran_out_meanwhile_is_not_approved(world: World):
    found = one_breach(world)
    wish = world.overrides.request(found.id, world.wish(5), world.manager).overrides[0]
    world.see(rule_of(), group("ABC", 0.31))
    with pytest.raises(Conflict) as refusal:
        world.overrides.approve(wish.id, world.compliance)
    assert refusal.value.code == "override_exceeded"
    world.see(rule_of(), group("ABC", 0.3))
    world.clock.advance(days=6)
    with pytest.raises(Conflict) as refusal:
        world.overrides.approve(wish.id, world.compliance)
    assert refusal.value.code == "override_expired"
    assert status(world, found) == "open"


def test_a_wish_ends_when_the_rule_is_kept_again(world: World):
    found = one_breach(world)
    wish = world.overrides.request(found.id, world.wish(5), world.manager).overrides[0]
    world.see(rule_of())
    assert world.detail(found).overrides[0].state == "ended"
    with pytest.raises(Conflict):
        world.overrides.approve(wish.id, world.compliance)


def test_rejecting_needs_a_reason_and_leaves_the_breach_as_it_is(world: World):
    found = one_breach(world)
    world.breaches.acknowledge(found.id, world.manager)
    wish = world.overrides.request(found.id, world.wish(5), world.manager).overrides[0]
    with pytest.raises(InvalidRequest):
        world.overrides.reject(wish.id, " ", world.compliance)
    after = world.overrides.reject(wish.id, "Sell it.", world.compliance)
    assert (after.status, after.overrides[0].state) == ("acknowledged", "rejected")
    assert world.inbox(world.manager)[-1] == "Compliance does not let it stand: No position above 25% (Growth)"
    with pytest.raises(Conflict, match="rejected already"):
        world.overrides.approve(wish.id, world.second)
    assert "request_override" in world.queue()[0].deeds


def test_withdrawing_opens_the_breach_again_and_only_those_concerned_may(world: World):
    found = one_breach(world)
    granted = world.let_stand(found)
    one = granted.overrides[0]
    with pytest.raises(NotAllowed):
        world.overrides.withdraw(one.id, "I want it.", world.advisor)
    after = world.overrides.withdraw(one.id, "No longer.", world.second)
    assert (after.status, after.overrides[0].state) == ("open", "withdrawn")
    assert world.bell() == [("firing", "soft")]
    wish = world.overrides.request(found.id, world.wish(), world.manager).overrides[-1]
    assert world.overrides.withdraw(wish.id, "A mistake.", world.manager).overrides[-1].state == "withdrawn"


def test_the_rule_names_who_decides_and_whether_a_second_person_is_needed(world: World):
    alone = Override(roles=("portfolio_manager",), needs_second_person=False, days_max=3)
    found = one_breach(world, override=alone)
    granted = world.overrides.request(found.id, world.wish(3), world.manager)
    assert (granted.status, granted.overrides[0].decided_by) == ("overridden", "Manager")
    named = Override(roles=(Role.ADMINISTRATOR.value,), days_max=3)
    rule = rule_of("other", override=named)
    world.check((rule, result(rule, group("ABC", 0.3))))
    (other,) = world.queue(rule_id="rule-other")
    wish = world.overrides.request(other.id, world.wish(3), world.manager).overrides[0]
    with pytest.raises(NotAllowed, match="The rule leaves that to administrator"):
        world.overrides.approve(wish.id, world.compliance)
    with world.ports.store.system(world.tenant_id) as uow:
        uow.grants.give("user", world.administrator.user_id, "portfolio", world.portfolio_id, "administrator")
        uow.commit()
    assert world.overrides.approve(wish.id, world.administrator).status == "overridden"


def test_what_cannot_be_judged_is_let_stand_only_as_that(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("ABC", None, "indeterminate", None, least=0.0, most=1.0))
    granted = world.let_stand(found)
    assert (granted.status, granted.overrides[0].level) == ("overridden", None)
    assert "for as long as it cannot be judged" in granted.overrides[0].sentence
    assert world.see(rule, group("ABC", None, "indeterminate", None, least=0.0, most=1.0))[0].status == "overridden"
    after = {one.group: one for one in world.see(rule, group("ABC", 0.26))}
    assert (after[""].status, after["ABC"].status, after["ABC"].is_unjudged) == ("cured", "open", False)


def test_the_store_itself_refuses_a_second_person_who_is_the_first(world: World):
    found = one_breach(world)
    wish = world.overrides.request(found.id, world.wish(), world.compliance).overrides[0]
    with world.ports.store.system(world.tenant_id) as uow:
        row = uow.breach_overrides.get(wish.id)
        decided = {"state": "approved", "decided_by_id": world.compliance.user_id}
        with pytest.raises(RowRefused, match="second_person"):
            uow.breach_overrides.change(row, decided)
