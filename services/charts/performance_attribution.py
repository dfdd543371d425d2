"""Why did a portfolio's return differ from its benchmark's, and which holdings, currencies and factors brought it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_label, empty, frame, joined
from services.charts.look import Look
from services.charts.performance import span
from services.charts.performance_choice import part_of_steps
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.performance import AttributionView, BrinsonAttribution, Contribution
from services.messages.performance_choice import ChoiceView
from services.performance_words import LINKS, METHODS

BARS_MAX_COUNT = 14
ROW_PX = 30
HEAD_PX = 150
GEOMETRIC = "geometric"
SHOWN_LEAST_FRAC = 5e-7
"""A part of allocation below it would read as nothing."""
EFFECT_KEYS = {
    "Allocation": "effect:allocation",
    "Selection": "effect:selection",
    "Interaction": "effect:interaction",
    "Trades and fees": "effect:trading",
}
"""Step of the waterfall -> what it chooses; cash chooses its segment."""
FIELDS = {
    "effect:allocation": "allocation_frac",
    "effect:selection": "selection_frac",
    "effect:interaction": "interaction_frac",
}
REST = {"Cash rate": "factor:cash", "Constant (alpha)": "factor:alpha", "Unexplained": "factor:unexplained"}


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
    view: AttributionView,
    *,
    chosen: ChoiceView | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the way from the benchmark's return to the portfolio's, one step an effect; a chosen one stands out."""
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
    keys = {name: key for name, key in EFFECT_KEYS.items() if name in names}
    if "Cash" in names:
        keys["Cash"] = f"{view.grouping}:Cash"
    figure = go.Figure()
    figure.add_bar(
        x=names,
        y=lengths,
        base=bases,
        marker={"color": [look.color(one) for one in colors], "opacity": shades([keys.get(n) for n in names], chosen)},
        customdata=[look.rate(one) for one in lengths],
        hovertemplate="<b>%{x}</b><br>%{customdata}<extra></extra>",
        showlegend=False,
    )
    inside_steps = None if is_geometric else part_of_steps(names, bases, chosen, look)
    if inside_steps is not None:
        figure.add_bar(**inside_steps)
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
        choices=by_label("x", keys),
        annotations=labels,
        margin={"t": 110},
        screen_top_px=30 if inside_steps is None else 48,
        barmode="overlay",
        bargap=0.42,
        yaxis={"tickformat": ".0%", "zeroline": True},
    )


def shades(keys: Sequence[str | None], chosen: ChoiceView | None) -> list[float]:
    """Return how opaque each bar is: those that were not chosen are pale, where one of them was."""
    if chosen is None or chosen.chosen not in keys:
        return [1.0] * len(keys)
    return [1.0 if key == chosen.chosen else 0.35 for key in keys]


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
    view: AttributionView,
    *,
    chosen: ChoiceView | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the effects of each segment side by side; of a chosen effect that one alone, and a chosen segment's strong.

    A chosen holding stands for its segment where segments are holdings.
    """
    look = Look(theme, style, signs)
    found = view.brinson
    if found is None or not found.segments:
        return empty("segments", view.brinson_sentence or "There is nothing to compare with.", look)
    parts = [("Allocation", "series-1", "allocation_frac"), ("Selection", "series-2", "selection_frac")]
    if not found.is_interaction_folded:
        parts.append(("Interaction", "series-4", "interaction_frac"))
    only = "" if chosen is None else FIELDS.get(chosen.chosen, "")
    parts = [one for one in parts if one[2] == only] or parts
    ranked = only or "total_frac"
    shown = sorted(found.segments, key=lambda one: abs(getattr(one, ranked)))[-BARS_MAX_COUNT:]
    shown.sort(key=lambda one: float(getattr(one, ranked)))
    names = [_short(one.key) for one in shown]
    keys = [f"{view.grouping}:{one.key}" for one in shown]
    figure = go.Figure()
    for words, color, field in parts:
        figure.add_bar(
            x=[getattr(one, field) for one in shown],
            y=names,
            orientation="h",
            name=words,
            marker={"color": look.color(color), "opacity": shades(keys, chosen)},
            hovertemplate=f"<b>%{{y}}</b><br>{words} %{{x:.2%}}<extra></extra>",
        )
    best, worst = shown[-1], shown[0]
    return frame(
        figure,
        name="segments",
        title=f"{best.key} added {_signed(getattr(best, ranked), look)}; "
        f"{worst.key} {_signed(getattr(worst, ranked), look)}",
        subtitle=joined(f"{parts[0][0] if only else 'Effects'} by segment over the period", span(view)),
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
        choices=by_label("y", dict(zip(names, keys, strict=True))),
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
    keys: Mapping[str, str],
    chosen: ChoiceView | None,
    days: str | None = None,
    shown_as: Callable[[float], str] | None = None,
) -> go.Figure:
    """Draw one bar a line, the largest on top; `keys` says what a line chooses, `days` are those of the subtitle."""
    words_of = shown_as or look.rate
    shown = sorted(pairs, key=lambda one: one[1])
    opacity = shades([keys.get(words) for words, _ in shown], chosen)
    figure = go.Figure()
    figure.add_bar(
        x=[value for _, value in shown],
        y=[_short(words) for words, _ in shown],
        orientation="h",
        marker={
            "color": [look.color("up-fill" if value >= 0 else "down-fill") for _, value in shown],
            "opacity": opacity,
        },
        customdata=[words_of(value) for _, value in shown],
        hovertemplate="<b>%{y}</b><br>%{customdata}<extra></extra>",
        showlegend=False,
    )
    return frame(
        figure,
        name=name,
        title=title,
        subtitle=joined(subtitle, days or span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=HEAD_PX + ROW_PX * len(shown),
        table=((column, "Contribution"), [[words, words_of(value)] for words, value in reversed(shown)]),
        choices=by_label("y", {_short(words): key for words, key in keys.items()}),
        xaxis={"tickformat": ".1%", "zeroline": True, "showgrid": True},
        yaxis={"type": "category"},
    )


def contributions(
    view: AttributionView,
    *,
    chosen: ChoiceView | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw what each holding added to the return, the smallest ones together; of a chosen group its holdings alone."""
    look = Look(theme, style, signs)
    table = view.contributions
    is_narrow = chosen is not None and chosen.kind == "group" and chosen.dimension != "asset"
    lines = sorted(inside(view, chosen) if is_narrow else table.assets, key=lambda one: -abs(one.contribution_frac))
    if not lines:
        words = f"Nothing of {chosen.label} was held in this period." if is_narrow and chosen else ""
        return empty("contributions", words or "Nothing was held in this period.", look)
    most = len(lines) if len(lines) <= BARS_MAX_COUNT + 1 else BARS_MAX_COUNT
    named = [(view.names.get(one.key, one.key), one.contribution_frac) for one in lines]
    pairs = named[:most]
    if len(lines) > most:
        pairs.append((f"{len(lines) - most} others", sum(one.contribution_frac for one in lines[most:])))
    best, value = max(named, key=lambda one: one[1])
    title = f"{best} added {look.points(value)} of {look.rate(table.return_frac)}"
    if is_narrow and chosen is not None:
        title = f"{chosen.label} added {look.points(chosen.total_frac)} of {look.rate(table.return_frac)}"
        title += f"; most of it {best}, {look.points(value)}" if len(named) > 1 else ""
    else:
        pairs.append(("Fees", table.trading_frac))
    return _bars(
        "contributions",
        pairs,
        view,
        look,
        title=title,
        subtitle="Contribution to the time-weighted return",
        column="Holding",
        keys={words: f"asset:{words}" for words, _ in named[:most]},
        chosen=chosen,
    )


def inside(view: AttributionView, chosen: ChoiceView | None) -> list[Contribution]:
    """Return the holdings of a chosen group, whose contributions add up to what it added; all where none is chosen."""
    assets = view.contributions.assets
    if chosen is None or chosen.kind != "group":
        return list(assets)
    return [one for one in assets if one.key in chosen.asset_keys]


def currencies(
    view: AttributionView,
    *,
    chosen: ChoiceView | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
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
        keys={words: f"currency:{words}" for words, _ in pairs},
        chosen=chosen,
    )


def factors(
    view: AttributionView,
    *,
    chosen: ChoiceView | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
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
    start = formatting.day_short(view.factors_start or view.period.told_from)
    since = "" if view.factors_start is None else f" since {start}"
    return _bars(
        "factors",
        pairs,
        view,
        look,
        title=f"{name} brought {look.part(size)} of {look.rate(found.return_frac)}{since}{share}",
        subtitle="Exposure by regression times what the factor earned",
        days=f"{start} to {formatting.day_short(view.period.end)}",
        shown_as=look.part,
        column="Factor",
        keys={**{one.key: f"factor:{one.key}" for one in found.factors}, **REST},
        chosen=chosen,
    )
