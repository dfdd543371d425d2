"""Is whatever is sent to the addresses of compliance taken or refused in words, and never the product's own failure?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.compliance.packs.catalog import PACKS
from services.auth.roles import Role
from tests.api.test_compliance import held

RULE = json.loads(PACKS["house"].rules[0].model_dump_json())
CHOSEN = {"versions": [{"rule_id": "RULE", "version": 1}], "reason": "As counsel says."}
WHY = {"reason": "As counsel says."}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/auditor-reports"): {"start_on": "2022-02-01", "end_on": "2022-01-01", "portfolio_id": "PORTFOLIO"},
    ("PUT", "/auditor-report-schedule"): {"cadence": "never"},
    ("PUT", "/access-reviews/x/review"): {"note": "Seen.", "decisions": [{"user_id": "x", "decision": "keep"}]},
    ("POST", "/breaches/x/overrides"): {"expires_on": "2030-01-01", "level": 0.2, **WHY},
    ("PUT", "/breaches/x/plan"): {"due_on": "2030-01-01", "comment": "Sell."},
    ("POST", "/compliance/checks"): {
        "portfolio_id": "PORTFOLIO",
        "orders": [{"symbol": "AAPL", "quantity": "5"}, {"symbol": "KO", "weight_frac": 0.1}],
    },
    ("PUT", "/compliance/escalation"): {"steps": [{"after_days": 1, "to": "compliance"}]},
    ("POST", "/compliance/facts"): {
        "name": "cash_bank", "portfolio_id": "PORTFOLIO", "value": "A bank", "source": "Agreement",
        "valid_from": "2022-01-03",
    },
    ("POST", "/legal-holds"): {"name": "Case", "scope_kind": "portfolio", "scope_id": "PORTFOLIO", **WHY},
    ("POST", "/locates"): {"symbol": "AAPL", "quantity": "5", "broker": "B", "portfolio_id": "PORTFOLIO"},
    ("POST", "/locked-periods"): {"start_on": "1980-02-01", "end_on": "1980-02-02", **WHY},
    ("POST", "/portfolios/PORTFOLIO/compliance/remedies"): {"orders": [{"symbol": "AAPL", "quantity": "5"}]},
    ("POST", "/portfolios/PORTFOLIO/limit-proposals"): {"mandate": {}, "house_limits": {}, **WHY},
    ("POST", "/restriction-lists"): {"kind": "watch", "name": "Garbage", "scope_id": None, "note": "x"},
    ("PUT", "/retention"): {"record_class": "alert", "years_count": 7, "action": "delete", **WHY},
    ("POST", "/rule-packs/house/adoption"): {
        "codes": ["house.max_sector"], "figures": {"house.max_sector": {"cap": 0.3}},
    },
    ("POST", "/rules"): {"rule": RULE | {"id": "own.garbage"}, "cases": [], "applies_to": {}},
    ("POST", "/rules/RULE/copies"): {"code": "own.garbage_copy"},
    ("POST", "/rules/RULE/overrides"): {
        "scope": "portfolio", "portfolio_id": "PORTFOLIO", "figures": {"cap": 0.1}, **WHY,
    },
    ("POST", "/rules/RULE/retirement"): WHY,
    ("POST", "/rules/RULE/versions"): {"rule": RULE, "cases": []},
    ("POST", "/rules/RULE/versions/1/dry-run"): {"portfolio_ids": ["PORTFOLIO"], "first_day": "2030-01-01"},
    ("POST", "/rules/approvals"): CHOSEN,
    ("POST", "/rules/check"): {"rule": RULE, "cases": []},
    ("POST", "/rules/dry-runs"): CHOSEN | {"first_day": "2030-01-01"},
    ("POST", "/rules/dry-runs/estimate"): {"versions": CHOSEN["versions"], "portfolio_ids": ["PORTFOLIO"]},
    ("POST", "/rules/import"): {"rules": [{"rule": RULE | {"id": "own.garbage_file"}, "cases": []}]},
    ("POST", "/rules/readiness"): CHOSEN,
    ("PUT", "/trading-lots/AAPL"): {"lot_size": "1"},
    ("POST", "/users/x/role-proposals"): {"role": "viewer", **WHY},
}  # fmt: skip
NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
GARBAGE = (
    None, True, -1, 1e308, 2**70, 1e-320, "", "x" * 50_000, "\x00", "\ud83d\udca5", "'; DROP TABLE run; --",
    "2022-02-30", "0001-01-01", "9999-12-31", "1e400", "NaN", [], {}, [[]], [None], {"a": {"b": []}}, ["x"] * 3_000,
    "__import__('os')", "sum(weight) " * 400, "(" * 3_000,
)  # fmt: skip
WHOLES = ("", "null", "[]", "5", '"x"', "{", "\x00", "[" * 100_000, '{"a": NaN}', '{"a": 1e999}', "{}", '{"x": 1}')


def broken(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Give every place of a body, the body's own apart."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in items:
        yield (*path, name), value
        yield from broken(value, (*path, name))


def with_at(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a body with another value at a place."""
    if not path:
        return value
    made = dict(body) if isinstance(body, dict) else list(body)
    made[path[0]] = with_at(body[path[0]], path[1:], value)
    return made


@pytest.fixture(scope="module")
def known(product: Any) -> dict[str, str]:
    """Return a portfolio and a rule of the house, and a portfolio of another house."""
    from tests.api.conftest import Api

    manager, cleo = (
        Api(product.server, product.keys[Role.PORTFOLIO_MANAGER]),
        Api(product.server, product.keys[Role.COMPLIANCE]),
    )
    made = cleo.post("/rules", json={"rule": RULE | {"id": "own.base"}, "cases": []})
    assert made.status_code in (200, 201), made.text
    rule_id = next(one["id"] for one in cleo.get("/rules?limit=200").get_json()["data"] if one["code"] == "own.base")
    return {"PORTFOLIO": held(manager, "Of garbage"), "RULE": rule_id}


@pytest.mark.requirement("4.3.A2")
@pytest.mark.parametrize("key", sorted(BODIES), ids=" ".join)
def test_garbage_is_refused_in_words(api: Callable[..., Any], known: dict[str, str], key: tuple[str, str]) -> None:
    role = Role.PORTFOLIO_MANAGER if "limit-proposals" in key[1] else Role.COMPLIANCE
    program, wrong = api(role), []
    text = json.dumps(BODIES[key])
    address = key[1]
    for word, value in known.items():
        text, address = text.replace(f'"{word}"', json.dumps(value)), address.replace(word, value)
    body = json.loads(text)
    sent = [*WHOLES]
    for path, _ in broken(body):
        sent += [json.dumps(with_at(body, path, one)) for one in GARBAGE]
        sent += [json.dumps(with_at(body, path, "!")).replace('"!"', one) for one in NO_NUMBERS]
    for one in sent:
        answer = program.ask(
            key[0], address, data=one.encode("utf-8", "surrogatepass"), content_type="application/json",
            headers={"If-Match": "*"},
        )  # fmt: skip
        is_no_json = any(word in one for word in (": NaN", "[NaN", "Infinity", "1e999"))
        if answer.status_code >= 500 or (is_no_json and answer.status_code < 400):
            wrong.append((one[-200:] if len(one) > 400 else one, answer.status_code, answer.text[:300]))
        elif answer.status_code >= 400:
            problem = answer.get_json()
            if not problem["detail"] or any(word in answer.text for word in ("Traceback", "pydantic", "KeyError")):
                wrong.append((one[:300], answer.status_code, answer.text[:300]))
    assert wrong == [], wrong[:5]
