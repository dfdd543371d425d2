"""Why does a run still wait, and how many are before it?

A run that waits has no message of its own, because what it waits for changes with every run that ends. The sentence is
made when somebody looks, from the same line and the same limits from which the queue is fed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.formatting import count
from services.messages.runs import RunStatus, RunView
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Limits:
    """How many runs of one user, and of one house, may be worked on at the same time."""

    user_max_count: int
    house_max_count: int


@dataclass(frozen=True)
class Place:
    """Where a run that waits stands.

    Parameters
    ----------
    own_running_count, house_running_count : int
        Runs of its owner, and of its owner's house, that are being worked on.
    own_before_count : int
        Runs of its owner that wait before it.
    before_count : int
        Runs of anybody that wait before it and have a free place, so that they begin earlier.
    """

    own_running_count: int
    house_running_count: int
    own_before_count: int
    before_count: int


class WaitingLine:
    """Says of pending runs why they wait.

    Parameters
    ----------
    ports : Ports
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        settings = ports.settings
        self._limits = Limits(settings.user_running_max_count, settings.tenant_running_max_count)

    def explain(self, views: Sequence[RunView]) -> list[RunView]:
        """Return the runs, those that wait with the reason in their message; asks the store once, if at all."""
        if not any(view.status is RunStatus.PENDING for view in views):
            return list(views)
        with self._ports.store.system(read_only=True) as uow:
            places = _places(uow, self._limits)
        return [self._explained(view, places.get(view.id)) for view in views]

    def _explained(self, view: RunView, place: Place | None) -> RunView:
        if place is None or view.status is not RunStatus.PENDING:
            return view
        parts = (view.message, sentence(place, self._limits))
        return view.model_copy(update={"message": " ".join(part for part in parts if part)})


def sentence(place: Place, limits: Limits) -> str:
    """Return why a run waits, and how many are before it."""
    if place.own_running_count >= limits.user_max_count:
        running = _of("your", place.own_running_count)
        if not place.own_before_count:
            return f"{running} being worked on; this one starts when {_one_of(place.own_running_count)} ends."
        verb = "is" if place.own_before_count == 1 else "are"
        return f"{running} being worked on, and {_word(place.own_before_count)} more {verb} before this one."
    if place.house_running_count >= limits.house_max_count:
        running = _of("your house's", place.house_running_count)
        return f"{running} being worked on; this one starts when {_one_of(place.house_running_count)} ends."
    before_count = max(place.own_before_count, place.before_count)
    if before_count:
        verb = "is" if before_count == 1 else "are"
        return f"All workers are busy; {count(before_count, 'run')} {verb} before this one."
    return "This run is the next one; it starts as soon as a worker is free."


def _of(whose: str, running_count: int) -> str:
    words = _word(running_count)
    return f"{words[:1].upper()}{words[1:]} of {whose} runs {'is' if running_count == 1 else 'are'}"


def _one_of(running_count: int) -> str:
    return "it" if running_count == 1 else "one of them"


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _places(uow: UnitOfWork, limits: Limits) -> dict[str, Place]:
    """Return where each pending run of the installation stands; the line is as long as the backlog may be."""
    pending, running = uow.runs.line()
    of_house: Counter[str] = Counter()
    for (tenant_id, _owner_id), running_count in running.items():
        of_house[tenant_id] += running_count
    own_before: Counter[tuple[str, str]] = Counter()
    house_before: Counter[str] = Counter()
    free_before_count = 0
    places = {}
    for run_id, tenant_id, owner_id in pending:
        owner = tenant_id, owner_id
        places[run_id] = Place(running.get(owner, 0), of_house[tenant_id], own_before[owner], free_before_count)
        has_place = running.get(owner, 0) + own_before[owner] < limits.user_max_count
        free_before_count += has_place and of_house[tenant_id] + house_before[tenant_id] < limits.house_max_count
        own_before[owner] += 1
        house_before[tenant_id] += has_place
    return places
