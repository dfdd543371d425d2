"""Do the figures of a rule make sense beside one another?

Told of figures that are the same whatever is held: what depends on the portfolio cannot be judged by itself.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping

from engine.compliance.fields import FACTS, POSITION_FIELDS, Unit
from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.syntax import Among, Binary, Call, Constant, Name, Node, Unary, read
from engine.compliance.words import told
from engine.kernel.errors import Problem

SHARE_MOST_FRAC = 1.0
GROUP_MOST_FRAC = 2.0
"""No share of net assets of a position or group is meant to reach this."""
FRAC_MOST = 20.0
"""No borrowing, exposure or ratio of a portfolio is meant to be beyond this."""


def implausible(rule: Rule) -> Iterator[Problem]:
    """Yield what is wrong with the figures of a rule that can be evaluated."""
    unit = program_of(rule).unit
    yield from _uncomputable(rule)
    yield from _too_great(rule, unit)
    limit, warn_at = (_constant(rule, getattr(rule, name)) for name in ("limit", "warn_at"))
    is_most = rule.operator in ("<=", "<")
    if limit is not None and warn_at is not None and _is_beyond(rule.operator, warn_at, limit):
        side, inner = ("above", "at or below") if is_most else ("below", "at or above")
        message = f"The warning level, {told(warn_at, unit)}, lies {side} the limit, {told(limit, unit)}."
        yield Problem("warn_at", f"{message} It would never warn.", f"Give one {inner} the limit.")
    yield from _steps(rule, limit, unit)


def _uncomputable(rule: Rule) -> Iterator[Problem]:
    """Yield the expressions with a part that is the same whatever is held, and that nothing can be computed of."""
    values = {one.name: one.value for one in rule.parameters}
    for number, one in enumerate(rule.definitions):
        path = f"definitions.{number}.expression"
        node = read(one.expression, path)
        yield from _of_expression(node, path, values)
        found = _value(node, values)
        if found is not None:
            values[one.name] = found
    texts = {name: str(getattr(rule, name)) for name in ("universe", "measure", "keep", "limit", "warn_at", "further")}
    for path, text in (texts | {f"ladder.{place}": text for place, text in enumerate(rule.ladder)}).items():
        if text.strip():
            yield from _of_expression(read(text, path), path, values)


def _of_expression(node: Node, path: str, values: Mapping[str, float]) -> Iterator[Problem]:
    """Yield the first part of an expression that divides by zero or grows beyond all numbers."""
    for one in _nodes(node):
        if isinstance(one, Binary) and one.operator == "/" and _value(one.right, values) == 0.0:
            by = f"{one.right.name}, which is zero" if isinstance(one.right, Name) else "zero"
            message = f"This divides by {by}: it cannot be computed, so the rule could never be judged."
            yield Problem(path, message, "Divide by a figure other than zero, or write the number that is meant.")
            return
        found = _value(one, values)
        if found is not None and not math.isfinite(found):
            message = "This grows beyond all numbers, so the rule could never be judged."
            yield Problem(path, message, "Write the number that is meant.")
            return


def _is_beyond(operator: str, value: float, limit: float) -> bool:
    return value > limit if operator in ("<=", "<") else value < limit if operator in (">=", ">") else False


def _too_great(rule: Rule, unit: Unit) -> Iterator[Problem]:
    """Yield fractions that were meant as percent."""
    most = _most_frac(rule)
    found = [(f"parameters.{n}.value", one.value) for n, one in enumerate(rule.parameters) if one.unit == "frac"]
    if unit == "frac":
        texts = {"limit": rule.limit, "warn_at": rule.warn_at, "further": rule.further}
        texts |= {f"ladder.{place}": text for place, text in enumerate(rule.ladder)}
        plain = [(path, _value(read(text, path), {})) for path, text in texts.items() if text.strip()]
        found += [(path, value) for path, value in plain if value is not None]
    for path, value in found:
        if abs(value) > most or (abs(value) == most and most == GROUP_MOST_FRAC):
            message = f"{value:g} is a fraction, and means {told(value, 'frac')}: more than such a figure can be."
            yield Problem(path, message, f"Write {value / 100.0:g} for {told(value / 100.0, 'frac')}.")


def _most_frac(rule: Rule) -> float:
    """Return the greatest fraction that makes sense as a figure of a rule."""
    texts = {one.name: one.expression for one in rule.definitions}
    nodes = list(_nodes(read(rule.measure, "measure")))
    for name, text in reversed(texts.items()):
        if Name(name) in nodes:
            nodes += _nodes(read(text, "definitions"))
    names = {node.name for node in nodes if isinstance(node, Name)}
    shares = [POSITION_FIELDS[one] for one in names if one in POSITION_FIELDS and POSITION_FIELDS[one].unit == "frac"]
    has_other = any(one in FACTS for one in names) or any(isinstance(node, Binary) for node in nodes)
    if has_other or not shares:
        return FRAC_MOST
    if all(one.least >= 0.0 and one.most <= 1.0 for one in shares):
        return SHARE_MOST_FRAC
    return FRAC_MOST if rule.group_by is None or rule.over == "sum" else GROUP_MOST_FRAC


def _steps(rule: Rule, limit: float | None, unit: Unit) -> Iterator[Problem]:
    """Yield what is wrong with the limits beyond the first."""
    has_steps = bool(rule.further.strip() or rule.ladder)
    if has_steps and rule.operator == "==":
        path = "further" if rule.further.strip() else "ladder"
        yield Problem(path, "A rule that asks for an exact figure has no further limits.", "Leave them out.")
        return
    if rule.further.strip() and rule.ladder:
        yield Problem("further", "Further limits are either named or so far apart, not both.", "Leave one of them out.")
    apart = _constant(rule, rule.further)
    if apart is not None and apart <= 0.0:
        yield Problem("further", f"Limits that lie {told(apart, unit)} apart are one.", "Give a distance above zero.")
    for place, text in enumerate(rule.ladder):
        value = _constant(rule, text)
        if limit is not None and value is not None and not _is_beyond(rule.operator, value, limit):
            message = f"{told(value, unit)} is not beyond the first limit, {told(limit, unit)}."
            yield Problem(f"ladder.{place}", message, "Name the limits beyond the first one.")


def _constant(rule: Rule, text: str) -> float | None:
    """Return what an expression comes to whatever is held; None where that depends on it, or there is none."""
    return _value(read(text, "limit"), {one.name: one.value for one in rule.parameters}) if text.strip() else None


def _value(node: Node, values: Mapping[str, float]) -> float | None:
    match node:
        case Constant(value=float() as value):
            return value
        case Name(name=name):
            return values.get(name)
        case Unary(operator="-", inner=inner):
            found = _value(inner, values)
            return None if found is None else -found
        case Binary(operator=operator, left=left, right=right) if operator in _CALCULATE:
            one, two = _value(left, values), _value(right, values)
            if one is None or two is None or (operator == "/" and two == 0.0):
                return None
            return _CALCULATE[operator](one, two)
    return None


_CALCULATE: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def _nodes(node: Node) -> Iterator[Node]:
    """Yield a tree, part by part."""
    yield node
    match node:
        case Unary(inner=inner) | Among(inner=inner):
            yield from _nodes(inner)
        case Binary(left=left, right=right):
            yield from _nodes(left)
            yield from _nodes(right)
        case Call(arguments=arguments, where=where):
            for one in (*arguments, *(() if where is None else (where,))):
                yield from _nodes(one)
