"""Which limits does a portfolio have, how much of each is used, and which are broken?

A limit is amber from 80 % of its use on and red beyond 100 %. A maximum is used by value / maximum, a minimum by
minimum / value. Short positions count by their size.
"""

from __future__ import annotations

from collections.abc import Sequence

from services import formatting
from services.messages.portfolios import Holding, HouseLimits, LimitCheck, LimitState, Mandate

AMBER_FROM_FRAC = 0.80
TOLERANCE_FRAC = 1e-9
NO_SECTOR = "No sector"


def check_limits(
    limits: HouseLimits,
    mandate: Mandate,
    holdings: Sequence[Holding],
    cash_weight_frac: float | None,
    volatility_annual_frac: float | None = None,
) -> tuple[LimitCheck, ...]:
    """Return every limit that is set with its worst case; those that lack a value to measure are left out.

    Parameters
    ----------
    limits, mandate
        What is set; None fields are no limits.
    holdings : sequence of Holding
        Weights are fractions of net value.
    cash_weight_frac : float or None
        All cash over net value.
    volatility_annual_frac : float or None
        Of the last year.

    """
    weighed = [(holding, holding.weight_frac) for holding in holdings if holding.weight_frac is not None]
    checks: list[LimitCheck] = []
    if limits.position_max_frac is not None and weighed:
        holding, weight = max(weighed, key=lambda item: abs(item[1]))
        checks.append(
            _at_most("Largest position", "position_max", holding.symbol, abs(weight), limits.position_max_frac)
        )
    if limits.position_min_frac is not None and weighed:
        holding, weight = min(weighed, key=lambda item: abs(item[1]))
        checks.append(
            _at_least("Smallest position", "position_min", holding.symbol, abs(weight), limits.position_min_frac)
        )
    if limits.sector_max_frac is not None and weighed:
        sector, weight = _largest_sector(weighed)
        checks.append(_at_most("Largest sector", "sector_max", sector, weight, limits.sector_max_frac))
    if limits.gross_max_frac is not None and weighed:
        gross = sum(abs(weight) for _, weight in weighed)
        checks.append(_at_most("Gross exposure", "gross_max", "All holdings", gross, limits.gross_max_frac))
    if mandate.cash_max_frac is not None and cash_weight_frac is not None:
        checks.append(_at_most("Cash, mandate", "cash_max", "Cash", cash_weight_frac, mandate.cash_max_frac))
    if mandate.cash_min_frac is not None and cash_weight_frac is not None:
        checks.append(_at_least("Cash, mandate", "cash_min", "Cash", cash_weight_frac, mandate.cash_min_frac))
    if mandate.volatility_max_annual_frac is not None and volatility_annual_frac is not None:
        checks.append(
            _at_most(
                "Volatility of one year, mandate",
                "volatility_max",
                "The portfolio's volatility",
                volatility_annual_frac,
                mandate.volatility_max_annual_frac,
            )
        )
    return tuple(checks)


def breaches_count(checks: Sequence[LimitCheck]) -> int:
    """Return how many limits are broken."""
    return sum(check.state is LimitState.RED for check in checks)


def _largest_sector(weighed: list[tuple[Holding, float]]) -> tuple[str, float]:
    """Return the sector with the largest net weight, by size."""
    sectors: dict[str, float] = {}
    for holding, weight in weighed:
        name = holding.sector or NO_SECTOR
        sectors[name] = sectors.get(name, 0.0) + weight
    name = max(sectors, key=lambda key: abs(sectors[key]))
    return name, abs(sectors[name])


def _at_most(name: str, kind: str, scope: str, value: float, limit: float) -> LimitCheck:
    """Measure a maximum."""
    used = value / limit if limit > 0 else (0.0 if value <= TOLERANCE_FRAC else 1e6)
    state = _state(used, value > limit + TOLERANCE_FRAC)
    sentence = f"{scope} is {formatting.weight(value)}; at most {formatting.weight(limit)} is allowed."
    if state is LimitState.RED:
        sentence = (
            f"{scope} is {formatting.weight(value)}, {formatting.points(value - limit)} above the limit of "
            f"{formatting.weight(limit)}."
        )
    return LimitCheck(
        name=name,
        kind=kind,
        scope=scope,
        value_frac=value,
        max_frac=limit,
        used_frac=used,
        state=state,
        sentence=sentence,
    )


def _at_least(name: str, kind: str, scope: str, value: float, limit: float) -> LimitCheck:
    """Measure a minimum."""
    used = limit / value if value > 0 else (0.0 if limit <= 0 else 1e6)
    state = _state(used, value < limit - TOLERANCE_FRAC)
    sentence = f"{scope} is {formatting.weight(value)}; at least {formatting.weight(limit)} is asked for."
    if state is LimitState.RED:
        sentence = (
            f"{scope} is {formatting.weight(value)}, {formatting.points(limit - value)} below the minimum of "
            f"{formatting.weight(limit)}."
        )
    return LimitCheck(
        name=name,
        kind=kind,
        scope=scope,
        value_frac=value,
        max_frac=None,
        min_frac=limit,
        used_frac=used,
        state=state,
        sentence=sentence,
    )


def _state(used_frac: float, is_broken: bool) -> LimitState:
    """Return the light."""
    if is_broken:
        return LimitState.RED
    return LimitState.AMBER if used_frac >= AMBER_FROM_FRAC - TOLERANCE_FRAC else LimitState.OK
