"""Is every mark of quality told with the value by REST, and is a finding of one house nothing to another?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import sin
from typing import Any

import pytest

from data.store.tables import Tenant, User
from services.auth.actor import Actor
from services.auth.roles import Role

LAST = date(2022, 12, 28)
DAYS = [day for n in range(600) if (day := LAST - timedelta(days=n)).weekday() < 5][:400][::-1]
WRONG, DOUBTFUL, STILL, LOST, UNRATED = 150, 200, range(251, 256), 300, 320


def file() -> bytes:
    """Closes and volumes of an asset with two spikes, five equal closes without volume, and a session that is lost."""
    lines = ["symbol,date,close,volume,name,currency"]
    for n, day in enumerate(DAYS):
        close = 80 + n / 40 + 1.5 * sin(n * 1.7) + 0.9 * sin(n * 0.37)
        close *= 1.5 if n in (WRONG, DOUBTFUL) else 1.0
        if n in STILL:
            close = 91.25
        if n == STILL[0] - 1:
            close = 91.25
        if n != LOST:
            volume = 0 if n in STILL else 100_000 + (n * 7919) % 30_011
            lines.append(f"MARKS,{day},{close:.2f},{volume},Marked Company,USD")
    return "\n".join(lines).encode()


def rates() -> bytes:
    lines = [f"NOK,USD,{day},{0.10 + n / 1e5:.5f}" for n, day in enumerate(DAYS) if n != UNRATED]
    return ("base,quote,date,rate\n" + "\n".join(lines)).encode()


@pytest.fixture
def marked(product: Any, api: Callable[..., Any]) -> Iterator[tuple[Any, dict[str, str]]]:
    """An asset that was imported and checked; yields the program and the id of the finding of each session."""
    one, csv = api(), {"Content-Type": "text/csv"}
    made = [one.post("/data/imports", data=raw, headers=csv).get_json()["imported"]["id"] for raw in (file(), rates())]
    product.services.quality.check(product.actor(Role.PORTFOLIO_MANAGER), ["MARKS"])
    found = one.get("/data-quality/findings?symbol=MARKS&limit=100").get_json()["data"]
    yield one, {finding["session"]: finding["id"] for finding in found}
    for import_id in made:
        assert one.ask("DELETE", f"/data/imports/{import_id}").status_code == 200


def decide(one: Any, finding_id: str, decision: str) -> Any:
    return one.post("/data-quality/decisions", json={"finding_ids": [finding_id], "decision": decision})


@pytest.mark.requirement("2.1.B3")
def test_each_value_is_ok_filled_missing_suspect_corrected_or_stale(marked: Any) -> None:
    one, ids = marked
    assert decide(one, ids[str(DAYS[WRONG])], "accept").status_code == 200
    answer = one.get(f"/market/data?symbols=MARKS,AAPL&start={DAYS[0]}&end={LAST}&currency=NOK&fields=close").get_json()
    column = next(column for column in answer["columns"] if column["symbol"] == "MARKS")
    words = [answer["flag_words"][code] for code in column["flags"]]
    told = dict(zip(answer["sessions"], words, strict=True))
    assert told[str(DAYS[WRONG])] == "corrected"
    assert told[str(DAYS[DOUBTFUL])] == "suspect"
    assert {told[str(DAYS[n])] for n in STILL} == {"stale"}
    assert told[str(DAYS[LOST])] == "missing"
    assert told[str(DAYS[UNRATED])] == "filled"
    assert told[str(DAYS[10])] == "ok"
    assert decide(one, ids[str(DAYS[DOUBTFUL])], "reject").status_code == 200
    again = one.get(f"/market/data?symbols=MARKS&start={DAYS[DOUBTFUL]}&end={DAYS[DOUBTFUL]}").get_json()
    assert again["columns"][0]["flags"] is None  # what was rejected is in order
    flags = {day["session"]: day["flag"] for day in one.get("/data-quality/series/MARKS/calendar").get_json()["days"]}
    assert (flags[str(DAYS[WRONG])], flags[str(DAYS[DOUBTFUL])]) == ("corrected", "ok")
    assert decide(one, ids[str(DAYS[WRONG])], "undo").status_code == 200


@pytest.mark.requirement("X.AU2")
def test_a_finding_of_another_house_is_not_there(marked: Any, product: Any, api: Callable[..., Any]) -> None:
    _one, ids = marked
    finding_id = ids[str(DAYS[DOUBTFUL])]
    with product.services.ports.store.system() as uow:
        tenant_id = uow.tenants.add(Tenant(name="House without findings")).id
        uow.commit()
    with product.services.ports.store.system(tenant_id) as uow:
        manager = Role.PORTFOLIO_MANAGER.value
        user = uow.users.add(User(email="doubts@example.com", name="D", role=manager, fs_uniquifier="d" * 32))
        uow.commit()
        actor = Actor(user.id, tenant_id, "D", Role.PORTFOLIO_MANAGER, "session")
    other = api(secret=product.services.api_keys.create(actor, "other house", None, None).secret)
    assert other.get(f"/data-quality/findings/{finding_id}").status_code == 404
    for decision in ("accept", "reject", "undo"):
        assert decide(other, finding_id, decision).status_code == 404
    assert other.get("/data-quality/findings").get_json()["data"] == []
    assert other.get("/data-quality/series/MARKS/calendar").status_code == 404
    assert decide(api(Role.VIEWER), finding_id, "reject").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["kind=crash", "state=done", "symbol=NOPE", "limit=0", "cursor=nonsense"],
)
def test_what_cannot_be_asked_is_refused_in_the_one_shape(api: Callable[..., Any], query: str) -> None:
    answer = api().get(f"/data-quality/findings?{query}")
    assert answer.status_code in (404, 422), answer.text
    assert answer.get_json()["code"]
    ends_first = api().get("/data-quality/series/AAPL/calendar?start=2022-02-01&end=2022-01-01")
    assert ends_first.status_code in (200, 422), ends_first.text
