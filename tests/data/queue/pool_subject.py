"""What do the pool's tests have a worker process do? Ids say it: ``sleep:3``, ``touch:/a/file``, ``fail``."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def warm() -> None:
    """Nothing to load."""


def execute(job_id: str) -> None:
    """Do what the id says."""
    verb, _, rest = job_id.partition(":")
    if verb == "sleep":
        time.sleep(float(rest))
    elif verb == "touch":
        Path(rest).write_text(str(os.getpid()))
    elif verb == "env":
        facts = {
            "omp": os.environ.get("OMP_NUM_THREADS"),
            "nice": os.nice(0),
            "main": getattr(sys.modules["__main__"], "__file__", ""),
            "has_pytest": "pytest" in sys.modules,
        }
        Path(rest).write_text(json.dumps(facts))
    elif verb == "print":
        print("done something-else")  # must not be taken for an answer
    elif verb == "fail":
        raise ValueError("this job fails on purpose")
