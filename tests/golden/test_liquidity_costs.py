"""Do impact costs equal the published examples?

Almgren, Thum, Hauptmann and Li (2005), Direct estimation of equity market impact, Risk 18(7), table of example impact
costs: a tenth of a day's volume of IBM (Θ/V = 263, σ = 1.57%) and of DRI (Θ/V = 87, σ = 2.26%), sold over a tenth, a
fifth and a half of a day. The permanent impact is 20 and 22 basis points; the cost is 32, 25 and 18, and 43, 32 and 23.
Normalized: 0.126 and 0.096 for the permanent part; 0.142, 0.094 and 0.054 for the temporary one.
"""

from __future__ import annotations

import pytest

from engine.liquidity.impact import almgren_cost, almgren_permanent

DURATIONS = (0.1, 0.2, 0.5)


@pytest.mark.parametrize(
    ("turnover", "volatility", "normalized", "permanent", "costs"),
    [(263.0, 0.0157, 0.126, 20, (32, 25, 18)), (87.0, 0.0226, 0.096, 22, (43, 32, 23))],
)
def test_a_tenth_of_a_days_volume(
    turnover: float, volatility: float, normalized: float, permanent: int, costs: tuple[int, ...]
) -> None:
    moved = float(almgren_permanent(0.1, volatility, turnover))
    assert moved / volatility == pytest.approx(normalized, abs=5e-4)
    assert 1e4 * moved == pytest.approx(permanent, abs=0.5)
    for duration, cost, temporary in zip(DURATIONS, costs, (0.142, 0.094, 0.054), strict=True):
        found = float(almgren_cost(0.1, volatility, turnover, duration))
        assert 1e4 * found == pytest.approx(cost, abs=0.5)
        assert (found - 0.5 * moved) / volatility == pytest.approx(temporary, abs=5e-4)
