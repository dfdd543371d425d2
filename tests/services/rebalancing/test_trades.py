"""Are trades whole, exact to the cent, checked as orders are, and those of the target that is wished?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.errors import Conflict, InvalidRequest, NotFound
from services.messages.compliance_checks import ProposedOrder
from services.messages.portfolios import PortfolioChanges, Strategy
from services.messages.rebalancing import RebalancingReport, RowChoice
from tests.services.compliance_checks.test_checks import caps, put_on_list
from tests.services.rebalancing.desk import Desk, new


def of(report: RebalancingReport, symbol: str) -> Any:
    return next(one for one in report.rows if one.symbol == symbol)


def test_whole_shares_lead_to_the_target_and_cash_adds_up_to_the_cent(desk: Desk) -> None:
    report = desk.report(spread_frac=0.002, commission_ccy=Decimal("1.50"))
    assert {one.symbol: one.quantity for one in report.rows} == {"AAA": 20, "BBB": 40, "CCC": 20}
    assert of(report, "AAA").value_ccy == Decimal("1000.00")
    assert of(report, "AAA").cost_ccy == Decimal("2.50")
    assert report.cost_ccy == Decimal("2.50") + Decimal("2.50") + Decimal("3.50")
    assert report.after.cash_ccy == Decimal("4500") - Decimal("4000") - report.cost_ccy
    assert report.turnover_frac == pytest.approx(0.2)
    assert report.outcome == "proven"
    assert report.problems == ()
    assert report.sentence.startswith("3 trades: buy for 4,000.00 USD, one-way turnover")  # and nothing of sales
    assert (of(report, "CCC").weight_before_frac, of(report, "CCC").weight_after_frac) == (0.0, pytest.approx(0.2))


def test_risk_before_is_that_of_the_report_on_risk_and_the_way_ends_at_the_target(desk: Desk) -> None:
    report = desk.report()
    known = desk.book.world.risk.report(desk.portfolio_id, desk.manager)
    assert known.report is not None
    told = known.report.model_dump(mode="json")
    volatility = _find(told, "volatility_annual_frac")
    assert report.before.volatility_annual_frac == pytest.approx(volatility, rel=1e-9)
    assert [one.part_frac for one in report.points][::10] == [0.0, 0.5, 1.0]
    assert report.points[-1].tracking_error_annual_frac == pytest.approx(0.0, abs=1e-12)
    away = [one.tracking_error_annual_frac for one in report.points]
    assert away == sorted(away, reverse=True)
    assert report.before.tracking_error_annual_frac == pytest.approx(away[0])


def _find(document: Any, name: str) -> Any:
    """Return the first value of a name anywhere in a document."""
    if isinstance(document, dict):
        if isinstance(document.get(name), float):
            return document[name]
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            found = _find(one, name)
            if found is not None:
                return found
    return None


def test_part_of_the_way_bands_reserve_and_lots_are_kept(desk: Desk) -> None:
    assert of(desk.report(part_frac=0.5), "CCC").quantity == 10
    banded = desk.report(band_frac=0.12)
    assert {one.symbol: one.quantity for one in banded.rows} == {"AAA": 0, "BBB": 0, "CCC": 20}
    assert of(banded, "AAA").reason == "Within its band."
    assert of(desk.report(band_frac=0.12, band_goal="edge"), "CCC").quantity == 8
    rich = desk.report(reserve_frac=0.3)
    assert rich.after.cash_ccy >= Decimal("3000")
    assert rich.reserve_ccy == Decimal("3000.00")
    lots = desk.report(lot_units=15)
    assert all(one.quantity % 15 == 0 for one in lots.rows)
    assert of(desk.report(least_trade_ccy=Decimal(1500)), "AAA").reason == "Smaller than the smallest trade."


def test_a_fraction_that_is_sold_whole_is_sold_as_it_is_held(desk: Desk) -> None:
    book = desk.book
    part, rest = book.stock("PART", 50.0, issuer="Part", seed=4), book.stock("REST", 20.0, issuer="Rest", seed=5)
    portfolio_id = book.world.portfolio({part: 12.3, rest: 100}, {"USD": 1_000}, name="Fractions")
    book.world.portfolios.update(portfolio_id, PortfolioChanges(strategy=Strategy.LONG_ONLY), desk.manager)
    book.world.portfolios.set_target(portfolio_id, {"REST": 1.0}, None, "Rest", desk.manager)
    answer = desk.rebalancings.preview(portfolio_id, new(), desk.manager)
    assert answer.report is not None, answer
    assert of(answer.report, "PART").quantity == Decimal("-12.3")
    assert of(answer.report, "PART").value_ccy == Decimal("-615.00")


@pytest.mark.parametrize("size", ["1e30", "-1e16", "100000000000000000000"])
def test_sizes_that_nobody_means_are_refused_by_name(desk: Desk, size: str) -> None:
    for choice in (
        RowChoice(symbol="AAA", quantity=Decimal(size)),
        RowChoice(symbol="AAA", limit_price=abs(Decimal(size))),
    ):
        with pytest.raises(InvalidRequest) as refusal:
            desk.report(choice)
        assert refusal.value.fields[0].message == "The trade of AAA is too large to be meant."


def test_the_check_is_that_of_orders_before_a_trade(desk: Desk) -> None:
    desk.book.rule(caps(36))
    report = desk.report()
    orders = tuple(
        ProposedOrder(symbol=one.symbol, quantity=one.quantity, cost_ccy=one.cost_ccy)
        for one in sorted(report.rows, key=lambda one: one.symbol)
    )
    answer = desk.book.checks.check(desk.manager, desk.portfolio_id, orders)
    assert report.compliance is not None
    assert answer.report is not None
    assert report.compliance.verdict == answer.report.verdict == "blocked"
    assert report.compliance.results == answer.report.results
    assert of(report, "AAA").standing == "blocked"
    assert of(report, "AAA").rules == ("Cap",)
    assert of(report, "CCC").standing == "clear"
    assert any("hard rule" in one for one in report.problems)


def test_what_a_list_forbids_is_left_alone_and_says_why(desk: Desk) -> None:
    with desk.book.world.ports.store.read(desk.manager) as uow:
        asset_id = uow.assets.by_symbols(["CCC"])["CCC"].id
    put_on_list(desk.book, "restricted", asset_id)
    row = of(desk.report(), "CCC")
    assert row.quantity == 0
    assert "CCC" in row.reason


def test_a_chosen_row_is_marked_and_the_others_stay_unless_they_are_to_fit(desk: Desk) -> None:
    mine = RowChoice(symbol="AAA", quantity=Decimal(60), note="Client call")
    report = desk.report(mine)
    assert (of(report, "AAA").quantity, of(report, "AAA").proposed, of(report, "AAA").is_custom) == (60, 20, True)
    assert of(report, "AAA").note == "Client call"
    assert of(report, "CCC").quantity == 20
    assert report.after.cash_ccy == Decimal("-1500.00")
    assert any("Cash falls short" in one for one in report.problems)
    assert of(report, "AAA").target_frac == 0.4
    fitted = desk.report(mine, fits_rest=True)
    assert of(fitted, "AAA").quantity == 60
    assert fitted.after.cash_ccy >= 0
    assert fitted.problems == ()
    held = desk.report(RowChoice(symbol="BBB", is_held=True))
    assert (of(held, "BBB").quantity, of(held, "BBB").is_held, of(held, "BBB").reason) == (0, True, "Held back.")


def test_more_than_is_held_is_not_sold_and_lots_are_kept_by_hand_too(desk: Desk) -> None:
    problems = desk.report(RowChoice(symbol="AAA", quantity=Decimal(-61))).problems
    assert any(one.startswith("AAA: more is sold than the 60 held") for one in problems)
    problems = desk.report(RowChoice(symbol="AAA", quantity=Decimal(7)), lot_units=10).problems
    assert "AAA: 7 is no multiple of its lot of 10." in problems


def test_what_the_target_does_not_name_is_sold_or_kept_as_wished(desk: Desk) -> None:
    desk.target({"AAA": 0.3})
    assert of(desk.report(), "BBB").quantity == -100
    assert of(desk.report(keeps_others=True), "BBB").quantity == 0


def test_weights_and_kept_wishes_are_targets_too(desk: Desk) -> None:
    given = desk.report(source="weights", weights_frac={"CCC": 0.5})
    assert (of(given, "CCC").quantity, given.source_name) == (50, "Weights as given")
    wished = desk.report(source="wish", wish_id="w")
    assert wished.source_name == "What-if: Mine"
    assert of(wished, "AAA").target_frac == 1.0


def test_what_cannot_be_is_refused_by_name(desk: Desk) -> None:
    with pytest.raises(InvalidRequest, match="id of an optimization is missing"):
        desk.report(source="run")
    with pytest.raises(InvalidRequest, match="There are no weights"):
        desk.report(source="weights")
    with pytest.raises(NotFound):
        desk.rebalancings.preview("none", _plain(), desk.manager)
    with pytest.raises(InvalidRequest, match="chosen twice"):
        desk.report(RowChoice(symbol="AAA"), RowChoice(symbol="AAA"))
    with pytest.raises(NotFound):
        desk.rebalancings.preview(desk.portfolio_id, _plain(), desk.book.world.stranger)
    answer = desk.rebalancings.preview(
        desk.portfolio_id, _plain(source="weights", weights_frac={"NOPE": 1.0}), desk.manager
    )
    assert answer.state == "failed"
    assert "NOPE" in " ".join([answer.message or "", answer.advice or ""])


def test_without_a_target_the_way_to_one_is_told(desk: Desk) -> None:
    other = desk.book.world.portfolio({}, {"USD": 100})
    with pytest.raises(Conflict, match="no target yet"):
        desk.rebalancings.preview(other, _plain(), desk.manager)


def _plain(**wish: Any) -> Any:
    from tests.services.rebalancing.desk import new

    return new(**wish)
