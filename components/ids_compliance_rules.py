"""Which ids does the tab of rules use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class ComplianceRules(metaclass=Frozen):
    """The library of rules, one of them with its versions, and what is done with those that are ticked."""

    PANEL: Final = "compliance-panel-rules"
    SENTENCE: Final = "compliance-rules-sentence"
    STATE: Final = "compliance-rules-state"
    OF_PACK: Final = "compliance-rules-of-pack"
    SEVERITY: Final = "compliance-rules-severity"
    SCOPE: Final = "compliance-rules-scope"
    SEARCH: Final = "compliance-rules-search"
    LIBRARY: Final = "compliance-rules-library"
    LIBRARY_BOX: Final = "compliance-rules-library-box"
    EMPTY: Final = "compliance-rules-empty"
    PICK: Final = "compliance-rules-pick"  # Store, id of the rule that is shown
    TITLE: Final = "compliance-rules-title"
    READ: Final = "compliance-rules-read"  # which version is read, and what stood on a day
    VERSION: Final = "compliance-rules-version"
    AGAINST: Final = "compliance-rules-against"  # with which version it is compared
    AS_OF: Final = "compliance-rules-as-of"
    AS_OF_SAID: Final = "compliance-rules-as-of-said"
    DETAIL: Final = "compliance-rules-detail"
    FORM: Final = "compliance-rules-form"
    FORM_SAID: Final = "compliance-rules-form-said"
    PROBLEMS: Final = "compliance-rules-problems"
    DEED: Final = "compliance-rules-deed"
    TEXT: Final = "compliance-rules-text"
    TRY_BOX: Final = "compliance-rules-try-box"  # days and portfolios of a dry run
    TRY_FIRST: Final = "compliance-rules-try-first"
    TRY_LAST: Final = "compliance-rules-try-last"
    TRY_OF: Final = "compliance-rules-try-of"
    TRY_TAKES: Final = "compliance-rules-try-takes"  # how long the dry run would take
    DO: Final = "compliance-rules-do"
    DONE: Final = "compliance-rules-done"  # Store, the press that was answered last
    RUN: Final = "compliance-rules-run"  # Store, id of the dry run that is on its way
    TICK: Final = "compliance-rules-tick"
    PROGRESS: Final = "compliance-rules-progress"


class CompliancePacks(metaclass=Frozen):
    """Rules that come with the product, to be taken in as drafts."""

    BOX: Final = "compliance-packs-box"  # the card, open where the house has no rule yet
    PACK: Final = "compliance-packs-pack"
    FOR: Final = "compliance-packs-for"
    ABOUT: Final = "compliance-packs-about"
    RULES: Final = "compliance-packs-rules"
    PROBLEMS: Final = "compliance-packs-problems"
    ADOPT: Final = "compliance-packs-adopt"
    DONE: Final = "compliance-packs-done"  # Store, the press that was answered last

    @staticmethod
    def take(index: Any) -> Pattern:
        """Tick of one rule; the index is its place in the pack."""
        return pattern("compliance-packs-take", index)

    @staticmethod
    def figure(index: Any) -> Pattern:
        """Field of one figure; the index is ``<place of the rule>-<place of the figure>``."""
        return pattern("compliance-packs-figure", index)


class ComplianceRuleEditor(metaclass=Frozen):
    """A wording of a rule as a form."""

    BOX: Final = "compliance-rule-editor-box"  # the whole card, for those who may write
    WHAT: Final = "compliance-rule-editor-what"
    OPEN: Final = "compliance-rule-editor-open"
    OPENED: Final = "compliance-rule-editor-opened"  # Store, what is written: {"what", "rule_id", "version", ...}
    TYPED: Final = "compliance-rule-editor-typed"  # Store, when typing last came to rest
    FORM: Final = "compliance-rule-editor-form"
    LIVE: Final = "compliance-rule-editor-live"  # what the wording says as it stands in the form
    PROBLEMS: Final = "compliance-rule-editor-problems"
    FOOT: Final = "compliance-rule-editor-foot"
    SAVE: Final = "compliance-rule-editor-save"
    CLOSE: Final = "compliance-rule-editor-close"
    SAVED: Final = "compliance-rule-editor-saved"  # Store, the press that was answered last

    @staticmethod
    def field(index: Any) -> Pattern:
        """Control of one part of the wording; the index is its name."""
        return pattern("compliance-rule-editor-field", index)


class ComplianceRuleFiles(metaclass=Frozen):
    """Rules that are taken in from a file, and given out as one."""

    SAID: Final = "compliance-rule-files-said"  # which rules are given out
    YAML: Final = "compliance-rule-files-yaml"
    JSON: Final = "compliance-rule-files-json"
    TAKE_IN: Final = "compliance-rule-files-take-in"  # what only those see who may write
    FILE: Final = "compliance-rule-files-file"
    FILE_SAID: Final = "compliance-rule-files-file-said"
    PROBLEMS: Final = "compliance-rule-files-problems"


class ComplianceDeviations(metaclass=Frozen):
    """What a client or a portfolio has otherwise than a rule says: asked for by one, decided on by another."""

    BOX: Final = "compliance-deviations-box"  # the whole card, where a reader may do something
    DEED: Final = "compliance-deviations-deed"
    ASKED: Final = "compliance-deviations-asked"  # fields of a wish, hidden for decisions
    FOR: Final = "compliance-deviations-for"
    KIND: Final = "compliance-deviations-kind"
    FIGURES: Final = "compliance-deviations-figures"
    FIRST_DAY: Final = "compliance-deviations-first-day"
    LAST_DAY: Final = "compliance-deviations-last-day"
    REASON: Final = "compliance-deviations-reason"
    PROBLEMS: Final = "compliance-deviations-problems"
    DO: Final = "compliance-deviations-do"
    DONE: Final = "compliance-deviations-done"  # Store, the press that was answered last

    @staticmethod
    def figure(index: Any) -> Pattern:
        """Field of one figure; the index is its name."""
        return pattern("compliance-deviations-figure", index)
