"""Is what counterparties owe, what products are for and what clients said read as it was stated and stored?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from data.store import tables
from engine.compliance.bounds import Numbers
from services.clients import Clients
from services.compliance.state_products import RANKS, Client
from services.compliance.stated_facts import StatedFacts
from services.messages.clients import Knowledge, NewClient, ProfileAnswers
from services.messages.compliance_checks import ProposedOrder
from services.messages.compliance_facts import StatedFactInput
from tests.services.compliance_checks.books import DAYS_COUNT, Book
from tests.services.risk.worlds import LAST, weekdays


def state(book: Book, name: str, portfolio_id: str | None, **more: Any) -> None:
    """State a fact."""
    StatedFacts(book.world.ports).state(
        StatedFactInput(name=name, portfolio_id=portfolio_id, source="Agreement.", **more), book.officer
    )


def grouped(book: Book, group: str, *names: str) -> None:
    """Put issuers, which come to be, into one group."""
    with book.world.ports.store.system() as uow:
        made = uow.issuers.add_group(tables.IssuerGroup(name=group))
        for name in names:
            row = uow.issuers.find_by_name(name) or uow.issuers.add(tables.Issuer(name=name, country="US"))
            row.issuer_group_id = made.id
        uow.commit()


def served(book: Book, portfolio_id: str, **answers: Any) -> None:
    """Give a portfolio a client with a profile."""
    given = {"risk_tolerance": 3, "horizon_years": 5.0, "loss_capacity_frac": 0.2, "dated_on": date(2022, 6, 1)}
    profile = ProfileAnswers(**{**given, **answers})
    client = Clients(book.world.ports).create(NewClient(name="Ada", profile=profile), book.manager)
    with book.world.ports.store.system(book.tenant_id) as uow:
        uow.portfolios.get(portfolio_id, write=True).client_id = client.id
        uow.commit()


def read(book: Book, portfolio_id: str, *fields: str) -> Any:
    """Return what is known of a portfolio."""
    return book.checks.states.read(book.manager, portfolio_id, fields=set(fields))


@pytest.mark.requirement("4.3.F3")
def test_a_bank_its_shares_its_deposits_and_what_it_owes_are_one_body(book: Book) -> None:
    """10% shares of the bank's subsidiary, 10% cash at the bank, and 5% owed by it: 25% of at most 20%."""
    shares, other = book.stock("AAA", 50.0, issuer="Bank Finance"), book.stock("BBB", 25.0, issuer="Works", seed=2)
    portfolio_id = book.world.portfolio({shares: 20, other: 320}, {"USD": 1_000})
    grouped(book, "The bank", "Bank Finance", "The Bank plc")
    state(book, "cash_bank", portfolio_id, text="The Bank plc")
    state(book, "otc_exposure_bank", portfolio_id, about="The Bank plc", number=500.0)
    for code in ("ucits.one_body_20", "ucits.otc_bank_10", "ucits.deposits_20", "house.min_position"):
        book.rule(code)
    found = book.by_code(portfolio_id)
    body = {one.group: one for one in found["ucits.one_body_20"].groups}["The bank"]
    assert body.value == pytest.approx(0.25)
    assert found["ucits.one_body_20"].status == "failed"
    assert {one.group: one.value for one in found["ucits.otc_bank_10"].groups} == {"The bank": pytest.approx(0.05)}
    assert found["ucits.deposits_20"].groups[0].value == pytest.approx(0.10)
    assert found["house.min_position"].status == "passed", "a claim is no small position"
    state(book, "otc_exposure_bank", portfolio_id, about="The Bank plc", number=None)
    body = {one.group: one for one in book.by_code(portfolio_id)["ucits.one_body_20"].groups}["The bank"]
    assert body.value == pytest.approx(0.20)


def test_what_a_counterparty_owes_stays_as_it_is_when_something_else_is_traded(book: Book) -> None:
    alpha = book.stock("AAA", 50.0, issuer="Works")
    portfolio_id = book.world.portfolio({alpha: 20}, {"USD": 9_000})
    state(book, "otc_exposure_other", portfolio_id, about="Dealer", number=450.0)
    book.rule("ucits.otc_other_5")
    order = ProposedOrder(symbol="AAA", quantity=Decimal(10), cost_ccy=Decimal(100))
    found = book.by_code(portfolio_id, [order])["ucits.otc_other_5"]
    assert found.status == "warning"
    assert found.groups[0].value == pytest.approx(450 / 9_900, abs=1e-8)


def test_an_overdraft_is_no_deposit_that_nets_another(book: Book) -> None:
    book.world.rates("EUR", weekdays(DAYS_COUNT), np.full(DAYS_COUNT, 1.0))
    alpha = book.stock("AAA", 50.0, issuer="Works")
    portfolio_id = book.world.portfolio({alpha: 160}, {"USD": 2_500, "EUR": -500})
    state(book, "cash_bank", portfolio_id, text="The Bank plc")
    book.rule("ucits.deposits_20")
    found = {one.group: one.value for one in book.by_code(portfolio_id)["ucits.deposits_20"].groups}
    assert found["The Bank plc"] == pytest.approx(0.25)


@pytest.mark.parametrize("exchange", [None, "XEUR"])
def test_derivatives_stand_for_what_a_file_says_and_their_counterparty_is_asked_for(
    book: Book, exchange: str | None
) -> None:
    future = book.stock("FUT", 5.0, issuer="Works", asset_class="derivative", exchange=exchange)
    portfolio_id = book.world.portfolio({future: -3}, {"USD": 10_000})
    for code in ("ucits.exposure_commitment", "ucits.otc_bank_10"):
        book.rule(code)
    before = book.by_code(portfolio_id)
    assert before["ucits.exposure_commitment"].status == "indeterminate"
    assert "exposure_per_unit_ccy" in before["ucits.exposure_commitment"].missing[0].advice
    assert before["ucits.otc_bank_10"].status == ("indeterminate" if exchange is None else "passed")
    book.attribute(future, "exposure_per_unit_ccy", 100 * 50.0)
    state(book, "otc_exposure_bank", portfolio_id, about="Dealer", number=0.0)
    after = book.by_code(portfolio_id)
    assert after["ucits.exposure_commitment"].groups[0].value == pytest.approx(3 * 5_000 / (10_000 - 15), abs=1e-8)
    assert after["ucits.exposure_commitment"].status == "failed"
    assert after["ucits.otc_bank_10"].status == "passed"
    order = ProposedOrder(symbol="FUT", quantity=Decimal(2))
    traded = book.by_code(portfolio_id, [order])["ucits.exposure_commitment"]
    assert traded.groups[0].value == pytest.approx(5_000 / (10_000 - 15), abs=1e-8)


def test_the_capital_is_that_of_all_classes_or_that_of_the_one_that_is_known(book: Book) -> None:
    one, two = (book.stock(name, 50.0, issuer="Works", seed=k, country="DE") for k, name in enumerate(("AAA", "BBB")))
    portfolio_id = book.world.portfolio({one: -60, two: 20}, {"USD": 9_000})
    for asset_id in (one, two):
        book.attribute(asset_id, "shares_outstanding_count", 10_000.0)
    book.rule("notices.short_eu")
    told = book.by_code(portfolio_id)["notices.short_eu"].groups[0]
    assert (told.group, told.value) == ("Works", pytest.approx(0.004))
    for asset_id in (one, two):
        book.attribute(asset_id, "capital_outstanding_count", 20_000.0)
    told = book.by_code(portfolio_id)["notices.short_eu"].groups[0]
    assert (told.value, told.step) == (pytest.approx(0.002), pytest.approx(0.002))


@pytest.mark.requirement("4.3.F4", "X.FR2")
def test_a_profile_says_what_suits_and_what_it_leaves_open_is_asked_for(book: Book) -> None:
    fund = book.stock("FND", 50.0, asset_class="fund")
    share = book.stock("AAA", 50.0, seed=2)
    portfolio_id = book.world.portfolio({fund: 20, share: 20}, {"USD": 8_000})
    codes = ("mifid.horizon", "mifid.product_risk", "mifid.target_market", "mifid.knowledge", "mifid.sustainable")
    for code in codes:
        book.rule(code)
    bare = book.by_code(portfolio_id)
    assert {bare[code].status for code in codes} == {"indeterminate"}
    assert all(gap.advice for code in codes for gap in bare[code].missing)
    served(book, portfolio_id, preferences={"sustainable_min_frac": 0.05})
    for name, value in (
        ("priips_sri", 5.0), ("recommended_holding_days", 1_825.0), ("target_client_rank", 1.0),
        ("target_knowledge_rank", 2.0), ("is_sustainable", 1.0),
    ):  # fmt: skip
        book.attribute(fund, name, value)
    state(book, "client_knows", portfolio_id, about="equity", number=1.0)
    state(book, "client_knows", portfolio_id, about="fund", number=0.0)
    found = book.by_code(portfolio_id)
    assert found["mifid.horizon"].status == "warning", "five years are five years, and nothing to spare"
    assert found["mifid.product_risk"].status == "failed", "5 is above 4"
    assert found["mifid.target_market"].status == "failed", "basic knowledge is not informed"
    assert [one.group for one in found["mifid.knowledge"].groups if one.status == "failed"] == ["FND"]
    assert found["mifid.sustainable"].status == "passed", "a tenth of the portfolio"


def test_suitability_of_a_past_day_is_that_of_the_profile_of_then(book: Book) -> None:
    share = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({share: 20}, {"USD": 9_000})
    served(book, portfolio_id, horizon_years=2.0, dated_on=date(2022, 9, 1))
    facts = read(book, portfolio_id, "horizon_days", "loss_capacity", "sustainable_min").state.facts
    assert (facts["horizon_days"], facts["loss_capacity"], facts["sustainable_min"]) == (730.0, 0.2, None)
    earlier = book.checks.states.read(book.manager, portfolio_id, date(2022, 8, 1), fields={"horizon_days"})
    assert earlier.state.facts["horizon_days"] is None


@pytest.mark.parametrize(
    ("client", "knowledge", "own", "category", "expected"),
    [
        (1.0, 1.0, 1.0, None, True),
        (1.0, 3.0, 2.0, None, False),
        (2.0, 1.0, 2.0, None, None),
        (2.0, 1.0, 2.0, 1.0, False),
        (2.0, 1.0, 2.0, 3.0, True),
        (None, 1.0, 2.0, 3.0, None),
        (None, 3.0, 2.0, 3.0, False),
        (1.0, 1.0, None, None, None),
    ],
)
def test_a_product_is_for_its_client_only_where_both_are_known(
    client: float | None, knowledge: float, own: float | None, category: float | None, expected: bool | None
) -> None:
    assert Client(own, category, {}).is_meant(client, knowledge) is expected


def test_knowledge_of_a_kind_is_stated_or_follows_from_none_and_from_a_professionals() -> None:
    stated: Any = {("client_knows", "bond"): 1.0, ("client_knows", "etf"): 0.0}
    assert Client(0.0, None, stated).knows("bond") is True
    assert Client(3.0, None, stated).knows("etf") is False
    assert [Client(rank, None, {}).knows("etf") for rank in (0.0, 1.0, 2.0, 3.0, None)] == [
        False, None, None, True, None,
    ]  # fmt: skip
    assert set(RANKS) == set(Knowledge)


@pytest.mark.requirement("X.FR2")
def test_documents_of_costs_have_their_figures_and_their_age(book: Book) -> None:
    share = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({share: 20}, {"USD": 9_000})
    codes = ("mifid.costs_ahead", "mifid.costs_after", "mifid.costs_agree", "mifid.costs_third_party",
             "mifid.costs_effect", "mifid.report")  # fmt: skip
    for code in codes:
        book.rule(code)
    bare = book.by_code(portfolio_id)
    assert {bare[code].status for code in codes} == {"indeterminate"}
    assert "costs_ahead" in bare["mifid.costs_ahead"].missing[0].advice
    today = book.now_utc.date()
    state(book, "costs_ahead", portfolio_id, number=0.010, valid_from=today - timedelta(days=366))
    state(book, "costs_after", portfolio_id, number=0.014, valid_from=today - timedelta(days=200))
    state(book, "costs_third_party", portfolio_id, number=0.002, valid_from=today - timedelta(days=200))
    state(book, "costs_effect", portfolio_id, number=0.0139, valid_from=today - timedelta(days=200))
    state(book, "suitability_report_days", portfolio_id, text="Ada", valid_from=today - timedelta(days=30))
    found = {code: one.status for code, one in book.by_code(portfolio_id).items()}
    assert found == {
        "mifid.costs_ahead": "failed", "mifid.costs_after": "passed", "mifid.costs_agree": "failed",
        "mifid.costs_third_party": "passed", "mifid.costs_effect": "passed", "mifid.report": "passed",
    }  # fmt: skip


def test_days_of_borrowing_are_counted_in_a_row_and_begin_anew_after_a_day_without(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 200}, {"USD": 500})
    first, back, again = LAST - timedelta(days=60), LAST - timedelta(days=41), LAST - timedelta(days=20)
    for day, amount in ((first, -600), (back, 100), (again, -10)):
        book.book(
            portfolio_id, kind="withdrawal" if amount < 0 else "deposit", trade_date=day,
            amount_ccy=Decimal(amount), currency="USD",
        )  # fmt: skip
    assert read(book, portfolio_id, "borrowing_days").state.facts["borrowing_days"] == 21.0
    past = {day: book.checks.states.read(book.manager, portfolio_id, day, fields={"borrowing_days"}).state.facts
            for day in (first, back - timedelta(days=1), back)}  # fmt: skip
    assert [past[day]["borrowing_days"] for day in past] == [1.0, 19.0, 0.0]


def test_the_greatest_fall_stays_told_until_the_period_ends(book: Book) -> None:
    closes = np.full(DAYS_COUNT, 100.0)
    days = weekdays(DAYS_COUNT).astype("datetime64[D]").astype(object).tolist()
    low = next(place for place, day in enumerate(days) if day >= date(2022, 11, 1))
    closes[low : low + 5], closes[low + 5 :] = 88.0, 97.0
    alpha = book.world.asset("AAA", closes, weekdays(DAYS_COUNT))
    portfolio_id = book.world.portfolio({alpha: 100})
    facts = read(book, portfolio_id, "fall_since_report", "worst_fall_since_report").state.facts
    assert facts["fall_since_report"] == pytest.approx(0.03)
    assert facts["worst_fall_since_report"] == pytest.approx(0.12)
    book.rule("notices.mifid_10")
    told = book.by_code(portfolio_id)["notices.mifid_10"].groups[0]
    assert (told.status, told.step) == ("failed", pytest.approx(0.1))


@pytest.mark.parametrize(("units", "fall"), [(10, 0.2), (-10, -0.2)])
def test_a_leveraged_instrument_falls_from_what_was_paid_for_it(book: Book, units: int, fall: float) -> None:
    note = book.stock("LEV", 50.0)
    portfolio_id = book.world.portfolio({}, {"USD": 5_000})
    book.trade(portfolio_id, note, units, 62.5, LAST - timedelta(days=10))
    book.attribute(note, "is_leveraged", 1.0)
    seen = read(book, portfolio_id, "fall_since_bought", "is_leveraged")
    assert seen.state.given["fall_since_bought"][1] == pytest.approx(fall)
    book.rule("notices.mifid_10_each")
    assert book.by_code(portfolio_id)["notices.mifid_10_each"].status == ("failed" if fall > 0 else "passed")


def test_claims_leave_nothing_unknown_for_any_other_rule(book: Book) -> None:
    alpha = book.stock("AAA", 50.0, issuer="Works")
    portfolio_id = book.world.portfolio({alpha: 20}, {"USD": 9_000})
    state(book, "otc_exposure_bank", portfolio_id, about="Dealer", number=100.0)
    seen = book.checks.states.read(book.manager, portfolio_id)
    at = seen.state.symbols.index("OTC Dealer")
    assert [gap.field for gap in seen.unknown if "OTC Dealer" in gap.symbols] == []
    owed = seen.state.column("otc_exposure")
    assert isinstance(owed, Numbers)
    assert owed.least.tolist()[at] == pytest.approx(0.01)
    assert seen.state.values_ccy[at] == 0
    assert seen.asset_ids[at] is None
    assert not seen.lines[at].is_cash


@pytest.mark.requirement("4.3.F2")
def test_votes_and_short_positions_add_up_over_the_house_in_all_classes_of_an_issuer(book: Book) -> None:
    """2.5% and 2.6% of the votes are 5.1%; who is short of 0.06% is beside 0.05% elsewhere, whatever others hold."""
    ordinary = book.stock("ORD", 50.0, issuer="Werke", country="DE")
    other = book.stock("PRF", 50.0, issuer="Werke", seed=2, country="DE")
    for one in (ordinary, other):
        book.attribute(one, "votes_outstanding_count", 100_000.0)
        book.attribute(one, "capital_outstanding_count", 100_000.0)
    mine = book.world.portfolio({ordinary: 2500}, {"USD": 1e6}, name="Mine")
    book.world.portfolio({other: 2600}, {"USD": 1e6}, name="Other")
    short = book.world.portfolio({ordinary: -60}, {"USD": 1e6}, name="Short")
    book.world.portfolio({other: -50}, {"USD": 1e6}, name="Short too")
    book.rule("notices.eu_transparency")
    book.rule("notices.short_eu")
    votes = book.by_code(mine)["notices.eu_transparency"]
    assert (votes.status, votes.groups[0].value) == ("failed", pytest.approx(0.051))
    sold = book.by_code(short)["notices.short_eu"]
    assert (sold.status, sold.groups[0].value) == ("failed", pytest.approx(0.0011))
    held = book.by_code(mine)["notices.short_eu"]
    assert held.status == "passed", "who holds more than the others are short of has nothing to tell"


def test_votes_elsewhere_of_which_nobody_knows_how_many_there_are_leave_it_open(book: Book) -> None:
    ordinary = book.stock("ORD", 50.0, issuer="Werke", country="DE")
    other = book.stock("PRF", 50.0, issuer="Werke", seed=2, country="DE")
    book.attribute(ordinary, "votes_outstanding_count", 100_000.0)
    mine = book.world.portfolio({ordinary: 2500}, {"USD": 1e6}, name="Mine")
    book.world.portfolio({other: 2600}, {"USD": 1e6}, name="Other")
    book.rule("notices.eu_transparency")
    found = book.by_code(mine)["notices.eu_transparency"]
    assert found.status == "indeterminate"
    assert "votes_outstanding_count" in " ".join(one.advice for one in found.missing)
