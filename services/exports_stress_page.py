"""What stands on paper of the page of stress tests?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services import formatting
from services.charts.look import Look
from services.charts.stress import losses, mark_of, source_of
from services.charts.stress_parts import DETAIL
from services.exports_page import PageDocument, PageTable
from services.formatting import MISSING, Style
from services.messages.stress_report import ScenarioResult, StressReport
from services.number_style import in_style
from services.stress_shown import impact

Part = tuple[str, Any]
GROUP_TITLES = {
    "historic": "Past events",
    "factor": "Moves of factors",
    "regulatory": "Supervisors' sets",
    "own": "Own scenarios",
}


def stress_document(
    found: StressReport,
    chosen: StressReport | None,
    *,
    group: str,
    look: Look,
    part: str = "",
    more: Sequence[Part] = (),
) -> PageDocument:
    """Return the page for paper: all scenarios of a group, and the chosen one with its parts.

    Parameters
    ----------
    found : StressReport
        Of every scenario.
    chosen : StressReport or None
        Of the one that is looked at.
    group : str
        One of `GROUP_TITLES`.
    look : Look
        Number format and colors of the reader; paper is always light.
    part : str
        The chosen position, sector or factor, which stands out.
    more : sequence of (heading, body)
        What was asked beyond these scenarios.

    """
    style = look.style
    bars = losses(found, [one for one in found.results if one.group == group], look, part)
    parts: list[Part] = [(GROUP_TITLES[group], bars), ("", _scenarios(found, group, style))]
    if chosen is not None:
        parts += detail(chosen, look, part)
    parts += more
    if found.notes:
        parts.append(("What to know", [in_style(text, style) for text in found.notes]))
    return PageDocument(
        title=f"Stress of {found.name}",
        facts=[
            ("Portfolio", found.name),
            ("Holdings and prices of", formatting.day(found.as_of)),
            ("Value", formatting.money(found.value_ccy, found.base_currency, style=style)),
            ("Benchmark", found.benchmark_name or "none"),
        ],
        parts=parts,
        lead=str((bars.layout.meta or {}).get("title") or ""),
        running=f"{found.name} · {formatting.day_short(found.as_of)}",
        source=" · ".join(part for part in (mark_of(found), source_of(found)) if part),
        name=f"{found.name[:48]} stress {found.as_of.isoformat()}",
    )


def detail(chosen: StressReport, look: Look, part: str = "") -> list[Part]:
    """Return heading, charts, positions and notes of a report of one scenario."""
    one, style = chosen.results[0], look.style
    if one.total_frac is None:
        return [(one.name, in_style(one.problem or "", style))]
    names = ["waterfall", "sectors", *(("course", "fall") if one.path is not None else ())]
    names += ["factors"] if one.factors else []
    charts = [("", DETAIL[name](chosen, one, look, part)) for name in names]
    plausible = [] if one.plausibility is None else [("", in_style(one.plausibility.sentence, style))]
    return [
        (one.name, in_style(one.what, style)),
        *plausible,
        *charts,
        ("Positions", _positions(one, style)),
        *_notes(one, style),
    ]


def _scenarios(found: StressReport, group: str, style: Style) -> PageTable:
    listed = sorted((one for one in found.results if one.group == group), key=impact)
    rows = [
        [
            one.name,
            formatting.rate(one.total_frac, style=style),
            formatting.rate(one.low_frac, style=style),
            formatting.rate(one.high_frac, style=style),
            formatting.rate(one.benchmark_frac, style=style),
            MISSING if one.total_frac is None else formatting.weight(one.covered_frac, style=style),
        ]
        for one in listed
    ]
    heads = [("Scenario", False), *((text, True) for text in ("Portfolio", "Low", "High", "Benchmark", "Covered"))]
    return PageTable(
        columns=heads, rows=rows, note="Low and high: 5% and 95% of what stand-ins and factors leave open."
    )


def _positions(one: ScenarioResult, style: Style) -> PageTable:
    rows = [
        [
            held.asset,
            held.group,
            formatting.weight(held.weight_frac, style=style),
            formatting.rate(held.return_frac, style=style),
            formatting.rate(held.impact_frac, style=style),
            held.proxy or "own history",
        ]
        for held in one.positions
    ]
    heads = [("Position", False), ("Sector", False), ("Weight", True), ("Return", True), ("Impact", True),
             ("Comes from", False)]  # fmt: skip
    return PageTable(columns=heads, rows=rows)


def _notes(one: ScenarioResult, style: Style) -> list[Part]:
    return [("What this scenario rests on", [in_style(text, style) for text in one.notes])] if one.notes else []
