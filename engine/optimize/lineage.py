"""From what was an answer made: which request, which data, which days, which engine?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.kernel.canonical import sha256_of
from engine.optimize.inputs import Inputs
from engine.result import Lineage
from engine.spec import OptimizationRequest
from engine.version import ENGINE_VERSION


def lineage_of(request: OptimizationRequest, inputs: Inputs, data: Mapping[str, Any] | None) -> Lineage:
    """Return the lineage of an answer; `data` is what the caller says of the data, kept as it is."""
    window = inputs.window
    return Lineage(
        engine_version=ENGINE_VERSION,
        request_sha256=sha256_of(request.model_dump(mode="json")),
        data=None if data is None else dict(data),
        as_of=window.end if window else request.as_of,
        observations_count=window.observations_count if window else None,
        window_start=window.start if window else None,
        window_end=window.end if window else None,
    )
