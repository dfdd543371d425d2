"""Which words may the expressions of a rule use, and what do they mean?"""

from __future__ import annotations

from dataclasses import dataclass

from engine.compliance.fields import FACTS, POSITION_FIELDS, Field


@dataclass(frozen=True, slots=True)
class RuleWord:
    """A name of the language: how people call it, what exactly it is, and whether positions can be grouped by it."""

    name: str
    label: str
    explain: str
    is_group: bool


def position_words() -> tuple[RuleWord, ...]:
    """Return what is known of each position."""
    return tuple(_word(one) for one in POSITION_FIELDS.values())


def portfolio_words() -> tuple[RuleWord, ...]:
    """Return what is known of the portfolio as a whole."""
    return tuple(_word(one) for one in FACTS.values())


def _word(one: Field) -> RuleWord:
    return RuleWord(one.name, one.label, one.explain, is_group=one.kind == "text")
