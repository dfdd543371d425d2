"""Which ids does the search for trades that mend a portfolio use, where all is mended and where one breach is?"""

from __future__ import annotations

from components.ids_base import Frozen


class MendPlace(metaclass=Frozen):
    """What both places have."""

    ASK: str
    NOTE: str
    PROBLEMS: str
    BUFFER: str
    TURNOVER: str
    CASH: str
    WHOLE: str
    ASKED: str  # Store, what was asked last: {"portfolio_id", "wish", "subject", "ticks", "press"}
    TICK: str
    ANSWER: str


class ComplianceMend(MendPlace):
    """All that a portfolio breaks, on the tab of status."""

    PORTFOLIO = "compliance-mend-portfolio"
    ASK = "compliance-mend-ask"
    NOTE = "compliance-mend-note"
    PROBLEMS = "compliance-mend-problems"
    BUFFER = "compliance-mend-buffer"
    TURNOVER = "compliance-mend-turnover"
    CASH = "compliance-mend-cash"
    WHOLE = "compliance-mend-whole"
    ASKED = "compliance-mend-asked"
    TICK = "compliance-mend-tick"
    ANSWER = "compliance-mend-answer"


class ComplianceMendBreach(MendPlace):
    """The rule of one breach, on the tab of breaches."""

    ASK = "compliance-mend-breach-ask"
    NOTE = "compliance-mend-breach-note"
    PROBLEMS = "compliance-mend-breach-problems"
    BUFFER = "compliance-mend-breach-buffer"
    TURNOVER = "compliance-mend-breach-turnover"
    CASH = "compliance-mend-breach-cash"
    WHOLE = "compliance-mend-breach-whole"
    ASKED = "compliance-mend-breach-asked"
    TICK = "compliance-mend-breach-tick"
    ANSWER = "compliance-mend-breach-answer"
