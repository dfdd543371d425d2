"""Do the marks of shaded stretches stand clear of one another at the width of a phone?"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.charts.performance import MARK_LINE_PX, MARK_WIDTH_FRAC, _stepped

FIRST = date(2012, 1, 2)
DAYS = 4000


def marks(places: list[int]) -> list[dict[str, object]]:
    return [{"x": (FIRST + timedelta(days=one)).isoformat(), "text": str(number)} for number, one in enumerate(places)]


def test_marks_far_apart_stay_on_one_line_and_close_ones_step_down() -> None:
    assert [one["yshift"] for one in _stepped(marks([0, 1000, 3000]), DAYS)] == [0, 0, 0]
    assert [one["yshift"] for one in _stepped(marks([3000, 100, 0]), DAYS)] == [0, -MARK_LINE_PX, 0]
    assert _stepped([], DAYS) == []


@given(st.lists(st.integers(0, DAYS), max_size=5))
def test_no_two_marks_share_a_line_and_a_place(places: list[int]) -> None:
    found = _stepped(marks(places), DAYS)
    assert [one["text"] for one in found] == [str(number) for number in range(len(places))]
    for number, one in enumerate(found):
        for other in range(number):
            if found[other]["yshift"] == one["yshift"]:
                assert abs(places[other] - places[number]) >= MARK_WIDTH_FRAC * DAYS
