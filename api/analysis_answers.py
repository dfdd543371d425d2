"""How does a report that a worker computes become an HTTP answer?"""

from __future__ import annotations

from flask import Response

from api.answers import answer
from services.errors import Conflict
from services.messages.analyses import AnalysisAnswer, AnalysisState


def told(found: AnalysisAnswer) -> Response:
    """Return the report with 200; 202 with `Retry-After` while it is being computed; its failure as a problem.

    The report carries `computed_at_utc`, `elapsed_ms` and `is_current` beside its own fields.

    Raises
    ------
    Conflict
        The report could not be made from the data as they are.

    """
    if found.state is AnalysisState.FAILED:
        raise Conflict(found.message or "The report could not be made.", found.advice or "Try again.", code=found.code)
    if found.state is AnalysisState.WORKING or found.document is None:
        body = found.model_dump(mode="json", exclude={"document"})
        return answer(body, 202, headers={"Retry-After": str(found.retry_after_s)})
    extras = {
        "computed_at_utc": found.computed_at_utc,
        "elapsed_ms": found.elapsed_ms,
        "is_current": found.is_current,
    }
    return answer({**found.document, **extras})
