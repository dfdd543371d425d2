"""Does a run over corrected prices repeat bit for bit after a later import of the corrected day came and was undone?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import sin
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations import wait_for

LAST = date(2022, 12, 28)
DAYS = [day for n in range(370) if (day := LAST - timedelta(days=n)).weekday() < 5][:258][::-1]
PLACE, HEAD = 180, "symbol,date,close,name,currency"


def line(n: int, close: float) -> str:
    return f"RPLY,{DAYS[n]},{close:.2f},Repeated Company,USD"


@pytest.mark.requirement("2.1.B3")
@pytest.mark.requirement("6.1.A5")
def test_a_later_import_that_is_undone_leaves_a_run_repeatable(product: Any, api: Callable[..., Any]) -> None:
    one, csv = api(), {"Content-Type": "text/csv"}
    closes = [100 + n / 25 + 1.2 * sin(n * 1.7) + 0.8 * sin(n * 0.37) for n in range(len(DAYS))]
    lines = [line(n, close * (100 if n == PLACE else 1)) for n, close in enumerate(closes)]
    first = one.post("/data/imports", data="\n".join([HEAD, *lines]).encode(), headers=csv).get_json()["imported"]
    product.services.quality.check(product.actor(Role.PORTFOLIO_MANAGER), ["RPLY"])
    (found,) = one.get("/data-quality/findings?symbol=RPLY&kind=unit").get_json()["data"]
    decided = one.post("/data-quality/decisions", json={"finding_ids": [found["id"]], "decision": "accept"})
    assert decided.status_code == 200, decided.text
    estimates = {"covariance": {"kind": "ledoit_wolf"}, "lookback_days": 200}
    wish = {"asset_ids": ["RPLY", "AAPL", "JNJ"], "objective": {"kind": "min_volatility"}, "estimates": estimates}
    run_id = one.post("/optimizations", json=wish).get_json()["id"]
    assert wait_for(one, f"/optimizations/{run_id}")["run"]["status"] == "succeeded"
    asked = f"/market/data?symbols=RPLY&start={DAYS[PLACE]}&end={DAYS[PLACE]}&fields=close"
    corrected = one.get(asked).get_json()["columns"]
    later = one.post("/data/imports", data="\n".join([HEAD, line(PLACE, 95.5)]).encode(), headers=csv)
    assert one.get(asked).get_json()["columns"] != corrected
    assert one.ask("DELETE", f"/data/imports/{later.get_json()['imported']['id']}").status_code == 200
    assert one.get(asked).get_json()["columns"] == corrected
    repeat_id = one.post(f"/runs/{run_id}/replay").get_json()["id"]
    assert wait_for(one, f"/optimizations/{repeat_id}")["run"]["status"] == "succeeded"
    assert one.get(f"/runs/{repeat_id}/replay-report").get_json()["is_identical"] is True
    assert one.ask("DELETE", f"/data/imports/{first['id']}").status_code == 409  # the run was computed from it
    for each in (repeat_id, run_id):
        product.services.runs.delete(each, product.actor(Role.PORTFOLIO_MANAGER))
    assert one.ask("DELETE", f"/data/imports/{first['id']}").status_code == 200
    assert one.get("/assets/RPLY").status_code == 404
