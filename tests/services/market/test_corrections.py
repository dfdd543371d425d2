"""Is a house's correction of a shared bar told the same in the origin of a price, the explorer and requests?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from data.store.repositories.series import Bars
from services.explorer import Explorer
from services.lineage import Lineage
from services.market_data import MarketData
from services.messages.market_data import DataPanel, DataRequest
from tests.services import planted
from tests.services.market_house import House

RESTATED, RESTATED_AT = 27.5, planted.CORRECTED_AT + timedelta(hours=1)
NOW = datetime(2023, 6, 1, tzinfo=UTC)


def restate(house: House, day: date, close: float, known_at_utc: datetime) -> None:
    """Let the source say something else of one shared bar."""
    with house.ports.store.system() as uow:
        asset = uow.assets.by_symbols([planted.SYMBOL])[planted.SYMBOL]
        bar = Bars(asset.id, np.array([day], dtype="datetime64[D]"), np.array([close]))
        uow.prices.ingest([bar], provider=planted.PROVIDER, knowledge_time_utc=known_at_utc)
        uow.commit()


def asked(house: House, day: date, as_of_utc: datetime | None = None) -> DataPanel:
    request = DataRequest(
        symbols=(planted.SYMBOL,), start=day, end=day, fields=("close",), adjustment="raw", as_of_utc=as_of_utc
    )
    return MarketData(house.ports).request(request, house.manager)


@pytest.mark.requirement("2.1.A6")
def test_a_correction_falls_everywhere_once_the_source_has_changed_the_bar(house: House) -> None:
    made = planted.plant(house.ports, has_correction=False)
    day: date = made.days[planted.CORRECTED_PLACE].item()
    planted.correct(house.ports, house.manager.tenant_id, day)
    lineage, explorer = Lineage(house.ports), Explorer(house.ports)
    for close, flag, known_at_utc in (
        (planted.RIGHT, "corrected", None),
        (RESTATED, "ok", RESTATED_AT),
        (planted.RIGHT, "corrected", RESTATED_AT + timedelta(hours=1)),
    ):
        if known_at_utc is not None:
            restate(house, day, RESTATED if close == RESTATED else planted.RAW_WRONG, known_at_utc)
        told = lineage.of(planted.SYMBOL, day, house.manager)
        assert (told.value, told.flag, told.raw_value) == (
            close,
            flag,
            RESTATED if close == RESTATED else planted.RAW_WRONG,
        )
        (mark,) = told.corrections
        assert (mark.raw_value, mark.value) == (planted.RAW_WRONG, planted.RIGHT)
        assert mark.is_standing is (flag == "corrected")
        assert ("stands no more" in mark.sentence) is (flag == "ok")
        assert sum(one.is_shown for one in told.versions) == 1
        shown = explorer.view(planted.SYMBOL, house.manager, range="1y", frequency="daily", adjust="raw")
        (bar,) = [one for one in shown.bars if one.session == day]
        assert (bar.close, bar.flag) == (close, flag)
        assert asked(house, day).values["close"].tolist() == [[close]]
    then = RESTATED_AT + timedelta(minutes=1)
    for instant, close in ((RESTATED_AT - timedelta(minutes=1), planted.RIGHT), (then, RESTATED)):
        assert asked(house, day, instant).values["close"].tolist() == [[close]]
        assert lineage.of(planted.SYMBOL, day, house.manager, known_at_utc=instant).value == close
    assert lineage.of(planted.SYMBOL, day, house.stranger).value == planted.RAW_WRONG
