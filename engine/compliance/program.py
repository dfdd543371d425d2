"""How does a rule's text become something that is evaluated many times?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.compliance.bounds import Numbers
from engine.compliance.compute import Computation, Function, Value, function_of
from engine.compliance.fields import FACTS, POSITION_FIELDS, Unit
from engine.compliance.meaning import ONE, ROWS, Meaning, Scope
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.syntax import Among, Binary, Call, Constant, Name, Node, Unary, read
from engine.kernel.errors import InputRefused, Problem

KEPT_COUNT = 4_096
MEASURE = "measure"
NOTHING = ComplianceState((), (), np.zeros(0), np.zeros(0), {})
"""What a figure is computed of that no portfolio moves."""


@dataclass(frozen=True, slots=True)
class Program:
    """A rule with its expressions read and checked.

    Parameters
    ----------
    measured
        What the measure means; its shape is ``one`` or the field that groups.
    universe_key
        The universe's text where it says the same in every rule, that is, without names of the rule; None otherwise.
    universe_words
        Its fields, where they are words and truths alone, which no trade changes; None otherwise.
    fields
        Fields and facts that any of the expressions names.
    unit
        Of what is tested.
    fixed_limit, fixed_warn_at
        The limit and the warning level in whole steps where no portfolio moves them; None otherwise.

    """

    rule: Rule
    parameters: Mapping[str, Value]
    definitions: tuple[tuple[str, Function], ...]
    universe: Function | None
    universe_key: str | None
    universe_words: tuple[str, ...] | None
    measure: Function
    keep: Function | None
    limit: Function
    warn_at: Function | None
    further: Function | None
    ladder: tuple[Function, ...]
    measured: Meaning
    fields: tuple[str, ...]
    unit: Unit
    fixed_limit: Numbers | None
    fixed_warn_at: Numbers | None


@lru_cache(maxsize=KEPT_COUNT)
def program_of(rule: Rule) -> Program:
    """Return a rule ready to be evaluated.

    Raises
    ------
    InputRefused
        With what is wrong in which of its expressions.

    """
    named = _parameters(rule)
    definitions: list[tuple[str, Node, Scope]] = []
    for number, one in enumerate(rule.definitions):
        path = f"definitions.{number}.expression"
        _is_free(one.name, named, f"definitions.{number}.name")
        scope = Scope(path, dict(named))
        node = read(one.expression, path)
        named[one.name] = scope.meaning(node)
        definitions.append((one.name, node, scope))
    if rule.group_by is not None and (
        rule.group_by not in POSITION_FIELDS or POSITION_FIELDS[rule.group_by].kind != "text"
    ):
        words = ", ".join(name for name, field in POSITION_FIELDS.items() if field.kind == "text")
        raise _refusal("group_by", f"Positions cannot be grouped by {rule.group_by}.", f"Group by one of {words}.")
    universe = _part(rule.universe, Scope("universe", named), "truth", (ROWS, ONE))
    scope = Scope("measure", named, rule.group_by)
    measure = read(rule.measure, "measure")
    measured = scope.meaning(measure)
    allowed = (ONE,) if rule.group_by is None else (rule.group_by,)
    if measured.kind != "number" or (measured.shape not in allowed and measured.shape == ROWS):
        raise _refusal(
            "measure", "The measure is not one figure of the portfolio or of each group.", "Write sum(weight)."
        )
    keep_scope = Scope("keep", {**named, MEASURE: measured})
    keep = _part(rule.keep, keep_scope, "truth", (measured.shape, ONE))
    limit = _part(rule.limit, Scope("limit", named), "number", (ONE,))
    if limit is None:
        raise _refusal("limit", "There is no limit.", "Write a number such as 0.10.")
    warn_at = _part(rule.warn_at, Scope("warn_at", named), "number", (ONE,))
    further = _part(rule.further, Scope("further", named), "number", (ONE,))
    ladder = [_step(rule, place, named) for place in range(len(rule.ladder))]
    _one_unit(
        rule, measured, named, {"limit": limit, "warn_at": warn_at, "further": further}
        | {f"ladder.{place}": node for place, node in enumerate(ladder)},
    )  # fmt: skip
    shown = (universe, measure, keep, limit, warn_at, further, *ladder)
    parts = [node for _, node, _ in definitions] + [one for one in shown if one]
    names = {name for node in parts for name in _names(node)} | ({rule.group_by} if rule.group_by else set())
    plain = Scope("measure", named)
    parameters: dict[str, Value] = {one.name: Numbers.exact(np.array(one.value)) for one in rule.parameters}
    unit: Unit = "count" if rule.over == "count" else measured.unit
    return Program(
        rule=rule,
        parameters=parameters,
        definitions=tuple((name, function_of(node, scope)) for name, node, scope in definitions),
        universe=None if universe is None else function_of(universe, plain),
        universe_key=None if universe is None or _names(universe) & set(named) else rule.universe.strip(),
        universe_words=_words_alone(universe),
        measure=function_of(measure, scope),
        keep=None if keep is None else function_of(keep, keep_scope),
        limit=function_of(limit, plain),
        warn_at=None if warn_at is None else function_of(warn_at, plain),
        further=None if further is None else function_of(further, plain),
        ladder=tuple(function_of(one, plain) for one in ladder),
        measured=measured,
        fields=tuple(sorted(name for name in names if name in POSITION_FIELDS or name in FACTS)),
        unit=unit,
        fixed_limit=_fixed(limit, parameters, plain, unit),
        fixed_warn_at=None if warn_at is None else _fixed(warn_at, parameters, plain, unit),
    )


def _fixed(node: Node, parameters: Mapping[str, Value], scope: Scope, unit: Unit) -> Numbers | None:
    """Return a threshold that follows from the rule alone, in whole steps; None of one that a portfolio moves."""
    if not _is_fixed(node, parameters):
        return None
    found: Numbers = function_of(node, scope)(Computation(NOTHING, parameters))
    return found.rounded(unit)


def _is_fixed(node: Node, parameters: Mapping[str, Value]) -> bool:
    match node:
        case Constant():
            return True
        case Name(name=name):
            return name in parameters
        case Unary(inner=inner):
            return _is_fixed(inner, parameters)
        case Binary(left=left, right=right):
            return _is_fixed(left, parameters) and _is_fixed(right, parameters)
    return False


def _parameters(rule: Rule) -> dict[str, Meaning]:
    named: dict[str, Meaning] = {}
    for number, one in enumerate(rule.parameters):
        _is_free(one.name, named, f"parameters.{number}.name")
        named[one.name] = Meaning("number", ONE, one.unit)
    return named


def _part(text: str, scope: Scope, kind: str, shapes: tuple[str, ...]) -> Node | None:
    if not text.strip():
        return None
    node = read(text, scope.path)
    found = scope.meaning(node)
    if found.kind != kind:
        words = "something true or false" if kind == "truth" else "a number"
        raise _refusal(scope.path, f"This needs {words}.", "Check the expression.")
    if found.shape not in shapes:
        raise _refusal(
            scope.path, "This speaks of other groups or positions than the rule.", "Use sums, or the same groups."
        )
    return node


def _step(rule: Rule, place: int, named: dict[str, Meaning]) -> Node:
    """Return a further limit that is named."""
    path = f"ladder.{place}"
    found = _part(rule.ladder[place], Scope(path, named), "number", (ONE,))
    if found is None:
        raise _refusal(path, "There is no limit.", "Write a number such as 0.10, or leave it out.")
    return found


def _one_unit(rule: Rule, measured: Meaning, named: dict[str, Meaning], nodes: Mapping[str, Node | None]) -> None:
    unit: Unit = "count" if rule.over == "count" else measured.unit
    for path, node in nodes.items():
        if node is None:
            continue
        found = Scope(path, named).meaning(node).unit
        if found not in (unit, "plain") and unit != "plain":
            raise _refusal(path, f"The measure is in {unit}, this in {found}.", "Bring both to one unit.")


def _is_free(name: str, named: dict[str, Meaning], path: str) -> None:
    if name in named or name in POSITION_FIELDS or name in FACTS or name == MEASURE:
        raise _refusal(path, f"The name {name} is taken.", "Choose another name.")


def _names(node: Node) -> set[str]:
    match node:
        case Name(name=name):
            return {name}
        case Unary(inner=inner) | Among(inner=inner):
            return _names(inner)
        case Binary(left=left, right=right):
            return _names(left) | _names(right)
        case Call(arguments=arguments, where=where, by=by):
            inside = set().union(*(_names(one) for one in arguments)) if arguments else set()
            return inside | (_names(where) if where is not None else set()) | ({by} if by else set())
        case Constant():
            return set()


def _words_alone(node: Node | None) -> tuple[str, ...] | None:
    """Return the fields of an expression that speaks of words and truths of positions alone, which no trade changes."""
    names = set() if node is None else _names(node)
    if not names or any(name not in POSITION_FIELDS or POSITION_FIELDS[name].kind == "number" for name in names):
        return None
    return tuple(sorted(names))


def _refusal(path: str, message: str, advice: str) -> InputRefused:
    return InputRefused([Problem(path, message, advice)])
