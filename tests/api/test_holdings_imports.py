"""Do programs bring holdings the way people do: look, answer, book once, take back?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role

FILE = b"Symbol;Quantity;Currency\nAAPL;10;USD\nUNKNOWN1;5;USD\n"


def started(one: Any, name: str = "depot.csv", raw: bytes = FILE) -> Any:
    return one.post(f"/imports/holdings?name={name}", data=raw, headers={"Content-Type": "text/csv"})


def found(one: Any) -> list[Any]:
    answer = one.get("/imports/holdings")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.get_json()["data"]
    return items


@pytest.mark.requirement("5.1.A5")
def test_a_file_is_looked_at_answered_for_booked_and_taken_back(api: Callable[..., Any]) -> None:
    one = api(Role.PORTFOLIO_MANAGER)
    answer = started(one)
    assert answer.status_code == 201, answer.text
    check = answer.get_json()
    address = answer.headers["Location"].removeprefix("/api/v1")
    assert (check["step"], check["can_import"]) == ("symbols", False)

    refused = one.post(f"{address}/run")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "import_not_ready")
    assert [each["path"] for each in refused.get_json()["errors"]] == ["symbols.UNKNOWN1"]

    body = {"symbols": {"UNKNOWN1": {"skip": True}}}
    assert one.ask("PATCH", address, json=body).status_code == 428
    answered = one.ask("PATCH", address, json=body, headers={"If-Match": answer.headers["ETag"]})
    assert (answered.status_code, answered.get_json()["step"]) == (200, "ready")
    assert one.ask("PATCH", address, json=body, headers={"If-Match": answer.headers["ETag"]}).status_code == 412

    key = {"Idempotency-Key": str(uuid4())}
    booked, again = (one.post(f"{address}/run", headers=key) for _ in range(2))
    assert booked.get_data() == again.get_data()
    portfolio_id = booked.get_json()["imported"]["portfolios"][0][0]
    held = one.get(f"/portfolios/{portfolio_id}/positions").get_json()["data"]
    assert [(each["symbol"], each["quantity"]) for each in held] == [("AAPL", "10")]

    other = api(Role.ADVISOR)
    assert other.get(address).status_code == 404  # somebody else's file
    assert one.get(f"{address}/rejects").mimetype == "text/csv"
    assert one.post(f"{address}/undo").get_json()["state"] == "undone"
    assert one.get(f"/portfolios/{portfolio_id}").status_code == 404
    assert one.post(f"{address}/undo").get_json()["code"] == "not_booked"
    assert address.rpartition("/")[2] in {each["id"] for each in one.get("/imports/holdings").get_json()["data"]}


def test_the_good_rows_alone_are_chosen_by_program_and_what_they_lack_is_told(api: Callable[..., Any]) -> None:
    one = api(Role.PORTFOLIO_MANAGER)
    answer = started(one, "good.csv", b"Symbol;Quantity\nAAPL;10\nKO;abc\n")
    address = answer.headers["Location"].removeprefix("/api/v1")
    assert answer.get_json()["left_out"] == {
        "rows_count": 1,
        "lines": [3],
        "sentences": [
            "Line 3 of the file is not booked.",
            "Not held afterwards: KO.",
            "Cash does not change by that; the value below is without them.",
        ],
    }
    headers = {"If-Match": answer.headers["ETag"]}
    chosen = one.ask("PATCH", address, json={"leave_out_problems": True}, headers=headers).get_json()
    assert (chosen["step"], chosen["can_import"]) == ("ready", True)
    assert one.post(f"{address}/run").get_json()["imported"]["rejects_count"] == 1
    assert "KO,abc" in one.get(f"{address}/rejects").get_data(as_text=True)


def test_templates_are_renamed_and_forgotten(api: Callable[..., Any]) -> None:
    one = api(Role.PORTFOLIO_MANAGER)
    answer = started(one, "t.csv", b"Ticker;Shares\nKO;3\n")
    address = answer.headers["Location"].removeprefix("/api/v1")
    named = one.ask("PATCH", address, json={"template_name": "Kept"}, headers={"If-Match": answer.headers["ETag"]})
    assert named.status_code == 200
    assert one.post(f"{address}/run").status_code == 200
    (template,) = (each for each in one.get("/imports/templates").get_json()["data"] if each["name"] == "Kept")
    changed = one.ask(
        "PATCH", f"/imports/templates/{template['id']}", json={"name": "My bank"}, headers={"If-Match": '"1"'}
    )
    assert changed.get_json()["name"] == "My bank"
    assert one.ask("DELETE", f"/imports/templates/{template['id']}").status_code == 204


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"PK\x03\x04junk", "damaged"),
        (b"\x00\x01\x02\x03" * 50, "neither a CSV file"),
        (b'{"symbol": "AAPL"}', "JSON"),
    ],
)
def test_what_is_no_table_is_named_and_not_kept(api: Callable[..., Any], raw: bytes, says: str) -> None:
    one = api(Role.PORTFOLIO_MANAGER)
    before = len(found(one))
    answer = started(one, "x.csv", raw)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert len(found(one)) == before


def test_viewers_bring_nothing(api: Callable[..., Any]) -> None:
    assert started(api(Role.VIEWER)).status_code == 403
