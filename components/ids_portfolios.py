"""Which ids do the pages of portfolios, clients and runs use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Home(metaclass=Frozen):
    """All portfolios at a glance."""

    SUMMARY: Final = "home-summary"
    TABLE: Final = "home-table"
    ROWS: Final = "home-rows"  # the card of the table
    FILTER: Final = "home-filter"
    PILLS: Final = "home-pills"
    FEED: Final = "home-feed"
    ALERTS: Final = "home-alerts"
    NEW: Final = "home-new"
    LOAD_SAMPLE: Final = "home-load-sample"
    SAMPLE_NOTE: Final = "home-sample-note"
    MAIN: Final = "home-main"
    PROBLEM: Final = "home-problem"  # what stands in the page's place when it cannot be shown
    VIEW: Final = "home-view"  # Store, the filter of the URL
    EMPTY: Final = "home-empty"
    LIST: Final = "home-list"
    HISTORICAL: Final = "home-historical"
    EMPTY_NEW: Final = "home-empty-new"
    EMPTY_IMPORT: Final = "home-empty-import"
    IMPORT: Final = "home-import"  # the link to the imports, for those who may write
    EMPTY_SAMPLE: Final = "home-empty-sample"
    SAMPLE_DIALOG: Final = "home-sample-dialog"
    SAMPLE_CONFIRM: Final = "home-sample-confirm"
    SAMPLE_CANCEL: Final = "home-sample-cancel"
    SAMPLE_PROGRESS: Final = "home-sample-progress"
    NEW_DIALOG: Final = "home-new-dialog"
    NEW_ERRORS: Final = "home-new-errors"
    NEW_NAME: Final = "home-new-name"
    NEW_CLIENT: Final = "home-new-client"
    NEW_TEAM: Final = "home-new-team"
    NEW_STRATEGY: Final = "home-new-strategy"
    NEW_CURRENCY: Final = "home-new-currency"
    NEW_VALUE: Final = "home-new-value"
    NEW_POSITIONS: Final = "home-new-positions"
    NEW_SAVE: Final = "home-new-save"
    NEW_CANCEL: Final = "home-new-cancel"

    @staticmethod
    def pill(index: Any) -> Pattern:
        """Filter pill; the index is the filter's value."""
        return pattern("home-pill", index)


class Portfolio(metaclass=Frozen):
    """One portfolio: holdings, allocation, history."""

    ID: Final = "portfolio-id"  # Store
    HEADER: Final = "portfolio-header"
    METRICS: Final = "portfolio-metrics"
    COMPLIANCE: Final = "portfolio-compliance"  # the line that says whether rules are kept
    TABS: Final = "portfolio-tabs"
    TAB_CONTENT: Final = "portfolio-tab-content"
    HOLDINGS: Final = "portfolio-holdings"
    HOLDINGS_SEARCH: Final = "portfolio-holdings-search"
    ALLOCATION: Final = "portfolio-allocation"
    ALLOCATION_BY: Final = "portfolio-allocation-by"
    HISTORY: Final = "portfolio-history"
    HISTORY_RANGE: Final = "portfolio-history-range"
    DRAWDOWN: Final = "portfolio-drawdown"
    TRANSACTIONS: Final = "portfolio-transactions"
    TRANSACTIONS_SEARCH: Final = "portfolio-transactions-search"
    TRANSACTIONS_MORE: Final = "portfolio-transactions-more"
    LIMITS: Final = "portfolio-limits"
    RUNS: Final = "portfolio-runs"
    EXPORT_CSV: Final = "portfolio-export-csv"
    EXPORT_XLSX: Final = "portfolio-export-xlsx"
    OPTIMIZE: Final = "portfolio-optimize"
    REBALANCE: Final = "portfolio-rebalance"
    EDIT: Final = "portfolio-edit"
    EDIT_DIALOG: Final = "portfolio-edit-dialog"
    EDIT_NAME: Final = "portfolio-edit-name"
    EDIT_SAVE: Final = "portfolio-edit-save"
    EDIT_CANCEL: Final = "portfolio-edit-cancel"
    DELETE: Final = "portfolio-delete"
    DELETE_DIALOG: Final = "portfolio-delete-dialog"
    DELETE_CONFIRM: Final = "portfolio-delete-confirm"
    DELETE_CANCEL: Final = "portfolio-delete-cancel"
    MAIN: Final = "portfolio-main"
    PROBLEM: Final = "portfolio-problem"
    VIEW: Final = "portfolio-view"  # Store, the tab of the URL
    VERSION: Final = "portfolio-version"  # Store, row_version that the forms are based on
    ACTIONS: Final = "portfolio-actions"
    TITLE: Final = "portfolio-title"
    PANEL_HOLDINGS: Final = "portfolio-panel-holdings"
    PANEL_ALLOCATION: Final = "portfolio-panel-allocation"
    PANEL_HISTORY: Final = "portfolio-panel-history"
    PANEL_TRANSACTIONS: Final = "portfolio-panel-transactions"
    PANEL_LIMITS: Final = "portfolio-panel-limits"
    PANEL_TARGETS: Final = "portfolio-panel-targets"
    HOLDINGS_BODY: Final = "portfolio-holdings-body"
    HOLDINGS_NOTES: Final = "portfolio-holdings-notes"
    CASH: Final = "portfolio-cash"
    TARGETS: Final = "portfolio-targets"
    CHART_SECTORS: Final = "portfolio-chart-sectors"
    CHART_CLASSES: Final = "portfolio-chart-classes"
    CHART_HISTORY: Final = "portfolio-chart-history"
    CHART_DRAWDOWN: Final = "portfolio-chart-drawdown"
    TRANSACTIONS_CURSOR: Final = "portfolio-transactions-cursor"  # Store
    EDIT_CLIENT: Final = "portfolio-edit-client"
    EDIT_TEAM: Final = "portfolio-edit-team"
    EDIT_STRATEGY: Final = "portfolio-edit-strategy"
    EDIT_DESCRIPTION: Final = "portfolio-edit-description"
    EDIT_POSITION_MAX: Final = "portfolio-edit-position-max"
    EDIT_POSITION_MIN: Final = "portfolio-edit-position-min"
    EDIT_SECTOR_MAX: Final = "portfolio-edit-sector-max"
    EDIT_GROSS_MAX: Final = "portfolio-edit-gross-max"
    EDIT_ERRORS: Final = "portfolio-edit-errors"
    POSITIONS: Final = "portfolio-positions"
    POSITIONS_DIALOG: Final = "portfolio-positions-dialog"
    POSITIONS_TEXT: Final = "portfolio-positions-text"
    POSITIONS_VALUE: Final = "portfolio-positions-value"
    POSITIONS_CASH: Final = "portfolio-positions-cash"
    POSITIONS_REASON: Final = "portfolio-positions-reason"
    POSITIONS_ERRORS: Final = "portfolio-positions-errors"
    POSITIONS_CHECK: Final = "portfolio-positions-check"
    POSITIONS_CHECKED: Final = "portfolio-positions-checked"
    POSITIONS_SAVE: Final = "portfolio-positions-save"
    POSITIONS_CANCEL: Final = "portfolio-positions-cancel"

    @staticmethod
    def tab(index: Any) -> Pattern:
        """Tab button; the index is the tab's word in the URL."""
        return pattern("portfolio-tab", index)

    @staticmethod
    def target_restore(index: Any) -> Pattern:
        """Button that brings an earlier target back; the index is its version."""
        return pattern("portfolio-target-restore", index)

    @staticmethod
    def period(index: Any) -> Pattern:
        """Period chip of the history; the index is the period's word in the URL."""
        return pattern("portfolio-period", index)


class Clients(metaclass=Frozen):
    """Clients and their profiles."""

    TABLE: Final = "clients-table"
    SEARCH: Final = "clients-search"
    NEW: Final = "clients-new"
    DETAIL: Final = "clients-detail"
    ID: Final = "clients-id"  # Store
    FORM: Final = "clients-form"
    FORM_DIALOG: Final = "clients-form-dialog"
    NAME: Final = "clients-name"
    TYPE: Final = "clients-type"
    EMAIL: Final = "clients-email"
    PHONE: Final = "clients-phone"
    TEAM: Final = "clients-team"
    SAVE: Final = "clients-save"
    CANCEL: Final = "clients-cancel"
    FORM_ERRORS: Final = "clients-form-errors"
    DELETE: Final = "clients-delete"
    DELETE_DIALOG: Final = "clients-delete-dialog"
    DELETE_CONFIRM: Final = "clients-delete-confirm"
    DELETE_CANCEL: Final = "clients-delete-cancel"
    PROFILE: Final = "clients-profile"
    PROFILE_TOLERANCE: Final = "clients-profile-tolerance"
    PROFILE_HORIZON: Final = "clients-profile-horizon"
    PROFILE_LOSS: Final = "clients-profile-loss"
    PROFILE_KNOWLEDGE: Final = "clients-profile-knowledge"
    PROFILE_PREFERENCES: Final = "clients-profile-preferences"
    PROFILE_SAVE: Final = "clients-profile-save"
    PROFILE_VERSIONS: Final = "clients-profile-versions"
    PROFILE_ERRORS: Final = "clients-profile-errors"
    MAIN: Final = "clients-main"
    PROBLEM: Final = "clients-problem"
    EMPTY: Final = "clients-empty"
    EMPTY_NEW: Final = "clients-empty-new"
    LIST: Final = "clients-list"
    EDIT: Final = "clients-edit"
    EDITED: Final = "clients-edited"  # Store, id and version of the client in the form; None while a new one is made
    FORM_TITLE: Final = "clients-form-title"
    PROFILE_DIALOG: Final = "clients-profile-dialog"
    PROFILE_OPEN: Final = "clients-profile-open"
    PROFILE_CANCEL: Final = "clients-profile-cancel"
    PROFILE_WEALTH: Final = "clients-profile-wealth"
    PROFILE_DATED: Final = "clients-profile-dated"
    PROFILE_ESG: Final = "clients-profile-esg"
    PROFILE_INCOME: Final = "clients-profile-income"
    PORTFOLIOS: Final = "clients-portfolios"
    ACTIONS: Final = "clients-actions"


class Runs(metaclass=Frozen):
    """All runs."""

    TABLE: Final = "runs-table"
    STATUS: Final = "runs-status"
    SEARCH: Final = "runs-search"
    MORE: Final = "runs-more"
    CURSOR: Final = "runs-cursor"  # Store
    EMPTY: Final = "runs-empty"
    MAIN: Final = "runs-main"
    PROBLEM: Final = "runs-problem"
    VIEW: Final = "runs-view"  # Store, the filter of the URL
    SELECTED: Final = "runs-selected"  # Store, id and version of the chosen run
    ACTIONS: Final = "runs-actions"
    CHOSEN: Final = "runs-chosen"
    OPEN: Final = "runs-open"
    AGAIN: Final = "runs-again"
    RENAME: Final = "runs-rename"
    RENAME_DIALOG: Final = "runs-rename-dialog"
    RENAME_NAME: Final = "runs-rename-name"
    RENAME_ERRORS: Final = "runs-rename-errors"
    RENAME_SAVE: Final = "runs-rename-save"
    RENAME_CANCEL: Final = "runs-rename-cancel"
    REMOVE: Final = "runs-remove"
    REMOVE_DIALOG: Final = "runs-remove-dialog"
    REMOVE_CONFIRM: Final = "runs-remove-confirm"
    REMOVE_CANCEL: Final = "runs-remove-cancel"
    REMOVE_TEXT: Final = "runs-remove-text"
    STOP: Final = "runs-stop"
    LIST: Final = "runs-list"

    @staticmethod
    def pill(index: Any) -> Pattern:
        """Status pill; the index is the status."""
        return pattern("runs-pill", index)

    @staticmethod
    def delete(index: Any) -> Pattern:
        """Delete button of a row; the index is the run id."""
        return pattern("runs-delete", index)
