"""What is said of something that a rule allows none of, or of a question that must be answered with yes?

"AAPL is 1, where at most 0 is allowed" says nothing to anybody: "AAPL is held and is on a restricted list" does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.compliance.fields import FACTS, POSITION_FIELDS, is_yes
from engine.compliance.rule import Rule
from engine.compliance.syntax import Binary, Name, Node, Unary, read
from engine.compliance.words import forbids, part_words

_ONE: Mapping[str, tuple[str, str]] = {
    "is_restricted": ("is on a restricted list", "is on no restricted list"),
    "is_excluded": ("is excluded by the client's values", "is not excluded by the client's values"),
    "is_covered": ("is a covered bond", "is no covered bond"),
    "is_fund": ("is a fund", "is no fund"),
    "is_ucits": ("is a UCITS fund", "is no UCITS fund"),
    "is_derivative": ("is a derivative", "is no derivative"),
    "is_money_market": ("is a money market instrument", "is no money market instrument"),
    "is_nonvoting": ("is a share without votes", "is no share without votes"),
    "is_otc": ("is a claim on a counterparty", "is no claim on a counterparty"),
    "is_priip": ("is a packaged product", "is no packaged product"),
    "is_in_target_market": ("is for such clients", "is not for such clients"),
    "is_employer": ("is a security of the employer", "is no security of the employer"),
    "is_qptp": ("is a publicly traded partnership", "is no publicly traded partnership"),
}
"""How a single position is spoken of where "are" does not simply become "is"."""
_TAKEN_FOR_GRANTED = frozenset({"is_cash", "is_derivative", "is_otc"})
"""That it is none of these is not worth telling of a position."""
_HELD = ("are held", "are held long", "are sold short", "are not held")


@dataclass(frozen=True, slots=True)
class FoundWords:
    """How something is told that a rule allows none of.

    Parameters
    ----------
    one, many
        What a position is, and what several are, as words after their names.
    is_by_position
        Whether each group is a position.

    """

    one: str
    many: str
    is_by_position: bool

    def sentence(self, group: str, value: float) -> str:
        """Return what was found of a group; `value` is the number of positions."""
        if self.is_by_position:
            return f"{group} {self.one}."
        lead = f"{group}: " if group else ""
        count = f"{value:,.0f}"
        return f"{lead}{count} position {self.one}." if value == 1.0 else f"{lead}{count} positions {self.many}."


@lru_cache(maxsize=1_000)
def found_words(rule: Rule) -> FoundWords | None:
    """Return how to tell of what a rule allows none of; None of any other rule."""
    if not forbids(rule) or not rule.universe.strip():
        return None
    parts = [part for part in _parts(read(rule.universe, "universe")) if not _is_granted(part)]
    said = [part_words(rule, part) for part in parts]
    said.sort(key=lambda one: one not in _HELD)  # that it is held comes first; the rest stays in its order
    if not said:
        return None
    return FoundWords(_joined([_of_one(one) for one in said]), _joined(said), rule.group_by == "symbol")


@lru_cache(maxsize=1_000)
def answer_words(rule: Rule) -> str | None:
    """Return what a rule says that is broken by the answer to a question of yes and no; None of any other rule."""
    measured, limit = read(rule.measure, "measure"), read(rule.limit, "limit")
    if not (isinstance(measured, Name) and is_yes(measured.name) and rule.group_by is None):
        return None
    stated = FACTS[measured.name].label
    if isinstance(limit, Name) and is_yes(limit.name) and rule.operator == "<=":
        return f"{_capital(stated)}, and it is not so that {FACTS[limit.name].label}."
    return f"It is not so that {stated}." if rule.operator in (">=", ">", "==") else f"{_capital(stated)}."


def _parts(node: Node) -> list[Node]:
    """Return the statements that all hold."""
    match node:
        case Binary(operator="and", left=left, right=right):
            return [*_parts(left), *_parts(right)]
        case Unary(operator="not", inner=Binary(operator="or", left=left, right=right)):
            return [*_parts(Unary("not", left)), *_parts(Unary("not", right))]
    return [node]


def _is_granted(node: Node) -> bool:
    match node:
        case Unary(operator="not", inner=Name(name=name)):
            return name in _TAKEN_FOR_GRANTED
    return False


def _of_one(words: str) -> str:
    """Return words about positions as words about one."""
    for name, (single, opposite) in _ONE.items():
        field = POSITION_FIELDS.get(name)
        if field is not None:
            words = words.replace(field.negated, opposite).replace(field.label, single)
    return re.sub(r"\bhave\b", "has", re.sub(r"\bare\b", "is", words))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _joined(parts: list[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
