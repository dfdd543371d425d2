"""Is what the rules of the United States ask of positions and of the firm what files, ledgers and statements say?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.examples import RuleCase, state_of
from services.compliance.checks_said import group_sentence
from services.compliance.stated_catalog import STATED
from services.compliance.stated_facts import FIGURES, StatedFacts
from services.errors import InvalidRequest
from services.messages.compliance_checks import ProposedOrder
from services.messages.compliance_facts import StatedFactInput
from tests.services.compliance_checks.books import DAYS_COUNT, Book, by_name
from tests.services.risk.worlds import LAST, weekdays

CATALOGUE = pytest.mark.requirement("4.3.F3")


def given(book: Book, portfolio_id: str, *fields: str) -> dict[str, dict[str, Any]]:
    """Return what is known of each position, by symbol and field."""
    state = book.checks.states.read(book.manager, portfolio_id, fields=fields).state
    return {symbol: {name: state.given[name][place] for name in fields} for place, symbol in enumerate(state.symbols)}


def say(book: Book, name: str, **more: Any) -> None:
    """State a fact as compliance does."""
    StatedFacts(book.world.ports).state(StatedFactInput(name=name, source="Records.", **more), book.officer)


def traded(book: Book, name: str, *trades: tuple[str, float, float, date]) -> str:
    """Return a portfolio with a dollar and some trades: asset, units, price, day."""
    portfolio_id = book.world.portfolio({}, {"USD": 1e9}, name=name, day=date(2021, 1, 4))
    for asset_id, units, price, day in trades:
        book.trade(portfolio_id, asset_id, units, price, day)
    return portfolio_id


@CATALOGUE
def test_cash_funds_and_states_have_no_securities_business_and_bonds_no_votes(book: Book) -> None:
    shares, bond = book.stock("AAA", 50.0, issuer="Alpha"), book.stock("BBB", 100.0, seed=2, asset_class="bond")
    state_bond, fund = book.stock("TTT", 100.0, seed=3, asset_class="bond"), book.stock("FFF", 20.0, asset_class="etf")
    book.attribute(state_bond, "is_government", 1.0)
    book.attribute(bond, "debt_outstanding_count", 1_000.0)
    portfolio_id = book.world.portfolio({shares: 10, bond: 50, state_bond: 5, fund: 5}, {"USD": 100})
    found = given(book, portfolio_id, "firm_share", "debt_share", "vote_share")
    assert {name: one["firm_share"] for name, one in found.items() if name not in ("AAA", "BBB")} == {
        "CASH USD": 0.0, "TTT": 0.0, "FFF": 0.0,
    }  # fmt: skip
    assert np.isnan(found["AAA"]["firm_share"])
    assert (found["BBB"]["debt_share"], found["AAA"]["debt_share"], found["BBB"]["vote_share"]) == (0.05, 0.0, 0.0)
    assert np.isnan(found["AAA"]["vote_share"])
    book.rule("us_1940.securities_business")
    book.attribute(shares, "securities_revenue_frac", 0.0)
    book.attribute(bond, "securities_revenue_frac", 0.1)
    assert book.by_code(portfolio_id)["us_1940.securities_business"].status == "passed", "cash is no open question"


@CATALOGUE
def test_rule_144a_is_illiquid_until_somebody_determined_otherwise(book: Book) -> None:
    volumes = np.full(DAYS_COUNT, 1e6)
    plain, closed = book.stock("AAA", 50.0, volumes=volumes), book.stock("BBB", 50.0, seed=2, volumes=volumes)
    determined = book.stock("CCC", 50.0, seed=3, volumes=volumes)
    for one in (closed, determined):
        book.attribute(one, "is_144a", 1.0)
    book.attribute(determined, "is_illiquid", 0.0)
    portfolio_id = book.world.portfolio({plain: 10, closed: 10, determined: 10})
    found = given(book, portfolio_id, "is_illiquid")
    assert {name: one["is_illiquid"] for name, one in found.items() if name != "CASH USD"} == {
        "AAA": False, "BBB": True, "CCC": False,
    }  # fmt: skip


def test_what_is_not_marked_is_none_once_somebody_said_so(book: Book) -> None:
    mine, other = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    portfolio_id = book.world.portfolio({mine: 10, other: 10}, {"USD": 100})
    book.attribute(mine, "is_party", 1.0)
    book.rule("erisa.party")
    assert given(book, portfolio_id, "is_party")["BBB"]["is_party"] is None
    say(book, "marked_is_party", number=1.0)
    assert [one["is_party"] for one in given(book, portfolio_id, "is_party").values()].count(True) == 1
    assert given(book, portfolio_id, "is_party")["BBB"]["is_party"] is False
    found = book.by_code(portfolio_id)["erisa.party"]
    assert (found.status, [one.group for one in found.groups]) == ("failed", ["AAA"])
    say(book, "marked_is_party", number=None)
    assert given(book, portfolio_id, "is_party")["BBB"]["is_party"] is None


@CATALOGUE
def test_purchases_and_sales_of_all_portfolios_make_a_large_trader(book: Book) -> None:
    listed, abroad = book.stock("AAA", 50.0, exchange="XNYS"), book.stock("EEE", 10.0, exchange="XPAR", seed=2)
    day, month = date(2022, 12, 20), date(2022, 12, 1)
    one = traded(book, "One", (listed, 150_000, 50.0, day), (listed, -50_000, 50.0, day), (abroad, 9e6, 10.0, day))
    traded(book, "Two", (listed, 200_000, 50.0, day), (listed, 300_000, 49.0, month))
    facts = book.checks.states.read(book.manager, one, fields={"day_shares", "day_trades_ccy", "month_shares",
                                                               "month_trades_ccy"}).state.facts  # fmt: skip
    assert facts["day_shares"] == 400_000, "what was bought and sold adds up, what is listed abroad is left out"
    assert facts["day_trades_ccy"] == pytest.approx(20e6)
    assert facts["month_shares"] == 700_000
    assert facts["month_trades_ccy"] == pytest.approx(20e6 + 300_000 * 49.0)
    for code in ("notices.13h_day_value", "notices.13h_month_value"):
        book.rule(code)
    found = book.by_code(one)
    assert {code: found[code].status for code in found} == {
        "notices.13h_day_value": "failed", "notices.13h_month_value": "passed",
    }  # fmt: skip


def test_figures_of_the_firm_are_told_in_dollars_whatever_the_portfolios_currency() -> None:
    rule = by_name("notices.13f")
    case = RuleCase(name="x", expected="failed", facts={"securities_13f_ccy": 1.2e8})
    (result,) = evaluate([rule], state_of(case)).results
    said = group_sentence(rule, result, result.groups[0], "EUR")
    assert "120,000,000 USD; less than 100,000,000 USD is allowed" in said


def test_a_trade_that_was_taken_back_was_none(book: Book) -> None:
    listed = book.stock("AAA", 50.0, exchange="XNYS")
    one = traded(book, "One", (listed, 100.0, 50.0, LAST))
    with book.world.ports.store.read(book.manager) as uow:
        made = uow.ledger.entries(one)[-1]
    book.book(one, kind="buy", trade_date=LAST, asset_id=listed, quantity=Decimal(-100), price=made.price,
              amount_ccy=-made.amount_ccy, currency="USD", reverses_id=made.id)  # fmt: skip
    facts = book.checks.states.read(book.manager, one, fields={"day_shares"}).state.facts
    assert facts["day_shares"] == 0.0


@CATALOGUE
def test_portfolios_that_trade_against_each_other_are_told_before_and_after(book: Book) -> None:
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    mine = traded(book, "Mine", (alpha, 10, 50.0, LAST), (beta, 10, 25.0, LAST))
    traded(book, "Other", (alpha, -5, 50.0, LAST), (beta, 5, 25.0, LAST))
    book.rule("house.cross_trades")
    found = book.by_code(mine)["house.cross_trades"]
    assert (found.status, [one.group for one in found.groups]) == ("failed", ["AAA"])
    today = book.now_utc.date()
    third = traded(book, "Third", (alpha, 1, 50.0, LAST - timedelta(days=9)))
    traded(book, "Fourth", (beta, 7, 25.0, today))
    for units, status in ((3, "passed"), (-3, "failed")):
        order = ProposedOrder(symbol="BBB", quantity=Decimal(units))
        report = book.checks.check(book.manager, third, [order]).report
        assert report is not None
        assert report.results[0].status == status


@CATALOGUE
def test_the_average_short_position_of_a_month_counts_every_session(book: Book) -> None:
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    book.attribute(alpha, "shares_outstanding_count", 1_000.0)
    sessions = [day for day in weekdays(DAYS_COUNT).astype(object) if (day.year, day.month) == (2022, 12)]
    start, middle = sessions[0], sessions[len(sessions) // 2]
    portfolio_id = traded(
        book, "Short", (alpha, -100, 50.0, start - timedelta(days=5)), (alpha, 60, 50.0, middle), (beta, 5, 25.0, start)
    )
    closes = book.world.facts.reader
    with book.world.ports.store.read(book.manager) as uow:
        series = closes.series(uow, [alpha])[alpha]
    prices = dict(zip(series.sessions.astype(object), series.closes, strict=True))
    sizes = [100.0 if day < middle else 40.0 for day in sessions]
    found = given(book, portfolio_id, "short_month_ccy", "short_month_share")
    assert found["AAA"]["short_month_share"] == pytest.approx(np.mean(sizes) / 1_000.0)
    assert found["AAA"]["short_month_ccy"] == pytest.approx(
        np.mean([size * prices[day] for size, day in zip(sizes, sessions, strict=True)])
    )
    assert found["BBB"] == {"short_month_ccy": 0.0, "short_month_share": 0.0}


@CATALOGUE
def test_short_positions_of_the_month_add_up_over_the_portfolios_of_the_manager(book: Book) -> None:
    """17 CFR 240.13f-2(a): gross, over all accounts together; what is held long elsewhere takes nothing away."""
    alpha = book.stock("AAA", 50.0)
    book.attribute(alpha, "shares_outstanding_count", 1_000.0)
    sessions = [day for day in weekdays(DAYS_COUNT).astype(object) if (day.year, day.month) == (2022, 12)]
    start, middle = sessions[0], sessions[len(sessions) // 2]
    earlier = start - timedelta(days=5)
    mine = traded(book, "Short", (alpha, -10, 50.0, earlier))
    traded(book, "Short too", (alpha, -30, 50.0, earlier), (alpha, 20, 50.0, middle))
    traded(book, "Short for a while", (alpha, -8, 50.0, middle), (alpha, 8, 50.0, sessions[-1]))
    long = traded(book, "Long", (alpha, 500, 50.0, earlier))
    sizes = [10 + (30 if day < middle else 10) + (8 if middle <= day < sessions[-1] else 0) for day in sessions]
    assert given(book, mine, "short_month_share")["AAA"]["short_month_share"] == pytest.approx(np.mean(sizes) / 1_000)
    assert given(book, long, "short_month_share")["AAA"]["short_month_share"] == 0.0, "who is not short is not told"
    book.rule("notices.13f2_share", effective_from=None)
    found = book.by_code(mine)["notices.13f2_share"]
    assert (found.status, found.groups[0].group) == ("failed", "AAA"), "10 of 1,000 alone would be 1%"
    assert book.by_code(long)["notices.13f2_share"].status == "passed"


@CATALOGUE
def test_a_short_position_that_was_closed_within_the_month_counts_in_its_average(book: Book) -> None:
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2, sector="Energy", issuer="Bee")
    book.attribute(alpha, "shares_outstanding_count", 1_000.0)
    sessions = [day for day in weekdays(DAYS_COUNT).astype(object) if (day.year, day.month) == (2022, 12)]
    start, middle = sessions[0], sessions[len(sessions) // 2]
    bought = (beta, 50, 25.0, start)
    short = traded(book, "Short", (alpha, -100, 50.0, start), (alpha, 100, 50.0, middle), bought)
    long = traded(book, "Long", (alpha, 100, 50.0, start), (alpha, -100, 50.0, middle), bought)
    before = traded(
        book, "Before", (alpha, -9, 50.0, start - timedelta(9)), (alpha, 9, 50.0, start - timedelta(5)), bought
    )
    days_count = sum(day < middle for day in sessions)
    found = given(book, short, "short_month_share")
    assert found["AAA"]["short_month_share"] == pytest.approx(100 * days_count / len(sessions) / 1_000)
    assert list(given(book, long, "short_month_share")) == list(given(book, before, "short_month_share"))
    assert "AAA" not in given(book, long, "short_month_share")
    assert "AAA" not in given(book, short, "sector"), "who does not ask for the month's average does not see it"
    book.rule("notices.13f2_share", effective_from=None)
    for code in ("house.max_position", "house.min_position", "house.max_sector", "house.max_issuer"):
        book.rule(code)
    results, plain = book.by_code(short), book.by_code(long)
    assert (results["notices.13f2_share"].status, results["notices.13f2_share"].groups[0].group) == ("failed", "AAA")
    assert plain.pop("notices.13f2_share").status == "passed"
    assert {code: results[code].status for code in plain} == {code: one.status for code, one in plain.items()}
    assert book.by_code(before)["notices.13f2_share"].status == "passed"


@CATALOGUE
def test_stakes_add_up_over_the_portfolios_of_the_house(book: Book) -> None:
    """17 CFR 240.13d-3: who has the power over the votes owns them, in whichever account they lie."""
    alpha = book.stock("AAA", 50.0)
    book.attribute(alpha, "shares_outstanding_count", 1_000.0)
    mine = book.world.portfolio({alpha: 30}, {"USD": 1e5}, name="Mine")
    book.world.portfolio({alpha: 21}, {"USD": 1e5}, name="Other")
    book.world.portfolio({alpha: -500}, {"USD": 1e5}, name="Short")
    book.rule("notices.13d", effective_from=None)
    book.rule("notices.section_16")
    found = book.by_code(mine)
    assert (found["notices.13d"].status, found["notices.13d"].groups[0].value) == ("failed", pytest.approx(0.051))
    assert found["notices.section_16"].status == "passed", "what is sold short elsewhere takes nothing away"
    order = ProposedOrder(symbol="AAA", quantity=Decimal(-1))
    report = book.checks.check(book.manager, mine, [order]).report
    assert report is not None
    assert {one.code: one.status for one in report.results}["notices.13d"] == "warning", "29 and 21 are 5%"


def test_reviews_are_days_old_and_stated_figures_of_a_year_grow_stale(book: Book) -> None:
    portfolio_id = book.world.portfolio({book.stock("AAA", 50.0): 10})
    today = book.now_utc.date()
    say(book, "names_review_days", text="Ada", valid_from=today - timedelta(days=90), portfolio_id=portfolio_id)
    say(book, "qualifying_income", number=0.93, valid_from=today - timedelta(days=360), portfolio_id=portfolio_id)
    wanted = {"names_review_days", "qualifying_income"}
    facts = book.checks.states.read(book.manager, portfolio_id, fields=wanted).state.facts
    assert (facts["names_review_days"], facts["qualifying_income"]) == (90.0, 0.93)
    book.world.ports.clock.advance(days=7)  # type: ignore[attr-defined]
    facts = book.checks.states.read(book.manager, portfolio_id, fields=wanted).state.facts
    assert facts["names_review_days"] == 97.0
    assert facts.get("qualifying_income") is None
    told = StatedFacts(book.world.ports).list(book.manager, portfolio_id)
    assert "by Ada" in told[-1].sentence or "by Ada" in told[0].sentence


@pytest.mark.requirement("4.3.F3")
def test_form_13f_looks_at_every_months_end_of_this_year_and_the_last(book: Book) -> None:
    portfolio_id = book.world.portfolio({book.stock("AAA", 50.0): 10})
    year = book.now_utc.date().year
    book.rule("notices.13f")
    for day, number in ((date(year - 2, 6, 30), 300e6), (date(year - 1, 3, 31), 101e6), (date(year, 1, 31), 60e6)):
        say(book, "securities_13f_ccy", number=number, valid_from=day)
    assert book.by_code(portfolio_id)["notices.13f"].groups[0].value == 101e6
    say(book, "securities_13f_ccy", number=95e6, valid_from=date(year - 1, 3, 31))
    found = book.by_code(portfolio_id)["notices.13f"]
    assert (found.status, found.groups[0].value) == ("warning", 95e6)


@pytest.mark.parametrize(
    ("name", "more", "path"),
    [
        ("nothing", {"number": 1.0}, "name"),
        ("ad_gross", {"number": 0.5}, "number"),
        ("ad_gross", {"text": "yes"}, "text"),
        ("names_review_days", {"number": 3.0}, "number"),
        ("qualifying_income", {"number": 0.9}, "portfolio_id"),
        ("ad_gross", {"number": 1.0, "currency": "EUR"}, "currency"),
        ("ad_gross", {"number": 1.0, "about": "Somebody"}, "about"),
    ],
)
def test_statements_that_make_no_sense_are_refused_with_the_field(
    book: Book, name: str, more: dict[str, Any], path: str
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        say(book, name, **more)
    assert path in [one.path for one in refusal.value.fields]
    assert all(one.advice for one in refusal.value.fields)


def test_every_stated_figure_is_a_fact_that_rules_know() -> None:
    from engine.compliance.fields import FACTS

    assert set(FACTS) >= FIGURES
    assert all(one.label and one.name == name for name, one in STATED.items())
