"""Do the callbacks of the market explorer answer people as the service does, and refuse in words?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from services.auth.roles import Role
from tests.api.conftest import Browser, Product

VIEW = {"range": "1y", "frequency": "auto", "adjust": "", "scale": "linear", "compare": "KO"}
NO_ZOOM = {"start": "", "end": ""}


def asked(product: Product, output: str, inputs: list[Any], state: list[Any]) -> dict[str, Any]:
    """Return the body of one callback, named by its first output."""
    key, known = next(
        (key, one) for key, one in product.dash.callback_map.items() if key.lstrip(".").startswith(output)
    )
    outputs = known["output"]
    many = outputs if isinstance(outputs, list | tuple) else [outputs]
    named = [{"id": one.component_id, "property": one.component_property} for one in many]
    return {
        "output": key,
        "outputs": named if isinstance(outputs, list | tuple) else named[0],
        "inputs": [{**one, "value": value} for one, value in zip(known["inputs"], inputs, strict=True)],
        "state": [{**one, "value": value} for one, value in zip(known["state"], state, strict=True)],
        "changedPropIds": [f"{known['inputs'][0]['id']}.{known['inputs'][0]['property']}"],
    }


def test_the_page_of_an_asset_is_drawn_and_an_unknown_one_offers_others(
    product: Product, browser: Callable[[Role], Browser]
) -> None:
    one = browser(Role.VIEWER)
    one.open("/market/AAPL")
    for symbol, told in (("AAPL", "AAPL fell 29.29%"), ("AAPL", "KO did best"), ("APPL", '"href": "/market/AAPL"')):
        body = asked(product, "market-symbol-header", [VIEW, None, "light"], [symbol, NO_ZOOM])
        answer = one.callback(body)
        assert answer.status_code == 200, answer.text[:500]
        assert told in json.dumps(answer.json, ensure_ascii=False)


def test_the_note_beside_a_price_tells_its_source_or_why_it_cannot(
    product: Product, browser: Callable[[Role], Browser]
) -> None:
    one = browser(Role.VIEWER)
    one.open("/")
    for price, told in (
        ({"symbol": "AAPL", "session": "2022-12-28"}, "From Embedded history"),
        ({"symbol": "NOPE", "session": ""}, "There is no asset"),
        ({"symbol": "AAPL", "session": "yesterday"}, "cannot be read"),
        ({"symbol": "AAPL", "session": "", "field": "color"}, "no field"),
    ):
        answer = one.callback(asked(product, "price-source-body", [price], []))
        assert answer.status_code == 200, answer.text[:500]
        assert told in json.dumps(answer.json, ensure_ascii=False)
