"""Can every page be used with fingers on a tablet, upright and lying?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PATIENCE_MS
from tests.browser.journey import overflow_px
from tests.browser.places import first_portfolio, places, visit
from tests.conftest import ROOT

UPRIGHT = (820, 1180)
LYING = (1180, 820)
PARTS = 4
FINGER_MIN_PX = 43.5  # 44, less what a fractional layout rounds away
TARGETS = (
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=switch]"
)

SMALL = """([targets, least]) => {
  const hidden = '[aria-hidden=true], [inert], .sr-only, .visually-hidden, .skip-link';
  const isShown = (one) => one.offsetParent && !one.disabled && !one.closest(hidden)
    && getComputedStyle(one).visibility !== 'hidden' && getComputedStyle(one).opacity !== '0';
  const inText = (one) => one.tagName === 'A' && getComputedStyle(one).display === 'inline'
    && one.closest('p, li, dd, td, h1, h2, h3, small');
  const labelOf = (one) => one.matches('[type=checkbox], [type=radio]')
    && (one.closest('label') || (one.id && document.querySelector(`label[for="${CSS.escape(one.id)}"]`)));
  const size = (one) => {
    const boxes = [one, labelOf(one)].filter(Boolean).map((part) => part.getBoundingClientRect());
    const around = getComputedStyle(one, '::after');
    const [wide, high] = [parseFloat(around.width), parseFloat(around.height)];
    if (around.position === 'absolute' && wide && high) boxes.push({ width: wide, height: high });
    return [Math.max(...boxes.map((box) => box.width)), Math.max(...boxes.map((box) => box.height))];
  };
  const found = Array.from(document.querySelectorAll(targets)).filter((one) => isShown(one) && !inText(one));
  return found.map((one) => [one, size(one)])
    .filter(([, [width, height]]) => width > 2 && height > 2 && (width < least || height < least))
    .map(([one, [width, height]]) => `${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 160)}`);
}"""
"""Returns what may be pressed and is smaller than a finger; a link in a sentence may be, as WCAG 2.5.5 says."""

TRAPS = """() => Array.from(document.querySelectorAll('.js-plotly-plot')).filter((plot) => plot.offsetParent
  && plot._fullLayout.dragmode !== false
  && !/pan-y|auto|manipulation/.test(getComputedStyle(plot.querySelector('.nsewdrag') || plot).touchAction))
  .map((plot) => plot.id || plot.parentElement.id)"""
"""Returns the charts on which a finger that moves up does not move the page."""


def faults(page: Page, address: str) -> list[str]:
    """Open a page and return what fingers find hard on it."""
    visit(page, address)
    found = [f"{address}: too small: {one}" for one in page.evaluate(SMALL, [TARGETS, FINGER_MIN_PX])]
    found += [f"{address}: chart {one} holds fingers that scroll" for one in page.evaluate(TRAPS)]
    if (over := overflow_px(page)) > 0:
        found.append(f"{address}: {over} px wider than the window")
    return found


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_every_page_can_be_used_with_fingers(
    product: Any, sign_in: Any, browser: Any, watched: Any, size: tuple[int, int], part: int
) -> None:
    if "portfolio_manager" not in product.sessions:
        sign_in()
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        storage_state=product.sessions["portfolio_manager"],
        has_touch=True,
        is_mobile=True,
    )
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watched.watch(page, product.url)
        every = [place for place in places(first_portfolio(page, product.url)) if place.role == "portfolio_manager"]
        found = [fault for place in every[part::PARTS] for fault in faults(page, product.url + place.path)]
    finally:
        context.close()
    assert not found, "\n".join(found)


def test_no_style_shows_anything_only_to_a_pointer_that_hovers() -> None:
    reveals = re.compile(
        r"([^{}]*:hover[^{}]*)\{[^}]*(?:^|[;\s{])(?:display|visibility|opacity|pointer-events)\s*:", re.M
    )
    sheets = sorted((ROOT / "assets").glob("*.css"))
    assert len(sheets) > 10
    found = [f"{sheet.name}: {rule.strip()}" for sheet in sheets for rule in reveals.findall(sheet.read_text("utf-8"))]
    assert not found, "\n".join(found)
