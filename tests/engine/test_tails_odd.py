"""What do the methods say of odd portfolios: all cash, one day, young assets, gaps, total losses?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.tails.report import METHODS, tail_report
from engine.tails.result import TailReport
from tests.engine.tail_worlds import student_returns


def assert_finite(report: TailReport) -> None:
    """Assert that figures are there, or a reason; the models themselves refuse NaN and infinity."""
    for one in report.figures:
        assert (one.value_at_risk is None) == (one.expected_shortfall is None) == (one.status == "refused")
        assert one.status == "ok" or one.reason


@pytest.mark.parametrize("rate", [0.0, 0.0001])
def test_cash_loses_nothing_by_any_method(rate: float) -> None:
    report = tail_report(np.full(500, rate))
    assert_finite(report)
    assert report.notes
    for one in report.figures:
        assert one.value_at_risk.loss_frac == pytest.approx(-((1.0 + rate) ** one.horizon_days - 1.0))
        assert one.value_at_risk.standard_error_frac == 0.0
    assert len({one.method for one in report.figures}) == len(METHODS)


def test_unknown_days_are_left_out_and_said() -> None:
    returns = student_returns(600)
    returns[:50] = np.nan
    returns[200:203] = np.nan
    returns[-1] = np.nan
    report = tail_report(returns, resamples_count=0)
    assert_finite(report)
    assert (report.observations_count, report.unknown_count) == (546, 54)
    assert any("last day" in note for note in report.notes)
    day = tail_report(returns[np.isfinite(returns)], resamples_count=0)
    assert day.figure("historical", 0.95, 1) == report.figure("historical", 0.95, 1)
    assert report.figure("historical", 0.95, 10).observations_count == (150 - 9) + (396 - 9)  # none spans a gap


@pytest.mark.parametrize("days", [20, 25, 60, 99, 130])
def test_a_young_portfolio_gets_figures_or_reasons(days: int) -> None:
    assert_finite(tail_report(student_returns(days), resamples_count=50, draws_count=2000, paths_count=2000))


def test_nearly_still_returns_with_one_jump() -> None:
    returns = np.zeros(400)
    returns[300] = -0.3
    assert_finite(tail_report(returns, resamples_count=50, draws_count=2000, paths_count=2000))


def test_a_still_stretch_at_the_end() -> None:
    returns = student_returns(600)
    returns[400:] = 0.0
    assert_finite(tail_report(returns, resamples_count=50, draws_count=2000, paths_count=2000))


def test_a_total_loss_in_the_history() -> None:
    returns = student_returns(400)
    returns[100] = -1.0
    report = tail_report(returns, resamples_count=50, draws_count=2000, paths_count=2000)
    assert_finite(report)
    assert report.figure("historical", 0.99, 10).status == "refused"  # 39 stretches that share no day


@pytest.mark.parametrize(
    "wrong", [np.zeros(5), np.full(100, np.nan), np.array([np.inf] * 30), np.full(30, -1.5), np.zeros((30, 2))]
)
def test_what_is_no_series_is_refused_in_words(wrong: np.ndarray) -> None:
    with pytest.raises(InputRefused) as refusal:
        tail_report(wrong)
    assert refusal.value.problems[0].advice
