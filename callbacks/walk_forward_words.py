"""How does a test over the past read: its progress, its verdict, its tables, or why there is none?"""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.jobs_view import progress_view
from callbacks.optimize_words import plain
from callbacks.present_runs import message_of, state_words
from components.button import link_button
from components.card import card, stack
from components.empty_state import empty_state
from components.pills import tag
from components.progress import progress
from components.table import table
from services import formatting
from services.charts.walk_forward import place_name
from services.formatting import MISSING, Style
from services.messages.runs import RunStatus, RunView
from services.messages.walk_forward import (
    Calibration,
    RealizedFigures,
    RebalanceDecision,
    SelectionCheck,
    SharpeDifference,
    WalkForwardResult,
    WalkForwardView,
)
from services.number_style import in_style

WORDS = {
    "better": ("Better", "ok"),
    "worse": ("Worse", "bad"),
    "mixed": ("Mixed", "warn"),
    "not_distinguishable": ("Not distinguishable", "info"),
    "not_tested": ("Not comparable", "warn"),
}
FREQUENCIES = {"monthly": "every month", "quarterly": "every quarter"}
FIGURE_HEADS = (
    ("Strategy", False),
    ("Return a year (compounded)", True),
    ("Volatility", True),
    ("Sharpe ratio", True),
    ("p, recipe against it", True),
    ("Maximum drawdown", True),
    ("Turnover", True),
    ("Cost", True),
    ("Dates without answer", True),
)


def nothing_chosen() -> Any:
    """Say how one comes to a test."""
    return card(
        empty_state(
            "No test is chosen",
            "Open the result of an optimization and choose “Test over the past”, or choose a test from the runs.",
            glyph="clock-history",
            actions=link_button("All runs", "/runs", kind="primary"),
        )
    )


def progress_of(run: RunView, style: Style) -> Any:
    """Return how far a test is that goes on, None for any other."""
    if run.is_final:
        return None
    state = progress_view(run, style)
    is_waiting = run.status is RunStatus.PENDING
    stage = " ".join(part for part in (state["stage"], state["message"] if is_waiting else "") if part)
    return progress(stage, None if is_waiting else state["percent"] / 100.0)


def lead(view: WalkForwardView, style: Style) -> str:
    """Say which recipe was asked how often."""
    result = view.result
    if result is None:
        return "What the recipe would have earned, asked on every date with what was known then."
    setup = result.setup
    often = FREQUENCIES.get(setup.frequency) or f"every {formatting.count(setup.every_periods, 'day', style=style)}"
    window = formatting.count(setup.lookback_periods, "day", style=style)
    looked = f"the last {window}" if setup.window == "rolling" else f"all days so far, at least {window}"
    return (
        f"{result.recipe_label} on {formatting.count(len(result.assets), 'asset', style=style)}, asked {often} on "
        f"{looked}, {formatting.day(result.dates[0])} to {formatting.day(result.dates[-1])}."
    )


def instead(view: WalkForwardView, style: Style) -> Any:
    """Return what stands in the place of a result; nothing while the work goes on."""
    run, result = view.run, view.result
    ways: list[Any] = [link_button("All runs", "/runs")]
    if run.parent_run_id is not None:
        ways.insert(0, link_button("Open the optimization", f"/runs/{run.parent_run_id}", kind="primary"))
    if result is not None:
        text = in_style(plain(f"{result.message} {result.advice or ''}".strip()), style)
        return card(empty_state("The recipe never had an answer", text, glyph="slash-circle", actions=ways))
    if run.status is RunStatus.CANCELLED:
        text = message_of(run, style) or "It was stopped before its end. Nothing was changed."
        return card(empty_state("This test was cancelled", text, glyph="slash-circle", actions=ways))
    if run.status is RunStatus.FAILED:
        text = plain(message_of(run, style)) or "The work ended without an answer."
        return card(empty_state("This test could not be made", text, glyph="exclamation-triangle", actions=ways))
    return None if not run.is_final else card(empty_state(state_words(run), message_of(run, style), actions=ways))


def verdict_card(view: WalkForwardView, style: Style) -> Any:
    """Say what may be said of the recipe, and how much of it chance and choice explain."""
    result = view.result
    assert result is not None
    word, tone = WORDS[result.verdict.kind]
    parts: list[Any] = [html.P([tag(word, tone), " ", in_style(result.verdict.sentence, style)])]
    if result.selection is not None:
        parts.append(html.P(selection_words(result.selection, style), className="muted"))
    if view.run.parent_run_id is not None:
        link = link_button("Open the optimization", f"/runs/{view.run.parent_run_id}", glyph="arrow-left")
        parts.append(html.Div(link, className="btn-row"))
    return card(stack(*parts), title="Verdict")


def likelihood(probability_frac: float, style: Style) -> str:
    """Write a probability of 0 to 1 in whole percent; what is nearly certain or impossible is not said to be so."""
    if probability_frac > 0.99:
        return f"more than {formatting.percent(0.99, 0, style=style)}"
    if probability_frac < 0.01:
        return f"less than {formatting.percent(0.01, 0, style=style)}"
    return formatting.percent(probability_frac, 0, style=style)


def selection_words(found: SelectionCheck, style: Style) -> str:
    """Say how likely the Sharpe ratio is more than chance, alone and among all that was tried."""
    alone, deflated = likelihood(found.probabilistic_sharpe, style), likelihood(found.deflated_sharpe, style)
    if found.trials_count <= 1:
        return (
            f"The true ratio is above zero with a probability of {alone}. One recipe was tried: nothing is taken off."
        )
    best = formatting.ratio(found.expected_best_sharpe, style=style)
    return (
        f"Taken alone, the true ratio is above zero with a probability of {alone}. Among {tried_words(found, style)} "
        f"without any skill the best would show {best} by chance; that the true ratio is above that has a probability "
        f"of {deflated} (deflated Sharpe ratio)."
    )


def tried_words(found: SelectionCheck, style: Style) -> str:
    """Count what was tried: the recipes that were stated, and the points of the frontier that ran beside them."""
    points = found.computed_count - 1
    stated = formatting.count(found.trials_count - points, "recipe", style=style)
    beside = f" and {formatting.count(points, 'frontier point', style=style)}" if points else ""
    return f"{stated} stated{beside}"


def figures_table(result: WalkForwardResult, style: Style) -> Any:
    """Compare the strategies."""
    against = {one.against: one for one in result.differences}
    rows = [
        [
            html.Strong(one.label) if one.key == "recipe" else one.label,
            *_realized(one.figures, style)[:3],
            MISSING if one.key == "recipe" else p_words(against.get(one.key), style),
            *_realized(one.figures, style)[3:],
            formatting.number(one.held_count, 0, style=style),
        ]
        for one in result.strategies
    ]
    return table(FIGURE_HEADS, rows, caption="Figures of each strategy after costs")


def _realized(figures: RealizedFigures, style: Style) -> list[str]:
    gained = figures.return_annual_frac
    ratio = formatting.ratio(figures.sharpe, style=style)
    if figures.sharpe is not None:
        ratio += f" ± {formatting.ratio(figures.sharpe_standard_error, style=style)}"
    return [
        f"{formatting.rate(figures.total_return_frac, style=style)} in all"
        if gained is None
        else formatting.rate(gained, style=style),
        formatting.rate(figures.volatility_annual_frac, style=style),
        ratio,
        formatting.rate(figures.max_drawdown_frac, style=style),
        formatting.percent(figures.turnover_annual_frac, 0, style=style),
        formatting.rate(figures.cost_annual_frac, style=style),
    ]


def p_words(found: SharpeDifference | None, style: Style) -> str:
    """Return a p-value as text; a dash where both have earned the same."""
    if found is None or found.p_value is None:
        return MISSING
    least = formatting.number(0.001, 3, style=style)
    return f"< {least}" if found.p_value < 0.001 else formatting.number(found.p_value, 3, style=style)


def calibration_table(result: WalkForwardResult, style: Style) -> Any:
    """Set the promises beside what became of them."""
    found = result.calibration
    if found is None:
        return html.Div(
            html.P("There are too few answers to judge their promises.", className="muted"), className="card-body"
        )
    rate = formatting.rate
    rows = [
        ["Return a year", rate(found.promised_return_annual_frac, style=style),
         rate(found.realized_return_annual_frac, style=style)],
        ["Volatility a year", rate(found.promised_volatility_annual_frac, style=style),
         rate(found.realized_volatility_annual_frac, style=style)],
        ["Outcomes within the 90% interval", _share(0.9, style), _share(found.within_frac, style)],
        ["Deviation of outcomes, in promised ones", formatting.ratio(1.0, style=style),
         formatting.ratio(found.bias_statistic, style=style)],
    ]  # fmt: skip
    heads = (("", False), ("Promised", True), ("Realized", True))
    said = html.P(calibration_words(found, style))
    return html.Div([table(heads, rows, caption="Promises and outcomes"), html.Div(said, className="card-foot")])


def _share(value: float, style: Style) -> str:
    return formatting.percent(value, 0, style=style)


def calibration_words(found: Calibration, style: Style) -> str:
    """Say whether risk was promised honestly, by its bias statistic and its interval."""
    low, high = formatting.ratio(found.bias_lower, style=style), formatting.ratio(found.bias_upper, style=style)
    if found.bias_statistic > found.bias_upper:
        words = "Risk was promised too low: outcomes spread more widely than chance explains."
    elif found.bias_statistic < found.bias_lower:
        words = "Risk was promised too high: outcomes spread less widely than chance explains."
    else:
        words = "The promised risk was right as far as these outcomes can tell."
    least, most = _share(found.within_lower_frac, style), _share(found.within_upper_frac, style)
    outcomes = formatting.count(found.outcomes_count, "outcome", style=style)
    return (
        f"{words} Of {outcomes} with honest promises, the deviation lies between {low} and {high} and the share within "
        f"the interval between {least} and {most}, in 95% of cases."
    )


def points_card(result: WalkForwardResult, style: Style) -> Any:
    """List the frontier's portfolios: what each promised, what it realized, and what was left after costs."""
    if not result.frontier:
        return None
    heads = (
        ("On the frontier", False),
        ("Promised return", True),
        ("Realized", True),
        ("Promised volatility", True),
        ("Realized", True),
        ("Within 90%", True),
        ("Sharpe ratio after costs", True),
        ("Turnover", True),
    )
    rows = []
    for one in result.frontier:
        kept, rate = one.calibration, formatting.rate
        rows.append(
            [
                place_name(one),
                rate(kept.promised_return_annual_frac, style=style),
                rate(kept.realized_return_annual_frac, style=style),
                rate(kept.promised_volatility_annual_frac, style=style),
                rate(kept.realized_volatility_annual_frac, style=style),
                _share(kept.within_frac, style),
                _realized(one.figures, style)[2],
                formatting.percent(one.figures.turnover_annual_frac, 0, style=style),
            ]
        )
    return card(
        table(heads, rows, caption="What the frontier promised and what it realized"),
        title="The frontier, promised and realized",
        note="Portfolios from the least risk to the highest return, walked through the same dates.",
        flush=True,
    )


def decision_rows(result: WalkForwardResult, style: Style) -> list[dict[str, Any]]:
    """Return the dates as rows of a grid, the latest first."""
    return [_date_row(one, style) for one in reversed(result.decisions)]


def _date_row(one: RebalanceDecision, style: Style) -> dict[str, Any]:
    remarks = [] if one.is_answered else [f"No answer: {in_style(plain(one.message or ''), style)}"]
    if one.left_out:
        remarks.append(f"Without {', '.join(one.left_out)}.")
    return {
        "day": one.decided_on.isoformat(),
        "promised_return": one.promised_return_annual_frac,
        "promised_volatility": one.promised_volatility_annual_frac,
        "earned": one.realized_return_frac,
        "volatility": one.realized_volatility_annual_frac,
        "score": one.standardized,
        "turnover": one.turnover_frac,
        "cost": one.cost_frac,
        "assets": one.assets_count,
        "answer": " ".join(remarks),
    }


def to_know(result: WalkForwardResult, style: Style) -> list[str]:
    """Return what should be known besides the figures, the costs and the gap before trades among it."""
    setup = result.setup
    spread = "each asset's own spread"
    if setup.spread_bps is not None:
        digits = 0 if setup.spread_bps.is_integer() else 1
        spread = f"a spread of {formatting.number(setup.spread_bps, digits, style=style)} bp"
    gap = formatting.count(setup.embargo_periods, "trading day", style=style)
    lines = [
        f"Every strategy paid half of {spread} on what it really traded; holdings drift between dates.",
        f"Each answer rests on prices up to {gap} before the close at which it was traded."
        if setup.embargo_periods
        else "Each answer rests on prices up to the close at which it was traded.",
    ]
    data = (result.lineage.model_dump().get("data") or {}).get("sample_notes") or ()
    return [*(in_style(str(text), style) for text in data), *lines, *(in_style(plain(n), style) for n in result.notes)]
