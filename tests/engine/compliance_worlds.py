"""Which small portfolios do the tests of compliance use, and how is a rule judged by another route?

The other route reads the same text with Python's parser, and walks it row by row in exact fractions; all must be known.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from engine.compliance.examples import HARMLESS
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.rule import Rule
from engine.compliance.state import DERIVED, ComplianceState

CASH = "CASH USD"
STEP = Fraction(1, 10**8)
UNKNOWN = "unknown"


def book(
    *rows: dict[str, Any], cash: float | str = 0.0, cash_is: Mapping[str, Any] | None = None, **facts: Any
) -> ComplianceState:
    """Return a portfolio of cash and rows with a `value` each; what is not said of a row is harmless and known.

    Values are texts or numbers; ``UNKNOWN`` says that a field is not known.
    """
    given = [{"value": cash, "symbol": CASH, "is_cash": True, "sector": "Cash", "issuer": "Bank", **(cash_is or {})}]
    given += [{"symbol": f"S{number}", "issuer": f"I{number}", **row} for number, row in enumerate(rows, 1)]
    full = [{**HARMLESS, **one} for one in given]
    for one in full:
        one.setdefault("issuer_group", one["issuer"])
    names = [
        name for name in POSITION_FIELDS if name not in DERIVED and name not in ("symbol", "quantity", "exposure_ccy")
    ]
    values = [None if one["value"] == UNKNOWN else Decimal(str(one["value"])) for one in full]
    prices = np.array([np.nan if value is None else 1.0 for value in values])
    return ComplianceState(
        symbols=tuple(one["symbol"] for one in full),
        values_ccy=tuple(values),
        quantities=np.array([1.0 if value is None else float(value) for value in values]),
        prices_ccy=prices,
        given={name: [None if one[name] == UNKNOWN else one[name] for one in full] for name in names},
        facts={name: None if value == UNKNOWN else value for name, value in facts.items()},
    )


def rounded(value: Fraction) -> Fraction:
    """Return a fraction in steps of 1e-8, halves to even."""
    return round(value / STEP) * STEP


class Oracle:
    """Rules judged row by row in exact fractions; everything must be known."""

    def __init__(self, state: ComplianceState, rule: Rule) -> None:
        self._state, self._rule = state, rule
        self._rows = range(len(state.symbols))
        self._nav = sum((Fraction(value or 0) for value in state.values_ccy), Fraction(0))
        self._parameters = {one.name: Fraction(str(one.value)) for one in rule.parameters}
        self._definitions = {one.name: one.expression for one in rule.definitions}

    def figures(self) -> dict[str, Fraction]:
        """Return what the rule measures, by group."""
        rule = self._rule
        inside = [row for row in self._rows if not rule.universe or self._value(rule.universe, row)]
        if rule.group_by is None:
            whole = self._measured(inside)
            return {} if whole is None or (rule.keep and not self._keeps(whole)) else {"": whole}
        groups: dict[str, list[int]] = {}
        for row in inside:
            groups.setdefault(str(self._field(rule.group_by, row)), []).append(row)
        measured = {name: self._measured(rows) for name, rows in groups.items()}
        found = {name: value for name, value in measured.items() if value is not None}
        if rule.keep:
            found = {name: value for name, value in found.items() if self._keeps(value)}
        if rule.over == "sum":
            return {"": sum(found.values(), Fraction(0))}
        if rule.over == "count":
            return {"": Fraction(len(found))}
        return found

    def status(self) -> str:
        """Return the worst status of the rule's groups."""
        compare = _OPERATORS[self._rule.operator]
        limit = rounded(Fraction(self._one(self._rule.limit)))
        worst = "passed"
        for value in self.figures().values():
            if not compare(rounded(value), limit):
                return "failed"
            if self._rule.warn_at:
                at = rounded(Fraction(self._one(self._rule.warn_at)))
                is_near = rounded(value) >= at if self._rule.operator in ("<", "<=") else rounded(value) <= at
                worst = "warning" if is_near else worst
        return worst

    def _keeps(self, value: Fraction) -> bool:
        return bool(_Walk(self, None, {"measure": rounded(value)}).node(ast.parse(self._rule.keep, mode="eval").body))

    def _measured(self, rows: list[int]) -> Fraction | None:
        return _Walk(self, None, {}, rows).node(ast.parse(self._rule.measure, mode="eval").body)

    def _one(self, text: str) -> Any:
        return _Walk(self, None, {}).node(ast.parse(text, mode="eval").body)

    def _value(self, text: str, row: int) -> Any:
        return _Walk(self, row, {}).node(ast.parse(text, mode="eval").body)

    def _field(self, name: str, row: int) -> Any:
        state = self._state
        value = Fraction(state.values_ccy[row] or 0)
        if name == "symbol":
            return state.symbols[row]
        if name in ("weight", "exposure"):
            return value / self._nav
        if name == "weight_total":
            whole = sum((max(Fraction(one or 0), Fraction(0)) for one in state.values_ccy), Fraction(0))
            return max(value, Fraction(0)) / whole
        if name == "weight_gross":
            return abs(value) / sum((abs(Fraction(one or 0)) for one in state.values_ccy), Fraction(0))
        if name == "otc_exposure":
            return Fraction(str(state.given["otc_exposure_ccy"][row])) / self._nav
        if name == "value_ccy":
            return value
        if name == "quantity":
            return Fraction(str(state.quantities[row]))
        found = state.given[name][row]
        return Fraction(str(found)) if isinstance(found, float) else found


class _Walk:
    """One expression at one row, or over some rows."""

    def __init__(
        self, oracle: Oracle, row: int | None, named: dict[str, Fraction], rows: list[int] | None = None
    ) -> None:
        self._oracle, self._row, self._named = oracle, row, named
        self._rows = list(oracle._rows) if rows is None else rows

    def node(self, given: ast.expr) -> Any:
        """Return its value."""
        match given:
            case ast.Constant(value=float() | int() as value) if not isinstance(value, bool):
                return Fraction(str(value))
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.node(inner)
            case ast.UnaryOp(operand=inner):
                return not self.node(inner)
            case ast.BinOp(left=left, op=kind, right=right):
                return _ARITHMETIC[type(kind)](self.node(left), self.node(right))
            case ast.BoolOp(op=kind, values=values):
                return (all if isinstance(kind, ast.And) else any)(self.node(one) for one in values)
            case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
                return self.node(left) in ast.literal_eval(right)
            case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
                return self.node(left) not in ast.literal_eval(right)
            case ast.Compare(left=left, ops=[kind], comparators=[right]):
                one, two = self.node(left), self.node(right)
                if isinstance(one, Fraction):
                    one, two = rounded(one), rounded(two)
                return _COMPARISONS[type(kind)](one, two)
            case ast.Call(func=ast.Name(id=function)):
                return self._call(function, given)
        raise AssertionError(ast.dump(given))

    def _name(self, name: str) -> Any:
        oracle = self._oracle
        if name in self._named:
            return self._named[name]
        if name in oracle._parameters:
            return oracle._parameters[name]
        if name in oracle._definitions:
            return self._definition(oracle._definitions[name])
        if name in FACTS:
            return Fraction(str(oracle._state.facts[name]))
        return oracle._field(name, self._row or 0)

    def _definition(self, text: str) -> Any:
        """Return the figure of the group that the row belongs to, for a definition that is grouped."""
        tree = ast.parse(text, mode="eval").body
        if not isinstance(tree, ast.Call):
            return _Walk(self._oracle, None, self._named).node(tree)
        by = next((one.value.id for one in tree.keywords if one.arg == "by" and isinstance(one.value, ast.Name)), None)
        rows = list(self._oracle._rows)
        if by is not None and self._row is not None:
            mine = self._oracle._field(by, self._row)
            rows = [row for row in rows if self._oracle._field(by, row) == mine]
        return _Walk(self._oracle, None, {}, rows).node(tree)

    def _call(self, function: str, given: ast.Call) -> Any:
        if function == "abs":
            return abs(self.node(given.args[0]))
        where = next((one.value for one in given.keywords if one.arg == "where"), None)
        inside = [row for row in self._rows if where is None or _Walk(self._oracle, row, self._named).node(where)]
        values = [self._column(one, inside) for one in given.args[:2]]
        match function:
            case "count":
                return Fraction(len(inside))
            case "sum":
                return sum(values[0], Fraction(0))
            case "max":
                return max(values[0], default=None)
            case "min":
                return min(values[0], default=None)
            case "squares":
                return sum((one * one for one in values[0]), Fraction(0))
            case "top":
                kept = sorted(values[0], reverse=True)[: int(self.node(given.args[1]))]
                return sum((one for one in kept if one > 0), Fraction(0))
            case "average":
                whole = sum(values[1], Fraction(0))
                if not inside:
                    return None
                return sum((one * two for one, two in zip(*values, strict=True)), Fraction(0)) / whole
            case "distinct":
                return Fraction(len(set(values[0])))
        raise AssertionError(function)

    def _column(self, given: ast.expr, inside: list[int]) -> list[Any]:
        """Return a value of each row, or of each group where the expression is grouped."""
        keywords = given.keywords if isinstance(given, ast.Call) else []
        by = next((one.value.id for one in keywords if one.arg == "by" and isinstance(one.value, ast.Name)), None)
        if by is None:
            return [_Walk(self._oracle, row, self._named).node(given) for row in inside]
        keys = dict.fromkeys(self._oracle._field(by, row) for row in inside)
        rows = [[row for row in inside if self._oracle._field(by, row) == key] for key in keys]
        return [_Walk(self._oracle, None, self._named, some).node(given) for some in rows]


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "==": operator.eq,
}  # fmt: skip
_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.LtE: operator.le, ast.Lt: operator.lt, ast.GtE: operator.ge, ast.Gt: operator.gt,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
