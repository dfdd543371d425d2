"""How does a stored request, or a portfolio, become a draft to start from?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from callbacks.optimize_draft_more import restored_costs, restored_goal
from callbacks.optimize_estimates import restored_estimates
from callbacks.optimize_extras import restored_extras
from callbacks.optimize_figures import percent_text
from callbacks.optimize_limits import has_short_fields, in_full, in_place
from callbacks.optimize_rates import restored_rate
from components.wizard_draft import DEFAULTS
from services.starting_limits import starting_limits

FIELDS_OF_HOUSE = ("min", "max", "zero_or_min")
_SKIPPED = ("cash",)
SIMPLE = frozenset({"max_sharpe", "min_volatility", "max_return", "target_return"})


def from_portfolio(portfolio_id: str, holdings: Iterable[Any], known: Iterable[str], limits: Any) -> dict[str, Any]:
    """Start from a portfolio: its holdings that have a history are the universe.

    The limits of its house come along, as on the page of the frontier. A portfolio with short positions brings its
    exposure instead: net investment as it is, the room for shorts as far as it is used, the gross exposure and the size
    of one position as far as its limits allow, or as far as they are used.

    Parameters
    ----------
    portfolio_id : str
        The portfolio to compare with.
    holdings : iterable of Holding
        Positions; cash and what has no history are left out.
    known : iterable of str
        Symbols that can be optimized.
    limits : HouseLimits
        The portfolio's limits.

    """
    able = set(known)
    usable = [h for h in holdings if h.asset_class not in _SKIPPED and h.symbol in able]
    symbols = sorted({h.symbol for h in usable})
    weights = [h.weight_frac for h in usable if h.weight_frac is not None]
    has_shorts = any(weight < 0 for weight in weights)
    brought: dict[str, Any] = _exposure(weights, limits) if has_shorts else {}
    sectors: dict[str, Any] = {}
    if not has_shorts:
        brought, sectors = _of_the_house(usable, symbols, limits)
    return DEFAULTS | {
        "origin": f"portfolio:{portfolio_id}",
        "source": "portfolio",
        "portfolio_id": portfolio_id,
        "assets": symbols,
        "long_short": has_shorts,
        "sectors": sectors,
        **brought,
        "prefilled": brought,
    }


def _of_the_house(usable: list[Any], symbols: list[str], limits: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that the house's limits fill in, and the limits of sectors, as on the page of the frontier."""
    if not usable:
        return {}, {}
    made = in_full(one.model_dump(mode="json") for one in starting_limits(limits, usable))
    scratch, touched = in_place(DEFAULTS | {"assets": symbols, "min": "0", "max": "100"}, made, has_shorts=False)
    return {name: scratch[name] for name in FIELDS_OF_HOUSE if name in touched}, scratch["sectors"]


def _exposure(weights: list[float], limits: Any) -> dict[str, str]:
    """Return net investment, gross and short budgets of a long-short portfolio, as typed percentages.

    Budgets are rounded up to a whole percent, so that the portfolio as it stands is among what is allowed.
    """
    shorts, gross = -sum(w for w in weights if w < 0), sum(abs(w) for w in weights)
    largest, largest_short = max(abs(w) for w in weights), -min(weights)
    found = {
        "net": percent_text(round(sum(weights), 3)),
        "gross_max": percent_text(limits.gross_max_frac) or _whole(gross),
        "short_max": _whole(shorts),
        "short_position_max": percent_text(limits.position_max_frac) or _whole(largest_short),
    }
    if limits.position_max_frac is not None:
        found["max"] = percent_text(max(limits.position_max_frac, 0.01))
    elif largest > float(DEFAULTS["max"]) / 100:
        found["max"] = _whole(largest)
    return found


def _whole(fraction: float) -> str:
    return str(ceil(round(fraction * 100, 6)))


def from_request(run_id: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Bring back what was asked for in a run, to change it.

    Parameters
    ----------
    run_id : str
        The run; the draft remembers where it came from.
    request : mapping
        The stored request of the run, in its JSON form.

    """
    estimates = request.get("estimates") or {}
    objective = request.get("objective") or {}
    draft = DEFAULTS | {
        "origin": f"run:{run_id}",
        "source": "portfolio" if request.get("portfolio_id") else "assets",
        "portfolio_id": request.get("portfolio_id"),
        "assets": sorted(request.get("asset_ids") or ()),
        "goal": objective.get("kind", DEFAULTS["goal"]),
        **restored_rate(request),
        "returns_kind": (estimates.get("expected_returns") or {}).get("kind", DEFAULTS["returns_kind"]),
        "covariance_kind": (estimates.get("covariance") or {}).get("kind", DEFAULTS["covariance_kind"]),
        "lookback": str(estimates.get("lookback_days", DEFAULTS["lookback"])),
        "as_of": request.get("as_of") or "",
        "name": request.get("name") or "",
        "keep_rules": request.get("keep_rules") is not False,
        "min": "0",
        "max": "100",
        "bounds": {},
        "sectors": {},
    }
    if "volatility_max_annual_frac" in objective:
        draft["risk_max"] = percent_text(objective["volatility_max_annual_frac"])
    if "return_min_annual_frac" in objective:
        draft["return_min"] = percent_text(objective["return_min_annual_frac"])
    if objective.get("kind", DEFAULTS["goal"]) not in SIMPLE:
        draft |= restored_goal(objective, draft["assets"])
    if request.get("costs"):
        draft |= restored_costs(request["costs"], draft["kept"])
    draft |= restored_estimates(request, draft)
    draft |= restored_extras(request, draft)
    return draft | _limits(draft, in_full(request.get("constraints") or ()))


def _limits(draft: Mapping[str, Any], limits: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the parts of the draft that the limits stand for; assets that they name count as chosen meanwhile."""
    named = {asset for limit in limits for asset in limit.get("assets") or ()}
    has_shorts = any(has_short_fields(limit) for limit in limits)
    open_short = {"short_position_max": "100"} if has_shorts else {}  # without a bound a short may be as large
    blank = {**draft, **open_short, "assets": sorted({*draft["assets"], *named})}
    scratch, touched = in_place(blank, limits, has_shorts=has_shorts)
    return open_short | {name: scratch[name] for name in touched}
