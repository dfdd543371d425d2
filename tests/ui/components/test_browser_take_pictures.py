"""Does what the scripts of the frontier draw leave as a picture in the reader's number format?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.charts.look import Look
from services.formatting import Style

SCRIPT = Path(__file__).parents[3] / "assets" / "take_pictures.js"
DRAWN = """(style) => {
  document.body.innerHTML = `<div id="shell-root" data-numbers="${style}"></div>`;
  return window.qpo.take.drawings['frontier-map']().figure.layout.separators;
}"""


@pytest.fixture
def page(browser: Any) -> Any:
    made = browser.new_page()
    shown = "{ places: [0.1, 0.2], bands: [{ name: 'A', color: 'red', at: [0.5, 1] }], words: 'Risk', isShare: true }"
    made.evaluate(
        f"() => {{ window.qpo = {{ take: {{ overlays: {{}}, drawings: {{}} }}, "
        f"frontierMap: {{ shown: () => ({shown}) }} }}; }}"
    )
    made.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield made
    made.close()


@pytest.mark.browser
@pytest.mark.parametrize("style", ["comma", "point", "space"])
def test_the_map_beside_the_frontier_has_the_marks_of_the_other_charts(page: Any, style: Style) -> None:
    assert page.evaluate(DRAWN, style) == Look(style=style).separators
