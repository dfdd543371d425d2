"""Does a split that two sources tell of count once, on the chart, among the events and in requests?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from data.store import tables
from services.explorer import Explorer
from services.market_actions import counted_actions
from services.market_data import MarketData
from services.messages.market_data import DataRequest
from tests.services import planted
from tests.services.market_house import House


def tell(house: House, day: date, provider: str, tenant_id: str | None, ratio: int) -> None:
    """Let a further source tell of a split."""
    with house.ports.store.system(tenant_id) as uow:
        asset = uow.assets.by_symbols([planted.SYMBOL])[planted.SYMBOL]
        uow.corporate_actions.add(
            tables.CorporateAction(
                tenant_id=tenant_id, asset_id=asset.id, kind="split", ex_date=day, currency="USD", provider=provider,
                knowledge_time_utc=planted.FETCHED, ratio=Decimal(ratio),
            )
        )  # fmt: skip
        uow.commit()


@pytest.mark.requirement("2.1.A4")
def test_a_split_told_twice_divides_prices_once(house: House) -> None:
    made = planted.plant(house.ports, has_correction=False)
    day: date = made.days[planted.SPLIT_PLACE].item()

    def shown() -> tuple[list[float], int]:
        view = Explorer(house.ports).view(
            planted.SYMBOL, house.manager, range="max", frequency="daily", adjust="splits"
        )
        request = DataRequest(symbols=(planted.SYMBOL,), adjustment="splits")
        panel = MarketData(house.ports).request(request, house.manager)
        closes = [bar.close for bar in view.bars]
        np.testing.assert_allclose(panel.values["close"][:, 0], closes, rtol=1e-12)
        return closes, sum(event.kind == "split" for event in view.events)

    once = shown()
    assert once[1] == 1
    assert once[0][planted.SPLIT_PLACE - 1] == pytest.approx(made.closes[planted.SPLIT_PLACE - 1] / 2)
    tell(house, day, "zz_other", None, 2)
    tell(house, day, planted.PROVIDER, house.manager.tenant_id, 2)
    assert shown() == once


def test_the_houses_own_word_stands_before_the_shared_one_of_the_same_source(house: House) -> None:
    made = planted.plant(house.ports, has_correction=False)
    tell(house, made.days[planted.SPLIT_PLACE].item(), planted.PROVIDER, house.manager.tenant_id, 3)
    ratios = {}
    for actor in (house.manager, house.stranger):
        with house.ports.store.read(actor) as uow:
            asset = uow.assets.by_symbols([planted.SYMBOL])[planted.SYMBOL]
            (found,) = counted_actions(uow, [asset.id], (planted.PROVIDER,)).values()
        ratios[actor.tenant_id] = [one.ratio for one in found if one.kind == "split"]
    assert ratios == {house.manager.tenant_id: [Decimal(3)], house.stranger.tenant_id: [Decimal(2)]}
