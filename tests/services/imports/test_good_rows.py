"""Is it told beforehand what the good rows alone lack, is doubt about a name shown, and is half a file never a file?"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from data.upload.holdings.reading import read_rows
from services import holdings_import
from services.errors import InvalidRequest
from services.holdings_import import HoldingsImports
from services.messages.holdings_import import FileKindName, HoldingsCheck, ImportChoices, SymbolChoice, TargetChoice
from tests.services.imports.importing import HEADER, booked, held

SAP_ISIN = "DE0007164600"


def told(check: HoldingsCheck) -> str:
    assert check.left_out is not None
    return " ".join(check.left_out.sentences)


def test_left_out_transactions_are_told_by_position_and_cash(house: Any, depot: HoldingsImports) -> None:
    rows = ("2022-12-02,Buy,AAPL,10,100,,USD", "2022-12-20,Sell,AAPL,40,130,,USD", "2022-12-21,Buy,KO,x,60,,USD")
    check = depot.start((HEADER + "\n".join(rows)).encode(), "t.csv", None, house.manager)
    assert check.left_out is not None
    assert check.left_out.lines == (3, 4)
    said = told(check)
    assert "AAPL: 40 more held than the file says." in said
    assert "Cash in USD: 5,200.00 USD less than the file says." in said
    assert "1 row cannot be read (KO)" in said
    assert (check.step, check.can_import) == ("check", False)
    check = depot.choose(check.draft.id, ImportChoices(leave_out_problems=True), house.manager)
    assert (check.can_import, check.accounts[0].cash) == (True, (("USD", Decimal(-1000)),))


def test_left_out_holdings_are_told_by_what_is_held_afterwards(house: Any, depot: HoldingsImports) -> None:
    portfolio_id = booked(depot, b"symbol,quantity\nAAPL,100\nMSFT,5\n", house.manager).portfolios[0][0]
    raw = b"symbol,quantity\nAAPL.US,ten\nMSFT,10\nKO,?\nXOM,3\nCash,much\n"
    check = depot.start(raw, "h.csv", None, house.manager)
    wishes = ImportChoices(
        accounts={"": TargetChoice(portfolio_id=portfolio_id)},
        symbols={"XOM": SymbolChoice(skip=True)},
        leave_out_problems=True,
    )
    check = depot.choose(check.draft.id, wishes, house.manager)
    said = told(check)
    assert "Lines 2, 4, 5, 6 of the file are not booked." in said
    assert "Held afterwards without these rows: AAPL.US 100." in said
    assert "Not held afterwards: KO, XOM." in said
    assert "Cash that these rows state is not booked" in said
    done = depot.run(check.draft.id, house.manager).imported
    assert held(house, portfolio_id) == {"AAPL": Decimal(100), "MSFT": Decimal(10)}
    rows = list(csv.reader(io.StringIO(depot.rejects(done.id, house.manager).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["AAPL.US", "KO", "XOM", "Cash"]
    assert rows[3][-1] == "The name XOM was left out by hand."


def test_rows_beyond_the_problems_that_are_told_are_handed_back_too(house: Any, depot: HoldingsImports) -> None:
    raw = b"symbol,quantity\nKO,1\n" + b"AAPL,x\n" * 700
    check = depot.start(raw, "many.csv", None, house.manager)
    assert (check.problems_count, check.rejects_count) == (700, 700)
    assert len(depot.rejects(check.draft.id, house.manager).splitlines()) == 701


def test_a_symbol_whose_isin_is_not_stored_is_shown_until_it_is_accepted(house: Any, depot: HoldingsImports) -> None:
    raw = f"symbol,isin,quantity\nAAPL,{SAP_ISIN},5\n".encode()
    for _ in range(2):  # booked without a word on it, the next file shows it again
        check = depot.start(raw, "a.csv", None, house.manager)
        (one,) = check.symbols
        assert (one.status, one.asset_symbol, check.can_import) == ("known", "AAPL", True)
        assert one.caution == f"Matched by symbol only: the file's ISIN {SAP_ISIN} is not stored here."
        depot.run(check.draft.id, house.manager)
    draft = depot.start(raw, "b.csv", None, house.manager).draft
    chosen = depot.choose(draft.id, ImportChoices(symbols={"AAPL": SymbolChoice(asset="AAPL")}), house.manager)
    assert (chosen.symbols[0].status, chosen.symbols[0].caution) == ("chosen", "")
    depot.run(draft.id, house.manager)
    (again,) = depot.start(raw, "c.csv", None, house.manager).symbols
    assert (again.status, again.caution) == ("remembered", "")
    (plain,) = depot.start(b"symbol,quantity\nKO,5\n", "d.csv", None, house.manager).symbols
    assert (plain.status, plain.caution) == ("known", "")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'symbol,quantity,note\nAAPL,1,"x\nMSFT,2,y\n', "quotation mark in line 2 is not closed"),
        (b"symbol,quantity" + b",c" * 498 + b"\nAAPL,1\n", "500 columns, more than the 60 allowed"),
    ],
)
def test_what_cannot_be_read_whole_is_refused_and_not_kept(
    house: Any, depot: HoldingsImports, raw: bytes, says: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        depot.start(raw, "a.csv", None, house.manager)
    assert says in refused.value.message
    assert not [one for one in depot.list(house.manager) if one.state == "draft"]


def test_a_column_of_too_many_names_is_no_column_of_names(house: Any, depot: HoldingsImports) -> None:
    raw = ("symbol,quantity\n" + "".join(f"A{n}X,1\n" for n in range(5_001))).encode()
    check = depot.start(raw, "n.csv", None, house.manager)
    assert (check.step, check.symbols) == ("columns", ())
    assert "name 5,001 securities" in check.problems[0].message


def test_a_file_is_read_once_to_be_looked_at(depot: HoldingsImports, house: Any, monkeypatch: Any) -> None:
    read: list[int] = []

    def counted(raw: bytes, *rest: Any) -> Any:
        read.append(len(raw))
        return read_rows(raw, *rest)

    monkeypatch.setattr(holdings_import, "read_rows", counted)
    depot.start(b"symbol,quantity\nKO,5\n", "a.csv", FileKindName.HOLDINGS, house.manager)
    assert len(read) == 1
