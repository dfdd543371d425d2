"""What did the chosen group, effect or factor add through time, and what in any stretch of days?"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Any, cast

import numpy as np

from engine.kernel.errors import InputRefused
from engine.performance.by_day import effect_days, group_days
from engine.performance.factor_attribution import REST, factor_days
from services.errors import FieldProblem, InvalidRequest
from services.messages.performance import Grouping
from services.messages.performance_choice import ChoiceRequest, ChoiceView, Course
from services.performance_attribution import CASH_KEY, MODELS, Tables, beside_of, group_of, held_of, tables_of
from services.performance_factors import FactorSeries, factor_question
from services.performance_history import Days, Vector
from services.performance_period import ChosenPeriod
from services.performance_reader import PerformanceRecord

ADDED = "Added"
EFFECT_WORDS = {
    "allocation": "Allocation",
    "selection": "Selection",
    "interaction": "Interaction",
    "trading": "Trades and fees",
}
REST_WORDS = {"cash": "Cash rate", "alpha": "Constant (alpha)", "unexplained": "Unexplained"}
LEAST_FRAC = 5e-7


def choice_parts(
    record: PerformanceRecord, period: ChosenPeriod, request: ChoiceRequest, factors: FactorSeries | None
) -> dict[str, Any]:
    """Return what an answer about a chosen part says beside its head.

    Raises
    ------
    InvalidRequest
        There is no such part in this period.

    """
    dimension, name = request.chosen.split(":", 1)
    made = {"chosen": request.chosen, "dimension": dimension, "name": name}
    if dimension == "factor":
        return made | _factor(record, period, request, factors, name)
    tables = tables_of(record, period, request)
    if dimension == "effect":
        return made | _effect(record, period, request, tables, name)
    return made | _group(record, period, request, tables, cast(Grouping, dimension), name)


def _group(
    record: PerformanceRecord,
    period: ChosenPeriod,
    request: ChoiceRequest,
    tables: Tables,
    dimension: Grouping,
    name: str,
) -> dict[str, Any]:
    """Return what holdings of a group added, and their effects beside the benchmark."""
    positions = held_of(record, period, dimension, tables)
    both = beside_of(record, period, dimension, tables)
    keys = positions.keys if isinstance(both, str) else (*positions.keys, *both[0].keys)
    inside = [key for key in dict.fromkeys(keys) if group_of(record.assets.get(key), dimension) == name]
    if not inside and dimension == "currency" and name == record.own_currency:
        inside = [CASH_KEY]  # cash is all that is held in it
    if not inside:
        raise _unknown(name)
    chosen = np.array([float(key in inside) for key in positions.keys])
    found = group_days(positions, chosen, tables.gains)
    is_held = np.isfinite(found.returns_frac)
    own = float(np.prod(1.0 + found.returns_frac[is_held])) - 1.0 if is_held.any() else None
    effects = both if isinstance(both, str) else _effects(both[0], request, name)
    return {
        "kind": "group",
        "label": name,
        "asset_keys": tuple(inside),
        "symbols": tuple(dict.fromkeys(record.assets[key].symbol for key in inside if key in record.assets)),
        "mean_weight_frac": float(found.weights_frac.mean()),
        "own_return_frac": own,
        "total_frac": float(found.linked_frac.sum()),
        "added": Course(dates=_days(tables.days), parts={ADDED: _plain(found.linked_frac)}),
        "effects": None if isinstance(effects, str) else effects,
        "effects_sentence": effects if isinstance(effects, str) else None,
        "days": _days(tables.days),
        "portfolio_returns_frac": _plain(tables.total),
        "gains_frac": _plain(found.gains_frac),
        "returns_frac": tuple(
            float(one) if known else None for one, known in zip(found.returns_frac, is_held, strict=True)
        ),
    }


def _effects(positions: Any, request: ChoiceRequest, name: str) -> Course | str:
    names, effects = effect_days(positions, **_method(request))
    if name not in names:
        return "Neither the portfolio nor its benchmark holds it while the benchmark's constituents are known."
    at = names.index(name)
    told = {EFFECT_WORDS[key]: effects[key][:, at] for key in ("allocation", "selection", "interaction")}
    if not np.abs(told["Interaction"]).any():
        del told["Interaction"]
    return Course(dates=_days(positions.dates), parts={key: _plain(values) for key, values in told.items()})


def _effect(
    record: PerformanceRecord, period: ChosenPeriod, request: ChoiceRequest, tables: Tables, name: str
) -> dict[str, Any]:
    """Return one effect over all segments; what cash did is told by itself, so allocation leaves it out."""
    both = beside_of(record, period, request.grouping, tables)
    if isinstance(both, str) or name not in EFFECT_WORDS:
        raise _unknown(name)
    positions = both[0]
    names, effects = effect_days(positions, **_method(request))
    table = effects[name]
    if name == "allocation" and request.linking != "geometric":
        cash = [at for at, one in enumerate(names) if one == positions.cash_group]
        is_apart = abs(float(table[:, cash].sum())) >= LEAST_FRAC
        table = np.delete(table, cash, axis=1) if is_apart else table
    return _one(EFFECT_WORDS[name], positions.dates, table.sum(axis=1)) | {"kind": "effect"}


def _factor(
    record: PerformanceRecord, period: ChosenPeriod, request: ChoiceRequest, factors: FactorSeries | None, name: str
) -> dict[str, Any]:
    """Return what one factor added: its exposure by regression times what it earned, day by day."""
    asked = factor_question(record, period, request, factors)
    if isinstance(asked, str):
        raise _unknown(name)
    history, names, table, _ = asked
    known = (*names, *REST)
    if name not in known:
        raise _unknown(name)
    try:
        found = factor_days(history, names, table)
    except InputRefused:
        raise _unknown(name) from None
    label = REST_WORDS.get(name, name)
    return _one(label, found.history.dates, found.parts_frac[:, known.index(name)]) | {"kind": "factor"}


def _one(label: str, dates: Days, values: Vector) -> dict[str, Any]:
    course = Course(dates=_days(dates), parts={ADDED: _plain(values)})
    return {"label": label, "total_frac": float(values.sum()), "added": course}


def _method(request: ChoiceRequest) -> dict[str, Any]:
    return {
        "model": MODELS[request.method],
        "linking": request.linking,
        "is_interaction_folded": request.is_interaction_folded,
    }


def _unknown(name: str) -> InvalidRequest:
    problem = FieldProblem(
        "chosen", f"The attribution of this period has no part '{name[:60]}'.", "Choose a part that it names."
    )
    return InvalidRequest("There is no such part.", "", fields=(problem,))


def _days(dates: Days) -> tuple[date, ...]:
    return tuple(dates.astype("datetime64[D]").astype(object).tolist())


def _plain(values: Vector) -> tuple[float, ...]:
    return tuple(float(one) for one in values)


def added_between(view: ChoiceView, start: date, end: date) -> float | None:
    """Return what a group added from the close of one day to that of another, as a fraction of the value at the first.

    Over all groups of a dimension, with fees, it adds up to the portfolio's return over these days. None for effects
    and factors, and without a day in between.
    """
    low, high = bisect_right(view.days, start), bisect_right(view.days, end)
    if high <= low:
        return None
    grown, added = 1.0, 0.0
    for gain, earned in zip(view.gains_frac[low:high], view.portfolio_returns_frac[low:high], strict=True):
        added += gain * grown
        grown *= 1.0 + earned
    return added


def own_growth(view: ChoiceView) -> list[tuple[date, float]]:
    """Return the growth of 1 in what was held of a group, by day, from the first day on which it was held.

    It stands still while nothing is held. Empty where it lost everything, and for effects and factors.
    """
    level, course = 1.0, list[tuple[date, float]]()
    for day, earned in zip(view.days, view.returns_frac, strict=True):
        if earned is None and not course:
            continue
        level *= 1.0 + (earned or 0.0)
        if level <= 0.0:
            return []
        course.append((day, level))
    return course
