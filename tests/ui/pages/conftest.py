"""What do the tests of the pages share: the pages as trees, their callbacks, people of every role without a server?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role

ROOT = Path(__file__).resolve().parents[3]

_LOOK = """
import json, sys, warnings
warnings.simplefilter("ignore")
from dash import Dash
app = Dash("app", use_pages=True, pages_folder=sys.argv[1])
import callbacks
callbacks.register()
from callbacks import shell
from dash._callback import GLOBAL_CALLBACK_LIST
tree = json.loads(json.dumps(shell.validation_layout().to_plotly_json(), default=lambda one: one.to_plotly_json()))
import dash, re
paths = [re.sub("<[^>]*>", "*", page["path_template"] or page["path"]) for name, page in dash.page_registry.items()
         if not name.endswith("not_found_404")]
print(json.dumps({"tree": tree, "paths": paths, "callbacks": [
    {"inputs": one["inputs"], "state": one["state"], "output": one["output"], "no_output": one.get("no_output"),
     "running": one.get("running"), "is_in_browser": bool(one.get("clientside_function"))}
    for one in GLOBAL_CALLBACK_LIST]}, default=str))
"""


@pytest.fixture(scope="session")
def product() -> dict[str, Any]:
    """Return every page with the frame as one tree, and every callback; looked at in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(ROOT / "pages")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def nodes(product: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every component of the tree, flat."""
    found: list[dict[str, Any]] = []

    def walk(one: Any) -> None:
        if isinstance(one, list):
            for part in one:
                walk(part)
        elif isinstance(one, dict):
            if "props" in one and "type" in one:
                found.append(one)
            for part in one.values():
                walk(part)

    walk(product["tree"])
    return found


@pytest.fixture
def as_role(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let callbacks believe that a person of the given role asks."""

    def become(role: Role) -> Actor:
        person = Actor("u-1", "t-1", "Somebody", role, "session")
        monkeypatch.setattr(
            "callbacks.actor.current_user",
            SimpleNamespace(is_authenticated=True, actor=person, email="somebody@example.com"),
        )
        return person

    return become
