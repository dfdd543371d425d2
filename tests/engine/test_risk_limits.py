"""Does a limit warn at once, calm down late, and never say that all is well on what nobody knows?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.errors import InputRefused
from engine.risk_limits.judge import judge
from engine.risk_limits.metrics import METRICS
from engine.risk_limits.result import RiskLimit

SETTINGS = settings(max_examples=150, deadline=None, derandomize=True)
MAXIMUM = RiskLimit(metric="var_95_1d", value=0.02)
MINIMUM = RiskLimit(metric="effective_positions", value=20.0, direction="min")
ORDER = {"green": 0, "amber": 1, "red": 2}
STATES = st.sampled_from([None, "green", "amber", "red", "grey"])
LIMITS = st.sampled_from([MAXIMUM, MINIMUM])


@pytest.mark.requirement("4.1.A5")
@pytest.mark.parametrize(
    ("use", "before", "state"),
    [
        (0.79, None, "green"), (0.80, None, "amber"), (0.999, "green", "amber"), (1.0, "green", "red"),
        (0.95, "red", "red"), (0.949, "red", "amber"), (0.76, "red", "amber"), (0.749, "red", "green"),
        (0.75, "amber", "amber"), (0.749, "amber", "green"), (0.79, "green", "green"), (0.97, "amber", "amber"),
    ],
)  # fmt: skip
def test_states_follow_the_use_of_the_limit(use: float, before: str | None, state: str) -> None:
    above = judge(MAXIMUM, use * MAXIMUM.value, before)
    assert (above.state, above.use_frac) == (state, pytest.approx(use))
    below = judge(MINIMUM, MINIMUM.value / use, before)
    assert (below.state, below.use_frac) == (state, pytest.approx(use))


@given(limit=LIMITS, value=st.floats(-1.0, 100.0) | st.none() | st.just(math.nan), before=STATES, stale=st.booleans())
@SETTINGS
def test_nothing_unknown_or_stale_is_ever_green(limit: RiskLimit, value: float | None, before, stale: bool) -> None:
    judged = judge(limit, value, before, is_stale=stale)
    if stale or value is None or math.isnan(value):
        assert (judged.state, judged.word) == ("grey", "Not known")
    else:
        assert judged.state != "grey"
    assert judged.model_dump_json()


@given(limit=LIMITS, value=st.floats(0.0, 100.0), before=STATES)
@SETTINGS
def test_memory_only_makes_a_state_worse_and_a_breach_is_always_red(limit: RiskLimit, value: float, before) -> None:
    plain, judged = judge(limit, value), judge(limit, value, before)
    assert ORDER[judged.state] >= ORDER[plain.state]
    assert judged.held_by_hysteresis == (judged.state != plain.state)
    breached = value >= limit.value if limit.direction == "max" else value <= limit.value
    if breached:
        assert judged.state == "red"
    if judged.held_by_hysteresis:
        assert ORDER[judged.state] <= ORDER[before]  # it is kept, never made worse than it was


@given(uses=st.lists(st.floats(0.0, 1.3), min_size=2, max_size=40))
@SETTINGS
def test_a_figure_that_trembles_around_a_threshold_does_not_flicker(uses: list[float]) -> None:
    state = None
    for use in uses:
        judged = judge(MAXIMUM, use * MAXIMUM.value, state)
        if state == "red" and judged.state != "red":
            assert use < 0.95
        if state == "amber" and judged.state == "green":
            assert use < 0.75
        assert judged.is_transition == (judged.state != state if state else judged.state != "green")
        state = judged.state
    trembling = [judge(MAXIMUM, MAXIMUM.value * (1.0 + 0.04 * (-1) ** step), "red").state for step in range(6)]
    assert set(trembling) == {"red"}


@given(value=st.floats(0.0, 10.0), more=st.floats(0.0, 10.0), before=STATES)
@SETTINGS
def test_more_of_what_is_limited_is_never_a_better_state(value: float, more: float, before) -> None:
    assert ORDER[judge(MAXIMUM, value + more, before).state] >= ORDER[judge(MAXIMUM, value, before).state]
    assert ORDER[judge(MINIMUM, value + more, before).state] <= ORDER[judge(MINIMUM, value, before).state]


def test_a_breach_is_remembered_across_a_gap_in_the_data() -> None:
    use = 0.97 * MAXIMUM.value
    assert judge(MAXIMUM, use, "grey").state == "amber"
    after = judge(MAXIMUM, use, "grey", last_known_state="red")
    assert (after.state, after.held_by_hysteresis, after.is_transition) == ("red", True, True)


def test_a_figure_beyond_every_number_is_a_breach() -> None:
    assert judge(RiskLimit(metric="days_to_95", value=5.0), math.inf).state == "red"
    never = judge(MINIMUM, 0.0)
    assert (never.state, never.use_frac) == ("red", None)
    assert judge(RiskLimit(metric="beta", value=1.2), -0.4).state == "green"


def test_thresholds_out_of_order_are_refused() -> None:
    with pytest.raises(InputRefused, match="amber_exit_use_frac"):
        judge(RiskLimit(metric="beta", value=1.0, amber_exit_use_frac=0.9), 0.5)
    with pytest.raises(InputRefused, match="red_exit_use_frac"):
        judge(RiskLimit(metric="beta", value=1.0, red_exit_use_frac=0.5), 0.5)


def test_every_metric_says_what_it_is() -> None:
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.direction in metric.directions
        assert metric.explain.endswith(".")
