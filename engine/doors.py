"""What does a caller hand over beside the request, and is it of a kind that the engine takes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts
from engine.kernel.figures import Figures
from engine.kernel.frames import PricePanel, ReturnsPanel
from engine.kernel.risk_free import RiskFree
from engine.kernel.tables import Frame
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
    rate = _rate(risk_free, problems)
    known = {
        name: _by_asset(name, value, problems)
        for name, value in (("sectors", sectors), ("current_weights_frac", current_weights_frac))
    }
    made = _panel(panel, problems)
    if problems:
        raise InputRefused(problems)
    return Given(made, known["sectors"], known["current_weights_frac"], facts, rate, figures)


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
    if isinstance(given, int | float | np.number) and not isinstance(given, bool):
        try:
            return RiskFree.constant(float(given))
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
    made = given.to_dict() if hasattr(given, "to_dict") else given
    if isinstance(made, Mapping):
        return dict(made)
    problems.append(_other(name, given, "a value for each asset", 'Give a dictionary such as {"A": ...}.'))
    return None


def _other(path: str, given: object, wanted: str, way: str) -> Problem:
    return Problem(path, f"What was given is of type {type(given).__name__}, not {wanted}.", way)
