"""Do the hints and the usual figures of the wizard stand in its reader's number format?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from callbacks import hints, optimize
from components.ids import Wizard
from services.auth.roles import Role
from services.number_style import in_style
from tests.api.test_first_answers import page_at
from tests.api.test_foreign_links import BOOT, asked, told  # noqa: F401  (a fixture of that file)


@pytest.mark.parametrize(("style", "hint"), [("point", "0,3 to 0,5 is usual"), ("comma", "0.3 to 0.5 is usual")])
def test_hints_are_told_as_sentences_are(
    browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, style: Any, hint: str
) -> None:
    monkeypatch.setattr(hints, "told", lambda text: in_style(text, style))
    monkeypatch.setattr(hints, "reader_style", lambda: style)
    drawn = json.dumps(page_at(browser(Role.PORTFOLIO_MANAGER), "/optimize")["response"])
    assert hint in drawn
    assert ("0.97, or 0.94" in drawn) is (style == "comma")


@pytest.mark.parametrize(("style", "spread"), [("point", "0,1"), ("space", "0,1"), ("comma", "0.1")])
def test_what_stands_in_the_fields_at_first_has_the_readers_mark(
    asked: Callable[..., Mapping[str, Any]],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    style: Any,
    spread: str,
) -> None:
    monkeypatch.setattr(optimize, "reader_style", lambda: style)
    usual = json.loads(told(asked(Role.PORTFOLIO_MANAGER, "optimize.load", **BOOT), Wizard.LOADED, "data"))["defaults"]
    assert usual["spread"] == spread
    assert usual["max"] == "25"
