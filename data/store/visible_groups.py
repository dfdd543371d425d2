"""Which tables follow a common rule of visibility: that of their parent, of reference data, or of market data?"""

from typing import Any

from data.store import tables as t

PARENTS: dict[type[Any], tuple[Any, type[Any]]] = {
    t.RecoveryCode: (t.RecoveryCode.user_id, t.User),
    t.TeamMember: (t.TeamMember.team_id, t.Team),
    t.BreachEvent: (t.BreachEvent.breach_id, t.Breach),
    t.ClientProfile: (t.ClientProfile.client_id, t.Client),
    t.AssetIdentifier: (t.AssetIdentifier.asset_id, t.Asset),
    t.AssetClassification: (t.AssetClassification.asset_id, t.Asset),
    t.BenchmarkBlend: (t.BenchmarkBlend.benchmark_id, t.Benchmark),
    t.PortfolioNote: (t.PortfolioNote.portfolio_id, t.Portfolio),
    t.PortfolioDraft: (t.PortfolioDraft.portfolio_id, t.Portfolio),
    t.PortfolioTarget: (t.PortfolioTarget.portfolio_id, t.Portfolio),
    t.PortfolioTargetWeight: (t.PortfolioTargetWeight.target_id, t.PortfolioTarget),
    t.LedgerTransaction: (t.LedgerTransaction.portfolio_id, t.Portfolio),
    t.Lot: (t.Lot.portfolio_id, t.Portfolio),
    t.ExternalFlow: (t.ExternalFlow.portfolio_id, t.Portfolio),
    t.DailyValuation: (t.DailyValuation.portfolio_id, t.Portfolio),
    t.Analysis: (t.Analysis.portfolio_id, t.Portfolio),
    t.RiskLimit: (t.RiskLimit.portfolio_id, t.Portfolio),
    t.RiskDay: (t.RiskDay.portfolio_id, t.Portfolio),
    t.RiskForecast: (t.RiskForecast.portfolio_id, t.Portfolio),
    t.RiskModel: (t.RiskModel.portfolio_id, t.Portfolio),
    t.ComplianceCheck: (t.ComplianceCheck.portfolio_id, t.Portfolio),
    t.ComplianceResult: (t.ComplianceResult.portfolio_id, t.Portfolio),
    t.ComplianceChange: (t.ComplianceChange.portfolio_id, t.Portfolio),
    t.RestrictionEntry: (t.RestrictionEntry.list_id, t.RestrictionList),
    t.RuleWatch: (t.RuleWatch.portfolio_id, t.Portfolio),
    t.RuleVersion: (t.RuleVersion.rule_id, t.ComplianceRule),
    t.RunResult: (t.RunResult.run_id, t.Run),
    t.RunArray: (t.RunArray.run_id, t.Run),
    t.TemplateVersion: (t.TemplateVersion.template_id, t.Template),
    t.ScheduleFire: (t.ScheduleFire.schedule_id, t.Schedule),
}
"""Tables whose rows are visible where the row they point to is."""

SHARED: tuple[type[Any], ...] = (
    t.IssuerGroup, t.Issuer, t.Asset, t.AssetAttribute, t.Benchmark, t.IngestBatch, t.RejectedRow,
)  # fmt: skip
"""Reference data: of all tenants where the row names none."""

SCOPED: tuple[type[Any], ...] = (
    t.PriceBar, t.PriceSeries, t.PriceWithdrawal, t.FactorReturn, t.FxRate, t.RawPayload, t.MacroSeries,
    t.MacroObservation,
)  # fmt: skip
"""Market data: of all tenants where the scope is empty."""

OWN: tuple[type[Any], ...] = (t.Notification, t.IdempotencyKey, t.Preference)
"""Rows of one user."""

NOBODYS: tuple[type[Any], ...] = (t.SignInThrottle, t.SchedulerLease, t.MailMessage)
"""Tables of the product's own jobs."""

ADMINISTRATION = (
    "access_review", "api_key", "audit", "change_request", "invitation", "legal_hold", "locked_period",
    "market_import", "provider", "record_class", "restriction_entry", "restriction_list", "retention_report",
    "retention_rule", "role_grant", "rule", "rule_override", "session", "setting", "sign_in", "team", "tenant",
    "trading_lot", "user",
)  # fmt: skip
"""Kinds of objects whose audit rows an administrator reads; the others may tell holdings."""
