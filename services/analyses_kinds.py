"""Which reports about a portfolio exist, and what must each be able to do?

A kind is one file `services/analysis_<name>.py` with a `KIND`; adding a file adds the kind, no other file is edited.
Such a file is imported by the web process too: it must not import solvers or the engine's heavy parts on its own top.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pydantic import BaseModel

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest

if TYPE_CHECKING:
    from services.wiring import Services

PREFIX = "analysis_"
TIME_LIMIT_S = 120.0


class AnalysisKind(Protocol):
    """One kind of report.

    A request holds everything that the answer depends on beside the portfolio's data: whoever sends the same request
    about the same data gets the same document. What not everybody may see is therefore put into the request itself,
    never as the id of something to be looked up.
    """

    name: str
    permission: Permission

    def parse(self, text: str) -> BaseModel:
        """Return the request, or raise `InvalidRequest` with every problem."""
        ...

    def portfolio_id(self, request: Any) -> str:
        """Return which portfolio the request is about."""
        ...

    def compute(self, request: Any, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report, JSON-native without NaN; called in worker processes only, with the actor's rights."""
        ...


@runtime_checkable
class Versioned(Protocol):
    """A kind that depends on more than the portfolio's ledger, prices, rates and benchmark."""

    def data_version(self, request: Any, services: Services, actor: Actor) -> str:
        """Return a text of at most 200 characters that changes when any of the data do.

        Raises
        ------
        NotFound
            Where the portfolio, or something else that the request names, is not the actor's to see.
        """
        ...


@runtime_checkable
class Limited(Protocol):
    """A kind whose work may take another time than `TIME_LIMIT_S`."""

    time_limit_s: float


@cache
def kinds() -> dict[str, AnalysisKind]:
    """Return every kind by name; two of the same name are refused."""
    found: dict[str, AnalysisKind] = {}
    for module in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda entry: entry.name):
        if not module.name.startswith(PREFIX):
            continue
        kind: AnalysisKind = importlib.import_module(f"services.{module.name}").KIND
        if kind.name in found:
            raise ValueError(f"Two files define the kind of report {kind.name!r}.")
        found[kind.name] = kind
    return found


def kind_of(name: str) -> AnalysisKind:
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
            f"There is no kind of report {name!r}.", f"Use one of: {', '.join(sorted(kinds()))}.", code="unknown_kind"
        ) from None


def time_limit_s(kind: AnalysisKind) -> float:
    """Return how long the work on one report may take."""
    return kind.time_limit_s if isinstance(kind, Limited) else TIME_LIMIT_S
