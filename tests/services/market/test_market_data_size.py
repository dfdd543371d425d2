"""Is a table that is too large refused before a bar of it is read, and no other?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from data.store import tables
from data.store.repositories.prices import Prices
from data.store.repositories.series import Bars
from services.errors import InvalidRequest
from services.market_data import MarketData
from services.messages.market_data import DataRequest
from tests.services.market_house import House


def minutes(house: House) -> None:
    """Write 300 bars of minutes."""
    with house.ports.store.system() as uow:
        asset = uow.assets.add(tables.Asset(symbol="TICK", name="Tick", asset_class="equity", currency="USD"))
        ends = np.datetime64("2022-12-01T15:00:00", "s") + 60 * np.arange(300)
        uow.prices.ingest(
            [Bars(asset.id, ends.astype("datetime64[D]"), np.ones(300), event_times_utc=ends)],
            provider="test", knowledge_time_utc=datetime(2022, 12, 2, tzinfo=UTC), frequency="1m",
        )  # fmt: skip
        uow.commit()


def test_a_table_too_large_is_refused_unread_with_the_way_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes(house)
    year = {"start": date(2021, 1, 1), "end": date(2021, 12, 31)}
    asked: list[tuple[DataRequest, int]] = [
        (DataRequest(symbols=("AAPL", "KO"), fields=("close", "volume"), **year), 2 * 2 * 252),
        (DataRequest(symbols=("AAPL", "KO"), frequency="monthly", **year), 2 * 12),
        (DataRequest(symbols=("AAPL", "NOPE"), as_of_utc=datetime(2022, 1, 1, tzinfo=UTC), **year), 252),
        (DataRequest(symbols=("TICK",), frequency="minute", start=date(2022, 12, 1), end=date(2022, 12, 1)), 300),
    ]
    data = MarketData(house.ports)
    sizes = [data.request(one, house.manager, cells_max_count=int(cells * 1.1)).cells_count for one, cells in asked]
    assert sizes == [1008, 24, 0, 300]  # nothing was known then, so that nothing is too large

    def unread(*_: Any, **__: Any) -> Any:
        raise AssertionError("a bar was read")

    for name in ("series_of", "known"):
        monkeypatch.setattr(Prices, name, unread)
    for one, cells in (*asked[:2], asked[3]):
        with pytest.raises(InvalidRequest, match="too large") as refused:
            MarketData(house.ports).request(one, house.manager, cells_max_count=int(cells * 0.9))
        (problem,) = refused.value.fields
        assert problem.path == "start"
        assert problem.message.startswith("The table has about ")
        assert "shorter window" in problem.advice
