"""Which repositories does a unit of work have?"""

from data.store.repositories.alerts import Alerts
from data.store.repositories.analyses import Analyses
from data.store.repositories.api_keys import ApiKeys
from data.store.repositories.assets import Assets
from data.store.repositories.audit import AuditCheck, AuditLog
from data.store.repositories.benchmarks import Benchmarks
from data.store.repositories.breaches import Breaches, BreachEvents, BreachOverrides, RuleWatches
from data.store.repositories.clients import ClientRecord, Clients
from data.store.repositories.compliance import ComplianceChanges, ComplianceChecks, ComplianceFacts, ComplianceResults
from data.store.repositories.corporate_actions import CorporateActions
from data.store.repositories.deliveries import RawPayloads, RejectedRows
from data.store.repositories.events import Events
from data.store.repositories.factors import FactorDays, Factors
from data.store.repositories.fx import FxRates
from data.store.repositories.grants import Grants
from data.store.repositories.holdings_imports import HoldingsImports, ImportAliases, ImportTemplates
from data.store.repositories.idempotency import IdempotencyKeys
from data.store.repositories.ingest_batches import IngestBatches
from data.store.repositories.invitations import Invitations
from data.store.repositories.issuers import Issuers
from data.store.repositories.ledger import Ledger, Positions
from data.store.repositories.lots import ExternalFlows, Lots
from data.store.repositories.macro import Macro
from data.store.repositories.notifications import Mail, Notifications
from data.store.repositories.pages import Page
from data.store.repositories.portfolio_notes import PortfolioDrafts, PortfolioNotes
from data.store.repositories.portfolios import Portfolios
from data.store.repositories.preferences import Preferences
from data.store.repositories.prices import Prices
from data.store.repositories.providers import Limits, ProviderSettings, ProviderStates, ProviderUsages
from data.store.repositories.quality import QualityFindings, QualityPolicies, QualityScores
from data.store.repositories.rebalancings import Rebalancings
from data.store.repositories.records import (
    AccessReviews,
    AuditorReports,
    ChangeRequests,
    LegalHolds,
    LockedPeriods,
    RetentionReports,
    RetentionRules,
)
from data.store.repositories.restrictions import RestrictionEntries, RestrictionLists, ShortLocates, TradingLots
from data.store.repositories.risk import RiskDays, RiskForecasts, RiskLimits, RiskModels
from data.store.repositories.rules import RuleOverrides, Rules
from data.store.repositories.runs import Runs
from data.store.repositories.schedules import Leases, Schedules
from data.store.repositories.series import Bars, PricePanel, Series, SeriesSummary
from data.store.repositories.sessions import Sessions
from data.store.repositories.targets import Targets
from data.store.repositories.teams import Teams
from data.store.repositories.templates import SharedViews, StressScenarios, Templates
from data.store.repositories.tenants import Settings, Tenants
from data.store.repositories.throttle import Throttle
from data.store.repositories.users import RecoveryCodes, Users
from data.store.repositories.valuations import Valuations

__all__ = [
    "AccessReviews", "Alerts", "Analyses", "ApiKeys", "Assets", "AuditCheck", "AuditLog", "AuditorReports", "Bars",
    "Benchmarks", "BreachEvents", "BreachOverrides", "Breaches", "ChangeRequests", "ClientRecord", "Clients",
    "ComplianceChanges", "ComplianceChecks", "ComplianceFacts", "ComplianceResults", "CorporateActions", "Events",
    "ExternalFlows", "FactorDays", "Factors", "FxRates", "Grants", "HoldingsImports", "IdempotencyKeys",
    "ImportAliases", "ImportTemplates", "IngestBatches", "Invitations", "Issuers", "Leases", "Ledger", "LegalHolds",
    "Limits", "LockedPeriods", "Lots", "Macro", "Mail", "Notifications", "Page", "PortfolioDrafts", "PortfolioNotes",
    "Portfolios", "Positions", "Preferences", "PricePanel", "Prices", "ProviderSettings", "ProviderStates",
    "ProviderUsages", "QualityFindings", "QualityPolicies", "QualityScores", "RawPayloads", "Rebalancings",
    "RecoveryCodes", "RejectedRows", "RestrictionEntries", "RestrictionLists", "RetentionReports", "RetentionRules",
    "RiskDays", "RiskForecasts", "RiskLimits", "RiskModels", "RuleOverrides", "RuleWatches", "Rules", "Runs",
    "Schedules", "Series", "SeriesSummary", "Sessions", "Settings", "SharedViews", "ShortLocates", "StressScenarios",
    "Targets", "Teams", "Templates", "Tenants", "Throttle", "TradingLots", "Users", "Valuations",
]  # fmt: skip
