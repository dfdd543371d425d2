"""Does what the server writes for a person hide amounts once they want that, while the API's JSON stays whole?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from components.rail import NAVIGATION
from services.auth.roles import Role
from services.formatting import MASK
from tests.api.test_pages_and_callbacks import sound_body

WHO = Role.PORTFOLIO_MANAGER
DIGITS_MIN = 4
"""Amounts of fewer digits could be any number, and so could round ones such as 1,000."""


def page_of(one: Any, product: Any, path: str, search: str = "") -> str:
    """Return what the router answers for an address, as the browser gets it."""
    output, declared = next(pair for pair in product.dash.callback_map.items() if "_pages_content.children" in pair[0])
    body = sound_body(output, declared)
    values = {"pathname": path, "search": search}
    for item in [*body["inputs"], *body["state"]]:
        item["value"] = values.get(item["property"])
    body["changedPropIds"] = [f"{one['id']}.{one['property']}" for one in body["inputs"]]
    answer = one.callback(body)
    assert answer.status_code == 200, (path, answer.text[:300])
    return answer.text


def texts(node: Any) -> Iterator[str]:
    """Yield every text of an answer."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def amounts_on(answer: str, known: set[str]) -> set[str]:
    """Return which known amounts an answer tells."""
    said = "\n".join(texts(json.loads(answer)))
    return {one for one in known if re.search(rf"(?<![\d,.]){re.escape(one)}(?![\d,]|\.\d)", said)}


@pytest.fixture
def known(product: Any) -> set[str]:
    """The values and numbers of shares of every portfolio, as a reader may see them."""
    who, portfolios = product.actor(WHO), product.services.portfolios
    found: list[float] = []
    for one in portfolios.list(who):
        found.append(float(one.value_ccy or 0))
        for held in portfolios.holdings(one.id, who):
            found += [float(held.value_ccy or 0), float(held.quantity)]
    written = {
        text
        for one in map(abs, found)
        for text in (f"{one:,.0f}", f"{one:,.2f}", f"{one:,.4f}".rstrip("0").rstrip("."))
    }
    digits = {one: re.sub(r"\D", "", one) for one in written if "," in one}
    return {one for one, all_digits in digits.items() if len(all_digits) >= DIGITS_MIN and all_digits.strip("0") != "1"}


@pytest.fixture
def hidden(product: Any) -> Iterator[Callable[[bool], None]]:
    def turn(is_hidden: bool) -> None:
        product.services.preferences.set(product.actor(WHO), {"amounts": "hidden" if is_hidden else "shown"})

    yield turn
    turn(False)


def held(product: Any) -> str:
    """Return the first portfolio that holds something; other tests leave empty ones."""
    who, portfolios = product.actor(WHO), product.services.portfolios
    return next(str(one.id) for one in portfolios.list(who) if len(portfolios.holdings(one.id, who)) > 1)


def addresses(product: Any) -> list[tuple[str, str]]:
    one = held(product)
    tabs = [(f"/portfolios/{one}", f"?tab={tab}") for tab in ("holdings", "transactions", "versions", "limits")]
    asked = [(place, f"?portfolio={one}") for place in ("/risk", "/stress", "/performance", "/rebalance")]
    return [*((item.href, "") for item in NAVIGATION), (f"/portfolios/{one}", ""), *tabs, *asked]


def test_no_page_comes_with_an_amount_while_amounts_are_hidden(
    product: Any, browser: Callable[..., Any], known: set[str], hidden: Callable[[bool], None]
) -> None:
    one = browser(WHO)
    one.open("/")
    assert known
    places = addresses(product)
    shown = {path + search: amounts_on(page_of(one, product, path, search), known) for path, search in places}
    assert sum(map(bool, shown.values())) >= 2, "Amounts are looked for where there are none."
    hidden(True)
    answers = {path + search: page_of(one, product, path, search) for path, search in places}
    left = {place: sorted(found) for place, answer in answers.items() if (found := amounts_on(answer, known))}
    assert left == {}
    masked = [place for place, answer in answers.items() if MASK in "\n".join(texts(json.loads(answer)))]
    assert {place for place, found in shown.items() if found} <= set(masked)
    assert any(re.search(r"\d%", answer) for answer in answers.values())


def test_files_hide_amounts_by_cookie_and_by_key_and_json_stays_whole(
    product: Any, browser: Callable[..., Any], api: Callable[..., Any], hidden: Callable[[bool], None]
) -> None:
    one = held(product)
    hidden(True)
    by_cookie = browser(WHO).open(f"/download/portfolios/{one}/holdings.csv")
    by_key = api(WHO).get(f"/portfolios/{one}/holdings/csv")
    for answer in (by_cookie, by_key):
        assert answer.status_code == 200
        head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        for name in ("quantity", "value_ccy"):
            assert {row[head.index(name)] for row in rows} == {MASK}
        assert all(float(row[head.index("weight_frac")]) > 0 for row in rows)
    assert float(api(WHO).get(f"/portfolios/{one}").json["value_ccy"]) > 0


def test_what_is_kept_is_written_for_everybody(product: Any, hidden: Callable[[bool], None]) -> None:
    from services import formatting, reader

    who = product.actor(WHO)
    hidden(True)
    with reader.reading(lambda: product.services.preferences.get(who)):
        assert formatting.money(4726, style="comma") == MASK
        with product.services.ports.store.work(who):
            assert formatting.money(4726, style="comma") == "4,726.00"
        assert formatting.money(4726, style="comma") == MASK
