"""How is it told what a way to mend a portfolio takes, or why there is none?"""

from __future__ import annotations

from engine.compliance.repair_result import Outcome, Way
from engine.kernel.units import listing, percent, plural


def clash_sentence(way: Way, clash: tuple[str, ...]) -> str:
    """Return why a way is impossible, and the way out."""
    means = {"reduce": "sales alone", "cheapest": "trades", "nearest": "trades that leave cash as it is"}[way]
    out = {
        "reduce": "Allow purchases.",
        "cheapest": "Loosen one of them, bring in other assets, or ask for an override.",
        "nearest": "Let cash change, or loosen one of them.",
    }[way]
    if not clash:
        return f"No {means} keep cash within its bounds. {out}"
    if len(clash) == 1:
        return f"No {means} mend the rule {clash[0]}. {out}"
    return f"No {means} keep these rules together: {listing(list(clash))}. {out}"


def way_sentence(way: Way, outcome: Outcome, count: int, turnover: float, cost: float) -> str:
    """Return what a way takes, and what comes of it; turnover and cost are fractions of net assets."""
    what = {
        "reduce": "Sales alone",
        "cheapest": "The cheapest trades",
        "nearest": "Trades that leave cash as it is",
    }[way]
    size = f"{plural(count, 'trade')}, turnover {percent(turnover)}, cost {cost * 1e4:.2f} basis points of net assets"
    if outcome == "repaired":
        return f"{what}: {size}. Judged again afterwards, every rule that was to be mended passes and none is worse."
    return f"{what}: {size}. Judged again afterwards, they do not mend every rule: do not trade them as they stand."
