"""How did the factors of stress tests move from day to day, and where do they stand, as far as it is stored?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from services.portfolio_facts import FloatArray
from services.portfolio_facts_panel import Aligner, Days
from services.stress_funds import EMERGING_FUNDS, Fund, first_of, moves_of

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

FACTOR_SERIES: Final[Mapping[str, tuple[str, ...]]] = {
    "rates": ("DGS10",),
    "credit": ("BAMLH0A0HYM2",),
    "volatility": ("VIXCLS",),
    "oil": ("DCOILWTICO", "DCOILBRENTEU"),
    "usd": ("DTWEXBGS",),
    "ig": ("BAMLC0A0CM",),
}
"""Economic series whose daily changes are a factor's history, the first that is stored."""

LONG_YIELD, SHORT_YIELD = "DGS10", "DGS2"
AS_RETURNS: Final = frozenset({"oil", "usd"})
LEVELS: Final[Mapping[str, str]] = {"volatility": "VIXCLS", "credit": "BAMLH0A0HYM2", "ig": "BAMLC0A0CM"}
LEVEL_DAYS_MAX: Final = 10


def factor_histories(uow: UnitOfWork, funds: Mapping[str, Fund], days: Days) -> dict[str, FloatArray]:
    """Return daily changes of the factors that are stored, shape (t,) on the given days; shares are not among them.

    Simple returns of oil, the dollar and emerging markets (a fund), differences of yields, spreads and the VIX. The
    slope is the difference of two yields, on days that have both.
    """
    found: dict[str, FloatArray] = {}
    if not days.size:
        return found
    for factor, keys in FACTOR_SERIES.items():
        levels = next((one for one in (_levels(uow, key, days) for key in keys) if one is not None), None)
        if levels is not None:
            _add(found, factor, moves_of(levels) if factor in AS_RETURNS else _steps(levels))
    long, short = _levels(uow, LONG_YIELD, days), _levels(uow, SHORT_YIELD, days)
    if long is not None and short is not None:
        _add(found, "slope", _steps(long - short))
    emerging = first_of(EMERGING_FUNDS, funds)
    if emerging is not None:
        _add(found, "emerging", emerging.returns_frac)
    return found


def levels_now(uow: UnitOfWork, as_of: date) -> dict[str, float]:
    """Return the last stored levels of the VIX and of both spreads, none older than ten days."""
    found: dict[str, float] = {}
    for factor, key in LEVELS.items():
        rows = [one for one in _observations(uow, key) if one.event_date <= as_of]
        if rows and (as_of - rows[-1].event_date).days <= LEVEL_DAYS_MAX:
            found[factor] = float(rows[-1].value)
    return found


def _observations(uow: UnitOfWork, key: str) -> list[Any]:
    series = uow.macro.find_series(key)
    if series is None:
        return []
    return [one for one in uow.macro.observations(series.series_id, series.provider) if one.value is not None]


def _levels(uow: UnitOfWork, key: str, days: Days) -> FloatArray | None:
    """Return the levels of a series on the days; None where fewer than two figures are stored."""
    rows = _observations(uow, key)
    if len(rows) < 2:
        return None
    sessions = np.array([one.event_date for one in rows], dtype="datetime64[D]")
    return Aligner(days).levels(sessions, np.array([one.value for one in rows], dtype=float))


def _steps(levels: FloatArray) -> FloatArray:
    steps: FloatArray = np.concatenate([[np.nan], levels[1:] - levels[:-1]])
    return steps


def _add(found: dict[str, FloatArray], factor: str, moves: FloatArray) -> None:
    if bool(np.isfinite(moves).any()):
        found[factor] = moves
