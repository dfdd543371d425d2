"""How is an expression computed for a portfolio, within which bounds where something is not known?

Expressions become functions once, when a rule is read; what depends on the words of the rule alone is decided then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from engine.compliance.aggregates import AGGREGATE, Groups
from engine.compliance.bounds import Numbers, Truths, Words, compare
from engine.compliance.fields import POSITION_FIELDS
from engine.compliance.meaning import COMPARISONS, ONE, ROWS, Meaning, Scope
from engine.compliance.state import ComplianceState
from engine.compliance.syntax import Among, Binary, Call, Constant, Name, Node, Unary

Value: TypeAlias = Numbers | Truths | Words
Function: TypeAlias = "Callable[[Computation], Any]"


@dataclass(slots=True)
class Computation:
    """What functions of one rule are given: a portfolio, the values of the rule's names, and its universe.

    Parameters
    ----------
    named
        Values of parameters and definitions.
    universe
        The rows that aggregates run over; None for all.

    """

    state: ComplianceState
    named: Mapping[str, Value] = field(default_factory=dict)
    universe: Truths | None = None


def function_of(node: Node, scope: Scope) -> Function:
    """Return what computes an expression that `Scope.meaning` has accepted.

    What names nothing of the rule and runs over no positions means the same in every rule: it is computed once for a
    state.
    """
    compute = _function_of(node, scope)
    if isinstance(node, Constant | Name) or not _is_common(node, scope):
        return compute
    key = _key_of(node)

    def run(work: Computation) -> Any:
        kept = work.state.kept
        found = kept.get(key)
        if found is None:
            found = kept[key] = compute(work)
        return found

    return run


@lru_cache(maxsize=10_000)
def _key_of(node: Node) -> object:
    """Return what the value of a part is kept under: one object for equal parts, found without comparing them."""
    return object()


def _is_common(node: Node, scope: Scope) -> bool:
    match node:
        case Constant():
            return True
        case Name(name=name):
            return name not in scope.named
        case Unary(inner=inner) | Among(inner=inner):
            return _is_common(inner, scope)
        case Binary(left=left, right=right):
            return _is_common(left, scope) and _is_common(right, scope)
        case Call(function="abs", arguments=arguments):
            return all(_is_common(one, scope) for one in arguments)
    return False


def _function_of(node: Node, scope: Scope) -> Function:
    match node:
        case Constant(value=value):
            made = _constant(value)
            return lambda work: made
        case Name(name=name):
            return _named(name, scope)
        case Unary(operator="not", inner=inner):
            inside = function_of(inner, scope)
            return lambda work: ~inside(work)
        case Unary(inner=inner):
            inside = function_of(inner, scope)
            return lambda work: -inside(work)
        case Among(inner=inner, options=options, is_negated=is_negated):
            inside = function_of(inner, scope)
            if is_negated:
                return lambda work: ~inside(work).among(options)
            return lambda work: inside(work).among(options)
        case Binary():
            return _binary(node, scope)
        case Call():
            return _call(node, scope)


def _constant(value: float | str | bool) -> Value:
    if isinstance(value, bool):
        return Truths.known(np.array(value))
    return Words(np.array([0]), (value,)) if isinstance(value, str) else Numbers.exact(np.array(value))


def _named(name: str, scope: Scope) -> Function:
    if name in scope.named:
        return lambda work: work.named[name]
    if name in POSITION_FIELDS:
        return lambda work: work.state.column(name)
    return lambda work: work.state.fact(name)


def _binary(node: Binary, scope: Scope) -> Function:
    left, right = scope.meaning(node.left), scope.meaning(node.right)
    operator = node.operator
    if left.kind == "text":
        return _same_words(node, scope)
    one = _spread(function_of(node.left, scope), left, right.shape)
    two = _spread(function_of(node.right, scope), right, left.shape)
    if operator == "and":
        return lambda work: one(work) & two(work)
    if operator == "or":
        return lambda work: one(work) | two(work)
    if operator in COMPARISONS:
        unit = right.unit if left.unit == "plain" else left.unit
        return lambda work: compare(one(work).rounded(unit), operator, two(work).rounded(unit))
    calculate = _CALCULATE[operator]
    return lambda work: calculate(one(work), two(work))


def _same_words(node: Binary, scope: Scope) -> Function:
    field_side, word = (node.left, node.right) if isinstance(node.right, Constant) else (node.right, node.left)
    assert isinstance(word, Constant)
    inside, options = function_of(field_side, scope), (str(word.value),)
    if node.operator == "==":
        return lambda work: inside(work).among(options)
    return lambda work: ~inside(work).among(options)


def _spread(inside: Function, own: Meaning, beside_shape: str) -> Function:
    """Return what gives figures of groups as figures of rows, where rows stand beside them."""
    if own.shape in (ONE, ROWS) or beside_shape != ROWS:
        return inside
    shape = own.shape
    if own.kind == "truth":
        return lambda work: _truths_to_rows(inside(work), groups_of(work.state, shape))
    return lambda work: _numbers_to_rows(inside(work), groups_of(work.state, shape))


def groups_of(state: ComplianceState, name: str) -> Groups:
    """Return the groups of a field of words."""
    words = state.column(name)
    assert isinstance(words, Words)
    key = ("groups", name)
    if key not in state.shared or state.shared[key][0] is not words:
        state.shared[key] = (words, Groups.of(words))
    found: Groups = state.shared[key][1]
    return found


def _numbers_to_rows(values: Numbers, groups: Groups) -> Numbers:
    if values.is_exact and not groups.has_unknown:
        return Numbers.exact(values.least[groups.codes])
    least, most = values.least[groups.codes], values.most[groups.codes]
    if groups.has_unknown and values.least.size:
        least = np.where(groups.unknown, values.least.min(), least)
        most = np.where(groups.unknown, values.most.max(), most)
    return Numbers(least, most)


def _truths_to_rows(values: Truths, groups: Groups) -> Truths:
    sure, possible = values.sure[groups.codes], values.possible[groups.codes]
    if not groups.has_unknown:
        return Truths.known(sure) if values.is_known else Truths(sure, possible)
    return Truths(
        np.where(groups.unknown, bool(values.sure.all()), sure),
        np.where(groups.unknown, bool(values.possible.any()), possible),
    )


def _call(node: Call, scope: Scope) -> Function:
    if node.function == "abs":
        inside = function_of(node.arguments[0], scope)
        return lambda work: inside(work).absolute()
    meanings = [scope.meaning(one) for one in node.arguments]
    filtered = None if node.where is None else scope.meaning(node.where)
    shapes = {one.shape for one in (*meanings, *([filtered] if filtered else []))} - {ONE}
    shape = ROWS if not shapes or ROWS in shapes else next(iter(shapes))
    count = 1 if node.function == "top" else len(meanings)
    values = [_spread(function_of(one, scope), meanings[n], shape) for n, one in enumerate(node.arguments[:count])]
    values += [function_of(one, scope) for one in node.arguments[count:]]
    if node.function == "count" and shape != ROWS:
        values = [lambda work: groups_of(work.state, shape).sizes()]
    where = None
    if node.where is not None and filtered is not None:
        where = _spread(function_of(node.where, scope), filtered, shape)
    by = (node.by or scope.group_by) if shape == ROWS else None
    aggregate = AGGREGATE[node.function]

    def run(work: Computation) -> Numbers:
        groups = None if by is None else groups_of(work.state, by)
        universe = work.universe if shape == ROWS else None
        if where is None and universe is not None:
            chosen = universe
        else:
            size = len(work.state.symbols) if shape == ROWS else groups_of(work.state, shape).count
            chosen = Truths.known(np.ones(size, dtype=bool)) if where is None else _sized(where(work), size)
            chosen = chosen if universe is None else chosen & universe
        return aggregate([one(work) for one in values], chosen, groups)

    return run


def _sized(found: Truths, size: int) -> Truths:
    if found.sure.shape == (size,):
        return found
    every = Truths.known(np.ones(size, dtype=bool))
    return found & every


_CALCULATE: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "/": lambda one, two: one / two,
}
