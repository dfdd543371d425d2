"""Is a forecast of risk kept as it was made, whatever is written later, on both databases?"""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from data.errors import StoreError

pytestmark = pytest.mark.requirement("4.1.A1")
DAY = date(2022, 1, 3)
ROW = {"method": "fhs", "level_frac": 0.99, "horizon_days": 1, "var_frac": 0.02, "es_frac": 0.03}


@pytest.fixture
def kept(store, first):
    with store.system(first.tenant_id) as uow:
        assert uow.risk_forecasts.keep(first.portfolio_id, DAY, [ROW], "1") == 1
        uow.commit()
    return first


def stored(store, house):
    with store.read(house.portfolio_manager) as uow:
        return [(row.method, row.var_frac, row.es_frac) for row in uow.risk_forecasts.figures(house.portfolio_id, 1)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE risk_forecast SET var_frac = 0.0",
        "UPDATE risk_forecast SET es_frac = NULL WHERE method = 'fhs'",
        "UPDATE risk_forecast SET made_on = '2022-01-04'",
        "UPDATE risk_forecast SET engine_version = '2'",
    ],
)
def test_the_database_refuses_to_change_a_forecast(store, kept, statement):
    with store.system() as uow, pytest.raises(StoreError, match="forecasts of risk are never changed"):
        uow._ctx.session.execute(text(statement))
    assert stored(store, kept) == [("fhs", 0.02, 0.03)]


def test_the_same_day_again_leaves_what_was_forecast_first(store, kept):
    with store.system(kept.tenant_id) as uow:
        again = [{**ROW, "var_frac": 0.5}, {**ROW, "method": "normal"}]
        assert uow.risk_forecasts.keep(kept.portfolio_id, DAY, again, "2") == 1
        uow.commit()
    assert sorted(stored(store, kept)) == [("fhs", 0.02, 0.03), ("normal", 0.02, 0.03)]


def test_forecasts_go_with_the_portfolio_they_were_made_for(store, kept):
    with store.system() as uow:
        uow._ctx.session.execute(
            text("DELETE FROM risk_forecast WHERE portfolio_id = :key"), {"key": kept.portfolio_id}
        )
        uow.commit()
    assert stored(store, kept) == []
