"""Does what somebody chose stay when a page is told that something has changed?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.callback_bodies import bodies_of, name_of
from tests.api.callback_values import values_of
from tests.api.conftest import Browser
from tests.api.matrix_world import broken

RESYNC = "shell-resync"
FOLLOWED = {"market_symbol.show": "the adjustment that the prices have, of those that can be had, is shown with them"}
"""Callbacks that write a choice at every change, and why."""
REACHED = {
    "compliance_controls.show_holds", "compliance_controls.show_locks", "compliance_controls.show_retention",
    "compliance_deviations.offer", "compliance_facts.offer", "compliance_facts.show_missing",
    "compliance_mend.offer_portfolios", "compliance_packs.offer_packs", "compliance_rule_editor.offer_writing",
    "compliance_trade.offer", "performance.show_choices", "risk.choose", "stress.show_choices",
}  # fmt: skip
"""Those that must be reached with two choices or more."""
VIEWS = {f"{page}-view.data": {"portfolio": "", "factors": ""} for page in ("performance", "risk")}
"""What a page's address says at first."""


def choices_of(output: str) -> list[str]:
    """Return which components of an output get both options and a value."""
    names = [one.split("@")[0].rpartition(".") for one in output.strip(".").split("...")]
    offered = {name for name, _, what in names if what == "options"}
    return [name for name, _, what in names if what == "value" and name in offered]


def told_of_changes(product: Any) -> Iterator[tuple[str, str, Any]]:
    """Give every callback that is told of changes and both offers and chooses."""
    for output, entry in product.dash.callback_map.items():
        name = name_of(entry)
        if name and choices_of(output) and any(one["id"] == RESYNC for one in entry["inputs"]):
            yield name, output, entry


def rows_of(answer: Mapping[str, Any], before: Any) -> list[str]:
    """Return the ids of a table's rows after an answer: all of them, or what it had with what changes."""
    if "rowData" in answer:
        return [row["id"] for row in answer["rowData"]]
    changes = answer.get("rowTransaction", {})
    gone = {row["id"] for row in changes.get("remove", ())}
    return [row["id"] for row in (*changes.get("add", ()), *before) if row["id"] not in gone]


def ask(who: Browser, body: dict[str, Any]) -> Mapping[str, Any]:
    answer = who.callback(body)
    return json.loads(answer.text)["response"] if answer.status_code == 200 else {}


@pytest.fixture(scope="module")
def officer(product: Any) -> Browser:
    found = Browser(product.server)
    assert found.sign_in(*product.passwords[Role.COMPLIANCE]).status_code == 302
    return found


@pytest.fixture(scope="module")
def manager(product: Any) -> Browser:
    found = Browser(product.server)
    assert found.sign_in(*product.passwords[Role.PORTFOLIO_MANAGER]).status_code == 302
    return found


def told(output: str, entry: Any, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return (one for one in bodies_of(output, entry, values) if one["changedPropIds"] == [f"{RESYNC}.data"])


def test_a_choice_that_is_still_offered_is_not_written_back(
    product: Any, ours: Any, officer: Browser, manager: Browser
) -> None:
    values, reached, wrong = {**values_of(ours), **VIEWS}, set(), []
    for name, output, entry in told_of_changes(product):
        who = officer if "compliance" in name else manager
        for body in told(output, entry, values):
            for state in body["state"]:
                state["value"] = [] if state["property"] == "options" else state["value"]
            before = ask(who, body)
            for choice in choices_of(output):
                keys = [one["value"] for one in before.get(choice, {}).get("options") or ()]
                if len(keys) < 2 or name in FOLLOWED:
                    continue
                reached.add(name)
                for state in body["state"]:
                    if state["id"] == choice:
                        state["value"] = before[choice]["options"] if state["property"] == "options" else keys[-1]
                if "value" in ask(who, body).get(choice, {}):
                    wrong.append(f"{name} writes {choice}")
            if name in reached:
                break
    assert sorted(set(wrong)) == []
    assert sorted(REACHED - reached) == []


def test_what_is_no_longer_offered_gives_way(product: Any, ours: Any, officer: Browser) -> None:
    (output, entry) = next(
        (output, entry) for name, output, entry in told_of_changes(product) if name == "compliance_controls.show_holds"
    )
    values = {**values_of(ours), "compliance-holds-deed.value": "gone", "compliance-holds-whom.value": "gone"}
    answer = ask(officer, next(told(output, entry, values)))
    assert answer["compliance-holds-deed"]["value"] == "place"
    assert answer["compliance-holds-whom"]["value"] == "house"


def test_the_breach_that_somebody_looks_at_stays_when_a_colleague_has_settled_it(
    product: Any, ours: Any, officer: Browser
) -> None:
    (output, entry) = next(
        (output, entry)
        for output, entry in product.dash.callback_map.items()
        if name_of(entry) == "compliance_breaches.show_queue"
    )
    table, known = "compliance-breaches-queue", ours[""]["breach_id"]
    hidden = {"compliance-breaches-status.value": "closed", "compliance-breaches-pick.data": known}
    values = {**values_of(ours), **hidden, f"{table}.selectedRows": {"ids": [known]}}
    answer = ask(officer, next(told(output, entry, values)))[table]
    assert known in rows_of(answer, values[f"{table}.rowData"])
    assert "selectedRows" not in answer, "it is chosen already"
    values = {**values, f"{table}.selectedRows": [], f"{table}.rowData": []}
    answer = ask(officer, next(told(output, entry, values)))[table]
    assert answer["selectedRows"] == {"ids": [known]}, "a table that is filled anew forgets for a moment what is chosen"
    assert known in rows_of(answer, [])


@pytest.mark.parametrize("part", ["breaches", "records", "lists"])
def test_no_other_row_takes_the_place_of_one_that_is_gone(product: Any, ours: Any, officer: Browser, part: str) -> None:
    """What is written beside the list was meant for that row: nothing is shown until somebody chooses."""
    callbacks = {"breaches": "show_queue", "records": "show_requests", "lists": "show_lists"}
    tables = {"breaches": "queue", "records": "requests", "lists": "lists"}
    table = f"compliance-{part}-{tables[part]}"
    output, entry = next(
        (output, entry)
        for output, entry in product.dash.callback_map.items()
        if name_of(entry) == f"compliance_{part}.{callbacks[part]}"
    )
    broken(product, ours[""]["portfolio_id"], "B")  # other tests settle what is open
    everything = {f"compliance-{part}-{what}.value": "all" for what in ("status", "state", "kind")}
    gone = {f"{table}.selectedRows": {"ids": ["gone"]}, f"compliance-{part}-pick.data": "gone"}
    values = {**values_of(ours), **everything, **gone, f"compliance-{part}-on.value": None}
    answer = ask(officer, next(told(output, entry, values)))[table]
    assert rows_of(answer, values.get(f"{table}.rowData", [])), "there are others that could take its place"
    assert answer["selectedRows"] == []


def test_what_is_to_be_done_with_a_list_stays_when_its_names_come_anew(
    product: Any, ours: Any, officer: Browser
) -> None:
    callbacks = {name_of(entry): (output, entry) for output, entry in product.dash.callback_map.items()}
    table, deed = "compliance-lists-entries", "compliance-lists-deed"
    values = {**values_of(ours), f"{deed}.value": "import"}
    bodies = {one["changedPropIds"][0]: one for one in bodies_of(*callbacks["compliance_lists.offer"], values)}
    assert "value" not in ask(officer, bodies[f"{table}.rowData"])[deed]
    fresh = ask(officer, bodies[f"{table}.selectedRows"])[deed]
    first = fresh["options"][0]["value"]  # other tests may have asked for the list to be closed
    assert fresh["value"] == first != "import", "another name has been chosen"
    names = ask(officer, next(told(*callbacks["compliance_lists.show_names"], values)))[table]
    assert "rowData" in names
    assert "selectedRows" not in names, "no name is chosen, and none was"


def test_ticked_rules_stay_ticked_and_only_what_changed_is_sent(product: Any, ours: Any, officer: Browser) -> None:
    (output, entry) = next(
        (output, entry)
        for output, entry in product.dash.callback_map.items()
        if name_of(entry) == "compliance_rules.show_library"
    )
    table = "compliance-rules-library"
    everything = {f"compliance-rules-{what}.value": "all" for what in ("state", "of-pack", "severity", "scope")}
    values = {**values_of(ours), **everything, "compliance-rules-search.value": "", f"{table}.rowData": []}
    rows = ask(officer, next(told(output, entry, values)))[table]["rowData"]
    assert rows
    old = [{**rows[0], "title": "As it was called before"}, *rows[1:]]
    values |= {f"{table}.rowData": old, f"{table}.selectedRows": {"ids": [row["id"] for row in rows]}}
    answer = ask(officer, next(told(output, entry, values)))[table]
    assert answer == {"rowTransaction": {"update": [rows[0]], "addIndex": 0, "async": False}}
