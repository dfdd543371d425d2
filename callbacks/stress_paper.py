"""What stands in the PDF of the page of stress tests?"""

from __future__ import annotations

from typing import Any

from callbacks import stress_figures as drawing
from callbacks.stress_asked import Asked
from callbacks.stress_paper_answers import answer_parts
from callbacks.wording import reader_style
from services import formatting
from services.charts.stress import mark_of, source_of
from services.exports_page import PageDocument, PageTable
from services.formatting import MISSING, Style
from services.messages.stress_report import ScenarioResult, StressReport
from services.number_style import in_style

GROUP_TITLES = {
    "historic": "Past events",
    "factor": "Moves of factors",
    "regulatory": "Supervisors' sets",
    "own": "Own scenarios",
}


def document_of(found: StressReport, chosen: StressReport | None, asked: Asked) -> PageDocument:
    """Return the page for paper: all scenarios of a group, the chosen one with its parts, and what else was asked."""
    style, group = reader_style(), asked.view["group"]
    bars = drawing.losses(found, group, None, asked.part or "")
    parts: list[tuple[str, Any]] = [(GROUP_TITLES[group], bars), ("", _scenarios(found, group, style))]
    if chosen is not None:
        parts += _detail(chosen, style, asked.part or "")
    built = asked.built()
    if built is not None:
        parts += _detail(built, style, asked.part or "")
    parts += answer_parts(asked.answers(), asked.way, style, asked.part or "")
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


def _scenarios(found: StressReport, group: str, style: Style) -> PageTable:
    listed = [one for one in found.results if one.group == group]
    listed.sort(key=lambda one: one.total_frac if one.total_frac is not None else float("inf"))
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


def _detail(chosen: StressReport, style: Style, part: str) -> list[tuple[str, Any]]:
    one = chosen.results[0]
    if one.total_frac is None:
        return [(one.name, in_style(one.problem or "", style))]
    names = ["waterfall", "sectors", *(("course", "fall") if one.path is not None else ())]
    names += ["factors"] if one.factors else []
    charts = [("", drawing.of_one(name, chosen, one, None, part)) for name in names]
    plausible = [] if one.plausibility is None else [("", in_style(one.plausibility.sentence, style))]
    return [
        (one.name, in_style(one.what, style)),
        *plausible,
        *charts,
        ("Positions", _positions(one, style)),
        *_notes(one, style),
    ]


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


def _notes(one: ScenarioResult, style: Style) -> list[tuple[str, Any]]:
    return [("What this scenario rests on", [in_style(text, style) for text in one.notes])] if one.notes else []
