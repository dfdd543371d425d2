"""Do bounds, gaps and sources of many limits together come out as they must, also for thousands of assets?"""

from __future__ import annotations

import json

import numpy as np
import pytest
from pydantic import TypeAdapter

from engine.kernel.facts import Facts, universe_of
from engine.kernel.forms import Universe
from engine.optimize.compile import compile_limits
from engine.spec import AnyConstraint

READER: TypeAdapter = TypeAdapter(tuple[AnyConstraint, ...])
ONE = Universe(("A",))
BENCHMARK = Facts.model_validate_json('{"benchmark_weights": {"A": 0.1, "B": 0.9}}')


def read(*items):
    return READER.validate_json(json.dumps(items))


def pieces(*items, current=None):
    universe = universe_of(("A",), {"A": "Tech"}, None if current is None else {"A": current})
    return compile_limits(read(*items), universe).intervals[0]


def bounds(low, high, **more):
    return {"kind": "position_bounds", "min_frac": low, "max_frac": high, **more}


LONG_SHORT = {"kind": "long_short"}


def at_least(least):
    return {"kind": "min_holding", "min_frac": least}


def trade(least):
    return {"kind": "min_trade", "min_frac": least}


@pytest.mark.requirement("1.3.F1")
@pytest.mark.parametrize(
    ("items", "current", "expected"),
    [
        ([], None, [(0.0, 1.0)]),
        ([LONG_SHORT], None, [(-1.0, 1.0)]),
        ([bounds(0.0, 0.25)], None, [(0.0, 0.25)]),
        ([bounds(0.0, 0.25), LONG_SHORT], None, [(-0.25, 0.25)]),
        ([bounds(0.0, 0.25, short_max_frac=0.1), LONG_SHORT], None, [(-0.1, 0.25)]),
        ([bounds(0.0, 0.25, short_max_frac=0.0), LONG_SHORT], None, [(0.0, 0.25)]),
        ([bounds(0.02, 0.25, short_max_frac=0.1), LONG_SHORT], None, [(-0.1, -0.02), (0.02, 0.25)]),
        ([bounds(0.2, 0.25, short_max_frac=0.1), LONG_SHORT], None, [(0.2, 0.25)]),
        ([bounds(0.0, 0.25), bounds(0.1, 0.2, assets=["A"])], None, [(0.1, 0.2)]),
        ([bounds(0.1, 0.2, assets=["A"]), bounds(0.0, 0.25)], None, [(0.0, 0.25)]),
        ([bounds(0.0, 0.25), at_least(0.02)], None, [(0.0, 0.0), (0.02, 0.25)]),
        ([bounds(0.03, 0.25), at_least(0.02)], None, [(0.03, 0.25)]),
        ([bounds(0.01, 0.25), at_least(0.02)], None, [(0.02, 0.25)]),
        ([bounds(0.0, 0.01), at_least(0.02)], None, [(0.0, 0.0)]),
        ([bounds(0.005, 0.01), at_least(0.02)], None, []),
        ([bounds(0.0, 0.25), LONG_SHORT, at_least(0.02)], None, [(-0.25, -0.02), (0.0, 0.0), (0.02, 0.25)]),
        ([bounds(0.0, 0.25), trade(0.05)], 0.1, [(0.0, 0.05), (0.1, 0.1), (0.15, 0.25)]),
        ([bounds(0.0, 0.25), trade(0.05)], 0.3, [(0.0, 0.25)]),
        ([bounds(0.0, 0.28), trade(0.05)], 0.3, [(0.0, 0.25)]),
        ([bounds(0.0, 0.25), trade(0.3)], 0.1, [(0.1, 0.1)]),
        ([bounds(0.2, 0.25), trade(0.3)], 0.1, []),
        ([bounds(0.0, 0.25), at_least(0.08), trade(0.05)], 0.1, [(0.0, 0.0), (0.1, 0.1), (0.15, 0.25)]),
        ([bounds(0.0, 0.25), at_least(0.05), trade(0.05)], 0.0, [(0.0, 0.0), (0.05, 0.25)]),
        ([bounds(0.0, 0.25), {"kind": "position_bounds", "relative_to": "current", "min_frac": -0.05,
                              "max_frac": 0.02}], 0.1, [(0.05, 0.12)]),
        ([bounds(0.2, 0.25), {"kind": "position_bounds", "relative_to": "current", "max_frac": 0.05}], 0.1, []),
        ([bounds(0.0, 0.25), {"kind": "position_bounds", "relative_to": "current", "min_frac": 0.05}], 0.2,
         [(0.25, 0.25)]),
        ([bounds(0.02, 0.25), LONG_SHORT, {"kind": "position_bounds", "relative_to": "current", "max_frac": 0.0}],
         0.0, [(-0.25, -0.02)]),
    ],
)  # fmt: skip
def test_what_one_asset_may_have(items, current, expected):
    found = pieces(*items, current=current)
    np.testing.assert_allclose(np.array(found).reshape(-1, 2), np.array(expected).reshape(-1, 2), atol=1e-15)


def test_the_hull_and_the_split_agree_with_the_intervals():
    names = tuple(f"A{i}" for i in range(6))
    limits = compile_limits(
        read(bounds(0.0, 0.25), bounds(0.0, 0.01, assets=["A3"]), bounds(0.005, 0.01, assets=["A4"]), at_least(0.02)),
        Universe(names),
    )
    assert not limits.is_convex
    assert sorted(limits.split) == [0, 1, 2, 4, 5]
    assert limits.intervals[3] == ((0.0, 0.0),)
    assert limits.intervals[4] == ()
    np.testing.assert_array_equal(limits.lower_frac, [0, 0, 0, 0, np.nan, 0])
    np.testing.assert_array_equal(limits.upper_frac, [0.25, 0.25, 0.25, 0, np.nan, 0.25])
    assert limits.notes == ("1 assets stay out: their maximum is below the minimum holding.",)
    plain = compile_limits(read(bounds(0.0, 0.25)), Universe(names))
    assert plain.is_convex
    assert plain.intervals == (((0.0, 0.25),),) * 6


def test_every_part_names_its_limit():
    items = read(
        {"kind": "budget"},
        bounds(0.0, 0.5),
        {"kind": "sector_limit", "sector": "Tech", "max_frac": 0.3},
        {"kind": "position_bounds", "relative_to": "benchmark", "max_frac": 0.1},
        bounds(0.1, 0.4, assets=["B"]),
        {"kind": "turnover", "max_frac": 0.2},
        {"kind": "tracking_error", "max_annual_frac": 0.04},
        {"kind": "cvar_ceiling", "max_frac": 0.03},
        {"kind": "holdings_count", "max_count": 1},
        {"kind": "long_short"},
        trade(0.01),
        at_least(0.02),
        {"kind": "round_lots"},
    )
    limits = compile_limits(items, universe_of(("A", "B"), {"A": "Tech"}, {"A": 1.0}, BENCHMARK))
    assert limits.net_source == 0
    assert [row.source for row in limits.rows] == [2]
    assert [row.source for row in limits.absolute_rows] == [5]
    assert [risk.source for risk in limits.risks] == [6]
    assert [tail.source for tail in limits.tails] == [7]
    assert (limits.count_source, limits.short_source) == (8, 9)
    assert [part.source for part in (*limits.boxes, *limits.spans, *limits.gaps, *limits.minimums)] == [1, 4, 3, 10, 11]
    lower, upper = limits.bound_sources
    assert lower.tolist() == [1, 4]
    assert upper.tolist() == [3, 4]  # A: 10% + 10% above the benchmark; B: its own 40%
    assert limits.has_lots
    assert not limits.is_polyhedral


def test_thousands_of_limits_on_thousands_of_assets():
    names = tuple(f"A{i}" for i in range(2000))
    own = [bounds(0.0, 0.01 + i / 1e6, assets=[name]) for i, name in enumerate(names)]
    facts = Facts.model_validate_json(
        json.dumps({"groups": {"country": {name: f"C{i % 40}/R{i % 80}" for i, name in enumerate(names)}}})
    )
    groups = [{"kind": "group_limit", "dimension": "country", "group": f"C{i}", "max_frac": 0.1} for i in range(40)]
    limits = compile_limits(read(bounds(0.0, 0.2), *own, *groups), universe_of(names, facts=facts))
    np.testing.assert_allclose(limits.upper_frac, 0.01 + np.arange(2000) / 1e6)
    assert {float(row.coefficients.sum()) for row in limits.rows} == {50.0}
    assert limits.bound_sources[1].tolist() == list(range(1, 2001))
