"""What do scenarios do to a portfolio? The work of a worker process: facts in, report out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np

from engine.kernel.errors import EngineError, InputRefused
from engine.kernel.units import listing
from engine.stress.result import FactorShockResult, ReplayResult, Uncovered
from engine.stress.scenarios import parse_scenario
from services import formatting
from services.messages.stress import EventQuestion, Question, RegulatoryQuestion, WindowQuestion
from services.messages.stress_report import AskedScenario, Mode, ScenarioResult, StressReport, StressRequest
from services.portfolio_facts import FloatArray, PortfolioFacts
from services.portfolio_facts_panel import Days
from services.risk_tails import portfolio_series
from services.stress_inputs import StressInputs
from services.stress_law import law_of
from services.too_large import more_than_everything

CENT: Final = Decimal("0.01")
REASONS_MAX_COUNT: Final = 3
OPTION_CLASS: Final = "option"
OTHERS: Final = {"follow": "conditional", "stay": "others_zero"}


def report(inputs: StressInputs, request: StressRequest) -> StressReport:
    """Return what the scenarios of a request do; one that cannot be computed says why and stops no other."""
    facts = inputs.facts
    return StressReport(
        portfolio_id=facts.portfolio_id,
        name=facts.name,
        base_currency=facts.base_currency,
        value_ccy=facts.value_ccy,
        as_of=facts.as_of,
        benchmark_name=facts.benchmark_name,
        positions_count=len(facts.assets),
        mode=request.mode,
        results=tuple(result_of(asked, inputs, request.mode) for asked in request.scenarios),
        notes=(*facts.notes, *too_large(facts)),
        law=law_of(inputs.world.model, inputs.world.levels),
        is_sample=rests_on_samples(facts),
        lineage=facts.lineage,
    )


def too_large(facts: PortfolioFacts) -> tuple[str, ...]:
    """Return the sentence on positions that are too large for their net value; nothing for all others."""
    lost = more_than_everything(facts, portfolio_series(facts)[0])
    return () if lost is None else (f"{lost[:1].upper()}{lost[1:]}",)


def result_of(asked: AskedScenario, inputs: StressInputs, mode: Mode) -> ScenarioResult:
    """Return one scenario's answer, or why there is none."""
    problem = _out_of_reach(asked.question, inputs.facts.dates)
    if problem is not None:
        return _failed(asked, problem)
    try:
        found: Any = parse_scenario(document_of(asked.question, asked.name, mode)).answer(inputs.world)
    except InputRefused as refusal:
        words = (f"{one.message} {one.advice or ''}".strip() for one in refusal.problems)
        return _failed(asked, " ".join(words))
    except EngineError as refusal:
        return _failed(asked, str(refusal))
    if found.positions and all(one.impact_frac is None for one in found.positions):
        return _failed(asked, nothing_covered(found.uncovered), found.notes)
    value_ccy = inputs.facts.value_ccy
    if isinstance(found, FactorShockResult):
        done = _shocked(asked, found, value_ccy)
        return done.model_copy(update={"notes": (*done.notes, *_vega(found, inputs))})
    done = _replayed(asked, found, value_ccy)
    if done.benchmark_frac is None and inputs.is_benchmark_broad and done.index_frac is not None:
        done = done.model_copy(update={"benchmark_frac": done.index_frac})  # prices end, the event is recorded
    if isinstance(asked.question, WindowQuestion):
        moved = _move_between(inputs.world.history.dates, inputs.index_frac, found.start, found.end)
        return done.model_copy(update={"index_frac": moved})
    return done


def nothing_covered(left: Sequence[Uncovered]) -> str:
    """Say that a loss is not known, because nothing that is held is covered, and why; never that it is nothing."""
    why = "; ".join(f"{one.asset}: {one.reason.rstrip('.')}" for one in left[:REASONS_MAX_COUNT])
    more = f"; and {len(left) - REASONS_MAX_COUNT} more" if len(left) > REASONS_MAX_COUNT else ""
    return f"Nothing that is held is covered, so the loss is not known ({why}{more})."


def document_of(question: Question, name: str, mode: Mode) -> dict[str, Any]:
    """Return a question as the engine's own scenario document."""
    if isinstance(question, EventQuestion):
        return {"kind": "historical", "event": question.event, "mode": mode}
    if isinstance(question, RegulatoryQuestion):
        return {"kind": "regulatory", "set": question.set}
    title = name[:120]
    if isinstance(question, WindowQuestion):
        days = {"start": question.start.isoformat(), "end": question.end.isoformat()}
        return {"kind": "window", "name": title, "mode": mode, **days}
    shared: dict[str, Any] = {"name": title, "moves": question.moves.given(), "others": OTHERS[question.others]}
    if question.moves.volatility_level_points is not None:
        shared["volatility_level_points"] = question.moves.volatility_level_points
    if not (question.sector_returns_frac or question.asset_returns_frac):
        return {"kind": "factors", **shared}
    return {
        "kind": "custom",
        **shared,
        "asset_returns_frac": dict(question.asset_returns_frac),
        "group_returns_frac": dict(question.sector_returns_frac),
    }


def rests_on_samples(facts: PortfolioFacts, *, reads_volumes: bool = False) -> bool:
    """Return whether anything of what an answer rests on was invented: an asset, its closes or rates.

    Invented volumes count where the answer reads volumes: a mark on everything else would be a false alarm.
    """
    lineage = facts.lineage
    is_of_prices = bool(lineage.get("sample_assets") or lineage.get("sample_rates") or not lineage.get("sample_facts"))
    is_marked = bool(lineage.get("is_sample")) and (reads_volumes or is_of_prices)
    return is_marked or any(one.is_sample for one in facts.assets)


def amount_of(fraction: float, value_ccy: Decimal) -> Decimal:
    """Return a fraction of the portfolio's value as an amount, to the cent."""
    return (Decimal(repr(fraction)) * value_ccy).quantize(CENT)


def _out_of_reach(question: Question, days: Days) -> str | None:
    """Say why a window of own days cannot be replayed; None where it can, and for every other question."""
    if not isinstance(question, WindowQuestion):
        return None
    if not days.size:
        return "No holding has a price history, so no stretch of days can be replayed."
    first, last = days[0].astype(object), days[-1].astype(object)
    if question.start < first or question.end > last:
        reach = f"{formatting.day(first)} to {formatting.day(last)}"
        return f"The window lies outside the stored history of the holdings, {reach}; choose days within it."
    if not int(_inside(days, question.start, question.end).sum()):
        return "There is no session within the window; choose a longer one."
    return None


def _inside(days: Days, start: date, end: date) -> Any:
    return (days > np.datetime64(start, "D")) & (days <= np.datetime64(end, "D"))


def _move_between(days: Days, returns_frac: FloatArray | None, start: date, end: date) -> float | None:
    """Return the compounded return after a first day up to a last one; None where any of it is missing."""
    if returns_frac is None:
        return None
    moves = returns_frac[_inside(days, start, end)]
    if not moves.size or not bool(np.isfinite(moves).all()):
        return None
    return float(np.prod(1.0 + moves)) - 1.0


def _replayed(asked: AskedScenario, found: ReplayResult, value_ccy: Decimal) -> ScenarioResult:
    return ScenarioResult(
        **_named(asked),
        start=found.start,
        end=found.end,
        sessions_count=found.sessions_count,
        index_frac=found.event_index_frac,
        is_mostly_proxied=found.is_mostly_proxied,
        path=found.path,
        **_shared(found, value_ccy),
    )


def _shocked(asked: AskedScenario, found: FactorShockResult, value_ccy: Decimal) -> ScenarioResult:
    return ScenarioResult(
        **_named(asked),
        factors=found.factors,
        moves=found.moves,
        plausibility=found.plausibility,
        reached_by=found.reached_by,
        **_shared(found, value_ccy),
    )


def _shared(found: ReplayResult | FactorShockResult, value_ccy: Decimal) -> dict[str, Any]:
    """Return what replays and shocks of factors state alike."""
    return {
        "total_frac": found.total_frac,
        "low_frac": found.low_frac,
        "high_frac": found.high_frac,
        "total_ccy": amount_of(found.total_frac, value_ccy),
        "benchmark_frac": found.benchmark_frac,
        "covered_frac": found.covered_frac,
        "proxied_frac": found.proxied_frac,
        "positions": found.positions,
        "groups": found.groups,
        "uncovered": found.uncovered,
        "notes": (*found.notes, *_debts(found.total_frac, value_ccy)),
    }


def _debts(total_frac: float, value_ccy: Decimal) -> tuple[str, ...]:
    """Say of a loss of more than everything that debts would remain."""
    if total_frac >= -1.0:
        return ()
    left = formatting.money(-(amount_of(total_frac, value_ccy) + value_ccy))
    return (f"It takes more than everything: debts of {left} would remain in the portfolio's currency.",)


def _vega(found: FactorShockResult, inputs: StressInputs) -> tuple[str, ...]:
    """Say what a move of the volatility index does to options: they alone have a vega."""
    is_moved = any(one.factor == "volatility" and one.move != 0.0 for one in found.moves)
    if not is_moved:
        return ()
    options = [one.symbol for one in inputs.facts.assets if one.asset_class == OPTION_CLASS]
    if not options:
        return ("Vega does not apply: no options are held. The volatility index acts through what moves with it.",)
    return (f"No vega is known of {listing(options)}: they react as their past returns did.",)


def _failed(asked: AskedScenario, why: str, notes: tuple[str, ...] = ()) -> ScenarioResult:
    nothing = dict.fromkeys(("total_frac", "low_frac", "high_frac", "total_ccy"))
    return ScenarioResult(**_named(asked), **nothing, problem=why, notes=notes)


def _named(asked: AskedScenario) -> dict[str, Any]:
    return {
        "id": asked.id,
        "group": asked.group,
        "name": asked.name,
        "what": asked.what,
        "unverified_why": asked.unverified_why,
    }
