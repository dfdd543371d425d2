"""Does a check open, go on with, cure and reopen breaches, one for a rule and a group, and never one a day?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.compliance.result import GroupResult
from services.compliance.breach_record import overrides_in_force, record_breaches
from services.compliance.in_force import ParameterOverride
from tests.services.breaches.world import World, group, result, rule_of

OLD = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.requirement("4.3.D3")
def test_one_breach_for_a_rule_and_a_group_however_often_it_is_found(world: World):
    rule = rule_of()
    for day in range(4):
        (found,) = world.see(rule, group("ABC", 0.30 + 0.01 * day), group("OK", 0.1, "passed"))
        assert (found.status, found.group, found.cause) == ("open", "ABC", "active")
        world.clock.advance(days=1)
    assert found.value == pytest.approx(0.33)
    assert found.worst == pytest.approx(0.33)
    assert found.age_days == 3
    assert found.row_version > 1, "the first worsening of a day is news"
    assert world.kinds(found) == ["opened", "worsened", "worsened", "worsened"]
    assert found.sentence == "ABC is 33.00%, where at most 25.00% is allowed."


def test_a_figure_that_moves_within_a_day_is_noted_and_changes_nothing(world: World):
    rule = rule_of()
    (before,) = world.see(rule, group("ABC", 0.30))
    for value in (0.31, 0.29, 0.35):
        (after,) = world.see(rule, group("ABC", value))
    assert after.row_version == before.row_version
    assert (after.value, after.worst) == (0.35, 0.35)
    assert world.kinds(after) == ["opened"]


def test_figure_and_limit_are_told_apart_to_the_last_digit(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("ABC", 0.25000001))
    assert found.sentence == "ABC is 25.000001%, where at most 25.000000% is allowed."


@pytest.mark.requirement("4.3.D3")
def test_what_is_kept_again_is_cured_and_a_relapse_within_a_week_is_the_same_breach(world: World):
    rule = rule_of(cure_days=10)
    (found,) = world.see(rule, group("ABC", 0.30, cause="passive"))
    first_day = world.clock.now_utc().date()
    assert found.cure_by == first_day + timedelta(days=10)
    world.clock.advance(days=2)
    (cured,) = world.see(rule, group("ABC", 0.2, "passed"))
    assert (cured.id, cured.status, cured.is_late) == (found.id, "cured", False)
    assert world.detail(cured).history[-1].sentence == "The rule is kept again: ABC is 20.00%; the limit is 25.00%."
    world.clock.advance(days=7)
    (again,) = world.see(rule, group("ABC", 0.31, cause="passive"))
    assert (again.id, again.status, again.reopened_count) == (found.id, "open", 1)
    assert again.cure_by == first_day + timedelta(days=10), "the days of grace go on"
    assert again.opened_at_utc == found.opened_at_utc
    assert world.kinds(again) == ["opened", "cured", "reopened"]


def test_a_relapse_after_more_than_a_week_is_a_breach_of_its_own(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("ABC", 0.30))
    world.see(rule)
    world.clock.advance(days=7, seconds=1)
    (again,) = world.see(rule, group("ABC", 0.30))
    assert again.id != found.id
    assert (again.status, again.reopened_count) == ("open", 0)
    assert world.detail(found).status == "closed"


def test_grace_follows_the_cause(world: World):
    passive, dated = rule_of("ucits.issuer_10"), rule_of("us.name_80", cure_days=90)
    today = world.clock.now_utc().date()
    world.check(
        (passive, result(passive, group("P", 0.3, cause="passive"), group("A", 0.4), group("N", 0.5, cause=None))),
        (dated, result(dated, group("D", 0.3, cause="passive"))),
        touched_on={
            **{(passive.rule_id, one): today for one in "PAN"}, (dated.rule_id, "D"): today,
        },
    )  # fmt: skip
    found = {one.group: one for one in world.queue()}
    assert (found["P"].cure_by, found["D"].cure_by) == (None, today + timedelta(days=90))
    assert found["A"].cure_by == found["N"].cure_by == today
    assert "priority" in found["P"].grace_sentence
    assert "31 May 2026" in found["D"].grace_sentence
    assert "Trades brought it about" in found["A"].grace_sentence
    assert "not known" in found["N"].grace_sentence
    assert not any(one.is_late for one in found.values())
    world.clock.advance(days=1)
    assert {one.group for one in world.queue(is_late=True)} == {"A", "N"}
    world.clock.advance(days=90)
    late = {one.group: one for one in world.queue(is_late=True)}
    assert set(late) == {"A", "N", "D"}, "a passive breach without a day is never late"
    assert late["D"].grace_sentence.endswith("That is overdue since 31 May 2026.")


def test_trades_that_make_a_passive_breach_worse_end_its_grace(world: World):
    rule = rule_of(cure_days=90)
    world.see(rule, group("ABC", 0.30, cause="passive"))
    world.clock.advance(days=3)
    (found,) = world.see(rule, group("ABC", 0.34, cause="active"))
    assert (found.cause, found.cure_by) == ("active", world.clock.now_utc().date())
    assert "worsened_by_trades" in world.kinds(found)
    world.clock.advance(days=1)
    (after,) = world.see(rule, group("ABC", 0.34, cause="passive"))
    assert (after.cause, after.is_late) == ("active", True), "that it stood yesterday makes it passive no more"


@pytest.mark.requirement("4.3.A4")
def test_what_cannot_be_judged_is_a_breach_of_its_own_kind_and_never_cures_what_was_broken(world: World):
    rule = rule_of(severity="hard")
    (found,) = world.see(
        rule, group("ABC", None, "indeterminate", None, least=0.1, most=0.4), group("OK", 0.1, "passed")
    )
    assert (found.is_unjudged, found.status, found.value, found.worst) == (True, "open", None, None)
    assert found.sentence.startswith("ABC cannot be judged")
    assert world.bell() == [("firing", "warning")]
    unclear, found = world.see(rule, group("ABC", 0.3))
    assert (unclear.group, unclear.status) == ("", "cured"), "what cannot be judged is a breach of its own"
    assert (found.group, found.is_unjudged, found.worst) == ("ABC", False, 0.3)
    assert world.bell() == [("firing", "hard")]
    found = world.see(rule, group("XYZ", None, "indeterminate", None, least=0.0, most=1.0))[-1]
    assert (found.group, found.status) == ("ABC", "open"), "ABC is not named, and something is not known: it stays"
    world.see(rule, group("XYZ", 0.1, "passed"))
    assert [one.status for one in world.queue()] == ["cured", "cured"]


def test_missing_fields_are_named(world: World):
    rule = rule_of()
    said = ("issuer of ABC, DEF", "price of GHI", "country of X", "rating of Y", "sector of Z")
    world.check((rule, result(rule, group("", None, "indeterminate", None, least=0.0, most=1.0), missing=said)))
    (found,) = world.queue()
    assert found.missing == said
    assert found.sentence == (
        "The portfolio cannot be judged: not known: issuer of ABC, DEF; price of GHI; country of X; 2 more things."
    )


@pytest.mark.requirement("4.3.D3")
def test_what_was_held_before_the_rule_is_grandfathered_until_more_is_bought(world: World):
    world.buy("ABC", date(2025, 11, 3))
    world.buy("NEW", date(2026, 2, 2))
    rule = rule_of(approved=OLD)
    found = {one.group: one for one in world.see(rule, group("ABC", 0.3), group("NEW", 0.3), touched_on=None)}
    assert {key: one.status.value for key, one in found.items()} == {"ABC": "grandfathered", "NEW": "open"}
    assert "held before the rule" in found["ABC"].grace_sentence
    assert found["ABC"].deeds == ("assign", "comment")
    world.clock.advance(days=1)
    found = {one.group: one for one in world.see(rule, group("ABC", 0.35), group("NEW", 0.3), touched_on=None)}
    assert found["ABC"].status == "grandfathered", "prices do not touch it"
    world.buy("ABC", date(2026, 3, 3), quantity=-5, kind="sell")
    assert world.see(rule, group("ABC", 0.34), touched_on=None)[0].status == "grandfathered", "selling is no purchase"
    world.buy("ABC", date(2026, 3, 3))
    found = {one.group: one for one in world.see(rule, group("ABC", 0.35), group("NEW", 0.3), touched_on=None)}
    assert found["ABC"].status == "open"
    assert world.kinds(found["ABC"]) == ["grandfathered", "worsened", "touched"]


def test_what_trades_brought_beyond_a_limit_at_acquisition_is_not_cured_by_the_next_day(world: World):
    rule = rule_of()
    excused = GroupResult(group="ABC", status="warning", value=0.3, least=0.3, most=0.3, cause="passive")
    assert world.see(rule, excused) == [], "what the market did is no breach of such a rule"
    (found,) = world.see(rule, group("ABC", 0.31))
    world.clock.advance(days=1)
    (after,) = world.see(rule, excused)
    assert (after.id, after.status, after.cause, after.is_late) == (found.id, "open", "active", True)
    near = excused.model_copy(update={"value": 0.25, "least": 0.25, "most": 0.25})
    assert world.see(rule, near)[0].status == "cured", "near its limit it is kept"
    assert world.see(rule, excused)[0].status == "cured", "what is cured is excused again"


def test_a_notice_is_no_breach_to_be_mended_and_is_never_grandfathered(world: World):
    world.buy("ABC", date(2020, 1, 2))
    rule = rule_of("notices.13d", severity="warning", remedy="notify", effective_from=date(2024, 9, 30))
    dated = rule_of("notices.dated", severity="warning", remedy="notify", cure_days=5)
    own = rule_of("notices.own", severity="warning", remedy="notify")
    seen = [(one, result(one, group("ABC", 0.3))) for one in (rule, dated, own)]
    world.check(*seen, touched_on=None)
    found = {one.rule_code: one for one in world.queue()}
    filed, by_day, plain = found["notices.13d"], found["notices.dated"], found["notices.own"]
    assert (filed.status, filed.cure_by) == ("open", date(2026, 3, 9)), "five business days after a Monday"
    assert (plain.cure_by, by_day.cure_by) == (None, date(2026, 3, 7))
    assert filed.sentence == "ABC is 30.00%; it is to be reported above 25.00%."
    assert filed.grace_sentence == (
        "It is to be reported or looked at by 9 March 2026, and nothing has to be sold for it."
    )
    assert (
        plain.grace_sentence == "It is to be reported or looked at; no day is set, and nothing has to be sold for it."
    )
    assert world.inbox(world.manager) == ["Growth: 3 rules need somebody"]
    world.clock.advance(days=6)
    assert [one.rule_code for one in world.queue(is_late=True)] == ["notices.dated"]


def test_what_drifts_beyond_a_limit_later_is_no_grandfather(world: World):
    world.buy("ABC", date(2025, 11, 3))
    rule = rule_of(approved=OLD)
    assert world.see(rule, group("ABC", 0.2, "passed"), touched_on=None) == []
    world.clock.advance(days=30)
    (found,) = world.see(rule, group("ABC", 0.3, cause="passive"), touched_on=None)
    assert (found.status, found.cause) == ("open", "passive")


def test_a_law_in_force_for_years_grandfathers_nothing_that_was_bought_under_it(world: World):
    world.buy("ABC", date(2020, 1, 2))
    (found,) = world.see(rule_of(effective_from=date(2011, 7, 1)), group("ABC", 0.3), touched_on=None)
    assert found.status == "open"


def test_a_new_wording_grandfathers_what_kept_the_old_one_and_not_what_broke_it(world: World):
    world.buy("ABC", date(2025, 11, 3))
    world.buy("DEF", date(2026, 2, 2))
    first = rule_of(approved=OLD)
    world.see(first, group("ABC", 0.22, "passed"), group("DEF", 0.3), touched_on=None)
    world.clock.advance(days=2)
    second = rule_of(approved=world.clock.now_utc(), version=2)
    judged = result(second, group("ABC", 0.22), group("DEF", 0.3), limit=0.2)
    world.check((second, judged), touched_on=None)
    found = {one.group: one for one in world.queue()}
    assert found["ABC"].status == "grandfathered"
    assert (found["DEF"].status, found["DEF"].rule_version) == ("open", 2)
    assert world.kinds(found["DEF"]) == ["opened", "rule_changed"]


def test_a_portfolio_s_own_figure_counts_from_its_own_day(world: World):
    world.buy("ABC", date(2026, 2, 2))
    own = ParameterOverride(
        name="cap", label="Cap", unit="frac", inherited=0.3, own=0.25, level="portfolio", level_name="Growth",
        reason="Client", by=None, at_utc=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    (found,) = world.see(replace(rule_of(approved=OLD), overridden=(own,)), group("ABC", 0.3), touched_on=None)
    assert found.status == "grandfathered"


def test_of_sums_any_purchase_counts_unless_the_check_knows_better(world: World):
    world.buy("ABC", date(2025, 11, 3))
    world.buy("OTHER", date(2026, 2, 2))
    by_sector = rule_of("house.max_sector", group_by="sector", approved=OLD)
    (found,) = world.see(by_sector, group("Energy", 0.3), touched_on=None)
    assert found.status == "open"
    known = rule_of("house.max_country", group_by="country", approved=OLD)
    found = {one.group: one for one in world.see(
        known, group("US", 0.9), group("DE", 0.8),
        touched_on={(known.rule_id, "US"): date(2025, 11, 3), (known.rule_id, "DE"): None},
    )}  # fmt: skip
    assert (found["US"].status, found["DE"].status) == ("grandfathered", "grandfathered")


def test_sales_touch_what_may_not_fall_below_its_limit(world: World):
    world.buy("ABC", date(2025, 11, 3))
    floor = rule_of("house.min_cash", operator=">=", group_by=None, approved=OLD)
    world.buy("ABC", date(2026, 2, 2), kind="sell", quantity=-5)
    (found,) = world.see(floor, group("", 0.005), touched_on=None)
    assert found.status == "open"
    assert found.sentence == "The portfolio stands at 0.50%, where at least 1.00% is allowed."


def test_leverage_and_risk_are_not_held_and_so_never_grandfathered(world: World):
    rule = rule_of("house.gross", group_by=None, measure="gross_exposure", approved=OLD)
    (found,) = world.see(rule, group("", 1.83, cause="passive"), touched_on=None)
    assert (found.status, found.cause) == ("open", "passive")


def test_rules_that_were_not_looked_at_keep_their_breaches(world: World):
    one, two = rule_of("one"), rule_of("two")
    world.check((one, result(one, group("A", 0.3))), (two, result(two, group("B", 0.4))))
    world.check((one, result(one)))
    assert {row.group: row.status.value for row in world.queue()} == {"A": "cured", "B": "open"}


@pytest.mark.requirement("4.3.F6", "4.3.D4")
def test_every_change_has_an_audit_row_and_an_event_in_its_own_transaction(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("ABC", 0.3))
    with world.ports.store.read(world.compliance) as uow:
        rows = [row for row in uow.audit.page(limit=50).rows if row.object_id == found.id]
        assert [row.action for row in rows] == ["breach.opened"]
        assert json.loads(rows[0].after_json or "{}")["group"] == "ABC"
        events = [row for row in uow.events.since(0, 100) if row.type == "breach.changed"]
    assert [(row.topic, row.portfolio_id, row.data["breach_id"]) for row in events] == [
        ("compliance", world.portfolio_id, found.id)
    ]
    assert "ABC" not in str(events[0].data), "what is told on the stream names no holding"
    with world.ports.store.system(world.tenant_id) as uow:
        record_breaches(uow, world.portfolio_id, [(rule, result(rule))], world.clock.now_utc())
    assert world.queue()[0].status == "open", "without a commit nothing has happened"


def test_what_is_let_stand_is_told_to_checks_with_its_level_and_day(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("ABC", 0.3))
    world.let_stand(found, days=5, level=0.32)
    with world.ports.store.read(world.viewer) as uow:
        allowed = overrides_in_force(uow, world.portfolio_id, world.clock.now_utc())
        late = overrides_in_force(uow, world.portfolio_id, world.clock.now_utc() + timedelta(days=6))
    one = allowed[rule.rule_id, "ABC"]
    assert (one.breach_id, one.level, one.until) == (found.id, 0.32, date(2026, 3, 7))
    assert late == {}
    assert one.covers(rule, group("ABC", 0.32))
    assert not one.covers(rule, group("ABC", 0.32000001))
    assert not one.covers(rule, group("ABC", None, "indeterminate", None, least=0.1, most=None))
    assert not one.covers(rule_of(version=2), group("ABC", 0.3)), "another wording is another rule"
    assert not one.covers(rule_of(severity="hard"), group("ABC", 0.3))
