"""Which fictitious assets does the sample pack bring, and how do their invented histories behave?

Names, companies and figures are invented by the project; any likeness to a real company is chance. Their exchange code
XXXX is ISO 10383's own code for "no exchange".
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from data.providers.answers import AssetFacts
from data.reference.assets import FOLDER, asset_table

TABLE = "sample_assets"


@dataclass(frozen=True)
class SampleAsset:
    """One fictitious asset with the parameters of its history.

    Parameters
    ----------
    facts : AssetFacts
    beta : float
        Share of the market's daily return that it follows.
    drift_annual_frac : float
        Return per year on top of that share.
    residual_volatility_annual_frac : float
        Volatility per year of what is its own.
    start_price : float
        In its own currency, on the first session.
    esg_score : float or None
        Score on 0 to 100, higher is better, at the first date; None where the asset has no score.
    daily_volume_units : int
        Typical units traded per session.

    """

    facts: AssetFacts
    beta: float
    drift_annual_frac: float
    residual_volatility_annual_frac: float
    start_price: float
    esg_score: float | None
    daily_volume_units: int


@cache
def sample_assets() -> tuple[SampleAsset, ...]:
    """Return the fictitious assets in the order of the table."""
    facts = {row.symbol: row for row in asset_table(TABLE)}
    with (FOLDER / f"{TABLE}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            SampleAsset(
                facts=facts[row["symbol"]],
                beta=float(row["beta"]),
                drift_annual_frac=float(row["drift_annual_frac"]),
                residual_volatility_annual_frac=float(row["residual_volatility_annual_frac"]),
                start_price=float(row["start_price"]),
                esg_score=float(row["esg_score"]) if row["esg_score"] else None,
                daily_volume_units=int(row["daily_volume_units"]),
            )
            for row in csv.DictReader(file)
        )
