"""Has every address a row in the table of roles, and does every role get exactly what its row says?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from engine.compliance.packs.catalog import PACKS
from services.auth.roles import Role
from tests.api.conftest import Api
from tests.api.matrix_world import WHY
from tests.api.role_table import COMPLIANCE, ELSEWHERE, LETTERS, rows

TABLE = rows(COMPLIANCE) | rows(ELSEWHERE)
PREFIX = "/api/v1"
UNKNOWN = "api_unknown.answer_unknown"
FORMATS = {
    "file_format": "pdf",
    "table_format": "csv",
    "page_format": "svg",
    "order_format": "csv",
    "chart_format": "svg",
    "chart": "weights",
    "version": "1",
}
NOT_TWICE = {("POST", "/sample-pack")}
"""What would change the shared product where it is allowed; its own test does it."""
SAID: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/auditor-reports"): {"start_on": "2022-02-01", "end_on": "2022-01-01"},
    ("PUT", "/auditor-report-schedule"): {"cadence": "never"},
    ("POST", "/rules/dry-runs"): {"versions": [{"rule_id": "x", "version": 1}]},
    ("POST", "/rules/dry-runs/estimate"): {"versions": [{"rule_id": "x", "version": 1}]},
}
"""What has to be said before anybody is judged; else nothing is."""
A_RULE = json.loads(PACKS["house"].rules[0].model_dump_json())
OF_OURS: dict[tuple[str, str], dict[str, Any]] = {
    **dict.fromkeys(
        (
            ("POST", "/restriction-entries/<entry_id>/remove"),
            ("POST", "/restriction-lists/<list_id>/close"),
            ("POST", "/legal-holds/<hold_id>/release"),
            ("POST", "/locked-periods/<lock_id>/unlock"),
            ("POST", "/rules/<rule_id>/retirement"),
            ("POST", "/rules/<rule_id>/versions/<version>/reject"),
            ("POST", "/rule-overrides/<override_id>/reject"),
            ("POST", "/breach-overrides/<override_id>/reject"),
            ("POST", "/breach-overrides/<override_id>/withdraw"),
            ("POST", "/breaches/<breach_id>/close"),
            ("POST", "/change-requests/<request_id>/reject"),
        ),
        WHY,
    ),
    ("PATCH", "/restriction-lists/<list_id>"): {"note": "Theirs"},
    ("POST", "/rebalancings/<rebalancing_id>/decide"): {"is_approved": True},
    ("POST", "/restriction-lists/<list_id>/entries"): {"symbol": "AAPL", **WHY},
    ("PUT", "/access-reviews/<review_id>/review"): {"note": "Seen."},
    ("POST", "/breaches/<breach_id>/comments"): {"comment": "Theirs"},
    ("PUT", "/breaches/<breach_id>/owner"): {"user_id": "x"},
    ("PUT", "/breaches/<breach_id>/plan"): {"due_on": "2999-01-01", "comment": "Sell."},
    ("POST", "/breaches/<breach_id>/overrides"): {"expires_on": "2999-01-01", **WHY},
    ("POST", "/rules/<rule_id>/copies"): {"code": "theirs"},
    ("POST", "/rules/<rule_id>/overrides"): {"scope": "portfolio", "portfolio_id": "x", "figures": {"a": 1.0}, **WHY},
    ("POST", "/rules/<rule_id>/versions"): {"rule": A_RULE},
    ("PUT", "/rules/<rule_id>/versions/<version>"): {"rule": A_RULE},
    ("POST", "/portfolios/<portfolio_id>/limit-proposals"): {"mandate": {}, **WHY},
    ("POST", "/users/<user_id>/role-proposals"): {"role": "viewer", **WHY},
}
"""What somebody of another house would have to say, to be told that there is no such thing."""
QUERIES = {
    "/rules/<rule_id>/as-of": "?on=2022-01-03",
    "/rules/<rule_id>/comparison": "?first=1&second=1",
}
NOBODYS = {"/rule-packs/<pack_id>", "/rule-packs/<pack_id>/adoption", "/trading-lots/<symbol>"}
"""Addresses whose parts are no things of a house."""


def address_of(path: str, known: dict[str, str] | None = None) -> str:
    """Return an address with something for each of its parts."""
    known = {"chart": "frontier"} if path.startswith("/academic/") else known
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: (known or {}).get(part[1]) or FORMATS.get(part[1], "x"), path)


def ask(program: Any, method: str, path: str, known: dict[str, str] | None = None) -> Any:
    said = (SAID if known is None else SAID | OF_OURS).get((method, path), {})
    body: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": said}
    if path.endswith("/import") and known is not None:
        body = {"data": b"symbol,from\n", "content_type": "text/csv"}
    more = QUERIES.get(path, "") if known is not None and method == "GET" else ""
    return program.ask(method, address_of(path, known) + more, headers={"If-Match": "*"}, **body)


@pytest.mark.requirement("X.AU2")
def test_every_address_has_a_row_and_every_row_an_address(product: Any) -> None:
    found = {
        (method, str(rule).removeprefix(PREFIX))
        for rule in product.server.url_map.iter_rules()
        if str(rule).startswith(f"{PREFIX}/") and rule.endpoint != UNKNOWN
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert sorted(found - set(TABLE)) == [], "say in tests/api/role_table.py who may"
    assert sorted(set(TABLE) - found) == [], "there is no such address any more"


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_refused_exactly_what_its_row_says(api: Callable[..., Any], role: Role) -> None:
    program, wrong = api(role), []
    for (method, path), who in TABLE.items():
        may = who == "open" or LETTERS[role] in who
        if who == "no key" or not may or (method, path) not in NOT_TWICE:
            answer = ask(program, method, path)
            if (answer.status_code == 403) is (may and who != "no key"):
                wrong.append(f"{method} {path} is for {who}, and got {answer.status_code}: {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.requirement("X.AU2")
def test_nobody_gets_anything_without_a_sign_in(api: Callable[..., Any]) -> None:
    program = api(None)
    for (method, path), who in TABLE.items():
        if who != "open":
            assert ask(program, method, path).status_code == 401, (method, path)


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.PORTFOLIO_MANAGER, Role.ADMINISTRATOR])
def test_people_of_another_house_find_nothing_of_ours(
    product: Any, ours: dict[str, dict[str, str]], strangers: dict[Role, str], role: Role
) -> None:
    program, wrong = Api(product.server, strangers[role]), []
    for (method, path), who in rows(COMPLIANCE).items():
        if "<" not in path or path in NOBODYS:
            continue
        known = ours.get(path.split("/")[1], ours[""])
        answer = ask(program, method, path, known)
        expected = 404 if LETTERS[role] in who else 403
        if answer.status_code != expected:
            wrong.append((method, path, answer.status_code, answer.text[:300]))
    assert wrong == []


def test_what_strangers_do_not_find_is_there(product: Any, ours: dict[str, dict[str, str]]) -> None:
    cleo = Api(product.server, product.keys[Role.COMPLIANCE])
    known = ours[""]
    for path in rows(COMPLIANCE):
        if path[0] == "GET" and path[1].count("<") == 1 and path[1].endswith(">") and path[1] not in NOBODYS:
            assert ask(cleo, "GET", path[1], known).status_code == 200, path
