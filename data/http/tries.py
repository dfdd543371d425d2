"""When is a question asked again, and how long is waited before?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from data.errors import ProviderError, ProviderLimited
from data.http.limits import HttpLimits
from data.http.timing import Deadline, Timing

Result = TypeVar("Result")


class AskAgain(Exception):
    """A try that may be repeated without harm.

    Parameters
    ----------
    error : ProviderError
        What is raised when there is no further try.

    """

    def __init__(self, error: ProviderError) -> None:
        super().__init__(error.message)
        self.error = error


def with_tries(once: Callable[[], Result], limits: HttpLimits, timing: Timing, deadline: Deadline) -> Result:
    """Return what one of the tries brings.

    The wait before the next try is the server's own ``Retry-After``, or is drawn evenly between 0 and a bound that
    doubles with each try (full jitter: many who failed together do not come back together). There is no further try
    when the wait would reach beyond the deadline.

    Parameters
    ----------
    once : callable
        One try; raises ``AskAgain`` for a failure that may be repeated, anything else for one that may not.
    limits : HttpLimits
    timing : Timing
    deadline : Deadline
        Of all tries together.

    Raises
    ------
    ProviderError
        The error of the last try. A ``ProviderLimited`` keeps the seconds that the server named.

    """

    def wait_s(state: RetryCallState) -> float:
        named = _error_of(state).retry_after_s
        if named is not None:
            return named
        bound_s = min(limits.backoff_max_s, limits.backoff_s * 2.0 ** (state.attempt_number - 1))
        return timing.chance() * bound_s

    def is_enough(state: RetryCallState) -> bool:
        return state.attempt_number >= limits.tries_count or state.upcoming_sleep >= deadline.left_s

    tries = Retrying(
        sleep=timing.sleep, wait=wait_s, stop=is_enough, retry=retry_if_exception_type(AskAgain), reraise=True
    )
    try:
        return tries(once)
    except AskAgain as last:
        raise last.error from last


def _error_of(state: RetryCallState) -> ProviderError:
    """Return what the last try ended with."""
    outcome = state.outcome
    failure = outcome.exception() if outcome is not None else None
    if isinstance(failure, AskAgain):
        return failure.error
    return ProviderLimited("The source asks for patience.", provider="")
