"""What do the checks make of histories that are odd but true, of figures that are missing, and of the smallest series?

Each class of error has its planted case in `test_detectors.py`; here is what must survive beside it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.quality.check import check
from data.quality.findings import Finding, Kind
from data.quality.series import Action, QualitySeries
from tests.data.quality.test_detectors import COUNT, DAYS, found, kinds, series

EX = 200
"""The place of the event in each series."""


def with_closes(close: Any, **more: Any) -> QualitySeries:
    given = {"adjusted": close.copy()} | more
    return replace(series(), close=close, **given)


def stepped(times: float, place: int = EX) -> Any:
    """Return closes that are `times` what they were from a place on."""
    close = series().close.copy()
    close[place:] *= times
    return close


def told(one: QualitySeries, kind: Kind) -> list[Finding]:
    return [finding for finding in found(one) if finding.kind is kind]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("has_others", [False, True])
def test_a_series_of_a_few_bars_is_checked_beside_others_or_alone(count: int, has_others: bool) -> None:
    """A new asset has one bar, on a day that no other asset may have yet."""
    days = DAYS[-1] + np.arange(1, count + 1)
    tiny = QualitySeries("NEW", days, np.full(count, 9.5), np.full(count, 9.5), volume=np.full(count, 100.0))
    others = [series(seed) for seed in range(2, 8)] if has_others else []
    assert {finding.kind for finding in check([tiny, *others]).findings} <= {Kind.REPEATED}


def test_figures_that_are_not_numbers_neither_stop_the_checks_nor_become_proposals() -> None:
    close = series().close.copy()
    close[100:110] = np.nan
    close[110] = 0.0  # after a gap: no good close stands before it
    close[300] *= 1.3
    by_kind = {finding.kind: finding for finding in found(with_closes(close))}
    assert by_kind[Kind.NONPOSITIVE].proposed is None
    assert np.isfinite(by_kind[Kind.OUTLIER].proposed).all()
    assert kinds(with_closes(np.full(COUNT, np.nan))) == []


@pytest.mark.parametrize("level", [1e-9, 1e12])
def test_checks_do_not_depend_on_the_size_of_prices(level: float) -> None:
    clean = with_closes(series().close * level)
    assert kinds(clean) == []
    spiked = clean.close.copy()
    spiked[EX] *= 1.3
    (finding,) = found(with_closes(spiked))
    assert finding.kind is Kind.OUTLIER
    assert finding.proposed[0] == pytest.approx(np.sqrt(spiked[EX - 1] * spiked[EX + 1]), rel=1e-12)


def test_thirty_years_of_a_single_asset_are_checked_without_peers() -> None:
    days = np.busday_offset("1993-01-04", np.arange(7800), roll="forward").astype("datetime64[D]")
    close = 20.0 * np.exp(np.cumsum(np.random.default_rng(8).normal(0.0002, 0.011, len(days))))
    one = QualitySeries("OLD", days, close, close.copy(), volume=np.full(len(days), 1e6) + np.arange(len(days)))
    assert found(one) == []
    close[5000] *= 100.0
    assert kinds(replace(one, adjusted=close.copy())) == [Kind.UNIT]


@pytest.mark.parametrize("volume", [None, np.zeros(COUNT), np.full(COUNT, np.nan)], ids=["none", "zero", "unknown"])
def test_a_currency_quoted_the_same_for_five_days_is_not_stale_and_one_that_never_moves_is_told_once(
    volume: Any,
) -> None:
    """Providers report a volume of zero for currencies and indices: that says nothing."""
    rate = np.round(1.1 * np.exp(np.cumsum(np.random.default_rng(4).normal(0.0, 0.0015, COUNT))), 4)
    rate[100:105] = rate[100]
    assert kinds(with_closes(rate, volume=volume)) == []
    assert kinds(with_closes(np.full(COUNT, 3.6725), volume=volume)) == [Kind.STALE]


def test_a_coin_that_trades_on_weekends_has_no_day_too_many() -> None:
    every = np.arange(DAYS[0], DAYS[-1] + 1)
    close = 9e3 * np.exp(np.cumsum(np.random.default_rng(2).normal(0.0, 0.03, len(every))))
    assert found(QualitySeries("BTC", every, close, close.copy())) == []


def test_oil_below_zero_in_april_2020_is_left_as_it_was() -> None:
    """20 April 2020: the May contract on WTI settled at -37.63 dollars, after 18.27 and before 10.01."""
    close = 20.0 + series().close * 0.02
    close[EX - 1 : EX + 3] = (18.27, -37.63, 10.01, 13.78)
    oil = with_closes(close, may_be_negative=True, volume=None)
    assert kinds(oil) == []
    assert kinds(replace(oil, others={"second": (DAYS, close.copy()), "third": (DAYS, close.copy())})) == []
    assert Kind.NONPOSITIVE in kinds(replace(oil, may_be_negative=False))


@pytest.mark.parametrize("share", [0.3, 0.5, 2 / 3])
@pytest.mark.parametrize("is_adjusted", [True, False])
def test_a_very_large_dividend_is_no_split(share: float, is_adjusted: bool) -> None:
    """Half of the price paid out looks like 2 for 1; the dividend that is known explains it."""
    close = stepped(1.0 - share)
    paid = share * close[EX - 1]
    right = close.copy()
    right[:EX] *= 1.0 - share
    one = with_closes(
        close, adjusted=right if is_adjusted else close.copy(), actions=(Action("dividend", DAYS[EX], paid),)
    )
    findings = found(one)
    assert [finding.kind for finding in findings] == ([] if is_adjusted else [Kind.DIVIDEND])
    for finding in findings:
        assert finding.is_adjusted_only
        np.testing.assert_allclose(finding.proposed, right[:EX], rtol=1e-9)


@pytest.mark.parametrize("ratio", [50.0, 100.0, 1000.0])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_reverse_split_in_raw_closes_is_no_error_of_unit_where_the_adjusted_ones_know_of_it(
    ratio: float, is_known: bool
) -> None:
    actions = (Action("split", DAYS[EX], ratio=1.0 / ratio),) if is_known else ()
    one = with_closes(stepped(ratio), adjusted=series().close.copy(), actions=actions)
    assert kinds(one) == []


def test_a_known_reverse_split_that_nobody_adjusted_for_is_told_as_one() -> None:
    one = with_closes(stepped(100.0), actions=(Action("split", DAYS[EX], ratio=0.01),))
    (finding,) = found(one)
    assert (finding.kind, finding.confidence_frac) == (Kind.SPLIT, pytest.approx(0.96))
    np.testing.assert_allclose(finding.proposed, one.close[:EX] * 100.0, rtol=1e-9)


def test_a_block_in_cents_of_the_closes_alone_is_told_without_a_proposal_that_would_change_both() -> None:
    close = series().close.copy()
    close[EX : EX + 20] *= 100.0
    (finding,) = told(with_closes(close, adjusted=series().close.copy()), Kind.UNIT)
    assert finding.proposed is None


def test_a_currency_that_drops_three_zeros_is_told_as_what_it_can_be_and_six_zeros_are_left_alone() -> None:
    (finding,) = found(with_closes(stepped(0.001), volume=None))
    assert finding.kind is Kind.UNIT
    assert finding.reason.endswith("or a split or a new currency that no source names.")
    assert finding.confidence_frac < 0.95  # never corrected at once under the usual policy
    assert kinds(with_closes(stepped(1e-6), volume=None)) == []


@pytest.mark.parametrize("left_frac", [0.38, 0.62, 0.8])
def test_a_spin_off_that_nobody_adjusted_for_is_no_split(left_frac: float) -> None:
    assert kinds(with_closes(stepped(left_frac))) == []


@pytest.mark.requirement("2.1.B3")
@pytest.mark.parametrize("crash", [-0.09, -0.12, -0.20], ids=["2008-10-15", "2020-03-16", "1987-10-19"])
def test_a_crash_of_the_whole_market_with_its_rebound_is_left_alone(crash: float) -> None:
    """All fall on one day and most of it comes back the next, as in October 2008 and March 2020."""
    rng = np.random.default_rng(6)
    universe = []
    for seed in range(1, 21):
        one = series(seed)
        own = crash * rng.uniform(0.7, 1.3)
        one.close[EX] *= 1.0 + own
        one.close[EX + 1 :] *= 1.0 + 0.12 * abs(own)
        universe.append(replace(one, adjusted=one.close.copy()))
    assert [finding.reason for finding in check(universe).findings] == []


@pytest.mark.requirement("2.1.B3")
@pytest.mark.parametrize("move", [-0.52, -0.35, 0.4, 0.9], ids=["AAPL 2000", "NFLX 2022", "NVDA", "GME 2021"])
def test_a_jump_of_one_stock_that_a_second_source_has_too_is_left_alone(move: float) -> None:
    """Whether it stays or comes back the day after, on usual volume and without peers."""
    for last in (EX + 1, COUNT):
        close = series().close.copy()
        close[EX:last] *= 1.0 + move
        second = close * 1.0004
        assert kinds(with_closes(close, others={"second": (DAYS, second)})) == []
    alone = series().close.copy()
    alone[EX] *= 1.0 + move
    assert Kind.OUTLIER in kinds(with_closes(alone, others={"second": (DAYS, series().close)}))
