"""Which constraint of the optimizer keeps a limit on risk, and for which limits is there none?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from services import formatting

Groups = Mapping[str, Sequence[str]]

NO_WAY = {
    "liquidity_var_99_1d": "The cost of leaving depends on volumes, which no constraint of the optimizer knows.",
    "current_drawdown": "No choice of weights changes what has already been lost.",
    "largest_risk_share": "The optimizer has no limit on shares of risk; risk parity as the goal spreads them evenly.",
    "effective_bets": "The optimizer has no limit on separate bets; risk parity as the goal spreads risk evenly.",
    "illiquid_share": "The optimizer has no limit on liquidity classes; cap the positions that trade least instead.",
    **dict.fromkeys(
        ("var_95_10d", "var_99_10d", "es_95_10d", "es_99_10d"),
        "Losses over ten days depend on the order of days, which the optimizer's one period does not have.",
    ),
}
"""Metric -> why there is no constraint."""
MINIMUM_ONLY = "The optimizer keeps this figure below a maximum; it has no minimum for it."
CVAR_MAX_FRAC = 0.5
GROSS_WHOLE = 1.0
WINDOW_COUNT = 500
"""Days that the report's volatility, beta, tracking error and plain losses look back (`services.risk_tails`)."""
DOLLARS = "USD"


@dataclass(frozen=True)
class Held:
    """What is held, as far as a constraint depends on it.

    Parameters
    ----------
    groups : mapping of dimension to names
        Known sectors, countries, currencies and issuers.
    has_shorts : bool
    base_currency : str
        In which the report measures; empty while there is no report.
    days, stressed_days : mapping of symbol to (weight, days)
        Size of each position as a fraction of the net value, and the trading days that it takes to sell; infinite
        where nothing trades. Positions whose volume nobody knows are absent, and named in `unknown`.
    unknown : sequence of str

    """

    groups: Groups = field(default_factory=dict)
    has_shorts: bool = False
    base_currency: str = ""
    days: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    stressed_days: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    unknown: Sequence[str] = ()

    @property
    def other_currency(self) -> str:
        """The currency in which an optimization of what is held measures, where it is not the portfolio's."""
        quoted = set(self.groups.get("currency", ()))
        if not quoted or not self.base_currency:
            return ""
        measured = next(iter(quoted)) if len(quoted) == 1 else DOLLARS
        return "" if measured == self.base_currency else measured


@dataclass(frozen=True)
class Translation:
    """The constraints of one limit, whether they measure the same, and what to know.

    `estimates` are the settings with which the optimizer's measure is the report's, or comes closest to it; None where
    they make no difference.
    """

    constraints: tuple[dict[str, Any], ...]
    is_same: bool
    note: str
    estimates: dict[str, Any] | None = None


Made = Translation | str
Maker = Callable[[float, Held], Made]


def translate(metric: str, direction: str, value: float, held: Held) -> Made:
    """Return the constraints that keep a limit, or why there are none.

    Parameters
    ----------
    metric, direction, value
        The limit, in the metric's unit.
    held : Held
        What the portfolio holds by its latest report.

    """
    if metric in NO_WAY:
        return NO_WAY[metric]
    if metric == "beta":
        return _beta(direction, value, held)
    if direction == "min" and metric != "effective_positions":
        return MINIMUM_ONLY
    maker = _MAKERS.get(metric)
    return "No constraint of the optimizer measures this." if maker is None else maker(value, held)


def _windowed(
    constraint: dict[str, Any], held: Held, note: str, *, is_same: bool = True, days_count: int = WINDOW_COUNT
) -> Translation:
    """Return a constraint on a figure that depends on the window, with the window of the report."""
    other = held.other_currency
    if other:
        note += (
            f" The report measures in {held.base_currency}, an optimization of these assets in {other}: that differs."
        )
    estimates = {"lookback_days": days_count, "covariance": {"kind": "sample"}}
    return Translation((constraint,), is_same and not other, note, estimates)


WINDOW = (
    f"The report looks at the last {WINDOW_COUNT} trading days with their plain covariance; the optimization measures "
    f"the same with a history of {WINDOW_COUNT} days and the sample covariance, not with other estimates."
)


def _volatility(value: float, held: Held) -> Made:
    return _windowed({"kind": "volatility_ceiling", "max_annual_frac": min(value, 1.5)}, held, WINDOW)


def _tracking_error(value: float, held: Held) -> Made:
    note = (
        f"{WINDOW} It needs a benchmark whose weights are known; constituents that are not among the assets are left "
        "out, and the others scaled up to the whole."
    )
    return _windowed({"kind": "tracking_error", "max_annual_frac": min(value, 1.0)}, held, note, is_same=False)


def _beta(direction: str, value: float, held: Held) -> Made:
    side = "max_beta" if direction == "max" else "min_beta"
    note = (
        f"It needs a benchmark whose returns are known. The report looks at the last {WINDOW_COUNT} trading days; the "
        f"optimization at its own history, whose first day only starts the benchmark's: {WINDOW_COUNT + 1} are as many."
    )
    return _windowed({"kind": "beta", side: value}, held, note, days_count=WINDOW_COUNT + 1)


def _shortfall(level: float) -> Maker:
    def make(value: float, held: Held) -> Made:
        note = (
            f"The optimizer averages the worst days of its window as they were: with {WINDOW_COUNT} days of history "
            "that is the report's figure by the historical method. The limit is judged by the method that leads the "
            "report, which follows today's volatility and may be larger in restless times."
        )
        return _windowed(_cvar(level, value), held, note, is_same=False)

    return make


def _value_at_risk(level: float) -> Maker:
    def make(value: float, held: Held) -> Made:
        note = (
            f"There is no constraint on value at risk itself, because its best portfolio cannot be proven. Expected "
            f"shortfall at {formatting.percent(level, 0)} over the same days is never smaller, so the ceiling is on "
            f"that. It is measured on the worst of the optimization's days as they were, {WINDOW_COUNT} here; the "
            "limit is judged by the method that leads the report, which follows today's volatility and may be larger "
            "in restless times."
        )
        return _windowed(_cvar(level, value), held, note, is_same=False)

    return make


def _cvar(level: float, value: float) -> dict[str, Any]:
    return {"kind": "cvar_ceiling", "level": level, "max_frac": min(value, CVAR_MAX_FRAC)}


def _drawdown(value: float, held: Held) -> Made:
    note = (
        "The optimizer adds returns up without compounding, over its own window; the report compounds them, over all "
        "days that today's holdings share."
    )
    return Translation(({"kind": "drawdown_ceiling", "max_frac": min(value, 1.0)},), False, note)


def _largest_position(value: float, held: Held) -> Made:
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": min(value, 1.0)}
    return Translation((bounds,), True, "No position may be larger, long or short.")


def _effective_positions(value: float, held: Held) -> Made:
    most = min(1.0, 1.0 / value)
    return _spread(
        most,
        f"If no position is larger than {formatting.percent(most)}, a fully invested portfolio has at least "
        f"{formatting.number(1.0 / most, 1)} effective positions; this is stricter than the limit.",
    )


def _herfindahl(value: float, held: Held) -> Made:
    most = min(value, 1.0)
    return _spread(
        most,
        f"If no position is larger than {formatting.percent(most)}, the squared shares of a fully invested portfolio "
        "add up to no more than the limit; this is stricter than the limit.",
    )


def _spread(most: float, note: str) -> Made:
    return Translation(({"kind": "position_bounds", "min_frac": 0.0, "max_frac": most},), False, note)


def _gross(value: float, held: Held) -> Made:
    if not held.has_shorts:
        if value >= GROSS_WHOLE:
            return "An optimization without shorts and loans never goes above 100%: it keeps this limit as it is."
        return "An optimization invests all of the capital; to stay below, lower its net investment."
    note = "Longs and shorts together stay below it; how much of that may be short is another limit."
    return Translation(
        ({"kind": "long_short", "gross_max_frac": min(value, 10.0), "short_max_frac": None},), True, note
    )


def _sold_within(name: Literal["days", "stressed_days"]) -> Maker:
    def make(value: float, held: Held) -> Made:
        known: Mapping[str, tuple[float, float]] = getattr(held, name)
        if not known:
            return "The volumes of what is held are not known, so that no position can be capped by them."
        caps = {symbol: abs(weight) * value / days for symbol, (weight, days) in known.items() if days > 0.0}
        bounds = tuple(
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap, "assets": [symbol]}
            for symbol, cap in sorted(caps.items())
            if cap < 1.0
        )
        if not bounds:
            return (
                "Each position could be the whole portfolio and would still be sold in time: nothing has to be capped."
            )
        trouble = "" if name == "days" else "half of "
        note = (
            f"Each position is capped at what a fifth of {trouble}its usual volume sells in "
            f"{formatting.number(value, 1)} days, at the portfolio's present value: then all of it is sold in time, "
            "which is stricter than 95%. The caps stand in place of a general size of positions; assets that are not "
            "held now have none."
        )
        if held.unknown:
            note += f" Without a cap, since their volume is not known: {', '.join(held.unknown)}."
        return Translation(bounds, False, note)

    return make


def _largest_group(dimension: str) -> Maker:
    def make(value: float, held: Held) -> Made:
        names = held.groups.get(dimension, ())
        if not names:
            return f"No {dimension} of what is held is known, so none can be capped."
        most = min(value, 1.0)
        note = (
            f"One limit for each {dimension} held today, as a share of the capital; the limit itself looks at shares "
            f"of what is invested, which are larger where cash is held. A {dimension} not held today has no cap."
        )
        return Translation(tuple(_cap(dimension, name, most) for name in names), False, note)

    return make


def _cap(dimension: str, name: str, most: float) -> dict[str, Any]:
    if dimension == "sector":
        return {"kind": "sector_limit", "sector": name, "max_frac": most}
    return {"kind": "group_limit", "dimension": dimension, "group": name, "max_frac": most}


_MAKERS: dict[str, Maker] = {
    "volatility_annual": _volatility,
    "tracking_error_annual": _tracking_error,
    "es_95_1d": _shortfall(0.95),
    "es_99_1d": _shortfall(0.99),
    "var_95_1d": _value_at_risk(0.95),
    "var_99_1d": _value_at_risk(0.99),
    "max_drawdown": _drawdown,
    "days_to_95": _sold_within("days"),
    "stressed_days_to_95": _sold_within("stressed_days"),
    "largest_position": _largest_position,
    "effective_positions": _effective_positions,
    "herfindahl": _herfindahl,
    "gross_exposure": _gross,
    "largest_sector": _largest_group("sector"),
    "largest_country": _largest_group("country"),
    "largest_currency": _largest_group("currency"),
    "largest_issuer": _largest_group("issuer"),
}
