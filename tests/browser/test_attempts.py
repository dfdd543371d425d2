"""Does a second attempt at a journey begin in a product of its own, and is the failure of the first one told?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import attempts
from tests.conftest import ROOT

CONFTEST = """
import contextlib, types

from tests.browser import conftest
from tests.browser.conftest import kept, product, products, pytest_runtest_makereport, pytest_terminal_summary


@contextlib.contextmanager
def started(folder):
    (folder / "var").mkdir()
    (folder / "var" / "sign-ins.txt").write_text("viewer vera@example.com secret")
    log = folder / "product.log"
    log.write_text("an older error")
    yield f"http://{folder.name}", types.SimpleNamespace(pid=1), log
    log.write_text("stopped")


conftest.started = started
"""
JOURNEYS = """
PAGE = "Aria snapshot:\\n- navigation:\\n- main:\\n  - heading of the page"


def test_first(product, kept):
    kept["portfolio"] = product.url
    product.sessions["viewer"] = {}


def test_fails_once(product, kept):
    before, now = product.log.parent.with_name("product0"), product.log.parent.name
    if now == "product0":
        assert kept == {"portfolio": "http://product0"}
        with product.log.open("a") as log:
            log.write('\\n{"path": "/", "level": "info"}\\nValueError: the cause in the product\\n')
        raise AssertionError(f"the cause on the page\\n{PAGE}")
    assert (now, kept, product.sessions) == ("product1", {}, {})
    assert (before / "product.log").read_text() == "stopped"


def test_after_it(product, kept):
    assert (product.url, kept) == ("http://product1", {})
    assert product.people == {"viewer": ("vera@example.com", "secret")}
"""


@pytest.mark.parametrize("how", [[], ["-n", "1"]], ids=["alone", "with workers"])
def test_a_second_attempt_begins_anew_and_the_first_ones_failure_is_told(how: list[str], tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_journeys.py").write_text(JOURNEYS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:dash -p no:cacheprovider\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--reruns", "1", *how, "--basetemp", str(tmp_path / "base"), str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed, 1 rerun" in done.stdout, done.stdout + done.stderr
    told = done.stdout.partition("first attempts that failed")[2]
    assert "test_journeys.py::test_fails_once (call)" in told
    assert re.search(r"E +AssertionError: the cause on the page", told)
    assert "test_journeys.py:" in told.partition("E  ")[0]
    assert "heading of the page" in told
    assert "- navigation" not in told
    assert "ValueError: the cause in the product" in told
    assert "an older error" not in told
    assert '"level": "info"' not in told


def test_of_a_page_in_words_only_its_own_part_is_kept_and_not_without_end() -> None:
    shell = ["E       AssertionError", "E       Aria snapshot:", 'E       - navigation "Main":', "E       - banner:"]
    page = ["E       - main:", *(f"E         - line {n}" for n in range(100))]
    kept = attempts.own_part([*shell, *page])
    assert kept[:3] == [*shell[:2], "E       - main:"]
    assert kept[-2:] == ["E         - line 58", "E       ..."]
    assert attempts.own_part(shell[:1]) == shell[:1]
    assert attempts.own_part([*shell[:2], "E       - table"]) == [*shell[:2], "E       - table"]
