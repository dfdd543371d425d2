"""What does a dry run leave behind when it lets other runs go first, so that it goes on as if it had not stopped?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from services.compliance.dry_run_tally import Tally
from services.messages.frozen import Message

_DAYS = ("first_failed", "last_failed", "worst_on")
SLICE_S = 5.0
"""After so many seconds at a stretch a dry run lets others go first, where somebody waits."""


class Checkpoint(Message):
    """Where a dry run stands: its days and portfolios as they were chosen, and what was counted.

    `wordings` are fingerprints of the versions that are tried; where one differs, the dry run begins anew. `of` says
    which portfolios each is for. `tallies` are those of the portfolios that were begun, each with one per wording;
    `judged_up_to` is the last day that was judged of the portfolio at `place`.
    """

    wordings: tuple[str, ...]
    of: tuple[tuple[str, ...], ...]
    first_day: date
    last_day: date
    portfolio_ids: tuple[str, ...]
    with_values: tuple[tuple[str, ...], ...]
    place: int
    judged_up_to: date | None
    tallies: tuple[tuple[dict[str, Any], ...], ...]
    days_count: int
    worked_s: float


def packed(tallies: Sequence[Sequence[Tally]]) -> tuple[tuple[dict[str, Any], ...], ...]:
    """Return counts as a checkpoint keeps them, JSON-native."""
    return tuple(tuple(_plain(tally) for tally in of) for of in tallies)


def _plain(tally: Tally) -> dict[str, Any]:
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in vars(tally).items()}


def unpacked(tallies: Sequence[Sequence[dict[str, Any]]]) -> list[list[Tally]]:
    """Return counts as they go on."""
    return [[Tally(**_with_days(tally)) for tally in of] for of in tallies]


def _with_days(tally: dict[str, Any]) -> dict[str, Any]:
    return {name: date.fromisoformat(one) if name in _DAYS and one else one for name, one in tally.items()}


def opened(left: dict[str, Any] | None, wordings: Sequence[str]) -> Checkpoint | None:
    """Return where to go on; None where the dry run begins, or a wording changed meanwhile."""
    if left is None:
        return None
    try:
        found = Checkpoint.model_validate(left, strict=False)
    except ValidationError:  # left by another version of the product
        return None
    return found if found.wordings == tuple(wordings) else None


class Slice:
    """One stretch of work.

    Parameters
    ----------
    others_wait : callable
        Whether somebody's run waits.
    worked_s : float
        How long earlier stretches took.
    now_s : callable
        A clock that never goes back, in seconds.
    """

    def __init__(
        self, others_wait: Callable[[], bool], worked_s: float = 0.0, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._others_wait = others_wait
        self._before_s = worked_s
        self._now_s = now_s
        self._began_s = now_s()

    @property
    def worked_s(self) -> float:
        """How long all stretches took so far."""
        return self._before_s + self._now_s() - self._began_s

    def is_over(self) -> bool:
        """Return whether others go first now."""
        return self._now_s() - self._began_s >= SLICE_S and self._others_wait()
