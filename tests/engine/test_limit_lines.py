"""Does the list of limits say what was asked for, also where the search worked in a part of it?"""

from __future__ import annotations

import pytest

POSITIONS = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}
MINIMUM = {"kind": "min_holding", "min_frac": 0.01}


def positions(result):
    return [line for line in result.certificate.limits if line.kind == "position_bounds"]


def test_zero_or_at_least_keeps_the_bounds_that_were_set_and_a_left_out_asset_does_not_bind(ask, synthetic):
    result = ask({"kind": "max_sharpe"}, [POSITIONS, MINIMUM], panel=synthetic(40), sectors=None)
    lines = positions(result)
    left_out = [line for line in lines if line.value_frac == 0.0]
    assert left_out
    for line in lines:
        assert (line.min_frac, line.max_frac) == (0.01, 0.25)
        if line.value_frac == 0.0:
            assert not line.is_binding
            assert line.slack_frac == pytest.approx(0.01)
        else:
            room = min(line.value_frac - 0.01, 0.25 - line.value_frac)
            assert line.slack_frac == pytest.approx(room, abs=1e-12)
            assert line.is_binding == (room <= 5e-7)


def test_a_short_position_keeps_the_whole_span_that_was_set(ask, synthetic):
    limits = [
        {"kind": "position_bounds", "min_frac": 0.01, "max_frac": 0.25, "short_max_frac": 0.1},
        {"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3},
    ]
    result = ask({"kind": "min_volatility"}, limits, panel=synthetic(20), sectors=None)
    lines = positions(result)
    assert any(line.value_frac < 0.0 for line in lines)
    for line in lines:
        assert (line.min_frac, line.max_frac) == (-0.1, 0.25)
        ends = (-0.1, -0.01, 0.01, 0.25)
        assert line.slack_frac == pytest.approx(min(abs(line.value_frac - end) for end in ends), abs=1e-12)


def test_bounds_of_a_single_asset_replace_those_of_all(ask, synthetic):
    panel = synthetic(8)
    own = {"kind": "position_bounds", "min_frac": 0.2, "max_frac": 0.3, "assets": [panel.assets[0]]}
    result = ask({"kind": "min_volatility"}, [POSITIONS, own], panel=panel, sectors=None)
    first, *others = positions(result)
    assert (first.min_frac, first.max_frac) == (0.2, 0.3)
    assert all((line.min_frac, line.max_frac) == (0.0, 0.25) for line in others)
