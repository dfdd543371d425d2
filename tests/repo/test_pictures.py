"""Is every screen shown by the documentation, in every look, and is every picture that it names there?"""

from __future__ import annotations

import re

import pytest

from tests.browser.places import IN_TABS, places
from tests.browser.shots import KEPT, LOOKS, WIDE_MAX_BYTES, picture
from tests.conftest import ROOT

DOCS = ROOT / "docs"
NAMED = re.compile(r'(?:src="|\]\()([^")]*\.(?:webp|png|svg|jpg))')
FOLDER_MAX_BYTES = 8_000_000


def named_in(path) -> list[str]:
    return NAMED.findall(path.read_text("utf-8"))


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda path: path.name)
def test_every_picture_that_a_page_names_is_there(path) -> None:
    assert [name for name in named_in(path) if not (path.parent / name).is_file()] == []


def test_every_screen_is_shown_in_every_look() -> None:
    shown = set(named_in(DOCS / "screens.md"))
    screens = [*places(("/portfolios/one", "/portfolios/other")), *IN_TABS]
    wanted = {f"images/screens/{picture(place, look)}" for place in screens for look in LOOKS}
    assert wanted - shown == set()


def test_pictures_are_small_and_each_is_shown() -> None:
    files = sorted(KEPT.iterdir())
    shown = {name.rpartition("/")[2] for name in named_in(DOCS / "screens.md")}
    assert [path.name for path in files if path.name not in shown] == []
    assert [path.name for path in files if path.stat().st_size > WIDE_MAX_BYTES] == []
    assert sum(path.stat().st_size for path in files) <= FOLDER_MAX_BYTES


@pytest.mark.parametrize("name", sorted(path.name for path in DOCS.glob("user-guide*.md")))
def test_the_user_guide_shows_what_it_tells(name: str) -> None:
    assert named_in(DOCS / name)
