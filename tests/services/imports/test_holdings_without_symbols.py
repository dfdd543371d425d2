"""Is every unit of a file booked or handed back with a reason, where rows name securities without a usable symbol?"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.upload.holdings.securities import Security
from services.holdings_import import HoldingsImports
from services.holdings_import_symbols import alias_texts
from services.messages.holdings_import import HoldingsCheck, ImportChoices, SymbolChoice
from tests.services.imports.importing import held

TWO = ("AAPL", "MSFT")
SYMBOLS = st.sampled_from(["", "--", "n/a", "(1)", "***", "N/A?", "AAPL", "BOND 1"])
NAMES = st.sampled_from(["", "--", "Alpha Fund", "ALPHA  fund", "Beta Fund", "Gamma Fund"])
ROWS = st.lists(st.tuples(SYMBOLS, NAMES, st.integers(1, 1000)), min_size=1, max_size=8)


def answered(depot: HoldingsImports, raw: str, actor: Any, skipped: str = "") -> HoldingsCheck:
    """Bring a file, choose one of two assets for each name that asks for one, and leave problems out."""
    check = depot.start(raw.encode(), "names.csv", None, actor)
    asked = sorted(one.key for one in check.symbols if one.status == "unknown")
    symbols = {key: SymbolChoice(asset=TWO[n % 2]) for n, key in enumerate(asked)}
    if skipped in {one.key for one in check.symbols}:
        symbols[skipped] = SymbolChoice(skip=True)
    return depot.choose(check.draft.id, ImportChoices(symbols=symbols, leave_out_problems=True), actor)


def handed_back(depot: HoldingsImports, import_id: str, actor: Any) -> list[dict[str, str]]:
    """Return the rows that are not booked."""
    return list(csv.DictReader(io.StringIO(depot.rejects(import_id, actor).decode("utf-8-sig"))))


def test_names_without_symbols_are_asked_for_one_by_one(house: Any, depot: HoldingsImports) -> None:
    raw = "Name,Quantity,Currency\nAlpha Fund,10,USD\nBeta Fund,20,USD\nGamma Fund,30,USD\nalpha  fund,5,USD\n"
    check = depot.start(raw.encode(), "funds.csv", None, house.manager)
    counts = {one.key: one.rows_count for one in check.symbols}
    assert counts == {"alpha fund": 2, "beta fund": 1, "gamma fund": 1}
    one = ImportChoices(symbols={"alpha fund": SymbolChoice(asset="AAPL")})
    check = depot.choose(check.draft.id, one, house.manager)
    assert (check.step, check.can_import) == ("symbols", False)
    check = answered(depot, raw, house.manager)
    done = depot.run(check.draft.id, house.manager).imported
    assert held(house, done.portfolios[0][0]) == {"AAPL": Decimal(45), "MSFT": Decimal(20)}
    assert "AAPL stands in 3 rows, which are added up." in check.notes
    again = depot.start(raw.encode(), "funds.csv", None, house.manager)
    assert {one.key: one.asset_symbol for one in again.symbols} == {
        "alpha fund": "AAPL", "beta fund": "MSFT", "gamma fund": "AAPL",
    }  # fmt: skip


def test_transactions_without_symbols_all_count(house: Any, depot: HoldingsImports) -> None:
    raw = (
        "Date,Type,Name,Quantity,Price,Amount,Currency\n2022-03-01,Deposit,,,,1000,USD\n"
        "2022-03-04,Buy,Alpha Fund,10,1,-10,USD\n2022-03-04,Buy,Beta Fund,20,1,-20,USD\n"
    )
    check = answered(depot, raw, house.manager)
    (account,) = check.accounts
    assert (len(check.symbols), account.entries_count, account.cash) == (2, 3, (("USD", Decimal(970)),))


@pytest.mark.parametrize("symbols", [("(1)", "(2)"), ("***", "***"), ("N/A?", "N/A?")])
def test_unreadable_symbols_are_told_row_by_row(house: Any, depot: HoldingsImports, symbols: tuple[str, str]) -> None:
    raw = f"Symbol,Name,Quantity\n{symbols[0]},Alpha,10\n{symbols[1]},Beta,20\n"
    check = depot.start(raw.encode(), "signs.csv", None, house.manager)
    assert [(one.line, one.column) for one in check.problems] == [(2, "Symbol"), (3, "Symbol")]
    assert all("is not a symbol" in one.message for one in check.problems)


def test_rows_that_name_nothing_are_rejected(house: Any, depot: HoldingsImports) -> None:
    raw = "Symbol,Name,Quantity,Currency\n--,--,10,USD\n,n/a,20,USD\nAAPL,Apple,3,USD\n"
    check = depot.start(raw.encode(), "blank.csv", None, house.manager)
    assert [(one.line, one.message) for one in check.problems] == [
        (2, "The row names no security."), (3, "The row names no security."),
    ]  # fmt: skip


def test_a_row_that_another_one_keeps_from_being_booked_is_handed_back(house: Any, depot: HoldingsImports) -> None:
    check = answered(depot, "Symbol,Quantity,Price\nAAPL,1,5\nAAPL,2,-5\nMSFT,4,5\n", house.manager)
    assert check.left_out is not None
    assert check.left_out.lines == (2, 3)
    done = depot.run(check.draft.id, house.manager).imported
    assert held(house, done.portfolios[0][0]) == {"MSFT": Decimal(4)}
    rows = handed_back(depot, done.id, house.manager)
    assert [one["Quantity"] for one in rows] == ["1", "2"]
    assert rows[0]["Why it was left out"] == "AAPL stays as it is held, because another row about it is left out."


def test_long_names_that_begin_alike_are_remembered_apart() -> None:
    one, other = (alias_texts(Security(name="Fund of many words " * 8 + last)) for last in ("A", "B"))
    assert one != other
    assert all(len(text) <= 120 for text in (*one, *other))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, is_traded=st.booleans(), skipped=st.sampled_from(["", "beta fund"]))
def test_no_unit_is_lost(
    house: Any, depot: HoldingsImports, rows: list[tuple[str, str, int]], is_traded: bool, skipped: str
) -> None:
    heads = "Date,Type,Symbol,Name,Quantity,Price,Currency" if is_traded else "Symbol,Name,Quantity,Currency"
    lines = [
        f"2022-12-0{n + 1},Buy,{symbol},{name},{units},1,USD" if is_traded else f"{symbol},{name},{units},USD"
        for n, (symbol, name, units) in enumerate(rows)
    ]
    check = answered(depot, "\n".join([heads, *lines]) + "\n", house.manager, skipped)
    booked: dict[str, Decimal] = {}
    if check.can_import:
        booked = held(house, depot.run(check.draft.id, house.manager).imported.portfolios[0][0])
    back = handed_back(depot, check.draft.id, house.manager)
    assert all(one["Why it was left out"] for one in back)
    units_back = sum((Decimal(one["Quantity"]) for one in back), Decimal(0))
    assert sum(booked.values(), units_back) == sum(units for _, _, units in rows)
