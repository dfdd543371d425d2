"""Do the operator's commands say the same as the server, and tell refusals in sentences?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import manage


def test_the_openapi_command_writes_the_document_that_the_server_answers(
    api: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "openapi.json"
    assert manage.main(["openapi", str(file)]) == 0
    written = json.loads(file.read_text(encoding="utf-8"))
    assert len(written["paths"]) > 30
    assert written == api().get("/openapi.json").get_json()
