"""Do the grids in the browser write numbers exactly as the server does?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services import formatting

SCRIPT = Path(__file__).parents[3] / "assets" / "aggrid.js"
VALUES = [0.25, -0.125, 0.0004, -0.00004, 0.12345, 1.005, -7.5, 0.0, 1234.5, -9999.995, 10000.4, 48213400.12, 1e-9]
RULES = {
    "qpoWeight": formatting.weight,
    "qpoPercent": formatting.rate,
    "qpoMoney": formatting.money,
    "qpoQuantity": formatting.quantity,
}


@pytest.mark.browser
@pytest.mark.parametrize("style", ["comma", "point", "space"])
def test_the_browser_and_the_server_write_the_same_digits(style, browser):
    page = browser.new_page()
    page.set_content(f'<div id="shell-root" data-numbers="{style}"></div>')
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    made = page.evaluate(
        "([names, values]) => names.map(name => values.map(value => window.dashAgGridFunctions[name](value)))",
        [list(RULES), [*VALUES, None, "1500.00", "x"]],
    )
    days = page.evaluate(
        "() => [window.dashAgGridFunctions.qpoDate('2022-12-28'), window.dashAgGridFunctions.qpoDate(null)]"
    )
    page.close()
    for name, shown in zip(RULES, made, strict=True):
        wanted = [RULES[name](value, style=style) for value in VALUES]
        assert shown[: len(VALUES)] == wanted, json.dumps([name, shown, wanted])
        assert shown[len(VALUES)] == shown[-1] == formatting.MISSING
    assert days == ["28 Dec 2022", formatting.MISSING]
