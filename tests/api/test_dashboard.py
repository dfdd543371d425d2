"""Does the dashboard answer programs like the page, part by part, for each role what is its own?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from services.auth.roles import Role

CARDS = {
    "cards": [{"card": "summary", "x": 0, "y": 0, "w": 12, "h": 2}, {"card": "tasks", "x": 0, "y": 2, "w": 4, "h": 6}]
}
VIEWS = "/api/v1/dashboard/views"


@pytest.mark.requirement("5.1.A3")
@pytest.mark.requirement("5.1.F1")
def test_the_dashboard_sums_what_the_list_of_portfolios_has(api: Callable[..., Any]) -> None:
    one = api()
    found = one.get("/dashboard?parts=summary,portfolios")
    assert found.status_code == 200, found.text
    view = found.get_json()
    assert view["problems"] == []
    assert view["today"] is None
    mine = [
        row for row in view["portfolios"] if row["base_currency"] == view["currency"] and row["value_ccy"] is not None
    ]
    if view["summary"]["currencies"] == [view["currency"]]:
        assert Decimal(view["summary"]["value_ccy"]) == sum(Decimal(row["value_ccy"]) for row in mine)
    listed = one.get("/portfolios").get_json()["data"]
    assert {row["id"] for row in listed} <= {row["id"] for row in view["portfolios"]}


def test_parts_and_filters_that_make_no_sense_are_named(api: Callable[..., Any]) -> None:
    one = api()
    for query, field in (
        ("parts=news", "parts"),
        ("parts=", "parts"),
        ("currency=usd", "currency"),
        ("colour=red", "colour"),
    ):
        answer = one.get(f"/dashboard?{query}")
        assert answer.status_code == 422, (query, answer.text)
        assert field in {error["path"] for error in answer.get_json()["errors"]}


@pytest.mark.requirement("5.1.F4")
def test_a_filter_keeps_holdings_of_an_asset(api: Callable[..., Any]) -> None:
    view = api().get("/dashboard?parts=holdings,portfolios&symbol=MSFT").get_json()
    assert {one["symbol"] for one in view["holdings"]["holdings"]} == {"MSFT"}
    assert all(row["share_frac"] for row in view["portfolios"])


def test_each_role_gets_its_own_and_administrators_none(api: Callable[..., Any]) -> None:
    for role in (Role.VIEWER, Role.ADVISOR, Role.RESEARCHER, Role.COMPLIANCE):
        answer = api(role).get("/dashboard")
        assert answer.status_code == 200, (role, answer.text)
        assert answer.get_json()["problems"] == []
    assert api(Role.ADMINISTRATOR).get("/dashboard").status_code == 403


@pytest.mark.requirement("5.1.D5")
def test_a_view_is_kept_under_its_version_reset_and_chosen(api: Callable[..., Any]) -> None:
    one = api()
    first = one.get("/dashboard/views")
    assert [view["name"] for view in first.get_json()["views"]][:4] == ["Morning", "Rebalance", "Close", "Month end"]
    assert one.ask("PUT", VIEWS + "/Mine", json=CARDS).status_code == 428
    etag = first.headers["ETag"]
    kept = one.ask("PUT", VIEWS + "/Mine", json=CARDS, headers={"If-Match": etag})
    assert kept.status_code == 200, kept.text
    assert kept.get_json()["chosen"] == "Mine"
    stale = one.ask("PUT", VIEWS + "/Mine", json=CARDS, headers={"If-Match": etag})
    assert (stale.status_code, stale.get_json()["code"]) == (412, "stale")
    others = api(Role.ADVISOR).get("/dashboard/views").get_json()
    assert "Mine" not in {view["name"] for view in others["views"]}
    chosen = one.ask(
        "PUT", "/api/v1/dashboard/chosen", json={"name": "Close"}, headers={"If-Match": kept.headers["ETag"]}
    )
    assert chosen.get_json()["chosen"] == "Close"
    gone = one.ask("DELETE", VIEWS + "/Mine", headers={"If-Match": chosen.headers["ETag"]})
    assert "Mine" not in {view["name"] for view in gone.get_json()["views"]}
    missing = one.ask("PUT", "/api/v1/dashboard/chosen", json={"name": "Mine"}, headers={"If-Match": "*"})
    assert missing.status_code == 404


def test_cards_beyond_the_grid_are_refused_with_their_place(api: Callable[..., Any]) -> None:
    bad = {
        "cards": [{"card": "tasks", "x": 10, "y": 0, "w": 4, "h": 4}, {"card": "news", "x": 0, "y": 0, "w": 4, "h": 4}]
    }
    answer = api().ask("PUT", VIEWS + "/Wide", json=bad, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert "cards[1].card" in {error["path"] for error in answer.get_json()["errors"]}
    wide = {"cards": bad["cards"][:1]}
    answer = api().ask("PUT", VIEWS + "/Wide", json=wide, headers={"If-Match": "*"})
    assert {error["path"] for error in answer.get_json()["errors"]} == {"cards[0].w"}


@pytest.mark.requirement("5.1.A3")
def test_portfolios_are_compared_in_the_order_of_the_question(api: Callable[..., Any]) -> None:
    one = api()
    listed = [row["id"] for row in one.get("/portfolios").get_json()["data"]][:2]
    found = one.get(f"/dashboard/comparison?portfolios={','.join(reversed(listed))}")
    assert found.status_code == 200, found.text
    view = found.get_json()
    assert [row["portfolio_id"] for row in view["portfolios"]] == list(reversed(listed))
    assert 0.0 <= view["overlaps"][0]["overlap_frac"] <= 1.0
    assert one.get(f"/dashboard/comparison?portfolios={listed[0]}").status_code == 422
    assert one.get(f"/dashboard/comparison?portfolios={listed[0]},nobody").status_code == 404
    assert one.get("/dashboard/comparison").status_code == 422
    assert api(Role.ADMINISTRATOR).get(f"/dashboard/comparison?portfolios={','.join(listed)}").status_code == 403
