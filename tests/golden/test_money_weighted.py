"""Are money-weighted returns and Modified Dietz those of published examples?

Microsoft's documentation of Excel's XIRR: 10,000 paid in on 1 January 2008 and paid back in four parts give
0.373362535. The textbook example of two rates: 100, -230 and 132 a year apart are worth nothing at 10% and at 20%. The
article "Modified Dietz method" of Wikipedia: 100 at first, 50 more after the first of two years of equal length, 300 at
the end; the Modified Dietz return is 150 / 125 = 120%, and the internal rate is 50% a year.
"""

from __future__ import annotations

from datetime import date

import pytest

from engine.performance.money_weighted import internal_rate, money_weighted
from engine.performance.returns import modified_dietz


@pytest.mark.requirement("2.3.F1")
def test_the_example_of_excel() -> None:
    paid = [(2008, 1, 1, -10000), (2008, 3, 1, 2750), (2008, 10, 30, 4250), (2009, 2, 15, 3250), (2009, 4, 1, 2750)]
    found = internal_rate([(date(y, m, d), float(amount)) for y, m, d, amount in paid])
    assert found.rate_annual_frac == pytest.approx(0.373362535, abs=5e-9)
    assert found.is_annualized


def test_two_rates_are_told_and_none_is_chosen() -> None:
    found = internal_rate([(date(2021, 1, 1), 100.0), (date(2022, 1, 1), -230.0), (date(2023, 1, 1), 132.0)])
    assert found.status == "multiple"
    assert found.rate_annual_frac is None
    assert found.roots_annual_frac == pytest.approx((0.1, 0.2))
    assert found.sentence == "There is no single money-weighted return: the flows fit 10% and 20% a year alike."


def test_two_years_with_a_flow_between() -> None:
    start, between, end = date(2020, 12, 31), date(2021, 12, 31), date(2022, 12, 31)
    assert modified_dietz(100.0, 300.0, [(between, 50.0)], started_on=start, ended_on=end) == pytest.approx(1.2)
    found = money_weighted([(between, 50.0)], end_ccy=300.0, ended_on=end, start=(start, 100.0))
    assert found.rate_annual_frac == pytest.approx(0.5)
    assert found.return_frac == pytest.approx(1.25)
