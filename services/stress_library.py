"""Which stress scenarios come with the product: past events, moves of factors, and what supervisors assume?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Final

from data.reference.regulatory_scenarios import RegulatorySet, regulatory_sets
from data.reference.stress_events import StressEvent, stress_events
from services import formatting
from services.messages.stress import (
    FACTORS,
    EventQuestion,
    FactorMoves,
    FactorQuestion,
    OwnScenario,
    Question,
    RegulatoryQuestion,
    Scenario,
    WindowQuestion,
    own_id,
)

LABELS: Final = {
    "equity": "Shares",
    "rates": "Ten-year yield",
    "credit": "High yield spread",
    "volatility": "Volatility index",
    "oil": "Oil",
    "usd": "US dollar",
    "slope": "Slope of the curve",
    "ig": "Investment grade spread",
    "emerging": "Emerging market shares",
}
"""What each factor is called, in the order of `FACTORS`."""

ROUTES: Final = {
    "given": "set by you",
    "history": "its history with the others",
    "events": "past events",
    "held": "held still",
}
"""Where the move of a factor comes from, in words."""

NO_MOVES: Final = "Its figures at hand state no moves of markets, so nothing is computed from it."

_PRESETS: tuple[tuple[str, dict[str, float]], ...] = (
    ("equity_down_10", {"equity_frac": -0.1}),
    ("equity_down_20", {"equity_frac": -0.2}),
    ("equity_down_30", {"equity_frac": -0.3}),
    ("equity_down_40", {"equity_frac": -0.4}),
    ("equity_up_10", {"equity_frac": 0.1}),
    ("equity_up_20", {"equity_frac": 0.2}),
    ("equity_up_30", {"equity_frac": 0.3}),
    ("equity_up_40", {"equity_frac": 0.4}),
    ("emerging_down_30", {"emerging_frac": -0.3}),
    ("rates_up_50", {"rates_pp": 0.5, "slope_pp": 0.0}),
    ("rates_up_100", {"rates_pp": 1.0, "slope_pp": 0.0}),
    ("rates_up_200", {"rates_pp": 2.0, "slope_pp": 0.0}),
    ("rates_down_50", {"rates_pp": -0.5, "slope_pp": 0.0}),
    ("rates_down_100", {"rates_pp": -1.0, "slope_pp": 0.0}),
    ("rates_down_200", {"rates_pp": -2.0, "slope_pp": 0.0}),
    ("curve_steeper_50", {"slope_pp": 0.5}),
    ("curve_flatter_50", {"slope_pp": -0.5}),
    ("ig_up_150", {"ig_pp": 1.5}),
    ("credit_up_600", {"credit_pp": 6.0}),
    ("ig_150_credit_600", {"credit_pp": 6.0, "ig_pp": 1.5}),
    ("oil_down_40", {"oil_frac": -0.4}),
    ("oil_up_40", {"oil_frac": 0.4}),
    ("usd_up_10", {"usd_frac": 0.1}),
    ("usd_down_10", {"usd_frac": -0.1}),
    ("stagflation", {"equity_frac": -0.2, "rates_pp": 1.5, "oil_frac": 0.4}),
    ("volatility_to_40", {"volatility_level_points": 40.0}),
    ("volatility_to_65", {"volatility_level_points": 65.0}),
    ("volatility_to_80", {"volatility_level_points": 80.0}),
)
"""The engine's presets; a test holds both lists against one another, since importing the engine's is slow."""


def move_words(factor: str, move: float) -> str:
    """Return a move in words: ``shares −20%``, ``ten-year yield +1.00 points``."""
    label = LABELS[factor]
    label = label if label.startswith("US") else label[0].lower() + label[1:]
    if factor == "slope" and move == 0.0:
        return "the slope of the curve staying"
    if factor in ("equity", "oil", "usd", "emerging"):
        return f"{label} {_percent(move, signed=True)}"
    if factor == "volatility":
        return f"{label} {formatting.number(move, 0 if move == round(move) else 1, signed=True)} points"
    return f"{label} {formatting.number(move, 2, signed=True)} pp"


def moves_words(moves: FactorMoves) -> str:
    """Return several moves in one line that begins with a capital letter."""
    parts = [move_words(factor, move) for factor, move in moves.given().items()]
    if moves.volatility_level_points is not None:
        parts.append(f"volatility index to {formatting.number(moves.volatility_level_points, 0)}")
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def question_words(question: Question) -> str:
    """Return what a question supposes, in one line."""
    if isinstance(question, FactorQuestion):
        return _factor_words(question)
    if isinstance(question, WindowQuestion):
        return f"{formatting.day(question.start)} to {formatting.day(question.end)} again."
    if isinstance(question, RegulatoryQuestion):
        return f"The market part of the set {question.set}."
    return f"The event {question.event} again."


def _factor_words(question: FactorQuestion) -> str:
    given = question.moves.given()
    if question.moves.volatility_level_points is not None:
        given["volatility"] = question.moves.volatility_level_points
    stated = {**question.sector_returns_frac, **question.asset_returns_frac}
    parts = [moves_words(question.moves)] if given else []
    if stated:
        listed = [f"{name} {_percent(value, signed=True)}" for name, value in stated.items()]
        more = f" and {len(listed) - 6} more" if len(listed) > 6 else ""
        parts.append(", ".join(listed[:6]) + more)
    if given and len(given) < len(FACTORS):
        parts.append("the other factors follow" if question.others == "follow" else "the other factors stay")
    return "; ".join(parts) + "."


@cache
def shipped() -> tuple[Scenario, ...]:
    """Return the scenarios that everybody has: events by time, then factors, then supervisors' sets."""
    return (
        *(_event(one) for one in stress_events()),
        *(_preset(key, FactorMoves(**moves)) for key, moves in _PRESETS),
        *(_regulatory(one) for one in regulatory_sets()),
    )


def event_of(event_id: str) -> StressEvent | None:
    """Return an event of the library."""
    return next((one for one in stress_events() if one.id == event_id), None)


def library(own: Sequence[OwnScenario]) -> tuple[Scenario, ...]:
    """Return what everybody has, then somebody's own scenarios by name."""
    return (*shipped(), *(of_own(one) for one in own))


def of_own(kept: OwnScenario) -> Scenario:
    """Return a kept scenario as the library shows it."""
    question = kept.question
    return Scenario(
        id=own_id(kept.id),
        group="own",
        name=kept.name,
        what=" ".join(part for part in (kept.description, question_words(question)) if part),
        start=question.start if isinstance(question, WindowQuestion) else None,
        end=question.end if isinstance(question, WindowQuestion) else None,
        question=question,
        version=kept.version,
        row_version=kept.row_version,
        is_mine=kept.is_mine,
    )


def of_moves(moves: FactorMoves) -> FactorQuestion:
    """Return the question what these moves do, with what follows from them."""
    return FactorQuestion(moves=moves, sector_returns_frac={}, asset_returns_frac={})


def _event(event: StressEvent) -> Scenario:
    return Scenario(
        id=event.id,
        group="historic",
        name=event.name,
        what=event.what_happened,
        start=event.start,
        end=event.end,
        index_move_frac=event.index_move_frac,
        source=event.sources.get("index_source"),
        verified_on=event.verified_on,
        unverified_why=event.unverified_why,
        question=EventQuestion(event=event.id),
    )


def _preset(key: str, moves: FactorMoves) -> Scenario:
    question = of_moves(moves)
    what = "What is not moved follows as it did in past crises."
    return Scenario(id=key, group="factor", name=moves_words(moves), what=what, question=question)


def _regulatory(one: RegulatorySet) -> Scenario:
    """Return a supervisor's set; what it says of markets becomes moves of factors, the rest stands as facts."""
    moves = _set_words(one)
    what = f"Inspired by the {one.authority}'s scenario; not a supervisory result."
    if moves:
        text = ", ".join(moves)
        what += f" {text[:1].upper()}{text[1:]}; the other factors follow."
    else:
        what += f" {NO_MOVES}"
    question = RegulatoryQuestion(set=one.id) if moves else None
    return Scenario(
        id=one.id,
        group="regulatory",
        name=f"{one.authority}: {one.name[0].lower()}{one.name[1:]}",
        what=" ".join(part for part in (what, one.note) if part),
        source=" ".join(part for part in (one.source, _published(one.published_on)) if part),
        verified_on=one.verified_on,
        unverified_why=one.unverified_why,
        facts=_facts(one),
        problem=None if moves else NO_MOVES,
        question=question,
    )


def _set_words(one: RegulatorySet) -> list[str]:
    """Return the moves of markets that a set states; a peak is told as a level, since it counts from today's."""
    words = []
    if one.equity_move_frac is not None:
        words.append(move_words("equity", one.equity_move_frac))
    if one.em_equity_move_frac is not None:
        words.append(move_words("emerging", one.em_equity_move_frac))
    if one.vix_peak_points is not None:
        words.append(f"volatility index to {formatting.number(one.vix_peak_points, 0)}")
    if one.ig_spread_peak_pp is not None:
        words.append(f"investment grade spread to {formatting.number(one.ig_spread_peak_pp, 2)} pp")
    return words


def _percent(fraction: float, *, signed: bool) -> str:
    """Return a fraction in percent with as few decimals as it has, at most two."""
    decimals = next((n for n in (0, 1) if abs(fraction - round(fraction, n + 2)) < 1e-9), 2)
    return formatting.percent(fraction, decimals, signed=signed)


def _published(day: date | None) -> str:
    return "" if day is None else f"(published {formatting.day(day)})"


def _facts(one: RegulatorySet) -> tuple[str, ...]:
    """Return the figures that were found, each in words."""
    fractions = (
        ("Unemployment at its peak", one.unemployment_peak_frac, False),
        ("Shares", one.equity_move_frac, True),
        ("Emerging market shares", one.em_equity_move_frac, True),
        ("House prices", one.house_move_frac, True),
        ("Commercial property", one.cre_move_frac, True),
        ("Gross domestic product", one.gdp_move_frac, True),
    )
    found = [f"{label} {_percent(value, signed=signed)}" for label, value, signed in fractions if value is not None]
    if one.unemployment_rise_pp is not None:
        found.append(f"Unemployment {formatting.number(one.unemployment_rise_pp, 1, signed=True)} pp")
    if one.vix_peak_points is not None:
        found.append(f"Volatility index at its peak {formatting.number(one.vix_peak_points, 0)}")
    if one.ig_spread_peak_pp is not None:
        found.append(f"Investment grade spread at its peak {formatting.number(one.ig_spread_peak_pp, 1)} pp")
    return tuple(found)
