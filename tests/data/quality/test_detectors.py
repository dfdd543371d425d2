"""Is each error told, and is what looks like one and is none left alone?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.quality.check import check, check_one
from data.quality.findings import Kind, by_stretch, runs
from data.quality.levels import Step, blocks_of
from data.quality.peers import Peers
from data.quality.registry import detectors
from data.quality.robust import local_scale
from data.quality.series import Action, QualitySeries

COUNT = 400
DAYS = np.busday_offset("2019-01-02", np.arange(COUNT), roll="forward").astype("datetime64[D]")


def series(seed: int = 1, **more: Any) -> QualitySeries:
    rng = np.random.default_rng(seed)
    close = more.pop("close", None)
    if close is None:
        close = 40.0 * np.exp(np.cumsum(rng.normal(0.0, 0.012, COUNT)))
    volume = np.round(1e6 * np.exp(rng.normal(0.0, 0.3, COUNT)))
    given = {"volume": volume, "expected": DAYS} | more
    return QualitySeries(f"S{seed}", DAYS, close, more.pop("adjusted", close.copy()), **given)


def found(one: QualitySeries, *others: QualitySeries) -> list[Any]:
    universe = [one, *others]
    return [finding for finding in check(universe).findings if finding.symbol == one.symbol]


def kinds(one: QualitySeries, *others: QualitySeries) -> list[Kind]:
    return [finding.kind for finding in found(one, *others)]


def test_a_clean_series_holds_nothing() -> None:
    assert kinds(series()) == []


def test_robust_scale_agrees_with_the_closed_form_and_falls_back_where_most_returns_are_equal() -> None:
    returns = np.concatenate((np.arange(-31.0, 0.0), [500.0, -500.0], np.arange(1.0, 31.0)))
    middle, scale = local_scale(returns, 31)
    assert middle == pytest.approx(-0.5, abs=0.5)
    assert scale == pytest.approx(1.4826 * 16, rel=0.04)  # half of 1..31 lie within 16 of the middle
    flat = np.zeros(80)
    flat[:10] = 0.02
    assert local_scale(flat, 40, width_count=80)[1] == pytest.approx(np.sqrt(np.pi / 2) * 10 * 0.02 / 78)


def test_a_spike_that_comes_back_is_told_with_the_mean_of_its_neighbors() -> None:
    one = series()
    one.close[200] *= 1.3
    (finding,) = found(replace(one, adjusted=one.close.copy()))
    assert finding.kind is Kind.OUTLIER
    assert finding.sessions.tolist() == DAYS[200:201].tolist()
    assert finding.proposed[0] == pytest.approx(np.sqrt(one.close[199] * one.close[201]))


@pytest.mark.parametrize("why", ["peers", "volume", "source", "stays"])
def test_a_jump_with_a_reason_is_kept(why: str) -> None:
    """A jump is true where peers made it too, where it was traded, where a second source has it, or where it stays."""
    one, others = series(), [series(seed) for seed in range(2, 8)]
    last = COUNT if why == "stays" else 201
    one.close[200:last] *= 1.3
    one = replace(one, adjusted=one.close.copy())
    if why == "peers":
        for other in others:
            other.close[200] *= 1.2
            other.adjusted[200] *= 1.2
    if why == "volume":
        one.volume[200] *= 6.0
    if why == "source":
        one = replace(one, others={"second": (DAYS, one.close * 1.5)})
    assert kinds(one, *others) == []


@pytest.mark.parametrize("factor", [0.1, 10.0])
@pytest.mark.parametrize("count", [COUNT, 16])
def test_a_tenfold_error_of_one_day_is_told_whatever_its_volume_says(factor: float, count: int) -> None:
    """A source that gets the count of shares wrong for a day changes price and volume: none of it was traded."""
    place = count // 2
    whole = series()
    whole.close[place] *= factor
    whole.volume[place] *= 10.0
    close = whole.close[:count]
    one = QualitySeries("TEN", DAYS[:count], close, close.copy(), volume=whole.volume[:count], expected=DAYS[:count])
    (finding,) = found(one)
    assert (finding.kind, finding.sessions.tolist()) == (Kind.OUTLIER, [DAYS[place].item()])
    assert finding.proposed[0] == pytest.approx(np.sqrt(close[place - 1] * close[place + 1]))
    assert "no volume explains" in finding.reason
    told_by_another = replace(one, others={"second": (DAYS[:count], close * 1.5)})
    assert Kind.OUTLIER not in kinds(told_by_another)


@pytest.mark.parametrize("left", [0.5, 2.5])
def test_a_fall_by_nine_tenths_that_is_not_undone_in_full_is_kept_where_it_was_traded(left: float) -> None:
    one = series()
    one.close[200] *= 0.1
    one.close[201:] *= left
    one.volume[200:202] *= 6.0
    assert Kind.OUTLIER not in kinds(replace(one, adjusted=one.close.copy()))


def test_a_day_on_which_a_quarter_of_all_series_jump_is_an_event_of_the_market() -> None:
    universe = [series(seed) for seed in range(1, 13)]
    for one in universe[:4]:
        one.close[200] *= 0.7
        one.adjusted[200] *= 0.7
    report = check(universe)
    assert report.findings == ()
    assert report.kept_count == 4
    assert report.event_days.tolist() == DAYS[200:201].tolist()
    universe = [replace(one) for one in universe]
    universe[0].close[300] *= 0.7
    universe[0].adjusted[300] *= 0.7
    assert [one.kind for one in check(universe).findings] == [Kind.OUTLIER]


@pytest.mark.parametrize(("low", "high"), [(100, 101), (100, 160), (0, 150)])
def test_a_block_in_cents_is_divided_by_a_hundred(low: int, high: int) -> None:
    one = series()
    truth = one.close.copy()
    one.close[low:high] *= 100.0
    (finding,) = found(replace(one, adjusted=one.close.copy()))
    assert finding.kind is Kind.UNIT
    np.testing.assert_allclose(finding.proposed, truth[low:high], rtol=1e-12)
    assert finding.confidence_frac >= 0.85


@pytest.mark.parametrize("is_known", [True, False])
def test_a_missed_split_proposes_to_adjust_everything_before_it(is_known: bool) -> None:
    one = series()
    truth = one.close.copy()
    one.close[:200] *= 4.0
    one.volume[:200] /= 4.0
    known = (Action("split", DAYS[200], ratio=4.0),) if is_known else ()
    (finding,) = found(replace(one, adjusted=one.close.copy(), actions=known))
    assert finding.kind is Kind.SPLIT
    np.testing.assert_allclose(finding.proposed, truth[:200], rtol=1e-12)
    assert (finding.confidence_frac > 0.95) is is_known


def test_bad_news_that_halve_a_price_are_no_split() -> None:
    """The fall is exact, but the shares changed hands as never before, and the price stays nervous."""
    one = series()
    one.close[200:] *= 0.5
    one.volume[200] *= 12.0
    one.close[201:] *= np.exp(np.cumsum(np.random.default_rng(3).normal(0.0, 0.05, COUNT - 201)))
    assert kinds(replace(one, adjusted=one.close.copy())) == []


def test_a_raw_close_that_shows_a_true_split_is_in_order_where_the_adjusted_one_does_not() -> None:
    one = series()
    raw = one.close.copy()
    raw[:200] *= 2.0
    known = (Action("split", DAYS[200], ratio=2.0),)
    assert kinds(replace(one, close=raw, actions=known)) == []


def test_a_dividend_left_out_or_taken_a_hundredfold_is_put_right() -> None:
    one = series()
    close = one.close.copy()
    amount = 0.02 * close[199]
    close[200:] *= 0.98
    truth = close.copy()
    truth[:200] *= 0.98
    left_out = replace(one, close=close, adjusted=close.copy(), actions=(Action("dividend", DAYS[200], amount),))
    hundredfold = close.copy()
    hundredfold[:200] *= 0.02
    too_much = replace(one, close=close, adjusted=hundredfold, actions=(Action("dividend", DAYS[200], 100 * amount),))
    right = replace(one, close=close, adjusted=truth, actions=(Action("dividend", DAYS[200], amount),))
    for wrong in (left_out, too_much):
        (finding,) = found(wrong)
        assert (finding.kind, finding.is_adjusted_only) == (Kind.DIVIDEND, True)
        np.testing.assert_allclose(finding.proposed, truth[:200], rtol=0.003)
    assert kinds(right) == []


def test_a_price_that_stands_still_without_volume_is_stale_and_one_that_trades_is_not() -> None:
    one = series()
    one.close[100:106] = one.close[100]
    still = replace(one, adjusted=one.close.copy())
    assert kinds(still) == []
    still.volume[101:106] = 0.0
    (finding,) = found(still)
    assert (finding.kind, len(finding.sessions)) == (Kind.STALE, 5)


def test_zero_prices_take_the_last_good_close_unless_the_asset_may_be_below_zero() -> None:
    one = series()
    one.close[100] = 0.0
    bad = replace(one, adjusted=one.close.copy())
    (finding,) = found(bad)
    assert (finding.kind, finding.proposed[0]) == (Kind.NONPOSITIVE, one.close[99])
    assert Kind.NONPOSITIVE not in kinds(replace(bad, may_be_negative=True))


def test_bars_that_contradict_themselves_or_repeat_or_lack_volume_are_marked_without_a_proposal() -> None:
    one = series()
    bad = replace(one, high=one.close * 1.01, low=one.close * 0.99)
    bad.high[50] = bad.close[50] * 0.95
    bad.volume[60] = np.nan
    bad.close[70], bad.adjusted[70], bad.volume[70] = bad.close[69], bad.adjusted[69], bad.volume[69]
    bad.high[70], bad.low[70] = bad.high[69], bad.low[69]
    by_kind = {finding.kind: finding for finding in found(bad)}
    assert set(by_kind) == {Kind.OHLC, Kind.VOLUME_GAP, Kind.REPEATED}
    assert all(finding.proposed is None for finding in by_kind.values())


def test_missing_sessions_and_bars_on_holidays_are_held_against_the_calendar() -> None:
    one = series(expected=np.delete(DAYS, 80))
    gap = replace(
        one, **{name: np.delete(getattr(one, name), [30, 31]) for name in ("sessions", "close", "adjusted", "volume")}
    )
    by_kind = {finding.kind: finding for finding in found(gap)}
    assert by_kind[Kind.MISSING_SESSION].sessions.tolist() == DAYS[30:32].tolist()
    assert by_kind[Kind.OFF_CALENDAR].sessions.tolist() == DAYS[80:81].tolist()


def test_sources_are_compared_at_the_level_of_the_series_and_two_outvote_one() -> None:
    one = series()
    one.close[90] *= 1.02
    bad = replace(one, adjusted=one.close.copy())
    truth = series().close
    single = replace(bad, others={"b": (DAYS, truth * 0.5)})  # another adjustment: a steady ratio is no quarrel
    two = replace(bad, others={"b": (DAYS, truth * 0.5), "c": (DAYS, truth * 1.0001)})
    (alone,) = [finding for finding in found(single) if finding.kind is Kind.CROSS_SOURCE]
    (outvoted,) = [finding for finding in found(two) if finding.kind is Kind.CROSS_SOURCE]
    assert alone.proposed is None
    assert outvoted.proposed[0] == pytest.approx(truth[90], rel=2e-4)


def test_a_series_out_of_order_is_told_and_not_looked_at_further() -> None:
    one = series()
    days = DAYS.copy()
    days[10], days[20] = days[9], days[15]
    wrong = replace(one, sessions=days, expected=None)
    assert {finding.kind for finding in check([wrong, series(2)]).findings} == {Kind.ORDER}


def test_a_correction_settles_the_kind_that_it_was_made_for_and_no_other() -> None:
    one = series()
    one.close[200] *= 1.3
    settled = np.zeros(COUNT, dtype=bool)
    settled[200] = True
    spiked = replace(one, adjusted=one.close.copy(), settled=settled)
    assert kinds(replace(spiked, decided={Kind.OUTLIER: settled})) == []
    assert kinds(replace(spiked, decided={Kind.UNIT: settled})) == [Kind.OUTLIER]


def test_last_good_closes_in_place_of_zeros_are_not_told_as_a_price_that_stands_still() -> None:
    one = series()
    one.close[200:205] = one.close[199]
    filled = np.zeros(COUNT, dtype=bool)
    filled[200:205] = True
    still = replace(one, adjusted=one.close.copy(), volume=np.where(filled, 0.0, 1e6))
    assert Kind.STALE in kinds(still)
    assert kinds(replace(still, decided={Kind.NONPOSITIVE: filled})) == []


def test_bars_of_many_weekends_are_told_a_year_at_a_time() -> None:
    one = series()
    every = np.arange(DAYS[0], DAYS[-1] + 1)
    close = np.interp(every.astype(int), DAYS.astype(int), one.close)
    weekends = QualitySeries("W", every, close, close, expected=DAYS)
    told = [finding for finding in found(weekends) if finding.kind is Kind.OFF_CALENDAR]
    assert sum(len(finding.sessions) for finding in told) == len(every) - len(DAYS)
    assert len(told) == len(np.unique(every.astype("datetime64[Y]")))
    assert "more sessions, on which the exchange did not trade." in told[0].reason


def test_an_error_of_unit_is_not_told_again_as_a_spike_and_empty_series_hold_nothing() -> None:
    one = series()
    one.close[200] *= 100.0
    assert kinds(replace(one, adjusted=one.close.copy())) == [Kind.UNIT]
    nothing = QualitySeries("E", DAYS[:0], np.empty(0), np.empty(0))
    assert check_one(nothing, Peers([])) == []
    assert check([nothing]).findings == ()


def test_blocks_are_what_opposite_steps_enclose_and_what_comes_before_a_lasting_one() -> None:
    up, down = Step(10, 4.6, 100.0), Step(20, -4.6, 0.01)
    (inside,) = blocks_of([up, down], 100)
    assert (inside.low, inside.high, inside.scale, inside.is_inside) == (10, 20, 0.01, True)
    (before,) = blocks_of([up], 100)
    assert (before.low, before.high, before.scale) == (0, 10, 100.0)
    (young,) = blocks_of([Step(98, 4.6, 100.0)], 100)
    assert (young.low, young.high, young.scale) == (98, 100, 0.01)


def test_stretches_are_told_one_by_one_and_by_year_where_they_are_many() -> None:
    mask = np.zeros(COUNT, dtype=bool)
    mask[[3, 4, 9]] = True
    assert runs(mask) == [(3, 5), (9, 10)]
    assert [part.tolist() for part in by_stretch(DAYS, mask)] == [[3, 4], [9]]
    mask[::3] = True
    assert len(by_stretch(DAYS, mask)) == len(np.unique(DAYS.astype("datetime64[Y]")))


def test_every_kind_has_one_detector() -> None:
    assert {one.kind for one in detectors()} == set(Kind)
