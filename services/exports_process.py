"""How does a serving process have a chart drawn elsewhere, within a deadline and at most two at a time?"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from services.errors import InvalidRequest, Unavailable
from services.exports_draw import MEMORY_CODE, MEMORY_MAX_BYTES, TOLD_CODE
from services.messages.exports import ChartFormat

ROOT = Path(__file__).resolve().parents[1]
DEADLINE_S = 30.0
DOCUMENT_TIMES = 3.0
"""How many times as long the document of a whole page, with many charts, may take."""
DRAWINGS_MAX_COUNT = 2
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_log = logging.getLogger(__name__)


class DrawingProcesses:
    """Starts one short-lived process for each drawing; the environment's secrets stay here.

    Parameters
    ----------
    deadline_s : float
        For waiting and drawing together.
    at_once_max_count : int
        Further drawings wait for their turn.
    memory_max_bytes : int
        Address space of one drawing.
    """

    def __init__(
        self,
        deadline_s: float = DEADLINE_S,
        at_once_max_count: int = DRAWINGS_MAX_COUNT,
        memory_max_bytes: int = MEMORY_MAX_BYTES,
    ) -> None:
        self._deadline_s = deadline_s
        self._memory_max_bytes = memory_max_bytes
        self._places = threading.BoundedSemaphore(at_once_max_count)
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def draw(self, figure: Any, kind: ChartFormat, *, made_at_utc: datetime, cache_dir: Path) -> bytes:
        """Draw a figure and return the file.

        Parameters
        ----------
        figure : Plotly figure or mapping
        kind : {"pdf", "png", "svg"}
        made_at_utc : datetime
            Stamp of the file.
        cache_dir : Path
            Where matplotlib keeps its list of fonts.

        Raises
        ------
        InvalidRequest
            The figure holds something that the renderer cannot draw.
        Unavailable
            The deadline passed, the memory did not suffice, or the process failed.
        """
        plain = figure.to_plotly_json() if hasattr(figure, "to_plotly_json") else figure
        return self._made({"figure": plain, "kind": kind}, made_at_utc, cache_dir, self._deadline_s)

    def document(
        self, document: Mapping[str, Any], kind: ChartFormat = "pdf", *, made_at_utc: datetime, cache_dir: Path
    ) -> bytes:
        """Set the document of a page (`services.exports_page.page_order`) as a file; refuses as `draw` does."""
        deadline_s = self._deadline_s * DOCUMENT_TIMES
        return self._made({"document": document, "kind": kind}, made_at_utc, cache_dir, deadline_s)

    def _made(self, subject: Mapping[str, Any], made_at_utc: datetime, cache_dir: Path, deadline_s: float) -> bytes:
        end_s = time.monotonic() + deadline_s
        order = _order(subject, made_at_utc, cache_dir, self._memory_max_bytes)
        if not self._places.acquire(timeout=self._deadline_s):
            raise Unavailable(
                f"Other charts are being drawn, and this one did not get its turn within {self._deadline_s:g} s.",
                "Try again in a minute.",
                retry_after_s=30,
            )
        try:
            return self._drawn(order, end_s, deadline_s)
        finally:
            self._places.release()

    def stop(self) -> None:
        """End the drawings that are under way."""
        with self._lock:
            for process in self._running:
                process.kill()

    def _drawn(self, order: bytes, end_s: float, deadline_s: float) -> bytes:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.exports_draw"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=_environment(),
            start_new_session=True,  # a Ctrl+C in the terminal is this process's to handle
        )
        with self._lock:
            self._running.add(process)
        try:
            data, errors = process.communicate(order, timeout=max(0.0, end_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Unavailable(
                f"The chart was not drawn within {deadline_s:g} s.",
                "Try again in a minute, or choose fewer assets.",
                retry_after_s=30,
            ) from None
        finally:
            with self._lock:
                self._running.discard(process)
        return _answer(process.returncode, data, errors)


def _answer(exit_code: int, data: bytes, errors: bytes) -> bytes:
    """Return the file, or tell why there is none."""
    if exit_code == 0:
        return data
    if exit_code == TOLD_CODE:
        told = json.loads(data)
        raise InvalidRequest(told["message"], told["advice"], code=told["code"])
    if exit_code == MEMORY_CODE or b"MemoryError" in errors:  # the interpreter itself may have got none
        raise Unavailable(
            "The chart needs more memory than one drawing may take.", "Choose fewer assets or a shorter period."
        )
    _log.error("Drawing a chart ended with %s: %s", exit_code, errors.decode(errors="replace")[-2000:])
    raise Unavailable("The chart could not be drawn: the drawing process ended early.", "Try again in a minute.")


def _order(subject: Mapping[str, Any], made_at_utc: datetime, cache_dir: Path, memory_max_bytes: int) -> bytes:
    from plotly.utils import PlotlyJSONEncoder

    order = {
        **subject,
        "made_at_utc": made_at_utc.isoformat(),
        "cache_dir": str(cache_dir),
        "memory_max_bytes": memory_max_bytes,
    }
    return json.dumps(order, cls=PlotlyJSONEncoder).encode()


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD
