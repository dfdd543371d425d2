"""When is a server that keeps failing left alone, and when is it tried again?

pybreaker counts and keeps the state. It would hold its lock while a question is under way, so that two questions could
never be under way at once, and it reads the machine's clock; here the passage is asked for before and the outcome told
after, and time comes from the clock that is passed in.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pybreaker

from data.errors import ProviderError, ProviderUnavailable
from data.http.timing import Timing

FAILURES_MAX = 5
REST_S = 60.0

State = Literal["closed", "open", "half_open"]


@dataclass(frozen=True)
class BreakerView:
    """How a source's breaker stands.

    Parameters
    ----------
    name : str
    state : "closed", "open" or "half_open"
        Closed lets questions pass; open refuses them; half open lets one pass to see.
    failures_count : int
        Failures in a row so far.
    rest_s : float
        Seconds until it may be tried again; 0 unless it is open.

    """

    name: str
    state: State
    failures_count: int
    rest_s: float


class _Memory(pybreaker.CircuitMemoryStorage):
    """pybreaker's memory, with the moment of opening on our clock."""

    def __init__(self, timing: Timing) -> None:
        super().__init__(pybreaker.STATE_CLOSED)
        self._timing = timing
        self.opened_at_s = 0.0

    @property
    def opened_at(self) -> datetime | None:
        """Nothing: the rest after opening is measured here, not by pybreaker."""
        return None

    @opened_at.setter
    def opened_at(self, datetime: datetime) -> None:
        self.opened_at_s = self._timing.monotonic()


class Breaker:
    """The breaker of one source; safe for use from several threads.

    Only ``ProviderUnavailable`` counts as a failure: a source that says "too often", "not you" or "not this" is alive.

    Parameters
    ----------
    name : str
        The source, as it stands in its errors.
    timing : Timing
    failures_max : int
        Failures in a row after which it opens.
    rest_s : float
        Seconds for which it then stays open.

    """

    def __init__(
        self, name: str, timing: Timing | None = None, *, failures_max: int = FAILURES_MAX, rest_s: float = REST_S
    ) -> None:
        self.name = name
        self._timing = timing or Timing()
        self._rest_s = rest_s
        self._memory = _Memory(self._timing)
        self._circuit = pybreaker.CircuitBreaker(
            fail_max=failures_max, reset_timeout=rest_s, state_storage=self._memory, throw_new_error_on_trip=False
        )
        self._lock = threading.Lock()
        self._is_trial_under_way = False

    def view(self) -> BreakerView:
        """Return how it stands now."""
        with self._lock:
            state = self._memory.state
            rest_s = self._rest_left_s() if state == pybreaker.STATE_OPEN else 0.0
            shown: State = "closed"
            if state != pybreaker.STATE_CLOSED:
                shown = "open" if rest_s > 0 else "half_open"
            return BreakerView(self.name, shown, self._memory.counter, rest_s)

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Let one question through, and learn from how it ends.

        Raises
        ------
        ProviderUnavailable
            The breaker is open, or half open with a question under way; ``retry_after_s`` says for how long.

        """
        is_trial = self._enter()
        try:
            yield
        except ProviderUnavailable as error:
            self._learn(is_trial, error)
            raise
        except ProviderError:
            self._learn(is_trial, None)
            raise
        except BaseException:
            self._forget(is_trial)
            raise
        else:
            self._learn(is_trial, None)

    def _enter(self) -> bool:
        """Return whether the question is the trial of a half-open breaker; refuse while it is open."""
        with self._lock:
            if self._memory.state == pybreaker.STATE_CLOSED:
                return False
            rest_s = self._rest_left_s() if self._memory.state == pybreaker.STATE_OPEN else 0.0
            if rest_s <= 0.0 and not self._is_trial_under_way:
                self._circuit.half_open()
                self._is_trial_under_way = True
                return True
        wait_s = max(1.0, rest_s)
        raise ProviderUnavailable(
            f"{self.name} has failed {self._circuit.fail_max} times in a row and is left alone for a while; "
            f"it is tried again in {wait_s:.0f} s.",
            provider=self.name,
            retry_after_s=wait_s,
        )

    def _learn(self, is_trial: bool, error: ProviderUnavailable | None) -> None:
        """Tell pybreaker how a question ended, unless the state has moved on without it."""

        def outcome() -> None:
            if error is not None:
                raise error

        with self._lock:
            if is_trial:
                self._is_trial_under_way = False
            elif self._memory.state != pybreaker.STATE_CLOSED:
                return
            try:
                self._circuit.call(outcome)
            except ProviderUnavailable:
                return

    def _forget(self, is_trial: bool) -> None:
        """Leave things as they were: the question ended for a reason that says nothing about the source."""
        with self._lock:
            if is_trial:
                self._is_trial_under_way = False

    def _rest_left_s(self) -> float:
        return max(0.0, self._memory.opened_at_s + self._rest_s - self._timing.monotonic())
