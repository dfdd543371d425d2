"""Do parts that are shown add up to the whole that is shown, none of them off by a whole digit?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.shown_sums import shown_parts

AMOUNTS = st.lists(st.floats(-5.0, 5.0, allow_nan=False), min_size=1, max_size=12)


@settings(max_examples=50, deadline=None)
@given(AMOUNTS, st.integers(0, 3))
def test_terms_that_balance_are_shown_to_sum_to_zero(amounts: list[float], decimals: int) -> None:
    terms = [*amounts, -sum(amounts)]
    shown = shown_parts(terms, decimals, 100, total=0.0)
    assert sum(shown) == 0
    unit = Decimal(1).scaleb(-decimals)
    for term, text in zip(terms, shown, strict=True):
        assert abs(text - Decimal(term * 100)) < unit
        assert text == text.quantize(unit)


@settings(max_examples=50, deadline=None)
@given(AMOUNTS)
def test_parts_sum_to_the_rounded_whole(amounts: list[float]) -> None:
    assert sum(shown_parts(amounts, 2)) == Decimal(sum(amounts)).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def test_the_digit_that_is_missing_goes_to_whom_rounding_took_most() -> None:
    assert shown_parts([0.3334, 0.3334, 0.3332], 0, 100) == [34, 33, 33]
    assert shown_parts([0.0, 0.4, 0.6], 0, total=1.0) == [0, 0, 1]
    assert shown_parts([], 1, total=0.0) == []
    with pytest.raises(ValueError, match="finite"):
        shown_parts([float("nan")], 1)
