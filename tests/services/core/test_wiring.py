"""Does the web process stay light, and does a worker find its services by itself?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ["cvxpy", "sklearn", "skfolio", "numba", "celery", "redis", "xgboost", "shap", "pymoo", "highspy"]
HEAVY += ["clarabel", "scipy.optimize", "matplotlib"]


def run(script: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_wiring_loads_no_solver_queue_or_model() -> None:
    loaded = run(f"import sys, services.wiring; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert loaded == "[]"


def test_building_the_services_loads_no_solver_and_stays_below_150_mb(tmp_path: Path) -> None:
    script = (
        "import sys, psutil, services.wiring as wiring\n"
        "from services.settings import load_settings\n"
        "wiring.build(load_settings())\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
        "print(psutil.Process().memory_info().rss / 2**20 < 150)\n"
    )
    assert run(script, VAR_DIR=str(tmp_path)) == "[]\nTrue"


def test_a_process_that_nobody_gave_services_builds_its_own_and_hands_nothing_over(tmp_path: Path) -> None:
    script = (
        "import services.wiring as wiring\n"
        "first = wiring.current()\n"
        "print(first is wiring.current(), type(first.ports.queue).__name__, first.health.checks()['storage'])\n"
    )
    assert run(script, VAR_DIR=str(tmp_path)) == "True PassiveQueue ok"
