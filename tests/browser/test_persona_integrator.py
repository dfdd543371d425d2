"""Does an integrator with a key made on the page start a run over REST, hear of it on the socket, and see it?"""

from __future__ import annotations

import json
import urllib.request
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import connect

from tests.browser.journey import FINDING

HEARD_MAX_S = 60.0
RECIPE: dict[str, Any] = {
    "asset_ids": ["AAPL", "JNJ", "KO", "XOM"],
    "objective": {"kind": "min_volatility"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
}


def made_key(page: Page, url: str) -> str:
    """Make a key that may see and start runs, and return its text."""
    page.goto(f"{url}/settings?tab=keys")
    page.get_by_role("button", name="New key").click()
    asked = page.get_by_role("dialog", name="New API key")
    asked.get_by_label("Name").fill(f"Nightly {uuid.uuid4().hex[:6]}")
    for scope in ("See runs", "Start or change runs", "See market data"):
        asked.get_by_label(scope, exact=True).check()
    asked.get_by_role("button", name="Make the key").click()
    shown = page.get_by_role("dialog", name="Your new key")
    text = shown.locator("code").inner_text()
    shown.get_by_role("button", name="I have copied it").click()
    expect(shown).to_be_hidden()
    expect(page.locator("#settings-keys-table")).to_contain_text("3 scopes")
    return text


def started_run(url: str, key: str) -> str:
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {key}",
        "Prefer": "respond-async",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    asked = urllib.request.Request(f"{url}/api/v1/optimizations", json.dumps(RECIPE).encode(), headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.status == 202
        return str(json.load(answer)["id"])


@pytest.mark.requirement("6.1.F2")
def test_a_key_from_the_page_starts_a_run_hears_its_end_and_the_page_shows_it(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    key = made_key(page, product.url)
    page.goto(f"{product.url}/api/v1/docs")
    expect(page.locator(".swagger-ui")).to_contain_text("/api/v1/optimizations")

    socket_url = product.url.replace("http", "ws", 1) + "/ws"
    with connect(socket_url, additional_headers={"Authorization": f"Bearer {key}"}) as socket:
        socket.send(json.dumps({"op": "subscribe", "channels": ["runs"]}))
        run_id = started_run(product.url, key)
        while True:
            heard = json.loads(socket.recv(HEARD_MAX_S))
            if heard["type"] == "run.finished" and heard["channel"] == f"runs.{run_id}":
                break

    page.goto(f"{product.url}/runs/{run_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
