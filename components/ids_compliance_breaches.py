"""Which ids does the tab of breaches use?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class ComplianceBreaches(metaclass=Frozen):
    """The queue of breaches, one of them with its history, and what may be done about it."""

    PANEL: Final = "compliance-panel-breaches"
    SENTENCE: Final = "compliance-breaches-sentence"
    FIGURES: Final = "compliance-breaches-figures"
    STATUS: Final = "compliance-breaches-status"
    SEVERITY: Final = "compliance-breaches-severity"
    OWNER: Final = "compliance-breaches-owner"
    PORTFOLIO: Final = "compliance-breaches-portfolio"
    QUEUE: Final = "compliance-breaches-queue"
    QUEUE_BOX: Final = "compliance-breaches-queue-box"
    EMPTY: Final = "compliance-breaches-empty"
    PICK: Final = "compliance-breaches-pick"  # Store, id of the breach of the address
    DETAIL: Final = "compliance-breaches-detail"
    NO_DEED: Final = "compliance-breaches-no-deed"
    FORM: Final = "compliance-breaches-form"
    PROBLEMS: Final = "compliance-breaches-problems"
    DEED: Final = "compliance-breaches-deed"
    TEXT: Final = "compliance-breaches-text"
    DAY: Final = "compliance-breaches-day"
    DAY_BOX: Final = "compliance-breaches-day-box"
    PERSON: Final = "compliance-breaches-person"
    PERSON_BOX: Final = "compliance-breaches-person-box"
    DO: Final = "compliance-breaches-do"
    DONE: Final = "compliance-breaches-done"  # Store, the press that was answered last
