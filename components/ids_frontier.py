"""Which ids does the frontier have on the page of a result?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Living(metaclass=Frozen):
    """The frontier as something to move along: what is chosen, what was found, and the places that show it."""

    VIEW: Final = "frontier-view"  # Store, what the address asked for: {"hide": layers that are hidden}
    DATA: Final = "frontier-data"  # Store, the frontier as the browser reads it, or the reason why there is none
    FIGURE: Final = "frontier-figure"  # Store, the chart drawn anew, with the band as far as it is known
    POINT: Final = "frontier-point"  # Store, where the point came to rest: {"reward", "risk", "return"}
    READY: Final = "frontier-ready"  # Store, changes when the browser has taken over the data
    KEPT: Final = "frontier-kept"  # Store, changes when the browser has put the chart anew in place
    RISK: Final = "frontier-risk"
    REWARD: Final = "frontier-reward"
    MEASURES: Final = "frontier-measures"  # both choices, hidden while there is nothing to choose
    NOTES: Final = "frontier-notes"
    LAYERS: Final = "frontier-layers"  # filled by assets/frontier.js
    PANEL: Final = "frontier-panel"  # filled by assets/frontier_panel.js
    WAITING: Final = "frontier-waiting"
    MAP: Final = "frontier-map"  # filled by assets/frontier_map.js
