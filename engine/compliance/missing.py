"""What is not known that can matter to a rule, and of which positions?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.compliance.bounds import Mask, Numbers, Truths
from engine.compliance.compute import Computation, Value, function_of
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.meaning import ONE, ROWS, Meaning, Scope
from engine.compliance.measure import meant_truths, named_values
from engine.compliance.program import MEASURE, Program
from engine.compliance.state import ComplianceState
from engine.compliance.syntax import AGGREGATES, Among, Binary, Call, Name, Node, Unary, read
from engine.compliance.unknown import open_rows

SHOWN_COUNT = 8


def missing_of(program: Program, state: ComplianceState) -> tuple[str, ...]:
    """Return what is not known of which positions, by the names that people use.

    What is read only of positions that a rule is surely not about is left out: which bank holds the cash is nothing to
    a rule on everything but cash.
    """
    rows = _Reads.of(program, state).rows
    found = [(name, open_rows(state.column(name))) for name in program.fields if name not in FACTS]
    told = [(name, unknown & rows.get(name, np.zeros_like(unknown))) for name, unknown in found]
    if not any(bool(unknown.any()) for _, unknown in told):
        told = found
    said = {name: _said(name, unknown, state) for name, unknown in told if bool(unknown.any())}
    for name in program.fields:
        if name in FACTS and not state.fact(name).is_exact:
            said[name] = f"{FACTS[name].label} of the portfolio"
    return tuple(said[name] for name in program.fields if name in said)


def _said(name: str, unknown: Mask, state: ComplianceState) -> str:
    places = np.flatnonzero(unknown).tolist()
    named = ", ".join(state.symbols[place] for place in places[:SHOWN_COUNT])
    more = f" and {len(places) - SHOWN_COUNT} more" if len(places) > SHOWN_COUNT else ""
    label = POSITION_FIELDS[name].label
    return f"{f'whether they {label}' if POSITION_FIELDS[name].kind == 'truth' else label} of {named}{more}"


@dataclass(eq=False)
class _Reads:
    """Of which positions a rule reads each field, where that may matter."""

    program: Program
    state: ComplianceState
    named: dict[str, Value]
    meanings: dict[str, Meaning]
    trees: dict[str, Node]
    rows: dict[str, Mask] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program, state: ComplianceState) -> _Reads:
        """Return it for a rule and a state."""
        rule = program.rule
        meanings = {one.name: Meaning("number", ONE, one.unit) for one in rule.parameters}
        trees = {}
        for one in rule.definitions:
            trees[one.name] = read(one.expression, "definitions")
            meanings[one.name] = Scope("definitions", dict(meanings)).meaning(trees[one.name])
        made = cls(program, state, named_values(program, state), meanings, trees)
        every = np.ones(len(state.symbols), dtype=bool)
        universe = meant_truths(program, state)
        plain, inner = Scope("limit", meanings), Scope("measure", meanings, rule.group_by)
        if rule.universe.strip():
            made.read(read(rule.universe, "universe"), universe.possible & ~universe.sure, plain, every)
        if rule.group_by is not None:
            made.add(rule.group_by, universe.possible)
        made.read(read(rule.measure, "measure"), universe.possible, inner, universe.possible)
        if rule.keep.strip():
            made.read(read(rule.keep, "keep"), universe.possible, plain, every)
        for text in (rule.limit, rule.warn_at, rule.further, *rule.ladder):
            if text.strip():
                made.read(read(text, "limit"), every, plain, every)
        return made

    def add(self, name: str, rows: Mask) -> None:
        """Note that a field is read of some positions."""
        self.rows[name] = self.rows[name] | rows if name in self.rows else rows

    def read(self, node: Node, rows: Mask, scope: Scope, whole: Mask) -> None:
        """Note what an expression reads: by itself of `rows`, where it runs over positions of `whole`."""
        match node:
            case Name(name=name) if name in self.trees:
                every = np.ones(len(self.state.symbols), dtype=bool)
                shape = self.meanings[name].shape
                if shape not in (ONE, ROWS):
                    self.add(shape, rows)
                self.read(self.trees[name], rows if shape == ROWS else every, Scope("limit", self.meanings), every)
            case Name(name=name) if name in POSITION_FIELDS and name != MEASURE:
                self.add(name, rows)
            case Unary(inner=inner) | Among(inner=inner):
                self.read(inner, rows, scope, whole)
            case Binary(left=left, right=right):
                self.read(left, rows, scope, whole)
                self.read(right, rows, scope, whole)
            case Call(function=function, arguments=arguments) if function in AGGREGATES:
                self._run(node, arguments, scope, whole)
            case Call(arguments=arguments):
                for one in arguments:
                    self.read(one, rows, scope, whole)

    def _run(self, node: Call, arguments: tuple[Node, ...], scope: Scope, rows: Mask) -> None:
        """Note what an aggregate reads that runs over positions."""
        work = Computation(self.state, self.named)
        if node.where is not None:
            found: Truths = function_of(node.where, scope)(work)
            is_each = found.sure.shape == rows.shape and scope.meaning(node.where).shape == ROWS
            self.read(node.where, rows & found.possible & ~found.sure if is_each else rows, scope, rows)
            rows = rows & found.possible if is_each else rows
        for one in arguments:
            self.read(one, rows, scope, rows)
        by = node.by or scope.group_by
        if by is None:
            return
        if node.function == "sum" and scope.meaning(arguments[0]).shape == ROWS:
            size: Numbers = function_of(arguments[0], scope)(work)
            rows = rows & ~((size.least == 0.0) & (size.most == 0.0))
        self.add(by, rows)
