"""Does the report on performance show net beside gross, whichever of the two its other figures are?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from services.exports_performance_paper import kinds_part


@pytest.mark.requirement("4.3.F3")
@pytest.mark.parametrize("fees", ["net", "gross"])
def test_the_return_of_the_period_stands_net_and_gross_in_one_table(fees: str) -> None:
    """17 CFR 275.206(4)-1(d)(1): with at least equal prominence, by the same method and over the same period."""
    money = SimpleNamespace(is_annualized=False, rate_annual_frac=None, return_frac=0.031)
    kinds = SimpleNamespace(twr_net_frac=0.042, twr_gross_frac=0.051, mwr_net=money, mwr_gross=money)
    found: Any = SimpleNamespace(kinds=kinds, base_currency="USD", fees=fees)
    _, table = kinds_part(found, "comma")
    assert [label for label, _ in table.columns] == ["", "Net of fees", "Gross"]
    assert table.rows[0] == ["Time-weighted", "4.20%", "5.10%"]
    assert table.rows[1][1:] == ["3.10%", "3.10%"]
