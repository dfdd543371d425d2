"""What do fingers do on a tablet, and what do they find hard on a page?"""

from __future__ import annotations

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as WaitedTooLong

from tests.browser.journey import overflow_px

UPRIGHT = (820, 1180)
LYING = (1180, 820)
FINGER_MIN_PX = 43.5  # 44, less what a fractional layout rounds away
SWIPE_PX = 300
LOOK_MS, LOOKS_COUNT = 250, 60
RESTS_MS = 150  # a finger that rests before it is lifted does not fling the page
TARGETS = (
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=switch], "
    "[role=slider], [role=columnheader].ag-header-cell, [role=option], [role=menuitem]"
)

SMALL = """([targets, least]) => {
  const hidden = '[aria-hidden=true], [inert], .sr-only, .visually-hidden, .skip';
  const isShown = (one) => one.getClientRects().length && one.checkVisibility() && !one.disabled && !one.closest(hidden)
    && getComputedStyle(one).visibility !== 'hidden'
    && (getComputedStyle(one).opacity !== '0' || one.matches('.ag-checkbox-input'));
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
    .filter(([, [width, height]]) => width < least || height < least)
    .map(([one, [width, height]]) => `${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 160)}`);
}"""
"""Returns what may be pressed and is smaller than a finger; a link in a sentence may be, as WCAG 2.5.5 says."""

TRAPS = """() => Array.from(document.querySelectorAll('.js-plotly-plot')).filter((plot) => plot.offsetParent
  && plot._fullLayout.dragmode !== false
  && !/pan-y|auto|manipulation/.test(getComputedStyle(plot.querySelector('.nsewdrag') || plot).touchAction))
  .map((plot) => plot.id || plot.parentElement.id)"""
"""Returns the charts on which a finger that moves up does not move the page."""

UNFOLD = "() => document.querySelectorAll('#shell-content details:not(.menu-export)').forEach((one) => one.open = true)"


def hard_for_fingers(page: Page) -> list[str]:
    """Return what fingers find hard once the page has followed its window's size, for which it gets 15 seconds."""
    for _ in range(LOOKS_COUNT):
        if not (found := faults_now(page)):
            break
        page.wait_for_timeout(LOOK_MS)
    return found


def faults_now(page: Page) -> list[str]:
    """Return what is too small to be hit, holds fingers that scroll, or makes the page wider than its window."""
    found = [f"too small: {one}" for one in page.evaluate(SMALL, [TARGETS, FINGER_MIN_PX])]
    found += [f"chart {one} holds fingers that scroll" for one in page.evaluate(TRAPS)]
    if (over := overflow_px(page)) > 0:
        found.append(f"{over} px wider than the window")
    return found


def spot(found: Locator, share: float = 0.5) -> tuple[float, float]:
    """Return a point of something in the window: its middle, or another share of its width and height."""
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * share, box["y"] + box["height"] * share


def finger(page: Page, start: tuple[float, float], end: tuple[float, float], *, steps: int = 12) -> None:
    """Put a finger down, move it and lift it; a browser takes less than 15 px for a finger that rests."""
    session = page.context.new_cdp_session(page)
    (x0, y0), (x1, y1) = start, end
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x0, "y": y0}]})
    for n in range(1, steps + 1):
        at = {"x": x0 + (x1 - x0) * n / steps, "y": y0 + (y1 - y0) * n / steps}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    page.wait_for_timeout(RESTS_MS)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def into_the_middle(found: Locator) -> None:
    """Bring something into the middle of the window at once, without the glide that a page has."""
    found.evaluate("(one) => one.scrollIntoView({ block: 'center', behavior: 'instant' })")


def scrolled_by(page: Page, found: Locator, share: float = 0.5) -> float:
    """Swipe up from a point of something and return by how many pixels the page moved."""
    into_the_middle(found)
    before = top_px(found)
    x, y = spot(found, share)
    finger(page, (x, y), (x, max(60.0, y - SWIPE_PX)))
    try:
        page.wait_for_function("([one, from]) => one.getBoundingClientRect().top < from - 30",
                               arg=[found.element_handle(), before], timeout=LOOK_MS * LOOKS_COUNT)  # fmt: skip
    except WaitedTooLong:
        return 0.0
    return before - top_px(found)


def top_px(found: Locator) -> float:
    """Return how far below the window's upper edge something begins."""
    return float(found.evaluate("(one) => one.getBoundingClientRect().top"))
