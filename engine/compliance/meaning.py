"""Does an expression make sense: kinds, units and shapes of everything in it?

A shape is ``one`` (a figure of the portfolio), ``rows`` (one of each position) or the name of a field (one of each of
its groups). A figure of groups beside one of rows is spread to the rows of each group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.compliance.fields import FACTS, POSITION_FIELDS, Kind, Unit
from engine.compliance.syntax import AGGREGATES, Among, Binary, Call, Constant, Name, Node, Unary
from engine.kernel.errors import InputRefused, Problem

ONE, ROWS = "one", "rows"
LITERAL: Unit = "plain"
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an expression stands for."""

    kind: Kind
    shape: str
    unit: Unit = LITERAL


@dataclass(frozen=True, slots=True)
class Scope:
    """Which names are known where an expression stands.

    Parameters
    ----------
    named
        Parameters and definitions with what they mean.
    group_by
        The field by which aggregates without a grouping of their own are grouped; None for the whole portfolio.
    path
        Where the expression stands, for messages.

    """

    path: str
    named: Mapping[str, Meaning] = field(default_factory=dict)
    group_by: str | None = None

    def meaning(self, node: Node) -> Meaning:
        """Return what an expression means.

        Raises
        ------
        InputRefused
            An unknown name, or things that do not go together.

        """
        match node:
            case Constant(value=value):
                return Meaning(
                    "truth" if isinstance(value, bool) else "text" if isinstance(value, str) else "number", ONE
                )
            case Name(name=name):
                return self._name(name)
            case Unary(operator=operator, inner=inner):
                found = self.meaning(inner)
                self._kind(found, "truth" if operator == "not" else "number", f'"{operator}"')
                return found
            case Among(inner=inner):
                found = self.meaning(inner)
                self._kind(found, "text", '"in"')
                return Meaning("truth", found.shape)
            case Binary():
                return self._binary(node)
            case Call():
                return self._call(node)

    def _name(self, name: str) -> Meaning:
        if name in self.named:
            return self.named[name]
        if name in POSITION_FIELDS:
            one = POSITION_FIELDS[name]
            return Meaning(one.kind, ROWS, one.unit)
        if name in FACTS:
            return Meaning(FACTS[name].kind, ONE, FACTS[name].unit)
        near = [one for one in (*self.named, *POSITION_FIELDS, *FACTS) if one[:4] == name[:4]][:4]
        advice = f"Did you mean {' or '.join(near)}?" if near else "See the list of fields and facts."
        raise self._no(f"There is no field, fact, parameter or definition named {name}.", advice)

    def _binary(self, node: Binary) -> Meaning:
        left, right = self.meaning(node.left), self.meaning(node.right)
        shape = self._together(left.shape, right.shape)
        if node.operator in ("and", "or"):
            self._kind(left, "truth", f'"{node.operator}"')
            self._kind(right, "truth", f'"{node.operator}"')
            return Meaning("truth", shape)
        if node.operator in ("==", "!=") and left.kind == right.kind == "text":
            if not (isinstance(node.left, Constant) or isinstance(node.right, Constant)):
                raise self._no(
                    "Two fields of words cannot be compared.", 'Compare with a word in quotes: sector == "Energy".'
                )
            return Meaning("truth", shape)
        self._kind(left, "number", f'"{node.operator}"')
        self._kind(right, "number", f'"{node.operator}"')
        if node.operator in COMPARISONS:
            self._same_unit(left.unit, right.unit, node.operator)
            return Meaning("truth", shape)
        return Meaning("number", shape, self._unit(node.operator, left.unit, right.unit))

    def _call(self, node: Call) -> Meaning:
        found = [self.meaning(one) for one in node.arguments]
        if node.function == "abs":
            self._kind(found[0], "number", "abs")
            return found[0]
        for place, one in enumerate(found):
            self._kind(one, "text" if node.function == "distinct" else "number", node.function)
            if node.function == "top" and place == 1 and not isinstance(node.arguments[1], Constant | Name):
                raise self._no("top needs a number as its second value.", "Write top(weight, 10).")
        inner = found[0].shape if found else ROWS
        if node.function == "average":
            inner = self._together(found[0].shape, found[1].shape)
        if node.where is not None:
            filtered = self.meaning(node.where)
            self._kind(filtered, "truth", "where=")
            inner = self._together(inner, filtered.shape)
        if inner == ONE:
            raise self._no(f"{node.function} needs figures of positions or groups.", "Write sum(weight), for instance.")
        shape = ONE if inner != ROWS else self._grouping(node)
        unit: Unit = "count" if node.function in ("count", "distinct") else found[0].unit
        return Meaning("number", shape, unit)

    def _grouping(self, node: Call) -> str:
        by = node.by or self.group_by
        if by is None:
            return ONE
        if by not in POSITION_FIELDS or POSITION_FIELDS[by].kind != "text":
            words = ", ".join(name for name, one in POSITION_FIELDS.items() if one.kind == "text")
            raise self._no(f"Positions cannot be grouped by {by}.", f"Group by one of {words}.")
        return by

    def _together(self, left: str, right: str) -> str:
        if left == right or right == ONE:
            return left
        if left == ONE:
            return right
        if ROWS in (left, right):
            return ROWS
        raise self._no(f"Groups by {left} and by {right} do not go together.", "Group both by the same field.")

    def _kind(self, found: Meaning, wanted: Kind, what: str) -> None:
        if found.kind != wanted:
            words = {"number": "a number", "text": "words", "truth": "something true or false"}
            raise self._no(f"{what} needs {words[wanted]}, and gets {words[found.kind]}.", "Check its parts.")

    def _same_unit(self, left: Unit, right: Unit, operator: str) -> Unit:
        if left == right or right == LITERAL:
            return left
        if left == LITERAL:
            return right
        raise self._no(f'"{operator}" joins {left} and {right}.', "Bring both to one unit first.")

    def _unit(self, operator: str, left: Unit, right: Unit) -> Unit:
        if operator in "+-":
            return self._same_unit(left, right, operator)
        if operator == "*" and left in ("frac", LITERAL):
            return right if right != LITERAL else left
        if operator == "*" and right in ("frac", LITERAL):
            return left
        if operator == "/" and left == right:
            return "frac"
        if operator == "/" and right in ("frac", LITERAL):
            return left
        if operator == "/":
            return LITERAL
        raise self._no(f'"{operator}" joins {left} and {right}.', "Multiply by a fraction or a plain number.")

    def _no(self, message: str, advice: str) -> InputRefused:
        return InputRefused([Problem(self.path, message, advice)])


def is_aggregate(node: Node) -> bool:
    """Return whether an expression has an aggregate in it."""
    match node:
        case Call(function=function, arguments=arguments):
            return function in AGGREGATES or any(is_aggregate(one) for one in arguments)
        case Unary(inner=inner) | Among(inner=inner):
            return is_aggregate(inner)
        case Binary(left=left, right=right):
            return is_aggregate(left) or is_aggregate(right)
    return False
