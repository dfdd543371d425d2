"""Does a portfolio on paper have the cash, cost, risk and verdict that it would have in truth, and is nothing kept?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.auth.roles import Permission
from services.errors import Conflict, InvalidRequest, NotFound
from services.messages.compliance_checks import ProposedOrder
from services.messages.portfolio_what_if import EditedPosition, WhatIfWish
from services.messages.portfolios import NewPortfolio
from services.messages.risk import RiskRequest
from services.portfolios_what_if import WhatIf
from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.test_checks import caps, furnished, put_on_list
from tests.services.risk.worlds import LAST


def what_if(book: Book) -> WhatIf:
    return WhatIf(book.world.ports, facts=book.world.facts, judge=book.checks.judge)


def wish(*edits: tuple[str, dict[str, Any]]) -> WhatIfWish:
    return WhatIfWish(edits=tuple(EditedPosition(symbol=symbol, **size) for symbol, size in edits))


def seen(book: Book, portfolio_id: str, *edits: tuple[str, dict[str, Any]]) -> Any:
    return what_if(book).preview(portfolio_id, wish(*edits), book.manager)


def of(answer: Any, symbol: str) -> Any:
    return next(one for one in answer.positions if one.symbol == symbol)


def figure(answer: Any, name: str) -> Any:
    return next(one for one in answer.risk if one.name == name)


def test_cash_cost_turnover_and_weights_add_up_to_the_cent(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    answer = seen(book, portfolio_id, ("AAA", {"weight_frac": 0.5}))
    moved = of(answer, "AAA")
    assert (moved.trade_quantity, moved.trade_ccy, moved.cost_ccy) == (Decimal(40), Decimal(2000), Decimal(1))
    assert (moved.is_edited, moved.by, moved.wished_frac) == (True, "hand", 0.5)
    assert (answer.cash_before_ccy, answer.cash_after_ccy) == (Decimal(4500), Decimal(2499))
    assert (answer.value_before_ccy, answer.value_after_ccy) == (Decimal(10000), Decimal(9999))
    assert answer.turnover_frac == pytest.approx(0.1, abs=1e-15)
    assert answer.traded_ccy == Decimal(2000)
    assert moved.weight_after_frac == pytest.approx(5000 / 9999, abs=1e-15)
    assert answer.cash_after_ccy + sum(one.value_after_ccy for one in answer.positions) == answer.value_after_ccy
    assert answer.assumed_spread_symbols == ("AAA",)
    assert answer.sentence == "1 edit, one-way turnover 10.0%, cash afterwards 2,499.00 USD."


def test_a_weight_a_value_and_a_quantity_that_say_the_same_are_the_same_edit(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    sizes = ({"weight_frac": 0.5}, {"value_ccy": Decimal(5000)}, {"quantity": Decimal(100)})
    answers = [seen(book, portfolio_id, ("AAA", size)) for size in sizes]
    assert len({answer.model_dump_json() for answer in answers}) == 1


def test_a_spread_of_the_house_s_own_is_what_a_trade_costs(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.attribute(alpha, "quoted_spread_frac", 0.02)
    answer = seen(book, portfolio_id, ("AAA", {"quantity": Decimal(100)}), ("BBB", {"quantity": Decimal(0)}))
    assert of(answer, "AAA").cost_ccy == Decimal("20.00")
    assert of(answer, "BBB").cost_ccy == Decimal("1.25")
    assert answer.assumed_spread_symbols == ("BBB",)


@pytest.mark.requirement("5.1.A4")
def test_risk_before_and_after_is_that_of_the_report_on_risk_once_the_trades_are_booked(book: Book) -> None:
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    index = book.stock("III", 1000.0, seed=9)
    benchmark_id = book.world.benchmark(index)
    portfolio_id = book.world.portfolio({alpha: 60, beta: 100}, {"USD": 4500}, benchmark_id=benchmark_id)
    answer = seen(book, portfolio_id, ("AAA", {"weight_frac": 0.5}), ("BBB", {"quantity": Decimal(20)}))

    def told() -> tuple[float, float, float]:
        report = book.world.risk.compute(RiskRequest(portfolio_id=portfolio_id), book.manager)
        historical = next(
            one for one in report.tails.figures
            if (one.method, one.level_frac, one.horizon_days) == ("historical", 0.95, 1)
        )  # fmt: skip
        return (
            report.metrics["volatility_annual"],
            historical.value_at_risk.loss_frac,
            report.metrics["tracking_error_annual"],
        )

    names = ("volatility", "var_95_1d", "tracking_error")
    assert [figure(answer, name).before_frac for name in names] == pytest.approx(told(), rel=1e-12)
    for symbol, asset_id in (("AAA", alpha), ("BBB", beta)):
        moved = of(answer, symbol)
        paid = -moved.trade_ccy - moved.cost_ccy
        book.book(
            portfolio_id, kind="buy" if moved.trade_quantity > 0 else "sell", trade_date=LAST, asset_id=asset_id,
            quantity=moved.trade_quantity, price=None, amount_ccy=paid, fees_ccy=moved.cost_ccy, currency="USD",
        )  # fmt: skip
    assert [figure(answer, name).after_frac for name in names] == pytest.approx(told(), rel=1e-12)
    assert figure(answer, "volatility").before_frac != figure(answer, "volatility").after_frac


def test_the_verdict_is_that_of_the_check_before_a_trade(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule(caps(40))
    put_on_list(book, "watch", alpha)
    answer = seen(book, portfolio_id, ("AAA", {"weight_frac": 0.5}))
    moved = of(answer, "AAA")
    order = ProposedOrder(symbol="AAA", quantity=moved.trade_quantity)
    checked = book.checks.check(book.manager, portfolio_id, [order]).report
    assert answer.compliance.verdict == "blocked"
    fields = {"checked_at_utc"}
    assert answer.compliance.model_dump(exclude=fields) == checked.model_dump(exclude=fields)
    assert seen(book, portfolio_id).compliance is None


def test_limits_of_the_house_are_told_before_and_after(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    with book.world.ports.store.work(book.manager) as uow:
        uow.portfolios.update(portfolio_id, {"house_limits": {"position_max_frac": 0.35}})
        uow.commit()
    answer = seen(book, portfolio_id, ("AAA", {"weight_frac": 0.5}))
    assert [one.state.value for one in answer.limits_before] == ["amber"]
    assert [(one.state.value, one.scope) for one in answer.limits_after] == [("red", "AAA")]


def test_what_was_proposed_at_a_limit_stands_at_it_and_not_beyond_by_its_costs(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(35))
    with book.world.ports.store.work(book.manager) as uow:
        uow.portfolios.update(portfolio_id, {"house_limits": {"position_max_frac": 0.35}})
        uow.commit()
    answer = seen(book, portfolio_id, ("AAA", {"weight_frac": 0.35}))
    assert of(answer, "AAA").weight_after_frac > 0.35
    assert [one.state.value for one in answer.limits_after] == ["amber"]
    assert answer.compliance.verdict in ("pass", "pass_with_warning")


def test_what_is_not_held_can_be_bought_on_paper(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.stock("CCC", 20.0, seed=3)
    answer = seen(book, portfolio_id, ("CCC", {"weight_frac": 0.1}))
    bought = of(answer, "CCC")
    assert (bought.quantity_before, bought.quantity_after, bought.trade_ccy) == (0, Decimal(50), Decimal(1000))
    assert figure(answer, "volatility").after_frac > 0.0
    assert answer.wished_frac["CCC"] == 0.1
    assert sum(answer.wished_frac.values()) == pytest.approx(0.65)


def test_every_problem_of_every_edit_is_told_at_once(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    edits = [("AAA", {}), ("NOPE", {"weight_frac": 0.1}), ("BBB", {"weight_frac": 0.1, "quantity": Decimal(1)}),
             ("BBB", {"value_ccy": Decimal(10) ** 20})]  # fmt: skip
    with pytest.raises(InvalidRequest) as refusal:
        seen(book, portfolio_id, *edits)
    paths = [one.path for one in refusal.value.fields]
    assert paths == ["edits[0]", "edits[1].symbol", "edits[2]", "edits[3].value_ccy", "edits[3].symbol"]
    assert all(one.message and one.advice for one in refusal.value.fields)


def test_only_a_long_short_portfolio_goes_short_on_paper(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    assert of(seen(book, portfolio_id, ("AAA", {"quantity": Decimal(-10)})), "AAA").weight_after_frac < 0.0
    with book.world.ports.store.work(book.manager) as uow:
        uow.portfolios.update(portfolio_id, {"strategy": "long_only"})
        uow.commit()
    with pytest.raises(InvalidRequest) as refusal:
        seen(book, portfolio_id, ("AAA", {"quantity": Decimal(-10)}))
    assert [one.path for one in refusal.value.fields] == ["edits[0].quantity"]


def test_cash_that_does_not_suffice_is_said(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    answer = seen(book, portfolio_id, ("AAA", {"weight_frac": 0.9}))
    assert answer.cash_after_ccy < 0
    assert "cash is short by 1,503.00 USD" in answer.sentence


def test_nothing_is_kept_of_a_look(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(40))

    def everything() -> Any:
        with book.world.ports.store.system(book.tenant_id, read_only=True) as uow:
            row = uow.portfolios.get(portfolio_id)
            return (
                row.row_version, len(uow.ledger.entries(portfolio_id)), len(uow.targets.versions(portfolio_id)),
                len(uow.audit.page(limit=500).rows), uow.compliance_checks.of(portfolio_id),
                len(uow.portfolio_drafts.of(portfolio_id)),
            )  # fmt: skip

    before = everything()
    seen(book, portfolio_id, ("AAA", {"weight_frac": 0.5}))
    assert everything() == before


def test_strangers_see_nothing_and_who_may_not_see_rules_is_told_so(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(40))
    with pytest.raises(NotFound):
        what_if(book).preview(portfolio_id, wish(("AAA", {"weight_frac": 0.5})), book.world.stranger)
    narrow = replace(book.manager, scopes=frozenset({Permission.PORTFOLIOS_READ}))
    answer = what_if(book).preview(portfolio_id, wish(("AAA", {"weight_frac": 0.5})), narrow)
    assert answer.compliance is None
    assert answer.compliance_note == "You may not see the rules, so nothing is said of them."
    assert answer.cash_after_ccy == Decimal(2499)


def test_a_portfolio_without_value_is_refused_with_a_way_out(book: Book) -> None:
    made = book.world.portfolios.create(NewPortfolio(name="Empty"), book.manager)
    with pytest.raises(Conflict, match="no value that is known") as refusal:
        seen(book, made.id)
    assert refusal.value.advice
