"""Are periods of out- and underperformance found where they are, and is chance called chance?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.performance.bootstrap import stationary_places
from engine.performance.change_points import bridge_tail, change_points
from engine.performance.history import History
from engine.performance.period_search import Search, chances, place, statistic
from engine.performance.periods import active_periods

COUNT = 500
DATES = np.busday_offset("2020-01-02", np.arange(COUNT), roll="forward")
BASE = np.random.default_rng(1).normal(0.0004, 0.01, COUNT)


def record(active, **changes) -> History:
    return History.of(DATES, (1 + BASE) * (1 + active) - 1, benchmark_returns_frac=BASE, **changes)


@pytest.mark.requirement("2.3.A6")
def test_a_planted_stretch_is_found_named_and_significant():
    rng = np.random.default_rng(2)
    active = rng.normal(0.0, 0.003, COUNT)
    active[200:300] += 0.003
    found = active_periods(record(active), replicates_count=200)
    best = next(one for one in found.periods if one.kind == "stretch")
    assert best.is_better
    quarter = next(one for one in found.periods if one.kind == "quarter" and one.is_better)
    assert best.p_value < 0.05  # alone; together with the other kinds it is the window that stands out
    assert quarter.is_significant
    assert "more than chance" in quarter.sentence
    assert abs(int(np.searchsorted(DATES, np.datetime64(quarter.started_on))) - 200) < 40
    assert best.started_on <= quarter.started_on <= quarter.ended_on <= best.ended_on
    assert best.sentence.startswith("Best stretch of any length: ")
    assert found.sentence.startswith("Beyond chance, with the search accounted for: ")
    inside = slice(*np.searchsorted(DATES, [np.datetime64(best.started_on), np.datetime64(best.ended_on) + 1]))
    own, base = np.prod((1 + BASE[inside]) * (1 + active[inside])), np.prod(1 + BASE[inside])
    assert best.active_return_frac == pytest.approx(own - base)
    assert best.periods_count == inside.stop - inside.start
    assert found.model_dump_json()


@pytest.mark.requirement("2.3.A6")
def test_noise_is_called_significant_no_more_often_than_the_level_says():
    searches = [Search("stretch", 0, True), Search("active_drawdown", 0, False), Search("month", 21, True)]
    hits = 0
    for seed in range(60):
        rng = np.random.default_rng(100 + seed)
        _, together = chances(rng.standard_t(5, 300) * 0.003, searches, rng, 99, 7.0)
        hits += bool((together <= 0.05).any())
    assert hits <= 8  # 5% of 60 is 3; more than 8 has a chance of 0.3%


def test_without_significance_the_sentence_says_so():
    found = active_periods(record(np.random.default_rng(7).normal(0.0, 0.004, COUNT)), replicates_count=200)
    assert not any(one.is_significant for one in found.periods)
    assert found.sentence.startswith("No period stands out")
    kinds = [one.kind for one in found.periods]
    assert kinds.count("month") == kinds.count("year") == kinds.count("streak") == 2
    worst = next(one for one in found.periods if one.kind == "active_drawdown")
    assert not worst.is_better
    assert worst.active_return_frac < 0.0


def test_the_same_seed_gives_the_same_answer():
    history = record(np.random.default_rng(7).normal(0.0, 0.004, COUNT))
    assert active_periods(history, replicates_count=50) == active_periods(history, replicates_count=50)
    assert active_periods(history, replicates_count=50) != active_periods(history, replicates_count=50, seed=8)


@pytest.mark.parametrize("search", [
    Search("stretch", 0, True), Search("active_drawdown", 0, False), Search("month", 5, True),
    Search("month", 5, False), Search("streak", 0, True), Search("streak", 0, False),
])  # fmt: skip
def test_the_fast_search_is_the_slow_one(search):
    rng = np.random.default_rng(4)
    for _ in range(20):
        x = rng.normal(0.0, 1.0, 30)
        sums = np.concatenate([[0.0], np.cumsum(x)])
        sign = 1.0 if search.is_better else -1.0
        pairs = [(i, j) for i in range(30) for j in range(i + 1, 31)]
        if search.window_count:
            pairs = [(i, j) for i, j in pairs if j - i == search.window_count]
        if search.kind == "streak":
            runs = [j - i for i, j in pairs if (sign * x[i:j] > 0).all()]
            expected = max(runs, default=0)
        else:
            expected = max(sign * (sums[j] - sums[i]) for i, j in pairs)
        assert statistic(x[None, :], search, sums[None, :])[0] == pytest.approx(expected)
        first, last = place(x, search)
        told = last + 1 - first if search.kind == "streak" else sign * x[first : last + 1].sum()
        assert told == pytest.approx(expected)


def test_blocks_last_as_long_as_asked_on_average():
    places = stationary_places(np.random.default_rng(0), 400, 300, 8.0)
    assert places.min() == 0
    assert places.max() == 399
    follows = np.diff(places, axis=1) % 400 == 1
    assert follows.mean() == pytest.approx(1 - 1 / 8, abs=0.01)


def test_a_change_of_the_mean_is_cut_where_it_is():
    x = np.random.default_rng(3).normal(0.0, 1.0, 400)
    x[250:] += 1.5
    ((cut, chance),) = change_points(x, 30)
    assert abs(cut - 250) < 6
    assert chance < 1e-6
    assert change_points(np.random.default_rng(3).normal(0.0, 1.0, 400), 30) == []
    assert bridge_tail(1.358) == pytest.approx(0.05, abs=1e-4)
    assert bridge_tail(0.0) == 1.0
    changed = active_periods(record(np.concatenate([x[:100], x]) * 0.001), replicates_count=50)
    told = [one for one in changed.periods if one.kind == "change_point"]
    assert [one.is_better for one in told][-1]
    assert told[-1].is_significant


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (History.of(DATES, BASE), "no benchmark"),
        (History.of(DATES[:20], BASE[:20], benchmark_returns_frac=BASE[:20] * 0.5), "there are 20"),
        (History.of(DATES, BASE, benchmark_returns_frac=BASE), "nothing to test"),
        (
            History.of(DATES, np.where(np.arange(COUNT) == 9, -1.0, BASE), benchmark_returns_frac=BASE),
            "lost everything",
        ),
    ],
)
def test_what_cannot_be_searched_says_why(history, words):
    found = active_periods(history)
    assert found.periods == ()
    assert words in found.sentence
