"""How is the whole page of risk asked for by a program: its report and back-tests, then one document?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.charts.risk_page import CHARTS, USUAL, drawn
from services.exports_page import PageDocument
from services.exports_risk import risk_document
from services.formatting import Style
from services.messages.portfolios import LimitCheck
from services.messages.risk import RiskAnswer, RiskBacktests


def risk_page(
    answer: RiskAnswer,
    tests: RiskBacktests | None,
    house: Sequence[LimitCheck],
    *,
    level: str,
    horizon: str,
    style: Style,
    signs: Any,
) -> PageDocument:
    """Return the document of a portfolio's risk, with every chart as the page draws it at first.

    Parameters
    ----------
    answer : RiskAnswer
        With a report.
    tests : RiskBacktests or None
        Without them the chart and the table of forecasts are left out.
    house : sequence of LimitCheck
    level, horizon : str
        Confidence in percent and days of the losses.
    style, signs : str
        Number format and colors of the reader; paper is always light.

    """
    report = answer.report
    assert report is not None
    view = {**USUAL, "level": level, "horizon": horizon}
    look = {"theme": "light", "style": style, "signs": signs}
    names = [name for name in CHARTS if name != "tests" or tests is not None]
    charts = [(name, drawn(name, report, view, look, tests)) for name in names]
    return risk_document(answer, charts, tests, view, style, house)
