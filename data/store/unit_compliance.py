"""Which repositories of compliance, of records and of proposed trades share one unit of work?"""

from functools import cached_property

from data.store.repositories.breaches import Breaches, BreachEvents, BreachOverrides, RuleWatches
from data.store.repositories.compliance import ComplianceChanges, ComplianceChecks, ComplianceFacts, ComplianceResults
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
from data.store.repositories.retention import Retention
from data.store.repositories.rules import RuleOverrides, Rules
from data.store.unit_base import UnitBase


class UnitCompliance(UnitBase):
    """The repositories of compliance and of records, each made when it is asked for first."""

    @cached_property
    def breaches(self) -> Breaches:
        """The breaches that the actor may see."""
        return Breaches(self._ctx)

    @cached_property
    def breach_events(self) -> BreachEvents:
        """What happened to the breaches that the actor may see."""
        return BreachEvents(self._ctx)

    @cached_property
    def breach_overrides(self) -> BreachOverrides:
        """The wishes to let breaches stand that the actor may see."""
        return BreachOverrides(self._ctx)

    @cached_property
    def rebalancings(self) -> Rebalancings:
        """The proposals of trades that the actor may see."""
        return Rebalancings(self._ctx)

    @cached_property
    def rule_watches(self) -> RuleWatches:
        """Since when the portfolios that the actor may see are judged by their rules."""
        return RuleWatches(self._ctx)

    @cached_property
    def compliance_changes(self) -> ComplianceChanges:
        """When portfolios that the actor may see changed how they stand by a rule."""
        return ComplianceChanges(self._ctx)

    @cached_property
    def compliance_checks(self) -> ComplianceChecks:
        """The last checks of portfolios that the actor may see."""
        return ComplianceChecks(self._ctx)

    @cached_property
    def compliance_facts(self) -> ComplianceFacts:
        """What somebody stated for rules, as far as the actor may see it."""
        return ComplianceFacts(self._ctx)

    @cached_property
    def compliance_results(self) -> ComplianceResults:
        """How portfolios that the actor may see stood by their rules."""
        return ComplianceResults(self._ctx)

    @cached_property
    def access_reviews(self) -> AccessReviews:
        """The reviews of access that the actor may see."""
        return AccessReviews(self._ctx)

    @cached_property
    def auditor_reports(self) -> AuditorReports:
        """The auditor's reports that the actor may see."""
        return AuditorReports(self._ctx)

    @cached_property
    def change_requests(self) -> ChangeRequests:
        """The changes that wait for a second person, as far as the actor may see them."""
        return ChangeRequests(self._ctx)

    @cached_property
    def legal_holds(self) -> LegalHolds:
        """The legal holds that the actor may see."""
        return LegalHolds(self._ctx)

    @cached_property
    def locked_periods(self) -> LockedPeriods:
        """The locked periods that the actor may see."""
        return LockedPeriods(self._ctx)

    @cached_property
    def restriction_entries(self) -> RestrictionEntries:
        """The entries of restricted lists that the actor may see."""
        return RestrictionEntries(self._ctx)

    @cached_property
    def restriction_lists(self) -> RestrictionLists:
        """The restricted lists that the actor may see."""
        return RestrictionLists(self._ctx)

    @cached_property
    def retention(self) -> Retention:
        """The old records of the unit's house; for the product itself."""
        return Retention(self._ctx)

    @cached_property
    def retention_reports(self) -> RetentionReports:
        """The reports of retention that the actor may see."""
        return RetentionReports(self._ctx)

    @cached_property
    def retention_rules(self) -> RetentionRules:
        """How long records are kept, as far as the actor may see it."""
        return RetentionRules(self._ctx)

    @cached_property
    def rule_overrides(self) -> RuleOverrides:
        """What clients and portfolios that the actor may see have otherwise than the rules say."""
        return RuleOverrides(self._ctx)

    @cached_property
    def rules(self) -> Rules:
        """The rules of compliance that the actor may see."""
        return Rules(self._ctx)

    @cached_property
    def short_locates(self) -> ShortLocates:
        """The locates for short sales that the actor may see."""
        return ShortLocates(self._ctx)

    @cached_property
    def trading_lots(self) -> TradingLots:
        """The lots that the house trades in."""
        return TradingLots(self._ctx)
