"""How is a balance, a price or a required return said in one sentence?"""

from __future__ import annotations

from engine.explain.result import LimitPrice, Unit, WeightTerms
from engine.kernel.units import listing, percent, percents

LEADS: dict[Unit, str] = {
    "annual_return": "an expected return above cash of",
    "marginal_volatility": "",
    "own_volatility": "its own volatility of",
}
WORTH_SAYING = 5e-5  # what rounds to 0.01%
BALANCED = 5e-7
BASIS_POINT = 1e-4


def points(value: float) -> str:
    """Return a fraction in basis points: 0.0006 gives ``"6 bp"``."""
    return f"{value / BASIS_POINT:.2g} bp".replace("-", "−") if abs(value) < 9.5e-4 else f"{value / BASIS_POINT:.0f} bp"


def why(line: WeightTerms, unit: Unit, low_frac: float, high_frac: float) -> str:
    """Return the balance of one asset as a sentence; amounts in percent a year."""
    lead = LEADS[unit]
    said = [f"{lead} {percent(line.reward)}"] if lead else []
    if abs(line.risk) > WORTH_SAYING:
        said.append(f"its risk beside the others' {_effect(line.risk)}")
    if abs(line.costs) > WORTH_SAYING:
        said.append(f"the cost of trading {_effect(line.costs)}")
    said += [f"{one.name} {_effect(one.amount)}" for one in line.limits if abs(one.amount) > WORTH_SAYING]
    sentence = f"{line.asset} at {percent(line.weight_frac)}: {', '.join(said)}"
    if abs(line.bound) <= BALANCED:
        return f"{sentence}; they balance."
    if low_frac == high_frac:
        return f"{sentence}; its weight is set."
    if line.bound > 0.0:
        return f"{sentence}; that is {percent(line.bound)} too little for more than its least, {percent(low_frac)}."
    return f"{sentence}; that would pay for {percent(-line.bound)} more than its most, {percent(high_frac)}, allows."


def _effect(amount: float) -> str:
    return f"{'adds' if amount > 0.0 else 'takes off'} {percent(abs(amount))}"


def required(asset: str, weight: float, needed: float, now: float) -> str:
    """Return what an asset's expected return would have to be."""
    wanted, known = percents(needed, now)
    held = percent(weight)
    return f"To be held at {held}, the expected return of {asset} would have to be {wanted} a year (it is {known})."


def entering(asset: str, needed: float, now: float) -> str:
    """Return from which expected return on an asset is bought."""
    wanted, known = percents(needed, now)
    return f"To be held at all, the expected return of {asset} would have to be above {wanted} a year (it is {known})."


def unreachable(asset: str, weight: float, most: float, limits: tuple[str, ...], *, is_above: bool = True) -> str:
    """Return that no expected return gives an asset a weight, and what stands in the way."""
    word = "highest" if is_above else "lowest"
    because = f": {listing(list(limits))} {'bind' if len(limits) > 1 else 'binds'}" if limits else ""
    wanted, reached = percents(weight, most)
    return f"No expected return gives {asset} a weight of {wanted}; the {word} that one gives is {reached}{because}."


PLAIN_SIDES = frozenset({"esg_floor", "beta", "factor_exposure"})


def price_sentence(price: LimitPrice, figure: str) -> str:
    """Return what a limit costs, what a step gives back, and how far its price holds."""
    said = []
    if price.figure_cost is not None:
        said.append(f"costs {_amount(price.figure_cost, figure)}")
    if price.figure_gain is not None:
        said.append(f"{_side(price, price.step_side)} gives back {_amount(price.figure_gain, figure)}")
    sentence = f"{price.name} ({_side(price, price.side)}): {'; '.join(said)}." if said else f"{price.name} binds."
    if not price.has_range:
        return sentence
    ends = (price.holds_from, price.holds_to)
    start, end = (None if one is None else _side(price, one) for one in ends)
    if start is None and end is None:
        return f"{sentence} The same limits bind wherever it stands."
    if start is None or end is None:
        return f"{sentence} The same limits bind {f'from {start} on' if end is None else f'up to {end}'}."
    return f"{sentence} The same limits bind from {start} to {end}."


def _amount(gain: float, figure: str) -> str:
    """Return an improvement in the goal's own measure: basis points, or a number for ratios."""
    if figure.endswith("ratio"):
        return f"{gain:.3g} of {figure}".replace("-", "−")
    return f"{points(gain)} of {figure} a year"


def _side(price: LimitPrice, side: float) -> str:
    return f"{side:.4g}".replace("-", "−") if price.kind in PLAIN_SIDES else percent(side)


def jumping(asset: str, weight: float, needed: float) -> str:
    """Return that a weight is leapt over, as where return alone decides."""
    held, wanted = percent(weight), percent(needed)
    return f"No expected return gives {asset} exactly {held}: at {wanted} a year its weight jumps past it."
