"""What does a worker process for reports call, in the embedded pool as well as under Celery?"""

from __future__ import annotations

import logging

from services import wiring
from services.analyses_kinds import kinds
from services.collector import calm_collector


def warm() -> None:
    """Load every kind of report and build the services, so that the first report does not pay for it."""
    settings = wiring.current().ports.settings
    logging.basicConfig(level=settings.log_level)
    kinds()
    calm_collector()


def execute(analysis_id: str) -> None:
    """Compute one report, if it still waits for somebody to do it."""
    wiring.current().analyses.execute(analysis_id)
