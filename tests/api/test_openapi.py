"""Does the document describe exactly the addresses that exist, completely?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.auth.roles import Role

VERBS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(api: Callable[..., Any]) -> dict[str, Any]:
    answer = api(Role.VIEWER).get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            if verb in VERBS:
                yield path, verb, operation


@pytest.mark.requirement("6.1.D1")
@pytest.mark.requirement("6.1.A1")
def test_the_document_lists_exactly_the_addresses_that_exist(document: dict[str, Any], product: Any) -> None:
    described = {(path, verb.upper()) for path, verb, _ in operations(document)}
    existing = {
        (re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule), method)
        for rule in product.server.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api_") and not rule.endpoint.startswith(("api_docs.", "api_unknown."))
    }
    assert described == existing


@pytest.mark.requirement("6.1.D1")
def test_the_document_is_openapi_3_1_and_every_reference_resolves(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    assert set(document["components"]["securitySchemes"]) == {"bearer", "session"}
    schemas = document["components"]["schemas"]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str):
                assert reference.startswith("#/components/schemas/"), reference
                assert reference.rpartition("/")[2] in schemas, reference
            for member in value.values():
                walk(member)
        elif isinstance(value, list):
            for member in value:
                walk(member)

    walk(document)


def test_no_two_forms_share_a_name(product: Any) -> None:
    """Schemas of all resources land in one table, by name: a second form of a name would replace the first unseen."""
    from api.routing import Resource

    found: dict[str, tuple[str, dict[str, Any]]] = {}
    with product.server.app_context():
        for name, resource in product.server.blueprints.items():
            if not isinstance(resource, Resource):
                continue
            resource.describe()
            for key, schema in resource.components_schemas.items():
                text = schema if isinstance(schema, dict) else schema.model_dump(exclude_none=True)
                first = found.setdefault(key, (name, text))
                assert first[1] == text, f"{first[0]} and {name} both have a form called {key}"
    assert len(found) > 100


def test_every_operation_has_a_name_of_its_own_words_and_its_path_parameters(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, verb, operation in operations(document):
        assert operation["summary"], (path, verb)
        assert operation["description"], (path, verb)
        in_path = set(re.findall(r"{([^}]+)}", path))
        declared = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert declared == in_path, (path, verb)


def test_every_operation_says_which_problems_it_answers(document: dict[str, Any]) -> None:
    for path, verb, operation in operations(document):
        statuses = set(operation["responses"])
        assert {"401", "422", "429"} <= statuses, (path, verb)
        if operation.get("security") != []:
            assert "403" in statuses, (path, verb)
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= statuses, (path, verb)
        names = {one["name"] for one in operation.get("parameters", [])}
        assert ("If-Match" in names) == ({"412", "428"} <= statuses), (path, verb)
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and not (path.endswith("/health") and status == "503"):
                assert list(answer["content"]) == ["application/problem+json"], (path, verb, status)
        assert any(status.startswith("2") for status in statuses), (path, verb)


def finished_optimization(one: Any) -> str:
    """Return an optimization with a history and a result, for examples whose address names one."""
    request = {"asset_ids": ["AAPL", "JNJ", "KO"], "objective": {"kind": "min_volatility"}}
    made: str = one.post("/optimizations", json=request).get_json()["id"]
    deadline = time.monotonic() + 30.0
    while one.get(f"/runs/{made}").get_json()["status"] != "succeeded":
        assert time.monotonic() < deadline, "the optimization did not end"
        time.sleep(0.05)
    return made


def held_portfolio(one: Any) -> str:
    """Return the id of a portfolio that holds something."""
    made = one.post("/portfolios", json={"name": "Examples", "initial_cash_ccy": "10000"})
    key, tag = str(made.get_json()["id"]), made.headers["ETag"]
    positions = {"positions": [{"symbol": "AAPL", "quantity": "10"}, {"symbol": "JPM", "quantity": "10"}]}
    assert one.ask("PUT", f"/portfolios/{key}/positions", json=positions, headers={"If-Match": tag}).status_code == 200
    return key


@pytest.mark.requirement("6.1.D1")
def test_every_example_is_answered_as_its_operation_says(document: dict[str, Any], api: Callable[..., Any]) -> None:
    tried = 0
    for path, verb, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" not in content:
            continue
        if "{optimization_id}" in path:
            path = path.format(optimization_id=finished_optimization(api()))
        if "{portfolio_id}" in path:
            path = path.format(portfolio_id=held_portfolio(api()))
        if "{pack_id}" in path:
            path = path.format(pack_id="house")
        if "{grid}" in path:
            path = path.format(grid="holdings")
        program = api(Role.COMPLIANCE) if path.startswith("/api/v1/rule") else api()
        named = {one["name"] for one in operation.get("parameters", [])}
        version = {"If-Match": "*"} if "If-Match" in named else {}
        answer = program.ask(verb.upper(), path, json=content["example"], headers=version)
        described = operation["responses"].get(str(answer.status_code))
        assert described is not None, (path, verb, answer.status_code)
        assert answer.status_code < 300, (path, verb, answer.text)
        assert answer.mimetype in described["content"], (path, verb, answer.mimetype)
        schema = described["content"][answer.mimetype]["schema"]
        if "$ref" in schema:
            known = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            body = answer.get_json()
            assert set(body) <= set(known["properties"]), (path, verb)
            assert set(known.get("required", ())) <= set(body), (path, verb)
        tried += 1
    assert tried >= 4


def test_open_operations_are_those_that_the_gate_opens(document: dict[str, Any]) -> None:
    is_open = {(path, verb) for path, verb, operation in operations(document) if operation.get("security") == []}
    assert is_open == {("/api/v1/health", "get"), ("/api/v1/auth/token", "post")}


@pytest.mark.requirement("6.1.D3")
def test_people_read_the_document_on_a_page_served_from_here(browser: Callable[..., Any]) -> None:
    person = browser(Role.VIEWER)
    page = person.open("/api/v1/docs")
    assert page.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(link.startswith("/api/v1/docs/") or link.startswith("data:") for link in links)
    for link in links:
        if link.startswith("/"):
            assert person.open(link).status_code == 200, link
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert browser(None).open("/api/v1/docs").status_code == 401
