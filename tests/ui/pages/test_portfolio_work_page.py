"""Do edits on paper, versions and notes read as figures and sentences, and offer only what their reader may do?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from dash import no_update

from callbacks import present_portfolio_notes, present_portfolio_versions
from callbacks import present_portfolio_what_if as present
from callbacks.portfolio_what_if import wish_of
from components.portfolio_holdings import ALWAYS, COLUMNS, USUAL, shown_columns, tall
from services.errors import FieldProblem, InvalidRequest
from services.messages.portfolio_notes import NoteView
from services.messages.portfolio_versions import ChangedPosition, VersionDifference, VersionView
from services.messages.portfolio_what_if import (
    DraftView,
    EditedPosition,
    WhatIfAnswer,
    WhatIfFigure,
    WhatIfPosition,
)
from services.messages.portfolios import LimitCheck, LimitState

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def position(symbol: str, **changed: Any) -> WhatIfPosition:
    usual: dict[str, Any] = {
        "symbol": symbol, "name": f"{symbol} Inc.", "sector": "Energy", "price_ccy": 50.0, "is_edited": True,
        "by": "hand",
        "quantity_before": Decimal(60), "quantity_after": Decimal(100), "value_before_ccy": Decimal(3000),
        "value_after_ccy": Decimal(5000), "weight_before_frac": 0.3, "weight_after_frac": 0.5001, "wished_frac": 0.5,
        "trade_quantity": Decimal(40), "trade_ccy": Decimal(2000), "cost_ccy": Decimal(1),
    }  # fmt: skip
    return WhatIfPosition.model_validate(usual | changed)


def answer(**changed: Any) -> WhatIfAnswer:
    usual: dict[str, Any] = {
        "portfolio_id": "p-1", "name": "Mine", "base_currency": "USD", "as_of": date(2022, 12, 28), "edits_count": 1,
        "value_before_ccy": Decimal(10000), "value_after_ccy": Decimal(9999), "cash_before_ccy": Decimal(4500),
        "cash_after_ccy": Decimal(2499), "cash_before_frac": 0.45, "cash_after_frac": 0.25, "traded_ccy": Decimal(2000),
        "turnover_frac": 0.1, "cost_ccy": Decimal(1), "cost_frac": 0.0001, "assumed_spread_frac": 0.001,
        "assumed_spread_symbols": ("AAA",), "positions": (position("AAA"),),
        "risk": (
            WhatIfFigure(name="volatility", label="x", before_frac=0.12, after_frac=0.15),
            WhatIfFigure(name="tracking_error", label="x", before_frac=None, after_frac=None, note="No benchmark."),
        ),
        "limits_before": (), "limits_after": (), "compliance": None, "compliance_note": "You may not see the rules.",
        "sentence": "x", "is_sample": False,
    }  # fmt: skip
    return WhatIfAnswer.model_validate(usual | changed)


def test_the_bar_has_every_figure_in_the_reader_s_digits_with_the_one_before_below() -> None:
    shown = str(present.figures(answer(), "point"))
    for words in (
        "2.499,00",
        "25,0%",
        "10,0%",
        "15,00%",
        "before 12,00%",
        "No benchmark.",
        "You may not see the rules.",
    ):
        assert words in shown, words
    assert "0,05% of each trade in AAA" in shown


def test_broken_limits_are_counted_where_they_are_folded_away() -> None:
    broken = LimitCheck(
        name="Largest position", kind="position_max", scope="AAA", value_frac=0.5, max_frac=0.35, used_frac=1.4,
        state=LimitState.RED, sentence="AAA is 50.0%, 15.0 pp above the limit of 35.0%.",
    )  # fmt: skip
    shown = str(present.figures(answer(limits_after=(broken,)), "comma"))
    assert "Limits, rules and costs: 1 limit broken" in shown
    assert "15.0 pp above the limit" in shown


def test_a_refused_edit_names_field_cause_and_way_out() -> None:
    refusal = InvalidRequest(
        "x", fields=(FieldProblem("edits[0]", "There is no asset with the symbol 'X'.", "Choose."),)
    )
    shown = str(present.problem(refusal))
    assert "There is no asset with the symbol 'X'. Choose." in shown


def test_an_edit_of_what_is_no_asset_is_named_so_that_the_grid_lets_it_go() -> None:
    edits = (EditedPosition(symbol="AAA", weight_frac=-0.1), EditedPosition(symbol="ZZZZ", weight_frac=0.0))
    said = FieldProblem("edits[1].symbol", "There is no asset with the symbol 'ZZZZ'.", "Choose one from the list.")
    refusal = InvalidRequest("x", fields=(FieldProblem("edits[0]", "The weight of AAA is negative."), said))
    assert present.unknown_of(refusal, edits) == ["ZZZZ"]
    assert present.nothing_seen("p-1", ["ZZZZ"])["unknown"] == ["ZZZZ"]


def test_a_weight_out_of_all_bounds_is_refused_by_the_name_of_its_asset() -> None:
    given = {"edits": [{"symbol": "AAA", "weight_frac": 0.1}, {"symbol": "BBB", "weight_frac": 50.0}]}
    with pytest.raises(InvalidRequest, match="The weight of BBB is more than ten times the portfolio's value"):
        wish_of(given)
    with pytest.raises(InvalidRequest, match="Some edits are too large, too many or no numbers"):
        wish_of({"edits": [{"symbol": "AAA", "weight_frac": 0.1}] * 501})


def test_the_grid_is_told_what_it_must_know_of_what_is_only_bought() -> None:
    bought = position("BBB", quantity_before=Decimal(0), price_ccy=20.0)
    told = present.seen(answer(positions=(position("AAA"), bought, position("CCC", is_edited=False))))
    assert told["positions"]["BBB"] == {"name": "BBB Inc.", "sector": "Energy", "price_ccy": 20.0, "is_held": False}
    assert set(told["positions"]) == {"AAA", "BBB"}
    edits = (EditedPosition(symbol="AAA", weight_frac=0.5), EditedPosition(symbol="B", quantity=Decimal("1.5")))
    assert present.loaded("p-1", edits)["edits"] == [
        {"symbol": "AAA", "weight_frac": 0.5, "by": "hand"}, {"symbol": "B", "quantity": "1.5", "by": "hand"},
    ]  # fmt: skip


def version(number: int, **changed: Any) -> VersionView:
    usual: dict[str, Any] = {
        "kind": "holdings", "number": number, "at_utc": AT, "by_id": "u-1", "by_name": "Ann", "why": "2 trades",
        "entries_count": 2, "positions_count": 5, "is_current": False,
    }  # fmt: skip
    return VersionView.model_validate(usual | changed)


def test_each_version_stands_with_its_maker_and_reason_and_a_way_back_for_those_who_may() -> None:
    found = [version(2, is_current=True), version(1, by_name=None), version(1, kind="target", by_id=None, by_name=None)]
    shown = str(present_portfolio_versions.versions(found, may_write=True))
    for words in (
        "Holdings 2",
        "In force",
        "Ann",
        "2 trades",
        "Somebody outside your teams",
        "The product",
        "Target 1",
    ):
        assert words in shown, words
    assert shown.count("Restore holdings") == 1 * shown.count("Restore holdings 1")
    assert "Restore holdings 2" not in shown
    assert "Restore" not in str(present_portfolio_versions.versions(found, may_write=False))
    assert "No versions yet" in str(present_portfolio_versions.versions([], may_write=True))
    assert [one["value"] for one in present_portfolio_versions.options(found[:2])] == ["2", "1", "0"]


def test_a_difference_has_units_weights_and_money_with_signs() -> None:
    line = ChangedPosition(
        symbol="AAA", name="Alpha", change="changed", quantity_before=Decimal(60), quantity_after=Decimal(100),
        value_before_ccy=Decimal(3000), value_after_ccy=Decimal(5000), value_change_ccy=Decimal(2000),
        weight_before_frac=0.3, weight_after_frac=0.5, weight_change_frac=0.2,
    )  # fmt: skip
    found = VersionDifference(
        kind="holdings", before=1, after=2, base_currency="USD", as_of=date(2022, 12, 28),
        value_before_ccy=Decimal(10000), value_after_ccy=Decimal(10000), same_count=0, positions=(line,),
        sentence="1 changed.",
    )  # fmt: skip
    shown = str(present_portfolio_versions.difference(found, "comma"))
    for words in ("AAA", "Changed", "60", "100", "30.0%", "50.0%", "+20.0 pp", "+2,000.00", "1 changed."):
        assert words in shown, words
    target = str(present_portfolio_versions.difference(found.model_copy(update={"kind": "target"}), "comma"))
    assert "Units before" not in target


def test_a_draft_leads_into_the_grid_and_on_to_rebalancing() -> None:
    draft = DraftView(
        id="d-1", portfolio_id="p-1", name="Less of BBB", weights_frac={"AAA": 0.5, "BBB": 0.1}, edits=(),
        made_by_id="u-1", made_by_name="Ann", made_at_utc=AT, row_version=1,
    )  # fmt: skip
    shown = str(present_portfolio_versions.drafts([draft], "comma", may_write=True))
    for words in ("Less of BBB", "AAA 50.0%, BBB 10.0%", "/rebalance?portfolio=p-1&wish=d-1", "Delete Less of BBB"):
        assert words in shown, words
    assert "Delete" not in str(present_portfolio_versions.drafts([draft], "comma", may_write=False))
    assert "No drafts" in str(present_portfolio_versions.drafts([], "comma", may_write=True))


def test_only_the_writer_of_a_note_is_offered_to_change_it() -> None:
    note = NoteView(
        id="n-1", portfolio_id="p-1", text="Call.", written_by_id="u-1", written_by_name="Ann", written_at_utc=AT,
        is_edited=True, is_own=True, row_version=2,
    )  # fmt: skip
    shown = str(present_portfolio_notes.notes([note], may_write=True))
    assert all(words in shown for words in ("Call.", "Ann", "changed since", "Edit", "Delete"))
    other = note.model_copy(update={"is_own": False, "written_by_name": None})
    assert "Edit" not in str(present_portfolio_notes.notes([other], may_write=True))
    assert "Write the first one above" in str(present_portfolio_notes.notes([], may_write=True))


def test_many_rows_scroll_in_a_grid_of_one_height_and_few_are_all_seen() -> None:
    options, style = tall(500)
    assert (options["domLayout"], style["height"]) == ("normal", "640px")
    assert options["rowClassRules"]
    assert options["theme"]
    assert tall(20) == (no_update, no_update)


def test_columns_are_shown_as_chosen_and_the_first_ones_always() -> None:
    hidden = {one["field"] for one in shown_columns([]) if one["hide"]}
    assert hidden == {one["field"] for one in COLUMNS} - set(ALWAYS)
    usual = {one["field"] for one in shown_columns(None) if not one["hide"]}
    assert usual == {*ALWAYS, *USUAL}
    editable = {one["field"] for one in COLUMNS if "editable" in one}
    assert editable == {"weight_frac", "value_ccy", "quantity"}
    assert all(re.fullmatch(r"qpo\w+\(.*\)", one["editable"]["function"]) for one in COLUMNS if "editable" in one)


def test_kept_columns_that_are_no_more_are_passed_over_and_the_usual_ones_stand_without_a_choice() -> None:
    from callbacks.portfolio_holdings import _chosen
    from services.messages.grid_columns import GridChoice, GridColumns

    shown, order, kept = _chosen(GridColumns(grid="holdings", choice=None))
    known = [one["field"] for one in COLUMNS]
    assert (shown, order, kept) == (list(USUAL), known, {"shown": sorted(USUAL), "order": known})
    choice = GridChoice(shown=("sector", "gone", "price"), order=("sector", "gone", "name"))
    shown, order, kept = _chosen(GridColumns(grid="holdings", choice=choice))
    assert (shown, order) == (["sector", "price"], ["sector", "name"])
    assert kept == {"shown": ["price", "sector"], "order": ["sector", "name"]}
