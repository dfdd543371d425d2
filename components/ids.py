"""Which ids do the screens use, and which file may name them?

Every id of the product stands here, one frozen class a page (those of portfolios, clients and runs in ids_portfolios,
those of users and settings in ids_account, those of imports in ids_imports and ids_holdings, the wizard's estimates in
ids_estimates, its grid of limits in ids_limits and its tables of one's own in ids_own, the reasons of a result in
ids_why, its frontier in ids_frontier, tests over the past in ids_walk_forward, academic benchmarks in ids_academic,
economic series in ids_economy, compliance in ids_compliance; import all from here). A string literal in an ``Input``,
``Output`` or ``State`` is refused by a test. Families of components are functions that return a pattern id.
"""

from __future__ import annotations

from typing import Any, Final

from components.ids_academic import Academic
from components.ids_account import Settings, Users
from components.ids_base import Frozen, Pattern, pattern
from components.ids_board import Board
from components.ids_compliance import Compliance, ComplianceStatus
from components.ids_compliance_breaches import ComplianceBreaches
from components.ids_compliance_controls import ComplianceHolds, ComplianceLocks, ComplianceRetention, ComplianceReviews
from components.ids_compliance_facts import ComplianceFacts
from components.ids_compliance_lists import ComplianceListed, ComplianceLists, ComplianceNewList
from components.ids_compliance_records import ComplianceAudit, ComplianceRecords, ComplianceReports
from components.ids_compliance_rules import (
    ComplianceDeviations,
    CompliancePacks,
    ComplianceRuleEditor,
    ComplianceRuleFiles,
    ComplianceRules,
)
from components.ids_compliance_trade import ComplianceTrade
from components.ids_economy import Economy
from components.ids_estimates import Estimates
from components.ids_frontier import Living
from components.ids_holdings import HoldingsImport
from components.ids_imports import Imports
from components.ids_limits import LimitGrid
from components.ids_live import Live
from components.ids_market import Market, MarketSymbol
from components.ids_own import Own
from components.ids_performance import Performance
from components.ids_portfolios import Clients, Home, Portfolio, Runs
from components.ids_price_source import PriceSource
from components.ids_providers import Providers
from components.ids_quality import Quality
from components.ids_risk import Risk, RiskCourse, RiskEditor
from components.ids_stress import Stress
from components.ids_tradeoffs import Templates, Tradeoffs
from components.ids_walk_forward import WalkForward, WalkForwardStart
from components.ids_why import Why
from components.ids_wizard_templates import WizardTemplates

__all__ = [
    "Academic",
    "Board",
    "Clients",
    "Compliance",
    "ComplianceAudit",
    "ComplianceBreaches",
    "ComplianceDeviations",
    "ComplianceFacts",
    "ComplianceHolds",
    "ComplianceListed",
    "ComplianceLists",
    "ComplianceLocks",
    "ComplianceNewList",
    "CompliancePacks",
    "ComplianceRecords",
    "ComplianceReports",
    "ComplianceRetention",
    "ComplianceReviews",
    "ComplianceRuleEditor",
    "ComplianceRuleFiles",
    "ComplianceRules",
    "ComplianceStatus",
    "ComplianceTrade",
    "Economy",
    "Estimates",
    "HoldingsImport",
    "Home",
    "Imports",
    "LimitGrid",
    "Live",
    "Living",
    "Market",
    "MarketSymbol",
    "Own",
    "Pattern",
    "Performance",
    "Portfolio",
    "PriceSource",
    "Providers",
    "Quality",
    "Result",
    "Risk",
    "RiskCourse",
    "RiskEditor",
    "Runs",
    "Settings",
    "Shell",
    "Stress",
    "Templates",
    "Tradeoffs",
    "Users",
    "WalkForward",
    "WalkForwardStart",
    "Why",
    "Wizard",
    "WizardTemplates",
    "chart_plot",
    "chart_table",
    "chart_table_toggle",
]


class Shell(metaclass=Frozen):
    """The frame around every page."""

    URL: Final = "shell-url"
    PAGE: Final = "_pages_store"  # Dash's own Store, {"title": ...} of the page shown
    ROOT: Final = "shell-root"
    CONTENT: Final = "shell-content"
    TITLE: Final = "shell-title"
    RAIL: Final = "shell-rail"
    AS_OF: Final = "shell-as-of"

    # live connection: written by assets/live.js
    CONNECTION: Final = "shell-connection"
    CONNECTION_STATE: Final = "shell-connection-state"  # Store {"state": live|delayed|offline, "since_ms": int}
    EVENT: Final = "shell-event"  # Store, the latest event {"seq", "type", "topic", "data", "ts"}
    EVENT_SEQ: Final = "shell-event-seq"  # Store, session: highest sequence number seen
    FALLBACK: Final = "shell-fallback"  # Interval, enabled only while the socket is down
    NEWS: Final = "shell-news"  # Store, changes when tasks and notifications must be read anew
    RESYNC: Final = "shell-resync"  # Store, changes when the page must read everything anew

    # tasks: one followed run and the list of recent ones
    RUN: Final = "shell-run"  # Store, id of the run that is followed
    RUN_VIEW: Final = "shell-run-view"  # Store, last known state of that run
    RUN_END: Final = "shell-run-end"  # Store, the state with which the following of a run ended
    TASKS_BUTTON: Final = "shell-tasks-button"
    TASKS_COUNT: Final = "shell-tasks-count"
    TASKS_PANEL: Final = "shell-tasks-panel"
    TASKS_LIST: Final = "shell-tasks-list"

    # notifications
    BELL_BUTTON: Final = "shell-bell-button"
    BELL_COUNT: Final = "shell-bell-count"
    BELL_PANEL: Final = "shell-bell-panel"
    BELL_SEEN: Final = "shell-bell-seen"  # Store, mark of what the list shows: drawn anew only when it changed
    BELL_LIST: Final = "shell-bell-list"
    BELL_READ_ALL: Final = "shell-bell-read-all"

    # theme
    THEME_BUTTON: Final = "shell-theme-button"
    THEME: Final = "shell-theme"  # Store, local: what the person chose: light, dark or system
    THEME_SHOWN: Final = "shell-theme-shown"  # Store, memory: what is shown: light or dark
    TEMPLATES: Final = "shell-templates"  # Store, memory: {"light": plotly template, "dark": ...}
    PREFERENCES: Final = "shell-preferences"  # Store, session: preferences of the account

    # account
    USER_BUTTON: Final = "shell-user-button"
    USER_PANEL: Final = "shell-user-panel"
    SIGN_OUT: Final = "shell-sign-out"

    # command bar: opened, filled and read by assets/command_bar.js
    BAR: Final = "shell-bar"
    BAR_OPEN: Final = "shell-bar-open"
    BAR_FIELD: Final = "shell-bar-field"
    BAR_LIST: Final = "shell-bar-list"
    BAR_NOTE: Final = "shell-bar-note"
    BAR_CLOSE: Final = "shell-bar-close"

    # feedback
    TOASTS: Final = "shell-toasts"
    ANNOUNCE: Final = "shell-announce"  # polite live region for screen readers
    KEYS: Final = "shell-keys"
    KEYS_CLOSE: Final = "shell-keys-close"
    DOWNLOAD: Final = "shell-download"
    TAKE: Final = "shell-take"  # Store, one table as assets/take.js read it off the page
    PROVENANCE: Final = "shell-provenance"  # Store, what the figures of the page rest on, for files of single tables

    @staticmethod
    def toast_undo(index: Any) -> Pattern:
        """Undo button of one toast; the index names what is undone, such as ``run:<id>``."""
        return pattern("shell-toast-undo", index)

    @staticmethod
    def task_cancel(index: Any) -> Pattern:
        """Cancel button of one task in the tray; the index is the run id."""
        return pattern("shell-task-cancel", index)

    @staticmethod
    def alert_acknowledge(index: Any) -> Pattern:
        """Acknowledge button of one alert; the index is the alert id."""
        return pattern("shell-alert-acknowledge", index)

    @staticmethod
    def alert_snooze(index: Any) -> Pattern:
        """Snooze button of one alert; the index is the alert id."""
        return pattern("shell-alert-snooze", index)


class Wizard(metaclass=Frozen):
    """Five steps to an optimization: universe, goal, limits, review, run."""

    DRAFT: Final = "wizard-draft"  # Store, session
    STEPPER: Final = "wizard-stepper"
    BACK: Final = "wizard-back"
    NEXT: Final = "wizard-next"
    RUN: Final = "wizard-run"
    CANCEL: Final = "wizard-cancel"
    RESET: Final = "wizard-reset"
    STATUS: Final = "wizard-status"  # the sentence of the preview beside the buttons
    PREVIEW: Final = "wizard-preview"  # Store, last preview
    PROBLEMS: Final = "wizard-problems"
    BOOT: Final = "wizard-boot"  # Store, what the address asked for
    LOADED: Final = "wizard-loaded"  # Store, what the server knows: assets, portfolios, a draft to start from
    PREVIEW_ASK: Final = "wizard-preview-ask"  # Store, the draft once typing has paused
    SO_FAR: Final = "wizard-so-far"  # the draft in a few words, beside the steps
    SUBMITTED: Final = "wizard-submitted"  # Store, id of the run that was started here
    ARRIVED: Final = "wizard-arrived"  # Store, id of the run whose page was opened at its end
    RUN_NOTE: Final = "wizard-run-note"  # why a run could not be started
    NEWS: Final = "wizard-news"  # Store, changes when the socket tells something about the run started here
    KEEP: Final = "wizard-keep"  # Store, the draft once nothing was typed for a moment: kept for other machines
    TAKEN: Final = "wizard-taken"  # Store, holdings of the portfolio that was picked
    TICK: Final = "wizard-tick"  # Interval, asks for the run's state where nothing else tells

    # step 1, universe
    STEP_UNIVERSE: Final = "wizard-step-universe"
    SOURCE: Final = "wizard-source"
    PORTFOLIO: Final = "wizard-portfolio"
    SEARCH: Final = "wizard-search"
    SECTOR_FILTER: Final = "wizard-sector-filter"
    ASSETS: Final = "wizard-assets"
    PASTE: Final = "wizard-paste"
    PASTE_APPLY: Final = "wizard-paste-apply"
    PASTE_RESULT: Final = "wizard-paste-result"
    SELECT_ALL: Final = "wizard-select-all"
    SELECT_NONE: Final = "wizard-select-none"
    CHOSEN: Final = "wizard-chosen"
    CHOSEN_COUNT: Final = "wizard-chosen-count"

    # step 2, goal
    STEP_GOAL: Final = "wizard-step-goal"
    GOAL: Final = "wizard-goal"
    RISK_MAX: Final = "wizard-risk-max"
    RETURN_MIN: Final = "wizard-return-min"
    RISK_FREE: Final = "wizard-risk-free"
    RETURNS_KIND: Final = "wizard-returns-kind"
    COVARIANCE_KIND: Final = "wizard-covariance-kind"
    LOOKBACK: Final = "wizard-lookback"
    GOAL_MORE: Final = "wizard-goal-more"
    RISK_AVERSION: Final = "wizard-risk-aversion"
    UNCERTAINTY: Final = "wizard-uncertainty"
    LEVEL: Final = "wizard-level"
    FLOOR: Final = "wizard-floor"
    COSTS: Final = "wizard-costs"
    SPREAD: Final = "wizard-spread"
    HOLDING_PERIOD: Final = "wizard-holding-period"
    AS_OF: Final = "wizard-as-of"

    # step 3, limits
    STEP_LIMITS: Final = "wizard-step-limits"
    POSITION_MIN: Final = "wizard-position-min"
    POSITION_MAX: Final = "wizard-position-max"
    ZERO_OR_MIN: Final = "wizard-zero-or-min"
    KEEP_RULES: Final = "wizard-keep-rules"
    LONG_SHORT: Final = "wizard-long-short"
    GROSS_MAX: Final = "wizard-gross-max"
    SHORT_MAX: Final = "wizard-short-max"
    SHORT_POSITION_MAX: Final = "wizard-short-position-max"
    LONG_SHORT_FIELDS: Final = "wizard-long-short-fields"
    NET: Final = "wizard-net"
    TURNOVER_MAX: Final = "wizard-turnover-max"
    TURNOVER_SOFT: Final = "wizard-turnover-soft"
    TRACKING_MAX: Final = "wizard-tracking-max"
    TRACKING_SOFT: Final = "wizard-tracking-soft"
    VOLATILITY_MAX: Final = "wizard-volatility-max"
    VOLATILITY_SOFT: Final = "wizard-volatility-soft"
    CVAR_MAX: Final = "wizard-cvar-max"
    CVAR_SOFT: Final = "wizard-cvar-soft"
    ESG_MIN: Final = "wizard-esg-min"
    ESG_SOFT: Final = "wizard-esg-soft"
    COUNT_MIN: Final = "wizard-count-min"
    COUNT_MAX: Final = "wizard-count-max"
    TRADE_MIN: Final = "wizard-trade-min"
    SECTORS: Final = "wizard-sectors"
    OWN_BOUNDS: Final = "wizard-own-bounds"
    LIGHT: Final = "wizard-light"
    CLASHES: Final = "wizard-clashes"  # what cannot hold together, and the cheapest way out
    MEND_BOX: Final = "wizard-mend-box"
    MEND: Final = "wizard-mend"  # makes the cheapest changes in the draft

    # step 4, review
    STEP_REVIEW: Final = "wizard-step-review"
    NAME: Final = "wizard-name"
    SENTENCE: Final = "wizard-sentence"
    SUMMARY: Final = "wizard-summary"
    WARNINGS: Final = "wizard-warnings"

    # step 5, progress
    STEP_RUN: Final = "wizard-step-run"
    PROGRESS: Final = "wizard-progress"

    @staticmethod
    def problem(index: Any) -> Pattern:
        """Message at a field; the index is the part of the draft that the field shows."""
        return pattern("wizard-problem", index)

    @staticmethod
    def step(index: Any) -> Pattern:
        """Step button of the stepper, 0-based."""
        return pattern("wizard-step-button", index)

    @staticmethod
    def sector_pill(index: Any) -> Pattern:
        """Sector filter of the universe; the index is the sector's name."""
        return pattern("wizard-sector-pill", index)


class Result(metaclass=Frozen):
    """What one optimization found."""

    RUN: Final = "result-run"  # Store, run id from the URL
    NEWS: Final = "result-news"  # Store, changes when the socket tells something about this run
    TICK: Final = "result-tick"  # Interval, asks for the run's state while it is unfinished
    STATE: Final = "result-state"  # Store, id, status and version of the run as last shown
    STAGE: Final = "result-stage"  # what is shown while there is no result
    ACTIONS: Final = "result-actions"
    HEADER: Final = "result-header"
    BODY: Final = "result-body"
    PROGRESS: Final = "result-progress"
    CANCEL: Final = "result-cancel"
    METRICS: Final = "result-metrics"
    WEIGHTS_CHART: Final = "result-weights-chart"
    FRONTIER_CHART: Final = "result-frontier-chart"
    WEIGHTS_TABLE: Final = "result-weights-table"
    LIMITS_TABLE: Final = "result-limits-table"
    POSITIONS_TABLE: Final = "result-positions-table"
    LINEAGE: Final = "result-lineage"
    SAVE_TARGET: Final = "result-save-target"
    SAVE_DIALOG: Final = "result-save-dialog"
    SAVE_CONFIRM: Final = "result-save-confirm"
    SAVE_CANCEL: Final = "result-save-cancel"
    RENAME: Final = "result-rename"
    RENAME_DIALOG: Final = "result-rename-dialog"
    RENAME_NAME: Final = "result-rename-name"
    RENAME_SAVE: Final = "result-rename-save"
    RENAME_CANCEL: Final = "result-rename-cancel"
    DELETE: Final = "result-delete"
    AGAIN: Final = "result-again"
    TO_TRADES: Final = "result-to-trades"
    COPY_LINK: Final = "result-copy-link"
    EXPORT_TABLE_CSV: Final = "result-export-table-csv"
    EXPORT_TABLE_XLSX: Final = "result-export-table-xlsx"
    FRONTIER: Final = "result-frontier"
    METRICS_TABLE: Final = "result-metrics-table"
    SAVE_TEXT: Final = "result-save-text"
    WEIGHTS: Final = "result-weights"
    TRADES: Final = "result-trades"
    COSTS: Final = "result-costs"
    RULES: Final = "result-rules"  # what became of the portfolio's rules of compliance
    LIMITS: Final = "result-limits"
    CERTIFICATE: Final = "result-certificate"
    COPY_NOTE: Final = "result-copy-note"
    EXPORTED: Final = "result-exported"  # Store, name of the file that was saved last
    SURE_SHOWN: Final = (
        "result-sure-shown"  # Store, the look at how sure the weights are that the parts were drawn with
    )
    SURE_STATE: Final = "result-sure-state"  # Store, the look as it stands now
    SURE_NEWS: Final = "result-sure-news"  # Store, changes when a look was started or cancelled
    SURE_TICK: Final = "result-sure-tick"  # Interval, asks for the look's state while it goes on
    SURE_START: Final = "result-sure-start"
    SURE_OFFER: Final = "result-sure-offer"
    SURE_STOP: Final = "result-sure-stop"
    SURE_WORK: Final = "result-sure-work"
    SURE_PROGRESS: Final = "result-sure-progress"
    SURE_BODY: Final = "result-sure-body"

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of a chart; the index is ``<chart>:<format>[:<renderer>]``, such as ``frontier:pdf``."""
        return pattern("result-export", index)


def chart_table_toggle(index: Any) -> Pattern:
    """Switch between a chart and its table twin; the index is the chart's id."""
    return pattern("chart-table-toggle", index)


def chart_plot(index: Any) -> Pattern:
    """Plot side of a chart with a table twin; the index is the chart's id."""
    return pattern("chart-plot", index)


def chart_table(index: Any) -> Pattern:
    """Table side of a chart; the index is the chart's id."""
    return pattern("chart-table", index)
