"""Does the rail mark where the reader is, also on pages that have no place in it themselves?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.rail import NAVIGATION

ROOT = Path(__file__).parents[3]
OUTSIDE = {"/help", "/help/glossary", "/help/<screen>"}
"""Help is reached from the top bar, from every page alike."""


def addresses() -> list[str]:
    """Every address that the pages register, a pattern for those about one thing."""
    said = [text for path in sorted((ROOT / "pages").glob("*.py")) for text in [path.read_text(encoding="utf-8")]]
    return sorted({one for text in said for one in re.findall(r'path(?:_template)?="([^"]+)"', text)})


@pytest.fixture(scope="module")
def rail(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    links = "".join(
        f'<a class="rail-link" href="{one.href}"><span data-covers="{" ".join(one.covers)}">{one.label}</span></a>'
        for one in NAVIGATION
    )
    page.set_content(f'<nav class="rail">{links}</nav>')
    page.evaluate("window.dash_clientside = {}")
    page.add_script_tag(content=(ROOT / "assets" / "rail.js").read_text(encoding="utf-8"))
    yield page
    page.close()


def marked(page: Any, path: str) -> dict[str, str]:
    """Mark the rail for an address; return the marked destinations with their marks."""
    page.evaluate("(path) => window.dash_clientside.rail.mark(path)", path)
    found = page.evaluate("[...document.querySelectorAll('[aria-current]')].map(a => [a.innerText, a.ariaCurrent])")
    return dict(found)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/", {"Home": "page"}),
        ("/optimize", {"Optimize": "page"}),
        ("/optimize/", {"Optimize": "page"}),
        ("/templates", {"Optimize": "true"}),
        ("/walk-forward", {"Runs": "true"}),
        ("/runs/01a2", {"Runs": "true"}),
        ("/compare", {"Home": "true"}),
        ("/portfolios/01a2", {"Home": "true"}),
        ("/market/economy", {"Market": "true"}),
        ("/help/risk", {}),
    ],
)
def test_a_page_marks_the_destination_it_is_or_belongs_to(rail: Any, path: str, mark: dict[str, str]) -> None:
    assert marked(rail, path) == mark


@pytest.mark.browser
def test_no_page_but_the_help_leaves_the_rail_without_a_mark(rail: Any) -> None:
    found = addresses()
    assert {one.href for one in NAVIGATION} <= set(found)
    assert {path for path in found if len(marked(rail, path)) != 1} == OUTSIDE
