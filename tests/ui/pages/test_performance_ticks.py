"""Does the page of performance ask again exactly while something that it asked for is being computed?"""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

import pytest
from dash._callback_context import context_value
from dash._utils import AttributeDict

from callbacks import performance_ask as asking
from services.messages.analyses import AnalysisAnswer, AnalysisState

TICK = "performance-tick"


def answer_that_is(state: AnalysisState) -> AnalysisAnswer:
    is_ready = state is AnalysisState.READY
    return AnalysisAnswer(
        id="a-1", kind="performance", portfolio_id="p-1", state=state, data_version="v", is_current=is_ready
    )


def put_by(states: list[AnalysisState], ticks: dict[str, int | None]) -> dict[str, Any]:
    """Return what a callback with these ticks among its inputs writes beside its outputs after answers."""

    def called() -> dict[str, Any]:
        context_value.set(AttributeDict(input_values=ticks, updated_props={}))
        for state in states:
            asking.follow(answer_that_is(state), TICK)
        return dict(context_value.get().updated_props)

    return copy_context().run(called)


@pytest.mark.parametrize("ticks", [None, 0, 4])
def test_one_tick_more_is_allowed_while_a_worker_computes(ticks: int | None) -> None:
    put = put_by([AnalysisState.WORKING], {f"{TICK}.n_intervals": ticks})
    assert put == {TICK: {"max_intervals": (ticks or 0) + 1}}


@pytest.mark.parametrize("state", [AnalysisState.READY, AnalysisState.FAILED])
def test_no_tick_is_allowed_after_the_last_answer(state: AnalysisState) -> None:
    assert put_by([state], {f"{TICK}.n_intervals": 3}) == {}


def test_what_is_ready_does_not_stop_the_clock_of_what_is_not() -> None:
    both = [AnalysisState.WORKING, AnalysisState.READY]
    for states in (both, both[::-1]):
        assert put_by(states, {f"{TICK}.n_intervals": 3}) == {TICK: {"max_intervals": 4}}


def test_a_callback_that_the_clock_does_not_ask_leaves_it_alone() -> None:
    assert put_by([AnalysisState.WORKING], {"performance-view.data": 1}) == {}
