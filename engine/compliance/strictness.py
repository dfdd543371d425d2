"""Is a rule looser or stricter with another figure?

Told from how the limit depends on the figure, never tried out on a portfolio: where that cannot be read from the
expression, the answer is ``unclear``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.compliance.fields import FACTS
from engine.compliance.rule import Rule
from engine.compliance.syntax import Among, Binary, Call, Constant, Name, Node, Unary, read

Effect = Literal["looser", "tighter", "same", "unclear"]
Slope = Literal[-1, 0, 1]


def effect_of(rule: Rule, values: Mapping[str, float]) -> Effect:
    """Return what other values of its parameters do to a rule.

    Parameters
    ----------
    rule
        With the values that would count otherwise.
    values
        By parameter; names that the rule does not have say nothing.

    Returns
    -------
    {"looser", "tighter", "same", "unclear"}
        ``same`` where what passes stays the same; a warning level may differ. ``unclear`` also where one figure makes
        the rule looser and another one tighter.

    """
    changed = [one for one in rule.parameters if values.get(one.name, one.value) != one.value]
    found = {_one(rule, one.name, values[one.name] - one.value) for one in changed} - {"same"}
    if not found:
        return "same"
    return found.pop() if len(found) == 1 else "unclear"


def _one(rule: Rule, name: str, step: float) -> Effect:
    elsewhere = [rule.universe, rule.measure, rule.keep, *(one.expression for one in rule.definitions)]
    if any(_speaks_of(text, name) for text in elsewhere):
        return "unclear"
    if not _speaks_of(rule.limit, name):
        return "same"
    known = {one.name: one.value for one in rule.parameters}
    slope = _slope(read(rule.limit, "limit"), name, known)
    if slope is None or rule.operator == "==":
        return "unclear"
    if slope == 0:
        return "same"
    rises = (step > 0.0) == (slope > 0)
    return "looser" if rises == (rule.operator in ("<=", "<")) else "tighter"


def _speaks_of(text: str, name: str) -> bool:
    return bool(text.strip()) and _has(read(text, "expression"), name)


def _has(node: Node, name: str) -> bool:
    match node:
        case Name(name=own):
            return own == name
        case Unary(inner=inner) | Among(inner=inner):
            return _has(inner, name)
        case Binary(left=left, right=right):
            return _has(left, name) or _has(right, name)
        case Call(arguments=arguments, where=where):
            return any(_has(one, name) for one in arguments) or (where is not None and _has(where, name))
        case Constant():
            return False


def _slope(node: Node, name: str, known: Mapping[str, float]) -> Slope | None:
    """Return whether an expression rises (1), falls (-1) or stays (0) with a figure; None where it cannot be told."""
    if not _has(node, name):
        return 0
    match node:
        case Name():
            return 1
        case Unary(operator="-", inner=inner):
            return _times(_slope(inner, name, known), -1)
        case Binary(operator="+" | "-" as sign, left=left, right=right):
            second = _times(_slope(right, name, known), 1 if sign == "+" else -1)
            return _together(_slope(left, name, known), second)
        case Binary(operator="*", left=left, right=right):
            if _has(left, name) and _has(right, name):
                return None
            moving, other = (left, right) if _has(left, name) else (right, left)
            return _times(_slope(moving, name, known), _sign(other, known))
        case Binary(operator="/", left=left, right=right) if not _has(right, name):
            return _times(_slope(left, name, known), _sign(right, known))
    return None


def _times(slope: Slope | None, sign: int | None) -> Slope | None:
    if slope is None or sign is None:
        return None
    return 1 if slope * sign > 0 else -1 if slope * sign < 0 else 0


def _together(first: Slope | None, second: Slope | None) -> Slope | None:
    if first is None or second is None or first * second < 0:
        return None
    return first or second


def _sign(node: Node, known: Mapping[str, float]) -> int | None:
    """Return the sign of what does not move; None where it may be of either, or zero."""
    match node:
        case Constant(value=float() as value):
            return (value > 0.0) - (value < 0.0)
        case Name(name=own) if own in known:
            return (known[own] > 0.0) - (known[own] < 0.0)
        case Name(name=own) if own in FACTS and FACTS[own].least >= 0.0:
            return 1
        case Unary(operator="-", inner=inner):
            found = _sign(inner, known)
            return None if found is None else -found
        case Binary(operator="*" | "/", left=left, right=right):
            first, second = _sign(left, known), _sign(right, known)
            return None if first is None or second is None else first * second
    return None
