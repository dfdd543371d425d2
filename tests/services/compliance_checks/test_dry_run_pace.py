"""Does a dry run say how long it will take, from what was done so far?"""

from __future__ import annotations

import pytest

from services.compliance.dry_run_pace import Pace


@pytest.mark.parametrize(
    ("elapsed_s", "done_count", "said"),
    [
        (0.0, 0, "Judging Cedar"),
        (4.9, 500, "Judging Cedar"),
        (60.0, 0, "Judging Cedar"),
        (60.0, 100, "About 9 minutes left; judging Cedar"),
        (70.0, 100, "About 10 minutes left; judging Cedar"),
        (500.0, 892, "About 1 minute left; judging Cedar"),
        (500.0, 893, "Less than a minute left; judging Cedar"),
        (500.0, 1_000, "Less than a minute left; judging Cedar"),
    ],
)
def test_the_rest_takes_as_long_for_each_day_as_what_was_done(elapsed_s: float, done_count: int, said: str) -> None:
    times = iter([100.0, 100.0 + elapsed_s])
    assert Pace(1_000, lambda: next(times)).stage("Cedar", done_count) == said


def test_what_is_told_fits_a_run() -> None:
    told = Pace(10).stage("N" * 200, 0)
    assert (len(told), told[:10], told[-4:]) == (80, "Judging NN", "N...")
