"""Which repositories share one unit of work?"""

from functools import cached_property

from data.store.repositories import (
    Alerts,
    Analyses,
    ApiKeys,
    Assets,
    AuditLog,
    Benchmarks,
    Clients,
    CorporateActions,
    Events,
    ExternalFlows,
    Factors,
    FxRates,
    Grants,
    HoldingsImports,
    IdempotencyKeys,
    ImportAliases,
    ImportTemplates,
    IngestBatches,
    Invitations,
    Issuers,
    Leases,
    Ledger,
    Lots,
    Macro,
    Mail,
    Notifications,
    PortfolioDrafts,
    PortfolioNotes,
    Portfolios,
    Preferences,
    Prices,
    ProviderSettings,
    ProviderStates,
    ProviderUsages,
    QualityFindings,
    QualityPolicies,
    QualityScores,
    RawPayloads,
    RecoveryCodes,
    RejectedRows,
    RiskDays,
    RiskForecasts,
    RiskLimits,
    RiskModels,
    Runs,
    Schedules,
    Sessions,
    Settings,
    SharedViews,
    StressScenarios,
    Targets,
    Teams,
    Templates,
    Tenants,
    Throttle,
    Users,
    Valuations,
)
from data.store.unit_compliance import UnitCompliance


class UnitRepositories(UnitCompliance):
    """The repositories of one unit of work, each made when it is asked for first."""

    @cached_property
    def alerts(self) -> Alerts:
        """The alerts that the actor may see."""
        return Alerts(self._ctx)

    @cached_property
    def analyses(self) -> Analyses:
        """The reports that the actor may see."""
        return Analyses(self._ctx)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """The api keys that the actor may see."""
        return ApiKeys(self._ctx)

    @cached_property
    def assets(self) -> Assets:
        """The assets that the actor may see."""
        return Assets(self._ctx)

    @cached_property
    def audit(self) -> AuditLog:
        """The audit that the actor may see."""
        return AuditLog(self._ctx)

    @cached_property
    def benchmarks(self) -> Benchmarks:
        """The benchmarks that the actor may see."""
        return Benchmarks(self._ctx)

    @cached_property
    def clients(self) -> Clients:
        """The clients that the actor may see."""
        return Clients(self._ctx)

    @cached_property
    def corporate_actions(self) -> CorporateActions:
        """The corporate actions that the actor may see."""
        return CorporateActions(self._ctx)

    @cached_property
    def events(self) -> Events:
        """The events that the actor may see."""
        return Events(self._ctx)

    @cached_property
    def flows(self) -> ExternalFlows:
        """The flows that the actor may see."""
        return ExternalFlows(self._ctx)

    @cached_property
    def factors(self) -> Factors:
        """The returns of factors that the actor may see."""
        return Factors(self._ctx)

    @cached_property
    def fx(self) -> FxRates:
        """The fx that the actor may see."""
        return FxRates(self._ctx)

    @cached_property
    def grants(self) -> Grants:
        """The grants that the actor may see."""
        return Grants(self._ctx)

    @cached_property
    def holdings_imports(self) -> HoldingsImports:
        """The imports of holdings that the actor may see."""
        return HoldingsImports(self._ctx)

    @cached_property
    def import_aliases(self) -> ImportAliases:
        """The aliases that the actor may see."""
        return ImportAliases(self._ctx)

    @cached_property
    def import_templates(self) -> ImportTemplates:
        """The templates of imports that the actor may see."""
        return ImportTemplates(self._ctx)

    @cached_property
    def idempotency(self) -> IdempotencyKeys:
        """The idempotency that the actor may see."""
        return IdempotencyKeys(self._ctx)

    @cached_property
    def ingest_batches(self) -> IngestBatches:
        """The ingest batches that the actor may see."""
        return IngestBatches(self._ctx)

    @cached_property
    def invitations(self) -> Invitations:
        """The invitations that the actor may see."""
        return Invitations(self._ctx)

    @cached_property
    def issuers(self) -> Issuers:
        """The issuers that the actor may see."""
        return Issuers(self._ctx)

    @cached_property
    def leases(self) -> Leases:
        """The leases that the actor may see."""
        return Leases(self._ctx)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger that the actor may see."""
        return Ledger(self._ctx)

    @cached_property
    def lots(self) -> Lots:
        """The lots that the actor may see."""
        return Lots(self._ctx)

    @cached_property
    def macro(self) -> Macro:
        """The economic series that the actor may see."""
        return Macro(self._ctx)

    @cached_property
    def mail(self) -> Mail:
        """The mail that the actor may see."""
        return Mail(self._ctx)

    @cached_property
    def notifications(self) -> Notifications:
        """The notifications that the actor may see."""
        return Notifications(self._ctx)

    @cached_property
    def portfolio_drafts(self) -> PortfolioDrafts:
        """The wished weights that the actor may see."""
        return PortfolioDrafts(self._ctx)

    @cached_property
    def portfolio_notes(self) -> PortfolioNotes:
        """The notes that the actor may see."""
        return PortfolioNotes(self._ctx)

    @cached_property
    def portfolios(self) -> Portfolios:
        """The portfolios that the actor may see."""
        return Portfolios(self._ctx)

    @cached_property
    def preferences(self) -> Preferences:
        """The preferences that the actor may see."""
        return Preferences(self._ctx)

    @cached_property
    def prices(self) -> Prices:
        """The prices that the actor may see."""
        return Prices(self._ctx)

    @cached_property
    def provider_settings(self) -> ProviderSettings:
        """The set-ups of providers that the actor may see."""
        return ProviderSettings(self._ctx)

    @cached_property
    def provider_states(self) -> ProviderStates:
        """The states of providers that the actor may see."""
        return ProviderStates(self._ctx)

    @cached_property
    def provider_usages(self) -> ProviderUsages:
        """The usage of providers that the actor may see."""
        return ProviderUsages(self._ctx)

    @cached_property
    def raw_payloads(self) -> RawPayloads:
        """The payloads that the actor may see."""
        return RawPayloads(self._ctx)

    @cached_property
    def rejected_rows(self) -> RejectedRows:
        """The refused rows that the actor may see."""
        return RejectedRows(self._ctx)

    @cached_property
    def recovery_codes(self) -> RecoveryCodes:
        """The recovery codes that the actor may see."""
        return RecoveryCodes(self._ctx)

    @cached_property
    def quality_findings(self) -> QualityFindings:
        """What looks wrong in the house's prices."""
        return QualityFindings(self._ctx)

    @cached_property
    def quality_scores(self) -> QualityScores:
        """How good the house's series are."""
        return QualityScores(self._ctx)

    @cached_property
    def quality_policies(self) -> QualityPolicies:
        """What the house wants done about findings."""
        return QualityPolicies(self._ctx)

    @cached_property
    def risk_days(self) -> RiskDays:
        """The daily history of limited figures that the actor may see."""
        return RiskDays(self._ctx)

    @cached_property
    def risk_forecasts(self) -> RiskForecasts:
        """The stored forecasts of risk that the actor may see."""
        return RiskForecasts(self._ctx)

    @cached_property
    def risk_limits(self) -> RiskLimits:
        """The limits on risk that the actor may see."""
        return RiskLimits(self._ctx)

    @cached_property
    def risk_models(self) -> RiskModels:
        """The fitted models of risk that the actor may see."""
        return RiskModels(self._ctx)

    @cached_property
    def runs(self) -> Runs:
        """The runs that the actor may see."""
        return Runs(self._ctx)

    @cached_property
    def schedules(self) -> Schedules:
        """The schedules that the actor may see."""
        return Schedules(self._ctx)

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions that the actor may see."""
        return Sessions(self._ctx)

    @cached_property
    def settings(self) -> Settings:
        """The settings that the actor may see."""
        return Settings(self._ctx)

    @cached_property
    def shared_views(self) -> SharedViews:
        """The views of the dashboard that the actor gave to others, or was given."""
        return SharedViews(self._ctx)

    @cached_property
    def stress_scenarios(self) -> StressScenarios:
        """The stress scenarios of their own that people keep, as far as the actor may see them."""
        return StressScenarios(self._ctx)

    @cached_property
    def targets(self) -> Targets:
        """The targets that the actor may see."""
        return Targets(self._ctx)

    @cached_property
    def teams(self) -> Teams:
        """The teams that the actor may see."""
        return Teams(self._ctx)

    @cached_property
    def templates(self) -> Templates:
        """The templates that the actor may see."""
        return Templates(self._ctx)

    @cached_property
    def tenants(self) -> Tenants:
        """The tenants that the actor may see."""
        return Tenants(self._ctx)

    @cached_property
    def throttle(self) -> Throttle:
        """The throttle that the actor may see."""
        return Throttle(self._ctx)

    @cached_property
    def users(self) -> Users:
        """The users that the actor may see."""
        return Users(self._ctx)

    @cached_property
    def valuations(self) -> Valuations:
        """The valuations that the actor may see."""
        return Valuations(self._ctx)
