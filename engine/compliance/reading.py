"""What does an expression of a rule say about what is held: linear figures, statements, and sums of them?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.compliance.affine import MOVED_FACTS, MOVED_FIELDS, Bent, Columns, Form
from engine.compliance.aggregates import Groups
from engine.compliance.bounds import Mask, Numbers, Truths
from engine.compliance.cases import Cases, compared
from engine.compliance.compute import Computation, Value, function_of, groups_of
from engine.compliance.fields import POSITION_FIELDS
from engine.compliance.meaning import COMPARISONS, ONE, ROWS, Scope
from engine.compliance.program import Program, program_of
from engine.compliance.rule import Rule
from engine.compliance.syntax import AGGREGATES, Among, Binary, Call, Constant, Name, Node, Unary, read
from engine.kernel.units import listing

UNSURE_COUNT = 3


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """An aggregate that is no linear form by itself: m figures, which of them count, and the group of each.

    `codes` has shape (m,), all 0 where the whole portfolio is one group; `names` are the groups.
    """

    function: str
    values: Form
    counted: Cases
    codes: NDArray[np.int64]
    names: tuple[str, ...]
    weights: Form | None = None
    most_count: int = 0


class Reader:
    """Reads the expressions of one rule for one state.

    Parameters
    ----------
    rule
        Must be one that `program_of` accepts.
    columns
        What is held, and which signs it will have.

    """

    def __init__(self, rule: Rule, columns: Columns) -> None:
        self.rule, self.columns, self.state = rule, columns, columns.state
        self.program: Program = program_of(rule)
        self._scope = Scope("measure", self._meanings(), rule.group_by)
        self._plain = Scope("limit", self._scope.named)
        self._named: dict[str, Value] = dict(self.program.parameters)
        self._trees = {one.name: read(one.expression, "definitions") for one in rule.definitions}
        self._moved: set[str] = set()
        self.universe: Cases | None = None
        for name, definition in self.program.definitions:
            if self._moves(self._trees[name]):
                self._moved.add(name)
            else:
                self._named[name] = definition(Computation(self.state, self._named))
        if rule.universe.strip():
            found = self.statement(read(rule.universe, "universe"), self._plain)
            self.universe = found if found.shape != ONE else self._every().both(found)

    def _meanings(self) -> dict[str, Any]:
        from engine.compliance.meaning import Meaning

        named = {one.name: Meaning("number", ONE, one.unit) for one in self.rule.parameters}
        for one in self.rule.definitions:
            named[one.name] = Scope("definitions", dict(named)).meaning(read(one.expression, "definitions"))
        return named

    def _every(self) -> Cases:
        return Cases.known(Truths.known(np.ones(self.columns.count, dtype=bool)), ROWS)

    @property
    def plain(self) -> Scope:
        """The scope of figures of the portfolio, outside the universe and its groups."""
        return self._plain

    def measure(self) -> Form | Gathered:
        """Return what is measured of each group: a form, or what makes up one that is no form."""
        tree = read(self.rule.measure, "measure")
        if isinstance(tree, Call) and tree.function in AGGREGATES:
            return self.gathered(tree, self._scope)
        return self.figure(tree, self._scope)

    def sizes(self) -> Gathered | None:
        """Return what the measure adds up in size, with its signs; None where it is no such sum."""
        tree = read(self.rule.measure, "measure")
        match tree:
            case Call(function="sum" | "top", arguments=(Call(function="abs", arguments=(inner,)), *rest), by=None):
                return self.gathered(replace(tree, arguments=(inner, *rest)), self._scope)
        return None

    def threshold(self, text: str) -> Numbers:
        """Return a limit that does not depend on what is held, in whole steps."""
        tree = read(text, "limit")
        if self._moves(tree):
            form = self.figure(tree, self._plain)
            if not form.is_constant or form.shape != ONE:
                raise Bent("its limit depends on what is held")
            found = Numbers(form.add_least[0], form.add_most[0])  # the signs of what may be held leave nothing to move
            return found.rounded(self.program.unit)
        figure: Numbers = function_of(tree, self._plain)(Computation(self.state, self._named))
        return figure.rounded(self.program.unit)

    def groups(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Return the groups of the rule, and the group of each position, -1 where not known."""
        if self.rule.group_by is None:
            return ("",), np.zeros(self.columns.count, dtype=np.int64)
        return _codes(groups_of(self.state, self.rule.group_by))

    def _meant(self) -> Mask:
        """Return which positions the rule is possibly about."""
        if self.universe is None:
            return np.ones(self.columns.count, dtype=bool)
        found: Mask = np.logical_or.reduce([one.possible for one in self.universe.cases])
        return found

    def unsure_rows(self, field: str) -> Mask:
        """Return the positions that the rule may be about and of which it is not known to which group they belong."""
        return groups_of(self.state, field).unknown & self._meant()

    def meant_groups(self, field: str) -> Mask:
        """Return which groups a position that the rule may be about belongs to."""
        groups = groups_of(self.state, field)
        found: Mask = np.bincount(groups.codes[self._meant()], minlength=groups.count) > 0
        return found

    def figure(self, node: Node, scope: Scope) -> Form:
        """Return a number as a form."""
        signs = self.columns.signs
        if not self._moves(node):
            found = function_of(node, scope)(Computation(self.state, self._named))
            shape = scope.meaning(node).shape
            if shape not in (ONE, ROWS) and groups_of(self.state, shape).has_unknown:
                raise self.unsure(shape)
            return Form.constant(found, shape, self.columns.count)
        match node:
            case Name(name=name) if name in self._trees:
                return self.figure(self._trees[name], self._plain)
            case Name(name=name):
                return self.columns.field(name) if name in POSITION_FIELDS else self.columns.fact(name)
            case Unary(inner=inner):
                return self.figure(inner, scope).negated()
            case Binary(operator=operator, left=left, right=right):
                one, two = self._beside(self.figure(left, scope), self.figure(right, scope))
                if operator in "+-":
                    return one.plus(two if operator == "+" else two.negated())
                return one.times(two if operator == "*" else two.inverse(), signs)
            case Call(function="abs", arguments=arguments):
                return self.figure(arguments[0], scope).absolute(signs)
            case Call():
                return self._summed(self.gathered(node, scope), node, scope)
        raise Bent("it is no figure")

    def _beside(self, one: Form, two: Form) -> tuple[Form, Form]:
        """Return both for each position where one of them is of groups and the other of positions."""
        if ROWS not in (one.shape, two.shape) or one.shape == two.shape:
            return one, two
        return self._to_rows(one), self._to_rows(two)

    def _to_rows(self, one: Form) -> Form:
        if one.shape in (ONE, ROWS):
            return one
        codes = _codes(groups_of(self.state, one.shape))[1]
        if bool((codes < 0).any()):
            raise self.unsure(one.shape)
        return one.spread(codes)

    def unsure(self, field: str, rows: Mask | None = None) -> Bent:
        """Return that it is not known of which group positions are, of all or of those of `rows`."""
        unknown = groups_of(self.state, field).unknown
        places = np.flatnonzero(unknown if rows is None else unknown & rows).tolist()
        named = [self.state.symbols[place] for place in places[:UNSURE_COUNT]]
        more = [f"{len(places) - UNSURE_COUNT} more"] if len(places) > UNSURE_COUNT else []
        return Bent(f"the {POSITION_FIELDS[field].label} of {listing([*named, *more])} is not known")

    def gathered(self, node: Call, scope: Scope) -> Gathered:
        """Return what an aggregate runs over."""
        values = Form.constant(Numbers.exact(np.ones(1)), ONE, self.columns.count)
        if node.function == "distinct":
            raise Bent("it counts different words")
        if node.arguments:
            values = self.figure(node.arguments[0], scope)
        where = None if node.where is None else self.statement(node.where, scope)
        inner = next((one for one in (values.shape, where.shape if where else ONE) if one not in (ONE, ROWS)), ROWS)
        weights = self.figure(node.arguments[1], scope) if node.function == "average" else None
        most_count = 0
        if node.function == "top":
            most_count = int(self.figure(node.arguments[1], scope).add_most[0])
        if inner != ROWS:
            return self._of_groups(node, values, where, inner, most_count)
        counted = self._every() if where is None else self._every().both(where)
        if self.universe is not None and scope is self._scope:
            counted = counted.both(self.universe)
        by = node.by or scope.group_by
        names: tuple[str, ...] = ("",)
        codes = np.zeros(self.columns.count, dtype=np.int64)
        if by is not None:
            names, codes = _codes(groups_of(self.state, by))
        full = values if values.shape == ROWS else values.plus(_zeros(self.columns.count, ROWS))
        return Gathered(node.function, full, counted, codes, names, weights, most_count)

    def _of_groups(self, node: Call, values: Form, where: Cases | None, inner: str, most_count: int) -> Gathered:
        """Return an aggregate over figures of groups: one figure of the portfolio."""
        groups = groups_of(self.state, inner)
        if node.function in ("count", "average"):
            raise Bent("it counts groups")
        if groups.has_unknown and not values.is_nothing(groups.count - 1):
            raise self.unsure(inner)
        every = Cases.known(Truths.known(np.ones(groups.count, dtype=bool)), inner)
        counted = every if where is None else every.both(where)
        codes = np.zeros(groups.count, dtype=np.int64)
        return Gathered(node.function, values, counted, codes, ("",), None, most_count)

    def _summed(self, one: Gathered, node: Call, scope: Scope) -> Form:
        """Return a sum as a form; other aggregates inside a figure are none."""
        if one.function != "sum" or not one.counted.has_only_presence:
            raise Bent("a part of it is no plain sum")
        case = one.counted.cases[0]
        if case.atoms and not one.values.is_proportional:
            raise Bent("it asks what is held at all")
        by = node.by or scope.group_by
        shape = ONE if by is None or one.values.shape != ROWS else by
        made = one.values.summed(case.sure, case.possible, one.codes, len(one.names), self.columns.signs)
        return Form(shape, made.least, made.most, made.add_least, made.add_most, made.over)

    def statement(self, node: Node, scope: Scope) -> Cases:
        """Return something true or false, as cases."""
        if not self._moves(node):
            shape = scope.meaning(node).shape
            if shape not in (ONE, ROWS) and groups_of(self.state, shape).has_unknown:
                raise self.unsure(shape)
            return Cases.known(function_of(node, scope)(Computation(self.state, self._named)), shape)
        match node:
            case Unary(inner=inner):
                return self.statement(inner, scope).negated()
            case Binary(operator="and", left=left, right=right):
                return self.statement(left, scope).both(self.statement(right, scope))
            case Binary(operator="or", left=left, right=right):
                return self.statement(left, scope).either(self.statement(right, scope))
            case Binary(operator=operator, left=left, right=right) if operator in COMPARISONS:
                unit = scope.meaning(left).unit
                unit = scope.meaning(right).unit if unit == "plain" else unit
                one, two = self._beside(self.figure(left, scope), self.figure(right, scope))
                found = compared(one, operator, two, unit, self.columns.signs)
                if found.shape not in (ONE, ROWS):
                    codes = _codes(groups_of(self.state, found.shape))[1]
                    if bool((codes < 0).any()) and any(atom.form is None for c in found.cases for atom in c.atoms):
                        raise self.unsure(found.shape)
                    return found.spread(codes)
                return found
        raise Bent("it is no statement")

    def _moves(self, node: Node) -> bool:
        """Return whether trades change what an expression says."""
        match node:
            case Constant():
                return False
            case Name(name=name):
                if name in self._trees:
                    return name in self._moved
                return name in MOVED_FIELDS or (name in MOVED_FACTS and not self._is_fixed(name))
            case Unary(inner=inner) | Among(inner=inner):
                return self._moves(inner)
            case Binary(left=left, right=right):
                return self._moves(left) or self._moves(right)
            case Call(arguments=arguments, where=where):
                if node.function in AGGREGATES and self.universe is not None:
                    return True  # it runs over the universe, which is looked at case by case
                return any(self._moves(one) for one in arguments) or (where is not None and self._moves(where))

    def _is_fixed(self, name: str) -> bool:
        """Return whether a fact is given as not known, which no trade changes."""
        return name in self.state.facts and self.state.facts[name] is None


def _codes(groups: Groups) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the groups' names, the unknown one last, and codes that are -1 where not known."""
    return groups.names, np.where(groups.unknown, -1, groups.codes)


def _zeros(count: int, shape: str) -> Form:
    nothing = csr_array((count, count))
    return Form(shape, nothing, nothing, np.zeros(count), np.zeros(count))
