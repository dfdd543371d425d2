"""Do rows and curves of sizes allow what the rule allows, and nothing else, where positions may be long or short?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compliance.evaluate import evaluate
from engine.compliance.linear import CurvedRule, LinearRule
from engine.compliance.linear_of import linear_of
from engine.compliance.packs.catalog import PACKS
from engine.compliance.sizes import SizeRule
from engine.compliance.state import Order
from tests.engine.compliance_worlds import book

RULES = {rule.id: rule for rule in PACKS["house"].rules}
SECTORS = "EEEEFFG"
STATE = book(*({"value": 1, "sector": one, "issuer_group": one, "country": one} for one in SECTORS), cash=93)
EITHER = np.array([1.0, *([0.0] * len(SECTORS))])
CODES = ("house.max_position", "house.max_issuer", "house.max_sector", "house.max_country", "house.top_ten")


def holds(code: str, x: np.ndarray) -> bool:
    """Return whether `evaluate` lets a portfolio pass."""
    orders = [Order(f"S{n}", float(100 * x[n] - 1)) for n in range(1, len(x))]
    (found,) = evaluate([RULES[code]], STATE, orders).results
    return found.status in ("passed", "warning")


def figure(code: str, x: np.ndarray) -> float:
    """Second route: the figure of a rule, read from its words."""
    sizes = np.abs(x[1:])
    if code == "house.max_position":
        return float(sizes.max())
    if code == "house.top_ten":
        return float(np.sort(sizes)[::-1][:10].sum())
    return max(float(sizes[[one == name for one in SECTORS]].sum()) for name in set(SECTORS))


def test_small_groups_are_rows_and_large_ones_curves() -> None:
    kinds = {code: type(linear_of(RULES[code], STATE, EITHER)) for code in CODES}
    assert kinds == {
        "house.max_position": LinearRule, "house.max_issuer": SizeRule, "house.max_sector": SizeRule,
        "house.max_country": SizeRule, "house.top_ten": SizeRule,
    }  # fmt: skip


@pytest.mark.requirement("1.1.B1", "1.1.B5")
@pytest.mark.parametrize("code", CODES)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-60, 60), min_size=len(SECTORS), max_size=len(SECTORS)))
def test_what_is_inside_keeps_the_rule_and_what_is_outside_is_cut_off(code: str, percents: list[int]) -> None:
    held = np.array(percents) / 100.0
    x = np.array([1.0 - held.sum(), *held])
    kept, limit = linear_of(RULES[code], STATE, EITHER), RULES[code].parameters[0].value
    is_kept = figure(code, x) <= limit + 1e-12
    assert holds(code, x) == is_kept
    if isinstance(kept, LinearRule):
        assert (max(row.excess(x) for row in kept.rows) <= 1e-12) == is_kept
        return
    assert isinstance(kept, CurvedRule)
    assert kept.value(x) == pytest.approx(figure(code, x), abs=1e-12)
    cut = kept.cut(x)
    assert (cut.excess(x) > 1e-12) == (not is_kept), "a row cuts off what breaks the rule"
    other = np.array([1.0, *(0.02 * np.sign(held))])
    for inside in (other, np.array([1.0, *(-0.02 * np.sign(held))]), np.eye(len(x))[0]):
        assert holds(code, inside)
        assert cut.excess(inside) <= 1e-12, "and nothing that keeps it"
