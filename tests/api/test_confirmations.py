"""Does a question about what is deleted name the thing that it is about?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest

from components.confirm import OPEN, title_id
from components.ids import Clients, Portfolio, Providers, Templates
from services.auth.roles import Role
from tests.api.callback_bodies import bodies_of, name_of
from tests.api.test_foreign_links import asked, told  # noqa: F401  (a fixture of that file)
from tests.api.test_templates import RECIPE

KINDS: dict[str, tuple[str, dict[str, Any], str, str, str, str]] = {
    "portfolio": ("/portfolios", {}, "portfolio.show", Portfolio.ID, Portfolio.DELETE, Portfolio.DELETE_DIALOG),
    "client": ("/clients", {}, "clients.ask_delete", Clients.ID, Clients.DELETE, Clients.DELETE_DIALOG),
    "template": (
        "/templates", {"recipe": RECIPE}, "templates.ask_delete", Templates.ID, Templates.DELETE,
        Templates.DELETE_DIALOG,
    ),
}  # fmt: skip
"""What can be put aside -> where it is made, with what, who asks, whose id, the button, the dialog."""


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_question_names_what_would_be_deleted(
    api: Callable[..., Any],
    asked: Callable[..., Mapping[str, Any]],  # noqa: F811
    kind: str,
) -> None:
    path, more, name, id_, button, dialog = KINDS[kind]
    made = api().post(path, json={"name": f"Aspen {uuid4().hex[:6]}", **more}).get_json()
    try:
        answer = asked(Role.PORTFOLIO_MANAGER, name, **{f"{id_}.data": made["id"], f"{button}.n_clicks": 1})
        assert told(answer, title_id(dialog)) == json.dumps(f"Delete the {kind} {made['name']}?")
        if kind != "portfolio":  # there the browser opens the dialog by itself
            assert told(answer, dialog, "className") == json.dumps(OPEN)
    finally:
        assert api().ask("DELETE", f"{path}/{made['id']}", headers={"If-Match": "*"}).status_code == 204


def test_nothing_is_asked_about_nothing(asked: Callable[..., Mapping[str, Any]]) -> None:  # noqa: F811
    for kind in ("client", "template"):
        _path, _more, name, _id, button, dialog = KINDS[kind]
        assert told(asked(Role.PORTFOLIO_MANAGER, name, **{f"{button}.n_clicks": 1}), dialog, "className") == "null"


def test_a_feed_is_named_too(browser: Callable[..., Any], product: Any) -> None:
    output, entry = next(
        one for one in product.dash.callback_map.items() if name_of(one[1]) == "providers_feeds.ask_delete"
    )
    pressed = Providers.delete("desk-feed")
    body = next(iter(bodies_of(output, entry, {})))
    body["inputs"] = [[{"id": pressed, "property": "n_clicks", "value": 1}]]
    body["changedPropIds"] = [json.dumps(pressed, sort_keys=True, separators=(",", ":")) + ".n_clicks"]
    answer = browser(Role.ADMINISTRATOR).callback(body).get_json()
    assert told(answer, title_id(Providers.DELETE_DIALOG)) == '"Delete the feed desk-feed?"'
