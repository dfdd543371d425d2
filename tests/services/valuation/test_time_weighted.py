"""Does the engine's time-weighted return follow the convention of the stored daily valuations?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.performance.returns import linked, time_weighted
from services.valuation_daily import value_daily


@pytest.mark.requirement("2.3.F1")
def test_the_engine_and_the_valuations_agree_on_every_day(entry, book):
    ledger = [
        entry("deposit", "2020-01-02", "1000"),
        entry("buy", "2020-01-02", "-501", "a", "50", "10"),
        entry("deposit", "2020-01-06", "300"),
        entry("dividend", "2020-01-08", "5", "a"),
        entry("withdrawal", "2020-01-09", "-150"),
    ]
    days = value_daily(ledger, book, date(2020, 1, 9)).days
    values = np.array([float(day.value_ccy) for day in days])
    flows = np.array([float(day.external_flow_ccy) for day in days])
    found = time_weighted(values, flows)
    np.testing.assert_allclose(found, [day.return_frac for day in days], atol=1e-14)
    assert linked(found) == pytest.approx(days[-1].twr_index - 1.0, abs=1e-14)
