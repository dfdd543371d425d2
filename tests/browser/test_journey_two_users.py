"""Do two people who work at the same time ever see each other's work, even by forged addresses and ids?"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, Wizard, optimize


def ticket_of(page: Page) -> str:
    return str(page.evaluate("() => JSON.parse(sessionStorage.getItem('shell-run'))"))


def post_callback(page: Page, body: dict[str, Any]) -> tuple[int, str]:
    """Send what an attacker would: a callback request with chosen ids, with the session of the page."""
    answer = page.evaluate(
        """async (body) => {
            const token = (document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]*)/) || [])[1] || "";
            const answer = await fetch("/_dash-update-component", {
                method: "POST",
                headers: {"Content-Type": "application/json", "X-CSRFToken": decodeURIComponent(token)},
                body: JSON.stringify(body),
            });
            return [answer.status, await answer.text()];
        }""",
        body,
    )
    return int(answer[0]), str(answer[1])


def dependency(page: Page, output: str) -> str:
    """Return the full output key of the callback whose outputs contain a word."""
    listed = page.evaluate("async () => (await fetch('/_dash-dependencies')).json()")
    return next(str(one["output"]) for one in listed if output in one["output"])


def forged_follow(page: Page, run_id: str) -> dict[str, Any]:
    """Build the request by which a result's page asks for its run, with another run's id in it."""
    listed = page.evaluate("async () => (await fetch('/_dash-dependencies')).json()")
    one = next(d for d in listed if "result-state.data" in d["output"] and not d.get("clientside_function"))
    values = {"result-run": run_id, "result-state": None}
    outputs = [
        {"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]}
        for part in one["output"].strip(".").split("...")
    ]
    fill = [{**given, "value": values.get(given["id"])} for given in one["inputs"]]
    state = [{**given, "value": values.get(given["id"])} for given in one["state"]]
    return {
        "output": one["output"],
        "outputs": outputs,
        "inputs": fill,
        "state": state,
        "changedPropIds": ["result-run.data"],
    }


@pytest.mark.requirement("5.2.A5")
def test_two_people_at_once_get_their_own_results_and_never_each_other_s(product: Any, sign_in: Any) -> None:
    manager: Page = sign_in("portfolio_manager")
    researcher: Page = sign_in("researcher")
    one = Wizard(manager, product.url).open().choose(*STOCKS[:6]).review()
    two = Wizard(researcher, product.url).open().choose(*STOCKS[2:8]).review()
    one.run()
    two.run()
    first, second = one.result(), two.result()
    assert first != second
    for page in (manager, researcher):
        expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    expect(manager.locator("#result-weights-table")).to_contain_text("AAPL")
    expect(researcher.locator("#result-weights-table")).not_to_contain_text("AAPL")

    researcher.goto(first)
    expect(researcher.get_by_role("heading", name="This run does not exist")).to_be_visible()
    expect(researcher.locator("body")).not_to_contain_text(re.compile("Sharpe [−\\d.]+ at"))
    researcher.goto(f"{product.url}/optimize?run={first.rsplit('/', 1)[1]}")
    expect(researcher.locator("#wizard-chosen-count")).not_to_contain_text("6 of 6")


def test_forged_ids_in_callbacks_give_nothing(product: Any, sign_in: Any) -> None:
    manager: Page = sign_in("portfolio_manager")
    researcher: Page = sign_in("researcher")
    address = optimize(manager, product.url)
    run_id = address.rsplit("/", 1)[1]
    researcher.goto(product.url)
    status, text = post_callback(researcher, forged_follow(researcher, run_id))
    assert status == 200
    shown = json.loads(text)["response"]
    assert "result-state" not in shown
    assert run_id not in json.dumps(shown.get("shell-run-view", {}))

    status, text = post_callback(manager, forged_follow(manager, run_id))  # the same request by the owner is answered
    assert status == 200
    assert json.loads(text)["response"]["result-state"]["data"]["id"] == run_id


def test_a_foreign_or_forged_ticket_follows_nothing(product: Any, sign_in: Any) -> None:
    manager: Page = sign_in("portfolio_manager")
    researcher: Page = sign_in("researcher")
    wizard = Wizard(manager, product.url).open().choose(*STOCKS).review()
    with product.held_up():
        wizard.run()
        expect(manager.locator("#wizard-progress")).to_be_visible()
        ticket = ticket_of(manager)
        assert ticket
        researcher.goto(product.url)
        output = dependency(researcher, "shell-run-end.data")
        for forged in (ticket, ticket[:-2] + "xx", "run-1", ""):
            status, text = post_callback(
                researcher,
                {
                    "output": output,
                    "outputs": {"id": "shell-run-end", "property": "data"},
                    "inputs": [{"id": "shell-run", "property": "data", "value": forged}],
                    "changedPropIds": ["shell-run.data"],
                },
            )
            assert status == 204
            assert not text
    wizard.result()


def test_a_viewer_learns_why_nothing_is_started(product: Any, sign_in: Any) -> None:
    page: Page = sign_in("viewer")
    wizard = Wizard(page, product.url).open().choose(*STOCKS).step("Review")
    expect(page.locator("#wizard-sentence")).to_contain_text(f"among {len(STOCKS)} stocks")
    expect(page.locator("#wizard-status")).to_contain_text("start no run")
    expect(wizard.page.locator("#wizard-run")).to_be_disabled()
