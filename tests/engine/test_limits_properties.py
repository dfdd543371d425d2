"""Does a portfolio keep the compiled bounds and rows exactly when it keeps the limits' sentences?"""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine.kernel.facts import Facts, universe_of
from engine.optimize.compile import compile_limits
from engine.spec import AnyConstraint

READER: TypeAdapter = TypeAdapter(AnyConstraint)
SETTINGS = settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
TOLERANCE = 1e-9
NET = 1.0


class World:
    """Random assets with everything known of them, as plain dictionaries; the engine's arrays are not used."""

    def __init__(self, seed: int, count: int) -> None:
        rng = np.random.default_rng(seed)
        self.names = [f"A{i}" for i in range(count)]
        steps = rng.multinomial(10_000, np.ones(count) / count) / 1e4
        self.current = dict(zip(self.names, steps.tolist(), strict=True))
        benchmark = rng.multinomial(10_000, np.ones(count) / count) / 1e4
        self.benchmark = dict(zip(self.names, benchmark.tolist(), strict=True))
        self.country = {name: rng.choice(["IT/North", "IT/South", "JP", "US"]) for name in self.names[1:]}
        self.scores = {name: float(score) for name, score in zip(self.names, rng.uniform(20, 90, count), strict=True)}
        self.is_up = bool(rng.integers(2))
        self.betas = {name: float(beta) for name, beta in zip(self.names, rng.normal(1, 0.4, count), strict=True)}
        self.value = {name: float(one) for name, one in zip(self.names, rng.normal(0, 1, count), strict=True)}
        self.returns = rng.normal(0.0, 0.01, (60, count))
        self.universe = universe_of(
            self.names,
            {name: label.split("/")[0] for name, label in self.country.items()},
            self.current,
            Facts.model_validate_json(
                json.dumps(
                    {
                        "groups": {"country": self.country},
                        "benchmark_weights": self.benchmark,
                        "esg_scores": self.scores,
                        "is_esg_higher_better": self.is_up,
                        "betas": self.betas,
                        "factor_exposures": {"Value": self.value},
                    }
                )
            ),
        )


def between(value, low, high):
    return (low is None or value >= low - TOLERANCE) and (high is None or value <= high + TOLERANCE)


def keeps_sentence(item, weights, world):
    """Return whether weights, asset to fraction, keep one limit by its definition."""
    kind = item["kind"]
    if kind == "long_short":
        gross, short = sum(map(abs, weights.values())), sum(max(-one, 0.0) for one in weights.values())
        return between(gross, None, item["gross_max_frac"]) and between(short, None, item["short_max_frac"])
    if kind == "position_bounds":
        if "relative_to" not in item:
            return True  # a later entry may override it: `keeps_bounds` looks at all of them
        base = world.current if item["relative_to"] == "current" else world.benchmark
        return all(
            between(weights[name] - base[name], item.get("min_frac"), item.get("max_frac"))
            for name in item.get("assets") or world.names
        )
    if kind == "min_holding":
        return all(one == 0.0 or abs(one) >= item["min_frac"] - TOLERANCE for one in weights.values())
    if kind == "min_trade":
        trades = [weights[name] - world.current[name] for name in world.names]
        return all(abs(one) <= TOLERANCE or abs(one) >= item["min_frac"] - TOLERANCE for one in trades)
    if kind in ("sector_limit", "group_limit"):
        group = item.get("sector") or item["group"]
        inside = [name for name, label in world.country.items() if (label + "/").startswith(group + "/")]
        total = sum(weights[name] for name in inside)
        if item.get("relative_to") == "benchmark":
            total -= sum(world.benchmark[name] for name in inside)
        return between(total, item.get("min_frac"), item.get("max_frac"))
    if kind == "turnover":
        bought = sum(max(weights[name] - world.current[name], 0.0) for name in world.names)
        sold = sum(max(world.current[name] - weights[name], 0.0) for name in world.names)
        return between((bought + sold) / 2.0, None, item["max_frac"])
    if kind == "esg_floor":
        average = np.average([world.scores[name] for name in world.names], weights=[weights[n] for n in world.names])
        return average >= item["min_score"] - 1e-7 if world.is_up else average <= item["min_score"] + 1e-7
    if kind == "beta":
        return between(sum(world.betas[n] * weights[n] for n in world.names), item["min_beta"], item["max_beta"])
    if kind == "factor_exposure":
        return between(sum(world.value[n] * weights[n] for n in world.names), None, item["max_exposure"])
    if kind in ("tracking_error", "volatility_ceiling"):
        own = np.array([weights[name] for name in world.names])
        base = np.array([world.benchmark[name] for name in world.names]) * (kind == "tracking_error")
        deviation = np.std(world.returns @ own - world.returns @ base, ddof=1) * np.sqrt(252)
        return between(deviation, None, item["max_annual_frac"])
    if kind == "holdings_count":
        return between(sum(one != 0.0 for one in weights.values()), item.get("min_count"), item.get("max_count"))
    raise AssertionError(kind)


def keeps_bounds(weights, world, items):
    """Return whether each weight keeps the last absolute bounds that name its asset."""
    shorts = any(item["kind"] == "long_short" for item in items)
    for name in world.names:
        low, high, short = 0.0, 1.0, None
        for item in items:
            is_absolute = item["kind"] == "position_bounds" and item.get("relative_to", "absolute") == "absolute"
            if is_absolute and name in (item.get("assets") or world.names):
                low, high, short = item["min_frac"], item["max_frac"], item.get("short_max_frac")
        short = (high if short is None else short) if shorts else 0.0
        weight = weights[name]
        if not between(weight, low, high) and not (shorts and between(-weight, low, short)):
            return False
    return True


def keeps_compiled(limits, weights, world):
    own = np.array([weights[name] for name in world.names])
    covariance = np.cov(world.returns, rowvar=False) * 252
    for weight, pieces in zip(own, limits.intervals, strict=True):
        if not any(low - TOLERANCE <= weight <= high + TOLERANCE for low, high in pieces):
            return False
    for row in limits.rows:
        scale = 1e-7 if row.kind == "esg_floor" else TOLERANCE
        if not row.lower_frac - scale <= row.coefficients @ own <= row.upper_frac + scale:
            return False
    for row in limits.absolute_rows:
        if row.coefficients @ np.abs(own - row.center_frac) > row.upper_frac + TOLERANCE:
            return False
    for risk in limits.risks:
        away = own - risk.center_frac
        if np.sqrt(max(0.0, away @ covariance @ away)) > risk.upper_annual_frac + TOLERANCE:
            return False
    if limits.short_budget is not None:
        if np.abs(own).sum() > limits.short_budget.gross_max_frac + TOLERANCE:
            return False
        if np.maximum(-own, 0).sum() > limits.short_budget.short_max_frac + TOLERANCE:
            return False
    if limits.count is not None:
        held, count = np.count_nonzero(own), limits.count
        return held <= (count.max_count or np.inf) and held >= (count.min_count or 0)
    return True


FRACTION = st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0])


@st.composite
def limits_of(draw, names):
    pair = st.tuples(FRACTION, FRACTION).map(sorted)
    items = [{"kind": "budget", "net_frac": NET}]
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(
            st.sampled_from(
                ["position_bounds", "relative", "sector_limit", "group_limit", "turnover", "esg_floor", "beta",
                 "factor_exposure", "tracking_error", "volatility_ceiling", "min_holding", "min_trade", "long_short",
                 "holdings_count"]
            )
        )  # fmt: skip
        low, high = draw(pair)
        some = draw(st.sampled_from([None, names[:1], names[1:]]))
        signs = {"min_frac": draw(st.sampled_from([-0.3, -0.1, 0.0, 0.05])), "max_frac": max(high, 0.05)}
        made = {
            "position_bounds": {"min_frac": low, "max_frac": high, "assets": some},
            "relative": {"relative_to": draw(st.sampled_from(["current", "benchmark"])), "assets": some, **signs},
            "sector_limit": {"sector": draw(st.sampled_from(["IT", "JP"])), "min_frac": low, "max_frac": high},
            "group_limit": {"dimension": "country", "group": draw(st.sampled_from(["IT", "IT/North", "US"])),
                            "relative_to": draw(st.sampled_from(["absolute", "benchmark"])), **signs},
            "turnover": {"max_frac": high},
            "esg_floor": {"min_score": draw(st.sampled_from([40, 55, 70]))},
            "beta": {"min_beta": low, "max_beta": 0.5 + high},
            "factor_exposure": {"factor": "Value", "max_exposure": high},
            "tracking_error": {"max_annual_frac": max(high, 0.01)},
            "volatility_ceiling": {"max_annual_frac": max(high, 0.01)},
            "min_holding": {"min_frac": max(low, 0.02)},
            "min_trade": {"min_frac": max(low, 0.02)},
            "long_short": {"gross_max_frac": 1.0 + high, "short_max_frac": high},
            "holdings_count": {"max_count": draw(st.integers(1, 4))},
        }[kind]  # fmt: skip
        kind = "position_bounds" if kind == "relative" else kind
        if kind in ("position_bounds", "sector_limit", "group_limit") or kind not in {one["kind"] for one in items}:
            items.append({"kind": kind, **made})
    return items


@st.composite
def cases(draw):
    count = draw(st.integers(2, 6))
    world = World(draw(st.integers(0, 10_000)), count)
    items = draw(limits_of(world.names))
    start = draw(st.sampled_from(["current", "benchmark", "equal", "random", "random"]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    base = {
        "current": np.array(list(world.current.values())),
        "benchmark": np.array(list(world.benchmark.values())),
        "equal": np.full(count, 1.0 / count),
        "random": rng.dirichlet(np.ones(count)) if rng.integers(2) else rng.normal(0.0, 0.3, count),
    }[start]
    moved = base + draw(st.sampled_from([0.0, 0.0, 0.02, 0.1])) * rng.normal(size=count)
    moved[rng.random(count) < draw(st.sampled_from([0.0, 0.0, 0.4]))] = 0.0
    if abs(moved.sum()) > 0.05:
        moved = moved / moved.sum() if start == "random" else moved
    if abs(moved.sum() - NET) > 1e-12:
        moved[0] += NET - moved.sum()
    return world, items, dict(zip(world.names, moved.tolist(), strict=True))


@pytest.mark.requirement("1.3.A1")
@pytest.mark.requirement("1.3.A3")
@SETTINGS
@given(cases())
def test_weights_keep_the_compiled_limits_exactly_when_they_keep_the_sentences(case):
    world, items, weights = case
    made = [READER.validate_json(json.dumps(item)) for item in items]
    assert not [problem for one in made for problem in one.problems(world.universe)]
    by_sentence = keeps_bounds(weights, world, items) and all(
        keeps_sentence(item, weights, world) for item in items[1:]
    )
    assert keeps_compiled(compile_limits(made, world.universe), weights, world) == by_sentence


@SETTINGS
@given(cases())
def test_each_limit_alone_says_the_same(case):
    world, items, weights = case
    shorts = [{"kind": "long_short", "gross_max_frac": 10.0, "short_max_frac": 5.0}]
    free = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}]
    for item in items[1:]:
        if item["kind"] == "long_short" or any(abs(one) > 1.0 for one in weights.values()):
            continue
        alone = [*shorts, *free, item]
        made = [READER.validate_json(json.dumps(one)) for one in alone]
        expected = keeps_bounds(weights, world, alone) and keeps_sentence(item, weights, world)
        assert keeps_compiled(compile_limits(made, world.universe), weights, world) == expected
