"""May a source be asked now, and what is remembered of how it answered?

A source that failed three times in a row is left alone for a minute, then for twice as long after each further failure,
up to 15 minutes; one that said "slow down" as long as it asked for; one that refused our key until the key changes or a
quarter of an hour has passed. The first question after a pause decides. All of it is kept in the database, so that
every process of the product knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.errors import ProviderError, ProviderLimited, ProviderRefused
from data.store import tables
from services import formatting
from services.messages.providers import Outcome
from services.ports import Ports
from services.providers_house import HouseProvider

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

FAILURES_MAX_COUNT = 3
PAUSE_S = 60.0
PAUSE_MAX_S = 900.0
LIMITED_S = 60.0
BROKEN, LIMITED, REFUSED = "broken", "limited", "refused"
HINT_MIN_LENGTH = 4
MASK = "****"


@dataclass(frozen=True)
class Grant:
    """How many requests may be sent; 0 with the reason as an outcome, a sentence and the time to come back."""

    count: int
    outcome: Outcome | None = None
    sentence: str = ""
    until_utc: datetime | None = None


class Gate:
    """Counts requests and remembers failures of each source, for each house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def reserve(
        self, tenant_id: str, one: HouseProvider, wanted_count: int, *, is_trial: bool = False, held_count: int = 0
    ) -> Grant:
        """Take requests out of the quota, or say why none may be sent.

        Parameters
        ----------
        is_trial : bool
            Whether somebody wants to know if the source works: pauses do not count then, the quota does.
        held_count : int
            How many of the day's requests this question must leave for others.

        """
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(tenant_id) as uow:
            state = uow.provider_states.locked(one.name)
            until = state.paused_until_utc
            if until is not None and until > now_utc and not is_trial:
                return _resting(one, state, until)
            if until is not None:  # this caller tries; the others wait for what comes of it
                state.paused_until_utc = now_utc + timedelta(seconds=PAUSE_S)
            limits = one.limits
            if limits.day_count is not None:
                limits = replace(limits, day_count=limits.day_count - held_count)
            granted = uow.provider_usages.reserve(one.name, wanted_count, limits)
            if not granted:
                return self._used_up(uow, one, held_count)
            uow.commit()
        return Grant(granted)

    def succeeded(self, tenant_id: str, name: str, *, reserved: int, sent: int, received_bytes: int) -> None:
        """Remember that a source answered: it is asked again without delay."""
        with self._ports.store.system(tenant_id) as uow:
            state = uow.provider_states.locked(name)
            state.failures_count, state.paused_until_utc, state.pause_reason = 0, None, None
            state.last_success_at_utc = self._ports.clock.now_utc()
            uow.provider_usages.settle(
                name, more_count=max(sent, 1) - reserved, failed_count=0, received_bytes=received_bytes
            )
            uow.commit()

    def failed(self, tenant_id: str, one: HouseProvider, error: ProviderError, more_count: int = 0) -> str:
        """Remember a failure, with the tries beyond those reserved, and return its sentence without anything secret."""
        now_utc, sentence = self._ports.clock.now_utc(), scrubbed(error.message, one.credentials)
        with self._ports.store.system(tenant_id) as uow:
            state = uow.provider_states.locked(one.name)
            state.last_failure_at_utc, state.last_failure = now_utc, sentence
            pause_s, reason = self._pause(state, error)
            state.paused_until_utc = None if pause_s is None else now_utc + timedelta(seconds=pause_s)
            state.pause_reason = None if pause_s is None else reason
            uow.provider_usages.settle(one.name, more_count=more_count, failed_count=1, received_bytes=0)
            uow.commit()
        return sentence

    def forget(self, uow: UnitOfWork, name: str) -> None:
        """End a pause, because what caused it was changed."""
        state = uow.provider_states.locked(name)
        state.failures_count, state.paused_until_utc, state.pause_reason = 0, None, None

    def _pause(self, state: tables.ProviderState, error: ProviderError) -> tuple[float | None, str]:
        """Return for how many seconds a source is left alone after a failure, None for not at all, and why."""
        if isinstance(error, ProviderLimited):
            return min(max(error.retry_after_s or LIMITED_S, 1.0), 86400.0), LIMITED
        if isinstance(error, ProviderRefused):
            return (PAUSE_MAX_S, REFUSED) if error.symbol is None else (None, "")
        state.failures_count += 1
        beyond = state.failures_count - FAILURES_MAX_COUNT
        return (None, "") if beyond < 0 else (min(PAUSE_S * 2.0 ** min(beyond, 8), PAUSE_MAX_S), BROKEN)

    def _used_up(self, uow: UnitOfWork, one: HouseProvider, held_count: int) -> Grant:
        now_utc = self._ports.clock.now_utc()
        used, limits = uow.provider_usages.used(), one.limits
        day = used.get((one.name, "day"))
        if limits.day_count is not None and (
            limits.day_count == 0 or (day and day.asked_count >= limits.day_count - held_count)
        ):
            until = now_utc.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            count = formatting.count(limits.day_count, "request")
            if day and day.asked_count < limits.day_count:
                words = (
                    f"{one.label}: the rest of today's quota of {count} is held back for other figures than these bars."
                )
                return Grant(0, Outcome.QUOTA, words, until)
            return Grant(0, Outcome.QUOTA, f"{one.label}: today's quota of {count} is used up.", until)
        until = now_utc.replace(second=0, microsecond=0) + timedelta(minutes=1)
        count = formatting.count(limits.minute_count or 0, "request")
        return Grant(0, Outcome.QUOTA, f"{one.label}: this minute's quota of {count} is used up.", until)


def scrubbed(text: str, credentials: Mapping[str, str]) -> str:
    """Return a text in which no key stands."""
    for value in credentials.values():
        if len(value) >= HINT_MIN_LENGTH:
            text = text.replace(value, MASK)
    return text


def _resting(one: HouseProvider, state: tables.ProviderState, until: datetime) -> Grant:
    clock = formatting.moment(until)
    if state.pause_reason == LIMITED:
        return Grant(0, Outcome.LIMITED, f"{one.label} asked us to slow down until {clock}.", until)
    if state.pause_reason == REFUSED:
        return Grant(0, Outcome.REFUSED, f"{one.label} refused our key; it is not asked before {clock}.", until)
    return Grant(0, Outcome.RESTING, f"{one.label} failed several times and is left alone until {clock}.", until)
