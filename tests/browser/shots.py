"""How does every screen look on a desk, a tablet and a phone? ``python -m tests.browser.shots`` takes the pictures.

It starts a product with the sample pack, opens every screen at three widths in both themes, and writes small WebP
files to ``docs/images/screens/``, with ``docs/screens.md`` as their index.
"""

from __future__ import annotations

import argparse
import io
import itertools
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import Product, by_form, read_people, started
from tests.browser.places import IN_TABS, SETTLE_MS, Place, places, portfolios_of, visit, wait_until_drawn
from tests.browser.rest import forget_draft
from tests.browser.ruled import bring_rules
from tests.browser.states import MANAGER, NEWCOMER, NOBODY, Deed, accept, states
from tests.conftest import CHROMIUM_FLAGS, ROOT, chromium_path

KEPT = ROOT / "docs" / "images" / "screens"
INDEX = ROOT / "docs" / "screens.md"
WIDE_MAX_BYTES, NARROW_MAX_BYTES = 24_000, 14_000
"""Of a picture: the guide shows those of a desk, the index all of them."""
QUALITIES = (70, 55, 40, 28)
SCALES = (1.0, 0.75, 0.5)
PATIENCE_MS = 30_000
CHECKED = "() => document.getElementById('living-trust')?.dataset.state !== 'wait'"
"""Whether the engine has answered for the frontier that is shown, if one is."""
TO_TAB = """() => {
  const chosen = document.querySelector('#shell-content [role=tab][aria-selected=true]');
  const tabs = chosen && chosen.closest('[role=tablist]'), top_px = tabs ? tabs.getBoundingClientRect().top : 0;
  if (top_px > window.innerHeight / 2 && !tabs.firstElementChild.contains(chosen)) window.scrollBy(0, top_px - 72);
}"""
"""Brings the tabs of a page that tells much above them under the bar: a picture of a tab shows what is in it."""


@dataclass(frozen=True)
class Look:
    """A window in a theme, and its size in CSS px."""

    width: int
    height: int
    dark: bool

    @property
    def theme(self) -> Literal["light", "dark"]:
        return "dark" if self.dark else "light"

    @property
    def name(self) -> str:
        return f"{self.width}-{self.theme}"

    @property
    def is_touch(self) -> bool:
        return self.width < 1000

    @property
    def max_bytes(self) -> int:
        return NARROW_MAX_BYTES if self.is_touch else WIDE_MAX_BYTES


SIZES = ((1440, 900), (820, 1180), (390, 844))
LOOKS = tuple(Look(width, height, dark) for dark in (False, True) for width, height in SIZES)


def small(png: bytes, max_bytes: int) -> bytes:
    """Return a picture as WebP, in the best of the qualities, then sizes, with which it stays small enough."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    made = b""
    for scale, quality in itertools.product(SCALES, QUALITIES):
        size = (round(whole.width * scale), round(whole.height * scale))
        sink = io.BytesIO()
        (whole if scale == 1.0 else whole.resize(size)).save(sink, "WEBP", quality=quality, method=6)
        made = sink.getvalue()
        if len(made) <= max_bytes:
            break
    return made


class Windows:
    """One window a role, all in the same look."""

    def __init__(self, browser: Browser, product: Product, look: Look) -> None:
        self._browser, self._product, self._look = browser, product, look
        self._pages: dict[str, Page] = {}

    def of(self, role: str) -> Page:
        if role not in self._pages:
            context = self._browser.new_context(
                viewport={"width": self._look.width, "height": self._look.height},
                color_scheme=self._look.theme,
                has_touch=self._look.is_touch,
                is_mobile=self._look.is_touch,
                reduced_motion="reduce",
                storage_state=None if role == NOBODY else self._product.sessions.get(role),  # type: ignore[arg-type]
            )
            # pages before sign-in know the theme of the last visit
            context.add_cookies([{"name": "qpo_theme", "value": self._look.theme, "url": self._product.url}])
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            if role not in {*self._product.sessions, NOBODY}:
                if role == NEWCOMER:
                    accept(page, self._product)
                by_form(page, self._product, role)
                self._product.sessions[role] = dict(context.storage_state())
            self._pages[role] = page
        return self._pages[role]


def take(windows: Windows, url: str, place: Place, look: Look, deed: Deed | None) -> Path:
    """Open a screen, wait until it stands, do what its state asks for, and write its picture."""
    page = windows.of(place.role)
    if place.role == NOBODY:
        page.goto(url + place.path)
    else:
        visit(page, url + place.path)
        page.wait_for_function(CHECKED)
        if "tab=" in place.path:
            page.evaluate(TO_TAB)
            wait_until_drawn(page)
    if deed is not None:
        deed(page)
        page.wait_for_timeout(SETTLE_MS)
    KEPT.mkdir(parents=True, exist_ok=True)
    target = KEPT / picture(place, look)
    target.write_bytes(small(page.screenshot(), look.max_bytes))
    return target


def picture(place: Place, look: Look) -> str:
    """Return the file name of a screen's picture in a look."""
    return f"{place.key}-{look.name}.webp"


def index(shown: Iterable[Place]) -> str:
    """Return the page that shows each picture which is there: a row of a screen in the light, and one in the dark."""
    lines = [
        "# Every screen",
        "",
        "As a portfolio manager sees them with the sample pack; Users as an administrator, records, reports and",
        "controls as compliance.",
        "`make shots` takes them anew.",
        "",
        "| screen | theme | " + " | ".join(f"{width} px" for width, _ in SIZES) + " |",
        "| --- " * (len(SIZES) + 2) + "|",
    ]
    for place in shown:
        for theme, looks in itertools.groupby(LOOKS, lambda look: look.theme):
            cells = [_cell(place, look) for look in looks]
            if any(cells):
                lines.append(f"| {place.title} | {theme} | " + " | ".join(cell or "—" for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(place: Place, look: Look) -> str:
    """Return the mark-up of a picture; none where the screen is not shown in this look."""
    name = picture(place, look)
    if not (KEPT / name).exists():
        return ""
    return f'<img src="images/screens/{name}" alt="{place.title}, {look.name}" height="220">'


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures that were asked for; return how many screens did not come to stand."""
    asked = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    asked.add_argument("--look", choices=[look.name for look in LOOKS], help="only this look")
    asked.add_argument("--only", default="", help="only these screens, by key, with commas between")
    chosen = asked.parse_args(arguments)
    keys = set(filter(None, chosen.only.split(",")))
    looks = [look for look in LOOKS if chosen.look in (None, look.name)]
    failed = 0
    with tempfile.TemporaryDirectory() as name, started(Path(name)) as (url, process, log):
        people = read_people((Path(name) / "var" / "sign-ins.txt").read_text("utf-8"))
        product = Product(url, Path(name) / "var", people, process.pid, log)
        bring_rules(product)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
            for look in looks:
                windows = Windows(browser, product, look)
                forget_draft(windows.of(MANAGER).request, product, MANAGER)  # each look finds the wizard empty
                done = {one.place: one for one in states(product)}
                every = [*places(portfolios_of(windows.of(MANAGER), url)), *IN_TABS, *done]
                for place in every:
                    state = done.get(place)
                    if (keys and place.key not in keys) or (state and look.width < state.least_px):
                        continue
                    try:
                        print(take(windows, url, place, look, state.deed if state else None), flush=True)
                    except Exception as problem:
                        failed += 1
                        print(f"{place.key}, {look.name}: {problem}", file=sys.stderr, flush=True)
                INDEX.write_text(index(every), "utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(min(main(), 1))  # a shell counts to 255 only
