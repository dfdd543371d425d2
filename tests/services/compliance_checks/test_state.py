"""Is what the engine gets to know of a portfolio what the portfolio's page and the report on risk say?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store import tables
from data.store.repositories.series import Bars
from engine.compliance.bounds import Numbers
from engine.compliance.evaluate import evaluate
from engine.compliance.packs.catalog import PACKS
from engine.compliance.program import program_of
from services.compliance.state_facts import quarter_end_before
from services.messages.compliance_checks import ComplianceRequest
from services.messages.risk import RiskRequest
from tests.services.compliance_checks.books import DAYS_COUNT, Book
from tests.services.risk.worlds import LAST, weekdays

RULES_OF_THE_STATE = pytest.mark.requirement("4.3.F1")


def mixed(book: Book) -> str:
    """Return a portfolio with shares, a short position and cash of two currencies."""
    book.world.rates("EUR", weekdays(DAYS_COUNT), np.linspace(1.10, 1.05, DAYS_COUNT))
    alpha = book.stock("AAA", 50.0, issuer="Alpha", volumes=np.full(DAYS_COUNT, 1_000.0), exchange="XNYS")
    beta = book.stock("BBB", 25.0, issuer="Beta", seed=2, sector="Banks")
    euro = book.stock("EEE", 10.0, issuer="Epsilon", seed=3, currency="EUR", country="DE")
    return book.world.portfolio({alpha: 60, beta: -40, euro: 100}, {"USD": 4500, "EUR": 200})


def values_of(book: Book, portfolio_id: str) -> dict[date, Decimal]:
    """Return what the portfolio's page shows of every day."""
    found = book.world.portfolios.history(portfolio_id, book.manager)
    return dict(zip(found.dates, found.value_ccy, strict=True))


@RULES_OF_THE_STATE
def test_values_are_those_of_the_portfolios_page(book: Book) -> None:
    portfolio_id = mixed(book)
    seen = book.checks.states.read(book.manager, portfolio_id)
    page = book.world.portfolios.get(portfolio_id, book.manager)
    held = {one.symbol: one for one in book.world.portfolios.holdings(portfolio_id, book.manager)}
    values = dict(zip(seen.state.symbols, seen.state.values_ccy, strict=True))

    assert seen.as_of == page.as_of == LAST
    assert seen.state.net_assets_ccy == page.value_ccy
    assert {name: value for name, value in values.items() if not name.startswith("CASH")} == {
        name: one.value_ccy for name, one in held.items() if one.asset_class != "cash"
    }
    cash = sum((value for name, value in values.items() if name.startswith("CASH") and value is not None), Decimal(0))
    assert cash == sum((one.value_ccy for one in page.cash if one.value_ccy is not None), Decimal(0))
    assert seen.state.symbols[0] == "CASH USD"
    assert seen.state.symbols[-1] == "CASH EUR"
    weights = seen.state.column("weight")
    assert isinstance(weights, Numbers)
    for symbol, weight in zip(seen.state.symbols, weights.least.tolist(), strict=True):
        if symbol in held:
            assert weight == pytest.approx(held[symbol].weight_frac, abs=1e-12)


def test_what_is_known_of_positions_is_what_was_stored(book: Book) -> None:
    portfolio_id = mixed(book)
    alpha = book.world.facts.read(portfolio_id, book.manager).assets[0].asset_id
    book.attribute(alpha, "shares_outstanding_count", 1_200.0)
    book.attribute(alpha, "votes_outstanding_count", 6_000.0)
    book.attribute(alpha, "esg_score", 71.0)
    book.attribute(alpha, "rating_notch", 7.0)
    book.attribute(alpha, "is_party", 1.0)
    seen = book.checks.states.read(book.manager, portfolio_id)
    at = seen.state.symbols.index("AAA")
    given = seen.state.given

    assert given["class_share"][at] == pytest.approx(60 / 1_200)
    assert given["vote_share"][at] == pytest.approx(60 / 6_000)
    assert given["sell_days"][at] == pytest.approx(60 / (1_000 * 0.20))
    assert (given["esg_score"][at], given["rating_notch"][at], given["is_party"][at]) == (71.0, 7.0, True)
    assert given["held_days"][at] == (LAST - date(2022, 6, 1)).days
    assert (given["is_listed"][at], given["is_fund"][at], given["is_government"][at]) == (True, False, False)
    assert (given["issuer"][at], given["issuer_group"][at], given["country"][at]) == ("Alpha", "Alpha", "US")
    unknown = {one.field: one for one in seen.unknown}
    assert set(unknown["class_share"].symbols) == {"BBB", "EEE"}
    assert "shares_outstanding_count" in unknown["class_share"].advice
    assert "CASH USD" not in unknown["esg_score"].symbols


def test_scores_where_less_is_better_are_no_scores(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    book.attribute(alpha, "esg_score", 12.0, "0 to 100, lower is better")
    seen = book.checks.states.read(book.manager, book.world.portfolio({alpha: 10}, {"USD": 100}))
    assert np.isnan(seen.state.given["esg_score"][1])


def test_risk_is_that_of_the_report_on_risk(book: Book) -> None:
    index = book.stock("IDX", 100.0, seed=9, asset_class="index")
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    benchmark_id = book.world.benchmark(index)
    portfolio_id = book.world.portfolio({alpha: 60, beta: 100}, {"USD": 4500}, benchmark_id=benchmark_id)
    seen = book.checks.states.read(book.manager, portfolio_id)
    report = book.world.risk.compute(RiskRequest(portfolio_id=portfolio_id), book.manager)

    assert seen.state.facts["volatility"] == pytest.approx(report.metrics["volatility_annual"], rel=1e-12)
    assert seen.state.facts["tracking_error"] == pytest.approx(report.metrics["tracking_error_annual"], rel=1e-12)
    loss, ten_days = seen.state.facts["var_99_20d"], report.metrics["var_99_10d"]
    assert loss is not None
    assert ten_days is not None
    assert 1.1 * ten_days < loss < 2.0 * ten_days, "twenty days lose about the root of two as much as ten"
    bench = seen.state.facts["benchmark_var_99_20d"]
    assert bench is not None
    assert bench > loss, "the index holds no cash"


def test_risk_after_trades_is_that_of_a_portfolio_which_holds_them(book: Book) -> None:
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    before = book.world.portfolio({alpha: 60}, {"USD": 7000})
    after = book.world.portfolio({alpha: 60, beta: 100}, {"USD": 4500}, name="After")
    from engine.compliance.state import Order

    names = {"volatility", "var_99_20d", "product_risk"}
    seen = book.checks.states.read(book.manager, before, fields=names, symbols=["BBB"])
    moved = seen.state.after([Order("BBB", 100.0)])
    told = book.checks.states.facts_after(book.manager, seen, moved, names)
    held = book.checks.states.read(book.manager, after, fields=names).state.facts
    assert told["volatility"] == pytest.approx(held["volatility"], rel=1e-9)
    assert told["var_99_20d"] == pytest.approx(held["var_99_20d"], rel=1e-9)
    assert told["product_risk"] == held["product_risk"]


def test_turnover_is_the_smaller_side_over_the_average_value(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 100}, {"USD": 5000})
    book.trade(portfolio_id, alpha, 20, 50.0, LAST - timedelta(days=30))
    book.trade(portfolio_id, alpha, -8, 50.0, LAST - timedelta(days=20))
    seen = book.checks.states.read(book.manager, portfolio_id, fields={"turnover_year"})
    values = list(values_of(book, portfolio_id).values())
    average = float(sum(values, Decimal(0)) / len(values))
    assert seen.state.facts["turnover_year"] == pytest.approx(8 * 50.0 / average, rel=1e-9)

    from engine.compliance.state import Order

    place = seen.state.symbols.index("AAA")
    price = float(seen.state.values_ccy[place]) / 112
    for count in (-5.0, 30.0, -100.0):  # what is sold counts beside what was, until more is sold than bought
        moved = seen.state.after([Order("AAA", count)])
        assert moved.facts.get("turnover_year") is None, "Trades change it: without being told anew it is not known."
        told = book.checks.states.facts_after(book.manager, seen, moved, {"turnover_year"})
        bought, sold = 20 * 50.0 + max(count, 0.0) * price, 8 * 50.0 + max(-count, 0.0) * price
        assert told == {"turnover_year": pytest.approx(min(bought, sold) / average, rel=1e-9)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 12, 28), date(2022, 9, 30)),
        (date(2022, 1, 1), date(2021, 12, 31)),
        (date(2022, 3, 31), date(2021, 12, 31)),
        (date(2022, 4, 1), date(2022, 3, 31)),
    ],
)
def test_the_last_report_is_of_the_last_quarters_end(day: date, expected: date) -> None:
    assert quarter_end_before(day) == expected


def test_a_fall_is_that_of_the_index_so_that_paying_out_is_none(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 100}, {"USD": 5000})
    quiet = book.checks.states.read(book.manager, portfolio_id, fields={"fall_since_report"})
    book.book(portfolio_id, kind="withdrawal", trade_date=LAST, amount_ccy=Decimal(-4000), currency="USD")
    paid = book.checks.states.read(book.manager, portfolio_id, fields={"fall_since_report"})
    values = values_of(book, portfolio_id)
    then, whole = values[date(2022, 9, 30)], values[LAST] + Decimal(4000)
    assert quiet.state.facts["fall_since_report"] == pytest.approx(float(1 - whole / then), abs=1e-9)
    assert paid.state.facts["fall_since_report"] == pytest.approx(quiet.state.facts["fall_since_report"], abs=1e-9)


def test_a_day_of_the_past_has_its_own_holdings_and_prices(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 100}, {"USD": 5000})
    book.trade(portfolio_id, alpha, 20, 50.0, LAST)
    day = date(2022, 9, 30)
    seen = book.checks.states.read(book.manager, portfolio_id, day)
    assert seen.as_of == day
    assert float(seen.state.quantities[1]) == 100.0
    assert seen.state.net_assets_ccy == values_of(book, portfolio_id)[day].normalize()


def test_the_day_before_has_no_trades_of_the_day_at_the_same_prices(book: Book) -> None:
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    portfolio_id = book.world.portfolio({alpha: 100, beta: 10}, {"USD": 5000})
    book.trade(portfolio_id, alpha, 20, 50.0, LAST)
    book.trade(portfolio_id, beta, -10, 25.0, LAST)
    seen = book.checks.states.read(book.manager, portfolio_id)
    assert seen.reference is not None
    now = dict(zip(seen.state.symbols, seen.state.quantities.tolist(), strict=True))
    before = dict(zip(seen.reference.symbols, seen.reference.quantities.tolist(), strict=True))
    assert now == {"CASH USD": pytest.approx(4250.0), "AAA": 120.0}
    assert before == {"CASH USD": pytest.approx(5000.0), "AAA": 100.0, "BBB": 10.0}
    assert float(seen.reference.net_assets_ccy or 0) == pytest.approx(float(seen.state.net_assets_ccy or 0), rel=1e-6)


def test_prices_that_ended_long_ago_are_missing_and_no_rule_passes_by_them(book: Book) -> None:
    old = weekdays(400, date(2022, 11, 1))
    book.stock("NEW", 10.0, seed=5)
    stopped = book.world.asset("OLD", np.linspace(40.0, 50.0, 400), old)
    portfolio_id = book.world.portfolio({stopped: 10}, {"USD": 100_000}, day=date(2022, 9, 1))
    book.rule("house.max_position")
    book.rule("house.min_cash")
    found = book.by_code(portfolio_id)
    assert {one.status for one in found.values()} == {"indeterminate"}
    assert any("OLD" in one.symbols for one in found["house.max_position"].missing)
    assert found["house.max_position"].missing[0].advice


def test_two_assets_of_one_symbol_are_two_positions(book: Book) -> None:
    shared = book.stock("AAA", 50.0)
    with book.world.ports.store.system(book.tenant_id) as uow:
        own = uow.assets.add(
            tables.Asset(tenant_id=book.tenant_id, symbol="AAA", name="Own", asset_class="equity", currency="USD")
        ).id
        batch = uow.ingest_batches.add(
            tables.IngestBatch(
                tenant_id=book.tenant_id, provider="upload", kind="prices", status="succeeded", lineage={}
            )
        )
        bars = Bars(own, weekdays(DAYS_COUNT), np.full(DAYS_COUNT, 10.0))
        uow.prices.ingest([bars], provider="upload", knowledge_time_utc=book.now_utc, batch_id=batch.id)
        uow.commit()
    portfolio_id = book.world.portfolio({shared: 60, own: 10}, {"USD": 100})
    book.rule("house.max_position")
    groups = book.by_code(portfolio_id)["house.max_position"].groups
    assert {one.group: one.value for one in groups} == {
        "AAA": pytest.approx(3000 / 3200), "AAA (2)": pytest.approx(100 / 3200),
    }  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    units=st.lists(st.integers(-80, 200), min_size=4, max_size=4),
    dollars=st.integers(-4_000, 20_000),
    euros=st.integers(0, 3_000),
)
def test_any_portfolio_stands_as_its_page_says(book: Book, units: list[int], dollars: int, euros: int) -> None:
    """Second route: weights of the page's own figures, in exact fractions, against what rules measure."""
    if "assets" not in book.__dict__:
        book.world.rates("EUR", weekdays(DAYS_COUNT), np.linspace(1.10, 1.05, DAYS_COUNT))
        issuers = ("Alpha", "Alpha", "Beta", "Gamma")
        book.__dict__["assets"] = [
            book.stock(f"S{n}", 20.0 + 10 * n, issuer=name, seed=n + 1, currency="EUR" if n == 3 else "USD")
            for n, name in enumerate(issuers)
        ]
        for name in (
            "house.max_position",
            "house.max_issuer",
            "house.max_currency",
            "house.leverage",
            "house.min_cash",
        ):
            book.rule(name)
        book.rule("ucits.borrowing_10")
    held = {asset: float(count) for asset, count in zip(book.__dict__["assets"], units, strict=True) if count}
    cash = {name: float(amount) for name, amount in (("USD", dollars), ("EUR", euros)) if amount}
    if not held and not cash:
        return
    portfolio_id = book.world.portfolio(held, cash)
    page = book.world.portfolios.get(portfolio_id, book.manager)
    found = {one.code: one for one in book.checks.judge.judge(
        ComplianceRequest(portfolio_id=portfolio_id), book.manager
    ).report.results}  # fmt: skip
    if page.value_ccy is None or page.value_ccy <= 0:
        assert "passed" not in {found[code].status for code in ("house.leverage", "house.min_cash")}
        return
    whole = Fraction(page.value_ccy)
    values = {
        one.symbol: Fraction(one.value_ccy)
        for one in book.world.portfolios.holdings(portfolio_id, book.manager)
        if one.value_ccy is not None and one.asset_class != "cash"
    }
    balances = {one.currency: Fraction(one.value_ccy) for one in page.cash if one.value_ccy is not None}
    issuers_of = {"S0": "Alpha", "S1": "Alpha", "S2": "Beta", "S3": "Gamma"}
    by_currency = dict(balances)
    for symbol, value in values.items():
        currency = "EUR" if symbol == "S3" else "USD"
        by_currency[currency] = by_currency.get(currency, Fraction(0)) + value
    owed = sum((-value for value in balances.values() if value < 0), Fraction(0))
    gross = sum((abs(value) for value in values.values()), Fraction(0))
    size_by_issuer: dict[str, Fraction] = {}
    for symbol, value in values.items():
        name = issuers_of[symbol]
        size_by_issuer[name] = size_by_issuer.get(name, Fraction(0)) + abs(value)
    sizes = {symbol: abs(value) for symbol, value in values.items()}
    cap = {"house.max_position": 0.25, "house.max_issuer": 0.10, "house.max_currency": 0.80}
    for code, sums in (
        ("house.max_position", sizes), ("house.max_issuer", size_by_issuer), ("house.max_currency", by_currency),
    ):  # fmt: skip
        told = {one.group: one.value for one in found[code].groups}
        for group, value in told.items():
            assert value == pytest.approx(float(sums.get(group, Fraction(0)) / whole), abs=1.1e-8)
        broken = any(round(float(value / whole), 8) > cap[code] for value in sums.values())
        assert (found[code].status == "failed") == broken, code
    assert found["house.leverage"].groups[0].value == pytest.approx(float(gross / whole), abs=1.1e-8)
    assert found["ucits.borrowing_10"].groups[0].value == pytest.approx(float(owed / whole), abs=1.1e-8)
    assert found["house.min_cash"].groups[0].value == pytest.approx(
        float(sum(balances.values(), Fraction(0)) / whole), abs=1.1e-8
    )


@RULES_OF_THE_STATE
def test_every_rule_of_every_pack_can_be_judged_by_itself(book: Book) -> None:
    portfolio_id = mixed(book)
    for rule in (one for pack in PACKS.values() for one in pack.rules):
        seen = book.checks.states.read(book.manager, portfolio_id, fields=set(program_of(rule).fields))
        (result,) = evaluate([rule], seen.state, reference=seen.reference).results
        assert result.rule_id == rule.id
        assert result.status != "indeterminate" or result.missing, rule.id
