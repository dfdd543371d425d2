"""In what do two versions of a kept scenario differ, in words?"""

from __future__ import annotations

from typing import Any

from services import formatting
from services.formatting import MISSING
from services.messages.stress import FactorQuestion, WindowQuestion
from services.stress_library import LABELS, move_words

OTHERS = {"follow": "follow", "stay": "stay"}


def stated(question: Any) -> dict[str, str]:
    """Return what a scenario states, by the name of each part: one line for each move, each asset, each day."""
    if isinstance(question, WindowQuestion):
        return {"From the close of": formatting.day(question.start), "To the close of": formatting.day(question.end)}
    assert isinstance(question, FactorQuestion), "only moves and days are kept"
    given = question.moves.given()
    lines = {LABELS[factor]: _after_label(factor, move) for factor, move in given.items()}
    if question.moves.volatility_level_points is not None:
        lines["Volatility index, level"] = formatting.number(question.moves.volatility_level_points, 1)
    lines["The others"] = OTHERS[question.others]
    lines |= {f"Sector {name}": _percent(value) for name, value in question.sector_returns_frac.items()}
    lines |= {f"Position {name}": _percent(value) for name, value in question.asset_returns_frac.items()}
    return lines


def differences(first: Any, second: Any) -> list[tuple[str, str, str]]:
    """Return name, first and second of each part that differs; a dash where one does not state it."""
    one, other = stated(first), stated(second)
    names = list(dict.fromkeys((*one, *other)))
    pairs = [(name, one.get(name, MISSING), other.get(name, MISSING)) for name in names]
    return [line for line in pairs if line[1] != line[2]]


def _after_label(factor: str, move: float) -> str:
    """Return a move without the name of its factor, which stands before it."""
    label = LABELS[factor]
    within = label if label.startswith("US") else label[0].lower() + label[1:]
    return move_words(factor, move).removeprefix(within).strip()


def _percent(value: float) -> str:
    return formatting.percent(value, 1, signed=True)
