"""Which sets of factors did a house bring, and what did their factors return on the days of a portfolio?

Factors come in as files (`services.imports`): those of Kenneth French's data library, or a table of one's own. Some
sets may be taken together, such as the five factors of Fama and French with momentum: the library has two files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.upload.factors import RISK_FREE
from services import formatting
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest
from services.market_origins import origin_of
from services.messages.factor_sets import SETS_MAX_COUNT, FactorSet, FactorView
from services.ports import Ports
from services.valuation_prices import STALE_SESSIONS_MAX

if TYPE_CHECKING:
    from data.store.repositories import FactorDays
    from data.store.unit_of_work import UnitOfWork

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
FIELD = "factor_sets"


@dataclass(frozen=True, eq=False)
class ChosenFactors:
    """The factors of the chosen sets on a portfolio's days.

    Attributes
    ----------
    names : tuple of str
        k factors, in the order of the files.
    returns_frac : array (t, k)
        Simple returns, NaN where one is not known. Those above the risk-free rate or of one side less the other stay
        as the file has them.
    notes : tuple of str
    imports : tuple of dict
        The deliveries behind them, JSON-native.

    """

    names: tuple[str, ...]
    returns_frac: Floats = field(repr=False)
    notes: tuple[str, ...]
    imports: tuple[dict[str, Any], ...]


class FactorSets:
    """Sets of factors of one house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor) -> tuple[FactorSet, ...]:
        """Return the sets of the actor's house, by name."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return tuple(_view(uow, name) for name in uow.factors.sets())

    def names(self, actor: Actor) -> tuple[str, ...]:
        """Return what the sets are called, in order."""
        with self._ports.store.read(actor) as uow:
            return uow.factors.sets()

    def known(self, names: Sequence[str], actor: Actor) -> tuple[str, ...]:
        """Return those of the names that are sets of the house, as many as may be chosen."""
        if not names:
            return ()
        there = self.names(actor)
        return tuple(one for one in names if one in there)[:SETS_MAX_COUNT]

    def check(self, names: Sequence[str], actor: Actor) -> None:
        """Refuse names of sets that the house does not have, and too many of them.

        Raises
        ------
        InvalidRequest

        """
        if len(names) > SETS_MAX_COUNT:
            message = f"{len(names)} factor sets are chosen, and at most {SETS_MAX_COUNT} may be."
            fields = (FieldProblem(FIELD, message, "Leave some out."),)
            raise InvalidRequest(message, "Leave some out.", code="too_many_factor_sets", fields=fields)
        if names:
            with self._ports.store.read(actor) as uow:
                _refuse_unknown(uow, names)


def read_chosen(uow: UnitOfWork, names: Sequence[str], days: Days) -> ChosenFactors:
    """Return the factors of some sets on the days of a portfolio.

    A factor's return of a day is that since the day before of the portfolio: its sessions in between are compounded.
    Where it has no session in between, because its market was closed, it is zero.

    Parameters
    ----------
    uow : UnitOfWork
    names : sequence of str
        At least one; where two sets have a factor of the same name, that of the first counts.
    days : array (t,) of datetime64[D]

    Raises
    ------
    InvalidRequest
        The house has no set of that name.

    """
    _refuse_unknown(uow, names)
    columns: dict[str, Floats] = {}
    notes: list[str] = []
    batches: list[str] = []
    for name in names:
        found = uow.factors.of(name)
        sessions = np.unique(np.concatenate([one.days for one in found]))
        for one in found:
            batches += one.batch_ids
            if one.factor == RISK_FREE:
                continue
            if one.factor in columns:
                notes.append(f"{one.factor} of {name} is left out: another chosen set has a factor of that name.")
                continue
            columns[one.factor] = returns_between(days, sessions, _on(sessions, one))
        notes.append(_told(name, found, sessions))
    rows = uow.ingest_batches.get_many(sorted(set(batches)))
    origins = [origin for row in rows.values() if (origin := origin_of(row)) is not None]
    notes += [one.sentence for one in sorted(origins, key=lambda one: one.at_utc)]
    table = np.column_stack(list(columns.values())) if columns else np.empty((days.size, 0))
    documents = tuple({**one.as_document(), "symbols": []} for one in origins)
    return ChosenFactors(tuple(columns), table, tuple(notes), documents)


def returns_between(days: Days, sessions: Days, returns_frac: Floats) -> Floats:
    """Return the compounded return of a series since the day before, for each day.

    Parameters
    ----------
    days : array (t,) of datetime64[D]
        Increasing; the first one's return is that of its own session.
    sessions, returns_frac : array (s,)
        Increasing days, and the simple return of each; NaN where it is not known.

    Returns
    -------
    array (t,)
        NaN where a session in between has no return, where the day lies outside the sessions, and where the last
        session is more than five business days old.

    """
    if not days.size or not sessions.size:
        return np.full(days.size, np.nan)
    ends = np.searchsorted(sessions, days, side="right")
    begins = np.append(max(int(ends[0]) - int(sessions[max(int(ends[0]) - 1, 0)] == days[0]), 0), ends[:-1])
    known = np.isfinite(returns_frac)
    growth = np.append(0.0, np.cumsum(np.log1p(np.where(known, returns_frac, 0.0))))
    gaps = np.append(0, np.cumsum(~known))
    made = np.expm1(growth[ends] - growth[begins])
    single = ends - begins == 1
    made[single] = returns_frac[np.maximum(ends - 1, 0)][single]
    last = sessions[np.maximum(ends - 1, 0)].astype("datetime64[D]")
    ages = np.busday_count(last, np.maximum(days.astype("datetime64[D]"), last))
    outside = (ends == 0) | (days > sessions[-1]) | (ages > STALE_SESSIONS_MAX)
    outside[1:] |= ends[:-1] == 0
    made[outside | (gaps[ends] > gaps[begins])] = np.nan
    return np.asarray(made, dtype=np.float64)


def _on(sessions: Days, one: FactorDays) -> Floats:
    """Return a factor's returns on the sessions of its set; NaN on those that it lacks."""
    values = np.full(sessions.size, np.nan)
    values[np.searchsorted(sessions, one.days)] = one.returns_frac
    return values


def _told(name: str, found: Sequence[FactorDays], sessions: Days) -> str:
    factors = ", ".join(one.factor for one in found if one.factor != RISK_FREE)
    first, last = (formatting.day(_date(edge)) for edge in (sessions[0], sessions[-1]))
    return f"Factors are those of {name} ({factors}), from {first} to {last}, in the currency that the file has."


def _view(uow: UnitOfWork, name: str) -> FactorSet:
    found = uow.factors.of(name)
    factors = tuple(
        FactorView(
            name=one.factor,
            is_risk_free=one.factor == RISK_FREE,
            first_day=_date(one.days[0]),
            last_day=_date(one.days[-1]),
            days_count=int(one.days.size),
        )
        for one in found
    )
    rows = uow.ingest_batches.get_many(sorted({key for one in found for key in one.batch_ids}))
    origins = [origin for row in rows.values() if (origin := origin_of(row)) is not None]
    return FactorSet(
        name=name,
        factors=factors,
        first_day=min(one.first_day for one in factors),
        last_day=max(one.last_day for one in factors),
        sources=tuple(one.sentence for one in sorted(origins, key=lambda one: one.at_utc)),
    )


def _refuse_unknown(uow: UnitOfWork, names: Sequence[str]) -> None:
    known = uow.factors.sets()
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    there = f"Choose among {', '.join(known)}." if known else "Import a file of factor returns first."
    message = f"There is no factor set {unknown[0]!r}."
    raise InvalidRequest(message, there, code="unknown_factor_set", fields=(FieldProblem(FIELD, message, there),))


def _date(day: np.datetime64) -> date:
    made: date = day.astype("datetime64[D]").astype(object)
    return made
