"""Can people bring holdings and transactions, see what would be booked, book it, and take it back?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks.present_holdings_import import EXAMPLES
from services.auth.policy import PERMISSIONS
from services.auth.roles import Permission, Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.exports import Exports
from services.holdings_import import HoldingsImports
from services.messages.holdings_import import (
    FileKindName,
    ImportChoices,
    ImportTemplateChanges,
    NewAsset,
    ReplaceMode,
    SymbolChoice,
    TargetChoice,
)
from services.messages.portfolios import Strategy
from services.messages.preferences import Preferences
from tests.services.imports.importing import booked, held

LAST = date(2022, 12, 28)
PASTED = b"Symbol\tQuantity\tAvg cost\nAAPL\t120\t100.5\nMSFT\t80\t\nCash USD\t2500\t\n"
TRADES = b"""Date,Type,Symbol,Quantity,Price,Fees,Amount,Currency
2022-12-01,Deposit,,,,,20000,USD
2022-12-02,Buy,AAPL,100,147.81,5,,USD
2022-12-20,Sell,AAPL,40,132.30,5,,USD
2022-12-21,Dividend,AAPL,,,,9.20,USD
"""


def test_pasted_holdings_become_a_valued_portfolio(house: Any, depot: HoldingsImports) -> None:
    before = len(house.portfolios.list(house.manager))
    check = depot.start(PASTED, "Depot.csv", None, house.manager)
    assert (check.step, check.can_import, check.problems_count) == ("ready", True, 0)
    assert [one.status for one in check.symbols] == ["known", "known"]
    (account,) = check.accounts
    assert (account.portfolio_name, account.positions_count) == ("Depot", 2)
    assert account.cash == (("USD", Decimal(2500)),)
    assert len(house.portfolios.list(house.manager)) == before  # a check books nothing

    done = depot.run(check.draft.id, house.manager)
    ((portfolio_id, name),) = done.imported.portfolios
    made = house.portfolios.get(portfolio_id, house.manager)
    holdings = {one.symbol: one for one in house.portfolios.holdings(portfolio_id, house.manager)}
    assert (name, made.name) == ("Depot", "Depot")
    assert {key: one.quantity for key, one in holdings.items()} == {"AAPL": Decimal(120), "MSFT": Decimal(80)}
    priced = sum((one.quantity * one.price for one in holdings.values()), Decimal(2500))
    assert made.value_ccy == priced == account.value_ccy
    assert holdings["AAPL"].unrealized_pnl_ccy == Decimal(120) * (holdings["AAPL"].price - Decimal("100.5"))
    assert not depot.run(check.draft.id, house.manager).is_new
    with pytest.raises(Conflict):
        depot.choose(check.draft.id, ImportChoices(as_of=LAST), house.manager)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_rows_that_the_form_shows_as_an_example_are_understood(house: Any, depot: HoldingsImports, kind: str) -> None:
    check = depot.start(EXAMPLES[kind].encode(), "rows.csv", None, house.manager)
    assert (check.draft.kind, check.step, check.problems_count) == (kind, "ready", 0)


def test_transactions_are_booked_once(house: Any, depot: HoldingsImports) -> None:
    done = booked(depot, TRADES, house.manager, accounts={"": TargetChoice(name="Trades")})
    ((portfolio_id, _),) = done.portfolios
    one = house.portfolios.get(portfolio_id, house.manager)
    assert held(house, portfolio_id) == {"AAPL": Decimal(60)}
    cash = Decimal(20000) - (100 * Decimal("147.81") + 5) + (40 * Decimal("132.30") - 5) + Decimal("9.20")
    assert [(each.currency, each.amount) for each in one.cash] == [("USD", cash)]

    again = depot.start(TRADES, "again.csv", None, house.manager)
    assert again.already is not None
    target = {"": TargetChoice(portfolio_id=portfolio_id)}
    again = depot.choose(again.draft.id, ImportChoices(accounts=target), house.manager)
    assert (again.duplicates_count, again.can_import) == (4, False)
    with pytest.raises(InvalidRequest, match="Nothing is to do"):
        depot.run(again.draft.id, house.manager)


def test_more_is_not_sold_than_is_held_and_lacking_cash_is_told(house: Any, depot: HoldingsImports) -> None:
    raw = b"Date,Type,Symbol,Quantity,Price\n2022-12-02,Buy,AAPL,10,147.81\n2022-12-20,Sell,AAPL,40,132.30\n"
    check = depot.start(raw, "sales.csv", None, house.manager)
    (problem,) = check.problems
    assert (problem.line, check.can_import) == (3, False)
    assert "40 go out on 2022-12-20, and 10 are held" in problem.message
    check = depot.choose(check.draft.id, ImportChoices(leave_out_problems=True), house.manager)
    assert check.can_import
    assert b"40 go out" in depot.rejects(check.draft.id, house.manager)

    buys = depot.start(raw.rpartition(b"2022-12-20")[0], "buys.csv", None, house.manager)
    assert any("falls below zero" in note for note in buys.notes)
    buys = depot.choose(buys.draft.id, ImportChoices(fund_missing_cash=True), house.manager)
    (account,) = buys.accounts
    assert (account.entries_count, account.cash) == (2, ())


def test_unknown_names_are_asked_for_once_and_remembered(house: Any, depot: HoldingsImports) -> None:
    raw = b"Symbol;Name;Quantity;Currency\nAAPL.US;Apple;10;USD\nPRIV1;Private Fund I;100;USD\nODD;;5;USD\n"
    check = depot.start(raw, "odd.csv", None, house.manager)
    status = {one.key: one.status for one in check.symbols}
    assert (status, check.step) == ({"AAPL.US": "guessed", "PRIV1": "unknown", "ODD": "unknown"}, "symbols")
    with pytest.raises(InvalidRequest) as refused:
        depot.run(check.draft.id, house.manager)
    assert {one.path for one in refused.value.fields} == {"symbols.PRIV1", "symbols.ODD"}
    symbols = {
        "PRIV1": SymbolChoice(new=NewAsset(symbol="PRIV1", name="Private Fund I", currency="USD", asset_class="etf")),
        "ODD": SymbolChoice(asset="MSFT"),
    }
    check = depot.choose(check.draft.id, ImportChoices(symbols=symbols), house.manager)
    assert check.can_import
    done = depot.run(check.draft.id, house.manager).imported
    assert (done.new_assets, done.unpriced) == (("PRIV1",), ("PRIV1",))
    ((portfolio_id, _),) = done.portfolios
    assert held(house, portfolio_id) == {"AAPL": 10, "PRIV1": 100, "MSFT": 5}
    assert house.portfolios.get(portfolio_id, house.manager).value_ccy is None  # nothing is made up

    status = {one.key: one.status for one in depot.start(raw, "next.csv", None, house.manager).symbols}
    assert status == {"AAPL.US": "remembered", "PRIV1": "remembered", "ODD": "remembered"}
    theirs = depot.start(raw, "next.csv", None, house.stranger)
    assert {one.key: one.status for one in theirs.symbols} == {
        "AAPL.US": "guessed",
        "PRIV1": "unknown",
        "ODD": "unknown",
    }


def test_weights_need_a_value_and_leave_the_rest_as_cash(house: Any, depot: HoldingsImports) -> None:
    raw = b"id,weight,date\nAAPL,40%,2022-12-28\nMSFT,35%,2022-12-28\n"
    check = depot.start(raw, "port.csv", None, house.manager)
    assert (check.layout_label, check.needs_value, check.can_import) == ("Portfolio upload, weights", True, False)
    check = depot.choose(check.draft.id, ImportChoices(total_value_ccy=Decimal(100_000)), house.manager)
    (account,) = check.accounts
    assert check.can_import
    assert account.value_ccy is not None
    assert abs(account.value_ccy - 100_000) < Decimal("0.01")
    assert abs(dict(account.cash)["USD"] - 25_000) < 1


def test_each_account_becomes_a_portfolio_whatever_its_case(house: Any, depot: HoldingsImports) -> None:
    raw = b"account,symbol,quantity\nMain,AAPL,1\nMAIN,MSFT,2\nPension,KO,3\n"
    done = booked(depot, raw, house.manager)
    assert [name for _, name in done.portfolios] == ["Main", "Pension"]
    assert held(house, done.portfolios[0][0]) == {"AAPL": 1, "MSFT": 2}


def test_holdings_of_an_existing_portfolio_are_replaced_or_added_to(house: Any, depot: HoldingsImports) -> None:
    first = booked(depot, PASTED, house.manager)
    ((portfolio_id, _),) = first.portfolios
    target = {"": TargetChoice(portfolio_id=portfolio_id)}
    raw = b"symbol,quantity\nAAPL,20\nKO,5\n"
    booked(depot, raw, house.manager, "more.csv", accounts=target, mode=ReplaceMode.ADD)
    assert held(house, portfolio_id) == {"AAPL": 140, "MSFT": 80, "KO": 5}
    booked(depot, raw, house.manager, "all.csv", accounts=target)
    assert held(house, portfolio_id) == {"AAPL": 20, "KO": 5}


@pytest.mark.parametrize("raw", [PASTED, TRADES])
def test_an_undo_leaves_holdings_cash_values_and_lots_as_they_were(
    house: Any, depot: HoldingsImports, raw: bytes
) -> None:
    first = booked(depot, b"symbol,quantity\nAAPL,10\n", house.manager, as_of=date(2022, 11, 30))
    ((portfolio_id, _),) = first.portfolios
    before = house.portfolios.get(portfolio_id, house.manager)
    history = house.portfolios.history(portfolio_id, house.manager)
    target = {"": TargetChoice(portfolio_id=portfolio_id)}
    second = booked(depot, raw, house.manager, "second.csv", accounts=target)
    with pytest.raises(Conflict, match="booked in"):
        depot.undo(first.id, house.manager)  # the later import comes first
    undone = depot.undo(second.id, house.manager)
    assert undone.state.value == "undone"
    after = house.portfolios.get(portfolio_id, house.manager)
    assert (after.value_ccy, after.cash, held(house, portfolio_id)) == (before.value_ccy, before.cash, {"AAPL": 10})
    assert house.portfolios.history(portfolio_id, house.manager) == history
    ledger = house.portfolios.transactions(portfolio_id, house.manager).items
    assert len(ledger) == 1 + 2 * second.entries_count  # nothing left the ledger
    with pytest.raises(Conflict, match="undone already"):
        depot.undo(second.id, house.manager)
    depot.undo(first.id, house.manager)
    with pytest.raises(NotFound):
        house.portfolios.get(portfolio_id, house.manager)  # the portfolio that the first one made is put aside


def test_an_undo_is_refused_once_a_target_rests_on_it(house: Any, depot: HoldingsImports) -> None:
    done = booked(depot, PASTED, house.manager)
    ((portfolio_id, _),) = done.portfolios
    house.ports.clock.advance(seconds=5)
    house.portfolios.set_target(portfolio_id, {"AAPL": 1.0}, None, "Mine", house.manager)
    with pytest.raises(Conflict, match="A target was saved"):
        depot.undo(done.id, house.manager)


def test_nothing_is_half_booked(house: Any, depot: HoldingsImports, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"account,symbol,quantity\nMain,AAPL,1\nPension,KO,3\n"
    check = depot.start(raw, "two.csv", None, house.manager)
    names = {one.name for one in house.portfolios.list(house.manager)}
    original = depot._valuator.revalue
    calls = []

    def failing(uow: Any, row: Any) -> None:
        calls.append(row.name)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        original(uow, row)

    monkeypatch.setattr(depot._valuator, "revalue", failing)
    with pytest.raises(RuntimeError):
        depot.run(check.draft.id, house.manager)
    assert {one.name for one in house.portfolios.list(house.manager)} == names
    assert depot.get(check.draft.id, house.manager).state.value == "draft"


def test_rejected_rows_can_be_put_right_and_brought_again(house: Any, depot: HoldingsImports) -> None:
    raw = b"Symbol,Quantity,Name\nAAPL,10,Apple\nMSFT,ten,=cmd()\nKO,5,Coke\n"
    check = depot.start(raw, "some.csv", None, house.manager)
    assert (check.problems_count, check.rejects_count) == (1, 1)
    depot.choose(check.draft.id, ImportChoices(leave_out_problems=True), house.manager)
    done = depot.run(check.draft.id, house.manager).imported
    assert done.rejects_count == 1
    text = depot.rejects(done.id, house.manager).decode("utf-8-sig")
    assert "MSFT,ten,'=cmd()" in text
    again = depot.start(text.replace("ten", "10").encode(), "again.csv", None, house.manager)
    assert [one.key for one in again.symbols] == ["MSFT"]
    assert again.can_import


def test_how_a_file_is_read_is_remembered_for_its_header(house: Any, depot: HoldingsImports) -> None:
    raw = b"Papier;Zahl\nAAPL;10\nMSFT;20\n"
    check = depot.start(raw, "a.csv", FileKindName.HOLDINGS, house.manager)
    assert check.step == "columns"
    wishes = ImportChoices(columns={"symbol": 0, "quantity": 1}, template_name="My bank")
    assert depot.choose(check.draft.id, wishes, house.manager).can_import
    depot.run(check.draft.id, house.manager)
    again = depot.start(raw.replace(b"20", b"30"), "b.csv", FileKindName.HOLDINGS, house.manager)
    assert (again.template_name, again.can_import) == ("My bank", True)
    (template,) = depot.templates(house.manager)
    changed = depot.change_template(template.id, ImportTemplateChanges(name="Bank"), house.manager)
    assert (changed.name, changed.columns) == ("Bank", {"symbol": 0, "quantity": 1})
    assert depot.templates(house.stranger) == ()
    with pytest.raises(NotFound):
        depot.delete_template(template.id, house.stranger)
    depot.delete_template(template.id, house.manager)
    assert depot.templates(house.manager) == ()


def test_who_may_not_write_brings_nothing_and_strangers_see_nothing(house: Any, depot: HoldingsImports) -> None:
    for role, actor in house.actors.items():
        if Permission.PORTFOLIOS_WRITE not in PERMISSIONS[role]:
            with pytest.raises(NotAllowed):
                depot.start(PASTED, "a.csv", None, actor)
    done = booked(depot, PASTED, house.manager)
    for verb in (depot.get, depot.undo, depot.run, depot.rejects):
        with pytest.raises(NotFound):
            verb(done.id, house.stranger)
    assert depot.list(house.stranger) == ()
    mine = depot.start(PASTED, "a.csv", None, house.stranger)
    target = {"": TargetChoice(portfolio_id=done.portfolios[0][0])}
    check = depot.choose(mine.draft.id, ImportChoices(accounts=target), house.stranger)
    assert "no such portfolio" in check.problems[0].message
    assert [one.id for one in depot.list(house.actors[Role.COMPLIANCE])] == [done.id]


def test_short_holdings_need_a_portfolio_that_may_be_short(house: Any, depot: HoldingsImports) -> None:
    raw = b"symbol,quantity\nAAPL,10\nKO,-5\n"
    check = depot.start(raw, "short.csv", None, house.manager)
    assert "may not hold less than nothing" in check.problems[0].message
    target = {"": TargetChoice(name="Short", strategy=Strategy.LONG_SHORT)}
    assert depot.choose(check.draft.id, ImportChoices(accounts=target), house.manager).can_import


def test_exported_holdings_come_back_to_the_same_portfolio(house: Any, depot: HoldingsImports) -> None:
    """The promise of every export of holdings: nothing is lost on the way out and in."""
    likes = SimpleNamespace(get=lambda _actor: Preferences())
    exports = Exports(house.ports, portfolios=house.portfolios, preferences=likes)  # type: ignore[arg-type]
    for one in house.portfolios.list(house.manager):
        if one.strategy is Strategy.LONG_SHORT:
            continue
        raw = exports.holdings(one.id, "csv", house.manager).data
        check = depot.start(raw, "holdings.csv", None, house.manager)
        same = ImportChoices(accounts={"": TargetChoice(portfolio_id=one.id)})
        check = depot.choose(check.draft.id, same, house.manager)
        assert (check.problems_count, check.accounts[0].entries_count) == (0, 0), one.name  # nothing is to do
        fresh = {"": TargetChoice(name="Copy", base_currency=one.base_currency)}
        depot.choose(check.draft.id, ImportChoices(accounts=fresh), house.manager)
        ((copy_id, _),) = depot.run(check.draft.id, house.manager).imported.portfolios
        assert held(house, copy_id) == held(house, one.id)
