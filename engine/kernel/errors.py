"""Which errors can the engine raise, and what does each one tell the user?

    EngineError
    ├── InputRefused          what was given cannot be used; carries every problem at once
    │   ├── PanelRefused      prices or returns are not a clean table
    │   └── CovarianceRefused a covariance that is not one
    ├── UnknownMember         a registry was asked for a kind it does not have
    └── Cancelled             raised by `on_progress` to stop a run; never caught by the engine

Reasons that come from the market or from the limits (nothing feasible, no return above the risk-free rate) are no
errors: they are statuses of the result, each with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it is, what is wrong, and the way out."""

    path: str
    message: str
    advice: str | None = None

    def sentence(self) -> str:
        """Return the problem as one line of text."""
        return f"{self.path}: {self.message}" + (f" {self.advice}" if self.advice else "")


class EngineError(Exception):
    """Anything the engine raises on purpose."""


class InputRefused(EngineError):
    """An input that cannot be used, with all problems found in it.

    Parameters
    ----------
    problems
        At least one problem.

    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(" | ".join(problem.sentence() for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputRefused], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class PanelRefused(InputRefused):
    """Prices or returns that are not a clean table."""


class CovarianceRefused(InputRefused):
    """A matrix that is not a covariance of the named assets."""


class UnknownMember(EngineError):
    """A registry has no member of the asked kind."""

    def __init__(self, registry: str, kind: str, known: Iterable[str]) -> None:
        self.registry, self.kind, self.known = registry, kind, tuple(known)
        super().__init__(f"{registry} has no member '{kind}'. Known: {', '.join(self.known)}.")

    def __reduce__(self) -> tuple[type[UnknownMember], tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.registry, self.kind, self.known)


class Cancelled(EngineError):
    """The caller asked, through `on_progress`, that the run ends here."""
