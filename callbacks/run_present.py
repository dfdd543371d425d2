"""How does a run, finished or not, become what its page shows?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from callbacks.present_runs import run_name
from callbacks.run_words import finding
from components.button import link_button
from components.result_view import HeaderView, Tone, calm_state
from components.table import facts
from services import formatting
from services.charts.frame import day_of
from services.formatting import MISSING
from services.messages.optimize import OptimizationResult, TradeList
from services.messages.runs import RunStatus, RunView

_STATUS: dict[RunStatus, tuple[str, Tone]] = {
    RunStatus.PENDING: ("Waiting", "info"),
    RunStatus.RUNNING: ("Running", "info"),
    RunStatus.SUCCEEDED: ("Finished", "ok"),
    RunStatus.FAILED: ("Failed", "bad"),
    RunStatus.CANCELLED: ("Cancelled", "warn"),
}
_RESULTS: dict[str, tuple[str, Tone]] = {
    "optimal": ("Optimal, proven", "ok"),
    "near_optimal": ("Close to optimal", "info"),
    "infeasible": ("Not possible", "warn"),
    "unsuitable": ("Another goal is needed", "warn"),
    "failed": ("No answer", "bad"),
}


def head(
    run: RunView, result: OptimizationResult | None, style: formatting.Style, portfolio: str | None = None
) -> HeaderView:
    """Return the top of the page: the finding as title, the run's name and time below it."""
    word, tone = _STATUS[run.status]
    if result is not None:
        word, tone = _RESULTS.get(str(result.status.value), (word, tone))
        if result.status == "optimal" and result.certificate and not result.certificate.is_proven:
            word = "Optimal"
    has_weights = result is not None and bool(result.weights)
    title = finding(result, style) if result is not None and has_weights else run_name(run)
    parts = [run.name] if has_weights and run.name else []
    parts.append(f"computed {formatting.moment(run.finished_at_utc)}" if run.finished_at_utc else "not finished yet")
    if run.elapsed_ms is not None:
        parts.append(f"in {formatting.duration(run.elapsed_ms)}")
    lead = ", ".join(parts)
    crumbs = [("Runs", "/runs")]
    if portfolio:
        crumbs.append((portfolio, f"/portfolios/{run.portfolio_id}"))
    has_samples = result is not None and bool((result.lineage.data or {}).get("is_sample"))
    return HeaderView(title, lead[:1].upper() + lead[1:] + ".", word, tone, crumbs, has_samples)


def without_result(run: RunView, result: OptimizationResult | None) -> Any:
    """Return what stands in the place of a result: why there is none, and the way on; None where there is one."""
    again = link_button("Change limits", f"/optimize?run={run.id}&step=3", kind="primary", glyph="sliders")
    retry = link_button("Change and run again", f"/optimize?run={run.id}&step=4", kind="primary", glyph="arrow-repeat")
    runs = link_button("All runs", "/runs")
    if run.status is RunStatus.FAILED:
        text = run.message or "The work ended without an answer."
        return calm_state("This optimization failed", text, glyph="exclamation-triangle", actions=[retry, runs])
    if run.status is RunStatus.CANCELLED:
        text = run.message or "It was stopped before it had an answer. Nothing was changed."
        return calm_state("This optimization was cancelled", text, glyph="slash-circle", actions=[retry, runs])
    if result is None or result.weights:
        return None
    title = {
        "infeasible": "No portfolio meets all these limits",
        "unsuitable": "This goal has no meaningful answer here",
    }.get(result.status.value, "No answer was found")
    text = f"{result.message} {result.advice or ''}".strip()
    return calm_state(title, text, glyph="signpost-split", actions=[again, runs])


def weight_rows(result: OptimizationResult, trades: TradeList | None) -> list[dict[str, Any]]:
    """Return one row an asset, the largest proposed weight first; amounts are numbers for the grid to format."""
    by_asset = {trade.asset: trade for trade in trades.trades} if trades else {}
    rows = []
    for line in sorted(result.weights, key=lambda line: (-line.weight_frac, -(line.current_frac or 0.0), line.asset)):
        trade = by_asset.get(line.asset)
        rows.append(
            {
                "asset": f"{line.asset} (sample, fictitious)" if line.is_sample else line.asset,
                "sector": line.sector,
                "current_frac": line.current_frac,
                "weight_frac": line.weight_frac,
                "trade_frac": line.trade_frac,
                "amount_ccy": None if trade is None or trade.amount_ccy is None else float(trade.amount_ccy),
                "quantity": None if trade is None or trade.quantity is None else float(trade.quantity),
            }
        )
    return rows


def certificate_facts(result: OptimizationResult) -> Any:
    """Return the proof: residuals of the optimality conditions, solver, iterations, time."""
    proof = result.certificate
    if proof is None:
        return html.P("There is no proof, because there is no portfolio.", className="muted")
    kkt = proof.kkt
    residuals = (
        [
            ("Stationarity", _tiny(kkt.stationarity)),
            ("Primal feasibility", _tiny(kkt.primal)),
            ("Dual feasibility", _tiny(kkt.dual)),
            ("Complementarity", _tiny(kkt.complementarity)),
        ]
        if kkt
        else [("Optimality conditions", "Not available for this goal")]
    )
    total_ms = result.elapsed_ms.get("total", sum(result.elapsed_ms.values()))
    return facts(
        [
            ("Proven", "Yes: the conditions of optimality hold" if proof.is_proven else "No: see the notes"),
            *residuals,
            ("Gap", MISSING if proof.gap_frac is None else _tiny(proof.gap_frac)),
            ("Sum of weights", formatting.percent(proof.weight_sum_frac, 6)),
            (
                "Solver",
                proof.solver + (f" (tried {', '.join(proof.solver_chain)})" if len(proof.solver_chain) > 1 else ""),
            ),
            ("Iterations", formatting.number(proof.iterations_count, 0)),
            ("Time taken", formatting.duration(total_ms)),
        ]
    )


def _tiny(value: float) -> str:
    return "0" if value == 0 else f"{value:.1e}".replace("-", "\u2212")


def lineage_facts(run: RunView, result: OptimizationResult) -> Any:
    """Return from what the answer was computed, so that it can be computed again."""
    lineage = result.lineage
    data: Mapping[str, Any] = lineage.data or {}
    window = MISSING
    if lineage.window_start and lineage.window_end:
        window = f"{formatting.day_short(lineage.window_start)} to {formatting.day_short(lineage.window_end)}"
    asked = day_of(data.get("as_of_asked"))
    source = data.get("source") or data.get("provider") or ", ".join(data.get("providers") or ()) or MISSING
    return facts(
        [
            ("Prices to", formatting.day(lineage.as_of)),
            ("Source", str(source)),
            *((("Sample data", " ".join(data["sample_notes"])),) if data.get("sample_notes") else ()),
            *((("Date asked for", formatting.day_short(asked)),) if asked else ()),
            ("Window", f"{window}, {formatting.count(lineage.observations_count, 'daily return')}"),
            ("Request", html.Code(run.request_sha256)),
            ("Seed", formatting.number(run.seed, 0)),
            ("Engine", lineage.engine_version),
            ("Run", html.Code(run.id)),
            ("The same by API", html.Code(f"GET /api/v1/optimizations/{run.id}")),
        ]
    )
