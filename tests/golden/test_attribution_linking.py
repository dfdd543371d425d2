"""Do attribution and linking equal the published worked examples?

Bacon (2008), Practical Portfolio Performance Measurement and Attribution, 2nd edition: one quarter of three segments in
tables 5.2 (Brinson-Hood-Beebower) and 5.3 (Brinson-Fachler), four quarters in table 8.1, linked in tables 8.2 (Carino),
8.3 (Menchero), 8.4 (GRAP), 8.5 (Frongello), and geometric in table 8.6. Tables of chapter 8 give four decimals.

Frongello (2004), Linking single period arithmetic attribution results, Sydney: two periods with portfolio returns of
21% and 14%, benchmark returns of 11% and 9%, allocation of 6% and 2%, selection of 4% and 3%. The active return is
16.95%; by his recursion 2% becomes 2% x 1.21 + 9% x 6% and 3% becomes 3% x 1.21 + 9% x 4%.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.performance.attribution import brinson_attribution
from engine.performance.brinson import single_period_effects
from engine.performance.linking import coefficients, per_period
from engine.performance.positions import Positions
from engine.performance.result import BrinsonAttribution

NAMES = ("UK equities", "Japanese equities", "US equities")
DATES = np.array(["2016-03-31", "2016-06-30", "2016-09-30", "2016-12-31"], dtype="datetime64[D]")
OWN_W = np.array([[0.4, 0.3, 0.3], [0.7, 0.2, 0.1], [0.3, 0.5, 0.2], [0.3, 0.5, 0.2]])
BASE_W = np.array([[0.4, 0.2, 0.4], [0.4, 0.3, 0.3], [0.5, 0.4, 0.1], [0.4, 0.4, 0.2]])
OWN_R = np.array([[0.2, -0.05, 0.06], [-0.05, 0.03, -0.05], [-0.2, 0.08, -0.15], [0.1, -0.07, 0.25]])
BASE_R = np.array([[0.1, -0.04, 0.08], [-0.07, 0.04, -0.1], [-0.25, 0.05, -0.2], [0.05, -0.05, 0.1]])
LINKED = {  # (allocation, selection) by segment, then in all
    "carino": ((0.0165, 0.0804), (-0.006, 0.0018), (0.0015, 0.0385), (0.012, 0.1207)),
    "menchero": ((0.0156, 0.0838), (-0.0078, 0.0005), (0.0014, 0.0391), (0.0092, 0.1234)),
    "grap": ((0.0167, 0.0785), (-0.0055, 0.0016), (0.0011, 0.0402), (0.0124, 0.1203)),
    "frongello": ((0.0167, 0.0785), (-0.0055, 0.0016), (0.0011, 0.0402), (0.0124, 0.1203)),
}
# Selection of each quarter by segment, after linking, as the tables print it.
SELECTION = {
    "carino": [[0.0362, -0.0027, -0.0054], [0.0142, -0.002, 0.0051], [0.016, 0.016, 0.0106], [0.0141, -0.0094, 0.0282]],
    "menchero": [
        [0.0396, -0.003, -0.0059], [0.0138, -0.002, 0.0049], [0.0154, 0.0154, 0.0103], [0.0149, -0.0099, 0.0298]
    ],
    "grap": [[0.0341, -0.0026, -0.0051], [0.0135, -0.0019, 0.0048], [0.016, 0.016, 0.0107], [0.0149, -0.0099, 0.0298]],
    "frongello": [[0.04, -0.003, -0.006], [0.0133, -0.002, 0.0057], [0.009, 0.0163, 0.0105], [0.0162, -0.0097, 0.03]],
}  # fmt: skip
PRINTED = 1e-4


def positions(quarters: int) -> Positions:
    rows = slice(0, quarters)
    return Positions.of(
        DATES[rows],
        date(2015, 12, 31),
        NAMES,
        NAMES,
        OWN_W[rows],
        OWN_R[rows],
        benchmark_weights_frac=BASE_W[rows],
        benchmark_returns_frac=BASE_R[rows],
    )


def by_segment(found: BrinsonAttribution, field: str) -> list[float]:
    return [getattr({row.key: row for row in found.segments}[name], field) for name in NAMES]


@pytest.mark.requirement("2.3.D2", "2.3.F6")
def test_one_quarter_by_brinson_hood_and_beebower() -> None:
    found = brinson_attribution(positions(1), model="brinson_hood_beebower")
    assert by_segment(found, "allocation_frac") == pytest.approx([0.0, -0.004, -0.008], abs=1e-12)
    assert by_segment(found, "selection_frac") == pytest.approx([0.04, -0.002, -0.008], abs=1e-12)
    assert by_segment(found, "interaction_frac") == pytest.approx([0.0, -0.001, 0.002], abs=1e-12)


@pytest.mark.requirement("2.3.D2", "2.3.F6")
def test_one_quarter_by_brinson_and_fachler() -> None:
    found = brinson_attribution(positions(1))
    assert by_segment(found, "allocation_frac") == pytest.approx([0.0, -0.0104, -0.0016], abs=1e-12)
    assert (found.allocation_frac, found.selection_frac, found.interaction_frac) == pytest.approx((-0.012, 0.03, 0.001))
    folded = brinson_attribution(positions(1), is_interaction_folded=True)
    assert by_segment(folded, "selection_frac") == pytest.approx([0.04, -0.003, -0.006], abs=1e-12)
    assert folded.interaction_frac == 0.0


@pytest.mark.requirement("2.3.D2")
@pytest.mark.parametrize("linking", LINKED)
def test_four_quarters_linked(linking) -> None:
    found = brinson_attribution(positions(4), linking=linking, is_interaction_folded=True)
    assert found.active_return_frac == pytest.approx(0.1327, abs=PRINTED)
    pairs = list(zip(by_segment(found, "allocation_frac"), by_segment(found, "selection_frac"), strict=True))
    pairs.append((found.allocation_frac, found.selection_frac))
    for pair, printed in zip(pairs, LINKED[linking], strict=True):
        assert pair == pytest.approx(printed, abs=PRINTED)
    assert abs(found.residual_frac) < 1e-14


@pytest.mark.parametrize("linking", SELECTION)
def test_each_quarter_linked(linking) -> None:
    chosen = positions(4)
    effects = single_period_effects(chosen, chosen.segments()[1], is_fachler=True)
    linked = per_period(effects.selection + effects.interaction, chosen.portfolio_frac, effects.base_frac, linking)
    assert linked == pytest.approx(np.array(SELECTION[linking]), abs=PRINTED)


@pytest.mark.requirement("2.3.D2")
def test_four_quarters_geometric() -> None:
    found = brinson_attribution(positions(4), linking="geometric")
    assert found.active_return_frac == pytest.approx(0.1464, abs=PRINTED)
    assert (found.allocation_frac, found.selection_frac) == pytest.approx((0.0129, 0.1319), abs=PRINTED)
    first = brinson_attribution(positions(1), linking="geometric")
    assert by_segment(first, "allocation_frac") == pytest.approx([0.0, -0.0098, -0.0015], abs=PRINTED)
    assert by_segment(first, "selection_frac") == pytest.approx([0.038, -0.0029, -0.0057], abs=PRINTED)


def test_two_periods_of_frongello() -> None:
    own, base = np.array([0.21, 0.14]), np.array([0.11, 0.09])
    effects = np.array([[0.06, 0.04], [0.02, 0.03]])
    linked = per_period(effects, own, base, "frongello")
    assert linked == pytest.approx(np.array([[0.06, 0.04], [0.0296, 0.0399]]))
    assert linked.sum() == pytest.approx(0.1695)
    assert coefficients(own, base, "grap") @ effects == pytest.approx(linked.sum(axis=0))
