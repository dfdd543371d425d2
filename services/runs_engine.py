"""How does work that the engine does report its progress, end when nobody wants it any more, and hand back its answer?

What all kinds of work share whose heart is one call of the engine; the solvers themselves are loaded by each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Protocol

from engine.kernel.errors import Cancelled, InputRefused
from engine.version import ENGINE_VERSION
from services.errors import ServiceError
from services.messages.runs import RunOutcome
from services.runs_kinds import Outcome, RunCancelled, RunContext


class EngineResult(Protocol):
    """What every answer of the engine has."""

    @property
    def schema_version(self) -> int:
        """Version of the answer's shape."""
        ...

    @property
    def message(self) -> str:
        """One sentence for lists and notifications."""
        ...

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """Return the answer as a document."""
        ...


def reporter(context: RunContext, begin_frac: float = 0.0) -> Callable[[str, float], None]:
    """Return what the engine calls while it works.

    Parameters
    ----------
    context : RunContext
    begin_frac : float
        How much of the whole was done before the engine began; its own fraction fills the rest.

    """

    def on_progress(stage: str, done_frac: float) -> None:
        try:
            context.progress(stage[:1].upper() + stage[1:], begin_frac + (1.0 - begin_frac) * done_frac)
        except RunCancelled as wish:
            raise Cancelled(str(wish)) from wish

    return on_progress


@contextmanager
def engine_call(refused: Callable[[InputRefused], ServiceError]) -> Iterator[None]:
    """Turn the engine's refusals and its cancellation into those that runs know."""
    try:
        yield
    except InputRefused as refusal:
        raise refused(refusal) from refusal
    except Cancelled as wish:
        raise RunCancelled(str(wish)) from wish


def earlier_day(lineage: dict[str, Any] | None) -> date | None:
    """Return the day whose prices an earlier run of the same request was computed from; None for a first run."""
    text = (lineage or {}).get("as_of")
    return None if text is None else date.fromisoformat(text)


def outcome_of(
    result: EngineResult,
    outcome: RunOutcome | None,
    *,
    document: dict[str, Any] | None = None,
    lineage: dict[str, Any] | None = None,
) -> Outcome:
    """Return an answer as the run keeps it.

    Parameters
    ----------
    result : EngineResult
    outcome : RunOutcome or None
        What the answer says, where it may be without what was asked for.
    document : dict or None
        The answer as it is kept, where something was added to it; as the engine gave it when None.
    lineage : dict or None
        From which data it was computed; the document's own when None.

    """
    kept = result.model_dump(mode="json") if document is None else document
    return Outcome(
        document=kept,
        schema_version=result.schema_version,
        message=result.message,
        lineage=kept["lineage"] if lineage is None else lineage,
        engine_version=ENGINE_VERSION,
        outcome=outcome,
    )
