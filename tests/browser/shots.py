"""How does every screen look on a desk, a tablet and a phone? ``python -m tests.browser.shots`` takes the pictures.

It starts a product with the sample pack, opens every screen in every look, and writes small WebP files: the looks
that the documentation shows to ``docs/images/screens/``, with ``docs/screens.md`` as their index; with ``--all``, the
others beside them to ``var/screens/``.
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

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import Product, by_form, read_people, started
from tests.browser.places import IN_TABS, SETTLE_MS, Place, places, portfolios_of, visit, wait_until_drawn
from tests.browser.ruled import bring_rules
from tests.browser.states import NEWCOMER, NOBODY, Deed, accept, states
from tests.conftest import CHROMIUM_FLAGS, ROOT, chromium_path

KEPT = ROOT / "docs" / "images" / "screens"
BESIDE = ROOT / "var" / "screens"
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
    """A window in a theme: its name, size in CSS px, and whether the documentation shows it."""

    name: str
    width: int
    height: int
    dark: bool
    is_kept: bool

    @property
    def is_touch(self) -> bool:
        return self.width < 1000

    @property
    def max_bytes(self) -> int:
        return NARROW_MAX_BYTES if self.is_touch else WIDE_MAX_BYTES

    @property
    def folder(self) -> Path:
        return KEPT if self.is_kept else BESIDE


LOOKS = (
    Look("1440-light", 1440, 900, dark=False, is_kept=True),
    Look("820-dark", 820, 1180, dark=True, is_kept=True),
    Look("390-light", 390, 844, dark=False, is_kept=True),
    Look("1440-dark", 1440, 900, dark=True, is_kept=False),
    Look("820-light", 820, 1180, dark=False, is_kept=False),
    Look("390-dark", 390, 844, dark=True, is_kept=False),
)


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
                color_scheme="dark" if self._look.dark else "light",
                has_touch=self._look.is_touch,
                is_mobile=self._look.is_touch,
                reduced_motion="reduce",
                storage_state=None if role == NOBODY else self._product.sessions.get(role),  # type: ignore[arg-type]
            )
            shown = "dark" if self._look.dark else "light"  # pages before sign-in know the theme of the last visit
            context.add_cookies([{"name": "qpo_theme", "value": shown, "url": self._product.url}])
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
    look.folder.mkdir(parents=True, exist_ok=True)
    target = look.folder / f"{place.key}-{look.name}.webp"
    target.write_bytes(small(page.screenshot(), look.max_bytes))
    return target


def index(shown: Iterable[Place]) -> str:
    """Return the page that shows each picture which is there."""
    kept = [look for look in LOOKS if look.is_kept]
    lines = [
        "# Every screen",
        "",
        "As a portfolio manager sees them with the sample pack; Users as an administrator, records, reports and",
        "controls as compliance.",
        "`make shots` takes them anew.",
        "",
        "| screen | " + " | ".join(look.name.replace("-", " px, ") for look in kept) + " |",
        "| --- " * (len(kept) + 1) + "|",
    ]
    for place in shown:
        names = [f"{place.key}-{look.name}.webp" for look in kept]
        cells = [
            f'<img src="images/screens/{name}" alt="{place.title}, {look.name}" height="220">'
            if (KEPT / name).exists()
            else "—"
            for look, name in zip(kept, names, strict=True)
        ]
        if any(cell != "—" for cell in cells):
            lines.append(f"| {place.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures that were asked for; return how many screens did not come to stand."""
    asked = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    asked.add_argument("--all", action="store_true", help="also the looks that the documentation does not show")
    asked.add_argument("--look", choices=[look.name for look in LOOKS], help="only this look")
    asked.add_argument("--only", default="", help="only these screens, by key, with commas between")
    chosen = asked.parse_args(arguments)
    keys = set(filter(None, chosen.only.split(",")))
    looks = [look for look in LOOKS if (look.name == chosen.look if chosen.look else look.is_kept or chosen.all)]
    failed = 0
    with tempfile.TemporaryDirectory() as name, started(Path(name)) as (url, process, log):
        people = read_people((Path(name) / "var" / "sign-ins.txt").read_text("utf-8"))
        product = Product(url, Path(name) / "var", people, process.pid, log)
        bring_rules(product)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
            for look in looks:
                windows = Windows(browser, product, look)
                done = {one.place: one for one in states(product)}
                every = [*places(portfolios_of(windows.of("portfolio_manager"), url)), *IN_TABS, *done]
                for place in every:
                    state = done.get(place)
                    if (keys and place.key not in keys) or (state and look.width < state.least_px):
                        continue
                    try:
                        print(take(windows, url, place, look, state.deed if state else None))
                    except Exception as problem:
                        failed += 1
                        print(f"{place.key}, {look.name}: {problem}", file=sys.stderr)
                INDEX.write_text(index(every), "utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main())
