"""Which ids does the tab of facts use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class ComplianceFacts(metaclass=Frozen):
    """What rules need and nobody knows, what was stated, and a form to state it."""

    PANEL: Final = "compliance-panel-facts"
    PORTFOLIO: Final = "compliance-facts-portfolio"
    SENTENCE: Final = "compliance-facts-sentence"
    MISSING: Final = "compliance-facts-missing"
    TEMPLATE: Final = "compliance-facts-template"
    FILE: Final = "compliance-facts-file"  # the file of facts, filled in
    FILE_BOX: Final = "compliance-facts-file-box"
    FILE_PROBLEMS: Final = "compliance-facts-file-problems"
    FILE_SAID: Final = "compliance-facts-file-said"
    STATED: Final = "compliance-facts-stated"
    ONLY: Final = "compliance-facts-only"  # who states facts, for those who do not
    FORM: Final = "compliance-facts-form"
    PROBLEMS: Final = "compliance-facts-problems"
    FACT: Final = "compliance-facts-fact"
    ABOUT: Final = "compliance-facts-about"
    ABOUT_BOX: Final = "compliance-facts-about-box"
    VALUE_BOX: Final = "compliance-facts-value-box"
    SINCE: Final = "compliance-facts-since"
    SOURCE: Final = "compliance-facts-source"
    STATE: Final = "compliance-facts-state"
    TAKE_BACK: Final = "compliance-facts-take-back"
    DONE: Final = "compliance-facts-done"  # Store, the press that was answered last
    TICK: Final = "compliance-facts-tick"

    @staticmethod
    def value(index: Any) -> Pattern:
        """Field of the value; the index is the fact's name, since each kind is asked for in its own way."""
        return pattern("compliance-facts-value", index)
