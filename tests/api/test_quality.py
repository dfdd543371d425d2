"""Can programs read findings, decide about them, follow a check and choose the policy?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role


@pytest.mark.requirement("2.1.D3")
def test_a_check_is_a_run_and_what_it_found_can_be_read(api: Callable[..., Any]) -> None:
    one = api()
    started = one.post("/data-quality/checks", json={"symbols": ["RRC"]})
    assert started.status_code == 202, started.text
    assert started.get_json()["kind"] == "quality_check"
    assert started.headers["Location"].endswith(started.get_json()["id"])
    summary = one.get("/data-quality/summary").get_json()
    assert summary["series_count"] > 20
    assert one.get("/data-quality/findings?state=open").status_code == 200
    assert one.get("/data-quality/scores").status_code == 200


def test_the_calendar_of_a_series_flags_every_session_of_a_period(api: Callable[..., Any]) -> None:
    found = api(Role.VIEWER).get("/data-quality/series/AAPL/calendar?start=2022-01-01&end=2022-12-31").get_json()
    assert len(found["days"]) == sum(found["counts"].values())
    assert (found["first_session"], found["days"][0]["flag"]) == ("2022-01-03", "ok")
    score = api(Role.VIEWER).get("/data-quality/series/AAPL/score?start=2022-01-01&end=2022-12-31").get_json()["score"]
    assert score["sessions_count"] == len(found["days"])
    assert score["score"] == 100.0
    backwards = api(Role.VIEWER).get("/data-quality/series/AAPL/score?start=2022-12-31&end=2022-01-01")
    assert (backwards.status_code, backwards.get_json()["errors"][0]["path"]) == (422, "end")
    assert api(Role.VIEWER).get("/data-quality/series/NOPE/calendar").status_code == 404


def test_the_policy_is_changed_in_part_and_refused_where_nothing_is_ever_proposed(api: Callable[..., Any]) -> None:
    one = api()
    changed = one.ask(
        "PATCH", "/data-quality/policy", json={"choices": [{"kind": "unit", "mode": "auto", "confidence_frac": 0.98}]}
    )
    assert changed.status_code == 200, changed.text
    by_kind = {entry["kind"]: entry for entry in one.get("/data-quality/policy").get_json()["entries"]}
    assert (by_kind["unit"]["mode"], by_kind["unit"]["confidence_frac"]) == ("auto", 0.98)
    assert by_kind["outlier"]["mode"] == "propose"
    refused = one.ask("PATCH", "/data-quality/policy", json={"choices": [{"kind": "stale", "mode": "auto"}]})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["path"].startswith("choices[0]")
    assert (
        one.ask("PATCH", "/data-quality/policy", json={"choices": [{"kind": "unit", "mode": "propose"}]}).status_code
        == 200
    )


def test_deciding_needs_the_permission_and_a_finding_that_is_there(api: Callable[..., Any]) -> None:
    wish = {"finding_ids": ["no-such-finding"], "decision": "accept"}
    assert api().post("/data-quality/decisions", json=wish).status_code == 404
    assert api(Role.VIEWER).post("/data-quality/decisions", json=wish).status_code == 403
    assert api().post("/data-quality/decisions", json={"finding_ids": [], "decision": "accept"}).status_code == 422
    assert api().get("/data-quality/findings/no-such-finding").status_code == 404
