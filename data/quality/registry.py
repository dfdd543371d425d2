"""Which detectors are there, and in which order do they look?"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from data.quality.findings import Finding, Kind
from data.quality.peers import Peers
from data.quality.series import QualitySeries


class Find(Protocol):
    """Looks at one series; what it returns has increasing sessions."""

    def __call__(self, series: QualitySeries, peers: Peers) -> list[Finding]:
        """Return what looks wrong."""
        ...


@dataclass(frozen=True)
class Detector:
    """One check.

    Parameters
    ----------
    kind : Kind
    order : int
        Lower ones look first.
    find : callable
    explanation : str
        What it looks for, in one sentence for people.
    """

    kind: Kind
    order: int
    find: Find
    explanation: str


@cache
def detectors() -> tuple[Detector, ...]:
    """Return every detector in order; each is one file of `data.quality.detectors` with a `DETECTOR`."""
    package = importlib.import_module("data.quality.detectors")
    found: list[Detector] = [
        importlib.import_module(f"data.quality.detectors.{one.name}").DETECTOR
        for one in pkgutil.iter_modules(package.__path__)
    ]
    if len({one.kind for one in found}) != len(found):
        raise ValueError("Two detectors look for the same kind of error.")
    return tuple(sorted(found, key=lambda one: (one.order, one.kind)))
