"""Are returns with flows and fees those that their definitions say, also where there is little to go on?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.performance.money_weighted import internal_rate, money_weighted
from engine.performance.returns import (
    fees_accrued,
    fees_of_amounts,
    gross_of_fees,
    linked,
    modified_dietz,
    net_of_fees,
    time_weighted,
)


@pytest.mark.requirement("2.3.F1")
def test_flows_count_at_the_end_of_their_day_and_at_its_start_where_nothing_was_invested():
    values = np.array([101.0, 111.1, 211.1, 0.0, 0.0, 52.0])
    flows = np.array([100.0, 0.0, 100.0, -211.1, 0.0, 50.0])
    found = time_weighted(values, flows)
    assert found[[0, 1, 2, 3, 5]] == pytest.approx([0.01, 0.1, 0.0, 0.0, 0.04])
    assert np.isnan(found[4])
    assert linked(found) == pytest.approx(1.01 * 1.1 * 1.04 - 1.0)


def test_modified_dietz_without_flows_is_the_plain_return_and_without_capital_none():
    start, end = date(2024, 1, 31), date(2024, 2, 29)
    assert modified_dietz(100.0, 104.0, [], started_on=start, ended_on=end) == pytest.approx(0.04)
    assert modified_dietz(0.0, 104.0, [], started_on=start, ended_on=end) is None
    with pytest.raises(InputRefused, match="outside the stretch"):
        modified_dietz(100.0, 104.0, [(start, 1.0)], started_on=start, ended_on=end)
    with pytest.raises(InputRefused, match="not after its start"):
        modified_dietz(100.0, 104.0, [], started_on=start, ended_on=start)


def test_fees_there_and_back():
    dates = np.array(["2024-01-02", "2024-01-05", "2024-01-08"], dtype="datetime64[D]")
    fees = fees_accrued(dates, date(2024, 1, 1), 0.0365)
    assert fees == pytest.approx([1e-4, 3e-4, 3e-4])
    gross = np.array([0.01, -0.02, 0.0])
    assert gross_of_fees(net_of_fees(gross, fees), fees) == pytest.approx(gross)
    assert net_of_fees(gross, fees)[0] == pytest.approx(1.01 * 0.9999 - 1.0)
    assert fees_of_amounts(np.array([1.0, 0.0]), np.array([99.0, 0.0])) == pytest.approx([0.01, 0.0])
    with pytest.raises(InputRefused, match="whole capital"):
        gross_of_fees(gross, np.array([1.0, 0.0, 0.0]))


def test_money_that_only_came_in_has_no_rate():
    found = money_weighted([(date(2024, 1, 1), 100.0)], end_ccy=0.0, ended_on=date(2024, 6, 1))
    assert (found.status, found.rate_annual_frac) == ("none", None)
    assert "only came in" in found.sentence


def test_a_few_days_are_not_annualized_and_a_huge_rate_is_not_told():
    found = internal_rate([(date(2024, 1, 1), -100.0), (date(2024, 1, 3), 110.0)])
    assert found.return_frac == pytest.approx(0.1)
    assert not found.is_annualized
    assert found.rate_annual_frac is None
    assert found.sentence == "The client's money earned 10% over 2 days, not annualized."


def test_without_flows_the_internal_rate_is_the_plain_return_a_year():
    found = money_weighted([], end_ccy=121.0, ended_on=date(2023, 1, 1), start=(date(2021, 1, 1), 100.0))
    assert found.rate_annual_frac == pytest.approx(0.1)
    lost = money_weighted([], end_ccy=0.01, ended_on=date(2023, 1, 1), start=(date(2021, 1, 1), 100.0))
    assert lost.rate_annual_frac == pytest.approx(-0.99)


def test_flows_are_checked():
    with pytest.raises(InputRefused, match="after the end"):
        money_weighted([(date(2024, 2, 1), 1.0)], end_ccy=1.0, ended_on=date(2024, 1, 1))
    with pytest.raises(InputRefused, match="no flows"):
        internal_rate([])
    with pytest.raises(InputRefused, match="not a finite number"):
        internal_rate([(date(2024, 1, 1), float("nan"))])


def test_rates_that_lie_close_together_or_touch_zero_are_found():
    """(x - 10%)² has one root that changes no sign; (x - 10%)(x - 10.4%) two between neighbours of the grid."""
    days = [date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1)]
    touching = internal_rate(list(zip(days, (-1.0, 2.2, -1.21), strict=True)))
    assert touching.status == "found"
    assert touching.rate_annual_frac == pytest.approx(0.1, abs=1e-6)
    near = internal_rate(list(zip(days, (-1.0, 1.1 + 1.104, -1.1 * 1.104), strict=True)))
    assert near.status == "multiple"
    assert near.roots_annual_frac == pytest.approx((0.1, 0.104), abs=1e-9)
