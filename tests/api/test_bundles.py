"""Do the product's scripts and style sheets come as one file each, whole, to be kept, and to nobody signed out?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.bundles import index_page, made
from services.auth.roles import Role

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("css", "js")


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_holds_every_file_of_its_kind_in_the_order_of_names(kind: str) -> None:
    body = made(ROOT / "assets", kind).body.decode()
    files = sorted((ROOT / "assets").glob(f"*.{kind}"))
    assert len(files) > 20
    places = [body.index(one.read_text("utf-8")) for one in files]
    assert places == sorted(places)


def test_scripts_that_are_joined_say_strict_inside_of_themselves_only() -> None:
    for script in (ROOT / "assets").glob("*.js"):
        text = script.read_text("utf-8")
        assert not re.search(r"^[\"']use strict", text, re.MULTILINE), script.name
        assert text.rstrip().endswith(";"), script.name


def test_the_address_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("var a;", "utf-8")
    before = made(tmp_path, "js")
    assert made(tmp_path, "js") == before
    (tmp_path / "b.js").write_text("var b;", "utf-8")
    after = made(tmp_path, "js")
    assert (after.path, before.path) == ("/assets/bundle.js",) * 2
    assert after.address != before.address
    assert f'"{after.address}"' in index_page('<script src="/assets/bundle.js"></script>', tmp_path)


@pytest.mark.requirement("X.RT3")
@pytest.mark.parametrize("kind", KINDS)
def test_the_first_page_links_one_file_of_each_kind_that_a_browser_keeps(
    browser: Callable[..., Any], kind: str
) -> None:
    one = browser(Role.VIEWER)
    page = one.open("/").text
    own = re.findall(rf'(?:src|href)="(/assets/(?!vendor|boot)[^"]+\.{kind}[^"]*)"', page)
    assert own == [made(ROOT / "assets", kind).address]
    answer = one.open(own[0], headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.mimetype == {"css": "text/css", "js": "text/javascript"}[kind]


@pytest.mark.requirement("X.AU2")
def test_signed_out_nobody_reads_the_bundle_of_scripts(browser: Callable[..., Any]) -> None:
    assert browser(None).open("/assets/bundle.js", headers={"Accept": "*/*"}).status_code == 401
