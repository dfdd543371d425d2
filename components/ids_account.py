"""Which ids do the pages of users and settings use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Users(metaclass=Frozen):
    """People and their roles."""

    TABLE: Final = "users-table"
    INVITE: Final = "users-invite"
    INVITE_DIALOG: Final = "users-invite-dialog"
    INVITE_EMAIL: Final = "users-invite-email"
    INVITE_NAME: Final = "users-invite-name"
    INVITE_ROLE: Final = "users-invite-role"
    INVITE_SEND: Final = "users-invite-send"
    INVITE_CANCEL: Final = "users-invite-cancel"
    INVITE_LINK: Final = "users-invite-link"
    INVITE_ERRORS: Final = "users-invite-errors"
    SELECTED: Final = "users-selected"  # Store, user id
    DETAIL: Final = "users-detail"
    ROLE: Final = "users-role"
    ROLE_SAVE: Final = "users-role-save"
    DISABLE: Final = "users-disable"
    DISABLE_DIALOG: Final = "users-disable-dialog"
    DISABLE_CONFIRM: Final = "users-disable-confirm"
    DISABLE_CANCEL: Final = "users-disable-cancel"
    ENABLE: Final = "users-enable"
    TOTP_RESET: Final = "users-totp-reset"
    TOTP_DIALOG: Final = "users-totp-dialog"
    TOTP_TEXT: Final = "users-totp-text"
    TOTP_CONFIRM: Final = "users-totp-confirm"
    TOTP_CANCEL: Final = "users-totp-cancel"
    MATRIX: Final = "users-matrix"
    MAIN: Final = "users-main"
    PROBLEM: Final = "users-problem"
    INVITATIONS: Final = "users-invitations"
    ROLE_DIALOG: Final = "users-role-dialog"
    ROLE_CONFIRM: Final = "users-role-confirm"
    ROLE_CANCEL: Final = "users-role-cancel"
    ROLE_TEXT: Final = "users-role-text"
    DISABLE_TEXT: Final = "users-disable-text"
    FACTS: Final = "users-facts"
    SEARCH: Final = "users-search"
    INVITE_TEAMS: Final = "users-invite-teams"
    TEAMS: Final = "users-teams"
    TEAM_NEW: Final = "users-team-new"
    TEAM: Final = "users-team"  # Store, the team that is renamed
    TEAM_DIALOG: Final = "users-team-dialog"
    TEAM_ERRORS: Final = "users-team-errors"
    TEAM_NAME: Final = "users-team-name"
    TEAM_SAVE: Final = "users-team-save"
    TEAM_CANCEL: Final = "users-team-cancel"
    TEAM_GONE: Final = "users-team-gone"  # Store, the team that is asked about before it is deleted
    TEAM_GONE_DIALOG: Final = "users-team-gone-dialog"
    TEAM_GONE_TEXT: Final = "users-team-gone-text"
    TEAM_GONE_CONFIRM: Final = "users-team-gone-confirm"
    TEAM_GONE_CANCEL: Final = "users-team-gone-cancel"
    MEMBER: Final = "users-member"
    MEMBER_DIALOG: Final = "users-member-dialog"
    MEMBER_ERRORS: Final = "users-member-errors"
    MEMBER_TEXT: Final = "users-member-text"
    MEMBER_TEAMS: Final = "users-member-teams"
    MEMBER_SAVE: Final = "users-member-save"
    MEMBER_CANCEL: Final = "users-member-cancel"

    @staticmethod
    def team_rename(index: Any) -> Pattern:
        """Rename button of a team; the index is the team's id."""
        return pattern("users-team-rename", index)

    @staticmethod
    def team_delete(index: Any) -> Pattern:
        """Delete button of a team; the index is the team's id."""
        return pattern("users-team-delete", index)

    @staticmethod
    def withdraw(index: Any) -> Pattern:
        """Withdraw button of an invitation; the index is the invitation's id."""
        return pattern("users-withdraw", index)


class Settings(metaclass=Frozen):
    """Own preferences, keys, sessions, data."""

    TABS: Final = "settings-tabs"
    TAB_CONTENT: Final = "settings-tab-content"
    NAME: Final = "settings-name"
    NAME_SAVE: Final = "settings-name-save"
    THEME: Final = "settings-theme"
    SIGNS: Final = "settings-signs"
    DENSITY: Final = "settings-density"
    NUMBERS: Final = "settings-numbers"
    DATES: Final = "settings-dates"
    ZONE: Final = "settings-zone"
    CLOCK: Final = "settings-clock"
    PREVIEW: Final = "settings-preview"
    SAVED: Final = "settings-saved"
    KEYS_TABLE: Final = "settings-keys-table"
    KEY_NEW: Final = "settings-key-new"
    KEY_DIALOG: Final = "settings-key-dialog"
    KEY_NAME: Final = "settings-key-name"
    KEY_SCOPES: Final = "settings-key-scopes"
    KEY_EXPIRES: Final = "settings-key-expires"
    KEY_CREATE: Final = "settings-key-create"
    KEY_CANCEL: Final = "settings-key-cancel"
    KEY_ERRORS: Final = "settings-key-errors"
    WAYS_IN: Final = "settings-ways-in"
    SESSIONS: Final = "settings-sessions"
    TOKENS: Final = "settings-tokens"
    SESSIONS_END_OTHERS: Final = "settings-sessions-end-others"
    SAMPLE_LOAD: Final = "settings-sample-load"
    SAMPLE_STATE: Final = "settings-sample-state"
    PROVIDERS: Final = "settings-providers"
    REFRESH: Final = "settings-refresh"
    SCHEDULES: Final = "settings-schedules"
    AUDIT: Final = "settings-audit"
    AUDIT_VERIFY: Final = "settings-audit-verify"
    AUDIT_RESULT: Final = "settings-audit-result"
    MAIN: Final = "settings-main"
    PROBLEM: Final = "settings-problem"
    VIEW: Final = "settings-view"  # Store, the tab of the URL
    PANEL_PROFILE: Final = "settings-panel-profile"
    PANEL_APPEARANCE: Final = "settings-panel-appearance"
    PANEL_SECURITY: Final = "settings-panel-security"
    PANEL_KEYS: Final = "settings-panel-keys"
    PANEL_DATA: Final = "settings-panel-data"
    PANEL_SCHEDULES: Final = "settings-panel-schedules"
    PANEL_ABOUT: Final = "settings-panel-about"
    PROFILE: Final = "settings-profile"
    NAME_ERRORS: Final = "settings-name-errors"
    KEY_SHOWN: Final = "settings-key-shown"  # dialog that shows a new key once
    KEY_TEXT: Final = "settings-key-text"
    KEY_SHOWN_CLOSE: Final = "settings-key-shown-close"
    KEY_SHOWN_CANCEL: Final = "settings-key-shown-cancel"
    SAMPLE_DIALOG: Final = "settings-sample-dialog"
    SAMPLE_CONFIRM: Final = "settings-sample-confirm"
    SAMPLE_CANCEL: Final = "settings-sample-cancel"
    SAMPLE_PROGRESS: Final = "settings-sample-progress"
    DATA_SUMMARY: Final = "settings-data-summary"
    SCHEDULE_NEW: Final = "settings-schedule-new"
    SCHEDULE_DIALOG: Final = "settings-schedule-dialog"
    SCHEDULE_NAME: Final = "settings-schedule-name"
    SCHEDULE_CRON: Final = "settings-schedule-cron"
    SCHEDULE_ZONE: Final = "settings-schedule-zone"
    SCHEDULE_ERRORS: Final = "settings-schedule-errors"
    SCHEDULE_SAVE: Final = "settings-schedule-save"
    SCHEDULE_CANCEL: Final = "settings-schedule-cancel"
    ABOUT: Final = "settings-about"
    CONFIGURATION: Final = "settings-configuration"
    AUDIT_CARD: Final = "settings-audit-card"

    @staticmethod
    def key_revoke(index: Any) -> Pattern:
        """Revoke button of an API key; the index is the key id."""
        return pattern("settings-key-revoke", index)

    @staticmethod
    def session_end(index: Any) -> Pattern:
        """Ends one session; the index is the session key."""
        return pattern("settings-session-end", index)

    @staticmethod
    def tab(index: Any) -> Pattern:
        """Tab button; the index is the tab's word in the URL."""
        return pattern("settings-tab", index)

    @staticmethod
    def schedule_run(index: Any) -> Pattern:
        """Runs a schedule at once; the index is the schedule's id."""
        return pattern("settings-schedule-run", index)

    @staticmethod
    def schedule_switch(index: Any) -> Pattern:
        """Switches a schedule on or off; the index is the schedule's id."""
        return pattern("settings-schedule-switch", index)

    @staticmethod
    def schedule_delete(index: Any) -> Pattern:
        """Deletes a schedule; the index is the schedule's id."""
        return pattern("settings-schedule-delete", index)
