"""What does a worker process of the tests of reports compute? It tells its process id, and may take its time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from services import analyses_worker
from services.analyses_kinds import kinds
from services.auth.roles import Permission


class Who(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    portfolio_id: str
    mark: str


class WhoComputes:
    """The first time sleeps until it is killed; the second time answers."""

    name = "who"
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> Who:
        return Who.model_validate_json(text)

    def portfolio_id(self, request: Who) -> str:
        return request.portfolio_id

    def data_version(self, request: Who, services: Any, actor: Any) -> str:
        return "1"

    def compute(self, request: Who, services: Any, actor: Any) -> dict[str, Any]:
        mark = Path(request.mark)
        if not mark.exists():
            mark.write_text(str(os.getpid()))
            time.sleep(600)
        return {"process_id": os.getpid(), "actor": actor.name}


KIND = WhoComputes()


def warm() -> None:
    """Make the kind known, then as the product's own worker."""
    analyses_worker.warm()
    kinds()["who"] = KIND


def execute(analysis_id: str) -> None:
    """As the product's own worker."""
    analyses_worker.execute(analysis_id)
