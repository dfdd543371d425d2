"""How much of a portfolio's risk, or of its risk beside the benchmark, do factors bring, and what does none explain?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from services.charts.frame import by_label, empty, frame, joined
from services.charts.look import Look
from services.charts.risk import MEASURE_WORDS, as_of_words, mark_of, source_of, tones, yearly
from services.charts.risk_sources import ROW_PX, total_words
from services.charts.tokens import Signs, Theme
from services.formatting import MISSING, Style
from services.messages.risk import RiskReport
from services.number_style import in_style

if TYPE_CHECKING:
    from engine.decompose.result import FactorRiskResult, MeasureParts

NAME = "risk-factors"
SPECIFIC = "Specific"
UNEXPLAINED = "No factor explains"
NOTES = {
    ("given", "total"): "Factors: ",
    ("given", "active"): "Active risk by factor: ",
    ("statistical", "total"): "Statistical factors: ",
    ("statistical", "active"): "Active risk by statistical factor: ",
}
"""How the note begins that says why there is no such part."""


def factors_of(report: RiskReport, kind: str, scope: str) -> FactorRiskResult | None:
    """Return the risk by given or statistical factors, of the whole or of the active risk; None where there is none."""
    if scope == "active":
        return report.active_statistical_factors if kind == "statistical" else report.active_factors
    return report.statistical_factors if kind == "statistical" else report.factors


def risk_factors(
    report: RiskReport,
    *,
    kind: str = "given",
    scope: str = "total",
    measure: str = "volatility",
    pick: str | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the share of a measure that each factor brings, and what no factor explains.

    Parameters
    ----------
    kind : {"given", "statistical"}
        Factors of the market or of the chosen sets, or those found in the holdings' own returns.
    scope : {"total", "active"}
        The whole portfolio, or its difference to the benchmark.
    measure : {"volatility", "historical_var", "expected_shortfall"}
    """
    look = Look(theme, style, signs)
    found = factors_of(report, kind, scope)
    parts = None if found is None else next((one for one in found.measures if one.measure == measure), None)
    if found is None or parts is None or not found.factors or found.r_squared_frac is None:
        return empty(NAME, _why_nothing(report, kind, scope), look)
    shares = {one.name: one.share_frac for one in parts.assets}
    rows = sorted(found.factors, key=lambda one: -abs(shares.get(one.factor) or 0.0))
    names = [*(one.factor for one in rows), UNEXPLAINED]
    values = [*(float(shares.get(one.factor) or 0.0) for one in rows), float(shares.get(SPECIFIC) or 0.0)]
    colors = [*tones(names[:-1], (pick or "",), "series-1", look), look.color("chart-muted")]
    what = MEASURE_WORDS[measure]
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=names,
        orientation="h",
        marker={"color": colors},
        name=f"Share of {what}",
        hovertemplate=f"<b>%{{y}}</b><br>Share of {what} %{{x:.1%}}<extra></extra>",
    )
    return frame(
        figure,
        name=NAME,
        title=_finding(names, values, found, measure, scope, look),
        subtitle=joined(total_words(parts, scope, look), in_style(found.selection or "", style), as_of_words(report)),
        source=joined(source_of(report), ", ".join(report.factor_sets) if kind == "given" else ""),
        mark=mark_of(report),
        look=look,
        height_px=150 + ROW_PX * len(names),
        table=(
            ("Factor", "Exposure", "95% interval", "t", f"Share of {what}", "Part of the total"),
            [
                *(
                    (
                        one.factor,
                        look.number(one.exposure),
                        _interval(one.lower, one.upper, look),
                        MISSING if one.t_statistic is None else look.number(one.t_statistic, 1),
                        look.weight(shares.get(one.factor)),
                        _part(parts, one.factor, look),
                    )
                    for one in rows
                ),
                (UNEXPLAINED, "", "", "", look.weight(shares.get(SPECIFIC)), _part(parts, SPECIFIC, look)),
            ],
        ),
        choices=by_label("y", {one: one for one in names[:-1]}),
        xaxis={"tickformat": ".0%", "zeroline": True, "showgrid": True},
        yaxis={"autorange": "reversed", "type": "category"},
        showlegend=False,
        bargap=0.4,
    )  # fmt: skip


def _finding(
    names: list[str], values: list[float], found: FactorRiskResult, measure: str, scope: str, look: Look
) -> str:
    what = MEASURE_WORDS[measure]
    if measure == "volatility":
        what = "tracking error" if scope == "active" else "risk"
    explained = f"factors explain {look.weight(found.r_squared_frac)} of the variance"
    lead, share = names[0], values[0]
    if scope == "active" and values[-1] > share:
        return f"{look.weight(values[-1])} of the {what} is the holdings' own; {explained}"
    return f"{lead} brings {look.weight(share)} of {what}; {explained}"


def _interval(lower: float | None, upper: float | None, look: Look) -> str:
    return MISSING if lower is None or upper is None else f"{look.number(lower)} to {look.number(upper)}"


def _part(parts: MeasureParts, name: str, look: Look) -> str:
    one = next((line for line in parts.assets if line.name == name), None)
    if one is None:
        return MISSING
    return look.rate(yearly(one.component_frac) if parts.measure == "volatility" else one.component_frac)


def _why_nothing(report: RiskReport, kind: str, scope: str) -> str:
    """Say why nothing is explained by factors."""
    begin = NOTES[kind, scope]
    said = next((one.removeprefix(begin) for one in report.notes if one.startswith(begin)), None)
    if said is None and scope == "active" and (report.benchmark is None or report.benchmark.dependence is None):
        return "There is no benchmark with known returns to compare with."
    return said or "There are no factors with known returns over these days."
