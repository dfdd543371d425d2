"""Which roles and permissions exist?"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The part a person plays in the house; each user has exactly one."""

    VIEWER = "viewer"
    ADVISOR = "advisor"
    PORTFOLIO_MANAGER = "portfolio_manager"
    RESEARCHER = "researcher"
    COMPLIANCE = "compliance"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in words for the screen."""
        return self.value.replace("_", " ").capitalize()


class Permission(StrEnum):
    """One thing that a role may allow; the same words are the scopes of API keys."""

    MARKET_READ = "market.read"
    MARKET_REFRESH = "market.refresh"
    MARKET_IMPORT = "market.import"
    PORTFOLIOS_READ = "portfolios.read"
    PORTFOLIOS_WRITE = "portfolios.write"
    CLIENTS_READ = "clients.read"
    CLIENTS_WRITE = "clients.write"
    CLIENTS_PERSONAL = "clients.personal"
    RUNS_READ = "runs.read"
    RUNS_WRITE = "runs.write"
    EXPORTS_MAKE = "exports.make"
    ALERTS_READ = "alerts.read"
    ALERTS_WRITE = "alerts.write"
    SCHEDULES_READ = "schedules.read"
    SCHEDULES_WRITE = "schedules.write"
    USERS_READ = "users.read"
    USERS_WRITE = "users.write"
    PROVIDERS_WRITE = "providers.write"
    SETTINGS_WRITE = "settings.write"
    SAMPLE_PACK_LOAD = "sample_pack.load"
    AUDIT_READ = "audit.read"
    AUDIT_EXPORT = "audit.export"
    COMPLIANCE_READ = "compliance.read"
    RULES_WRITE = "rules.write"
    RULES_APPROVE = "rules.approve"
    BREACHES_WRITE = "breaches.write"
    OVERRIDES_REQUEST = "overrides.request"
    OVERRIDES_APPROVE = "overrides.approve"
    RESTRICTIONS_WRITE = "restrictions.write"
    TRADES_APPROVE = "trades.approve"
    RECORDS_READ = "records.read"
    RECORDS_WRITE = "records.write"
    ACCOUNT_OWN = "account.own"

    @property
    def sentence_part(self) -> str:
        """What the permission allows, to be read after "may not"."""
        return _IN_WORDS[self]


_IN_WORDS: dict[Permission, str] = {
    Permission.MARKET_READ: "see market data",
    Permission.MARKET_REFRESH: "refresh market data",
    Permission.MARKET_IMPORT: "import market data",
    Permission.PORTFOLIOS_READ: "see portfolios",
    Permission.PORTFOLIOS_WRITE: "change portfolios",
    Permission.CLIENTS_READ: "see clients",
    Permission.CLIENTS_WRITE: "change clients",
    Permission.CLIENTS_PERSONAL: "see clients' personal data",
    Permission.RUNS_READ: "see runs",
    Permission.RUNS_WRITE: "start or change runs",
    Permission.EXPORTS_MAKE: "export",
    Permission.ALERTS_READ: "see alerts",
    Permission.ALERTS_WRITE: "acknowledge or snooze alerts",
    Permission.SCHEDULES_READ: "see schedules",
    Permission.SCHEDULES_WRITE: "change schedules",
    Permission.USERS_READ: "see users",
    Permission.USERS_WRITE: "change users and roles",
    Permission.PROVIDERS_WRITE: "set up sources of market data",
    Permission.SETTINGS_WRITE: "change the installation's settings",
    Permission.SAMPLE_PACK_LOAD: "load the sample pack",
    Permission.AUDIT_READ: "read the audit log",
    Permission.AUDIT_EXPORT: "take the whole audit log out",
    Permission.COMPLIANCE_READ: "see rules and how portfolios keep them",
    Permission.RULES_WRITE: "write or propose rules of compliance",
    Permission.RULES_APPROVE: "approve rules of compliance",
    Permission.BREACHES_WRITE: "acknowledge, assign or plan breaches",
    Permission.OVERRIDES_REQUEST: "ask for a breach to be let stand",
    Permission.OVERRIDES_APPROVE: "let a breach stand",
    Permission.RESTRICTIONS_WRITE: "change restricted lists",
    Permission.TRADES_APPROVE: "approve or refuse proposed trades",
    Permission.RECORDS_READ: "see how records are kept",
    Permission.RECORDS_WRITE: "decide how records are kept",
    Permission.ACCOUNT_OWN: "manage an account of their own",
}
