"""Is a weight that lies exactly between two steps rounded to the even one, whatever a float makes of it?"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compliance.bounds import steps
from engine.compliance.columns import ratios, shares
from engine.compliance.evaluate import evaluate
from engine.compliance.rule import Rule
from tests.engine.compliance_worlds import book

pytestmark = pytest.mark.requirement("4.3.A3")


@given(
    step=st.integers(0, 10**9),
    net_assets=st.decimals("0.01", "1e12", places=2),
    is_short=st.booleans(),
    off=st.sampled_from(["0", "1e-12", "-1e-12", "0.3"]),
)
def test_exact_shares_round_to_the_even_step(step: int, net_assets: Decimal, is_short: bool, off: str) -> None:
    share = (step + Decimal("0.5") + Decimal(off)) / 10**8 * (-1 if is_short else 1)
    found = shares(ratios([share * net_assets]), net_assets, is_signed=True)
    wanted = float((share * net_assets / net_assets).quantize(Decimal("1e-8"), ROUND_HALF_EVEN))
    assert steps(found.least).tolist() == steps(found.most).tolist() == [wanted]


@pytest.mark.parametrize(
    ("operator", "limit", "held", "outcome"),
    [
        ("<=", "0.25", "25.0000005", "passed"),  # 25,000,000.5 steps: down to the even step
        ("<=", "0.25", "25.0000015", "failed"),  # 25,000,001.5 steps: up to the even step
        (">=", "0.01", "0.9999995", "passed"),
        (">=", "0.01", "0.9999985", "failed"),
    ],
)
def test_a_half_step_beside_a_limit_is_judged_by_the_even_step(
    operator: str, limit: str, held: str, outcome: str
) -> None:
    rule = Rule(id="a", title="A", universe="symbol == 'S1'", measure="sum(weight)", operator=operator, limit=limit)
    state = book({"value": held}, {"value": str(100 - Decimal(held))})
    assert evaluate([rule], state).results[0].status == outcome
