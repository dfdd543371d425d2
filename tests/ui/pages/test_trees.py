"""Do the pages build without a browser, with ids that exist, occur once, and are all that callbacks name?"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest


def ids_of(nodes: list[dict[str, Any]]) -> list[str]:
    given = [node["props"]["id"] for node in nodes if node["props"].get("id") is not None]
    return [one if isinstance(one, str) else json.dumps(one, sort_keys=True) for one in given]


def named_by(callback: dict[str, Any]) -> set[str]:
    named = {one["id"] for one in [*callback["inputs"], *callback["state"]]}
    output = callback["output"]
    if not callback["no_output"]:
        outputs = output[2:-2].split("...") if output.startswith("..") else [output]
        named |= {one.split("@")[0].rpartition(".")[0] for one in outputs}
    return {one for one in named if not one.startswith("{")}


def test_no_id_repeats_over_the_whole_product(nodes: list[dict[str, Any]]) -> None:
    assert not [one for one, count in Counter(ids_of(nodes)).items() if count > 1]


def test_every_id_that_a_callback_names_stands_in_a_page(product: dict[str, Any], nodes: list[dict[str, Any]]) -> None:
    known = set(ids_of(nodes))
    missing = {one for callback in product["callbacks"] for one in named_by(callback)} - known
    assert not missing


def written_by(callback: dict[str, Any]) -> set[str]:
    output = callback["output"]
    return {one.split("@")[0] for one in (output[2:-2].split("...") if output.startswith("..") else [output])}


def test_no_clock_asks_again_while_an_answer_is_under_way(product: dict[str, Any], nodes: list[dict[str, Any]]) -> None:
    """The browser throws away an answer that a later question overtook: on a slow line every one of them."""
    clocks = {node["props"]["id"]: node["props"] for node in nodes if node["type"] == "Interval"}
    slow_fallback = {"shell-fallback"}  # every five seconds, and only where there is no socket
    careless, held = [], set()
    for name in clocks.keys() - slow_fallback:
        told = {f"{name}.n_intervals"}
        for callback in product["callbacks"]:  # a clock's tick may come to the server by way of the browser
            if callback["is_in_browser"] and told & {f"{one['id']}.{one['property']}" for one in callback["inputs"]}:
                told |= written_by(callback)
        if clocks[name].get("max_intervals") == 0:
            continue  # one tick at a time, each allowed by the answer before
        for callback in product["callbacks"]:
            asks = told & {f"{one['id']}.{one['property']}" for one in callback["inputs"]}
            if callback["is_in_browser"] or not asks:
                continue
            running = callback["running"] or {"running": {}, "runningOff": {}}
            during, after = (running[key].get(f"{name}.interval") for key in ("running", "runningOff"))
            held.add(name)
            if during is None or during < 10 * after or after != clocks[name]["interval"]:
                careless.append((name, callback["output"]))
    assert held >= {
        "result-tick",
        "result-sure-tick",
        "walk-forward-tick",
        "wizard-tick",
        "tradeoffs-tick",
        "academic-tick",
    }
    assert not careless


def test_no_callback_feeds_itself(product: dict[str, Any]) -> None:
    loops = []
    for callback in product["callbacks"]:
        read = {f"{one['id']}.{one['property']}" for one in callback["inputs"]}
        output = callback["output"]
        written = {one.split("@")[0] for one in (output[2:-2].split("...") if output.startswith("..") else [output])}
        loops += sorted(read & written)
    assert not loops


def test_what_changes_something_is_hidden_until_the_person_is_known_to_be_allowed(
    nodes: list[dict[str, Any]],
) -> None:
    writers = {
        "home-new", "home-load-sample", "portfolio-edit", "portfolio-positions", "portfolio-delete",
        "portfolio-actions",
        "clients-new", "clients-actions", "users-invite", "users-detail", "runs-again", "runs-rename", "runs-remove",
        "runs-stop", "settings-refresh", "settings-sample-load", "settings-schedule-new", "settings-audit-card",
    }  # fmt: skip
    hidden = {
        node["props"].get("id"): node["props"].get("hidden")
        for node in nodes
        if isinstance(node["props"].get("id"), str)
    }
    assert {one: hidden.get(one) for one in writers} == dict.fromkeys(writers, True)


def test_pages_hold_nobodys_data(product: dict[str, Any]) -> None:
    text = json.dumps(product["tree"])
    assert "@" not in text.replace("mf-recovery", "")


@pytest.mark.parametrize("kind", ["Input", "Textarea", "Select"])
def test_every_field_has_a_label_or_a_name(nodes: list[dict[str, Any]], kind: str) -> None:
    labelled = {node["props"].get("htmlFor") for node in nodes if node["type"] == "Label"}
    regions = json.dumps([node["props"] for node in nodes if node["props"].get("role") in {"search", "group"}])
    controls = [node["props"] for node in nodes if node["type"] == kind and node["props"].get("type") != "hidden"]
    unlabelled = [one["id"] for one in controls if str(one["id"]) not in labelled]  # families have ids that are dicts
    nameless = [one for one in unlabelled if json.dumps(one) not in regions]
    assert not nameless


def test_every_icon_button_says_what_it_does(nodes: list[dict[str, Any]]) -> None:
    def words(node: Any) -> str:
        if isinstance(node, str):
            return node
        if isinstance(node, list):
            return "".join(words(one) for one in node)
        return words(node["props"].get("children") or "") if isinstance(node, dict) else ""

    buttons = [node["props"] for node in nodes if node["type"] == "Button"]
    assert not [one for one in buttons if not one.get("aria-label") and not words(one.get("children") or "").strip()]
