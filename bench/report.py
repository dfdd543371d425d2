"""What is one measured figure, and how are figures printed and kept?"""

from __future__ import annotations

import json
import math
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"


@dataclass(frozen=True)
class Figure:
    """One measured figure beside what it is held against.

    Parameters
    ----------
    name : str
        What was measured.
    value : float
        In ``unit``.
    unit : str
    against : str
        The peer, the raw limit or the promise it is held against.
    reference : float or None
        The figure of that peer or limit in the same run, or the promised bound; same unit.

    """

    name: str
    value: float
    unit: str
    against: str
    reference: float | None = None

    @property
    def ratio(self) -> float | None:
        """Value over reference: below 1 is better than what it is held against."""
        return None if not self.reference else self.value / self.reference


def quantile(values: Sequence[float], level: float) -> float:
    """Return the smallest value that at least ``level`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(len(ordered) * level) - 1))]


def timed_ms(call: Callable[[], object]) -> float:
    """Return how long one call takes, in milliseconds of wall time."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1e3


def show(title: str, figures: Iterable[Figure], *, keep: bool = True) -> None:
    """Print the figures as a table and keep them as JSON below ``docs/benchmarks``."""
    rows = list(figures)
    print(f"\n{title}")
    for figure in rows:
        ratio = f"x{figure.ratio:.3g}" if figure.ratio is not None else ""
        reference = "" if figure.reference is None else f"{figure.reference:,.4g} {figure.unit}"
        print(
            f"  {figure.name:<56} {figure.value:>12,.4g} {figure.unit:<6} {figure.against:<36}"
            f" {reference:>14} {ratio:>8}"
        )
    if keep:
        FOLDER.mkdir(parents=True, exist_ok=True)
        body = {"machine": platform.platform(), "figures": [asdict(f) | {"ratio": f.ratio} for f in rows]}
        (FOLDER / f"{title.split(':')[0].strip().lower().replace(' ', '_')}.json").write_text(
            json.dumps(body, indent=1) + "\n"
        )
