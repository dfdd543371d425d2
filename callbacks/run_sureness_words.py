"""How does a look at how sure the weights are read: its progress, its verdict, or why there is none?"""

from __future__ import annotations

from typing import Any

from callbacks.jobs_view import progress_view
from callbacks.optimize_words import plain
from callbacks.present_runs import message_of
from components.result_sureness import VerdictView, verdict, words, work
from services import formatting
from services.formatting import Style
from services.messages.runs import RunStatus
from services.messages.uncertainty import PartialTrade, TradeVerdict, UncertaintyResult, UncertaintyView, WeightInterval
from services.number_style import in_style

UNKNOWN = (
    "Prices could have come otherwise, and other weights would have come out best. Find out how far: the request is "
    "answered on 500 other histories, drawn from stretches of the same days. It takes seconds and changes nothing."
)
UNKNOWN_TO_READERS = "Nobody has found out yet. Somebody who may start optimizations can."
HEADS = (
    ("Part of the trade", False),
    ("Turnover", True),
    ("Cost a year", True),
    ("Tracking error left", True),
    ("Answers nearer", True),
    ("Expected return", True),
    ("Volatility", True),
)
COST_AT = 2


def shown_key(view: UncertaintyView) -> list[Any]:
    """Return what tells one state of a look from the next: whose it is, where it stands, how much it has found."""
    found = 0 if view.result is None else view.result.answered_count + view.result.unanswered_count
    status = None if view.run is None else view.run.status.value
    return [None if view.run is None else view.run.id, status, found]


def interval_text(line: WeightInterval, style: Style) -> str:
    """Return an interval as text: "2.1% to 14.0%"."""
    return f"{formatting.weight(line.lower_frac, style=style)} to {formatting.weight(line.upper_frac, style=style)}"


def interval_heading(result: UncertaintyResult | None, style: Style) -> str | None:
    """Return the words over the intervals, None where there are none."""
    if result is None or not result.weights:
        return None
    return f"{formatting.percent(result.level_frac, 0, style=style)} interval"


def work_of(view: UncertaintyView, style: Style) -> Any:
    """Return the progress of a look that goes on, None for any other."""
    if view.run is None or view.run.is_final:
        return None
    state = progress_view(view.run, style)
    is_waiting = view.run.status is RunStatus.PENDING
    stage = " ".join(part for part in (state["stage"], state["message"] if is_waiting else "") if part)
    return work(stage, None if is_waiting else state["percent"] / 100.0)


def body_of(view: UncertaintyView, obstacle: str | None, style: Style, *, may_run: bool) -> Any:
    """Return what stands below the heading.

    Parameters
    ----------
    view : UncertaintyView
        The latest look, if there is one.
    obstacle : str or None
        Why this result cannot be looked into.
    style : Style
        Number format of the reader.
    may_run : bool
        Whether the reader may start a look.

    """
    run, result = view.run, view.result
    if run is None:
        return words(in_style(obstacle, style) if obstacle else UNKNOWN if may_run else UNKNOWN_TO_READERS)
    if run.status is RunStatus.CANCELLED:
        return words("The look was cancelled before its end. Nothing was changed.")
    if run.status is RunStatus.FAILED:
        return words(message_of(run, style) or "The look ended without an answer.")
    if result is None:
        return None
    if not result.weights:
        return words(*(in_style(plain(text), style) for text in (result.message, result.advice) if text))
    return verdict(_verdict_view(result.verdict, style) if result.verdict else None, _below(result, style))


def _below(result: UncertaintyResult, style: Style) -> list[str]:
    lines = [in_style(result.message, style)]
    if result.block_length_periods is not None:
        days = formatting.number(result.block_length_periods, 1, style=style)
        lines[0] += f" Days that followed each other stay together, {days} at a time on average."
    if result.verdict is None and result.is_complete:
        lines.append("Whether to trade is judged where present weights are known: choose a portfolio in the wizard.")
    return [*lines, *(in_style(plain(note), style) for note in result.notes)]


def _verdict_view(found: TradeVerdict, style: Style) -> VerdictView:
    rows = [_row(part, style) for part in found.partial_trades]
    has_costs = any(part.cost_annual_frac is not None for part in found.partial_trades)
    kept = [n for n in range(len(HEADS)) if has_costs or n != COST_AT]
    return VerdictView(
        word="Worth trading" if found.is_worthwhile else "Within chance",
        tone="ok" if found.is_worthwhile else "warn",
        sentence=in_style(found.sentence, style),
        heads=[HEADS[n] for n in kept],
        rows=[[row[n] for n in kept] for row in rows],
    )


def _row(part: PartialTrade, style: Style) -> list[str]:
    return [
        formatting.percent(part.share_frac, 0, style=style),
        formatting.weight(part.turnover_frac, style=style),
        formatting.rate(part.cost_annual_frac, style=style),
        formatting.rate(part.distance_annual_frac, style=style),
        formatting.percent(part.nearer_frac, 0, style=style),
        formatting.rate(part.return_annual_frac, style=style),
        formatting.rate(part.volatility_annual_frac, style=style),
    ]
