"""Which constraint of the optimizer keeps a limit on risk, and for which limits is there none?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services import formatting

Groups = Mapping[str, Sequence[str]]

NO_WAY = {
    "liquidity_var_99_1d": "The cost of leaving depends on volumes, which no constraint of the optimizer knows.",
    "current_drawdown": "No choice of weights changes what has already been lost.",
    "largest_risk_share": "The optimizer has no limit on shares of risk; risk parity as the goal spreads them evenly.",
    "effective_bets": "The optimizer has no limit on separate bets; risk parity as the goal spreads risk evenly.",
    "days_to_95": "The optimizer has no limit on days to sell; cap the positions that trade least instead.",
    "stressed_days_to_95": "The optimizer has no limit on days to sell; cap the positions that trade least instead.",
    "illiquid_share": "The optimizer has no limit on liquidity classes; cap the positions that trade least instead.",
    "var_99_10d": "Losses over ten days depend on the order of days, which the optimizer's one period does not have.",
}
"""Metric -> why there is no constraint."""
MINIMUM_ONLY = "The optimizer keeps this figure below a maximum; it has no minimum for it."
CVAR_MAX_FRAC = 0.5
GROSS_WHOLE = 1.0


@dataclass(frozen=True)
class Translation:
    """The constraints of one limit, whether they measure the same, and what to know."""

    constraints: tuple[dict[str, Any], ...]
    is_same: bool
    note: str


Made = Translation | str


def translate(metric: str, direction: str, value: float, groups: Groups) -> Made:
    """Return the constraints that keep a limit, or why there are none.

    Parameters
    ----------
    metric, direction, value
        The limit, in the metric's unit.
    groups : mapping of dimension to names
        Sectors, countries, currencies and issuers of what is held.

    """
    if metric in NO_WAY:
        return NO_WAY[metric]
    if metric == "beta":
        return _beta(direction, value)
    if direction == "min" and metric != "effective_positions":
        return MINIMUM_ONLY
    maker = _MAKERS.get(metric)
    return "No constraint of the optimizer measures this." if maker is None else maker(value, groups)


def _volatility(value: float, groups: Groups) -> Made:
    note = "The optimizer measures volatility with the covariance that the optimization is set to."
    return Translation(({"kind": "volatility_ceiling", "max_annual_frac": min(value, 1.5)},), True, note)


def _tracking_error(value: float, groups: Groups) -> Made:
    note = "It needs a benchmark whose weights are known."
    return Translation(({"kind": "tracking_error", "max_annual_frac": min(value, 1.0)},), True, note)


def _shortfall(level: float) -> Callable[[float, Groups], Made]:
    def make(value: float, groups: Groups) -> Made:
        note = (
            "The optimizer averages the worst days of its window as they were; the limit is judged by the method that "
            "leads the risk report, which follows today's volatility."
        )
        return Translation((_cvar(level, value),), False, note)

    return make


def _value_at_risk(level: float) -> Callable[[float, Groups], Made]:
    def make(value: float, groups: Groups) -> Made:
        note = (
            f"There is no constraint on value at risk itself, because its best portfolio cannot be proven. Expected "
            f"shortfall at {formatting.percent(level, 0)} is never smaller, so a ceiling on it is the stricter one. It "
            "is measured on the worst days of the optimization's window, the limit by the method that leads the report."
        )
        return Translation((_cvar(level, value),), False, note)

    return make


def _cvar(level: float, value: float) -> dict[str, Any]:
    return {"kind": "cvar_ceiling", "level": level, "max_frac": min(value, CVAR_MAX_FRAC)}


def _drawdown(value: float, groups: Groups) -> Made:
    note = "The optimizer adds returns up without compounding, over its own window."
    return Translation(({"kind": "drawdown_ceiling", "max_frac": min(value, 1.0)},), False, note)


def _beta(direction: str, value: float) -> Made:
    side = "max_beta" if direction == "max" else "min_beta"
    note = "It needs a benchmark whose returns are known."
    return Translation(({"kind": "beta", side: value},), True, note)


def _largest_position(value: float, groups: Groups) -> Made:
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": min(value, 1.0)}
    return Translation((bounds,), True, "No position may be larger; short positions need a bound of their own.")


def _effective_positions(value: float, groups: Groups) -> Made:
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": min(1.0, 1.0 / value)}
    note = (
        f"If no position is larger than {formatting.percent(min(1.0, 1.0 / value))}, a fully invested long portfolio "
        "is at least that spread; this is stricter than the limit."
    )
    return Translation((bounds,), False, note)


def _herfindahl(value: float, groups: Groups) -> Made:
    return _effective_positions(1.0 / min(value, 1.0), groups)


def _gross(value: float, groups: Groups) -> Made:
    if value <= GROSS_WHOLE:
        return "A long portfolio without loans is never above 100%; to stay below, lower the budget that is invested."
    note = "It lets the optimization sell short, up to this gross exposure."
    return Translation(
        ({"kind": "long_short", "gross_max_frac": min(value, 10.0), "short_max_frac": None},), True, note
    )


def _largest_group(dimension: str) -> Callable[[float, Groups], Made]:
    def make(value: float, groups: Groups) -> Made:
        names = groups.get(dimension, ())
        if not names:
            return f"No {dimension} of what is held is known, so none can be capped."
        most = min(value, 1.0)
        note = (
            f"One limit for each {dimension} held today, as a share of the capital; the limit itself looks at shares "
            "of what is invested, which are larger where cash is held."
        )
        return Translation(tuple(_cap(dimension, name, most) for name in names), False, note)

    return make


def _cap(dimension: str, name: str, most: float) -> dict[str, Any]:
    if dimension == "sector":
        return {"kind": "sector_limit", "sector": name, "max_frac": most}
    return {"kind": "group_limit", "dimension": dimension, "group": name, "max_frac": most}


_MAKERS: dict[str, Callable[[float, Groups], Made]] = {
    "volatility_annual": _volatility,
    "tracking_error_annual": _tracking_error,
    "es_95_1d": _shortfall(0.95),
    "es_99_1d": _shortfall(0.99),
    "var_95_1d": _value_at_risk(0.95),
    "var_99_1d": _value_at_risk(0.99),
    "max_drawdown": _drawdown,
    "largest_position": _largest_position,
    "effective_positions": _effective_positions,
    "herfindahl": _herfindahl,
    "gross_exposure": _gross,
    "largest_sector": _largest_group("sector"),
    "largest_country": _largest_group("country"),
    "largest_currency": _largest_group("currency"),
    "largest_issuer": _largest_group("issuer"),
}
