"""Does a blend earn what a holder of its components earns who restores the shares by the rule, and only then?"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from services.blends import RULES, blend_path, with_anchor

START = date(2020, 1, 15)
DAYS = [START + timedelta(days=number) for number in range(400)]
SHARES = {date(2019, 1, 1): {"stocks": 0.6, "bonds": 0.4}}


def levels(seed: int, size: int) -> np.ndarray:
    return np.cumprod(1.0 + np.random.default_rng(seed).normal(0.0003, 0.01, size))


def components(size: int) -> dict[str, np.ndarray]:
    return {"stocks": levels(1, size), "bonds": levels(2, size)}


def held_by_hand(known: list[date], parts: dict[str, np.ndarray], rule: str) -> np.ndarray:
    """Second route: somebody owns units, and trades at a close when the next day begins another stretch."""
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}
    money, units, path = 1.0, {}, []
    for number, day in enumerate(known):
        if units:
            money = sum(units[key] * parts[key][number] for key in units)
        path.append(money)
        after = day + timedelta(days=1)
        is_end = rule == "daily" or (rule in months and after.day == 1 and (after.month - 1) % months[rule] == 0)
        if not units or is_end:
            units = {key: money * share / parts[key][number] for key, share in SHARES[date(2019, 1, 1)].items()}
    return np.array(path)


@pytest.mark.parametrize("rule", RULES)
def test_a_blend_is_worth_what_its_holder_owns(rule):
    parts = components(len(DAYS))
    found = blend_path(SHARES, parts, DAYS, rule)
    assert found.levels == pytest.approx(held_by_hand(DAYS, parts, rule), rel=1e-12)
    moves = {key: one[1:] / one[:-1] - 1.0 for key, one in parts.items()}
    earned = sum(found.begin_shares[key][1:] * moves[key] for key in parts)
    assert earned == pytest.approx(found.levels[1:] / found.levels[:-1] - 1.0, abs=1e-14)
    assert sum(found.begin_shares.values()) == pytest.approx(np.ones(len(DAYS)), abs=1e-14)


@pytest.mark.parametrize("rule", RULES)
def test_a_blend_reads_the_same_in_every_window(rule):
    first, cut = date(2019, 1, 1) - timedelta(days=1), 500
    whole = [first + timedelta(days=number) for number in range(900)]
    parts = components(len(whole))
    full = blend_path(SHARES, parts, whole, rule)
    known = with_anchor(SHARES, whole[cut:], rule)
    picked = [whole.index(day) for day in known]
    found = blend_path(SHARES, {key: one[picked] for key, one in parts.items()}, known, rule)
    size = len(whole) - cut
    assert found.levels[-size:] / found.levels[-size] == pytest.approx(full.levels[cut:] / full.levels[cut], rel=1e-12)
    after = slice(1 - size, None)  # the share before the first day of a window cannot be read from it
    assert found.begin_shares["bonds"][after] == pytest.approx(full.begin_shares["bonds"][after], rel=1e-12)


def test_other_shares_count_from_their_day_and_a_gap_is_no_gain():
    days = DAYS[:6]
    dated = {days[0]: {"stocks": 1.0}, days[3]: {"bonds": 1.0}}
    parts = {"stocks": np.array([np.nan, 1.0, 2.0, 2.0, 2.0, 2.0]), "bonds": np.array([5.0, 5, 5, 10, np.nan, 15])}
    found = blend_path(dated, parts, days, "never")
    assert np.isnan(found.levels[0])
    assert found.levels[1:4] == pytest.approx([1.0, 2.0, 4.0])
    assert np.isnan(found.levels[4])
    assert found.levels[5] == pytest.approx(6.0)
    assert blend_path(dated, {"stocks": parts["stocks"]}, days, "daily").levels[3:] == pytest.approx(
        [np.nan] * 3, nan_ok=True
    )
