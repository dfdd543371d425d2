"""A house with the real market history and an asset of its own whose prices hold planted errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from data.store import tables
from data.store.repositories.series import Bars
from services.quality import Quality
from tests.services.market_house import house, shared_house

__all__ = ["house", "shared_house"]
SPIKE, BLOCK = 400, slice(600, 640)


@dataclass
class Doubtful:
    """The planted asset, and the service that looks at it."""

    house: Any
    quality: Quality
    asset_id: str
    days: Any
    true_close: Any
    raw_close: Any

    def findings(self, **more: Any) -> Any:
        return self.quality.findings(self.house.manager, symbol="OWN", **more)

    def series(self, actor: Any = None) -> Any:
        with self.house.ports.store.read(actor or self.house.manager) as uow:
            return uow.prices.series(self.asset_id, ("upload",))


def walk(count: int, seed: int = 5) -> Any:
    rng = np.random.default_rng(seed)
    return 50.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, count)))


@pytest.fixture
def doubtful(house: Any) -> Doubtful:
    """One spike of 40 % and one block of 40 sessions in cents, in a shared asset."""
    days = np.busday_offset("2018-01-01", np.arange(900), roll="forward").astype("datetime64[D]")
    true_close = walk(900)
    raw = true_close.copy()
    raw[SPIKE] *= 1.4
    raw[BLOCK] *= 100.0
    with house.ports.store.system() as uow:
        asset = uow.assets.add(tables.Asset(symbol="OWN", name="Own", asset_class="equity", currency="USD"))
        uow.prices.ingest(
            [Bars(asset.id, days, raw)], provider="upload", knowledge_time_utc=datetime(2022, 1, 1, tzinfo=UTC)
        )
        uow.commit()
    return Doubtful(house, Quality(house.ports), asset.id, days, true_close, raw)
