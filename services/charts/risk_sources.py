"""Where does the risk of a portfolio come from: by holding, and by group?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from services.charts.frame import by_label, empty, frame, joined
from services.charts.look import Look
from services.charts.risk import (
    DIMENSION_WORDS,
    MEASURE_WORDS,
    NOT_KNOWN,
    as_of_words,
    level_words,
    lines_between,
    mark_of,
    source_of,
    tones,
    yearly,
)
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.risk import RiskReport
from services.risk_picks import standing_out

if TYPE_CHECKING:
    from engine.decompose.result import DecompositionResult, MeasureParts, RiskPart

ROW_PX = 26
ROWS_MAX_COUNT = 30
NAME = "risk-sources"
LARGE_GAP_FRAC = 0.02


def measured(report: RiskReport, measure: str, level_frac: float, scope: str) -> MeasureParts | None:
    """Return the parts of a measure at a level, of the whole or beside the benchmark; None where there are none."""
    found: DecompositionResult | None = report.active if scope == "active" else at_level(report, level_frac)
    return None if found is None else next((one for one in found.measures if one.measure == measure), None)


def at_level(report: RiskReport, level_frac: float) -> DecompositionResult | None:
    """Return the decomposition at a level; the first one where there is none at that."""
    for one in report.decompositions:
        if any(part.level_frac == level_frac for part in one.measures):
            return one
    return report.decompositions[0] if report.decompositions else None


def parts_of(parts: MeasureParts, by: str) -> list[RiskPart]:
    """Return the lines of a dimension that weigh or carry risk, the largest share first."""
    lines = parts.assets if by == "asset" else parts.groups.get(by, ())
    held = [one for one in lines if abs(one.weight_frac) > 5e-7 or abs(one.component_frac) > 1e-12]
    return sorted(held, key=lambda one: (one.name == NOT_KNOWN, -one.component_frac, one.name))


def risk_sources(
    report: RiskReport,
    *,
    measure: str = "volatility",
    by: str = "asset",
    scope: str = "total",
    level_frac: float = 0.95,
    pick: str | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw weight and share of risk of each line as two dots on a line.

    Parameters
    ----------
    measure : {"volatility", "historical_var", "expected_shortfall", "normal_var"}
    by : {"asset", "sector", "country", "currency", "issuer"}
    scope : {"total", "active"}
        The whole portfolio, or its difference to the benchmark.
    level_frac : float
        Of value at risk and expected shortfall.
    pick : str or None
        Name of the line that stands out.
    """
    look = Look(theme, style, signs)
    parts = measured(report, measure, level_frac, scope)
    rows = [] if parts is None else [one for one in parts_of(parts, by) if one.share_frac is not None]
    if parts is None or not rows:
        return empty(NAME, _why_nothing(report, scope, by), look)
    shown, left_out = rows[:ROWS_MAX_COUNT], len(rows) - ROWS_MAX_COUNT
    names = [one.name for one in shown]
    weights = [one.weight_frac for one in shown]
    shares = [float(one.share_frac or 0.0) for one in shown]
    figure = go.Figure()
    figure.add_scatter(**lines_between(names, weights, shares, look))
    figure.add_scatter(
        x=weights,
        y=names,
        mode="markers",
        marker={
            "size": 10,
            "symbol": "diamond",
            "color": look.color("surface"),
            "line": {"width": 2, "color": look.color("chart-current")},
        },
        name="Weight" if scope == "total" else "Active weight",
        hovertemplate="<b>%{y}</b><br>Weight %{x:.1%}<extra></extra>",
    )
    figure.add_scatter(
        x=shares,
        y=names,
        mode="markers",
        marker={"size": 11, "color": tones(names, standing_out(report, pick or "", by), "chart-proposed", look)},
        name=f"Share of {MEASURE_WORDS[measure]}",
        hovertemplate="<b>%{y}</b><br>Share of risk %{x:.1%}<extra></extra>",
    )
    left = f"the {ROWS_MAX_COUNT} largest of {ROWS_MAX_COUNT + left_out}" if left_out > 0 else ""
    return frame(
        figure,
        name=NAME,
        title=_finding(rows, measure, by, scope, look),
        subtitle=joined(total_words(parts, scope, look), left, as_of_words(report)),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=150 + ROW_PX * len(shown),
        table=(
            (DIMENSION_WORDS.get(by, by).capitalize(), "Weight", "Share of risk", "Part of the total"),
            [
                (
                    one.name,
                    look.weight(one.weight_frac),
                    look.weight(one.share_frac),
                    look.rate(yearly(one.component_frac) if measure == "volatility" else one.component_frac),
                )
                for one in rows
            ],
        ),
        choices=by_label("y", {one: one for one in names}),
        xaxis={"tickformat": ".0%", "zeroline": True, "showgrid": True},
        yaxis={"autorange": "reversed", "type": "category"},
        margin={"l": 8},
    )


def total_words(parts: MeasureParts, scope: str, look: Look) -> str:
    """Say what the parts add up to."""
    what = MEASURE_WORDS[parts.measure]
    if parts.measure == "volatility":
        name = "Tracking error" if scope == "active" else "Volatility"
        return f"{name} {look.rate(yearly(parts.total_frac))} a year"
    level = level_words(parts.level_frac)
    active = " beside the benchmark" if scope == "active" else ""
    return f"{what.capitalize()} {level}, one day: {look.rate(parts.total_frac)} of value{active}"


def _finding(rows: list[RiskPart], measure: str, by: str, scope: str, look: Look) -> str:
    known = [one for one in rows if one.name != NOT_KNOWN] or rows
    top = max(known, key=lambda one: float(one.share_frac or 0.0))
    share, what = float(top.share_frac or 0.0), MEASURE_WORDS[measure]
    if measure == "volatility":
        what = "tracking error" if scope == "active" else "risk"
    if scope == "active":
        return f"{top.name} carries {look.weight(share)} of the {what} beside the benchmark"
    hedges = sum(1 for one in rows if one.is_hedge)
    more = f"; {look.count(hedges, DIMENSION_WORDS.get(by, by))} take risk away" if hedges > 1 else ""
    if abs(share - top.weight_frac) < LARGE_GAP_FRAC:
        return f"{top.name} carries most {what}: {look.weight(share)}, about its weight{more}"
    return f"{top.name} is {look.weight(top.weight_frac)} of weight and {look.weight(share)} of {what}{more}"


def _why_nothing(report: RiskReport, scope: str, by: str) -> str:
    if scope == "active" and report.active is None:
        return "There is no benchmark with known returns to compare with."
    if by != "asset" and report.decompositions:
        return f"No {DIMENSION_WORDS.get(by, by)} is known for these holdings."
    return "Nothing is held that carries risk."
