"""How does a run, finished or not, become what its page shows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from callbacks.optimize_terms import basis_facts
from callbacks.optimize_words import plain
from callbacks.present_runs import message_of, run_name, state_words, tone
from callbacks.run_doctor import doctor_view
from callbacks.run_words import finding
from components.button import link_button
from components.result_view import HeaderView, Tone, calm_state
from components.table import facts
from services import formatting
from services.charts.frame import day_of
from services.formatting import MISSING
from services.messages.optimize import OptimizationRequest, OptimizationResult
from services.messages.runs import RunOutcome, RunStatus, RunView
from services.number_style import in_style
from services.optimize_repairs import CALMEST
from services.optimize_standing import rule_words
from services.source_names import source_names

PROVEN = "Yes: the conditions of optimality hold"
UNPROVEN = "No: see the notes"
_PROVEN = ("Optimal, proven", "Optimal", "Close to optimal")


def _standing(
    run: RunView, result: OptimizationResult | None, asked: OptimizationRequest | None = None
) -> tuple[str, Tone]:
    """Return where the run stands, in the words and the color of the list of runs; for an answer, how sure it is."""
    if result is None:
        return state_words(run), tone(run)
    outcome = RunOutcome(result.status.value)
    if not outcome.has_portfolio:
        seen = run.model_copy(update={"outcome": outcome})
        return state_words(seen), tone(seen)
    if outcome is RunOutcome.NEAR_OPTIMAL:
        return _PROVEN[2], "info"
    by_rule = rule_words(asked, result)
    if by_rule is not None:
        return by_rule, "ok"
    is_proven = result.certificate is None or result.certificate.is_proven
    return _PROVEN[0 if is_proven else 1], "ok"


def head(
    run: RunView,
    result: OptimizationResult | None,
    style: formatting.Style,
    portfolio: str | None = None,
    asked: OptimizationRequest | None = None,
) -> HeaderView:
    """Return the top of the page: the finding as title, the run's name and time below it."""
    word, color = _standing(run, result, asked)
    has_weights = result is not None and bool(result.weights)
    title = finding(result, style) if result is not None and has_weights else run_name(run)
    parts = [run.name] if has_weights and run.name else []
    parts.append(_when(run))
    if run.elapsed_ms is not None:
        parts.append(f"in {formatting.duration(run.elapsed_ms, style=style)}")
    lead = ", ".join(parts)
    crumbs = [("Runs", "/runs")]
    if portfolio:
        crumbs.append((portfolio, f"/portfolios/{run.portfolio_id}"))
    has_samples = result is not None and bool((result.lineage.data or {}).get("is_sample"))
    return HeaderView(title, lead[:1].upper() + lead[1:] + ".", word, color, crumbs, has_samples)


def _when(run: RunView) -> str:
    """Return when the work ended, in the word for how it ended."""
    if run.finished_at_utc is None:
        return "not finished yet"
    moment = formatting.moment(run.finished_at_utc)
    if run.status is RunStatus.CANCELLED:
        return f"cancelled {moment}" if run.started_at_utc else f"cancelled {moment}, before it was started"
    return f"failed {moment}" if run.status is RunStatus.FAILED else f"computed {moment}"


def without_result(
    run: RunView,
    result: OptimizationResult | None,
    style: formatting.Style,
    asked: OptimizationRequest | None = None,
    *,
    may_run: bool = True,
) -> Any:
    """Return what stands in the place of a result: why there is none, and the way on; None where there is one.

    Parameters
    ----------
    run, result
        The run and its answer, if it has one.
    style : Style
        Number format of the reader.
    asked : OptimizationRequest or None
        What was asked for; with it a diagnosis is shown in full.
    may_run : bool
        Whether the reader may start runs; ways to change this one are offered only then.

    """
    again = link_button("Change limits", f"/optimize?run={run.id}&step=3", kind="primary", glyph="sliders")
    retry = link_button("Change and run again", f"/optimize?run={run.id}&step=4", kind="primary", glyph="arrow-repeat")
    runs = link_button("All runs", "/runs")

    def ways(*ahead: Any) -> list[Any]:
        return [*(ahead if may_run else ()), runs]

    if run.is_final and not is_optimization(run):
        there = link_button("Open the result", run.shown_at, kind="primary", glyph="arrow-right")
        is_elsewhere = run.shown_at != f"/runs/{run.id}"
        text = message_of(run, style) or state_words(run)
        return calm_state(state_words(run), text, glyph="activity", actions=[there, runs] if is_elsewhere else [runs])
    if run.status is RunStatus.FAILED:
        text = message_of(run, style) or "The work ended without an answer."
        return calm_state("This optimization failed", text, glyph="exclamation-triangle", actions=ways(retry))
    if run.status is RunStatus.CANCELLED:
        text = message_of(run, style) or "It was stopped before it had an answer. Nothing was changed."
        return calm_state("This optimization was cancelled", text, glyph="slash-circle", actions=ways(retry))
    if result is None or result.weights:
        return None
    title, _ = _standing(run, result)
    title_of = "No portfolio meets the limits"
    diagnosed = doctor_view(title_of, run.id, asked, result, style, may_run=may_run) if asked else None
    if diagnosed is not None:
        return diagnosed
    text = plain(in_style(f"{result.message} {result.advice or ''}".strip(), style))
    if result.status.value == RunOutcome.UNSUITABLE.value and _is_sharpe(asked):
        way = f"/optimize?run={run.id}&repair={CALMEST}&step=4"
        calmest = link_button("Use minimum volatility", way, kind="primary", glyph="check2-circle")
        again = link_button("Change the goal", f"/optimize?run={run.id}&step=2", glyph="sliders")
        return calm_state(title, text, glyph="signpost-split", actions=ways(calmest, again))
    return calm_state(title, text, glyph="signpost-split", actions=ways(again))


def is_optimization(run: RunView) -> bool:
    """Return whether the run's own page shows what it found; other kinds of work have their answers elsewhere."""
    return run.kind == "optimization"


def _is_sharpe(asked: OptimizationRequest | None) -> bool:
    return asked is not None and asked.objective.model_dump()["kind"] == "max_sharpe"


def certificate_facts(
    result: OptimizationResult, style: formatting.Style, asked: OptimizationRequest | None = None
) -> Any:
    """Return the proof: residuals of the optimality conditions, solver, iterations, time."""
    proof = result.certificate
    if proof is None:
        return html.P("There is no proof, because there is no portfolio.", className="muted")
    kkt, by_rule = proof.kkt, rule_words(asked, result)
    residuals = (
        [
            ("Stationarity", _tiny(kkt.stationarity, style)),
            ("Primal feasibility", _tiny(kkt.primal, style)),
            ("Dual feasibility", _tiny(kkt.dual, style)),
            ("Complementarity", _tiny(kkt.complementarity, style)),
        ]
        if kkt
        else [("Optimality conditions", "Not available for this goal")]
    )
    total_ms = result.elapsed_ms.get("total", sum(result.elapsed_ms.values()))
    return facts(
        [
            ("How it was found", by_rule) if by_rule else ("Proven", PROVEN if proof.is_proven else UNPROVEN),
            *residuals,
            ("Gap", MISSING if proof.gap_frac is None else _tiny(proof.gap_frac, style)),
            ("Sum of weights", formatting.percent(proof.weight_sum_frac, 6, style=style)),
            ("Solver", in_style(solver_words(proof.solver, proof.solver_chain), style)),
            ("Iterations", formatting.number(proof.iterations_count, 0, style=style)),
            ("Time taken", formatting.duration(total_ms, style=style)),
        ]
    )


def solver_words(solver: str, chain: Sequence[str]) -> str:
    """Return which solver answered, how often it was asked, and which others had been tried before."""
    tries = sum(name.partition(" ")[0] == solver.partition(" ")[0] for name in chain)
    others = [name for name in dict.fromkeys(chain) if name.partition(" ")[0] != solver.partition(" ")[0]]
    more = [f"at its {ordinal(tries)} try"] if tries > 1 else []
    more += [f"after {', '.join(others)}"] if others else []
    return f"{solver} ({', '.join(more)})" if more else solver


def ordinal(number: int) -> str:
    """Return a small number as an ordinal: 2nd, 3rd, 4th."""
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def _tiny(value: float, style: formatting.Style) -> str:
    return "0" if value == 0 else in_style(f"{value:.1e}".replace("-", "\u2212"), style)


def lineage_facts(
    run: RunView, result: OptimizationResult, style: formatting.Style, request: OptimizationRequest | None = None
) -> Any:
    """Return from what the answer was computed, so that it can be computed again.

    Parameters
    ----------
    run, result
        The run and its answer.
    style : Style
        Number format of the reader.
    request : OptimizationRequest or None
        What was asked for; with it the estimates are told too.

    """
    lineage = result.lineage
    data: Mapping[str, Any] = lineage.data or {}
    window = MISSING
    if lineage.window_start and lineage.window_end:
        window = f"{formatting.day_short(lineage.window_start)} to {formatting.day_short(lineage.window_end)}"
    asked = day_of(data.get("as_of_asked"))
    source = data.get("source") or source_names(data.get("providers") or filter(None, [data.get("provider")]))
    return facts(
        [
            ("Prices to", formatting.day(lineage.as_of)),
            ("Source", str(source) or MISSING),
            *((("Sample data", in_style(" ".join(data["sample_notes"]), style)),) if data.get("sample_notes") else ()),
            *((("Date asked for", formatting.day_short(asked)),) if asked else ()),
            ("Window", f"{window}, {formatting.count(lineage.observations_count, 'daily return', style=style)}"),
            *(() if request is None else basis_facts(request, data.get("benchmark"), style)),
            ("Request", html.Code(run.request_sha256)),
            ("Seed", formatting.number(run.seed, 0, style=style)),
            ("Engine", lineage.engine_version),
            ("Run", html.Code(run.id)),
            ("The same by API", html.Code(f"GET /api/v1/optimizations/{run.id}")),
        ]
    )
