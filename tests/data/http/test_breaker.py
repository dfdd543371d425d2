"""Is a failing source left alone, and tried again by one question only?"""

from __future__ import annotations

import contextlib
import threading

import pytest

from data.errors import ProviderChanged, ProviderLimited, ProviderRefused, ProviderUnavailable
from data.http.breaker import Breaker
from data.http.timing import Timing


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock) -> Breaker:
    return Breaker("shop", Timing(monotonic=clock))


def fail(breaker: Breaker, error: type[Exception] = ProviderUnavailable) -> None:
    with pytest.raises(error), breaker.passage():
        raise error("It did not work.", provider="shop")


def succeed(breaker: Breaker) -> None:
    with breaker.passage():
        pass


def test_it_opens_after_five_failures_in_a_row_and_says_when_to_come_back(breaker, clock):
    for _ in range(4):
        fail(breaker)
    assert (breaker.view().state, breaker.view().failures_count) == ("closed", 4)
    fail(breaker)
    clock.now_s += 20
    with pytest.raises(ProviderUnavailable, match=r"tried again in 40 s") as caught, breaker.passage():
        raise AssertionError("never reached")
    assert caught.value.retry_after_s == 40
    view = breaker.view()
    assert (view.state, view.failures_count, view.rest_s) == ("open", 5, 40)


def test_a_success_in_between_forgets_the_failures(breaker):
    for _ in range(4):
        fail(breaker)
    succeed(breaker)
    for _ in range(4):
        fail(breaker)
    assert breaker.view().state == "closed"


def test_after_the_rest_one_success_closes_it(breaker, clock):
    for _ in range(5):
        fail(breaker)
    clock.now_s += 60
    assert breaker.view().state == "half_open"
    succeed(breaker)
    assert (breaker.view().state, breaker.view().failures_count) == ("closed", 0)


def test_after_the_rest_one_failure_opens_it_for_a_further_rest(breaker, clock):
    for _ in range(5):
        fail(breaker)
    clock.now_s += 61
    fail(breaker)
    assert (breaker.view().state, breaker.view().rest_s) == ("open", 60)


def test_only_one_question_is_the_trial(breaker, clock):
    for _ in range(5):
        fail(breaker)
    clock.now_s += 60
    with breaker.passage():
        with pytest.raises(ProviderUnavailable, match="left alone"):
            succeed(breaker)
        assert breaker.view().state == "half_open"
    assert breaker.view().state == "closed"


def test_a_trial_that_ends_for_another_reason_leaves_the_way_open_for_the_next(breaker, clock):
    for _ in range(5):
        fail(breaker)
    clock.now_s += 60
    with pytest.raises(KeyboardInterrupt), breaker.passage():
        raise KeyboardInterrupt
    succeed(breaker)
    assert breaker.view().state == "closed"


@pytest.mark.parametrize("error", [ProviderLimited, ProviderRefused, ProviderChanged])
def test_a_source_that_answers_no_is_alive(breaker, error):
    for _ in range(10):
        fail(breaker, error)
    assert breaker.view().state == "closed"


def test_questions_run_side_by_side(breaker):
    both = threading.Barrier(2, timeout=5)

    def ask() -> None:
        with breaker.passage():
            both.wait()

    other = threading.Thread(target=ask)
    other.start()
    ask()
    other.join()
    assert not both.broken


def test_a_late_failure_of_an_old_question_does_not_prolong_the_rest(breaker, clock):
    with contextlib.ExitStack() as old:
        old.enter_context(pytest.raises(ProviderUnavailable))
        old.enter_context(breaker.passage())
        for _ in range(5):
            fail(breaker)
        clock.now_s += 30
        raise ProviderUnavailable("Too late.", provider="shop")
    assert breaker.view().rest_s == 30
