"""What do supervisors assume in their stress tests, when was it published, and what was not found?

Only figures that were read in the named publication are stated; the others are None. The product's scenarios are
inspired by these sets: they are no supervisory result.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "regulatory_scenarios.csv"


@dataclass(frozen=True, slots=True)
class RegulatorySet:
    """One supervisor's scenario; moves are from the start of the scenario to the peak or trough.

    Rates of unemployment are fractions, their rise percentage points; moves of shares (of advanced and of emerging
    economies), houses, commercial property and GDP fractions; the spread of investment grade bonds is the level at its
    peak in percentage points. `verified_on` is None where the figures were not read in the publication, and
    `unverified_why` says so in a sentence.
    """

    id: str
    name: str
    authority: str
    published_on: date | None
    source: str
    unemployment_peak_frac: float | None
    unemployment_rise_pp: float | None
    equity_move_frac: float | None
    em_equity_move_frac: float | None
    vix_peak_points: float | None
    house_move_frac: float | None
    cre_move_frac: float | None
    ig_spread_peak_pp: float | None
    gdp_move_frac: float | None
    note: str
    verified_on: date | None
    unverified_why: str | None


FIGURES = (
    "unemployment_peak_frac",
    "unemployment_rise_pp",
    "equity_move_frac",
    "em_equity_move_frac",
    "vix_peak_points",
    "house_move_frac",
    "cre_move_frac",
    "ig_spread_peak_pp",
    "gdp_move_frac",
)


@cache
def regulatory_sets() -> tuple[RegulatorySet, ...]:
    """Return all sets: each authority's together, the latest first."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_set(row) for row in csv.DictReader(file))


def _set(row: dict[str, str]) -> RegulatorySet:
    """Read one line."""
    return RegulatorySet(
        id=row["id"],
        name=row["name"],
        authority=row["authority"],
        published_on=date.fromisoformat(row["published_on"]) if row["published_on"] else None,
        source=row["source"],
        note=row["note"],
        verified_on=date.fromisoformat(row["verified_on"]) if row["verified_on"] else None,
        unverified_why=row["unverified_why"] or None,
        **{name: float(row[name]) if row[name] else None for name in FIGURES},
    )
