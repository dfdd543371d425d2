"""Do odd portfolios get figures with flags, or a sentence, and never a number that means nothing?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from data.store import tables
from services.errors import InvalidRequest
from services.messages.performance import AttributionRequest, PerformanceRequest, PeriodsRequest
from services.performance import Performance
from services.performance_period import TooShort, choose_period
from tests.services.performance_records import record_of

LAST = date(2022, 12, 28)


@pytest.fixture(scope="module")
def book(shared_packed_house):
    """Return a function that opens a portfolio with ledger entries (kind, day, symbol, quantity, amount); its id."""
    house = shared_packed_house

    def opened(name, *entries):
        with house.ports.store.work(house.manager) as uow:
            row = uow.portfolios.add(
                tables.Portfolio(name=name, base_currency="USD", strategy="long_short", mandate={}, house_limits={})
            )
            ids = {symbol: one.id for symbol, one in uow.assets.by_symbols(["AAPL", "MSFT", "MTUM"]).items()}
            rows = [
                tables.LedgerTransaction(
                    kind=kind,
                    trade_date=day,
                    asset_id=ids.get(symbol),
                    quantity=Decimal(quantity),
                    price=Decimal(1) if symbol else None,
                    amount_ccy=Decimal(amount),
                    currency="USD",
                )
                for kind, day, symbol, quantity, amount in entries
            ]
            uow.ledger.append(row.id, rows)
            uow.commit()
            return row.id

    return opened


def reports(house, portfolio_id, **asked):
    """Return figures, attribution, stretches and regimes; each must be told."""
    made = Performance(house.ports)
    return (
        made.report(PerformanceRequest(portfolio_id=portfolio_id, **asked), house.manager),
        made.attribution(AttributionRequest(portfolio_id=portfolio_id, **asked), house.manager),
        made.periods(PeriodsRequest(portfolio_id=portfolio_id, **asked), house.manager),
        made.regimes(PeriodsRequest(portfolio_id=portfolio_id, **asked), house.manager),
    )


def closes(report, why):
    bridge = report.bridge
    steps = bridge.paid_in_ccy - bridge.taken_out_ccy + bridge.gain_before_costs_ccy - bridge.costs_ccy
    assert bridge.start_ccy + steps - bridge.fees_ccy == bridge.end_ccy
    assert abs(why.contributions.residual_frac) < 1e-10
    assert why.brinson is None or abs(why.brinson.residual_frac) < 1e-10


def test_all_cash_returns_nothing_and_says_why(shared_packed_house, book, weighted_id):
    portfolio = book("All cash", ("deposit", date(2022, 1, 5), "", "0", "100000"))
    report, why, _, times = reports(shared_packed_house, portfolio, benchmark_id=weighted_id)
    closes(report, why)
    assert report.return_frac == 0.0
    sharpe = report.figures.metric("sharpe")
    assert sharpe.value is None
    assert "never vary" in sharpe.note
    assert why.brinson.cash_allocation_frac == pytest.approx(why.brinson.active_return_frac, abs=1e-12)
    assert why.brinson.interaction_frac == pytest.approx(0.0, abs=1e-12)
    assert not times.regimes.has_two


def test_a_long_short_portfolio_whose_net_is_near_nothing_closes(shared_packed_house, book, weighted_id):
    day = date(2021, 1, 5)
    entries = [("deposit", day, "", "0", "100000")]
    entries += [("opening", day, "AAPL", "400", "0"), ("opening", day, "MSFT", "-236", "0")]
    report, why, _, _ = reports(shared_packed_house, book("Net nothing", *entries), benchmark_id=weighted_id)
    closes(report, why)
    assert abs(why.contributions.residual_frac) < 1e-10
    (net,) = (one for one in why.brinson.segments if one.key == "Information Technology")
    assert abs(net.portfolio_weight_frac) < 0.2
    assert report.figures.metric("volatility").value > 0.0
    assert any("nearly cancel" in note for note in why.brinson.notes)


def test_assets_younger_than_the_portfolio_count_from_their_first_price(shared_packed_house, book, weighted_id):
    entries = [("deposit", date(2013, 1, 4), "", "0", "100000"), ("opening", date(2020, 1, 6), "MTUM", "100", "0")]
    report, why, _, _ = reports(shared_packed_house, book("Young", *entries), benchmark_id=weighted_id)
    closes(report, why)
    assert report.period.first_day == date(2013, 1, 4)
    assert report.bridge.paid_in_ccy > Decimal(100000)  # what was put in as an asset counts with its value


def test_a_full_withdrawal_ends_the_figures_and_says_so(shared_packed_house, book):
    first, last = date(2022, 1, 5), date(2022, 6, 1)
    entries = [("opening", first, "AAPL", "10", "0"), ("withdrawal_in_kind", last, "AAPL", "-10", "0")]
    kinds = {value for value in tables.LedgerTransaction.__table__.constraints if "kind" in str(value.name)}
    text = " ".join(str(getattr(one, "sqltext", "")) for one in kinds)
    out = next(
        kind for kind in ("transfer_out", "withdrawal_in_kind", "delivery_out", "opening") if f"'{kind}'" in text
    )
    entries[1] = (out, last, "AAPL", "-10", "0")
    report, why, _, _ = reports(shared_packed_house, book("Withdrawn", *entries))
    closes(report, why)
    assert report.bridge.end_ccy == 0
    assert report.bridge.taken_out_ccy > 0
    assert any("Nothing is held any more" in note for note in report.notes)
    assert np.isfinite(report.return_frac)


def test_a_portfolio_of_one_day_says_what_it_waits_for(shared_packed_house, book):
    portfolio = book("One day", ("opening", LAST, "AAPL", "10", "0"))
    with pytest.raises(TooShort, match="valued on 1 day, 28 Dec 2022") as caught:
        Performance(shared_packed_house.ports).report(
            PerformanceRequest(portfolio_id=portfolio), shared_packed_house.manager
        )
    assert "next session" in caught.value.advice
    empty = book("Nothing")
    with pytest.raises(TooShort, match="not been valued on any day"):
        Performance(shared_packed_house.ports).report(
            PerformanceRequest(portfolio_id=empty), shared_packed_house.manager
        )


def test_a_day_on_which_everything_was_lost_is_named_with_the_way_out():
    record = record_of(120)
    returns, values = record.history.returns_frac.copy(), record.history.values_ccy.copy()
    returns[40], values[40] = -2.25, -500.0
    broken = replace(record, history=replace(record.history, returns_frac=returns, values_ccy=values))
    with pytest.raises(InvalidRequest) as refusal:
        choose_period(broken.history, PeriodsRequest(portfolio_id="p"))
    (problem,) = refusal.value.fields
    assert problem.path == "start"
    assert problem.message == "On 10 Feb 2020 debts were above what was held."
    assert problem.advice == "Choose a period that begins on 11 Feb 2020 or later."
    later = PeriodsRequest(portfolio_id="p", start=date(2020, 2, 11))
    assert choose_period(broken.history, later).view.sessions_count == 78
