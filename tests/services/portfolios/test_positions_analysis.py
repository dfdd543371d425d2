"""Do contributions sum to the portfolio's return, and are shares of risk those of the report on risk?"""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace

import pytest

from services.errors import NotFound
from services.messages.portfolios import NewPortfolio
from services.messages.risk import RiskRequest
from services.portfolio_facts_reader import PortfolioFactsReader
from services.portfolios_analysis import PositionsAnalyst, first_close
from tests.services.compliance_checks.books import Book
from tests.services.risk.conftest import with_risk


def analyst(house) -> PositionsAnalyst:
    return PositionsAnalyst(portfolios=house.portfolios, facts=PortfolioFactsReader(house.ports))


@pytest.mark.parametrize("period", ["1m", "3m", "ytd", "1y", "all"])
def test_contributions_and_the_rest_sum_to_the_return_of_the_period(shared_house, period: str) -> None:
    growth = shared_house.named("Aurora Growth")
    found = analyst(shared_house).analyze(growth.id, period, shared_house.manager)
    held = math.fsum(one.contribution_frac for one in found.positions)
    assert held + found.rest_frac == pytest.approx(found.return_frac, abs=1e-12)
    history = shared_house.portfolios.history(growth.id, shared_house.manager)
    start = next((place for place in reversed(range(len(history.dates))) if history.dates[place] <= found.start), None)
    before = 1.0 if start is None else history.twr_index[start]
    assert found.return_frac == pytest.approx(history.twr_index[-1] / before - 1.0, abs=1e-9)


@pytest.mark.requirement("5.1.F2")
def test_shares_of_risk_are_those_of_the_report_on_risk(shared_house) -> None:
    growth = shared_house.named("Aurora Growth")
    found = analyst(shared_house).analyze(growth.id, "ytd", shared_house.manager)
    report = with_risk(shared_house).risk.compute(RiskRequest(portfolio_id=growth.id), shared_house.manager)
    told = {one.name: one.share_frac for one in report.decompositions[0].of("volatility").assets}
    shares = {one.symbol: one.risk_share_frac for one in found.positions}
    assert shares == pytest.approx({symbol: told[symbol] for symbol in shares}, rel=1e-12)
    assert math.fsum(shares.values()) == pytest.approx(1.0, abs=1e-9)


def test_what_the_data_do_not_allow_is_missing_and_said(book: Book) -> None:
    world = SimpleNamespace(portfolios=book.world.portfolios, ports=book.world.ports)
    empty = book.world.portfolios.create(NewPortfolio(name="Empty"), book.manager)
    found = analyst(world).analyze(empty.id, "ytd", book.manager)
    assert (found.positions, found.return_frac, found.rest_frac) == ((), None, None)
    assert found.notes == ("No contributions: the portfolio has no valued days in this period.",)
    with pytest.raises(NotFound):
        analyst(world).analyze(empty.id, "ytd", book.world.stranger)


def test_a_period_runs_from_the_close_before_it() -> None:
    end = date(2022, 12, 28)
    assert first_close("ytd", end) == date(2021, 12, 31)
    assert first_close("1y", end) == date(2021, 12, 28)
    assert first_close("1m", end) == date(2022, 11, 27)
    assert first_close("all", end) == date.min
