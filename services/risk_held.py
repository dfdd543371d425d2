"""What of a report on risk does the translation of a limit into constraints depend on?"""

from __future__ import annotations

import math

from engine.liquidity.result import AssetLiquidity
from services.messages.risk import RiskReport
from services.risk_constraints import Held

GROUP_DIMENSIONS = ("sector", "country", "currency", "issuer")
NOT_KNOWN = "Not known"


def held_of(report: RiskReport | None) -> Held:
    """Return what is held by a report; nothing is known without one."""
    if report is None:
        return Held()
    lines = () if report.liquidity is None else report.liquidity.assets
    return Held(
        groups=_groups_of(report),
        has_shorts=any(one.weight_frac < 0.0 for one in lines),
        base_currency=report.base_currency,
        days={one.name: (one.weight_frac, days) for one in lines if (days := _days(one, one.days)) is not None},
        stressed_days={
            one.name: (one.weight_frac, days) for one in lines if (days := _days(one, one.stressed_days)) is not None
        },
        unknown=tuple(one.name for one in lines if one.is_traded is None),
    )


def _days(one: AssetLiquidity, days: float | None) -> float | None:
    """Return the days that a position takes to sell: infinite where nothing trades, None where nobody knows."""
    return math.inf if one.is_traded is False else days


def _groups_of(report: RiskReport) -> dict[str, list[str]]:
    """Return dimension to the known groups of what is held."""
    if report.concentration is None:
        return {}
    return {
        one.dimension: [line.name for line in one.lines if line.name != NOT_KNOWN]
        for one in report.concentration.dimensions
        if one.dimension in GROUP_DIMENSIONS
    }
