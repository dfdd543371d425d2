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
    benchmark_name: str | None = None,
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
    benchmark_name : str or None
        Of the benchmark that goal, limits or estimates are measured against, where they need one.

    Returns
    -------
    str
        For example "Find the highest Sharpe ratio among 20 stocks, each between 1% and 25%, no shorting, on 5 years of
        daily prices to 28 December 2022."
    """
    noun = "stock" if are_stocks else "asset"
    parts = [f"Find {_goal(request)} among {count(assets_count, noun)}", *_limits(request)]
    if request.costs is not None:
        parts.append(_clause(request.costs.explain()))
    parts += [] if benchmark_name is None else [f"measured against {benchmark_name}"]
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
    return _further_goal(goal) + _return_floor(goal)


def _further_goal(goal: Any) -> str:
    """Return the goals beyond the four plain ones as what is looked for."""
    match goal.kind:
        case "max_utility":
            return f"the highest return less {goal.risk_aversion / 2:g} times the variance"
        case "robust":
            errors = "standard error" if goal.uncertainty == 1.0 else "standard errors"
            return f"the best return and risk if the estimated returns are wrong by {goal.uncertainty:g} {errors}"
        case "min_tracking_error":
            return "the smallest tracking error to the benchmark"
        case "max_diversification":
            return "the highest diversification ratio"
        case "risk_parity":
            return "the given shares of risk" if goal.budgets else "equal shares of risk"
        case "equal_weight":
            return "equal weights"
        case "inverse_volatility":
            return "weights in inverse proportion to volatility"
        case "hierarchical_risk_parity":
            return "a hierarchical risk parity"
        case "min_cvar":
            return f"the smallest average loss in the worst {short_percent(1.0 - goal.level)} of periods"
        case "min_cdar":
            return f"the smallest average of the worst {short_percent(1.0 - goal.level)} of drawdowns"
        case "min_max_drawdown":
            return "the smallest maximum drawdown"
        case "min_semi_deviation":
            return "the smallest fluctuation below the average return"
    return _clause(str(goal.explain()))


def _return_floor(goal: Any) -> str:
    floor = getattr(goal, "return_min_annual_frac", None)
    return "" if floor is None else f" at a return of at least {short_percent(floor)} a year"


def _clause(sentence: str) -> str:
    """Return a sentence as part of a longer one."""
    text = sentence.rstrip(".")
    return text[:1].lower() + text[1:]


def _limits(request: OptimizationRequest) -> list[str]:
    parts: list[str] = []
    limits: list[Any] = list(request.all_constraints())
    has_shorts = any(limit.kind == "long_short" for limit in limits)
    net_frac = next(limit.net_frac for limit in limits if limit.kind == "budget")
    for limit in limits:
        text = _limit(limit, has_shorts=has_shorts)
        if text:
            parts.append(f"{text} (may give way)" if limit.is_soft else text)
    shorts = next((limit for limit in limits if limit.kind == "long_short"), None)
    parts.append("no shorting" if shorts is None else _shorts(shorts, net_frac))
    return parts


def _limit(limit: Any, *, has_shorts: bool) -> str:
    """Return one limit; empty for those that are told at the end or go without saying."""
    if limit.kind == "position_bounds" and limit.relative_to == "absolute":
        who = "each" if limit.assets is None else f"{names_of(limit.assets)} each"
        short = f" or up to {short_percent(limit.short_max_frac)} short" if limit.short_max_frac else ""
        return f"{who} between {short_percent(limit.min_frac)} and {short_percent(limit.max_frac)}{short}"
    if limit.kind == "min_holding":
        return f"each either left out or at least {short_percent(limit.min_frac)}"
    if limit.kind == "sector_limit":
        return _sector(limit)
    if limit.kind == "round_lots":
        return "rounded to whole lots"
    if limit.kind == "budget":
        needs_words = limit.net_frac != 1.0 and not has_shorts
        return f"weights adding up to {short_percent(limit.net_frac)}" if needs_words else ""
    return "" if limit.kind == "long_short" else _clause(str(limit.explain()))


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
