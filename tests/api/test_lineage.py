"""Does the API tell where a price comes from, what a run used, and how an asset went?"""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from services.auth.roles import Role
from tests.api.conftest import Api, Product
from tests.api.test_optimizations import wait_for
from tests.services import planted

SYMBOL = "LINEAGE"


@pytest.fixture(scope="module")
def planted_asset(product: Product) -> planted.Planted:
    """An asset of the house's own with a known origin."""
    tenant_id = product.actor(Role.PORTFOLIO_MANAGER).tenant_id
    return planted.plant(product.services.ports, tenant_id=tenant_id, symbol=SYMBOL)


@pytest.fixture
def api(product: Product) -> Api:
    return Api(product.server, product.keys[Role.PORTFOLIO_MANAGER])


@pytest.mark.requirement("2.1.A6")
def test_a_price_leads_to_its_delivery_and_to_the_bytes_it_came_in(api: Api, planted_asset: planted.Planted) -> None:
    day = str(planted_asset.days[planted.CORRECTED_PLACE])
    found = api.get(f"/lineage/prices/{SYMBOL}?session={day}").json
    assert (found["value"], found["raw_value"], found["flag"]) == (planted.RIGHT, planted.RAW_WRONG, "corrected")
    delivery = next(one for one in found["deliveries"] if one["batch_id"] == planted_asset.batch_id)
    assert planted.SECRET not in str(found)
    (payload,) = delivery["payloads"]
    kept = api.get(f"/lineage/payloads/{payload['sha256']}")
    assert kept.data == planted.PAYLOAD
    assert kept.headers["X-Media-Type"] == "application/json"
    prices = api.get(f"/assets/{SYMBOL}/prices?start={day}&end={day}").json
    assert [one["kind"] for one in prices["deliveries"]] == ["prices", "correction"]
    before = api.get(f"/lineage/prices/{SYMBOL}?session={day}&known_at=2022-12-30T00:00:00Z").json
    assert (before["value"], before["corrections"]) == (planted.RAW_WRONG, [])


def test_what_cannot_be_told_is_refused_in_words(api: Api) -> None:
    assert api.get("/lineage/prices/NOPE").status_code == 404
    assert api.get("/lineage/prices/AAPL?session=1970-01-01").json["status"] == 404
    assert api.get("/lineage/prices/AAPL?known_at=2022-12-30T00:00:00").status_code == 422
    refused = api.get("/lineage/prices/AAPL?currency=XAF").json  # no rate is known: never an answer without it
    assert (refused["status"], [one["path"] for one in refused["errors"]]) == (422, ["currency"])
    assert api.get("/lineage/prices/AAPL?currency=USD").status_code == 200
    assert api.get("/lineage/prices/AAPL?field=color").status_code == 422
    assert api.get(f"/lineage/payloads/{'0' * 64}").status_code == 404
    assert api.get("/lineage/payloads/short").status_code == 422


@pytest.mark.requirement("2.1.A6")
def test_a_run_names_the_deliveries_that_it_used(api: Api) -> None:
    made = api.post("/optimizations", json={"asset_ids": ["AAPL", "KO"], "objective": {"kind": "min_volatility"}})
    if made.status_code == 202:  # the first worker of the machine may still be starting
        wait_for(api, made.headers["Location"])
    found = api.get(f"/lineage/runs/{made.json['id']}").json
    assert set(found["series_sha256"]) == {"AAPL", "KO"}
    assert [one["symbols"] for one in found["sources"]] == [["AAPL", "KO"]]
    assert found["sources"][0]["delivery"]["provider"] == "embedded"
    assert found["is_whole"]
    saved = api.get(f"/runs/{made.json['id']}/table/xlsx")
    sources = openpyxl.load_workbook(BytesIO(saved.data), read_only=True)["Sources"]
    assert "Embedded history" in [cell for row in sources.values for cell in row]


def test_an_asset_is_looked_at_and_saved(api: Api, planted_asset: planted.Planted) -> None:
    (listed,) = api.get(f"/market/explorer?query={SYMBOL}").json["data"]
    assert listed["last_price"] == planted_asset.closes[-1]
    view = api.get(f"/market/explorer/{SYMBOL}?range=max&adjust=raw&frequency=daily&compare=AAPL").json
    assert view["bars"][0]["close"] == planted_asset.closes[0]
    assert [one["symbol"] for one in view["compared"]] == [SYMBOL, "AAPL"]
    assert api.get(f"/market/explorer/{SYMBOL}/csv?range=1m").data.startswith(b"\xef\xbb\xbfsession,open")
    assert api.get("/market/explorer/APPL").json["detail"].endswith("?")
