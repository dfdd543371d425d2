"""Is the same told everywhere of what closes contain, whoever else the source delivered?"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from data.store import tables
from data.store.repositories.series import Bars
from services.explorer import Explorer
from services.lineage import Lineage
from services.market_data import MarketData
from services.messages.market_data import DataRequest
from tests.services import planted
from tests.services.market_house import House

DAYS = np.datetime64("2022-01-03", "D") + np.arange(60)


def deliver(house: House, hours: int, says: dict[str, str], *symbols: str, days: slice = slice(None)) -> None:
    """Store a delivery that says of some symbols what their closes contain, with bars of other ones as well."""
    with house.ports.store.system() as uow:
        rows = uow.assets.by_symbols(symbols)
        batch = uow.ingest_batches.add(
            tables.IngestBatch(provider="bulk", kind="prices", status="succeeded", lineage={"adjustment": says})
        )
        closes = 100.0 + np.arange(60.0) + hours
        bars = [Bars(row.id, DAYS[days], closes[days]) for row in rows.values()]
        known = planted.FETCHED + timedelta(hours=hours)
        uow.prices.ingest(bars, provider="bulk", knowledge_time_utc=known, batch_id=batch.id)
        uow.commit()


@pytest.mark.requirement("2.1.A6")
def test_a_delivery_of_other_assets_does_not_change_what_is_told_of_this_one(house: House) -> None:
    with house.ports.store.system() as uow:
        for symbol in ("ONE", "TWO"):
            uow.assets.add(tables.Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD"))
        uow.commit()
    deliver(house, 0, {"ONE": "splits"}, "ONE")
    deliver(house, 1, {"TWO": "raw"}, "TWO")
    deliver(house, 2, {"TWO": "raw"}, "ONE", days=slice(59, 60))  # a bar of ONE that nothing is said of
    told = house.market.prices("ONE", house.manager)
    assert told.adjustment == "splits"
    assert Explorer(house.ports).view("ONE", house.manager).source.adjustment == "splits"
    panel = MarketData(house.ports).request(DataRequest(symbols=("ONE",), adjustment="splits"), house.manager)
    assert (panel.sources[0].adjustment, panel.sources[0].notes) == ("splits", ())
    assert Lineage(house.ports).of("ONE", DAYS[0].item(), house.manager).adjustment == "splits"
