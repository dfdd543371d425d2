"""Does a dry run say how long it will take, from what was done so far?"""

from __future__ import annotations

import pytest

from services.compliance.dry_run_pace import Pace


@pytest.mark.parametrize(
    ("elapsed_s", "done_count", "said"),
    [
        (0.0, 0, "Day 40 of 250, Cedar"),
        (4.9, 500, "Day 40 of 250, Cedar"),
        (60.0, 0, "Day 40 of 250, Cedar"),
        (60.0, 100, "Day 40 of 250, Cedar; about 9 minutes left"),
        (70.0, 100, "Day 40 of 250, Cedar; about 10 minutes left"),
        (500.0, 892, "Day 40 of 250, Cedar; about 1 minute left"),
        (500.0, 893, "Day 40 of 250, Cedar; less than a minute left"),
        (500.0, 1_000, "Day 40 of 250, Cedar; less than a minute left"),
    ],
)
def test_the_rest_takes_as_long_for_each_day_as_what_was_done(elapsed_s: float, done_count: int, said: str) -> None:
    times = iter([100.0, 100.0 + elapsed_s])
    assert Pace(1_000, now_s=lambda: next(times)).stage("Cedar", (40, 250), done_count) == said


def test_what_an_earlier_stretch_did_says_nothing_of_the_pace_of_this_one() -> None:
    times = iter([100.0, 160.0])
    told = Pace(1_000, 900, now_s=lambda: next(times)).stage("Cedar", (1, 250), 950, 2)
    assert told == "Day 1 of 250, Cedar; 2 rules broken so far; about 1 minute left"


def test_what_is_told_fits_a_run() -> None:
    told = Pace(10).stage("N" * 200, (1, 10), 0, 3)
    assert (len(told), told[:15]) == (80, "Day 1 of 10, NN")
    assert told.endswith("N...; 3 rules broken so far")
