"""What does a caller hand over beside the request, and is it of a kind that the engine takes?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.kernel.arrays import is_missing, numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts
from engine.kernel.figures import Figures
from engine.kernel.frames import PricePanel, ReturnsPanel
from engine.kernel.risk_free import RiskFree
from engine.kernel.tables import Frame
from engine.kernel.units import agree, listing
from engine.optimize.inputs import Given
from engine.spec import OptimizationRequest

PanelLike = ReturnsPanel | PricePanel | Frame
RateLike = RiskFree | float


def given_of(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    figures: Figures | None = None,
    *,
    on_progress: Callable[[str, float], None] | None = None,
    data_lineage: Mapping[str, Any] | None = None,
) -> Given:
    """Return what a caller handed over: data frames as panels, a number as a risk-free rate.

    Raises
    ------
    InputRefused
        With everything that is of another kind than the engine takes.

    """
    problems: list[Problem] = []
    if not isinstance(request, OptimizationRequest):
        problems.append(
            _other("request", request, "an optimization request", "Make one with `engine.parse_request(...)`.")
        )
    if facts is not None and not isinstance(facts, Facts):
        problems.append(_other("facts", facts, "facts", "Give `engine.Facts(...)`, or `facts` in the request."))
    if figures is not None and not isinstance(figures, Figures):
        problems.append(_other("figures", figures, "figures", "Give `engine.Figures(assets, returns, covariance)`."))
    if on_progress is not None and not callable(on_progress):
        problems.append(_other("on_progress", on_progress, "a function", "Give one of a stage and a share, or none."))
    if data_lineage is not None and not (
        isinstance(data_lineage, Mapping) and all(isinstance(name, str) for name in data_lineage)
    ):
        way = 'Give a dictionary with texts as its keys, such as {"source": "prices.csv"}.'
        problems.append(_other("data_lineage", data_lineage, "a description of the data", way))
    rate = _rate(risk_free, problems)
    labels = _by_asset("sectors", sectors, problems)
    held = _by_asset("current_weights_frac", current_weights_frac, problems)
    made = _panel(panel, problems)
    known_sectors = None if labels is None else _sectors(labels, problems)
    weights = None if held is None else _weights(held, problems)
    if problems:
        raise InputRefused(problems)
    return Given(made, known_sectors, weights, facts, rate, figures)


def panel_of(panel: PanelLike) -> ReturnsPanel:
    """Return a panel of returns: as it is, from a data frame of returns, or from a panel of prices.

    Raises
    ------
    InputRefused
        Where it is none of these, or no clean table.

    """
    if isinstance(panel, ReturnsPanel):
        return panel
    if isinstance(panel, PricePanel):
        return ReturnsPanel.from_prices(panel)
    if isinstance(panel, np.ndarray):
        raise InputRefused(
            [
                Problem(
                    "panel",
                    "An array says neither which column is which asset nor which row is which day.",
                    "Use `engine.ReturnsPanel.from_array(array, assets, dates)`, or give a data frame.",
                )
            ]
        )
    if not isinstance(panel, Frame):
        way = "Give `engine.ReturnsPanel(dates, assets, returns)`, or a data frame of returns by date and asset."
        raise InputRefused([_other("panel", panel, "a table of returns", way)])
    return ReturnsPanel.from_frame(panel)


def _panel(panel: PanelLike | None, problems: list[Problem]) -> ReturnsPanel | None:
    try:
        return None if panel is None else panel_of(panel)
    except InputRefused as refusal:
        problems += refusal.problems
        return None


def _rate(given: RateLike | None, problems: list[Problem]) -> RiskFree | None:
    if given is None or isinstance(given, RiskFree):
        return given
    if isinstance(given, int | float | np.integer | np.floating) and not isinstance(given, bool):
        try:
            return RiskFree.constant(given)
        except InputRefused as refusal:
            problems += refusal.problems
            return None
    problems.append(
        _other("risk_free", given, "a risk-free rate", "Give a fraction a year, or `engine.RiskFree.dated(...)`.")
    )
    return None


def _by_asset(name: str, given: Any, problems: list[Problem]) -> dict[str, Any] | None:
    """Return what is given by asset as a dictionary; a series has its own way to become one."""
    if given is None:
        return None
    made: Any = given
    if not isinstance(given, Mapping) and hasattr(given, "index") and hasattr(given, "to_dict"):
        labels = [str(one) for one in given.index]
        twice = sorted({one for one in labels if labels.count(one) > 1}) if len(set(labels)) < len(labels) else []
        if twice:
            message = f"{listing(twice)} {agree(twice, 'stands', 'stand')} in it more than once."
            problems.append(Problem(name, message, "Give one value for each asset."))
            return None
        made = given.to_dict()
    if isinstance(made, Mapping):
        return {str(asset): value for asset, value in made.items()}
    problems.append(_other(name, given, "a value for each asset", 'Give a dictionary such as {"A": ...}.'))
    return None


def _sectors(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    """Return the sectors that are known; None and NaN stand for one that is not."""
    known = {name: value for name, value in given.items() if not is_missing(value)}
    bad = [name for name, value in known.items() if not isinstance(value, str)]
    if bad:
        message = f"The {'sector' if len(bad) == 1 else 'sectors'} of {listing(bad)} {agree(bad, 'is', 'are')} no text."
        problems.append(Problem("sectors", message, "Give a text such as Energy, or leave the asset out."))
    return known


def _weights(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, float]:
    """Return weights as fractions; what they may be is judged with the request's own."""
    made: dict[str, float] = {}
    bad: list[str] = []
    for name, value in given.items():
        try:
            found = numbers_of(value, "")
        except InputRefused:
            found = None
        if found is None or found.ndim:
            bad.append(name)
        else:
            made[name] = found.item()
    if bad:
        message = f"The current {'weight' if len(bad) == 1 else 'weights'} of {listing(bad)} {agree(bad, 'is', 'are')} "
        advice = "Give fractions: 0.25 for 25%."
        problems.append(Problem("current_weights_frac", f"{message}no number.", advice))
    return made


def _other(path: str, given: object, wanted: str, way: str) -> Problem:
    return Problem(path, f"What was given is of type {type(given).__name__}, not {wanted}.", way)
