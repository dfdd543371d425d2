"""Are fills read as they are typed or pasted, and is every line that is none named?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from callbacks.typed_fills import read_fills
from services.errors import InvalidRequest
from services.messages.rebalancing import Fill


def test_lines_are_read_with_blanks_tabs_and_semicolons_and_without_what_does_not_differ() -> None:
    text = "Symbol\tUnits\tPrice\tFees\naapl\t1,200\t130.25\t1.50\nMSFT 10\nXOM;5;;2,5\n\nHD -3 300"
    assert read_fills(text) == (
        Fill(symbol="AAPL", quantity=Decimal(1200), price=Decimal("130.25"), fees_ccy=Decimal("1.50")),
        Fill(symbol="MSFT", quantity=Decimal(10)),
        Fill(symbol="XOM", quantity=Decimal(5), fees_ccy=Decimal("2.5")),
        Fill(symbol="HD", quantity=Decimal(3), price=Decimal(300)),
    )


@pytest.mark.parametrize("text", [None, "", "  \n \n", "Symbol Units\n"])
def test_nothing_written_means_all_as_proposed(text: str | None) -> None:
    assert read_fills(text) is None


def test_every_line_that_is_no_fill_is_named_at_once() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_fills("AAPL\nMSFT ten\nXOM 5 0\nHD 1 2 3 4\nKO 1 -2 -3")
    assert [one.path for one in refused.value.fields] == ["line 1", "line 2", "line 3", "line 4", "line 5", "line 5"]
