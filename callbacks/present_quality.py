"""How do findings, scores and the policy read on the page of data quality?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from callbacks.present_typed import Typed
from components.empty_state import empty_state
from components.fields import number_input, select
from components.ids import Quality
from components.kpi_card import kpi_card, kpi_strip
from components.price_source import href_of
from components.table import facts, table
from services import formatting
from services.charts.quality import price_decimals
from services.errors import InvalidRequest
from services.formatting import Style
from services.messages.quality import (
    LABELS,
    FindingState,
    FindingView,
    Kind,
    Light,
    Mode,
    Policy,
    PolicyChange,
    PolicyChoice,
    QualitySummary,
    SeriesScore,
)
from services.number_style import in_style
from services.source_names import source_names

ALL_KINDS: Final = "all"
SHOWN_MAX_COUNT: Final = 500
"""Findings in the list; a decision about all of them is one request."""
SHAPES: Final = {Light.GOOD: "succeeded", Light.WATCH: "no_portfolio", Light.POOR: "failed"}
"""The states whose shapes the table's lights have: circle, triangle and square; the words are the row's own."""
MODES: Final = ((Mode.OFF.value, "Off"), (Mode.PROPOSE.value, "Propose"), (Mode.AUTO.value, "Correct at once"))


def figures(found: QualitySummary, style: Style) -> Any:
    """Return the key figures of the whole."""
    return kpi_strip(
        kpi_card("Score", formatting.number(found.score, 1, style=style), note="Mean of all series, 100 is best"),
        kpi_card("To decide", formatting.number(found.open_count, 0, style=style), note=_most(found)),
        kpi_card("Corrected", formatting.number(found.corrected_count, 0, style=style), note="Accepted findings"),
        kpi_card(
            "Series checked",
            formatting.number(found.checked_count, 0, style=style),
            note=f"Of {formatting.number(found.series_count, 0, style=style)}, up to {formatting.day(found.as_of)}",
        ),
        label="Quality of all prices",
    )


def _most(found: QualitySummary) -> str:
    return f"Mostly: {found.kinds[0].label.lower()}" if found.kinds else "Nothing waits"


def kind_options(found: QualitySummary) -> list[dict[str, str]]:
    """Return the kinds that wait for a decision as choices, with their counts."""
    return [
        {"value": ALL_KINDS, "label": "All kinds"},
        *({"value": one.kind.value, "label": f"{one.label} ({one.open_count})"} for one in found.kinds),
    ]


def queue_note(symbol: str | None, *, is_there: bool, is_cut: bool, style: Style) -> Any:
    """Return what the list leaves out: other assets, and findings beyond the most that are shown; None if nothing."""
    words: list[Any] = []
    if symbol:
        whose = f"Findings of {symbol} alone." if is_there else f"There is no asset with the symbol {symbol} any more."
        words += [f"{whose} ", dcc.Link("Show those of all assets", href="/data-quality"), ". "]
    if is_cut:
        words.append(f"The surest {formatting.number(SHOWN_MAX_COUNT, 0, style=style)} are listed: choose a kind.")
    return words or None


def queue_row(one: FindingView, style: Style) -> dict[str, Any]:
    """Return one finding as a row."""
    return {
        "id": one.id,
        "name": one.symbol,
        "note": one.name,
        "symbol": one.symbol,
        "href": href_of(one.symbol),
        "what": one.kind_label if one.sessions_count == 1 else f"{one.kind_label}, {_sessions(one, style)}",
        "session": one.session.isoformat(),
        "raw": one.raw,
        "proposed": one.proposed,
        "decimals": price_decimals(one.raw, one.proposed),
        "sure_frac": one.confidence_frac,
        "state": one.state.value,
    }


def series_row(one: SeriesScore, style: Style) -> dict[str, Any]:
    """Return one series as a row."""
    return {
        "id": one.symbol,
        "name": one.symbol,
        "note": one.name,
        "symbol": one.symbol,
        "score": one.score,
        "reads": SHAPES[one.light],
        "state_words": one.light.value.capitalize(),
        "sessions_count": one.sessions_count,
        "open_count": one.open_count,
        "last_session": one.last_session.isoformat(),
        "checked_on": one.checked_at_utc.date().isoformat(),
        "sentence": in_style(one.sentence, style),
    }


def evidence(one: FindingView, chart: Any, style: Style) -> Any:
    """Return what speaks for one finding, with the sessions around it."""
    pairs = [
        ("Asset", f"{one.symbol}, {one.name}"),
        ("Sessions", _span(one, style)),
        *_prices(one, style),
        ("Method", in_style(one.method, style)),
        ("Sure", formatting.percent(one.confidence_frac, 0, style=style)),
        ("Source", source_names([one.provider])),
    ]
    if one.decided_at_utc is not None:
        who = one.decided_by or "Somebody"
        pairs.append(("Decision", f"{one.state.value.capitalize()} by {who}, {formatting.moment(one.decided_at_utc)}"))
    advice = None
    if one.proposed is None and one.state is FindingState.OPEN:
        advice = html.P(
            "Nothing is proposed: the data alone cannot tell what is right. Reject it if the price is true, or import "
            "the right prices.",
            className="muted",
        )
    return html.Div([html.P(in_style(one.reason, style)), chart, facts(pairs), advice], className="stack")


def _prices(one: FindingView, style: Style) -> list[tuple[str, str]]:
    """Return the raw price of the telling session and what stands beside it; the raw one stays whatever is decided."""
    if one.raw is None:
        return []
    decimals = price_decimals(one.raw, one.proposed)
    raw = f"{formatting.number(one.raw, decimals, style=style)} {one.currency}, {formatting.day(one.session)}"
    if one.proposed is None:
        return [("Raw price", raw)]
    proposed = f"{formatting.number(one.proposed, decimals, style=style)} {one.currency}"
    return [("Raw price", raw), ("Corrected to" if one.state is FindingState.ACCEPTED else "Proposed", proposed)]


def _span(one: FindingView, style: Style) -> str:
    if one.sessions_count == 1:
        return formatting.day(one.first_session)
    return f"{_sessions(one, style)}, {formatting.day(one.first_session)} to {formatting.day(one.last_session)}"


def _sessions(one: FindingView, style: Style) -> str:
    return formatting.count(one.sessions_count, "session", style=style)


def many(chosen: Sequence[dict[str, Any]], style: Style) -> Any:
    """Return what stands in the place of the evidence while several findings are ticked."""
    with_proposal = sum(row.get("proposed") is not None for row in chosen)
    return html.Div(
        [
            html.P(html.Strong(f"{formatting.count(len(chosen), 'finding', style=style)} ticked")),
            html.P(
                f"{formatting.count(with_proposal, 'proposal', style=style)} can be accepted; each is decided for "
                "itself, and those that cannot be are named."
            ),
        ],
        className="stack",
    )


def nothing(has_findings: bool) -> Any:
    """Return what stands in the place of the evidence while nothing is ticked."""
    if has_findings:
        return empty_state(
            "Tick a finding", "Its reason and the sessions around it appear here.", glyph="search", level=3
        )
    return empty_state("No evidence to show", "No finding is in the list.", glyph="check2-circle", level=3)


def policy_change(ids: Sequence[dict[str, str]], modes: Sequence[str], sure: Sequence[Any]) -> PolicyChange:
    """Return the choices that were made in the form.

    Raises
    ------
    InvalidRequest
        With everything that was typed and is no share from 50 to 100 %.
    """
    typed = Typed()
    choices = []
    for one, mode, text in zip(ids, modes, sure, strict=True):
        label = f"{LABELS[Kind(one['index'])]}, at once from"
        share = typed.number(one["index"], label, text, low=50, high=100, unit="%", is_needed=True)
        choices.append(
            PolicyChoice(kind=Kind(one["index"]), mode=Mode(mode), confidence_frac=float(share or 95) / 100.0)
        )
    if typed.problems:
        raise InvalidRequest(
            "The policy has problems.", "Put them right, then save again.", fields=tuple(typed.problems)
        )
    return PolicyChange(choices=tuple(choices))


def policy(found: Policy, style: Style, *, may_write: bool) -> Any:
    """Return the choices for every kind."""
    rows = []
    for entry in found.entries:
        modes = MODES if entry.can_be_automatic else MODES[:2]
        mode = select(Quality.mode(entry.kind.value), modes, entry.mode.value, disabled=not may_write)
        sure = number_input(
            Quality.sureness(entry.kind.value),
            formatting.number(entry.confidence_frac * 100, 0, style=style),
            unit="%",
            disabled=not (may_write and entry.can_be_automatic),
        )
        mode = _labeled(f"{entry.label}: what is done", mode)
        sure = _labeled(f"{entry.label}: corrected at once from this sureness on", sure)
        hidden = {} if entry.can_be_automatic else {"style": {"visibility": "hidden"}}
        words = [html.Strong(entry.label), html.Div(in_style(entry.explanation, style), className="muted")]
        rows.append([html.Div(words), mode, html.Div(sure, className="quality-sure", **hidden)])
    heads = (("Kind", False), ("What is done", False), ("At once from", False))
    return html.Div(table(heads, rows, caption="What is done about each kind of finding"), className="quality-policy")


def _labeled(text: str, control: Any) -> Any:
    """Name a control for screen readers; its column names it for everybody else."""
    return html.Label([html.Span(text, className="visually-hidden"), control], className="quality-label")
