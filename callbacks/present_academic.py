"""How do files of an instance, a benchmark under way and what it found read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from callbacks.present_academic_tables import algorithms, few_holdings, literature, own_sets
from callbacks.present_runs import state_words
from callbacks.present_typed import Typed
from components.button import button_group
from components.card import card, columns
from components.empty_state import empty_state
from components.error_state import error_state
from components.graph import chart
from components.ids import Academic
from components.kpi_card import MISSING, kpi_card, kpi_strip
from components.menu import export_menu
from components.progress import progress
from components.table import more, table
from components.toast import banner
from services import formatting
from services.charts.academic import academic_figure
from services.errors import InvalidRequest
from services.formatting import Style
from services.messages.academic import AcademicRead, AcademicResult, AcademicView
from services.messages.preferences import Preferences
from services.messages.runs import RunStatus, RunView
from services.number_style import in_style

PROBLEMS_SHOWN_COUNT = 30
DRAWING_MAX_S = 5.0
_COUNTS = (
    ("holdings_count", "The number of holdings"),
    ("tradeoffs_count", "The number of trade-offs"),
    ("evaluations_count", "The number of evaluations"),
    ("seed", "The seed"),
)


def options_of(
    holdings: object, least: object, most: object, tradeoffs: object, evaluations: object, effort: object, seed: object
) -> dict[str, Any]:
    """Return the options that were typed; an empty field takes its default.

    Raises
    ------
    InvalidRequest
        With everything that is no number.

    """
    typed = Typed()
    given: dict[str, Any] = {"proof_effort": effort}
    for (path, label), text in zip(_COUNTS, (holdings, tradeoffs, evaluations, seed), strict=True):
        value = typed.number(path, label, text, kind="whole")
        if value is not None and value != int(value):
            advice = "Type a number without decimals."
            raise InvalidRequest(f"{label} is no whole number.", advice)
        given[path] = None if value is None else int(value)
    given["min_frac"] = typed.percent("min_frac", "The least weight", least)
    given["max_frac"] = typed.percent("max_frac", "The most weight", most)
    if typed.problems:
        raise InvalidRequest("The form has problems.", "Put them right.", fields=tuple(typed.problems))
    return given


def file_check(found: AcademicRead | None, style: Style) -> Any:
    """Return what a file holds, or everything that is wrong with it; nothing where none is chosen."""
    if found is None:
        return None
    if found.is_read:
        market = f" {found.market}." if found.market else ""
        return banner(f"“{found.file_name}” can be used", in_style(found.sentence, style) + market, tone="ok")
    rows = [
        [
            "File" if one.line is None else formatting.number(one.line, 0, style=style),
            [html.Div(in_style(one.message, style)), html.Div(in_style(one.advice, style), className="card-note")],
        ]
        for one in found.problems[:PROBLEMS_SHOWN_COUNT]
    ]
    parts: list[Any] = [table((("Line", False), ("Problem and way out", False)), rows, caption="Problems of the file")]
    left = len(found.problems) - len(rows)
    if left > 0:
        further = formatting.count(left, "further problem", style=style)
        parts.append(html.P(f"And {further}, likely of the same kind.", className="card-note"))
    return html.Div(
        [
            banner(f"“{found.file_name}” cannot be used yet", in_style(found.sentence, style), tone="bad"),
            html.Div(parts, className="import-problems"),
        ],
        className="stack",
    )


def earlier(runs: Sequence[RunView], style: Style, *, may_run: bool) -> Any:
    """Return the list of benchmarks, each with the way to it."""
    if not runs:
        return empty_state(
            "No benchmark yet",
            "Bring the files of an instance above; what was found stays here, with its own link."
            if may_run
            else "Whoever may start runs finds their benchmarks here.",
            glyph="mortarboard",
            level=3,
        )
    rows = [
        [
            [
                dcc.Link(run.name or "Academic benchmark", href=run.shown_at),
                html.Div(formatting.moment(run.created_at_utc), className="card-note"),
            ],
            [html.Div(state_words(run)), html.Div(in_style(run.message or "", style), className="card-note")],
            formatting.duration(run.elapsed_ms, style=style),
        ]
        for run in runs
    ]
    columns_of = (("Benchmark", False), ("What it found", False), ("Took", True))
    return table(columns_of, rows, caption="Your benchmarks")


def to_show(
    run: RunView | None, shown: Mapping[str, Any] | None, drawn: Mapping[str, Any] | None, now_s: float
) -> tuple[dict[str, Any] | None, bool]:
    """Return what is to be drawn now, None where nothing is, and whether the run is drawn as it stands.

    A drawing under way is waited for, and asked for again when it has not arrived for some seconds: the browser may
    drop one when the page is looked at again at the same moment.
    """
    key = {"id": run.id if run else None, "status": run.status.value if run else None}
    if drawn == key:
        return None, True
    is_asked = shown is not None and {name: shown.get(name) for name in key} == key
    if shown is not None and is_asked and now_s - shown["at_s"] < DRAWING_MAX_S:
        return None, False
    return {**key, "at_s": now_s}, False


def work(run: RunView, style: Style) -> Any:
    """Return how far a run is."""
    if run.status is RunStatus.PENDING:
        return progress("Waiting for its turn", None, note=in_style(run.message or "", style) or None)
    return progress(in_style(run.stage or "Starting", style), run.progress_frac)


def result(view: AcademicView, theme: str | None, likes: Preferences, *, has_browser: bool, may_export: bool) -> Any:
    """Return what a benchmark found, or why there is nothing."""
    run, found, style = view.run, view.result, likes.number_format
    if not run.is_final:
        return None
    if found is None:
        words = in_style(run.message or "The work ended without an answer.", style)
        if run.status is RunStatus.CANCELLED:
            return card(
                empty_state("This benchmark was cancelled", words, glyph="slash-circle"), title=view.instance_name
            )
        return error_state("This benchmark failed", words)
    charts = {
        name: chart(
            figure_of(name, view, theme, likes),
            id=chart_id,
            actions=[_menu(name, has_browser=has_browser)] if may_export else [],
            level=2,
        )
        for name, chart_id in CHARTS.items()
    }
    return [
        _key_figures(found, style),
        card(charts["frontier"], flush=False),
        columns(card(charts["race_all"]), card(charts["race_few"])),
        card(
            algorithms(found, style),
            title="Algorithms",
            note="Measured against the exact frontier of all portfolios, as is usual.",
            actions=_tables(run.id) if may_export else None,
            foot=[html.Div(words) for words in (_equal_time(found, style), own_sets(found)) if words] or None,
            flush=True,
        ),
        *literature(found, style),
        card(more("Every trade-off with its gap", few_holdings(found, style)), title=_few_title(found, style)),
        *_notes(found, style),
    ]


CHARTS = {
    "frontier": Academic.FRONTIER_CHART,
    "race_all": Academic.RACE_ALL_CHART,
    "race_few": Academic.RACE_FEW_CHART,
}


def figure_of(name: str, view: AcademicView, theme: str | None, likes: Preferences) -> Any:
    """Return the Plotly figure of a chart, the same for the screen and for exports."""
    assert view.result is not None
    return academic_figure(
        name,
        view.result,
        theme="dark" if theme == "dark" else "light",
        style=likes.number_format,
        signs=likes.sign_palette,
    )


def _menu(name: str, *, has_browser: bool) -> Any:
    items = [
        (Academic.export(f"{name}:pdf:vector"), "PDF", "vector"),
        (Academic.export(f"{name}:svg:vector"), "SVG", "vector"),
        (Academic.export(f"{name}:png:vector"), "PNG", "picture"),
    ]
    if has_browser:
        items.append((Academic.export(f"{name}:pdf:browser"), "PDF", "as on screen"))
    return export_menu(items)


def _tables(run_id: str) -> Any:
    links = [
        html.A(text, href=f"/download/academic/{run_id}/table.{kind}", className="btn-q btn-q-secondary btn-q-small")
        for text, kind in (("Excel", "xlsx"), ("CSV", "csv"))
    ]
    return button_group(*links, label="Save the figures")


def _key_figures(found: AcademicResult, style: Style) -> Any:
    summary, deviation = found.few_summary, found.deviation
    has_error = summary.mean_error_percent is not None
    return kpi_strip(
        kpi_card(
            "Deviation from the published frontier",
            MISSING if deviation is None else tiny(deviation.largest_frac, style),
            note="No published frontier was sent"
            if deviation is None
            else f"largest of {formatting.count(deviation.points_count, 'point', style=style)}, share of the variance",
            help_text="Largest relative deviation in variance at the means of the published file.",
        ),
        kpi_card(
            "Corners of the exact frontier",
            formatting.number(found.corners_count, 0, style=style),
            note=formatting.count(found.assets_count, "asset", style=style),
        ),
        kpi_card(
            "Proven the best",
            f"{summary.proven_count} of {summary.tradeoffs_count}",
            note=f"portfolios of {formatting.count(summary.holdings_count, 'holding', style=style)}",
        ),
        kpi_card(
            "Largest gap",
            MISSING if summary.largest_gap_frac is None else gap_words(summary.largest_gap_frac, style),
            note="of the objective, still open" if summary.proven_count < summary.answered_count else "all are proven",
        ),
        kpi_card(
            "Mean percentage error",
            f"{formatting.number(summary.mean_error_percent, 4, style=style)}%" if has_error else MISSING,
            note=f"median {formatting.number(summary.median_error_percent, 4, style=style)}%" if has_error else None,
            help_text="Distance of the portfolios of few holdings to the frontier of all portfolios. It has a floor "
            "above zero that the number of holdings sets.",
        ),
        label="Key figures of the benchmark",
    )


def tiny(value: float, style: Style) -> str:
    """Return a small share as a power of ten."""
    return "0" if value == 0 else in_style(f"{value:.1e}".replace("-", "\u2212"), style)


def gap_words(gap_frac: float, style: Style) -> str:
    """Return a gap: a percentage, or a power of ten where that would read as zero."""
    return tiny(gap_frac, style) if gap_frac < 1e-4 else formatting.percent(gap_frac, 2, style=style)


def _equal_time(found: AcademicResult, style: Style) -> str | None:
    """Say how far the evolutionary algorithms were when the exact work was done."""
    times = {(one.algorithm, one.problem): one.elapsed_ms for one in found.times}
    said = []
    for ours, problem, words in (("exact", "all", "exact frontier"), ("search", "few", "search with proof")):
        if (ours, problem) not in times:
            continue
        end_ms = times[ours, problem][-1]
        reached = [
            max(
                (
                    share
                    for ms, share in zip(times[c.algorithm, c.problem], c.hypervolume_frac, strict=True)
                    if ms <= end_ms
                ),
                default=0.0,
            )
            for c in found.curves
            if c.problem == problem and c.algorithm in ("nsga2", "nsga3")
        ]
        if len(reached) == 2:
            took = formatting.duration(end_ms, style=style)
            shares = " and ".join(formatting.percent(one, 1, style=style) for one in reached)
            said.append(f"When the {words} was done, after {took}, NSGA-II and NSGA-III had {shares}.")
    return " ".join(said) or None


def _few_title(found: AcademicResult, style: Style) -> str:
    summary = found.few_summary
    least, most = (formatting.percent(one, 0, style=style) for one in (summary.min_frac, summary.max_frac))
    return f"Portfolios of {formatting.count(summary.holdings_count, 'holding', style=style)}, {least} to {most} each"


def _notes(found: AcademicResult, style: Style) -> list[Any]:
    lines = [html.Li(in_style(one, style)) for one in found.notes]
    return [banner("To know", html.Ul(lines, className="import-notes"), tone="info")] if lines else []
