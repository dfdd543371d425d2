"""What can be asked for? One goal a file; this one holds what they share."""

from __future__ import annotations

from typing import ClassVar

from engine.kernel.forms import Goal
from engine.kernel.frozen import FrozenSpec
from engine.kernel.registry import Registry


class Objective(FrozenSpec):
    """A goal: its parameters, its sentence, and its compilation into a form the solver knows."""

    label: ClassVar[str]

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        raise NotImplementedError

    def compile(self) -> Goal:
        """Return the goal's form."""
        raise NotImplementedError


OBJECTIVES: Registry[Objective] = Registry("OBJECTIVES", __name__)
