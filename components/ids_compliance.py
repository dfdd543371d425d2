"""Which ids does the page of compliance use around its tabs, and on the tab of how portfolios stand?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Compliance(metaclass=Frozen):
    """The frame: one panel a tab."""

    PROBLEM: Final = "compliance-problem"
    MAIN: Final = "compliance-main"
    TABS: Final = "compliance-tabs"
    VIEW: Final = "compliance-view"  # Store, what the address asked for when the page was opened
    PANEL_STATUS: Final = "compliance-panel-status"


class ComplianceStatus(metaclass=Frozen):
    """Portfolios by rules, and the evidence of one cell."""

    SENTENCE: Final = "compliance-status-sentence"
    FIGURES: Final = "compliance-status-figures"
    STANDING: Final = "compliance-status-standing"
    PORTFOLIO: Final = "compliance-status-portfolio"
    MATRIX: Final = "compliance-status-matrix"
    EMPTY: Final = "compliance-status-empty"
    BODY: Final = "compliance-status-body"  # everything that needs a rule in force
    MORE: Final = "compliance-status-more"
    PICK: Final = "compliance-status-pick"  # Store, "portfolio|rule" of the chosen cell
    EVIDENCE: Final = "compliance-status-evidence"  # the card; assets/compliance_status.js brings it into sight
    DETAIL: Final = "compliance-status-detail"
    DETAIL_TITLE: Final = "compliance-status-detail-title"
    TICK: Final = "compliance-status-tick"
    FOLLOW: Final = "compliance-status-follow"  # Interval, runs while a check is still to come
    CHECK: Final = "compliance-status-check"
    CHECKED: Final = "compliance-status-checked"  # Store, the press that was answered last
