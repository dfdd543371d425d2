"""Are bars marked with the doubts of the house, as they stand and as they stood at an instant?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.quality.findings import Kind
from data.store.repositories.series import Bars
from services.lineage import Lineage
from services.market_data import MarketData
from services.messages.market_data import FLAGS, DataPanel, DataRequest
from services.messages.quality import Decision
from tests.services.quality.conftest import BLOCK, SPIKE, doubtful

__all__ = ["doubtful"]


def asked(doubtful: Any, as_of_utc: datetime | None = None, actor: Any = None) -> DataPanel:
    request = DataRequest(symbols=("OWN",), as_of_utc=as_of_utc)
    return MarketData(doubtful.house.ports).request(request, actor or doubtful.house.manager)


def flags(panel: DataPanel) -> list[str]:
    """Return the flag of the spike, of a bar of the block and of a good bar."""
    return [FLAGS[code] for code in panel.flags[[SPIKE, BLOCK.start + 5, 10], 0]]


@pytest.mark.requirement("2.1.B3")
def test_a_house_sees_its_own_doubts_in_shared_series_and_as_they_were(doubtful: Any) -> None:
    house, clock = doubtful.house, doubtful.house.ports.clock
    started = clock.now_utc()
    clock.advance(hours=1)
    doubtful.quality.check(house.manager, ["OWN"])
    found = clock.now_utc()
    assert flags(asked(doubtful)) == ["suspect", "suspect", "ok"]
    assert flags(asked(doubtful, actor=house.stranger)) == ["ok", "ok", "ok"]
    clock.advance(hours=1)
    ids = {one.kind: one.id for one in doubtful.findings()}
    doubtful.quality.decide([ids[Kind.UNIT]], Decision.ACCEPT, house.manager)
    doubtful.quality.decide([ids[Kind.OUTLIER]], Decision.REJECT, house.manager)
    decided = clock.now_utc()
    assert flags(asked(doubtful)) == ["ok", "corrected", "ok"]
    then = asked(doubtful, decided - timedelta(minutes=1))
    assert flags(then) == ["suspect", "suspect", "ok"]
    np.testing.assert_array_equal(then.values["close"][:, 0], doubtful.raw_close)
    assert flags(asked(doubtful, found - timedelta(minutes=1))) == ["ok", "ok", "ok"]
    assert started < found
    clock.advance(hours=1)  # the source changes one bar of the block: that correction falls, the rest stays
    with house.ports.store.system() as uow:
        day = doubtful.days[BLOCK.start + 5 : BLOCK.start + 6]
        close = doubtful.true_close[BLOCK.start + 5 : BLOCK.start + 6]
        uow.prices.ingest([Bars(doubtful.asset_id, day, close)], provider="upload", knowledge_time_utc=clock.now_utc())
        uow.commit()
    now = asked(doubtful)
    assert flags(now) == ["ok", "ok", "ok"]
    assert (now.flags[BLOCK, 0] == FLAGS.index("corrected")).sum() == 39
    np.testing.assert_allclose(now.values["close"][BLOCK, 0], doubtful.true_close[BLOCK], rtol=1e-12)
    assert flags(asked(doubtful, decided)) == ["ok", "corrected", "ok"]
    assert flags(asked(doubtful, decided - timedelta(minutes=1))) == ["suspect", "suspect", "ok"]


def test_the_origin_of_a_price_tells_the_doubt_that_an_answer_as_of_the_same_instant_tells(doubtful: Any) -> None:
    house, clock = doubtful.house, doubtful.house.ports.clock
    clock.advance(hours=1)
    before = clock.now_utc() - timedelta(minutes=1)
    doubtful.quality.check(house.manager, ["OWN"])
    found = clock.now_utc()
    clock.advance(hours=1)
    ids = {one.kind: one.id for one in doubtful.findings()}
    doubtful.quality.decide([ids[Kind.UNIT]], Decision.ACCEPT, house.manager)
    doubtful.quality.decide([ids[Kind.OUTLIER]], Decision.REJECT, house.manager)
    for instant, expected in (
        (before, ["ok", "ok", "ok"]),
        (found, ["suspect", "suspect", "ok"]),
        (clock.now_utc(), ["ok", "corrected", "ok"]),
    ):
        told = [
            Lineage(house.ports).of("OWN", doubtful.days[place].item(), house.manager, known_at_utc=instant)
            for place in (SPIKE, BLOCK.start + 5, 10)
        ]
        assert [one.flag for one in told] == flags(asked(doubtful, instant)) == expected
    assert Lineage(house.ports).of("OWN", doubtful.days[SPIKE].item(), house.stranger, known_at_utc=found).flag == "ok"
