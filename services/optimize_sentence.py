"""How does an optimization read as one plain sentence?"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.formatting import Style, count, day, number
from services.messages.optimize import OptimizationRequest


def sentence_of(
    request: OptimizationRequest,
    assets_count: int,
    observations_count: int | None,
    as_of: date | None,
    *,
    are_stocks: bool = False,
) -> str:
    """Return what would be computed.

    Parameters
    ----------
    request : OptimizationRequest
    assets_count : int
    observations_count : int or None
        Days of history that would be used, None without a history.
    as_of : date or None
        Last day of the history.
    are_stocks : bool
        Whether all assets are stocks.

    Returns
    -------
    str
        For example "Find the highest Sharpe ratio among 20 stocks, each between 1% and 25%, no shorting, on 5 years of
        daily prices to 28 December 2022."
    """
    noun = "stock" if are_stocks else "asset"
    parts = [f"Find {_goal(request)} among {count(assets_count, noun)}", *_limits(request)]
    parts.append(_basis(request, observations_count, as_of))
    return ", ".join(part for part in parts if part) + "."


def short_percent(fraction: float, *, style: Style = "comma") -> str:
    """Return a fraction as percent without needless zeros: 0.25 reads 25%, 0.125 reads 12.5%."""
    hundredths = round(abs(fraction) * 10_000)
    decimals = 0 if hundredths % 100 == 0 else 1 if hundredths % 10 == 0 else 2
    return number(fraction * 100, decimals, style=style) + "%"


def _goal(request: OptimizationRequest) -> str:
    goal: Any = request.objective
    match goal.kind:
        case "max_sharpe":
            return "the highest Sharpe ratio"
        case "min_volatility":
            return "the lowest volatility"
        case "max_return":
            return (
                f"the highest return at a volatility of at most {short_percent(goal.volatility_max_annual_frac)} a year"
            )
        case "target_return":
            return f"the lowest volatility at a return of at least {short_percent(goal.return_min_annual_frac)} a year"
    text = str(goal.explain()).rstrip(".")
    return text[:1].lower() + text[1:]


def _limits(request: OptimizationRequest) -> list[str]:
    parts: list[str] = []
    limits: list[Any] = list(request.all_constraints())
    has_shorts = any(limit.kind == "long_short" for limit in limits)
    net_frac = next(limit.net_frac for limit in limits if limit.kind == "budget")
    for limit in limits:
        if limit.kind == "position_bounds":
            who = "each" if limit.assets is None else f"{names_of(limit.assets)} each"
            parts.append(f"{who} between {short_percent(limit.min_frac)} and {short_percent(limit.max_frac)}")
        elif limit.kind == "min_holding":
            parts.append(f"each either left out or at least {short_percent(limit.min_frac)}")
        elif limit.kind == "sector_limit":
            parts.append(_sector(limit))
        elif limit.kind == "budget" and limit.net_frac != 1.0 and not has_shorts:
            parts.append(f"weights adding up to {short_percent(limit.net_frac)}")
        elif limit.kind not in {"budget", "long_short"}:
            text = str(limit.explain()).rstrip(".")
            parts.append(text[:1].lower() + text[1:])
    shorts = next((limit for limit in limits if limit.kind == "long_short"), None)
    parts.append("no shorting" if shorts is None else _shorts(shorts, net_frac))
    return parts


def names_of(assets: tuple[str, ...]) -> str:
    """Return up to three names, and how many more there are."""
    shown = list(assets[:3])
    if len(assets) > 3:
        return f"{', '.join(shown)} and {len(assets) - 3} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _sector(limit: Any) -> str:
    if limit.min_frac is None:
        return f"{limit.sector} at most {short_percent(limit.max_frac)}"
    if limit.max_frac is None:
        return f"{limit.sector} at least {short_percent(limit.min_frac)}"
    return f"{limit.sector} between {short_percent(limit.min_frac)} and {short_percent(limit.max_frac)}"


def _shorts(limit: Any, net_frac: float) -> str:
    text = f"shorting allowed at a net investment of {short_percent(net_frac)}"
    if limit.gross_max_frac is not None:
        text += f", gross exposure (longs plus shorts) at most {short_percent(limit.gross_max_frac)}"
    if limit.short_max_frac is not None:
        text += f", shorts together at most {short_percent(limit.short_max_frac)}"
    return text


def _basis(request: OptimizationRequest, observations_count: int | None, as_of: date | None) -> str:
    if request.problem is not None:
        return "on the expected returns and covariance given"
    if observations_count is None or as_of is None:
        return ""
    years = observations_count / request.estimates.periods_per_year
    whole = round(years)
    is_whole = whole >= 1 and abs(years - whole) < 0.05
    span = count(whole, "year") if is_whole else count(observations_count, "day")
    return f"on {span} of daily prices to {day(as_of)}"
