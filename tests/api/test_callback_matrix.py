"""Has every callback a row in the table of roles, and does every role get exactly what its row says?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pytest

from services.auth import policy
from services.auth.roles import Permission, Role
from tests.api.callback_bodies import bodies_of, name_of
from tests.api.callback_table import ANYBODY, KEPT_BACK, SAID, UNTRIED, rows
from tests.api.callback_values import deeds_of, values_of
from tests.api.conftest import Api, Browser
from tests.api.matrix_world import MARK, stranger
from tests.api.role_table import COMPLIANCE, LETTERS
from tests.api.role_table import rows as addresses
from tests.api.test_role_matrix import NOBODYS, ask

REFUSAL = re.compile(
    r"Ask an administrator for another role|sign in with another role for this|Ask somebody with the role"
    r"|Ask one of them to do so|You may see this"
    r"|There is no (breach|request for a change) with"
)
"""What callbacks say where the policy refuses; the last where it is not the reader's to know of."""
EVERYBODY = "".join(LETTERS[role] for role in Role)
UNDONE = {
    "compliance_breaches.act:approve_override", "compliance_breaches.act:reject_override",
    "compliance_breaches.act:withdraw_override",
    "compliance_records.decide:agree", "compliance_records.decide:refuse", "compliance_records.decide:withdraw",
    "compliance_reports.make", "live_feed.start", "portfolio_edit.delete", "quality.check", "sample_pack.load",
    "settings.end_others", "settings_data.refresh",
}  # fmt: skip
"""What would change the shared product for the rows below where it is allowed, or end the sign-in that asks."""
ROWS = rows(SAID) | rows(KEPT_BACK) | rows({EVERYBODY: ANYBODY}) | rows({EVERYBODY: UNTRIED})


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Permission]:
    """Collect the permissions to which the policy says no; whether a client's name is shown is no such question."""
    found: list[Permission] = []
    allowed = policy.permissions_of

    class Listening(frozenset[Permission]):
        def __contains__(self, permission: object) -> bool:
            may = super().__contains__(permission)
            if not may and isinstance(permission, Permission) and permission is not Permission.CLIENTS_PERSONAL:
                found.append(permission)
            return may

    monkeypatch.setattr(policy, "permissions_of", lambda actor: Listening(allowed(actor)))
    return found


@pytest.fixture(scope="module")
def people(product: Any) -> dict[Role, Browser]:
    """Return a signed-in browser for every role."""
    found = {}
    for role in Role:
        found[role] = Browser(product.server)
        assert found[role].sign_in(*product.passwords[role]).status_code == 302
    return found


def callbacks_of(product: Any, ours: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Give every server-side callback by the name of its row, once for each deed, with what stands in the controls."""
    values, deeds = values_of(ours), deeds_of(ours)
    for output, entry in product.dash.callback_map.items():
        name = name_of(entry)
        if name is None:
            continue
        field, known = deeds.get(name, ("", {"": None}))
        for deed, value in known.items():
            yield (f"{name}:{deed}", output, entry, {**values, field: value}) if deed else (name, output, entry, values)


def answers(people: dict[Role, Browser], heard: list[Permission], body: Any, who: str) -> tuple[str, str]:
    """Return, of some roles, those that are told that they may not, and those to whom the policy said no."""
    said, refused = "", ""
    for role in (one for one in Role if LETTERS[one] in who):
        heard.clear()
        answer = people[role].callback(body)
        said += LETTERS[role] if REFUSAL.search(answer.text) else ""
        refused += LETTERS[role] if heard else ""
    return said, refused


@pytest.mark.requirement("X.AU2")
def test_every_callback_has_a_row_and_every_row_a_callback(product: Any, ours: Any) -> None:
    found = {name for name, *_ in callbacks_of(product, ours)}
    assert sorted(found - set(ROWS)) == [], "say in tests/api/callback_table.py who may"
    assert sorted(set(ROWS) - found) == [], "there is no such callback any more"
    tables = [rows(SAID), rows(KEPT_BACK), rows({EVERYBODY: ANYBODY}), rows({EVERYBODY: UNTRIED})]
    assert sum(len(one) for one in tables) == len(ROWS), "a callback has two rows"


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.PORTFOLIO_MANAGER, Role.ADMINISTRATOR])
def test_people_of_another_house_see_and_change_nothing_of_ours(
    product: Any, ours: Any, strangers: dict[Role, str], people: dict[Role, Browser], role: Role
) -> None:
    cleo, foreign = Api(product.server, product.keys[Role.COMPLIANCE]), Browser(product.server)
    assert foreign.sign_in(*stranger(product, role)).status_code == 302
    before, leaked, seen = state_of(cleo, ours), [], 0
    for name, output, entry, values in callbacks_of(product, ours):
        if "compliance" in name and name not in UNDONE:
            body = next(bodies_of(output, entry, values))
            leaked += [name] if MARK in foreign.callback(body).text else []
            if ":" not in name and rows(SAID).get(name) is None:
                seen += MARK in people[Role.COMPLIANCE].callback(body).text
    assert leaked == []
    assert seen > 10, "what strangers do not see is there to be seen"
    assert state_of(cleo, ours) == before


def state_of(cleo: Api, ours: Any) -> dict[str, str]:
    """Return everything of ours as its addresses tell it."""
    found = {}
    for method, path in addresses(COMPLIANCE):
        if method == "GET" and path.count("<") == 1 and path.endswith(">") and path not in NOBODYS:
            found[path] = ask(cleo, "GET", path, ours.get(path.split("/")[1], ours[""])).text
    return found


@pytest.mark.requirement("X.AU2")
def test_nobody_calls_anything_without_a_sign_in(product: Any, ours: Any) -> None:
    nobody = Browser(product.server)
    for name, output, entry, values in callbacks_of(product, ours):
        answer = nobody.callback(next(bodies_of(output, entry, values)))
        assert answer.status_code == 401, (name, answer.text[:200])


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("half", ["compliance", "elsewhere"])
def test_each_role_is_refused_exactly_what_its_row_says(
    product: Any, ours: Any, people: dict[Role, Browser], heard: list[Permission], half: str
) -> None:
    wrong = []
    for name, output, entry, values in callbacks_of(product, ours):
        if (half == "compliance") is not ("compliance" in name):
            continue
        others = "".join(one for one in EVERYBODY if one not in ROWS[name])
        place = 0 if name in rows(SAID) else 1
        found = ""
        if half == "compliance" and ":" not in name and name not in UNDONE:
            first = next(bodies_of(output, entry, values))
            failed = [role.label for role in Role if "Something went wrong" in people[role].callback(first).text]
            wrong += [f"{name} fails for {', '.join(failed)}"] if failed else []
        if name in rows(SAID) or name in rows(KEPT_BACK):
            for body in bodies_of(output, entry, values):
                if answers(people, heard, body, others[:1])[place]:
                    found = answers(people, heard, body, others if name in UNDONE else EVERYBODY)[place]
                    break
            if found != others:
                first = Role(next(role for role in Role if LETTERS[role] == others[:1]))
                told = [people[first].callback(one).text[:300] for one in islice(bodies_of(output, entry, values), 2)]
                wrong.append(f"{name} is for {ROWS[name]}, and refuses {found or 'nobody'}; it answers {told}")
        else:
            for body in islice(bodies_of(output, entry, values), 0 if name in UNDONE else 4):
                found += answers(people, heard, body, "VX")[0]
            if found:
                wrong.append(f"{name} refuses {found}")
    assert not wrong, "\n".join(wrong)
