"""Which limits can a portfolio be given? One file each; this one holds what they share."""

from __future__ import annotations

from typing import ClassVar

from engine.kernel.errors import Problem
from engine.kernel.forms import LimitParts, Universe
from engine.kernel.frozen import FrozenSpec
from engine.kernel.registry import Registry


class Constraint(FrozenSpec):
    """A limit: its parameters, its sentence, and its compilation into linear parts."""

    label: ClassVar[str]

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        raise NotImplementedError

    def problems(self, universe: Universe) -> list[Problem]:
        """Return what makes the limit unusable on these assets; paths are relative to the limit."""
        return []

    def compile(self, universe: Universe) -> LimitParts:
        """Return the limit's parts for these assets."""
        raise NotImplementedError


CONSTRAINTS: Registry[Constraint] = Registry("CONSTRAINTS", __name__)
