"""Are the browsers and the programs in which a person is signed in told apart?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Literal

import plotly

from callbacks import present_account
from services.messages.users import SessionView

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def session(key: str, via: Literal["session", "token"], agent: str, *, is_current: bool = False) -> SessionView:
    return SessionView(
        key=key, user_id="u", started_at_utc=NOW, seen_at_utc=NOW, agent=agent, ip="127.0.0.1", via=via,
        is_current=is_current,
    )  # fmt: skip


def words(part: Any) -> str:
    return json.dumps(part, cls=plotly.utils.PlotlyJSONEncoder)


def test_browsers_and_programs_stand_in_tables_of_their_own() -> None:
    found = [
        session("b1", "session", FIREFOX, is_current=True),
        session("b2", "session", FIREFOX),
        session("t1", "token", "nightly-report/2.1"),
    ]
    browsers, programs = words(present_account.sessions(found)), words(present_account.tokens(found))
    assert browsers.count("Firefox on Linux") == 2
    assert browsers.count("settings-session-end") == 1, "this one is ended by signing out"
    assert "nightly-report" not in browsers
    assert "nightly-report/2.1" in programs
    assert "Firefox" not in programs
    assert "End this token?" in programs


def test_without_programs_it_is_said_how_one_comes_about() -> None:
    assert "No program has a token" in words(present_account.tokens([session("b1", "session", FIREFOX)]))
