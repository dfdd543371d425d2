"""Do the trades that are offered mend what is broken, as a check of the same orders says?"""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from engine.compliance.rule import Parameter, Rule
from services.compliance.remedies import Remedies
from services.compliance.run_rules import rules_kept, run_rules
from services.errors import InvalidRequest, NotFound
from services.messages.compliance_checks import ProposedOrder
from services.messages.compliance_remedies import RemedyReport, RemedyWish
from services.messages.optimize import OptimizationRequest
from tests.services.compliance_checks.books import Book


def caps(percent: float, code: str = "own.cap", **more: Any) -> Rule:
    """Return a rule that caps every position."""
    return Rule(
        id=code,
        title=f"No position above {percent:g}%",
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


def remedies_of(book: Book) -> Remedies:
    """Return the service over the book's worker."""
    made = Remedies(book.world.ports, analyses=book.world.analyses, checks=book.checks)
    book.world.analyses.attach(
        SimpleNamespace(
            portfolio_facts=book.world.facts,
            risk=book.world.risk,
            limit_history=book.world.history,
            compliance_checks=book.checks,
            compliance_remedies=made,
        )  # type: ignore[arg-type]
    )
    return made


def report(book: Book, portfolio_id: str, wish: RemedyWish | None = None) -> RemedyReport:
    """Return the remedies of a portfolio."""
    answer = remedies_of(book).find(book.manager, portfolio_id, wish or RemedyWish())
    assert answer.state == "ready", answer
    assert answer.report is not None
    return answer.report


@pytest.mark.requirement("4.3.A5")
def test_the_smallest_sale_mends_a_position_that_is_too_large(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.attribute(alpha, "quoted_spread_frac", 0.002)
    found = report(book, portfolio_id, RemedyWish(buffer_frac=0.0))
    assert found.broken == ("No position above 28%",)
    way = next(one for one in found.ways if one.way == "reduce")
    (trade,) = way.trades
    # 60 shares at 50 are 3,000 of 10,000; four shares less are 28.0%, and costs of half the spread leave a little less
    # than 10,000 of net assets, so that a fifth one has to go.
    assert (trade.symbol, trade.side, trade.quantity, trade.value_ccy) == ("AAA", "sell", -5.0, Decimal("-250.00"))
    assert trade.cost_ccy == Decimal("0.25")
    assert (way.outcome, way.verdict) == ("repaired", "pass")
    assert trade.weight_after_frac == pytest.approx(2750 / 9999.75, rel=1e-12)
    assert way.turnover_ccy == Decimal("250.00")
    assert "BBB" in found.assumptions[1]


@pytest.mark.requirement("4.3.A5")
def test_every_way_passes_the_check_of_the_same_orders(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.rule(Rule(id="own.cash", title="At most 45% in cash", universe="is_cash", measure="sum(weight)", limit="0.45"))
    found = report(book, portfolio_id)
    outcomes = {one.way: one.outcome for one in found.ways}
    assert outcomes["reduce"] == "impossible"  # what is sold becomes cash, of which there may be no more
    reduce = next(one for one in found.ways if one.way == "reduce")
    assert set(reduce.clash) == {"No position above 28%", "At most 45% in cash"}
    assert outcomes["cheapest"] == "repaired"
    for way in found.ways:
        if way.outcome != "repaired":
            continue
        orders = tuple(
            ProposedOrder(symbol=one.symbol, quantity=Decimal(repr(one.quantity)), cost_ccy=one.cost_ccy)
            for one in way.trades
        )
        checked = book.by_code(portfolio_id, orders)
        assert {one.status for one in checked.values()} <= {"passed", "warning"}, way.way
        assert all(float(one.quantity).is_integer() for one in way.trades)


def test_only_the_named_rule_is_mended_and_the_other_is_made_no_worse(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(20, "own.tight"))
    wide = book.rule(caps(28, "own.wide"))
    found = report(book, portfolio_id, RemedyWish(rule_ids=(wide,), whole_shares=False))
    assert found.broken == ("No position above 28%",)
    way = next(one for one in found.ways if one.way == "cheapest")
    (trade,) = way.trades  # nothing makes up for what the costs do to the weight of BBB, which is broken anyway
    assert (trade.symbol, way.outcome) == ("AAA", "repaired")
    assert {one.rule_id: one.after for one in way.rules}["own.wide"] == "passed"


def test_what_no_trades_mend_is_told_with_its_reason(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(
        Rule(id="own.esg", title="Good scores", universe="not is_cash", measure="average(esg_score, weight)",
             operator=">=", limit="60")
    )  # fmt: skip
    found = report(book, portfolio_id)
    assert found.broken == ()
    assert found.helpless[0].startswith("Good scores: it is open, since these are not known: ESG score of")
    assert {one.outcome for one in found.ways} == {"impossible"}


def test_a_portfolio_that_keeps_its_rules_needs_no_trades(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(40))
    found = report(book, portfolio_id)
    assert {one.outcome for one in found.ways} == {"unneeded"}
    assert all(not one.trades for one in found.ways)
    assert "nothing is to be mended" in found.sentence


def test_a_breach_is_mended_by_its_rule_and_others_are_not_found(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.by_code(portfolio_id)  # a check that is kept records the breach
    with book.world.ports.store.system(book.tenant_id) as uow:
        (breach,) = uow.breaches.unclosed(portfolio_id)
    found = report(book, portfolio_id, RemedyWish(breach_id=breach.id))
    assert found.broken == ("No position above 28%",)
    with pytest.raises(NotFound):
        report(book, portfolio_id, RemedyWish(breach_id="nowhere"))
    with pytest.raises(InvalidRequest):
        report(book, portfolio_id, RemedyWish(breach_id=breach.id, rule_ids=("x",)))


def test_an_unknown_rule_is_refused_and_another_house_finds_nothing(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    made = remedies_of(book)
    answer = made.find(book.manager, portfolio_id, RemedyWish(rule_ids=("nowhere",)))
    assert answer.state == "failed"
    assert answer.message is not None
    assert "nowhere is not in force" in answer.message
    with pytest.raises(NotFound):
        made.find(book.world.stranger, portfolio_id, RemedyWish())


def test_that_remedies_were_asked_for_is_recorded(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    report(book, portfolio_id)
    with book.world.ports.store.system(book.tenant_id) as uow:
        events = [row for row in uow.audit.page(limit=50).rows if row.action == "compliance.remedies"]
    assert len(events) == 1
    assert events[0].object_id == portfolio_id


@pytest.mark.requirement("4.3.D5", "1.1.B5")
def test_a_run_reads_the_rules_and_every_asset_it_may_buy(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.stock("CCC", 10.0, issuer="Gamma", seed=3)
    asked = OptimizationRequest.model_validate_json(
        f'{{"portfolio_id": "{portfolio_id}", "objective": {{"kind": "min_volatility"}}}}'
    )
    ports, states = book.world.ports, book.checks.states
    assert run_rules(ports, states, asked, ("AAA", "BBB", "CCC"), book.manager) is None
    assert rules_kept(ports, asked, book.manager) is None
    book.rule(caps(28))
    book.rule(caps(20, "own.told", severity="warning"))
    found = run_rules(ports, states, asked, ("AAA", "BBB", "CCC"), book.manager)
    assert found is not None
    assert [one.id for one in found.rules] == ["own.cap", "own.told"]
    assert set(found.state.symbols) == {"CASH USD", "AAA", "BBB", "CCC"}
    assert found.lineage[0]["version"] == 1
    kept = rules_kept(ports, asked, book.manager)
    assert kept is not None
    assert (kept.in_force_count, kept.binding_count, kept.are_kept) == (2, 1, True)
    left_out = asked.model_copy(update={"keep_rules": False})
    assert run_rules(ports, states, left_out, ("AAA",), book.manager) is None
    without = asked.model_copy(update={"portfolio_id": None, "asset_ids": ("AAA",)})
    assert rules_kept(ports, without, book.manager) is None
