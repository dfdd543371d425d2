"""How does a Celery worker execute the product's runs?

    celery --app worker worker                            does the work of runs, and computes reports
    celery --app worker worker -Q qpo.quick               computes reports only, so that none waits behind a run
    celery --app worker worker -Q follow --pool threads   runs the pages' background callbacks, which only look at runs

A message carries a run's id and nothing else; `services.runs` decides whether there is anything to do. Started without
`-Q follow` the worker never loads the web application.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before any numerical library is imported
ROOT = str(Path(__file__).resolve().parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)  # the celery command does not keep the current folder on the path

from celery.signals import celeryd_init, worker_init, worker_process_init  # noqa: E402

from data.queue.celery_queue import QUICK_TASK_NAME, TASK_NAME, make_celery  # noqa: E402
from services import analyses_worker, runs_worker  # noqa: E402
from services.settings import SettingsError, load_settings  # noqa: E402

FOLLOW_QUEUE = "follow"


def _make() -> Any:
    settings = load_settings()
    if not settings.is_scaled:
        raise SettingsError(
            ["REDIS_URL is not set, and a Celery worker has no other place to get its work from. "
             "Set REDIS_URL and DATABASE_URL as for the web process, or run python app.py alone."]
        )  # fmt: skip
    return make_celery(settings.redis_url)


celery_app = _make()


@celery_app.task(name=TASK_NAME, ignore_result=True)  # type: ignore[untyped-decorator]
def execute(run_id: str) -> None:
    """Do the work on one run."""
    runs_worker.execute(run_id)


@celery_app.task(name=QUICK_TASK_NAME, ignore_result=True)  # type: ignore[untyped-decorator]
def compute(analysis_id: str) -> None:
    """Compute one report."""
    analyses_worker.execute(analysis_id)


@celeryd_init.connect(weak=False)  # type: ignore[untyped-decorator]
def _load_background_callbacks(options: dict[str, Any] | None = None, **_: Any) -> None:
    """Register the pages' background callbacks, only in a worker that is there for them."""
    queues = (options or {}).get("queues") or ()
    names = queues.split(",") if isinstance(queues, str) else [str(name) for name in queues]
    if FOLLOW_QUEUE in names:
        importlib.import_module("app").create_app()


@worker_init.connect(weak=False)  # type: ignore[untyped-decorator]
def _load_solvers(**_: Any) -> None:
    """Import what all children need before they are forked, so that they share it."""
    for name in runs_worker.WARM_MODULES:
        importlib.import_module(name)


@worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]
def _warm(**_: Any) -> None:
    """Build the services of one child: connections are never shared between processes."""
    runs_worker.warm()
