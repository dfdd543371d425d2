"""Which ids does the page of the frontier use, on which limits are moved by hand?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class LivingPage(metaclass=Frozen):
    """The frontier that follows its limits. Most of the page is drawn by assets/living*.js into places left empty."""

    PROBLEM: Final = "living-problem"
    MAIN: Final = "living-main"
    STATE: Final = "living-state"  # what stands in the place of the frontier
    BODY: Final = "living-body"
    ASKED: Final = "living-asked"  # Store, what the address asks for: {"portfolio", "run", "moves", "at", ...}
    BASE: Final = "living-base"  # Store, what the frontier is of: {"portfolio"} or {"run"}
    PORTFOLIO: Final = "living-portfolio"
    DATA: Final = "living-data"  # Store, the problem as the browser walks it, with its certified frontier
    TAKEN: Final = "living-taken"  # Store, changes when the browser has taken over the problem
    MOVED: Final = "living-moved"  # Store, where limits came to rest: {"seq", "moves", "claimed", "blocked"}
    VIEW: Final = "living-view"  # Store, the point and what is pinned: {"at", "pins"}
    ANSWER: Final = "living-answer"  # Store, the certified answer
    ANSWERED: Final = "living-answered"  # Store, changes when the browser has taken over the answer
    CHART: Final = "living-chart"
    CHART_BOX: Final = "living-chart-box"
    WHY_ASK: Final = "living-why-ask"  # Store, {"asset", "at", "moves"}
    WHY: Final = "living-why"
    MEASURE: Final = "living-measure"  # Store, weights whose drawdowns are wanted
    MEASURED: Final = "living-measured"  # Store, their drawdowns
    MEASURES_TAKEN: Final = "living-measures-taken"
    EXPORTED: Final = "living-exported"  # Store, name of the file that was saved last
    PAGE_PDF: Final = "living-pdf"
    LEAD: Final = "living-lead"

    # filled by the browser
    LAYERS: Final = "living-layers"
    MAP: Final = "living-map"
    HANDLES: Final = "living-handles"
    POINT: Final = "living-point"
    WEIGHTS: Final = "living-weights"
    BLOCKED: Final = "living-blocked"
    PINS: Final = "living-pins"
    AXES: Final = "living-axes"
    TRUST: Final = "living-trust"
    SAID: Final = "living-said"
    WIZARD: Final = "living-wizard"
    REBALANCE: Final = "living-rebalance"
    LINK: Final = "living-link"
    RESET: Final = "living-reset"
    NOTES: Final = "living-notes"

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of the chart; the index is ``<chart>:<format>[:<renderer>]``."""
        return pattern("living-export", index)
