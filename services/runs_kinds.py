"""Which kinds of work exist, and what must each be able to do?

A kind is one file `services/runs_kind_<name>.py` with a `KIND`; adding a file adds the kind, no other file is edited.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.messages.runs import RunOutcome

if TYPE_CHECKING:
    from services.wiring import Services

PREFIX = "runs_kind_"


class RunCancelled(Exception):
    """Raised by `RunContext.progress` to end work that is no longer wanted."""


class RunPaused(Exception):
    """Raised by long work to let others go first; it goes on later from where it stood.

    Parameters
    ----------
    sentence : str
        How far it is, for whoever looks while it waits.
    done_frac : float
    checkpoint : dict
        What the work needs to go on, JSON-native.
    """

    def __init__(self, sentence: str, done_frac: float, checkpoint: dict[str, Any]) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.done_frac = done_frac
        self.checkpoint = checkpoint


def _unheard(sentence: str) -> None:
    """Keep nothing."""


def _nobody() -> bool:
    """Return False: nobody waits."""
    return False


@dataclass(frozen=True)
class RunContext:
    """What the work on one run may use.

    Parameters
    ----------
    run_id : str
    actor : Actor
        The run's owner, with the owner's rights as they are now.
    services : Services
        Everything the product can do.
    lineage : dict or None
        From which data an earlier run of the same request was computed, when it is to be repeated.
    report : callable
        Takes the name of the stage and how much is done, a fraction.
    checkpoint : dict or None
        What work that let others go first has left, so that it goes on from there.
    others_wait : callable
        Whether somebody's run waits for a worker.
    keep : callable
        Takes a sentence that says what is the best so far.
    """

    run_id: str
    actor: Actor
    services: Services
    lineage: dict[str, Any] | None
    report: Callable[[str, float], None]
    checkpoint: dict[str, Any] | None = None
    others_wait: Callable[[], bool] = _nobody
    keep: Callable[[str], None] = _unheard

    def progress(self, stage: str, done_frac: float) -> None:
        """Tell how far the work is.

        Raises
        ------
        RunCancelled
            When somebody asked for the run to end, or another worker took it over.
        """
        self.report(stage, done_frac)


@dataclass(frozen=True)
class Outcome:
    """What the work on a run came to.

    Parameters
    ----------
    document : dict
        The whole result, JSON-native.
    schema_version : int
        Version of the result's shape.
    message : str
        One sentence for lists and notifications.
    lineage : dict or None
        From which data it was computed.
    engine_version : str or None
    outcome : RunOutcome or None
        What the answer says, where work that went well may still end without what was asked for.
    """

    document: dict[str, Any]
    schema_version: int
    message: str
    lineage: dict[str, Any] | None = None
    engine_version: str | None = None
    outcome: RunOutcome | None = None


class RunKind(Protocol):
    """One kind of work.

    `volatile_fields` are the parts of a result that may differ when the same work is done again, such as times taken.
    """

    name: str
    label: str
    permission: Permission
    time_limit_s: float
    volatile_fields: frozenset[str]

    def parse(self, text: str) -> BaseModel:
        """Return the request, or raise `InvalidRequest` with every problem."""
        ...

    def describe(self, request: BaseModel) -> RunFacts:
        """Return what the run's row says about the request."""
        ...

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Do the work."""
        ...


@dataclass(frozen=True)
class RunFacts:
    """What a run's row says about its request; `label` names a run that its owner gave no name."""

    name: str | None = None
    label: str | None = None
    portfolio_id: str | None = None
    seed: int | None = None


@cache
def kinds() -> dict[str, RunKind]:
    """Return every kind by name; two of the same name are refused."""
    found: dict[str, RunKind] = {}
    for module in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda entry: entry.name):
        if not module.name.startswith(PREFIX):
            continue
        kind: RunKind = importlib.import_module(f"services.{module.name}").KIND
        if kind.name in found:
            raise ValueError(f"Two files define the kind of work {kind.name!r}.")
        found[kind.name] = kind
    return found


def kind_of(name: str) -> RunKind:
    """Return one kind.

    Raises
    ------
    InvalidRequest
        Naming the kinds that exist.
    """
    try:
        return kinds()[name]
    except KeyError:
        raise InvalidRequest(
            f"There is no kind of work {name!r}.", f"Use one of: {', '.join(sorted(kinds()))}.", code="unknown_kind"
        ) from None
