"""Do the controls of an import of holdings become exactly what was changed?"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from callbacks import imports_history, present_holdings_history, present_holdings_import
from callbacks.actor import Permission
from callbacks.holdings_answers import acted, changed
from callbacks.present_holdings_import import key_of
from services.errors import InvalidRequest
from services.messages.holdings_import import HoldingsCheck, ImportChoices, NewAsset, SymbolChoice

WHEN = datetime(2022, 12, 30, tzinfo=UTC)


def check(**more: Any) -> HoldingsCheck:
    draft = {
        "id": "i-1", "state": "draft", "kind": "holdings", "file_name": "a.csv", "sha256": "ab" * 32, "size_bytes": 9,
        "created_at_utc": WHEN, "imported_at_utc": None, "by": None, "portfolios": (), "entries_count": 0,
        "rejects_count": 0, "new_assets": (), "unpriced": (), "undone_at_utc": None, "undone_by": None,
        "sentence": "Not booked yet.", "row_version": 1,
    }  # fmt: skip
    account = {
        "key": "", "account": "", "rows_count": 1, "portfolio_id": None, "portfolio_name": "a", "base_currency": "USD",
        "strategy": "long_only", "positions_count": 1, "entries_count": 1, "duplicates_count": 0, "cash": (),
        "value_ccy": None, "priced_value_ccy": Decimal(0), "as_of": "2022-12-28", "unpriced": ("PRIV",),
    }  # fmt: skip
    symbol = {
        "key": "PRIV", "symbol": "PRIV", "identifiers": (), "name": "Fund", "currency": "USD", "rows_count": 1,
        "status": "unknown", "asset_symbol": None, "asset_name": None, "candidates": (),
        "suggestion": {"symbol": "PRIV", "name": "Fund", "currency": "USD"}, "is_priced": False,
    }  # fmt: skip
    columns = [{"heading": "S", "field": "symbol", "label": "Symbol"}, {"heading": "Q", "field": None, "label": None}]
    usual = {
        "draft": draft, "choices": {}, "step": "symbols", "layout": "generic_holdings", "layout_label": "Table",
        "file_words": "CSV", "header_line": 1, "template_name": None, "columns": columns, "sample": (("PRIV", "5"),),
        "rows_count": 1, "questions": (), "symbols": (symbol,), "accounts": (account,), "needs_value": True,
        "dropped": (), "duplicates_count": 0, "repeats_count": 0, "notes": (), "problems": (), "problems_count": 0,
        "rejects_count": 0, "left_out": None, "already": None, "can_import": False, "sentence": "1 name to find.",
    }  # fmt: skip
    return HoldingsCheck.model_validate(usual | more)


def test_controls_that_say_what_holds_change_nothing() -> None:
    said = {
        "layout": "generic_holdings", "column:0": "symbol", "column:1": "", "as_of": "2022-12-28", "total": None,
        f"target:{key_of('')}": "new", f"name:{key_of('')}": "a", "leave": "all", "template": "Table",
    }  # fmt: skip
    assert changed(check(), said) is None


def test_a_column_that_is_given_another_meaning_takes_it_from_the_one_that_had_it() -> None:
    said = {"column:0": "symbol", "column:1": "symbol"}
    assert changed(check(), said) == ImportChoices(columns={"symbol": 1})


def test_answers_become_choices() -> None:
    asked = check(questions=({"name": "word:kauf", "sentence": "?", "options": (("buy", "Purchase"),)},))
    said = {"word:kauf": "buy", f"asset:{key_of('PRIV')}": " aapl ", "total": "1,000,000", "leave": "good"}
    found = changed(asked, said)
    assert found is not None
    assert found.model_dump(exclude_unset=True) == {
        "words": {"kauf": "buy"}, "symbols": {"PRIV": SymbolChoice(asset="AAPL").model_dump(exclude_unset=True)},
        "total_value_ccy": Decimal(1_000_000), "leave_out_problems": True,
    }  # fmt: skip
    with pytest.raises(InvalidRequest):
        changed(asked, {"total": "a lot"})


def test_buttons_at_a_name_choose_make_and_leave_out() -> None:
    key = key_of("PRIV")
    own = NewAsset(symbol="PRIV", name="Fund", currency="USD")
    assert acted(check(), f"new:{key}") == ImportChoices(symbols={"PRIV": SymbolChoice(new=own)})
    assert acted(check(), f"skip:{key}") == ImportChoices(symbols={"PRIV": SymbolChoice(skip=True)})
    assert acted(check(), f"pick:{key}:KO") == ImportChoices(symbols={"PRIV": SymbolChoice(asset="KO")})
    assert acted(check(), "skip:gone") is None


def test_every_step_is_drawn_in_the_readers_numbers() -> None:
    style = "point"
    shown = str(present_holdings_import.symbols_step(check(), style))
    assert "Not known" in shown
    assert "Make an own asset" in shown
    problem = {"line": 1234, "column": "Q", "message": "“x” is not a number.", "advice": "Write it."}
    left_out = {"rows_count": 1, "lines": (1234,), "sentences": ("Held afterwards without these rows: KO 1,234.5.",)}
    wrong = check(
        problems=(problem,), problems_count=1, rejects_count=1, left_out=left_out, needs_value=False,
        choices={"leave_out_problems": True},
    )  # fmt: skip
    shown = str(present_holdings_import.check_step(wrong, [], ["USD"], style))
    assert "1.234" in shown
    assert "Import the good rows only" in shown
    assert "1 row left out" in shown
    assert "KO 1.234,5" in shown
    assert "Without a price" in shown
    assert "/download/imports/holdings/i-1/rejected-rows.csv" in shown
    booked = wrong.draft.model_copy(
        update={"state": "imported", "sentence": "1,234 entries in “a”.", "by": "Paula", "imported_at_utc": WHEN}
    )
    assert "1.234 entries" in str(present_holdings_history.undo_words(booked, style))


def test_a_file_that_cannot_be_read_says_why_where_its_columns_are_chosen() -> None:
    problem = {"line": 2, "column": "Q", "message": "“XAU” is not a currency.", "advice": "Write another one."}
    stuck = {"step": "columns", "problems": (problem,), "problems_count": 1}
    shown = str(present_holdings_import.columns_step(check(**stuck), [], [], "point"))
    assert "“XAU” is not a currency." in shown
    asked = ({"name": "decimal", "sentence": "Which?", "options": ((".", "Thousands"), (",", "Decimals"))},)
    shown = str(present_holdings_import.columns_step(check(**stuck, questions=asked), [], [], "point"))
    assert "“XAU”" not in shown  # what is asked may answer it
    assert "placeholder='Please choose'" in shown


def test_names_known_by_symbol_only_are_accepted_one_by_one_or_all_at_once() -> None:
    words = "Matched by symbol only: the file's ISIN DE0007164600 is not stored here."
    known = check().symbols[0].model_copy(update={"status": "known", "asset_symbol": "KO", "caution": words})
    two = check(symbols=(known.model_dump(), known.model_copy(update={"key": "B", "asset_symbol": "PEP"}).model_dump()))
    shown = str(present_holdings_import.symbols_step(two, "point"))
    for part in ("By symbol only", words, "Accept all by symbol", f"pick:{key_of('PRIV')}:KO"):
        assert part in shown
    assert "Matched by symbol only" in str(present_holdings_import.check_step(two, [], ["USD"], "point"))
    assert acted(two, "accept:all") == ImportChoices(
        symbols={"PRIV": SymbolChoice(asset="KO"), "B": SymbolChoice(asset="PEP")}
    )
    assert acted(check(), "accept:all") is None


def test_the_page_of_imports_is_not_refused_to_those_who_bring_market_data_alone(monkeypatch: Any) -> None:
    monkeypatch.setattr(imports_history, "may", lambda permission: permission is Permission.MARKET_IMPORT)
    shown = imports_history.show_history.__wrapped__(None, None)
    assert [one.children for one in shown] == ["Only those who may see portfolios see this."] * 2
