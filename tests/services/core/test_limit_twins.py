"""Does a table of limits say which rows limit the same thing, and which of them decides?"""

from __future__ import annotations

import pytest

from services.limit_files import FileReading, read_file


def read(*rows: str) -> FileReading:
    return read_file("\n".join(["limit,of,least,most,measured from,firm,details", *rows]).encode())


def warnings(*rows: str) -> list[tuple[int | None, str, str]]:
    found = read(*rows)
    assert not found.table.problems
    assert len(found.table.limits) == len(rows)
    return [(one.row, one.message, one.advice) for one in found.table.warnings]


def test_the_same_limit_twice_is_told_at_the_later_row() -> None:
    ((row, message, advice),) = warnings("Sector,Technology,,30%,,,", "Turnover,,,20%,,,", "Sector,Technology,,30%,,,")
    assert (row, message) == (4, "Sector Technology is limited in row 2 already, to the same figures.")
    assert advice == "Both count once; leave one of them out."


def test_of_two_figures_the_narrower_is_named_with_its_row() -> None:
    ((row, message, advice),) = warnings("Sector,Technology,5%,25%,,,", "Sector,Technology,10%,30%,,,")
    assert (row, message) == (3, "Sector Technology is limited in row 2 already, to other figures.")
    assert "at least 10% of row 3 and at most 25% of row 2" in advice


def test_names_in_another_order_are_the_same_limit() -> None:
    assert len(warnings('Position,"AAPL, JNJ",,5%,,,', 'Position,"JNJ, AAPL",,4%,,,')) == 1


@pytest.mark.parametrize(
    "rows",
    [
        ("Sector,Technology,,30%,,,", "Sector,Energy,,30%,,,"),
        ("Sector,Technology,,30%,,hard,", "Sector,Technology,,25%,,soft,"),
        ("Sector,Technology,10%,,,,", "Sector,Technology,,30%,,,"),
        ("Position,,,30%,,,", "Position,,2%,,,,"),
        ("Country,US,,30%,,,", "Country,US,,5%,benchmark,,"),
        ("CVaR,,,3%,,,level=95%", "CVaR,,,5%,,,level=99%"),
    ],
)
def test_what_only_looks_alike_is_no_repetition(rows: tuple[str, str]) -> None:
    assert warnings(*rows) == []
