"""Which tables does the store have?"""

from data.store.tables.alert import ALERT_STATES, Alert
from data.store.tables.analysis import ANALYSIS_STATES, Analysis
from data.store.tables.api_key import ApiKey
from data.store.tables.asset import Asset, AssetAttribute, AssetClassification, AssetIdentifier
from data.store.tables.audit import AuditEvent, AuditHead
from data.store.tables.benchmark import Benchmark, BenchmarkBlend, BenchmarkWeight
from data.store.tables.client import Client, ClientPersonal, ClientProfile
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
from data.store.tables.preference import Preference
from data.store.tables.price import PriceBar, PriceSeries, PriceWithdrawal
from data.store.tables.provider import ProviderSetting, ProviderState, ProviderUsage
from data.store.tables.quality import QualityFinding, QualityPolicy, QualityScore
from data.store.tables.risk import RiskDay, RiskForecast, RiskLimit, RiskModel
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
    "ALERT_STATES", "ANALYSIS_STATES", "RUN_STATUSES", "TRANSACTION_KINDS", "Alert", "Analysis", "ApiKey", "Asset",
    "AssetAttribute", "AssetClassification", "AssetIdentifier", "AuditEvent", "AuditHead", "Benchmark",
    "BenchmarkBlend", "BenchmarkWeight", "Client", "ClientPersonal", "ClientProfile", "CorporateAction",
    "DailyValuation", "EventOutbox", "ExternalFlow", "FactorReturn", "FxRate", "HoldingsImport", "IdempotencyKey",
    "ImportAlias", "ImportTemplate", "IngestBatch", "Invitation", "Issuer", "IssuerGroup", "LedgerTransaction",
    "Lot", "MacroObservation", "MacroSeries", "MailMessage", "Notification", "Portfolio", "PortfolioTarget",
    "PortfolioTargetWeight", "Preference", "PriceBar", "PriceSeries", "PriceWithdrawal", "ProviderSetting",
    "ProviderState", "ProviderUsage", "QualityFinding", "QualityPolicy", "QualityScore", "RawPayload",
    "RecoveryCode", "RejectedRow", "RiskDay", "RiskForecast", "RiskLimit", "RiskModel", "RoleGrant", "Run",
    "RunArray", "RunResult", "Schedule", "ScheduleFire", "SchedulerLease", "Setting", "SignInThrottle", "Team",
    "TeamMember", "Template", "TemplateVersion", "Tenant", "User", "UserSession",
]  # fmt: skip
