"""How does the balance behind one weight read: terms that sum to zero as they are shown, and which limit holds it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from callbacks.run_why_steps import steps_view
from components.result_why import TermView, Way, WhyView
from services import formatting
from services.formatting import Style
from services.messages.explanation import ExplanationResult, WeightTerms
from services.number_style import in_style
from services.shown_sums import shown_parts

BASIS_POINTS: Final = 10_000
DECIMALS: Final = 1
"""Terms are shown in tenths of a basis point."""

UNITS: Final[Mapping[str, str]] = {
    "annual_return": "bp of return a year",
    "marginal_volatility": "bp of volatility a year",
    "own_volatility": "bp of volatility a year",
}
REWARDS: Final[Mapping[str, str]] = {
    "annual_return": "Expected return above cash",
    "own_volatility": "Its own volatility",
}
RISK: Final = "Its risk beside the others'"
ALWAYS: Final = frozenset({*REWARDS.values(), RISK})
"""Terms that are shown even where they come to nothing; others are left out then."""
BUDGET: Final = "All weights together (budget)"
FREE: Final = "No limit holds it: what it brings and what its risk takes balance at this weight, within the budget."


def asset_options(explained: ExplanationResult, style: Style) -> list[dict[str, str]]:
    """Return the assets to choose from, the largest weight first, each with its weight."""
    lines = sorted(explained.weights, key=lambda line: (-line.weight_frac, line.asset))
    return [
        {"value": line.asset, "label": f"{line.asset}, {formatting.weight(line.weight_frac, style=style)}"}
        for line in lines
    ]


def why_view(explained: ExplanationResult, asset: str, style: Style) -> WhyView | None:
    """Return why an asset has its weight; None where the explanation does not know it.

    Parameters
    ----------
    explained : ExplanationResult
    asset : str
    style : Style
        Number format of the reader.

    """
    line = next((one for one in explained.weights if one.asset == asset), None)
    if line is None:
        return None
    named = _named(explained, line, style)
    amounts = shown_parts([amount for _, amount in named], DECIMALS, BASIS_POINTS, total=0.0)
    kept = [at for at, amount in enumerate(amounts) if amount or named[at][0] in ALWAYS]
    named, amounts = [named[at] for at in kept], [amounts[at] for at in kept]
    largest = max((abs(amount) for amount in amounts), default=Decimal(0)) or Decimal(1)
    terms = [
        TermView(name, _points(amount, style, signed=True), _way(amount), float(amount / largest))
        for (name, _), amount in zip(named, amounts, strict=True)
    ]
    steps = steps_view(explained, asset, style)
    return WhyView(
        title=f"{asset} at {formatting.weight(line.weight_frac, style=style)}",
        sentence=_held(line, dict(zip((name for name, _ in named), amounts, strict=True)), style),
        unit=UNITS[explained.unit],
        terms=terms,
        total=_points(sum(amounts, Decimal(0)), style),
        steps=steps,
        steps_gap=in_style(explained.split_gap or "", style),
    )


def _named(explained: ExplanationResult, line: WeightTerms, style: Style) -> list[tuple[str, float]]:
    """Return the terms with what they are called, without those that play no part."""
    named: list[tuple[str, float]] = []
    if explained.unit in REWARDS:
        named.append((REWARDS[explained.unit], line.reward))
    named.append((RISK, line.risk))
    if line.costs:
        named.append(("Cost of the last unit traded", line.costs))
    limits: dict[str, float] = {}
    for term in line.limits:
        name = BUDGET if term.kind == "budget" else in_style(term.name, style)
        limits[name] = limits.get(name, 0.0) + term.amount
    named += limits.items()
    if line.bound:
        named.append((_bound_name(line, style), line.bound))
    return named


def _bound_name(line: WeightTerms, style: Style) -> str:
    """Return what holds a weight at its own side."""
    side = formatting.weight(line.weight_frac, style=style)
    return f"Its own {'least' if line.bound > 0.0 else 'largest'} weight, {side}"


def _held(line: WeightTerms, amounts: Mapping[str, Decimal], style: Style) -> str:
    """Return which limits hold the weight down and which hold it up."""
    limits = {in_style(term.name, style) for term in line.limits if term.kind != "budget"}
    limits |= {_bound_name(line, style)} if line.bound else set()
    said = []
    for word, sign in (("Held down", -1), ("Held up", 1)):
        names = [
            f"{_inside(name)} ({_points(abs(amount), style)} bp)"
            for name, amount in amounts.items()
            if name in limits and amount * sign > 0
        ]
        if names:
            said.append(f"{word} by {_and(names)}.")
    return " ".join(said) or FREE


def _and(names: Sequence[str]) -> str:
    """Join names as a sentence does: a, b and c."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _inside(name: str) -> str:
    """Return a name as it stands inside a sentence."""
    return name[:1].lower() + name[1:] if name.startswith("Its ") else name


def _points(amount: Decimal, style: Style, *, signed: bool = False) -> str:
    return formatting.number(amount, DECIMALS, style=style, signed=signed)


def _way(amount: Decimal) -> Way:
    return "up" if amount > 0 else "down" if amount < 0 else ""


def part_rows(explained: ExplanationResult, style: Style) -> tuple[list[list[str]], list[str]]:
    """Return each asset's part of the risk as rows of text, the largest first, and their sum; they add up as shown."""
    found = sorted(explained.risk_parts, key=lambda one: (-one.part_frac, one.asset))
    total = sum(one.part_frac for one in found)
    shown = shown_parts([one.part_frac for one in found], 2, 100)
    shares = shown_parts([one.part_frac / total for one in found], 1, 100, total=1.0) if total else [None] * len(found)
    rows = [
        [one.asset, formatting.number(part, 2, style=style) + "%", _share(share, style)]
        for one, part, share in zip(found, shown, shares, strict=True)
    ]
    whole = formatting.number(sum(shown, Decimal(0)), 2, style=style) + "%"
    return rows, ["Sum", whole, _share(sum(shares, Decimal(0)) if total else None, style)]


def _share(share: Decimal | None, style: Style) -> str:
    return formatting.MISSING if share is None else formatting.number(share, 1, style=style) + "%"
