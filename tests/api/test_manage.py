"""Do the operator's commands say the same as the server, and tell refusals in sentences?"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import manage
from services.auth.roles import Role

ROOT = Path(__file__).resolve().parents[2]


def test_the_openapi_command_writes_the_document_that_the_server_answers(
    api: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "openapi.json"
    assert manage.main(["openapi", str(file)]) == 0
    written = json.loads(file.read_text(encoding="utf-8"))
    assert len(written["paths"]) > 30
    assert written == api().get("/openapi.json").get_json()


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end on a product of its own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, "VAR_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", [("audit", "verify"), ("api-key", "create", "--user", "x@example.com")])
def test_a_command_on_a_database_that_is_not_ready_says_what_to_do(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = run(tmp_path / "var", *command)
    assert done.returncode == 1, done.stderr
    assert "Run python manage.py init-db first." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_is_checked_and_its_problems_are_printed(
    product: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(b"symbol,date,close\nAAPL,2022-12-28,0\n")
    with product.services.ports.store.system(read_only=True) as uow:
        house = uow.tenants.list().rows[0].id
    assert manage.main(["ingest", str(file), "--house", house, "--dry-run"]) == 1
    said = capsys.readouterr().out
    assert "1 problem to put right" in said
    assert "line 2, close: The close is zero" in said
    assert manage.main(["ingest", str(file), "--house", "nowhere"]) == 1
    assert "There is no house 'nowhere'." in capsys.readouterr().err


def test_wrong_scopes_are_named_with_the_allowed_ones(product: Any, capsys: pytest.CaptureFixture[str]) -> None:
    email = product.passwords[Role.PORTFOLIO_MANAGER][0]
    assert manage.main(["api-key", "create", "--user", email, "--scope", "bogus", "--scope", "runs.read"]) == 1
    said = capsys.readouterr().err
    assert "scopes[0]: There is no scope 'bogus'." in said
    assert "portfolios.read" in said
    assert "scopes[1]" not in said


@pytest.mark.requirement("X.DP4")
def test_the_audit_log_is_verified_exported_and_anchored_from_the_command_line(
    product: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    house = product.actor(Role.COMPLIANCE).tenant_id
    assert manage.main(["audit", "anchor"]) == 0
    assert "Anchors written:" in capsys.readouterr().out
    assert manage.main(["audit", "verify"]) == 0
    assert "is whole" in capsys.readouterr().out
    assert manage.main(["audit", "verify", "--from", "2020-01-01", "--to", "2020-01-31"]) == 0
    assert "The chain of 0 rows is whole" in capsys.readouterr().out
    file = tmp_path / "audit.jsonl.gz"
    assert manage.main(["audit", "export", str(file), "--house", house]) == 0
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert (lines[0]["tenant_id"], lines[-1]["line"]) == (house, "anchor")
    assert manage.main(["audit", "export", str(file), "--house", house]) == 1
    assert "exists already" in capsys.readouterr().err
    anchor = next((product.settings.anchor_dir / house).iterdir())
    raw = anchor.read_bytes()
    anchor.unlink()
    anchor.write_bytes(raw.replace(b'"seq": ', b'"seq": 9'))
    assert manage.main(["audit", "verify"]) == 1
    assert "The signature of the anchor" in capsys.readouterr().out
    anchor.write_bytes(raw)
    assert manage.main(["retention"]) == 0
    assert "0 records would go." in capsys.readouterr().out
