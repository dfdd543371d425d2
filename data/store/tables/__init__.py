"""Which tables does the store have?"""

from data.store.tables.alert import ALERT_STATES, Alert
from data.store.tables.analysis import ANALYSIS_STATES, Analysis
from data.store.tables.api_key import ApiKey
from data.store.tables.asset import Asset, AssetAttribute, AssetClassification, AssetIdentifier
from data.store.tables.audit import AuditEvent, AuditHead
from data.store.tables.benchmark import Benchmark, BenchmarkBlend, BenchmarkWeight
from data.store.tables.breach import BREACH_STATUSES, OVERRIDE_STATES, Breach, BreachEvent, BreachOverride, RuleWatch
from data.store.tables.client import Client, ClientPersonal, ClientProfile
from data.store.tables.compliance import ComplianceChange, ComplianceCheck, ComplianceFact, ComplianceResult
from data.store.tables.corporate_action import CorporateAction
from data.store.tables.factor import FactorReturn
from data.store.tables.fx import FxRate
from data.store.tables.grant import RoleGrant
from data.store.tables.holdings_import import HoldingsImport, ImportAlias, ImportTemplate
from data.store.tables.idempotency import IdempotencyKey
from data.store.tables.ingest import IngestBatch, RawPayload, RejectedRow
from data.store.tables.invitation import Invitation
from data.store.tables.issuer import Issuer, IssuerGroup
from data.store.tables.ledger import TRANSACTION_KINDS, ExternalFlow, LedgerTransaction, Lot
from data.store.tables.macro import MacroObservation, MacroSeries
from data.store.tables.notification import MailMessage, Notification
from data.store.tables.outbox import EventOutbox
from data.store.tables.portfolio import Portfolio
from data.store.tables.portfolio_note import PortfolioDraft, PortfolioNote
from data.store.tables.preference import Preference
from data.store.tables.price import PriceBar, PriceSeries, PriceWithdrawal
from data.store.tables.provider import ProviderSetting, ProviderState, ProviderUsage
from data.store.tables.quality import QualityFinding, QualityPolicy, QualityScore
from data.store.tables.rebalancing import REBALANCING_STATES, Rebalancing
from data.store.tables.record import (
    AccessReview,
    AuditorReport,
    ChangeRequest,
    LegalHold,
    LockedPeriod,
    RetentionReport,
    RetentionRule,
)
from data.store.tables.restriction import RestrictionEntry, RestrictionList, ShortLocate, TradingLot
from data.store.tables.risk import RiskDay, RiskForecast, RiskLimit, RiskModel
from data.store.tables.rule import ComplianceRule, RuleOverride, RuleVersion
from data.store.tables.run import RUN_STATUSES, Run, RunArray, RunResult
from data.store.tables.schedule import Schedule, ScheduleFire, SchedulerLease
from data.store.tables.session import UserSession
from data.store.tables.target import PortfolioTarget, PortfolioTargetWeight
from data.store.tables.team import Team, TeamMember
from data.store.tables.template import Template, TemplateVersion
from data.store.tables.tenant import Setting, Tenant
from data.store.tables.throttle import SignInThrottle
from data.store.tables.user import RecoveryCode, User
from data.store.tables.valuation import DailyValuation

__all__ = [
    "ALERT_STATES", "ANALYSIS_STATES", "BREACH_STATUSES", "OVERRIDE_STATES", "REBALANCING_STATES", "RUN_STATUSES",
    "TRANSACTION_KINDS", "AccessReview", "Alert", "Analysis", "ApiKey", "Asset", "AssetAttribute",
    "AssetClassification", "AssetIdentifier", "AuditEvent", "AuditHead", "AuditorReport", "Benchmark", "BenchmarkBlend",
    "BenchmarkWeight", "Breach", "BreachEvent", "BreachOverride", "ChangeRequest", "Client", "ClientPersonal",
    "ClientProfile", "ComplianceChange", "ComplianceCheck", "ComplianceFact", "ComplianceResult", "ComplianceRule",
    "CorporateAction", "DailyValuation", "EventOutbox", "ExternalFlow", "FactorReturn", "FxRate", "HoldingsImport",
    "IdempotencyKey", "ImportAlias", "ImportTemplate", "IngestBatch", "Invitation", "Issuer", "IssuerGroup",
    "LedgerTransaction", "LegalHold", "LockedPeriod", "Lot", "MacroObservation", "MacroSeries", "MailMessage",
    "Notification", "Portfolio", "PortfolioDraft", "PortfolioNote", "PortfolioTarget", "PortfolioTargetWeight",
    "Preference", "PriceBar", "PriceSeries", "PriceWithdrawal", "ProviderSetting", "ProviderState", "ProviderUsage",
    "QualityFinding", "QualityPolicy", "QualityScore", "RawPayload", "Rebalancing", "RecoveryCode", "RejectedRow",
    "RestrictionEntry", "RestrictionList", "RetentionReport", "RetentionRule", "RiskDay", "RiskForecast", "RiskLimit",
    "RiskModel", "RoleGrant", "RuleOverride", "RuleVersion", "RuleWatch", "Run", "RunArray", "RunResult", "Schedule",
    "ScheduleFire", "SchedulerLease", "Setting", "ShortLocate", "SignInThrottle", "Team", "TeamMember", "Template",
    "TemplateVersion", "Tenant", "TradingLot", "User", "UserSession",
]  # fmt: skip
