"""Does each mark of an axis on paper say the number at which it stands?"""

from __future__ import annotations

import pytest

from services.exports_figure import scale_words


@pytest.mark.parametrize(
    ("values", "d3_format", "said"),
    [
        ((0.22, 0.225, 0.23), ".0%", ["22.0%", "22.5%", "23.0%"]),
        ((0.0, 0.025, 0.05), ".0%", ["0.0%", "2.5%", "5.0%"]),
        ((0.2, 0.4, 0.6), ".0%", ["20%", "40%", "60%"]),
        ((1.0, 1.25, 1.5), ".1f", ["1.00", "1.25", "1.50"]),
        ((1000.0, 2000.0), ",.0f", ["1,000", "2,000"]),
        ((0.1 + 0.2, 0.4), ".1f", ["0.3", "0.4"]),
        ((20e6, 40e6), "~s", ["20M", "40M"]),
        ((0.05,), ".0%", ["5%"]),
        ((0.5, 1.0), None, ["0.50", "1"]),
    ],
)
def test_marks_have_the_digits_that_tell_them(
    values: tuple[float, ...], d3_format: str | None, said: list[str]
) -> None:
    assert scale_words(values, d3_format) == said


def test_they_are_written_as_the_reader_writes_numbers() -> None:
    assert scale_words((0.22, 0.225), ".0%", "point") == ["22,0%", "22,5%"]
