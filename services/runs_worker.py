"""What does a worker process call, in the embedded pool as well as under Celery?"""

from __future__ import annotations

import importlib
import logging

from services import wiring
from services.collector import calm_collector

WARM_MODULES = (
    "engine.optimize.solve",
    "engine.parse",
    "services.runs_kind_optimization",
    "services.wiring",
    "services.explorer",
    "services.performance",
    "services.risk",
    "services.stress",
)
"""What every worker needs; Celery's children share it, because it is loaded before they are forked."""


_SMALL_PROBLEM = """{
    "problem": {"assets": ["A", "B"], "expected_returns_frac": [0.001, 0.002], "covariance": [[1e-4, 0], [0, 4e-4]]},
    "objective": {"kind": "max_sharpe"}, "constraints": [{"kind": "position_bounds", "min_frac": 0, "max_frac": 1}]
}"""


def warm() -> None:
    """Load the solvers, solve something small and build the services, so that the first run does not pay for it.

    What the process has made by then is for good, and its collector leaves it alone.
    """
    settings = wiring.current().ports.settings
    logging.basicConfig(level=settings.log_level)
    for name in WARM_MODULES:
        importlib.import_module(name)
    import engine

    engine.optimize(engine.parse_request(_SMALL_PROBLEM))
    calm_collector()


def execute(run_id: str) -> None:
    """Do the work on one run, if it still waits for somebody to do it."""
    wiring.current().runs.execute(run_id)
