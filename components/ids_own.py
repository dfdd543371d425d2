"""Which ids do the tables of somebody's own have: groups, factor exposures, a covariance, and dated rates?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Own(metaclass=Frozen):
    """What the wizard is given from outside, asset by asset or day by day."""

    RESET_UNDO: Final = "wizard-reset-undo"  # brings back what Start over forgot
    UNIVERSE_FILE: Final = "wizard-file"  # names the assets to choose from
    UNIVERSE_SAID: Final = "wizard-file-said"
    UNIVERSE_NAMED: Final = "wizard-named"  # Store, what a file named

    FOLD: Final = "wizard-own-fold"
    COUNT: Final = "wizard-own-count"  # what stands in the tables, in the line that opens the section
    READ: Final = "wizard-own-read"  # Store, what was read from a pasted text or a file

    GROUPS: Final = "wizard-own-groups"
    GROUPS_NAME: Final = "wizard-own-groups-name"
    GROUPS_ADD: Final = "wizard-own-groups-add"
    GROUPS_DROP: Final = "wizard-own-groups-drop"
    GROUPS_PASTE: Final = "wizard-own-groups-paste"
    GROUPS_APPLY: Final = "wizard-own-groups-apply"
    GROUPS_UPLOAD: Final = "wizard-own-groups-upload"
    GROUPS_RESULT: Final = "wizard-own-groups-result"

    FACTORS: Final = "wizard-own-factors"
    FACTORS_NAME: Final = "wizard-own-factors-name"
    FACTORS_ADD: Final = "wizard-own-factors-add"
    FACTORS_DROP: Final = "wizard-own-factors-drop"
    FACTORS_PASTE: Final = "wizard-own-factors-paste"
    FACTORS_APPLY: Final = "wizard-own-factors-apply"
    FACTORS_UPLOAD: Final = "wizard-own-factors-upload"
    FACTORS_RESULT: Final = "wizard-own-factors-result"

    COVARIANCE: Final = "wizard-own-covariance"
    COVARIANCE_CLEAR: Final = "wizard-own-covariance-clear"
    COVARIANCE_PASTE: Final = "wizard-own-covariance-paste"
    COVARIANCE_APPLY: Final = "wizard-own-covariance-apply"
    COVARIANCE_UPLOAD: Final = "wizard-own-covariance-upload"
    COVARIANCE_RESULT: Final = "wizard-own-covariance-result"

    REPAIR: Final = "wizard-repair"
    PROOF: Final = "wizard-proof"
    IMPACT: Final = "wizard-impact"
    RATE_KIND: Final = "wizard-rate-kind"
    RATES: Final = "wizard-rates"
