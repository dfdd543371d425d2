"""Which words belong to a figure?"""

from __future__ import annotations

from dataclasses import dataclass

from engine.performance.result import MetricGroup, MetricUnit


@dataclass(frozen=True, slots=True)
class Definition:
    """The words of one figure; a convention may name ``{mar}``, ``{lags}`` or ``{trials}`` of the record."""

    group: MetricGroup
    label: str
    unit: MetricUnit
    formula: str
    convention: str
