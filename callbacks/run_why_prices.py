"""How does the price of each binding limit read: for one step, how far it holds, and what the limit costs at all?"""

from __future__ import annotations

from typing import Any, Final

from callbacks.run_prices import FIGURES, PERCENT_STEP, STEPS, Prices, price_heading, unit_of
from services import formatting
from services.formatting import MISSING, Style
from services.messages.explanation import ExplanationResult, LimitPrice
from services.messages.optimize import OptimizationResult
from services.number_style import in_style
from services.optimize_sentence import short_percent

NOTHING_BINDS: Final = "No limit binds, so none costs anything: loosening one would change nothing."
NO_PRICES: Final = "This goal gives its limits no prices: what a small step would change is not stated."
NOT_SOLVED: Final = (
    "A dash under what a step gives back, or under the whole cost: the request would have to be solved again for each, "
    "which is done for up to 100 assets and 20 binding limits, and not where a search chose whole positions."
)
NO_COST: Final = (
    "A dash under the whole cost: without that limit there would be no best portfolio, or, where not every position "
    "has a cap, weights could be sold short without end."
)
HERE: Final = "only where it stands"
SAME_SIDE: Final = 1e-9


def price_view(
    explained: ExplanationResult, result: OptimizationResult, goal_kind: str, style: Style
) -> tuple[list[tuple[str, bool]], list[list[str]], list[str]]:
    """Return heads, rows of text and the sentences below them, which say what each dash means.

    Parameters
    ----------
    explained : ExplanationResult
    result : OptimizationResult
        Whose prices are priced in the same words.
    goal_kind : str
        Decides in which figure limits are priced.
    style : Style
        Number format of the reader.

    """
    if not explained.prices:
        return [], [], [_without(explained, style)]
    figure, is_fraction = FIGURES.get(goal_kind, (explained.figure, False))
    unit = f"bp of {figure}" if is_fraction else figure
    heads = [
        ("Limit", False),
        (price_heading(goal_kind), True),
        ("The same in return, bp", True),
        ("This price holds", True),
        (f"One step gives back, {unit}", True),
        (f"Costs as a whole, {unit}", True),
    ]
    words = Prices(result)
    rows = [
        [
            _name(one, style),
            words.words(one.price, goal_kind, style, one.kind),
            _in_return(one, style),
            _range(one, style),
            _step(one, style, is_fraction=is_fraction),
            _gain(one.figure_cost, style, is_fraction=is_fraction),
        ]
        for one in explained.prices
    ]
    return heads, rows, _said(explained, style)


def _said(explained: ExplanationResult, style: Style) -> list[str]:
    said = [in_style(explained.ranges_gap, style)] if explained.ranges_gap else []
    if any(one.figure_gain is None for one in explained.prices):
        said.append(NOT_SOLVED)
    elif any(one.figure_cost is None for one in explained.prices):
        said.append(NO_COST)
    return said


def _without(explained: ExplanationResult, style: Style) -> str:
    if explained.terms_gap:
        return f"No prices are stated. {in_style(explained.terms_gap, style)}"
    is_held = any(line.bound or any(term.kind != "budget" for term in line.limits) for line in explained.weights)
    return NO_PRICES if is_held else NOTHING_BINDS


def _name(price: LimitPrice, style: Style) -> str:
    """Return the name of a limit with the side that binds."""
    name = in_style(price.name, style)
    if " at most " in price.name or " at least " in price.name:
        return name
    is_percent = unit_of(price.kind) == "percent"
    side = short_percent(price.side, style=style) if is_percent else _side(price, price.side, style)
    return f"{name} {'at most' if price.is_upper else 'at least'} {side}"


def _side(price: LimitPrice, side: float, style: Style) -> str:
    unit = unit_of(price.kind)
    if unit == "percent":
        return formatting.percent(side, 2, style=style)
    return formatting.number(side, 0 if unit == "count" else 2, style=style)


def _in_return(price: LimitPrice, style: Style) -> str:
    """Return what the move that the price is told for is worth in expected return."""
    if price.return_price is None:
        return MISSING
    step, said = STEPS.get(price.kind, (PERCENT_STEP, ""))
    return formatting.number(price.return_price * step * 1e4, 1, style=style, signed=True) + in_style(said, style)


def _range(price: LimitPrice, style: Style) -> str:
    """Return between which sides the price holds."""
    if not price.has_range:
        return MISSING
    start, end = price.holds_from, price.holds_to
    if start is None and end is None:
        return "wherever it stands"
    if start is None or end is None:
        only: Any = end if start is None else start
        return f"{'up to' if start is None else 'from'} {_side(price, only, style)}{'' if start is None else ' on'}"
    if end - start <= SAME_SIDE:
        return HERE
    return f"{_side(price, start, style)} to {_side(price, end, style)}"


def _step(price: LimitPrice, style: Style, *, is_fraction: bool) -> str:
    """Return what the step gives back, and where it leads."""
    if price.figure_gain is None:
        return MISSING
    gain = _gain(price.figure_gain, style, is_fraction=is_fraction)
    return f"{gain} at {_side(price, price.step_side, style)}"


def _gain(gain: float | None, style: Style, *, is_fraction: bool) -> str:
    if gain is None:
        return MISSING
    return formatting.number(gain * 1e4, 1, style=style) if is_fraction else formatting.number(gain, 3, style=style)
