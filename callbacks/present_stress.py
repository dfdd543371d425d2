"""How do stress tests read: key figures, the library, the chosen scenario, its coverage and its comparison?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.choose import chooser
from components.empty_state import empty_state
from components.kpi_card import kpi_card, kpi_strip
from components.pills import tag
from components.stress_builder import moves_table
from components.stress_layout import scenario_card
from components.stress_meter import meter
from components.table import table
from services import formatting
from services.charts.differences import shown_difference
from services.charts.stress import COVERED_FRAC
from services.formatting import MISSING, Style
from services.messages.stress import Scenario
from services.messages.stress_report import ScenarioResult, StressReport
from services.number_style import in_style
from services.stress_library import LABELS, ROUTES
from services.stress_parts import impact_of, label_of, positions_of
from services.stress_shown import impact

SHOWN_PROXIES_COUNT = 12


def figures(found: StressReport, style: Style) -> Any:
    """Return the key figures on top."""
    events = _computed(found, "historic")
    factors = [one for one in found.results if one.group in ("factor", "regulatory") and one.total_frac is not None]
    beside = [one for one in events if one.benchmark_frac is not None]
    worse = sum(1 for one in beside if (one.total_frac or 0.0) < (one.benchmark_frac or 0.0) - 5e-5)
    proxied = [one for one in events if one.proxied_frac > 0.0]
    return kpi_strip(
        _worst_card("Worst past event", events, found, style),
        _worst_card("Worst move of markets", factors, found, style),
        kpi_card(
            "Worse than the benchmark",
            f"{worse} of {len(beside)}" if beside else MISSING,
            note="past events" if beside else "no benchmark whose prices are stored",
        ),
        kpi_card(
            "Resting on stand-ins",
            f"{len(proxied)} of {len(events)}",
            note=_stands_in(events, style),
        ),
    )


def _stands_in(events: Sequence[ScenarioResult], style: Style) -> str:
    """Say what the count of stand-ins means, and how many events leave something out altogether."""
    left = [one for one in events if one.covered_frac < COVERED_FRAC]
    words = "past events in which something stands in for a holding"
    return f"{words}; in {formatting.number(len(left), 0, style=style)} some of it is not covered" if left else words


def _worst_card(label: str, results: Sequence[ScenarioResult], found: StressReport, style: Style) -> Any:
    if not results:
        return kpi_card(label, MISSING, note="nothing could be computed")
    worst = min(results, key=impact)
    money = formatting.money(worst.total_ccy, found.base_currency, style=style, signed=True)
    sense = "down" if (worst.total_frac or 0.0) < 0 else "up"
    return kpi_card(
        label, formatting.rate(worst.total_frac, style=style, signed=True), note=f"{worst.name}, {money}", sense=sense
    )


def library(found: StressReport, scenarios: Sequence[Scenario], group: str, chosen: str, style: Style) -> Any:
    """Return the cards of one group; what nothing is computed from stands at the end with its reason."""
    results = {one.id: one for one in found.results}
    listed = [one for one in scenarios if one.group == group]
    if not listed:
        return empty_state(
            "No scenario of your own yet",
            "Set moves of markets or past days in the builder, and keep them under a name.",
            glyph="sliders",
            level=3,
        )
    cards = [_card(one, results.get(one.id), chosen, style) for one in listed]
    return html.Div(cards, className="stress-cards")


def _card(one: Scenario, result: ScenarioResult | None, chosen: str, style: Style) -> Any:
    total = None if result is None else result.total_frac
    when = f"{formatting.day_short(one.start)} to {formatting.day_short(one.end)}" if one.start else one.what
    note = result.problem if result is not None and result.problem else when
    sense = "" if total is None else "down" if total < 0 else "up"
    figure = formatting.rate(total, style=style, signed=True)
    words = in_style(note, style)
    if one.unverified_why:
        words = f"{words}. Not checked against its source."
    return scenario_card(one.id, one.name, figure, words, is_chosen=one.id == chosen, sense=sense)


def state_words(found: StressReport, computed: str, elapsed: str) -> str:
    """Say how many scenarios were computed, when, and from which prices."""
    count = formatting.count(len(found.results), "scenario")
    return f"{count} computed {computed} in {elapsed}, for the holdings of {formatting.day(found.as_of)}."


def detail_words(one: ScenarioResult, found: StressReport, style: Style) -> Any:
    """Say what the chosen scenario is and what it does."""
    if one.total_frac is None:
        return html.Div([html.H3(one.name), html.P(in_style(one.problem or "", style))])
    money = formatting.money(one.total_ccy, found.base_currency, style=style, signed=True)
    band = ""
    if one.low_frac is not None and one.high_frac is not None and one.high_frac - one.low_frac > 1e-6:
        low, high = (formatting.rate(end, style=style) for end in (one.low_frac, one.high_frac))
        band = f", between {low} and {high} in nine of ten cases"
    if one.covered_frac < COVERED_FRAC:
        band += f", without the {formatting.weight(1.0 - one.covered_frac, style=style)} that nothing covers"
    sentence = (
        f"Today's portfolio would move by {formatting.rate(one.total_frac, style=style, signed=True)}{band}: {money}."
    )
    parts: list[Any] = [html.H3([one.name, " ", *_tags(one)]), html.P(in_style(one.what, style), className="muted")]
    parts.append(html.P(html.Strong(sentence)))
    if one.unverified_why:
        parts.append(html.P([tag("Not checked", "warn"), " ", in_style(one.unverified_why, style)]))
    parts += [html.P(in_style(text, style), className="muted") for text in one.notes]
    return html.Div(parts)


def plausible(one: ScenarioResult, style: Style) -> Any:
    """Return the meter of how plausible the given moves are together."""
    assert one.plausibility is not None
    return meter(one.plausibility.word, in_style(one.plausibility.sentence, style))


def moves(one: ScenarioResult, style: Style) -> Any:
    """Return every factor's move: what was set and what follows from it."""
    rows = [
        [
            LABELS[move.factor],
            _in_unit(move.move, move.unit, style),
            MISSING
            if move.high - move.low < 1e-9
            else f"{_in_unit(move.low, move.unit, style)} to {_in_unit(move.high, move.unit, style)}",
            formatting.number(move.sigmas, 1, style=style, signed=True),
            f"{ROUTES[move.route]}, cut at its floor" if move.is_cut else ROUTES[move.route],
        ]
        for move in one.moves
    ]
    return moves_table(rows)


def _in_unit(value: float, unit: str, style: Style) -> str:
    if unit == "fraction":
        return formatting.percent(value, 1, style=style, signed=True)
    if unit == "points":
        return f"{formatting.number(value, 1, style=style, signed=True)} points"
    return f"{formatting.number(value, 2, style=style, signed=True)} pp"


def _tags(one: ScenarioResult) -> list[Any]:
    words: list[Any] = []
    if one.start is not None:
        words.append(tag(f"{formatting.day_short(one.start)} to {formatting.day_short(one.end)}"))
    if one.plausibility is not None:
        tone = {"common": "ok", "plausible": "info", "rare": "warn", "extreme": "bad"}[one.plausibility.word]
        words.append(tag(one.plausibility.word.capitalize(), tone))
    if one.is_mostly_proxied:
        words.append(tag("Mostly stand-ins", "warn"))
    deaf = [move.factor for move in one.moves if move.route == "given" and move.factor not in one.reached_by]
    if len(one.reached_by) == 1 and deaf:
        only = LABELS[one.reached_by[0]]
        title = f"No position reacts directly to: {', '.join(LABELS[name] for name in deaf)}."
        words.append(tag(f"Only {only.lower()} reach this portfolio", "warn", title=title))
    return words


def compared(one: ScenarioResult, found: StressReport, style: Style, chosen: str = "") -> Any:
    """Return the portfolio, with the chosen part of it, beside its benchmark and what the index did in the event."""
    rows: list[tuple[str, float | None]] = [("Today's portfolio", one.total_frac)]
    if chosen:
        rows.append((f"Of it {label_of(chosen)}", impact_of(one, chosen)))
    if one.benchmark_frac is not None:
        rows.append((found.benchmark_name or "Benchmark", one.benchmark_frac))
    if one.index_frac is not None:
        name = "S&P 500 in the event, as recorded" if one.group == "historic" else "S&P 500 in these days"
        rows.append((name, one.index_frac))
    own = 2 if chosen else 1
    body = [
        [
            name,
            formatting.rate(value, style=style, signed=True),
            MISSING if place < own else _apart(one.total_frac, value, style),
        ]
        for place, (name, value) in enumerate(rows)
    ]
    columns = (("Over the scenario", False), ("Move", True), ("Portfolio against it", True))
    return table(columns, body, caption="The portfolio beside what happened")


def _apart(own: float | None, other: float | None, style: Style) -> str:
    apart = shown_difference(own, other, 2)
    return MISSING if apart is None else f"{formatting.number(apart, 2, style=style, signed=True)} pp"


def coverage(one: ScenarioResult, style: Style, chosen: str = "") -> Any:
    """Return how much is covered, what stands in for what, and what is left out and why.

    Of a chosen sector its positions alone; names choose their position.
    """
    inside = positions_of(one, chosen) if chosen.startswith("sector:") else None
    instead = [held for held in one.positions if held.proxy is not None]
    known = [held for held in instead if held.tier in ("index", "factors", "sector")]
    shown = [held for held in known if inside is None or held.asset in inside]
    parts: list[Any] = [html.P(_covered_words(one, len(known), style))]
    if shown:
        rows = [
            [
                _position(held.asset, chosen),
                formatting.weight(held.weight_frac, style=style),
                held.proxy or "",
                MISSING if held.r2_frac is None else formatting.percent(held.r2_frac, 0, style=style),
                "weak" if held.is_weak else "",
            ]
            for held in sorted(shown, key=lambda held: -abs(held.weight_frac))[:SHOWN_PROXIES_COUNT]
        ]
        columns = (("Position", False), ("Weight", True), ("Stands in", False), ("Explains", True), ("", False))
        parts.append(table(columns, rows, caption="What stands in for which position"))
    if len(shown) > SHOWN_PROXIES_COUNT:
        parts.append(
            html.P(f"And {len(shown) - SHOWN_PROXIES_COUNT} more; the Excel file lists all.", className="muted")
        )
    for left in one.uncovered:
        weight = formatting.weight(left.weight_frac, style=style)
        parts.append(html.P(in_style(f"{left.asset} ({weight}): {left.reason}", style)))
    return html.Div(parts)


def _position(name: str, chosen: str) -> Any:
    key = f"asset:{name}"
    return chooser(html.Mark(name) if key == chosen else name, key, is_chosen=key == chosen)


def _covered_words(one: ScenarioResult, known_count: int, style: Style) -> str:
    """Say of how many positions something is known, and how much is left out."""
    count = formatting.count(len(one.positions), "position", style=style)
    if known_count:
        how = "by regression on factors" if one.factors else "by stand-in"
        words = f"{known_count} of {count} {how}"
    else:
        known_count = sum(held.tier != "none" for held in one.positions)
        whole = f"{known_count} of {count}" if known_count < len(one.positions) else f"All {count}"
        if len(one.positions) == known_count == 1:
            whole = "The only position"
        words = f"{whole} by terms that are stated" if one.factors else f"{whole} had prices in the event"
    lost = 1.0 - one.covered_frac
    if lost < 5e-4:
        return f"{words}; everything that is held is covered."
    return f"{words}; {formatting.weight(lost, style=style)} of what is held is not covered."


def _computed(found: StressReport, group: str) -> list[ScenarioResult]:
    return [one for one in found.results if one.group == group and one.total_frac is not None]
