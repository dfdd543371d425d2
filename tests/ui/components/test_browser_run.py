"""Does the page of a run go on asking after an answer that a later state has overtaken?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "assets" / "run.js"
RUNNING = {"id": "r", "status": "running", "percent": 40}
ENDED = {"id": "r", "status": "succeeded", "percent": 100}
BOX = """<div data-run-progress><span data-part="stage"></span><span data-part="percent"></span>
<span data-part="note"></span><span data-part="elapsed"></span><div data-part="fill"></div>
<div class="progress-track"></div></div>"""
TICK = """(count) => {
  window.dash_clientside.callback_context = { triggered_id: 'result-tick' };
  return window.dash_clientside.run.watch(count, null, 'r');
}"""
OPENED = """() => {
  window.dash_clientside.callback_context = { triggered_id: null };
  return window.dash_clientside.run.watch(0, null, 'r');
}"""


@pytest.mark.browser
def test_a_run_that_ended_while_its_page_was_built_is_asked_about_at_the_next_tick(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(f'{BOX}<div id="result-body"></div>')
    page.evaluate("() => { window.dash_clientside = { no_update: 'same', set_props() {} }; }")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    paint = "(view) => window.dash_clientside.run.paint(view)"
    page.evaluate(paint, ENDED)  # told by the socket
    assert page.evaluate(OPENED) == "same"  # the page asks by itself, and nothing else meanwhile
    page.evaluate(paint, RUNNING)  # its answer is older than what the socket told
    told = page.locator("[data-part=percent]").inner_text()
    asked = page.evaluate(TICK, 2)
    page.close()
    assert told == "100%", "a later state does not give way to an earlier one"
    assert asked == "tick:2", "the next question does not wait until the overtaken answer counts as lost"


@pytest.mark.browser
@pytest.mark.requirement("5.2.F5")
def test_a_press_on_cancel_is_seen_before_the_server_has_answered(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(BOX.replace("</div></div>", "</div><button>Cancel</button></div>"))
    page.evaluate("() => { window.dash_clientside = { no_update: 'same', set_props() {} }; }")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    paint = "(view) => window.dash_clientside.run.paint(view)"
    page.evaluate(paint, RUNNING | {"stage": "Searching"})
    button, stage = page.get_by_role("button", name="Cancel"), page.locator("[data-part=stage]")
    assert (button.is_enabled(), stage.inner_text()) == (True, "Searching")
    button.click()
    assert (button.is_enabled(), stage.inner_text()) == (False, "Being cancelled")
    page.evaluate(paint, RUNNING | {"stage": "Proving"})
    assert (button.is_enabled(), stage.inner_text()) == (False, "Being cancelled"), "a last word of the run comes late"
    page.evaluate(paint, ENDED | {"status": "cancelled", "stage": "Cancelled"})
    assert (button.is_enabled(), stage.inner_text()) == (False, "Cancelled")
    page.evaluate(paint, RUNNING | {"id": "next", "stage": "Searching"})
    assert (button.is_enabled(), stage.inner_text()) == (True, "Searching"), "another run is another matter"
    page.close()
