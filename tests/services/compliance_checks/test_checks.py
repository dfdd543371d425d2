"""Is a portfolio judged rightly, before and after orders, and is it kept how it stood?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from data.store import tables
from engine.compliance.rule import Parameter, Rule
from services.auth.roles import Permission, Role
from services.compliance.breach_grandfather import wording_of
from services.compliance.checks import ComplianceChecks
from services.compliance.in_force import rules_in_force
from services.errors import InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_checks import ComplianceRequest, OrdersToCheck, ProposedOrder
from tests.services.compliance_checks.books import Book
from tests.services.risk.worlds import LAST


def caps(percent: float, severity: str = "hard", **more: Any) -> Rule:
    """Return a rule that caps every position."""
    return Rule(
        id="own.cap",
        title="Cap",
        severity=severity,  # type: ignore[arg-type]
        parameters=(Parameter(name="cap", value=percent / 100),),
        universe="not is_cash",
        group_by="symbol",
        measure="sum(weight)",
        limit="cap",
        **more,
    )


def furnished(book: Book) -> tuple[str, str, str]:
    """Return two stocks, 30% and 25% of a portfolio of 10,000, and the portfolio."""
    alpha, beta = book.stock("AAA", 50.0, issuer="Alpha"), book.stock("BBB", 25.0, issuer="Beta", seed=2)
    return alpha, beta, book.world.portfolio({alpha: 60, beta: 100}, {"USD": 4500})


def put_on_list(book: Book, kind: str, asset_id: str) -> None:
    """Put an asset on a list of the house."""
    with book.world.ports.store.system(book.tenant_id) as uow:
        row = uow.restriction_lists.add(
            tables.RestrictionList(tenant_id=book.tenant_id, name=f"The {kind} list", kind=kind, scope_kind="house")
        )
        uow.restriction_entries.add(
            tables.RestrictionEntry(
                tenant_id=book.tenant_id,
                list_id=row.id,
                asset_id=asset_id,
                from_on=book.now_utc.date(),
                reason="Talks.",
            )
        )
        uow.commit()


@pytest.mark.requirement("4.3.F4")
def test_figures_limits_headroom_and_evidence_are_those_of_the_holdings(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    found = book.by_code(portfolio_id)["own.cap"]
    worst, other = found.groups
    assert (found.status, found.limit, worst.group, worst.value) == ("failed", 0.28, "AAA", 0.3)
    assert (other.group, other.value, other.status) == ("BBB", 0.25, "passed")
    assert (worst.headroom, other.headroom) == (pytest.approx(-0.02), pytest.approx(0.03))
    assert (worst.headroom_ccy, other.headroom_ccy) == (Decimal("-200.00"), Decimal("300.00"))
    assert [(one.symbol, one.value_ccy, one.weight_frac) for one in worst.evidence] == [
        ("AAA", Decimal("3000.00"), pytest.approx(0.3))
    ]
    assert "30.00%" in found.sentence
    assert "28.00%" in found.sentence


def test_exactly_the_headroom_may_be_bought_and_no_cent_more(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    room = book.by_code(portfolio_id)["own.cap"].groups[1].headroom_ccy
    assert room is not None

    def verdict(more: Decimal) -> str | None:
        order = ProposedOrder(symbol="BBB", value_ccy=room + more)
        report = book.checks.check(book.manager, portfolio_id, [order]).report
        assert report is not None
        return report.verdict

    assert verdict(Decimal(0)) == "pass_with_warning", "what was broken before and is not made worse stops no order"
    assert verdict(Decimal("0.01")) == "blocked"


@pytest.mark.requirement("4.3.A3")
def test_a_check_of_no_orders_is_the_check_of_now(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    for name in ("house.max_position", "house.max_issuer", "house.min_cash", "house.leverage"):
        book.rule(name)
    now = book.checks.judge.judge(ComplianceRequest(portfolio_id=portfolio_id), book.manager)
    none = book.checks.judge.judge(
        ComplianceRequest(portfolio_id=portfolio_id, orders=(ProposedOrder(symbol="AAA", quantity=Decimal(0)),)),
        book.manager,
    )
    left = [one.model_dump(exclude={"verdict", "cause", "groups"}) for one in now.report.results]
    right = [one.model_dump(exclude={"verdict", "cause", "groups"}) for one in none.report.results]
    assert left == right
    for one, two in zip(now.report.results, none.report.results, strict=True):
        assert [group.value for group in one.groups] == [group.value for group in two.groups]


def test_orders_that_come_to_nothing_are_stopped_by_nothing(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))  # AAA stands at 30%
    orders = (ProposedOrder(symbol="BBB", quantity=Decimal(0)),)
    report = book.checks.judge.judge(ComplianceRequest(portfolio_id=portfolio_id, orders=orders), book.manager).report
    assert (report.status, report.verdict, report.results[0].verdict) == ("failed", "pass", "pass")


def test_orders_by_units_amount_and_weight_are_the_same_order(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(40))
    sizes = ({"quantity": Decimal(40)}, {"value_ccy": Decimal(2000)}, {"weight_frac": 0.5})
    reports = [
        book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="AAA", **size)]).report for size in sizes
    ]
    for report in reports:
        assert report is not None
        assert (report.orders[0].quantity, report.orders[0].value_ccy) == (40.0, Decimal("2000.00"))
        assert report.orders[0].weight_after_frac == pytest.approx(0.5)
        assert report.verdict == "blocked"
        assert report.results[0].groups[0].before == pytest.approx(0.3)
        assert report.results[0].cause == "active"


def test_what_is_not_held_can_be_ordered_with_all_that_is_known_of_it(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    gamma = book.stock("CCC", 20.0, issuer="Alpha", seed=3)
    book.attribute(gamma, "shares_outstanding_count", 400.0)
    for code in ("AAA", "BBB"):
        held = {one.symbol: one for one in book.world.portfolios.holdings(portfolio_id, book.manager)}
        book.attribute(held[code].asset_id, "shares_outstanding_count", 1e6)
    book.attribute(gamma, "is_nonvoting", 1.0)
    book.rule("ucits.own_nonvoting")
    book.rule("house.max_issuer", parameters=(Parameter(name="cap", value=0.4), Parameter(name="warn_share", value=1)))
    found = book.by_code(portfolio_id, [ProposedOrder(symbol="CCC", quantity=Decimal(60))])
    assert {one.group: one.value for one in found["ucits.own_nonvoting"].groups}["CCC"] == pytest.approx(60 / 400)
    assert found["ucits.own_nonvoting"].status == "failed"
    issuers = {one.group: one for one in found["house.max_issuer"].groups}
    assert issuers["Alpha"].value == pytest.approx(0.3 + 0.12)
    assert {one.symbol for one in issuers["Alpha"].evidence} == {"AAA", "CCC"}


@pytest.mark.requirement("4.3.A2")
def test_active_and_passive_are_told_apart_and_relief_is_always_allowed(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    assert book.by_code(portfolio_id)["own.cap"].cause == "passive"
    sale = ProposedOrder(symbol="AAA", quantity=Decimal(-1))
    report = book.checks.check(book.manager, portfolio_id, [sale]).report
    assert report is not None
    assert report.results[0].status == "failed"
    assert report.verdict == "pass_with_warning"
    book.trade(portfolio_id, alpha, 5, 50.0, LAST)
    assert book.by_code(portfolio_id)["own.cap"].cause == "active"


def test_missing_data_never_pass(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule("us_1940.industry")
    book.rule("house.min_esg")
    answer = book.checks.check(book.manager, portfolio_id)
    assert answer.report is not None
    for one in answer.report.results:
        assert one.status == "indeterminate"
        assert one.missing
        assert all(missing.advice and missing.symbols for missing in one.missing)
    assert answer.report.status == "indeterminate"
    orders = [ProposedOrder(symbol="AAA", quantity=Decimal(1))]
    ordered = book.checks.check(book.manager, portfolio_id, orders).report
    assert ordered is not None
    assert ordered.verdict == "blocked", "a hard rule that cannot be judged stops what may make it worse"


def test_an_empty_portfolio_says_that_there_is_nothing_to_check(book: Book) -> None:
    portfolio_id = book.world.portfolio({})
    book.rule("house.min_cash")
    answer = book.checks.check(book.manager, portfolio_id)
    assert answer.report is not None
    assert answer.report.status is None
    assert answer.report.advice
    row = book.matrices.matrix(book.manager).portfolios[0]
    assert (row.status, row.unchecked_count) == ("unchecked", 1)


def test_a_check_is_kept_with_what_changed_and_its_breach_is_recorded(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    rule_id = book.rule(caps(28))
    book.checks.check(book.manager, portfolio_id)
    first = book.checks.kept(book.manager, portfolio_id)
    assert first.is_current
    assert first.report is not None
    since = first.report.results[0].since_utc
    with book.world.ports.store.read(book.officer) as uow:
        breaches = [one for one in uow.breaches.unclosed(portfolio_id) if one.rule_id == rule_id]
    assert len(breaches) == 1
    book.world.ports.clock.advance(hours=2)  # type: ignore[attr-defined]
    book.trade(portfolio_id, alpha, -10, 50.0, LAST)
    assert not book.checks.kept(book.manager, portfolio_id).is_current
    book.checks.check(book.manager, portfolio_id)
    course = book.checks.course(book.manager, portfolio_id, rule_id)
    assert [(one.before, one.after) for one in course] == [("failed", "passed"), (None, "failed")]
    assert course[1].at_utc == since
    assert course[0].value == pytest.approx(0.25)
    with book.world.ports.store.system(book.tenant_id, read_only=True) as uow:
        actions = [row.action for row in uow.audit.page(limit=50).rows]
    assert actions.count("compliance.check") == 2


def test_the_kept_check_is_not_written_by_questions(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="AAA", quantity=Decimal(1))])
    book.checks.check(book.manager, portfolio_id, on=LAST - timedelta(days=30))
    answer = book.checks.kept(book.manager, portfolio_id)
    assert (answer.state, answer.report) == ("working", None)


def test_an_override_in_force_lets_a_soft_breach_stand_up_to_its_level(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    rule_id = book.rule(caps(28, "soft"))
    order = [ProposedOrder(symbol="AAA", value_ccy=Decimal(100))]
    before = book.checks.check(book.manager, portfolio_id, order).report
    assert before is not None
    assert before.verdict == "needs_override"
    book.checks.check(book.manager, portfolio_id)
    allow(book, portfolio_id, rule_id, "AAA", 0.32)
    after = book.checks.check(book.manager, portfolio_id, order).report
    assert after is not None
    assert after.verdict == "pass_with_warning"
    assert after.results[0].groups[0].allowed_until is not None
    beyond = book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="AAA", weight_frac=0.33)]).report
    assert beyond is not None
    assert beyond.verdict == "needs_override"


def allow(book: Book, portfolio_id: str, rule_id: str, group: str, level: float) -> None:
    """Let a breach stand up to a level, as two people would."""
    with book.world.ports.store.system(book.tenant_id) as uow:
        breach = next(one for one in uow.breaches.unclosed(portfolio_id) if one.group_name == group)
        in_force = next(one for one in rules_in_force(uow, portfolio_id) if one.rule_id == rule_id)
        uow.breach_overrides.add(
            tables.BreachOverride(
                tenant_id=book.tenant_id, breach_id=breach.id, portfolio_id=portfolio_id, rule_id=rule_id,
                group_name=group, rule_version=1, wording_sha256=wording_of(in_force), state="approved", level=level,
                reason="Agreed.", expires_on=book.now_utc.date() + timedelta(days=10),
                requested_by_id=book.manager.user_id, requested_at_utc=book.now_utc, needs_second_person=True,
                decided_by_id=book.officer.user_id, decided_at_utc=book.now_utc,
            )
        )  # fmt: skip
        uow.commit()


def test_another_house_sees_nothing(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    rule_id = book.rule(caps(28))
    book.checks.check(book.manager, portfolio_id)
    stranger = book.world.stranger
    order = OrdersToCheck(portfolio_id=portfolio_id, orders=(ProposedOrder(symbol="AAA", quantity=Decimal(1)),))
    deeds: list[Any] = [
        lambda: book.checks.check(stranger, portfolio_id),
        lambda: book.checks.check_orders(stranger, order),
        lambda: book.checks.kept(stranger, portfolio_id),
        lambda: book.checks.evidence(stranger, portfolio_id, rule_id),
        lambda: book.checks.course(stranger, portfolio_id, rule_id),
        lambda: book.checks.states.read(stranger, portfolio_id),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert book.matrices.matrix(stranger).portfolios == ()


def test_every_role_that_sees_a_portfolio_sees_how_it_stands(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.checks.check(book.manager, portfolio_id)
    assert book.checks.kept(book.officer, portfolio_id).state == "ready"
    key = replace(book.manager, via="key", scopes=frozenset({Permission.MARKET_READ}))
    with pytest.raises(NotAllowed):
        book.checks.kept(key, portfolio_id)


def test_evidence_of_a_rule_is_whole_and_adds_up(book: Book) -> None:
    assets = {book.stock(f"S{n:02d}", 10.0, seed=n, sector="Energy"): 10.0 + n for n in range(14)}
    portfolio_id = book.world.portfolio(assets, {"USD": 1000})
    rule_id = book.rule("house.max_sector")
    short = book.by_code(portfolio_id)["house.max_sector"].groups[0]
    assert (len(short.evidence), short.evidence_count) == (10, 14)
    answer = book.checks.evidence(book.manager, portfolio_id, rule_id)
    assert answer.report is not None
    (group,) = answer.report.results[0].groups
    assert len(group.evidence) == 14
    assert sum(one.weight_frac or 0.0 for one in group.evidence) == pytest.approx(group.value)


def test_the_audit_log_says_who_checked_which_orders(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="AAA", weight_frac=0.5)])
    viewer = book.world.actors[Role.VIEWER]
    with pytest.raises(NotFound):
        book.checks.check(viewer, portfolio_id, [ProposedOrder(symbol="AAA", weight_frac=0.5)])
    officer = book.checks.check(book.officer, portfolio_id, [ProposedOrder(symbol="AAA", weight_frac=0.4)])
    assert officer.state == "ready"
    with book.world.ports.store.system(book.tenant_id, read_only=True) as uow:
        last, row = uow.audit.page(action="compliance.orders").rows
    assert last.actor_id == book.officer.user_id, "who may only read leaves a trace as well"
    assert (row.actor_id, row.object_id) == (book.manager.user_id, portfolio_id)
    after = json.loads(row.after_json or "{}")
    assert after["verdict"] == "blocked"
    assert after["orders"] == [["AAA", 40.0]]


def test_the_trades_of_an_optimization_are_orders(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(40))
    trades = {"run": [SimpleNamespace(asset="AAA", proposed_frac=0.5), SimpleNamespace(asset="BBB", proposed_frac=0.0)]}
    optimize: Any = SimpleNamespace(trades=lambda run_id, actor: SimpleNamespace(trades=trades.get(run_id, [])))
    runs: Any = SimpleNamespace(get=lambda run_id, actor: SimpleNamespace(portfolio_id=portfolio_id))
    checks = ComplianceChecks(
        book.world.ports, analyses=book.world.analyses, facts=book.world.facts, optimize=optimize, runs=runs
    )
    report = checks.check_orders(book.manager, OrdersToCheck(optimization_id="run")).report
    assert report is not None
    assert {one.symbol: one.quantity for one in report.orders} == {"AAA": 40.0, "BBB": -100.0}
    assert report.verdict == "blocked"
    with pytest.raises(InvalidRequest, match="no trades"):
        checks.check_orders(book.manager, OrdersToCheck(optimization_id="calm"))


def test_a_day_that_is_yet_to_come_is_refused_by_its_field(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 10}, {"USD": 100})
    with pytest.raises(InvalidRequest) as refusal:
        book.checks.check(book.manager, portfolio_id, on=date(2030, 1, 1))
    assert [one.path for one in refusal.value.fields] == ["on"]
    assert "1 January 2030 is yet to come" in refusal.value.message
    assert refusal.value.advice.startswith("Choose a day up to")
