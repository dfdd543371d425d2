"""Are the sample portfolios made once, from real prices, with a ledger that neither invents nor loses money?"""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from data.store import tables
from services.auth.actor import Actor
from services.errors import Unavailable
from services.messages.portfolios import LimitState
from services.seed.ledger import ledger_of
from services.seed.plans import PLANS
from services.seed.portfolios import seed_tenant
from services.valuation_ledger import ZERO, cash, fifo_lots, positions
from tests.services.market_house import open_ports


def ledger(house, name):
    portfolio = house.named(name)
    rows, cursor = [], None
    while True:
        page = house.portfolios.transactions(portfolio.id, house.manager, cursor=cursor, limit=500)
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            return portfolio, sorted(rows, key=lambda row: row.entry_number)


@pytest.mark.requirement("5.1.A2")
def test_whoever_signs_in_finds_three_portfolios_of_two_clients(shared_house):
    summaries = shared_house.portfolios.list(shared_house.manager)
    assert len(summaries) == 3
    assert {summary.client_name for summary in summaries} == {"Marlow Foundation", "Hollis Family Office"}
    assert {summary.strategy.value for summary in summaries} == {"long_only", "balanced", "long_short"}


def test_each_ledger_runs_from_2012_with_flows_fees_and_rebalances(shared_house):
    for name in ("Aurora Growth", "Cedar Balanced", "Meridian Long-Short"):
        _, rows = ledger(shared_house, name)
        assert rows[0].trade_date == date(2012, 1, 3)
        assert rows[0].kind == "deposit"
        kinds = Counter(row.kind for row in rows)
        assert {"deposit", "withdrawal", "fee", "buy", "sell"} <= set(kinds)
        assert all(row.is_sample for row in rows)
    assert Counter(row.kind for row in ledger(shared_house, "Cedar Balanced")[1])["dividend"] > 100


def test_every_trade_was_made_at_the_stored_close_of_its_day(shared_house):
    _, rows = ledger(shared_house, "Meridian Long-Short")
    closes = {
        symbol: {p.session: p.close for p in shared_house.market.prices(symbol, shared_house.manager).points}
        for symbol in {row.symbol for row in rows if row.symbol}
    }
    for row in rows:
        if row.symbol is not None:
            assert float(row.price) == closes[row.symbol][row.trade_date]
            assert abs(row.amount_ccy + row.quantity * row.price + row.fees_ccy) <= Decimal("0.01")


def test_a_dividend_pays_exactly_what_the_released_units_are_worth_and_says_why(shared_house):
    _, rows = ledger(shared_house, "Cedar Balanced")
    for row in (row for row in rows if row.kind == "dividend"):
        assert row.quantity < 0 < row.amount_ccy
        assert abs(row.amount_ccy + row.quantity * row.price) <= Decimal("0.005")
        assert "Closes contain dividends already" in row.note


def test_the_growth_portfolio_breaks_a_house_limit_and_the_others_do_not(shared_house):
    growth = shared_house.named("Aurora Growth")
    checks = shared_house.portfolios.limit_checks(growth.id, shared_house.manager)
    red = [check for check in checks if check.state is LimitState.RED]
    assert [check.kind for check in red] == ["position_max"]
    assert red[0].value_frac > 0.25
    assert growth.breaches_count == 1
    assert shared_house.named("Cedar Balanced").breaches_count == 0
    assert shared_house.named("Meridian Long-Short").breaches_count == 0


def test_the_balanced_one_holds_cash_inside_its_mandate_and_never_borrows(shared_house):
    portfolio, rows = ledger(shared_house, "Cedar Balanced")
    balance = Decimal(0)
    by_day = {}
    for row in rows:
        balance += row.amount_ccy
        by_day[row.trade_date] = balance
    assert min(by_day.values()) > 0
    detail = shared_house.portfolios.get(portfolio.id, shared_house.manager)
    assert 0.20 <= detail.cash[0].weight_frac <= 0.45
    assert detail.cash[0].amount == balance.quantize(Decimal("0.01"))


def test_the_long_short_one_is_nearly_market_neutral(shared_house):
    portfolio = shared_house.named("Meridian Long-Short")
    detail = shared_house.portfolios.get(portfolio.id, shared_house.manager)
    assert abs(detail.net_exposure_frac) < 0.15
    assert detail.gross_exposure_frac > 1.2
    assert any(h.quantity < 0 for h in shared_house.portfolios.holdings(portfolio.id, shared_house.manager))


def test_lots_and_flows_are_stored_and_agree_with_the_ledger(shared_house):
    for summary in shared_house.portfolios.list(shared_house.manager):
        with shared_house.ports.store.read(shared_house.manager) as uow:
            from services.valuation import _entry

            entries = [_entry(row) for row in uow.ledger.figures(summary.id)]
            held = positions(entries)
            lots: dict[str, Decimal] = {}
            for lot in uow.lots.open(summary.id):
                lots[lot.asset_id] = lots.get(lot.asset_id, ZERO) + lot.quantity
            assert lots == held
            assert len(fifo_lots(entries)) == len(uow.lots.open(summary.id))
            flows = sum(flow.amount_ccy for flow in uow.flows.between(summary.id))
            external = sum(e.amount_ccy for e in entries if e.is_external)
            assert flows == external
            assert sum(cash(entries).values()) == sum(e.amount_ccy for e in entries)


def test_the_value_never_jumps_by_more_than_prices_and_flows_explain(shared_house):
    """A sum over eleven years: last value = flows + trading gains, with gains from quantities and closes alone."""
    portfolio, rows = ledger(shared_house, "Aurora Growth")
    closes = {
        symbol: shared_house.market.prices(symbol, shared_house.manager).points[-1].close
        for symbol in {row.symbol for row in rows if row.symbol}
    }
    held: dict[str, Decimal] = {}
    for row in rows:
        if row.symbol:
            held[row.symbol] = held.get(row.symbol, ZERO) + row.quantity
    second_route = sum(row.amount_ccy for row in rows) + sum(
        quantity * Decimal(repr(closes[symbol])) for symbol, quantity in held.items()
    )
    assert second_route.quantize(Decimal("0.01")) == portfolio.value_ccy


def test_the_same_plan_gives_the_same_ledger(shared_house):
    sessions = [date(2012, 1, 3), date(2012, 1, 4), date(2012, 4, 2), date(2012, 6, 1), date(2012, 7, 2)]
    symbols = {symbol for weights in PLANS[0].allocations.values() for symbol in weights}
    closes = {day: {symbol: Decimal(10 + number) for symbol in symbols} for number, day in enumerate(sessions)}
    assert ledger_of(PLANS[0], closes) == ledger_of(PLANS[0], closes)


def test_a_second_start_makes_nothing_takes_no_time_and_respects_a_deletion(house):
    tenant = Actor.system(house.manager.tenant_id)
    began = time.perf_counter()
    assert not seed_tenant(house.ports, tenant)
    assert time.perf_counter() - began < 1.0
    growth = house.named("Aurora Growth")
    house.portfolios.delete(growth.id, house.manager)
    assert not seed_tenant(house.ports, tenant)
    assert len(house.portfolios.list(house.manager)) == 2


def test_a_sample_user_made_later_joins_the_desk(house):
    tenant_id = house.manager.tenant_id
    with house.ports.store.system(tenant_id) as uow:
        user = uow.users.add(
            tables.User(
                email="late@house.invalid", name="Late", role="advisor", password_hash="x", fs_uniquifier="late",
                is_sample=True,
            )
        )  # fmt: skip
        uow.commit()
    late = Actor(user.id, tenant_id, "Late", house.manager.role, "session")
    assert house.portfolios.list(late) == ()
    seed_tenant(house.ports, Actor.system(tenant_id))
    assert len(house.portfolios.list(late)) == 3


def test_without_prices_it_says_what_to_load_first(tmp_path):
    from data.store.migrate import upgrade

    ports = open_ports(tmp_path)
    upgrade(ports.settings.database_url)
    with ports.store.system() as uow:
        tenant = uow.tenants.add(tables.Tenant(name="empty"))
        uow.commit()
    with pytest.raises(Unavailable, match="need prices of AAPL") as caught:
        seed_tenant(ports, Actor.system(tenant.id))
    assert "Load the market history first" in caught.value.sentence
    ports.store.dispose()
