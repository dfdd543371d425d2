"""Is the risk-free rate the one of its date, and said to be missing when nobody has set it?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.kernel.risk_free import RiskFree

DATES = (date(2020, 1, 2), date(2020, 3, 2), date(2020, 6, 1))
RATES = (0.015, 0.01, 0.001)


def test_a_rate_that_is_not_set_is_zero_and_says_so():
    rate = RiskFree.not_set()
    assert (rate.at(), rate.at(date(2020, 1, 1)), rate.per_period(np.array(DATES, dtype="datetime64[D]"), 252)) == (
        0,
        0,
        0,
    )
    assert not rate.is_set
    assert rate.sentence() == "The risk-free rate is not set; 0% is used."


def test_a_constant_rate_holds_on_every_date():
    rate = RiskFree.constant(0.02, "EUR")
    assert rate.at(date(1999, 1, 1)) == 0.02
    assert rate.per_period(np.array(DATES, dtype="datetime64[D]"), 12) == 0.02 / 12
    assert rate.sentence() == "The risk-free rate is 2% a year in EUR."
    assert RiskFree.constant(0.0).sentence() == "The risk-free rate is 0% a year."


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (date(2019, 1, 1), 0.015),
        (date(2020, 1, 2), 0.015),
        (date(2020, 3, 1), 0.015),
        (date(2020, 3, 2), 0.01),
        (date(2025, 1, 1), 0.001),
        (None, 0.001),
    ],
)
def test_a_dated_rate_holds_from_its_date_until_the_next(when, expected):
    assert RiskFree.dated(DATES, RATES).at(when) == expected


def test_a_period_earns_the_rate_that_was_known_when_it_began():
    rate = RiskFree.dated(DATES, RATES)
    ends = np.array(["2020-01-02", "2020-03-02", "2020-03-03", "2020-06-01", "2020-06-02"], dtype="datetime64[D]")
    np.testing.assert_allclose(rate.per_period(ends, 252) * 252, [0.015, 0.015, 0.01, 0.01, 0.001])
    one = rate.per_period(ends[-1:], 252)
    np.testing.assert_allclose(one * 252, [0.001])
    assert len(rate.per_period(ends[:0], 252)) == 0


def test_the_sentence_names_rate_date_currency_and_source():
    rate = RiskFree.dated(DATES, RATES, "USD", "3-month Treasury bills")
    assert rate.sentence(date(2020, 4, 1), date(2019, 5, 1)) == (
        "The risk-free rate is 1% a year in USD, of 2 March 2020 (3-month Treasury bills). "
        "Before 2 January 2020 its first known value is used."
    )
    assert rate.sentence().startswith("The risk-free rate is 0.1% a year in USD, of 1 June 2020")


def test_rates_that_cannot_be_meant_are_refused_with_every_problem():
    with pytest.raises(InputRefused) as refusal:
        RiskFree.dated((DATES[1], DATES[0]), (0.01, 2.0))
    assert [one.path for one in refusal.value.problems] == ["risk_free.dates", "risk_free.rates"]
    assert "did you mean 2%" in refusal.value.problems[1].advice
    for wrong in (5.0, float("nan"), float("-inf")):
        with pytest.raises(InputRefused):
            RiskFree.constant(wrong)
    with pytest.raises(InputRefused, match="1 rates are given for 3 dates"):
        RiskFree.dated(DATES, (0.01,))
    with pytest.raises(InputRefused):
        RiskFree.dated((), ())
    with pytest.raises(InputRefused, match="missing or infinite"):
        RiskFree.dated(DATES, (0.01, float("nan"), 0.02))
