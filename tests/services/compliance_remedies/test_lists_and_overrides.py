"""Do optimizer and remedies leave alone what lists forbid and what somebody let stand, as checks of orders do?"""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.compliance.optimize import optimize_within_rules
from engine.compliance.rule import Override, Rule
from services.compliance.breach_overrides import BreachOverrides
from services.compliance.four_eyes import FourEyes
from services.compliance.restrictions import Restrictions
from services.compliance.run_rules import rules_word, run_rules
from services.messages.compliance_breaches import OverrideInput
from services.messages.compliance_checks import ProposedOrder
from services.messages.compliance_remedies import RemedyWish
from services.messages.compliance_restrictions import ListKind, NewEntry, NewRestrictionList
from services.messages.optimize import OptimizationRequest
from services.optimize_trades import trade_list
from tests.services.compliance_checks.books import Book, by_name
from tests.services.compliance_remedies.test_remedies import caps, furnished, report


def put(book: Book, kind: ListKind, symbol: str) -> None:
    """Put a name on a list of its kind."""
    made = Restrictions(book.world.ports, FourEyes(book.world.ports, {}))
    one = made.create(NewRestrictionList(kind=kind, name=kind.value.title()), book.officer)
    until = book.now_utc.date() + timedelta(days=9) if kind is ListKind.BLACKOUT else None
    made.add(one.id, NewEntry(symbol=symbol, reason="A deal.", until_on=until), book.officer)


def let_stand(book: Book, portfolio_id: str, level: float) -> None:
    """Let the one breach of a portfolio stand up to a level, for ten days."""
    book.by_code(portfolio_id)  # a check that is kept records the breach
    with book.world.ports.store.system(book.tenant_id) as uow:
        (breach,) = uow.breaches.unclosed(portfolio_id)
    wish = OverrideInput(reason="Agreed.", expires_on=book.now_utc.date() + timedelta(days=10), level=level)
    granted = BreachOverrides(book.world.ports).request(breach.id, wish, book.officer)
    assert granted.status == "overridden"


def asked(portfolio_id: str, **more: Any) -> OptimizationRequest:
    """Return a wish for the least volatile portfolio."""
    body = {"portfolio_id": portfolio_id, "objective": {"kind": "min_volatility"}, **more}
    return OptimizationRequest.model_validate_json(json.dumps(body))


def figures() -> OptimizationRequest:
    """Return the same wish for three stocks by given figures."""
    body = {
        "problem": {
            "assets": ["AAA", "BBB", "CCC"],
            "expected_returns_frac": [0.0004, 0.0005, 0.0006],
            "covariance": (np.diag([1.0, 2.0, 4.0]) * 1e-4).tolist(),
        },
        "objective": {"kind": "min_volatility"},
        "frontier_points_count": 0,
    }
    return OptimizationRequest.model_validate_json(json.dumps(body))


SOFT = Override(days_max=30, roles=(), needs_second_person=False)


@pytest.mark.requirement("4.3.D5", "4.3.F5")
def test_a_restricted_name_is_held_and_the_check_of_the_trades_says_the_same(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.stock("CCC", 10.0, issuer="Gamma", seed=3)
    book.rule(by_name("house.restricted"))
    put(book, ListKind.RESTRICTED, "BBB")
    names = ("AAA", "BBB", "CCC")
    found = run_rules(book.world.ports, book.checks.states, asked(portfolio_id), names, book.manager)
    assert found is not None
    assert found.lists.held["BBB"].startswith("BBB is on the restricted list 'Restricted' and may not be traded.")
    now = {"AAA": 0.3, "BBB": 0.25, "CCC": 0.0}
    result = optimize_within_rules(
        figures(), found.rules, found.state, allowances=found.allowances, lists=found.lists, current_weights_frac=now
    )
    assert result.compliance is not None
    weights = {line.asset: line.weight_frac for line in result.weights}
    assert weights["BBB"] == pytest.approx(0.25, abs=1e-8)
    (told,) = result.compliance.rules
    assert told.how == "held"
    assert "Have it taken off the list for the trade, which takes two people" in told.note
    trades = trade_list("run", result, None, ())
    assert {one.asset for one in trades.trades} == {"AAA", "CCC"}
    orders = tuple(ProposedOrder(symbol=one.asset, weight_frac=one.proposed_frac) for one in trades.trades)
    answer = book.checks.check(book.manager, portfolio_id, orders)
    assert answer.report is not None
    assert answer.report.verdict == result.compliance.verdict == "pass_with_warning"
    free = run_rules(book.world.ports, book.checks.states, asked(portfolio_id, keep_rules=False), ("AAA",),
                     book.manager)  # fmt: skip
    assert free is None


def test_lists_bind_a_run_also_where_no_rule_does_and_blackouts_and_exclusions_likewise(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    ports, states = book.world.ports, book.checks.states
    assert run_rules(ports, states, asked(portfolio_id), ("AAA", "BBB"), book.manager) is None
    before = rules_word(ports, asked(portfolio_id), book.manager)
    put(book, ListKind.BLACKOUT, "AAA")
    put(book, ListKind.EXCLUSION, "BBB")
    put(book, ListKind.WATCH, "BBB")
    found = run_rules(ports, states, asked(portfolio_id), ("AAA", "BBB"), book.manager)
    assert found is not None
    assert (set(found.lists.held), set(found.lists.unbought), set(found.lists.watched)) == ({"AAA"}, {"BBB"}, {"BBB"})
    assert rules_word(ports, asked(portfolio_id), book.manager) != before
    assert rules_word(ports, asked(portfolio_id, keep_rules=False), book.manager) == ""


@pytest.mark.requirement("4.3.A5")
def test_remedies_leave_restricted_names_alone_and_say_which_rule_that_stops(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.rule(by_name("house.restricted"))
    put(book, ListKind.RESTRICTED, "BBB")
    found = report(book, portfolio_id)
    assert found.broken == ("No position above 28%",)
    assert "it demands trades in BBB, which is on a list that forbids them" in found.helpless[0]
    for way in found.ways:
        assert {one.symbol for one in way.trades} <= {"AAA"}
        assert not [note for note in way.notes if note.severity == "blocked"]


@pytest.mark.requirement("4.3.D3", "4.3.A5")
def test_an_override_in_force_is_read_as_checks_read_it(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    rule_id = book.rule(caps(28, severity="soft", override=SOFT, effective_from=date(2000, 1, 1)))
    let_stand(book, portfolio_id, 0.32)
    found = report(book, portfolio_id)
    assert (found.broken, found.let_stand) == ((), ("No position above 28%",))
    assert "Overrides in force let No position above 28% stand." in found.sentence
    named = report(book, portfolio_id, RemedyWish(rule_ids=(rule_id,)))
    assert named.broken == ("No position above 28%",)
    within = run_rules(book.world.ports, book.checks.states, asked(portfolio_id), ("AAA", "BBB"), book.manager)
    assert within is not None
    assert within.allowances.levels == {("own.cap", "AAA"): 0.32}
    more = (ProposedOrder(symbol="AAA", quantity=Decimal(4)),)  # 32% of the portfolio
    answer = book.checks.check(book.manager, portfolio_id, more)
    assert answer.report is not None
    assert answer.report.verdict == "pass_with_warning"


def test_one_rule_that_nothing_mends_voids_nothing_and_costs_are_told_in_money(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.rule(
        Rule(id="own.currency", title="No currency above 80%", severity="soft", group_by="currency",
             measure="sum(weight)", limit="0.8")
    )  # fmt: skip
    found = report(book, portfolio_id)
    assert found.broken == ("No position above 28%",)
    assert found.helpless[0].startswith("No currency above 80%: no trades in what the portfolio holds bring it")
    way = next(one for one in found.ways if one.way == "reduce")
    assert (way.outcome, way.title) == ("repaired", "Reduce positions")
    assert len(way.trades) == 1
    assert f"1 trade, 250.00 USD traded, turnover 2.50%, cost {way.cost_ccy} USD" in way.sentence
