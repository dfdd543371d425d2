"""Does a run offer no weights that break a hard rule, also where only a check can tell?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.rule import Definition, Rule
from engine.result import OptimizationResult
from services.compliance.run_rules import run_rules
from services.messages.compliance_checks import ProposedOrder
from services.optimize_trades import trade_list
from tests.services.compliance_checks.books import Book
from tests.services.compliance_remedies.test_lists_and_overrides import asked
from tests.services.compliance_remedies.test_remedies import furnished

NAMES = ("AAA", "BBB", "CCC")
VAR = Rule(id="own.var", title="Value at risk over 20 days", measure="var_99_20d", limit="0.07")
LARGE = Rule(
    id="own.large", title="With an issuer above 50%, at least four positions", universe="not is_cash and quantity > 0",
    definitions=(Definition(name="share", expression="sum(weight, where=not is_cash, by=issuer)"),
                 Definition(name="largest", expression="max(share)")),
    measure="count()", keep="largest > 0.5", operator=">=", limit="4",
)  # fmt: skip


def solved(book: Book, portfolio_id: str, *limits: dict[str, Any]) -> OptimizationResult:
    """Return the answer to a wish for much return, within the rules of a portfolio."""
    found = run_rules(book.world.ports, book.checks.states, asked(portfolio_id), NAMES, book.manager)
    assert found is not None
    body = {
        "problem": {
            "assets": list(NAMES), "expected_returns_frac": [0.0004, 0.0005, 0.0006],
            "covariance": (np.diag([1.0, 2.0, 4.0]) * 1e-4).tolist(),
        },
        "objective": {"kind": "max_utility", "risk_aversion": 0.1},
        "constraints": list(limits),
        "frontier_points_count": 0,
    }  # fmt: skip
    return optimize_within_rules(
        engine.parse_request(body), found.rules, found.state, facts_after=found.facts_after,
        allowances=found.allowances, lists=found.lists, current_weights_frac={"AAA": 0.3, "BBB": 0.25, "CCC": 0.0},
    )  # fmt: skip


def verdict(book: Book, portfolio_id: str, result: OptimizationResult) -> str:
    """Return what the check before a trade says to the trades of an answer."""
    trades = trade_list("run", result, None, ()).trades
    orders = tuple(ProposedOrder(symbol=one.asset, weight_frac=one.proposed_frac) for one in trades)
    answer = book.checks.check(book.manager, portfolio_id, orders)
    assert answer.report is not None
    return answer.report.verdict


@pytest.fixture
def portfolio_id(book: Book) -> str:
    _, _, made = furnished(book)
    book.stock("CCC", 10.0, issuer="Gamma", seed=3)
    return made


@pytest.mark.requirement("4.3.D5")
def test_what_a_rule_waits_for_is_kept_from_coming_true_and_the_check_agrees(book: Book, portfolio_id: str) -> None:
    book.rule(LARGE)
    result = solved(book, portfolio_id)
    assert max(line.weight_frac for line in result.weights) == pytest.approx(0.5, abs=1e-8)
    assert verdict(book, portfolio_id, result) == "pass"


@pytest.mark.requirement("4.3.D5")
def test_a_clash_of_a_hard_rule_with_the_wish_is_named_in_place_of_weights(book: Book, portfolio_id: str) -> None:
    book.rule(LARGE)
    result = solved(book, portfolio_id, {"kind": "position_bounds", "assets": ["CCC"], "min_frac": 0.6, "max_frac": 1})
    assert not result.weights
    assert result.diagnosis is not None
    labels = [one.label for one in result.diagnosis.conflicts[0].limits]
    assert labels[0] == LARGE.title
    assert len(labels) == 2
    assert result.compliance is not None
    assert result.compliance.verdict is None


def test_value_at_risk_comes_down_to_a_hard_limit_by_the_figures_of_the_check(book: Book, portfolio_id: str) -> None:
    book.rule(VAR)
    result = solved(book, portfolio_id)
    assert result.compliance is not None
    (one,) = result.compliance.rules
    assert (one.how, one.after) == ("ceiling", "passed")
    assert one.value is not None
    assert 0.06 < one.value <= 0.07
    assert verdict(book, portfolio_id, result) == "pass"


def test_value_at_risk_that_no_portfolio_comes_down_to_leaves_no_weights(book: Book, portfolio_id: str) -> None:
    book.rule(VAR, limit="0.01")
    result = solved(book, portfolio_id)
    assert not result.weights
    assert result.diagnosis is not None
    assert [one.label for one in result.diagnosis.conflicts[0].limits] == [VAR.title]
    assert "at most 1% is demanded" in result.message
