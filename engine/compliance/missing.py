"""What is not known that can matter to a rule, and of which positions?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from engine.compliance.bounds import Mask, Numbers, Truths, open_rows
from engine.compliance.compute import Computation, Function, Value, function_of
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.meaning import ONE, ROWS, Meaning, Scope
from engine.compliance.measure import meant_truths, named_values
from engine.compliance.program import KEPT_COUNT, MEASURE, Program
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.syntax import AGGREGATES, Among, Binary, Call, Name, Node, Unary, read

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


@dataclass(eq=False, slots=True)
class _Plan:
    """The expressions of a rule as they are read for every state.

    Parameters
    ----------
    meanings
        Of the rule's names.
    trees
        Of its definitions, by name.
    universe, measure, keep
        None where there is none.
    limits
        Of the limit and all that goes with it.
    compiled
        What computes a part of an expression, and what that means, by the part; the trees keep it alive.

    """

    meanings: dict[str, Meaning]
    trees: dict[str, Node]
    universe: Node | None
    measure: Node
    keep: Node | None
    limits: tuple[Node, ...]
    compiled: dict[int, tuple[Function, Meaning]] = field(default_factory=dict)

    def function(self, node: Node, scope: Scope) -> tuple[Function, Meaning]:
        """Return what computes a part; each part is always read in the same scope."""
        found = self.compiled.get(id(node))
        if found is None:
            found = self.compiled[id(node)] = function_of(node, scope), scope.meaning(node)
        return found


@lru_cache(maxsize=KEPT_COUNT)
def _plan_of(rule: Rule) -> _Plan:
    meanings = {one.name: Meaning("number", ONE, one.unit) for one in rule.parameters}
    trees = {}
    for one in rule.definitions:
        trees[one.name] = read(one.expression, "definitions")
        meanings[one.name] = Scope("definitions", dict(meanings)).meaning(trees[one.name])
    limits = (rule.limit, rule.warn_at, rule.further, *rule.ladder)
    return _Plan(
        meanings=meanings,
        trees=trees,
        universe=read(rule.universe, "universe") if rule.universe.strip() else None,
        measure=read(rule.measure, "measure"),
        keep=read(rule.keep, "keep") if rule.keep.strip() else None,
        limits=tuple(read(text, "limit") for text in limits if text.strip()),
    )


@dataclass(eq=False, slots=True)
class _Reads:
    """Of which positions a rule reads each field, where that may matter."""

    plan: _Plan
    state: ComplianceState
    named: Mapping[str, Value]
    every: Mask
    rows: dict[str, Mask] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program, state: ComplianceState) -> _Reads:
        """Return it for a rule and a state."""
        rule, plan = program.rule, _plan_of(program.rule)
        every = np.ones(len(state.symbols), dtype=bool)
        made = cls(plan, state, named_values(program, state), every)
        universe = meant_truths(program, state)
        plain, inner = Scope("limit", plan.meanings), Scope("measure", plan.meanings, rule.group_by)
        if plan.universe is not None:
            made.read(plan.universe, universe.possible & ~universe.sure, plain, every)
        if rule.group_by is not None:
            made.add(rule.group_by, universe.possible)
        made.read(plan.measure, universe.possible, inner, universe.possible)
        if plan.keep is not None:
            made.read(plan.keep, universe.possible, plain, every)
        for node in plan.limits:
            made.read(node, every, plain, every)
        return made

    def add(self, name: str, rows: Mask) -> None:
        """Note that a field is read of some positions."""
        self.rows[name] = self.rows[name] | rows if name in self.rows else rows

    def read(self, node: Node, rows: Mask, scope: Scope, whole: Mask) -> None:
        """Note what an expression reads: by itself of `rows`, where it runs over positions of `whole`."""
        match node:
            case Name(name=name) if name in self.plan.trees:
                shape = self.plan.meanings[name].shape
                if shape not in (ONE, ROWS):
                    self.add(shape, rows)
                inside = rows if shape == ROWS else self.every
                self.read(self.plan.trees[name], inside, Scope("limit", self.plan.meanings), self.every)
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
            choose, meaning = self.plan.function(node.where, scope)
            found: Truths = choose(work)
            is_each = found.sure.shape == rows.shape and meaning.shape == ROWS
            self.read(node.where, rows & found.possible & ~found.sure if is_each else rows, scope, rows)
            rows = rows & found.possible if is_each else rows
        for one in arguments:
            self.read(one, rows, scope, rows)
        by = node.by or scope.group_by
        if by is None:
            return
        if node.function == "sum":
            amount, meaning = self.plan.function(arguments[0], scope)
            if meaning.shape == ROWS:
                size: Numbers = amount(work)
                rows = rows & ~((size.least == 0.0) & (size.most == 0.0))
        self.add(by, rows)
