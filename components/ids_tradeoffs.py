"""Which ids do the page of trade-offs and the page of templates use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern

SLOTS_COUNT: Final = 5
"""How many objectives the form holds."""


class Tradeoffs(metaclass=Frozen):
    """Several objectives at once."""

    PROBLEM: Final = "tradeoffs-problem"
    MAIN: Final = "tradeoffs-main"
    ASKED: Final = "tradeoffs-asked"  # Store, what the address asks for: {"run", "from", "template"}
    RUN: Final = "tradeoffs-run"  # Store, id of the run that is shown
    BASE: Final = "tradeoffs-base"  # Store, what the request holds besides what the form shows
    FORM: Final = "tradeoffs-form"
    ERRORS: Final = "tradeoffs-errors"
    PORTFOLIO: Final = "tradeoffs-portfolio"
    CLIENT: Final = "tradeoffs-client"
    OWN_CLIENT: Final = "tradeoffs-own-client"  # Store, the client of the chosen portfolio
    TEMPLATE: Final = "tradeoffs-template"
    SUGGESTED: Final = "tradeoffs-suggested"
    POSITION_MAX: Final = "tradeoffs-position-max"
    METHOD: Final = "tradeoffs-method"
    EFFORT: Final = "tradeoffs-effort"
    POINTS: Final = "tradeoffs-points"
    WITHOUT_DATA: Final = "tradeoffs-without-data"
    CARRIED: Final = "tradeoffs-carried"
    CARRIED_BOX: Final = "tradeoffs-carried-box"
    CARRIED_CLEAR: Final = "tradeoffs-carried-clear"
    START: Final = "tradeoffs-start"
    SAVE: Final = "tradeoffs-save"
    ACTIONS: Final = "tradeoffs-actions"

    TICK: Final = "tradeoffs-tick"  # Interval, asks for the run's state while it is unfinished
    NEWS: Final = "tradeoffs-news"  # Store, changes when the socket tells something about this run
    STATE: Final = "tradeoffs-state"  # Store, id, status and name of the run as last shown
    PROGRESS: Final = "tradeoffs-progress"
    CANCEL: Final = "tradeoffs-cancel"
    STAGE: Final = "tradeoffs-stage"  # what stands in the place of a result
    RESULT: Final = "tradeoffs-result"
    FIGURES: Final = "tradeoffs-figures"
    ACROSS: Final = "tradeoffs-across"
    UP: Final = "tradeoffs-up"
    TINT: Final = "tradeoffs-tint"
    SURFACE: Final = "tradeoffs-surface"
    SURFACE_CHART: Final = "tradeoffs-surface-chart"
    AXES: Final = "tradeoffs-axes"
    AXES_CHART: Final = "tradeoffs-axes-chart"
    SOLID_CARD: Final = "tradeoffs-solid-card"
    SOLID: Final = "tradeoffs-solid"
    SOLID_CHART: Final = "tradeoffs-solid-chart"
    TURN: Final = "tradeoffs-turn"
    TILT: Final = "tradeoffs-tilt"
    POINTS_TABLE: Final = "tradeoffs-points-table"
    POINTS_BODY: Final = "tradeoffs-points-body"
    PICK: Final = "tradeoffs-pick"  # Store, {"place", "why"} of the point that is looked at; None: by the weights
    DRAWN: Final = "tradeoffs-drawn"  # Store, id of the run whose charts are on the page
    CHOSEN: Final = "tradeoffs-chosen"
    CHOSEN_WORDS: Final = "tradeoffs-chosen-words"
    RECOMMENDED: Final = "tradeoffs-recommended"
    SHOW_RECOMMENDED: Final = "tradeoffs-show-recommended"
    SHOW_WEIGHED: Final = "tradeoffs-show-weighed"
    EXACT: Final = "tradeoffs-exact"
    TARGET: Final = "tradeoffs-target"
    TARGET_DIALOG: Final = "tradeoffs-target-dialog"
    TARGET_TEXT: Final = "tradeoffs-target-text"
    TARGET_CONFIRM: Final = "tradeoffs-target-confirm"
    TARGET_CANCEL: Final = "tradeoffs-target-cancel"
    WAYS: Final = "tradeoffs-ways"  # where the portfolio that is looked at can be taken
    NOTES: Final = "tradeoffs-notes"
    EXPORTED: Final = "tradeoffs-exported"  # Store, name of the file that was saved last

    SAVE_DIALOG: Final = "tradeoffs-save-dialog"
    SAVE_ERRORS: Final = "tradeoffs-save-errors"
    SAVE_AS: Final = "tradeoffs-save-as"
    SAVE_NAME: Final = "tradeoffs-save-name"
    SAVE_TYPES: Final = "tradeoffs-save-types"
    SAVE_SHARING: Final = "tradeoffs-save-sharing"
    SAVE_NOTE: Final = "tradeoffs-save-note"
    SAVE_CONFIRM: Final = "tradeoffs-save-confirm"
    SAVE_CANCEL: Final = "tradeoffs-save-cancel"

    @staticmethod
    def kind(index: Any) -> Pattern:
        """Choice of an objective; the index is its place in the form, from 0."""
        return pattern("tradeoffs-kind", index)

    @staticmethod
    def weight(index: Any) -> Pattern:
        """Weight of an objective; the index is its place in the form, from 0."""
        return pattern("tradeoffs-weight", index)

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of a chart; the index is ``<chart>:<format>[:<renderer>]``."""
        return pattern("tradeoffs-export", index)


class Templates(metaclass=Frozen):
    """Templates of objectives."""

    PROBLEM: Final = "templates-problem"
    MAIN: Final = "templates-main"
    TABLE: Final = "templates-table"
    SEARCH: Final = "templates-search"
    LIST: Final = "templates-list"
    EMPTY: Final = "templates-empty"
    ID: Final = "templates-id"  # Store, the chosen template
    DETAIL: Final = "templates-detail"
    ACTIONS: Final = "templates-actions"
    OWN_ACTIONS: Final = "templates-own-actions"
    USE: Final = "templates-use"
    EDIT: Final = "templates-edit"
    EDITED: Final = "templates-edited"  # Store, id and version of the template in the form
    DELETE: Final = "templates-delete"
    DELETE_DIALOG: Final = "templates-delete-dialog"
    DELETE_CONFIRM: Final = "templates-delete-confirm"
    DELETE_CANCEL: Final = "templates-delete-cancel"
    FORM_DIALOG: Final = "templates-form-dialog"
    FORM_ERRORS: Final = "templates-form-errors"
    NAME: Final = "templates-name"
    DESCRIPTION: Final = "templates-description"
    TYPES: Final = "templates-types"
    SHARING: Final = "templates-sharing"
    SAVE: Final = "templates-save"
    CANCEL: Final = "templates-cancel"
    VERSIONS: Final = "templates-versions"
    COMPARED: Final = "templates-compared"
    FIRST: Final = "templates-first"
    SECOND: Final = "templates-second"
    COMPARE_BOX: Final = "templates-compare-box"

    @staticmethod
    def restore(index: Any) -> Pattern:
        """Button that brings an earlier version back; the index is its number."""
        return pattern("templates-restore", index)
