"""What does a browser need to move a point along a frontier by itself: exact numbers, small enough to send?

At share t of the way from corner i to the next::

    weights  = (1 - t) weights[i] + t weights[i + 1]
    reward   = (1 - t) rewards[i] + t rewards[i + 1]
    risk²    = (1 - t)² risks[i]² + 2 t (1 - t) crosses[i] + t² risks[i + 1]²

`assets/frontier_math.js` computes just that. Without `crosses` the points were solved for one by one, and the risk is
taken as straight between them, which is never below the truth.

`prices` holds, for each limit that binds somewhere, the change of the squared risk for each unit by which its binding
side moves up, from each corner on. Along a stretch it is straight as well; where a stretch ends in a kink, what stands
at its end is that of the next one. Neither the budget nor a least weight of zero is among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.messages.frontier import FrontierCorner, FrontierResult

DIGITS = 12
SQUARE_DIGITS = 15
BUDGET = "budget"
AT_NOTHING = " at least 0%"  # what not holding an asset is worth: no side that anybody moves


@dataclass(frozen=True)
class Point:
    """A portfolio beside the frontier, in its measures; weights in the order of the frontier's assets."""

    risk: float
    reward: float
    weights_frac: tuple[float, ...] | None = None

    def document(self, places: Sequence[int]) -> dict[str, Any]:
        """Return it in its JSON form, with the weights of the assets at these places."""
        weights = None if self.weights_frac is None else _rounded([self.weights_frac[n] for n in places], 10)
        return {"risk": round(self.risk, DIGITS), "reward": round(self.reward, DIGITS), "weights": weights}


def risk_of(corner: FrontierCorner) -> float:
    """Return the risk that a frontier is drawn in: the loss where it is drawn in one, else what is annual."""
    return corner.risk_annual_frac if corner.loss_frac is None else corner.loss_frac


def frontier_document(
    found: FrontierResult,
    *,
    rate_annual_frac: float | None = None,
    bounds_frac: Mapping[str, tuple[float, float]] | None = None,
    points: Mapping[str, Point | None] | None = None,
) -> dict[str, Any]:
    """Return a frontier as JSON-native values; assets that no portfolio of it holds are left out.

    Parameters
    ----------
    found : FrontierResult
    rate_annual_frac : float or None
        The risk-free rate behind Sharpe ratios; without it none is told.
    bounds_frac : mapping of asset to (least, most) or None
        Bounds of single weights.
    points : mapping of name to Point or None
        Portfolios beside the frontier: ``proposed``, ``current``, ``best``, ``client``.
    """
    corners, bounds, beside = found.corners, bounds_frac or {}, points or {}
    places = _held(found, [one for one in beside.values() if one is not None])
    assets = [found.assets[n] for n in places]
    returns = [corner.return_annual_frac for corner in corners]
    rewards = [corner.reward for corner in corners]
    has_own_returns = any(abs(one - other) > 1e-12 for one, other in zip(returns, rewards, strict=True))
    return {
        "risk": found.risk,
        "reward": found.reward,
        "exact": found.is_exact,
        "assets": assets,
        "assets_count": len(found.assets),
        "rewards": _rounded(rewards, DIGITS),
        "risks": _rounded([risk_of(corner) for corner in corners], DIGITS),
        "crosses": _rounded(found.between_variances_annual, SQUARE_DIGITS) if found.is_exact else None,
        "returns": _rounded(returns, DIGITS) if has_own_returns else None,
        "weights": [_rounded([corner.weights_frac[n] for n in places], 10) for corner in corners],
        "rate": rate_annual_frac,
        "prices": [
            {"name": one.name, "kind": one.kind, "at": _rounded(one.variances_annual, SQUARE_DIGITS)}
            for one in found.prices
            if one.kind != BUDGET and not one.name.endswith(AT_NOTHING) and any(one.variances_annual)
        ],
        "low": [bounds[asset][0] if asset in bounds else None for asset in assets],
        "high": [bounds[asset][1] if asset in bounds else None for asset in assets],
        "points": {name: None if one is None else one.document(places) for name, one in beside.items()},
    }


def _held(found: FrontierResult, beside: Sequence[Point]) -> list[int]:
    """Return the places of the assets that are held anywhere on the frontier, or in a portfolio beside it."""
    rows = [corner.weights_frac for corner in found.corners]
    rows += [one.weights_frac for one in beside if one.weights_frac is not None]
    return [n for n in range(len(found.assets)) if any(row[n] != 0.0 for row in rows)]


def _rounded(values: Any, digits: int) -> list[float]:
    """Return the values with so many decimals; what has none is a whole number, which is shorter."""
    rounded = (round(float(value), digits) for value in values)
    return [int(value) if value.is_integer() else value for value in rounded]
