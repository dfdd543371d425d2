"""Is an asset found by its ISIN, in the list of the market and among what the wizard offers?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from callbacks import optimize_rows
from tests.services import planted
from tests.services.market_house import House

ISIN = "US0000000ACM"


def test_an_asset_bears_its_isin_and_is_found_by_it(shared_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    market, manager = shared_house.market, shared_house.manager
    assert market.assets(manager, query=ISIN).items == ()
    planted.plant(shared_house.ports)
    (found,) = market.assets(manager, query=f" {ISIN.lower()} ").items
    assert (found.symbol, found.isin) == (planted.SYMBOL, ISIN)
    assert market.assets(manager, query=ISIN, sector="Energy").items == ()
    assert market.assets(manager, query=ISIN[:-1]).items == ()
    assert {one.isin for one in market.assets(manager, query="KO").items} == {None}

    monkeypatch.setattr(optimize_rows, "services", lambda: SimpleNamespace(market=market))
    monkeypatch.setattr(optimize_rows, "actor", lambda: manager)
    rows = {row["symbol"]: row["isin"] for row in optimize_rows.asset_rows()}
    assert (rows[planted.SYMBOL], rows["KO"]) == (ISIN, "")
