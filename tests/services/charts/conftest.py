"""Results and histories to draw."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest

ASSETS = ["AAPL", "BAC", "CVX", "GE", "JNJ", "JPM", "KO", "LLY", "MRK", "MSFT", "PEP", "XOM"]
SECTORS = ["Technology", "Financials", "Energy", "Industrials", "Health care", "Financials"] * 2


@pytest.fixture
def result() -> dict[str, Any]:
    """A finished optimization in the shape in which it is stored."""
    count = len(ASSETS)
    proposed = [0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05, 0.05, 0.0, 0.0, 0.0, 0.0]
    current = [1 / count] * count
    points = [
        {"return_annual_frac": 0.05 + 0.012 * n, "volatility_annual_frac": 0.12 + 0.0009 * n * n, "weights_frac": []}
        for n in range(12)
    ]
    return {
        "schema_version": 1,
        "status": "optimal",
        "message": "A proven optimum.",
        "weights": [
            {"asset": a, "weight_frac": w, "current_frac": c, "trade_frac": w - c, "sector": s}
            for a, w, c, s in zip(ASSETS, proposed, current, SECTORS, strict=True)
        ],
        "metrics": {"return_annual_frac": 0.1, "volatility_annual_frac": 0.14, "sharpe": 0.7142},
        "current_metrics": {"return_annual_frac": 0.08, "volatility_annual_frac": 0.17, "sharpe": 0.47},
        "frontier": {
            "points": points,
            "asset_points": [
                {
                    "asset": asset,
                    "return_annual_frac": 0.04 + 0.013 * n,
                    "volatility_annual_frac": 0.2 + 0.02 * ((n * 7) % count),
                }
                for n, asset in enumerate(ASSETS)
            ],
            "note": "",
        },
        "certificate": {
            "limits": [
                {
                    "name": "Technology sector",
                    "kind": "sector_limit",
                    "scope": "Technology",
                    "value_frac": 0.3,
                    "min_frac": None,
                    "max_frac": 0.3,
                    "slack_frac": 0.0,
                    "is_binding": True,
                }
            ]
        },
        "lineage": {
            "as_of": "2022-12-28",
            "observations_count": 1260,
            "window_start": "2017-12-27",
            "window_end": "2022-12-28",
            "data": {"providers": ["embedded"]},
        },
    }


@pytest.fixture
def course() -> tuple[list[date], list[float]]:
    """Days and an index that rises, falls by a fifth and recovers half of it."""
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(300)]
    rising = [100 * math.exp(0.002 * n) for n in range(150)]
    falling = [rising[-1] * (1 - 0.2 * n / 75) for n in range(1, 76)]
    recovering = [falling[-1] + (rising[-1] - falling[-1]) * 0.5 * n / 75 for n in range(1, 76)]
    return days, rising + falling + recovering
