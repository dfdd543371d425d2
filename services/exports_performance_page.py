"""How is the whole page of performance asked for by a program: every report of it, then one document?"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from services.analyses import Analyses
from services.auth.actor import Actor
from services.exports_page import PageDocument
from services.exports_performance import page_document
from services.formatting import Style
from services.messages.analyses import AnalysisAnswer
from services.messages.performance import (
    AttributionRequest,
    AttributionView,
    PerformanceRequest,
    PerformanceView,
    PeriodsRequest,
    PeriodsView,
    RegimesView,
)

Report = TypeVar("Report", bound=BaseModel)


class NotReady(Exception):
    """A report of the page is still being computed, or failed; `answer` says which."""

    def __init__(self, answer: AnalysisAnswer) -> None:
        super().__init__(answer.message or answer.state.value)
        self.answer = answer


def performance_page(
    asked: PerformanceRequest, analyses: Analyses, actor: Actor, *, style: Style, signs: Any, wait_s: float
) -> PageDocument:
    """Return the document of a portfolio's performance over a period, its attribution by sector.

    Parameters
    ----------
    asked : PerformanceRequest
    analyses : Analyses
    actor : Actor
    style, signs : str
        Number format and colors of the reader.
    wait_s : float
        How long each report is waited for.

    Raises
    ------
    NotReady
        A report is not there.
    """

    def of(kind: str, request: BaseModel, form: type[Report]) -> Report:
        answer = analyses.answer(kind, request, actor, wait_s=wait_s)
        if not answer.is_ready or answer.document is None:
            raise NotReady(answer)
        return form.model_validate(answer.document)

    common = {name: getattr(asked, name) for name in PeriodsRequest.model_fields}
    found = of("performance", asked, PerformanceView)
    why = of("performance_attribution", AttributionRequest(**common), AttributionView)
    times = of("performance_regimes", PeriodsRequest(**common), RegimesView)
    if found.benchmark is None:
        return page_document(found, None, why, times, style=style, signs=signs)
    told = of("performance_periods", PeriodsRequest(**common), PeriodsView)
    return page_document(found, told.periods, why, times, phases=told.phases, style=style, signs=signs)
