"""How does the way from the portfolio under the budget alone to the chosen one read, step by step?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from components.result_why import StepsView
from services import formatting
from services.formatting import Style
from services.messages.explanation import ExplanationResult
from services.number_style import in_style
from services.shown_sums import shown_parts

NAMES: Final = {"Budget alone": "Only the budget"}
END: Final = "Chosen portfolio"
DECIMALS: Final = 2


def steps_view(explained: ExplanationResult, asset: str, style: Style) -> StepsView | None:
    """Return the steps with the portfolio's figures after each, and what each adds to one asset's weight.

    The weights shown add up to the chosen weight.

    Parameters
    ----------
    explained : ExplanationResult
    asset : str
        Whose weight is followed.
    style : Style
        Number format of the reader.

    """
    split = explained.split
    if split is None or asset not in explained.assets:
        return None
    at = explained.assets.index(asset)
    stages: list[Any] = [split.start, *split.steps]
    moves = [split.start_frac[at], *(one.shifts_frac[at] for one in split.steps)]
    line = next(one for one in explained.weights if one.asset == asset)
    weights = shown_parts(moves, DECIMALS, 100, total=line.weight_frac)
    rows = [
        _row(stage, NAMES.get(stage.name, in_style(stage.name, style)), weight, style, is_first=number == 0)
        for number, (stage, weight) in enumerate(zip(stages, weights, strict=True))
    ]
    foot = _row(stages[-1], END, sum(weights, Decimal(0)), style, is_first=True)
    heads = (
        ("Step", False),
        (f"{asset}, %", True),
        ("Expected return", True),
        ("Volatility", True),
        ("Sharpe", True),
    )
    note = (
        f"What each limit adds to the weight of {asset}, and the portfolio once it holds. {in_style(split.note, style)}"
    )
    return StepsView(heads, rows, foot, note)


def _row(stage: Any, name: str, weight: Decimal, style: Style, *, is_first: bool) -> list[str]:
    return [
        name,
        formatting.number(weight, DECIMALS, style=style, signed=not is_first),
        formatting.rate(stage.return_annual_frac, style=style),
        formatting.rate(stage.volatility_annual_frac, style=style),
        formatting.ratio(stage.sharpe, style=style),
    ]
