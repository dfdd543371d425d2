"""Why did a portfolio's return differ from its benchmark's, and which holdings, currencies and factors brought it?"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import empty, frame, joined
from services.charts.look import Look
from services.charts.performance import span
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.performance import AttributionView, BrinsonAttribution
from services.performance_words import LINKS, METHODS

BARS_MAX_COUNT = 14
ROW_PX = 30
HEAD_PX = 150
GEOMETRIC = "geometric"
SHOWN_LEAST_FRAC = 5e-7
"""A part of allocation below it would read as nothing."""


def _short(text: str, most: int = 26) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _allocation(found: BrinsonAttribution) -> list[tuple[str, float]]:
    """Return allocation with the part of cash as a step of its own, where there is any.

    Geometric effects of segments add up within their effect, so that what is left of it is found by dividing.
    """
    cash = found.cash_allocation_frac
    if abs(cash) < SHOWN_LEAST_FRAC:
        return [("Allocation", found.allocation_frac)]
    rest = found.allocation_frac - cash
    if found.linking == GEOMETRIC:
        rest = (1.0 + found.allocation_frac) / (1.0 + cash) - 1.0
    return [("Allocation", rest), ("Cash", cash)]


def waterfall(
    view: AttributionView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw the way from the benchmark's return to the portfolio's, one step an effect."""
    look = Look(theme, style, signs)
    found = view.brinson
    if found is None:
        return empty("attribution", view.brinson_sentence or "There is nothing to compare with.", look)
    steps = [*_allocation(found), ("Selection", found.selection_frac)]
    if not found.is_interaction_folded:
        steps.append(("Interaction", found.interaction_frac))
    steps.append(("Trades and fees", found.trading_frac))
    if abs(found.residual_frac) > 1e-9:
        steps.append(("Residual", found.residual_frac))
    is_geometric = found.linking == GEOMETRIC
    names, bases, lengths, colors, at = (
        ["Benchmark"],
        [0.0],
        [found.benchmark_return_frac],
        ["chart-muted"],
        found.benchmark_return_frac,
    )
    for name, effect in steps:
        change = (1.0 + at) * effect if is_geometric else effect
        names.append(name)
        bases.append(at)
        lengths.append(change)
        colors.append("up-fill" if change >= 0 else "down-fill")
        at += change
    names.append("Portfolio")
    bases.append(0.0)
    lengths.append(found.portfolio_return_frac)
    colors.append("chart-proposed")
    figure = go.Figure()
    figure.add_bar(
        x=names,
        y=lengths,
        base=bases,
        marker={"color": [look.color(one) for one in colors]},
        customdata=[look.rate(one) for one in lengths],
        hovertemplate="<b>%{x}</b><br>%{customdata}<extra></extra>",
        showlegend=False,
    )
    labels = [
        {
            "text": look.rate(length) if n in (0, len(names) - 1) else _signed(length, look),
            "x": name,
            "y": max(base, base + length),
            "xref": "x",
            "yref": "y",
            "yanchor": "bottom",
            "yshift": 3,
            "showarrow": False,
            "font": {"size": 11, "color": look.color("text")},
        }
        for n, (name, base, length) in enumerate(zip(names, bases, lengths, strict=True))
    ]
    effects = "effects compound" if is_geometric else "effects add up"
    return frame(
        figure,
        name="attribution",
        title=waterfall_title(view, look),
        subtitle=joined(f"{METHODS[found.model]}, linked by {LINKS[found.linking]}; {effects}", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=400,
        table=(("Step", "Effect"), [[name, look.rate(length)] for name, length in zip(names, lengths, strict=True)]),
        annotations=labels,
        margin={"t": 110},
        screen_top_px=30,
        bargap=0.42,
        yaxis={"tickformat": ".0%", "zeroline": True},
    )


def _signed(value: float, look: Look) -> str:
    return f"+{look.rate(value)}" if value > 0 else look.rate(value)


def waterfall_title(view: AttributionView, look: Look) -> str:
    """Return which effect decided the difference."""
    found = view.brinson
    assert found is not None
    ahead = found.active_return_frac
    effects = {
        **{name.lower(): value for name, value in _allocation(found)},
        "selection": found.selection_frac,
        "interaction": found.interaction_frac,
        "trades and fees": found.trading_frac,
    }
    name, size = max(effects.items(), key=lambda one: abs(one[1]))
    is_geometric = found.linking == GEOMETRIC
    apart = look.rate(abs(ahead)) if is_geometric else formatting.points(abs(ahead), style=look.style)
    part = _signed(size, look) if is_geometric else look.points(size)
    return f"{apart} {'ahead of' if ahead >= 0 else 'behind'} the benchmark: most came from {name}, {part}"


def segments(
    view: AttributionView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw allocation and selection of each segment side by side."""
    look = Look(theme, style, signs)
    found = view.brinson
    if found is None or not found.segments:
        return empty("segments", view.brinson_sentence or "There is nothing to compare with.", look)
    shown = sorted(found.segments, key=lambda one: abs(one.total_frac))[-BARS_MAX_COUNT:]
    shown.sort(key=lambda one: one.total_frac)
    names = [_short(one.key) for one in shown]
    parts = [("Allocation", "series-1", "allocation_frac"), ("Selection", "series-2", "selection_frac")]
    if not found.is_interaction_folded:
        parts.append(("Interaction", "series-4", "interaction_frac"))
    figure = go.Figure()
    for words, color, field in parts:
        figure.add_bar(
            x=[getattr(one, field) for one in shown],
            y=names,
            orientation="h",
            name=words,
            marker={"color": look.color(color)},
            hovertemplate=f"<b>%{{y}}</b><br>{words} %{{x:.2%}}<extra></extra>",
        )
    best, worst = shown[-1], shown[0]
    return frame(
        figure,
        name="segments",
        title=f"{best.key} added {_signed(best.total_frac, look)}; {worst.key} {_signed(worst.total_frac, look)}",
        subtitle=joined("Effects by segment over the period", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=HEAD_PX + (ROW_PX + 10) * len(shown),
        table=(
            ("Segment", *(words for words, _, _ in parts), "Total"),
            [
                [one.key, *(look.rate(getattr(one, field)) for _, _, field in parts), look.rate(one.total_frac)]
                for one in reversed(shown)
            ],
        ),
        screen_top_px=34,
        bargap=0.3,
        xaxis={"tickformat": ".1%", "zeroline": True, "showgrid": True},
        yaxis={"type": "category"},
    )


def _bars(
    name: str,
    pairs: Sequence[tuple[str, float]],
    view: AttributionView,
    look: Look,
    *,
    title: str,
    subtitle: str,
    column: str,
) -> go.Figure:
    """Draw one bar a line, the largest on top, colored by sign."""
    shown = sorted(pairs, key=lambda one: one[1])
    figure = go.Figure()
    figure.add_bar(
        x=[value for _, value in shown],
        y=[_short(words) for words, _ in shown],
        orientation="h",
        marker={"color": [look.color("up-fill" if value >= 0 else "down-fill") for _, value in shown]},
        hovertemplate="<b>%{y}</b><br>%{x:.2%}<extra></extra>",
        showlegend=False,
    )
    return frame(
        figure,
        name=name,
        title=title,
        subtitle=joined(subtitle, span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=HEAD_PX + ROW_PX * len(shown),
        table=((column, "Contribution"), [[words, look.rate(value)] for words, value in reversed(shown)]),
        xaxis={"tickformat": ".1%", "zeroline": True, "showgrid": True},
        yaxis={"type": "category"},
    )


def contributions(
    view: AttributionView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw what each holding added to the return; the smallest ones together."""
    look = Look(theme, style, signs)
    table = view.contributions
    lines = sorted(table.assets, key=lambda one: -abs(one.contribution_frac))
    if not lines:
        return empty("contributions", "Nothing was held in this period.", look)
    most = len(lines) if len(lines) <= BARS_MAX_COUNT + 1 else BARS_MAX_COUNT
    pairs = [(view.names.get(one.key, one.key), one.contribution_frac) for one in lines[:most]]
    if len(lines) > most:
        pairs.append((f"{len(lines) - most} others", sum(one.contribution_frac for one in lines[most:])))
    pairs.append(("Fees", table.trading_frac))
    best = max(table.assets, key=lambda one: one.contribution_frac)
    name = view.names.get(best.key, best.key)
    return _bars(
        "contributions",
        pairs,
        view,
        look,
        title=f"{name} added {look.points(best.contribution_frac)} of {look.rate(table.return_frac)}",
        subtitle="Contribution to the time-weighted return",
        column="Holding",
    )


def currencies(
    view: AttributionView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw what exchange rates did to the holdings of each currency."""
    look = Look(theme, style, signs)
    found = view.currency
    if found is None:
        return empty("currencies", view.currency_sentence or "There is nothing to split.", look)
    pairs = [(one.currency, one.currency_frac + one.cross_frac) for one in found.currencies]
    total = found.currency_frac + found.cross_frac
    return _bars(
        "currencies",
        pairs,
        view,
        look,
        title=f"Exchange rates {'added' if total >= 0 else 'took'} {look.rate(abs(total))}",
        subtitle=f"Effect of rates against {found.base_currency}",
        column="Currency",
    )


def factors(
    view: AttributionView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw what each factor added to the return, with the constant and what is left."""
    look = Look(theme, style, signs)
    found = view.factors
    if found is None:
        return empty("factors", view.factors_sentence or "There is nothing to regress on.", look)
    pairs: list[tuple[str, float]] = [(one.key, one.contribution_frac) for one in found.factors]
    pairs += [
        ("Cash rate", found.cash_frac),
        ("Constant (alpha)", found.alpha_frac),
        ("Unexplained", found.unexplained_frac),
    ]
    share = "" if found.r_squared is None else f"; all factors explain {look.weight(found.r_squared)} of its moves"
    name, size = max(pairs, key=lambda one: abs(one[1]))
    return _bars(
        "factors",
        pairs,
        view,
        look,
        title=f"{name} brought {_signed(size, look)}{share}",
        subtitle="Exposure by regression times what the factor earned",
        column="Factor",
    )
