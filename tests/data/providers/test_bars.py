"""Which of several rows for one moment counts, and what is told?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from data.providers.bars import AllInFuture, RawBars, shaped
from data.providers.vocabulary import Adjustment, Field

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def bars(*rows: tuple[str, float]) -> RawBars:
    days = np.array([day for day, _ in rows], dtype="datetime64[D]")
    return RawBars("ONE", "USD", days, {Field.CLOSE: np.array([close for _, close in rows])}, Adjustment.RAW)


def result(raw: RawBars, start: date | None = None, end: date | None = None):
    series, said = shaped(raw, NOW, start, end)
    return dict(zip([str(day) for day in series.sessions], series.columns[Field.CLOSE].tolist(), strict=True)), said


def test_written_forward_the_later_row_counts():
    found, said = result(bars(("2026-03-02", 1.0), ("2026-03-03", 2.0), ("2026-03-03", 3.0)))
    assert found == {"2026-03-02": 1.0, "2026-03-03": 3.0}
    assert said == ("ONE: 1 row for a moment named twice left out; the last one counts.",)


def test_written_newest_first_the_upper_row_is_the_later_word():
    found, said = result(bars(("2026-03-04", 4.0), ("2026-03-03", 3.0), ("2026-03-03", 2.0), ("2026-03-02", 1.0)))
    assert found == {"2026-03-02": 1.0, "2026-03-03": 3.0, "2026-03-04": 4.0}
    assert said == ("ONE: 1 row for a moment named twice left out; the last one counts.",)


def test_tomorrow_is_possible_somewhere_and_the_day_after_is_not():
    found, said = result(bars(("2026-03-21", 1.0), ("2026-03-22", 2.0)))
    assert found == {"2026-03-21": 1.0}
    assert said == ("ONE: 1 row dated in the future left out.",)
    with pytest.raises(AllInFuture):
        result(bars(("2026-03-22", 2.0)))


def test_rows_outside_the_window_are_cut_without_a_word():
    rows = (("2026-03-02", 1.0), ("2026-03-03", 2.0), ("2026-03-04", 3.0))
    assert result(bars(*rows), date(2026, 3, 3), date(2026, 3, 3)) == ({"2026-03-03": 2.0}, ())


def test_what_came_is_not_changed_in_place():
    raw = RawBars(
        "ONE",
        "GBp",
        np.array(["2026-03-03", "2026-03-02"], dtype="datetime64[D]"),
        {Field.CLOSE: np.array([250.0, 100.0])},
        Adjustment.RAW,
    )
    assert result(raw)[0] == {"2026-03-02": 1.0, "2026-03-03": 2.5}
    assert raw.columns[Field.CLOSE].tolist() == [250.0, 100.0]
