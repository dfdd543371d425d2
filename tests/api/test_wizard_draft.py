"""Is the wizard's draft kept over the API, by its owner alone, and are the assets that a file names found?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.auth.roles import Role
from services.optimize_drafts import DRAFT_MAX_COUNT

DRAFT = {"goal": "max_sharpe", "assets": ["AAPL", "KO"], "max": "30"}


def test_what_was_left_in_the_wizard_is_kept_read_and_forgotten(api: Callable[..., Any]) -> None:
    one = api()
    assert one.ask("PUT", "/wizard-draft", json={"draft": DRAFT}).get_json() == {"draft": DRAFT}
    assert one.get("/wizard-draft").get_json() == {"draft": DRAFT}
    assert api(Role.ADVISOR).get("/wizard-draft").get_json() == {"draft": None}
    assert one.ask("PUT", "/wizard-draft", json={"draft": None}).status_code == 200
    assert one.get("/wizard-draft").get_json() == {"draft": None}


def test_what_is_no_draft_or_too_long_is_refused_in_words(api: Callable[..., Any]) -> None:
    one = api()
    refused = one.ask("PUT", "/wizard-draft", json={"draft": "all"})
    assert (refused.status_code, refused.get_json()["errors"][0]["path"]) == (422, "draft")
    long = one.ask("PUT", "/wizard-draft", json={"draft": {"rates": "1" * DRAFT_MAX_COUNT}})
    assert long.status_code == 422
    assert "letters" in long.get_json()["detail"]
    assert api(None).get("/wizard-draft").status_code == 401


def test_a_file_names_the_assets_to_choose_from(api: Callable[..., Any]) -> None:
    one = api()
    found = one.post("/optimizations/universe/read", data=b"Ticker;Weight\nKO;5\nNOPE;1\n", content_type="text/csv")
    assert found.status_code == 200, found.text
    assert (found.get_json()["symbols"], found.get_json()["unknown"]) == (["KO"], ["NOPE"])
    refused = one.post("/optimizations/universe/read", data=b"a\n", content_type="text/csv")
    assert (refused.status_code, refused.get_json()["errors"][0]["path"]) == (422, "file")
