"""Do portfolios side by side say what each one's own screens say, and what they have in common, exactly?"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from engine.kernel.wealth import falls_from_peak
from services.comparisons_courses import courses_of
from services.comparisons_parts import deepest_fall, overlap_frac
from services.errors import InvalidRequest, NotFound
from services.messages.portfolio_what_if import WhatIfWish
from services.messages.portfolios import NewPortfolio


def ids(desk, count: int) -> list[str]:
    listed = desk.house.portfolios.list(desk.house.manager)
    return [one.id for one in listed][:count]


def compare(desk, names, **wish):
    return desk.services.comparisons.compare(names, desk.house.manager, **wish)


@pytest.mark.requirement("5.1.A3")
def test_each_column_says_what_the_dashboard_and_the_report_on_risk_say(desk) -> None:
    chosen = ids(desk, 3)
    found = compare(desk, list(reversed(chosen)))
    assert [one.portfolio_id for one in found.portfolios] == list(reversed(chosen))
    rows = {one.id: one for one in desk.read(parts=("portfolios",)).portfolios}
    for one in found.portfolios:
        row = rows[one.portfolio_id]
        for name in (
            "value_ccy",
            "day_pnl_ccy",
            "return_ytd_frac",
            "active_ytd_frac",
            "volatility_1y_annual_frac",
            "drift",
        ):
            assert getattr(one, name) == getattr(row, name), name
        for name in ("limit_used_frac", "rules_broken_count"):
            assert getattr(one, name) == getattr(row, name), name
        assert one.limits_broken_count == row.breaches_count + row.risk_breaches_count
        said = desk.services.what_if.preview(one.portfolio_id, WhatIfWish(edits=()), desk.house.manager)
        figures = {figure.name: figure.before_frac for figure in said.risk}
        assert one.volatility_annual_frac == figures["volatility"]
        assert one.var_95_1d_frac == figures["var_95_1d"]
        assert one.tracking_error_annual_frac == figures["tracking_error"]


@pytest.mark.requirement("5.1.A3")
def test_sectors_sum_to_one_and_weights_are_those_of_the_holdings(desk) -> None:
    chosen = ids(desk, 2)
    found = compare(desk, chosen)
    for place, portfolio_id in enumerate(chosen):
        assert sum(one.weights_frac[place] for one in found.sectors) == pytest.approx(1.0, abs=1e-12)
        held = {one.symbol: one.weight_frac for one in desk.house.portfolios.holdings(portfolio_id, desk.house.manager)}
        for line in found.holdings:
            assert line.weights_frac[place] == held.get(line.name, 0.0)
    (pair,) = found.overlaps
    by_hand = sum(min(*one.weights_frac) for one in found.holdings if min(one.weights_frac) > 0)
    assert pair.overlap_frac == pytest.approx(by_hand, abs=1e-12)
    assert pair.shared_count == found.shared_count == sum(1 for one in found.holdings if all(one.weights_frac))
    shared = [all(one.weights_frac) for one in found.holdings]
    assert shared == sorted(shared, reverse=True)


def test_what_is_held_on_opposite_sides_is_not_in_common() -> None:
    assert overlap_frac({"A": 0.6, "B": 0.4}, {"A": 0.6, "B": 0.4}) == pytest.approx(1.0)
    assert overlap_frac({"A": 0.6, "B": -0.4}, {"A": 0.2, "B": 0.5, "C": 0.3}) == pytest.approx(0.2)
    assert overlap_frac({"A": -0.5}, {"A": -0.3}) == pytest.approx(0.3)
    assert overlap_frac({"A": 1.0}, {"B": 1.0}) == 0.0


def test_the_deepest_fall_is_that_of_the_last_year_alone() -> None:
    end = date(2022, 12, 28)
    levels = [5.0, 1.0, 1.2, 0.9, 1.1, 0.6, 1.3]
    days = [end - timedelta(days=400), *(end - timedelta(days=60 - 10 * step) for step in range(6))]
    points = [SimpleNamespace(day=day, twr_index=level) for day, level in zip(days, levels, strict=True)]
    assert deepest_fall(points, end) == pytest.approx(0.6 / 1.2 - 1.0)
    assert deepest_fall(points, end) == pytest.approx(falls_from_peak(levels[1:], levels[1]).min())
    assert deepest_fall(points[:2], end) is None
    assert deepest_fall([], None) is None


def test_courses_begin_at_the_first_common_day_and_end_at_the_last_one() -> None:
    def points(first: int, levels: list[float]) -> list[SimpleNamespace]:
        return [SimpleNamespace(day=date(2022, 1, first + n), twr_index=level) for n, level in enumerate(levels)]

    old, young = points(3, [1.0, 2.0, 1.5, 3.0, 2.4]), points(5, [7.0, 7.7, 7.7])
    resting = [one for one in points(3, [1.0, 4.0, 9.0, 2.0, 3.0]) if one.day != date(2022, 1, 5)]
    end = date(2022, 1, 7)
    found = courses_of(
        {"old": old, "young": young, "resting": resting, "new": points(7, [1.0]), "none": ()},
        {"old": end, "young": end, "resting": end, "new": end, "none": None},
    )
    assert [one.portfolio_id for one in found] == ["old", "young", "resting"]
    assert found[0].days == (date(2022, 1, 5), date(2022, 1, 6), end)
    assert found[0].growth_frac == pytest.approx((0.0, 1.0, 0.6))
    assert found[0].fall_frac == pytest.approx((0.0, 0.0, -0.2))
    assert found[1].growth_frac == pytest.approx((0.0, 0.1, 0.1))
    assert found[2].growth_frac == pytest.approx((0.0, -0.5, -0.25)), "from its level of the day before"
    apart = {"a": points(3, [1.0, 2.0]), "b": points(10, [1.0, 2.0])}
    assert courses_of(apart, {"a": date(2022, 1, 4), "b": date(2022, 1, 11)}) == ()
    assert courses_of({}, {}) == ()


@pytest.mark.requirement("5.1.A3")
def test_the_charts_fall_as_deep_as_the_figures_say(desk) -> None:
    found = compare(desk, ids(desk, 2))
    assert [one.portfolio_id for one in found.courses] == ids(desk, 2)
    for course, one in zip(found.courses, found.portfolios, strict=True):
        assert course.days[-1] == one.as_of
        assert min(course.fall_frac) == pytest.approx(one.max_drawdown_1y_frac, abs=1e-12)
        assert course.growth_frac[-1] == pytest.approx(one.return_1y_frac, abs=1e-9)


def test_too_few_too_many_and_twice_the_same_are_refused(desk) -> None:
    first, second = ids(desk, 2)
    for wrong in ([first], [], [first, first], [first, second, "c", "d", "e"]):
        with pytest.raises(InvalidRequest) as refused:
            compare(desk, wrong)
        assert [one.path for one in refused.value.fields] == ["portfolios"]


def test_a_portfolio_that_is_not_there_and_one_of_others_read_the_same(desk) -> None:
    first = ids(desk, 1)[0]
    with pytest.raises(NotFound) as refused:
        compare(desk, [first, "nobody-knows"])
    assert refused.value.message == NotFound.of("portfolio", "nobody-knows").message


def test_one_without_a_history_is_told_and_takes_nothing_with_it(desk) -> None:
    house = desk.house
    made = house.portfolios.create(NewPortfolio(name="Newborn"), house.manager)
    found = compare(desk, [ids(desk, 1)[0], made.id])
    newborn = next(one for one in found.portfolios if one.portfolio_id == made.id)
    assert (newborn.volatility_annual_frac, newborn.max_drawdown_1y_frac, newborn.largest_symbol) == (None, None, None)
    assert any(note.startswith("Newborn has no figures of risk") for note in found.notes)
    assert "Newborn has no daily values on the days of the others, so it has no line in the charts." in found.notes
    assert found.portfolios[0].volatility_annual_frac is not None
    assert [one.portfolio_id for one in found.courses] == ids(desk, 1)
    assert found.overlaps[0].overlap_frac == 0.0


def test_amounts_are_brought_into_the_currency_that_is_asked_for(packed_desk) -> None:
    chosen = ids(packed_desk, 2)
    own = compare(packed_desk, chosen)
    euros = compare(packed_desk, chosen, currency="EUR")
    for before, after in zip(own.portfolios, euros.portfolios, strict=True):
        assert after.value_ccy != before.value_ccy or before.base_currency == "EUR"
        assert after.return_ytd_frac == before.return_ytd_frac
    assert euros.currency == "EUR"
