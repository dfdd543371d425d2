"""Do stated positions become the holdings that were meant, and is everything wrong with them told at once?"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from services.audit import Audit
from services.auth.roles import Role
from services.compliance.four_eyes import FourEyes
from services.compliance.restrictions import Restrictions
from services.errors import InvalidRequest, Stale
from services.messages.audit import AuditFilter
from services.messages.compliance_restrictions import ListKind, NewEntry, NewRestrictionList
from services.messages.portfolios import (
    PortfolioChanges,
    PositionInput,
    PositionsInput,
    Strategy,
)
from tests.services.portfolios.portfolio_steps import made, paths

CENT = Decimal("0.01")


def test_positions_by_weight_become_quantities_and_the_rest_is_cash(house):
    portfolio = made(house)
    rows = [PositionInput(symbol="AAPL", weight_frac=0.5), PositionInput(symbol="KO", weight_frac=0.3)]
    holdings = house.portfolios.set_positions(portfolio.id, rows, house.manager, portfolio.row_version)
    assert {h.symbol: round(h.weight_frac, 5) for h in holdings} == {"AAPL": 0.5, "KO": 0.3}
    detail = house.portfolios.get(portfolio.id, house.manager)
    assert detail.value_ccy == Decimal(100000)
    assert detail.cash[0].weight_frac == pytest.approx(0.2, abs=1e-5)
    assert detail.row_version > portfolio.row_version
    with pytest.raises(Stale):
        house.portfolios.set_positions(portfolio.id, rows, house.manager, portfolio.row_version)


def test_positions_by_quantity_replace_what_was_held_and_repeat_without_effect(house):
    portfolio = made(house, initial_cash_ccy=None)
    first = PositionsInput(
        positions=(
            PositionInput(symbol="AAPL", quantity=Decimal(10), unit_cost=Decimal(100)),
            PositionInput(symbol="KO", quantity=Decimal(5)),
        ),
        cash_ccy=Decimal(250),
    )
    holdings = {h.symbol: h for h in house.portfolios.set_positions(portfolio.id, first, house.manager)}
    assert holdings["AAPL"].unrealized_pnl_ccy == (10 * (holdings["AAPL"].price - 100)).quantize(CENT)
    assert holdings["KO"].unrealized_pnl_ccy == 0
    ledger = house.portfolios.transactions(portfolio.id, house.manager).items
    assert {row.kind for row in ledger} == {"opening"}
    house.portfolios.set_positions(portfolio.id, first, house.manager)
    assert house.portfolios.transactions(portfolio.id, house.manager).items == ledger
    second = [PositionInput(symbol="AAPL", quantity=Decimal(4))]
    holdings = house.portfolios.set_positions(portfolio.id, second, house.manager)
    assert [(h.symbol, h.quantity) for h in holdings] == [("AAPL", Decimal(4))]
    detail = house.portfolios.get(portfolio.id, house.manager)
    assert detail.cash[0].amount == Decimal(250)
    assert detail.value_ccy == (4 * holdings[0].price + 250).quantize(CENT)
    history = house.portfolios.history(portfolio.id, house.manager)
    assert history.value_ccy[-1] == sum(flow.amount_ccy for flow in history.flows)
    assert history.twr_index[-1] == 1.0


def test_every_problem_of_positions_is_named_at_once_and_nothing_is_written(house):
    portfolio = made(house)
    wanted = PositionsInput(
        positions=(
            PositionInput(symbol="NOPE", quantity=Decimal(1)),
            PositionInput(symbol="AAPL", quantity=Decimal(-1)),
            PositionInput(symbol="AAPL", quantity=Decimal(1), weight_frac=0.1),
            PositionInput(symbol="SP500", quantity=Decimal(1)),
            PositionInput(symbol="KO"),
            PositionInput(symbol="PEP", weight_frac=25),
            PositionInput(symbol="XOM", quantity=Decimal(1), unit_cost=Decimal(-3)),
        ),
    )
    with pytest.raises(InvalidRequest) as caught:
        house.portfolios.set_positions(portfolio.id, wanted, house.manager)
    assert paths(caught) == [
        "positions[0].symbol", "positions[1].quantity", "positions[2].symbol", "positions[2]", "positions[3].symbol",
        "positions[4]", "positions[5].weight_frac", "positions[6].unit_cost", "positions",
    ]  # fmt: skip
    assert len(house.portfolios.transactions(portfolio.id, house.manager).items) == 1


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_not_a_number_never_becomes_a_position(house, value):
    portfolio = made(house)
    for row in (PositionInput(symbol="KO", quantity=value), PositionInput(symbol="KO", weight_frac=float(value))):
        with pytest.raises(InvalidRequest) as caught:
            house.portfolios.set_positions(portfolio.id, [row], house.manager)
        assert "is not a number" in caught.value.fields[0].message
    with pytest.raises(ValidationError, match="finite"):
        PositionsInput(positions=(), cash_ccy=Decimal(value))


def test_only_a_long_short_portfolio_may_hold_less_than_nothing(house):
    short = [PositionInput(symbol="KO", weight_frac=-0.4), PositionInput(symbol="PEP", weight_frac=0.4)]
    portfolio = made(house, strategy=Strategy.LONG_SHORT)
    holdings = house.portfolios.set_positions(portfolio.id, short, house.manager)
    assert {h.symbol: round(h.weight_frac, 5) for h in holdings} == {"KO": -0.4, "PEP": 0.4}
    detail = house.portfolios.get(portfolio.id, house.manager)
    assert detail.net_exposure_frac == pytest.approx(0, abs=1e-5)
    assert detail.gross_exposure_frac == pytest.approx(0.8, abs=1e-5)
    with pytest.raises(InvalidRequest) as caught:
        house.portfolios.update(portfolio.id, PortfolioChanges(strategy=Strategy.LONG_ONLY), house.manager)
    assert paths(caught) == ["strategy"]


def test_an_entry_before_the_last_one_is_refused(house):
    growth = house.named("Aurora Growth")
    wanted = PositionsInput(positions=(PositionInput(symbol="KO", quantity=Decimal(1)),), as_of=date(2015, 1, 5))
    with pytest.raises(InvalidRequest) as caught:
        house.portfolios.set_positions(growth.id, wanted, house.manager)
    assert "as_of" in paths(caught)


def test_every_bad_row_is_named_also_where_others_hold_no_numbers(house):
    """A text that is no number must not hide what is wrong with the other rows."""
    portfolio = made(house)
    rows = [
        {"symbol": "NOPE", "quantity": "1"},
        {"symbol": "AAPL", "quantity": "abc"},
        {"symbol": "KO", "quantity": "-1"},
        {"symbol": "SP500", "quantity": "1"},
        {"symbol": "PEP", "weight_frac": "many"},
    ]
    wanted = PositionsInput.model_validate_json(json.dumps({"positions": rows}), strict=True)
    with pytest.raises(InvalidRequest) as caught:
        house.portfolios.set_positions(portfolio.id, wanted, house.manager)
    assert [path for path in paths(caught) if path != "positions"] == [
        "positions[0].symbol", "positions[1].quantity", "positions[2].quantity", "positions[3].symbol",
        "positions[4].weight_frac",
    ]  # fmt: skip
    assert caught.value.fields[1].message == "'abc' is not a number."


@pytest.mark.parametrize("quantity", ["1e-9", "0.123456789", "1e-20"])
def test_quantities_and_money_have_at_most_eight_decimals(house, quantity):
    portfolio = made(house)
    wanted = PositionsInput(positions=(PositionInput(symbol="KO", quantity=Decimal(quantity)),))
    with pytest.raises(InvalidRequest, match="positions") as caught:
        house.portfolios.set_positions(portfolio.id, wanted, house.manager)
    assert caught.value.fields[0].path == "positions[0].quantity"
    assert "8 decimals" in caught.value.fields[0].message
    with pytest.raises(InvalidRequest) as caught:
        made(house, initial_cash_ccy=Decimal(quantity))
    assert paths(caught) == ["initial_cash_ccy"]


def test_eight_decimals_and_zeros_behind_them_are_taken(house):
    portfolio = made(house)
    rows = [PositionInput(symbol="KO", quantity=Decimal("1.234567890000"))]
    (holding,) = house.portfolios.set_positions(portfolio.id, rows, house.manager)
    assert holding.quantity == Decimal("1.23456789")


def test_a_listed_name_is_booked_for_a_reason_alone_and_the_list_is_named(house):
    portfolio = made(house)
    officer = house.actors[Role.COMPLIANCE]
    lists = Restrictions(house.ports, FourEyes(house.ports, {}))
    deal = lists.create(NewRestrictionList(kind=ListKind.RESTRICTED, name="Deal Oak"), officer)
    lists.add(deal.id, NewEntry(symbol="KO", reason="Adviser to the bidder."), officer)
    watched = lists.create(NewRestrictionList(kind=ListKind.WATCH, name="Looked at"), officer)
    lists.add(watched.id, NewEntry(symbol="AAPL", reason="Large stake."), officer)
    first = PositionsInput(positions=(PositionInput(symbol="KO", quantity=Decimal(5)),), cash_ccy=Decimal(900))
    house.portfolios.set_positions(portfolio.id, first, house.manager)  # what was held before it was here
    more = PositionsInput(
        positions=(PositionInput(symbol="KO", quantity=Decimal(9)), PositionInput(symbol="AAPL", quantity=Decimal(1)))
    )
    for reason in (None, "  "):
        with pytest.raises(InvalidRequest) as caught:
            house.portfolios.set_positions(portfolio.id, more.model_copy(update={"reason": reason}), house.manager)
        (problem,) = caught.value.fields
        assert problem.path == "reason"
        assert "KO is on the restricted list 'Deal Oak' and may not be traded" in problem.message
        assert "the custodian holds" in problem.advice
    assert [one.quantity for one in house.portfolios.holdings(portfolio.id, house.manager)] == [Decimal(5)]
    other = [PositionInput(symbol="KO", quantity=Decimal(5)), PositionInput(symbol="AAPL", quantity=Decimal(2))]
    house.portfolios.set_positions(portfolio.id, other, house.manager)  # KO stays as it is; AAPL is only watched
    stated = more.model_copy(update={"reason": "Statement of the custodian of 30 November"})
    held = house.portfolios.set_positions(portfolio.id, stated, house.manager)
    assert {one.symbol: one.quantity for one in held} == {"AAPL": Decimal(1), "KO": Decimal(9)}
    told = Audit(house.ports).list(officer, wanted=AuditFilter(action="portfolio.positions")).items
    booked = [one.after for one in told if one.after is not None and "listed" in one.after]
    assert [one["reason"] for one in booked] == ["Statement of the custodian of 30 November"]
    assert "'Deal Oak'" in booked[0]["listed"][0]
