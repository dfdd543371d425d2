"""How do journeys bring by program what they start from, as somebody who can sign in?"""

from __future__ import annotations

import json
import urllib.request
import uuid
from typing import Any

from playwright.sync_api import APIRequestContext

PATIENCE_S = 60.0
TOKENS = "tokens"


def ask(product: Any, role: str, method: str, path: str, body: dict[str, Any]) -> Any:
    """Return what the API answers to somebody, whatever version of it was read before."""
    return sent(product, method, path, body, {"Authorization": f"Bearer {token_of(product, role)}", "If-Match": "*"})


def token_of(product: Any, role: str) -> str:
    """Return somebody's token, one for all questions: every new one is a session, of which the oldest would end."""
    tokens: dict[str, str] = product.kept.setdefault(TOKENS, {})
    if role not in tokens:
        email, password = product.people[role]
        tokens[role] = str(sent(product, "POST", "/auth/token", {"email": email, "password": password}, {})["token"])
    return tokens[role]


def forget_draft(request: APIRequestContext, product: Any, role: str) -> None:
    """Empty the wizard of somebody whose browser asks; the product keeps what an earlier journey left in it."""
    kept = request.get(f"{product.url}/api/v1/wizard-draft")
    assert kept.ok, kept.text()
    if kept.json()["draft"] is not None:
        ask(product, role, "PUT", "/wizard-draft", {"draft": None})


def sent(product: Any, method: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    """Return what an address of the API answers to a document; None where that is nothing."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()), **headers}
    asked = urllib.request.Request(f"{product.url}/api/v1{path}", json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
        text = answer.read()
    return json.loads(text) if text else None
