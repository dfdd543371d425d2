"""Is concentration that of what is held, whatever the signs, the cash and what nobody knows?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.concentration.measure import concentration
from engine.kernel.errors import InputRefused


@pytest.mark.requirement("4.1.F5")
def test_sectors_countries_and_positions_have_their_herfindahl_sums() -> None:
    weights = np.array([0.4, 0.2, 0.2, 0.1])
    groups = {"sector": ["Tech", "Tech", "Energy", "Energy"], "country": ["US", "US", "US", "DE"]}
    result = concentration(weights, groups)
    assert result.cash_weight_frac == pytest.approx(0.1)
    assert result.herfindahl == pytest.approx((16 + 4 + 4 + 1) / 81)
    assert result.effective_count == pytest.approx(81 / 25)
    assert result.largest_share_frac == pytest.approx(4 / 9)
    assert (result.top_5_share_frac, result.top_10_share_frac) == (1.0, 1.0)
    sector, country = result.of("sector"), result.of("country")
    assert (sector.largest_name, sector.largest_share_frac) == ("Tech", pytest.approx(6 / 9))
    assert sector.largest_weight_frac == pytest.approx(0.6)
    assert sector.herfindahl == pytest.approx((36 + 9) / 81)
    assert [line.name for line in country.lines] == ["US", "DE"]
    assert country.effective_count == pytest.approx(81 / (64 + 1))


@given(seed=st.integers(0, 2**31), count=st.integers(1, 30), scale=st.sampled_from([0.1, 1.0, 7.0]))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_order_scale_and_sign_change_nothing(seed: int, count: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.normal(0.0, 0.2, count)
    labels = [f"G{place % 3}" if place % 4 else None for place in range(count)]
    base = concentration(weights, {"sector": labels})
    order = rng.permutation(count)
    mixed = concentration(-scale * weights[order], {"sector": [labels[place] for place in order]})
    assert mixed.herfindahl == pytest.approx(base.herfindahl, rel=1e-12)
    assert mixed.of("sector").herfindahl == pytest.approx(base.of("sector").herfindahl, rel=1e-12)
    assert base.effective_count * (1 + 1e-12) >= 1.0
    assert base.effective_count <= count * (1 + 1e-12)
    assert base.of("sector").herfindahl >= base.herfindahl - 1e-12
    assert sum(line.share_frac for line in base.of("sector").lines) == pytest.approx(1.0)


def test_a_long_short_book_with_no_net_weight_is_measured_by_its_gross() -> None:
    result = concentration(np.array([0.5, -0.5]), {"sector": ["Tech", "Tech"]})
    assert (result.net_weight_frac, result.gross_weight_frac) == (0.0, 1.0)
    assert result.herfindahl == pytest.approx(0.5)
    line = result.of("sector").lines[0]
    assert (line.weight_frac, line.gross_weight_frac, line.share_frac) == (0.0, 1.0, 1.0)


def test_what_nobody_knows_makes_nothing_look_concentrated() -> None:
    result = concentration(np.full(4, 0.25), {"issuer": ["X", None, None, None]}).of("issuer")
    assert result.herfindahl == pytest.approx(0.25)
    assert result.not_known_share_frac == pytest.approx(0.75)
    assert (result.largest_name, result.largest_share_frac) == ("X", 0.25)
    assert [line.name for line in result.lines] == ["X", "Not known"]
    unknown = concentration(np.full(2, 0.5), {"issuer": [None, None]}).of("issuer")
    assert (unknown.largest_name, unknown.largest_share_frac) == (None, None)


@pytest.mark.parametrize("weights", [[], [0.0, 0.0]])
def test_all_cash_is_answered_with_a_sentence(weights: list[float]) -> None:
    result = concentration(np.array(weights), {"sector": [None] * len(weights)})
    assert result.herfindahl is None
    assert result.dimensions == ()
    assert "all of the portfolio is cash" in result.sentence


def test_balances_in_other_currencies_count_among_currencies_alone() -> None:
    groups = {"sector": ["Tech", None], "currency": ["USD", "EUR"]}
    result = concentration(np.array([0.6, 0.4]), groups, 0.0, np.array([False, True]))
    assert (result.assets_count, result.herfindahl) == (1, 1.0)
    assert result.of("sector").not_known_share_frac == 0.0
    assert result.of("currency").herfindahl == pytest.approx(0.36 + 0.16)
    assert result.sentence == "One position is all that is invested."


def test_weights_and_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputRefused, match="weights_frac"):
        concentration(np.array([np.nan, 1.0]))
    with pytest.raises(InputRefused, match=r"groups\.sector"):
        concentration(np.array([1.0]), {"sector": []})
