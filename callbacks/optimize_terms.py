"""In which words does a screen say from what an optimization is estimated: method, history, risk-free rate?"""

from __future__ import annotations

from typing import Any

from callbacks.optimize_figures import figure_text
from components import wizard_limits
from services.formatting import Style, count, day, day_short, number, percent
from services.limit_kinds import DIMENSIONS
from services.messages.optimize import ExpectedTime, OptimizationRequest, Preview, RulesKept
from services.number_style import in_style
from services.optimize_views import views_of

NOT_SET = "Not set (0% is used)"
PROOFS = {one["value"]: one["label"] for one in wizard_limits.PROOFS}
SEARCHED = frozenset({"min_holding", "min_trade", "holdings_count"})


def estimate_words(estimate: Any, style: Style) -> str:
    """Return the name of a method and how it works, parameters included."""
    return f"{estimate.label}. {in_style(estimate.explain(), style)}"


def rate_words(request: OptimizationRequest, style: Style) -> str:
    """Return the risk-free rate, the last of a series with its dates, or that nobody has set one."""
    rate, series = request.risk_free_annual_frac, request.risk_free_rates
    if series is not None:
        last = percent(series.rates_annual_frac[-1], 2, style=style)
        span = f"{day_short(series.dates[0])} to {day_short(series.dates[-1])}"
        return f"{count(len(series.dates), 'rate', style=style)} by date, {span}; the last is {last} a year"
    return NOT_SET if rate is None else f"{percent(rate, 2, style=style)} a year"


def costs_words(request: OptimizationRequest, style: Style) -> str:
    """Return what trading costs, with the strength of the market impact where that is counted."""
    costs = request.costs
    if costs is None:
        return ""
    impact = costs.impact_coefficient
    more = f" Market impact: {figure_text(impact)} times the square-root law." if impact else ""
    return in_style(costs.explain() + more, style)


def time_words(expected: ExpectedTime, style: Style) -> str:
    """Return between which times the work takes, and from what that is known."""
    least, most = (
        number(seconds, 0 if seconds >= 10 else 1, style=style)
        for seconds in (expected.least_s, max(expected.most_s, 0.1))
    )
    span = f"{least} to {most} s" if least != most else f"About {most} s"
    if not expected.runs_count:
        return f"{span}, as measured where the product was made; nothing alike was run here yet"
    runs = count(expected.runs_count, "run", style=style)
    return f"{span}, as most of the last {runs} alike took here"


def searches(request: OptimizationRequest) -> bool:
    """Return whether whole positions are searched for, whose proof may take time."""
    return any(limit.kind in SEARCHED for limit in request.all_constraints())


def own_facts(request: OptimizationRequest) -> list[tuple[str, str]]:
    """Return names and words of the groups and exposures that a request states itself."""
    facts = request.facts
    if facts is None:
        return []
    found = [
        (
            f"Own grouping: {DIMENSIONS.get(name, name)}",
            f"{count(len(set(given.values())), 'group')} of {count(len(given), 'asset')}",
        )
        for name, given in facts.groups.items()
    ]
    if facts.factor_exposures:
        counted = count(max(len(given) for given in facts.factor_exposures.values()), "asset")
        found.append(("Own factors", f"{', '.join(facts.factor_exposures)}: exposures of {counted}"))
    return found


def history_words(request: OptimizationRequest, preview: Preview, style: Style) -> str:
    """Return the common window of all assets, and how much of what was asked for it is."""
    asked = count(request.estimates.lookback_days, "trading day", style=style)
    if preview.window_start is None or preview.observations_count is None:
        return f"{asked} to {day(preview.as_of)}"
    used = preview.observations_count
    span = f"{day_short(preview.window_start)} to {day_short(preview.as_of)}, the same days for all assets"
    if used == request.estimates.lookback_days:
        return f"{asked}, {span}"
    return f"{count(used, 'trading day', style=style)} of {asked} asked for, {span}"


def basis_facts(request: OptimizationRequest, benchmark_name: str | None, style: Style) -> list[tuple[str, str]]:
    """Return names and words of what an answer rests on besides prices: estimates, views, benchmark, risk-free rate."""
    found: list[tuple[str, str]] = []
    if request.problem is None:
        found.append(("Expected returns", estimate_words(request.estimates.expected_returns, style)))
        found += [(f"View {n}", in_style(text, style)) for n, text in enumerate(views_of(request), 1)]
        found.append(("Covariance", estimate_words(request.estimates.covariance, style)))
    if benchmark_name:
        found.append(("Measured against", benchmark_name))
    return [*found, *own_facts(request), ("Risk-free rate", rate_words(request, style))]


def rules_words(rules: RulesKept, style: Style) -> str:
    """Return which rules of the portfolio are kept besides the limits."""
    binding = count(rules.binding_count, "rule", style=style)
    if not rules.binding_count:
        return "None of the rules in force binds: they are told only."
    verb = "is" if rules.binding_count == 1 else "are"
    if not rules.are_kept:
        return f"Left out: {binding} of the portfolio {verb} not looked at."
    told = rules.in_force_count - rules.binding_count
    rest = f" {count(told, 'other', style=style)} {'is' if told == 1 else 'are'} told only." if told else ""
    return f"{binding} of the portfolio {verb} kept besides the limits.{rest}"
