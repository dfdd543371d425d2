"""Is nothing booked that a file does not say, and nothing sold that a left-out row was about?"""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from services.errors import InvalidRequest
from services.holdings_import import HoldingsImports
from services.messages.holdings_import import ImportChoices, NewAsset, SymbolChoice, TargetChoice
from tests.services.imports.importing import HEADER, booked, held

BEGUN = b"symbol,quantity\nAAPL,100\nMSFT,5\n"
DAY_ONE, DAY_TWO = "03/04/2022", "05/06/2022"


def test_an_oversale_that_is_left_out_is_not_booked(house: Any, depot: HoldingsImports) -> None:
    rows = ("2022-12-02,Buy,AAPL,10,100,,USD", "2022-12-20,Sell,AAPL,40,130,,USD", "2022-12-21,Sell,AAPL,4,130,,USD")
    done = booked(depot, (HEADER + "\n".join(rows)).encode(), house.manager, leave_out_problems=True)
    portfolio_id = done.portfolios[0][0]
    assert (done.entries_count, done.rejects_count) == (2, 1)
    assert held(house, portfolio_id) == {"AAPL": Decimal(6)}
    (cash,) = house.portfolios.get(portfolio_id, house.manager).cash
    assert cash.amount == Decimal(-1000 + 4 * 130)


def test_securities_with_one_ticker_stay_several(house: Any, depot: HoldingsImports) -> None:
    raw = b"Symbol,ISIN,Quantity,Currency\nAAPL,US0378331005,10,USD\nAAPL,DE0007164600,7,USD\n"
    check = depot.start(raw, "two.csv", None, house.manager)
    assert {one.key for one in check.symbols} == {"AAPL US0378331005", "AAPL DE0007164600"}
    assert (check.step, check.can_import) == ("symbols", False)
    told = next(one for one in check.symbols if one.key.endswith("DE0007164600"))
    assert (told.status, told.candidates[0].symbol) == ("unknown", "AAPL")
    names = {
        "AAPL US0378331005": SymbolChoice(asset="AAPL"),
        "AAPL DE0007164600": SymbolChoice(new=NewAsset(symbol="OTHER", name="Other", currency="USD")),
    }
    depot.choose(check.draft.id, ImportChoices(symbols=names), house.manager)
    done = depot.run(check.draft.id, house.manager).imported
    assert held(house, done.portfolios[0][0]) == {"AAPL": Decimal(10), "OTHER": Decimal(7)}


def test_replacing_keeps_what_a_left_out_row_is_about(house: Any, depot: HoldingsImports) -> None:
    portfolio_id = booked(depot, BEGUN, house.manager).portfolios[0][0]
    into = {"": TargetChoice(portfolio_id=portfolio_id)}
    raw = b"symbol,quantity\nAAPL,ten\nMSFT,10\n"
    booked(depot, raw, house.manager, accounts=into, leave_out_problems=True)
    assert held(house, portfolio_id) == {"AAPL": Decimal(100), "MSFT": Decimal(10)}
    skip = {"AAPL": SymbolChoice(skip=True)}
    booked(depot, b"symbol,quantity\nAAPL,1\nMSFT,11\n", house.manager, accounts=into, symbols=skip)
    assert held(house, portfolio_id) == {"AAPL": Decimal(100), "MSFT": Decimal(11)}


def test_an_identifier_counts_more_than_a_symbol_that_was_remembered(house: Any, depot: HoldingsImports) -> None:
    booked(depot, b"symbol,quantity\nFOO,3\n", house.manager, symbols={"FOO": SymbolChoice(asset="AAPL")})
    (again,) = depot.start(b"symbol,quantity\nFOO,4\n", "a.csv", None, house.manager).symbols
    assert (again.status, again.asset_symbol) == ("remembered", "AAPL")
    for raw in (b"symbol,isin,quantity\nFOO,DE0007164600,3\n", b"symbol,quantity,currency\nFOO,3,EUR\n"):
        (told,) = depot.start(raw, "b.csv", None, house.manager).symbols
        assert told.status == "unknown", raw


def test_percent_cells_of_a_workbook_are_percent_and_doubt_is_asked(house: Any, depot: HoldingsImports) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Symbol", "Weight %"], ["AAPL", 0.4], ["MSFT", 0.6]):
        sheet.append(row)
    sheet["B2"].number_format = sheet["B3"].number_format = "0.00%"
    raw = io.BytesIO()
    book.save(raw)
    whole = ImportChoices(total_value_ccy=Decimal(100_000))
    check = depot.start(raw.getvalue(), "w.xlsx", None, house.manager)
    check = depot.choose(check.draft.id, whole, house.manager)
    assert abs(dict(check.accounts[0].cash).get("USD", Decimal(0))) < 1
    check = depot.start(b"Symbol,Weight %\nAAPL,0.4\nMSFT,0.6\n", "w.csv", None, house.manager)
    assert [one.name for one in check.questions] == ["weight_unit"]
    answers = ImportChoices(total_value_ccy=Decimal(100_000), weight_unit="fraction")
    check = depot.choose(check.draft.id, answers, house.manager)
    assert abs(dict(check.accounts[0].cash).get("USD", Decimal(0))) < 1


def test_two_accounts_go_into_one_portfolio_together(house: Any, depot: HoldingsImports) -> None:
    portfolio_id = booked(depot, BEGUN, house.manager).portfolios[0][0]
    target = TargetChoice(portfolio_id=portfolio_id)
    raw = b"account,symbol,quantity\nA,AAPL,10\nB,AAPL,20\n"
    booked(depot, raw, house.manager, accounts={"a": target, "b": target})
    assert held(house, portfolio_id) == {"AAPL": Decimal(30)}


def test_answers_that_no_file_can_have_are_refused(house: Any, depot: HoldingsImports) -> None:
    draft = depot.start(BEGUN, "a.csv", None, house.manager).draft
    today = house.ports.clock.now_utc().date()
    for name, wrong in (
        ("currency", {"currency": "ZZZ"}),
        ("words.x", {"words": {"x": "bogus"}}),
        ("as_of", {"as_of": date(1, 1, 1)}),
        ("as_of", {"as_of": today + timedelta(days=1)}),
    ):
        with pytest.raises(InvalidRequest) as refused:
            depot.choose(draft.id, ImportChoices(**wrong), house.manager)
        assert [one.path for one in refused.value.fields] == [name]


def test_the_order_of_days_of_a_general_header_is_asked_again(house: Any, depot: HoldingsImports) -> None:
    header = "Date,Type,Symbol,Quantity,Price,Currency\n"
    first = f"{header}{DAY_ONE},Buy,AAPL,10,170,USD\n".encode()
    booked(depot, first, house.manager, day_order="day_first")
    check = depot.start(f"{header}{DAY_TWO},Buy,MSFT,10,170,USD\n".encode(), "b.csv", None, house.manager)
    assert [one.name for one in check.questions] == ["day_order"]


def test_figures_beyond_the_ledger_are_problems(house: Any, depot: HoldingsImports) -> None:
    rows = ("2022-12-02,Buy,AAPL,900000000000,9000000000,,USD", "2022-12-02,Buy,AAPL,1e-300,,100,USD",
            "2022-12-02,Buy,AAPL,-5,100,,USD")  # fmt: skip
    check = depot.start((HEADER + "\n".join(rows)).encode(), "h.csv", None, house.manager)
    assert ([one.line for one in check.problems], check.can_import) == ([2, 3, 4], False)


def test_stated_cash_counts_beside_weights_and_weights_are_not_left_out(house: Any, depot: HoldingsImports) -> None:
    total = Decimal(100_000)
    draft = depot.start(b"symbol,quantity,weight\nAAPL,,50%\nCash,30000,\n", "m.csv", None, house.manager).draft
    check = depot.choose(draft.id, ImportChoices(total_value_ccy=total), house.manager)
    assert check.accounts[0].cash == (("USD", Decimal(30_000)),)
    draft = depot.start(b"symbol,weight\nAAPL,50%\nMSFT,x\n", "n.csv", None, house.manager).draft
    check = depot.choose(draft.id, ImportChoices(total_value_ccy=total, leave_out_problems=True), house.manager)
    assert (check.step, check.can_import) == ("check", False)


def test_undoing_gives_the_inception_back(house: Any, depot: HoldingsImports) -> None:
    portfolio_id = booked(depot, BEGUN, house.manager).portfolios[0][0]
    begun = house.portfolios.get(portfolio_id, house.manager).inception_on
    raw = (HEADER + "2015-01-05,Buy,AAPL,1,20,,USD\n").encode()
    done = booked(depot, raw, house.manager, accounts={"": TargetChoice(portfolio_id=portfolio_id)})
    assert house.portfolios.get(portfolio_id, house.manager).inception_on == date(2015, 1, 5)
    depot.undo(done.id, house.manager)
    assert house.portfolios.get(portfolio_id, house.manager).inception_on == begun
