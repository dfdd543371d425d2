"""Do proposals of trades go their whole way over the API, with two people and with versions?"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from typing import Any

from services.auth.roles import Role
from tests.api.test_compliance import held

WISH = {"wish": {"source": "weights", "weights_frac": {"AAPL": 0.4, "JPM": 0.3}, "keeps_others": True}}


def looked_at(one: Any, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a preview, asking again while a worker is at it."""
    for _ in range(60):
        answer = one.post(path, json=body)
        if answer.status_code != 202:
            break
        time.sleep(0.5)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_trades_go_from_a_look_to_the_ledger_and_back(api: Callable[..., Any]) -> None:
    manager, officer = api(), api(Role.COMPLIANCE)
    key = held(manager, "To be rebalanced")
    seen = looked_at(manager, f"/portfolios/{key}/rebalancings/preview", WISH)["report"]
    assert len(seen["points"]) == 21
    assert any(row["quantity"] != "0" for row in seen["rows"])
    made = manager.post(f"/portfolios/{key}/rebalancings", json=WISH)
    assert made.status_code == 201, made.text
    path, etag = f"/rebalancings/{made.get_json()['id']}", made.headers["ETag"]
    assert manager.post(f"{path}/submit", json={}).status_code == 428
    handed = manager.post(f"{path}/submit", json={"reason": "Drift"}, headers={"If-Match": etag})
    assert handed.status_code == 200, handed.text
    etag = handed.headers["ETag"]
    assert manager.post(f"{path}/decide", json={"is_approved": True}, headers={"If-Match": etag}).status_code == 403
    drafts = manager.get(f"{path}/orders/csv")
    assert {row["Status"] for row in _rows(drafts)} == {"draft"}
    agreed = officer.post(f"{path}/decide", json={"is_approved": True, "reason": "Yes."}, headers={"If-Match": etag})
    assert agreed.status_code == 200, agreed.text
    orders = manager.get(f"{path}/orders/csv")
    assert {row["Status"] for row in _rows(orders)} == {"approved"}
    assert "draft" not in orders.headers["Content-Disposition"]
    order = next(row for row in seen["rows"] if row["quantity"] != "0")
    wrong = {"fills": [{"symbol": order["symbol"], "quantity": "1000000000"}]}
    refused = manager.post(f"{path}/record", json=wrong, headers={"If-Match": agreed.headers["ETag"]})
    assert [one["path"] for one in refused.get_json()["errors"]] == ["fills[0].quantity"]
    part = {"fills": [{"symbol": order["symbol"], "quantity": "1", "price": "10.5", "fees_ccy": "0.25"}]}
    filled = manager.post(f"{path}/record", json=part, headers={"If-Match": agreed.headers["ETag"]})
    assert filled.status_code == 200, filled.text
    assert filled.get_json()["fills"] == part["fills"]
    assert manager.post(f"{path}/undo", headers={"If-Match": filled.headers["ETag"]}).status_code == 200
    made = manager.post(f"/portfolios/{key}/rebalancings", json=WISH)
    path, etag = f"/rebalancings/{made.get_json()['id']}", made.headers["ETag"]
    etag = manager.post(f"{path}/submit", json={}, headers={"If-Match": etag}).headers["ETag"]
    agreed = officer.post(f"{path}/decide", json={"is_approved": True, "reason": "Yes."}, headers={"If-Match": etag})
    done = manager.post(f"{path}/record", json={}, headers={"If-Match": agreed.headers["ETag"]})
    assert done.status_code == 200, done.text
    kept = {one["symbol"]: one["quantity"] for one in manager.get(f"/portfolios/{key}/positions").get_json()["data"]}
    wanted = {row["symbol"]: row["quantity_after"] for row in seen["rows"] if row["quantity_after"] != "0"}
    assert {name: float(units) for name, units in kept.items()} == {
        name: float(units) for name, units in wanted.items()
    }
    undone = manager.post(f"{path}/undo", headers={"If-Match": done.headers["ETag"]})
    assert undone.status_code == 200, undone.text
    listed = manager.get(f"/rebalancings?portfolio_id={key}").get_json()["data"]
    assert [(one["number"], one["state"]) for one in listed] == [(2, "undone"), (1, "undone")]


def _rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_what_cannot_be_meant_is_refused_by_field(api: Callable[..., Any]) -> None:
    manager = api()
    key = held(manager, "To be refused")
    for wish, field in (
        ({"part_frac": 50}, "part_frac"),
        ({"reserve_frac": -0.1}, "reserve_frac"),
        ({"lot_units": 0}, "lot_units"),
        ({"weights_frac": {"AAPL": 1e9}}, "weights_frac"),
        ({"source": "moon"}, "source"),
        ({"least_trade_ccy": "many"}, "least_trade_ccy"),
        ({"unknown": 1}, "unknown"),
    ):
        answer = manager.post(f"/portfolios/{key}/rebalancings/preview", json={"wish": wish})
        assert answer.status_code == 422, (wish, answer.text)
        assert any(field in one["path"] for one in answer.get_json()["errors"]), answer.text
    untargeted = manager.post(f"/portfolios/{key}/rebalancings/preview", json={})
    assert (untargeted.status_code, untargeted.get_json()["code"]) == (409, "no_target")
