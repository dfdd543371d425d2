"""What do all tests share: single-threaded numerics, a private var/, no test skipped in CI for a missing tool."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def missing_tool(reason: str) -> None:
    """Skip with the reason; under CI=true fail, because there set-up must have installed the tool."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{reason} (CI must have it)")
    pytest.skip(reason)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument alone: files made here hold the second they were made in, to the very length."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recorded data beside the project, where there is one."""
    if not (SHARED / "data").is_dir():
        pytest.skip("The folder of recorded real data beside the project is absent.")
    return SHARED / "data"


@pytest.fixture
def var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a private var/ to a test that starts a product of its own."""
    folder = tmp_path / "var"
    monkeypatch.setenv("VAR_DIR", str(folder))
    return folder


CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


def chromium_path() -> str | None:
    """Return where a Chromium is installed, if one is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start Chromium once for all tests: the driver allows one at a time in a process."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        missing_tool("Chromium is not installed; run make tools.")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield made
        made.close()
