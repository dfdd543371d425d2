"""What belongs to one transaction, and when is it kept?"""

import threading
from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Self

from data.errors import UnitMisused
from data.store.actor import Asker
from data.store.base import Clock
from data.store.repositories import (
    Alerts,
    ApiKeys,
    Assets,
    AuditLog,
    Benchmarks,
    Clients,
    CorporateActions,
    Events,
    ExternalFlows,
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
    Runs,
    Schedules,
    Sessions,
    Settings,
    Targets,
    Teams,
    Templates,
    Tenants,
    Throttle,
    Users,
    Valuations,
)
from data.store.repositories.context import UnitContext
from data.store.session import StoreSession


class UnitOfWork:
    """One transaction and the repositories that share it.

    ``with store.work(actor) as uow: ...; uow.commit()``. Leaving the block without ``commit()`` undoes everything.
    The transaction begins with the first statement, so an open unit that was not used holds nothing. Rows that a
    unit handed out stay readable after it ends.
    """

    def __init__(
        self,
        make_session: Callable[[], StoreSession],
        *,
        actor: Asker,
        dialect: str,
        now_utc: Clock,
        audit_key: bytes | None,
        is_read_only: bool,
        open_units: threading.local,
    ) -> None:
        self._make_session = make_session
        self.actor = actor
        self.is_read_only = is_read_only
        self._dialect = dialect
        self._now_utc = now_utc
        self._audit_key = audit_key
        self._open_units = open_units
        self._stack: list[UnitOfWork] = []
        self._context: UnitContext | None = None
        self._was_opened = False

    def __enter__(self) -> Self:
        if self._was_opened:
            raise UnitMisused("A unit of work is used once; ask the store for another one.")
        self._was_opened = True
        if not self.is_read_only:
            self._stack = self._open_units.__dict__.setdefault("stack", [])
            if any(unit.has_begun for unit in self._stack):
                raise UnitMisused("A unit of work that writes is open in this thread; end it before opening another.")
            self._stack.append(self)
        self._context = UnitContext(self._make_session(), self.actor, self._now_utc, self._dialect, self._audit_key)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._ctx.session.close()
        finally:
            self._context = None
            if not self.is_read_only:
                self._stack.remove(self)

    @property
    def has_begun(self) -> bool:
        """Whether the unit has sent a statement and holds a transaction."""
        return self._context is not None and self._context.session.in_transaction()

    def flush(self) -> None:
        """Send what waits to the database, so that its rules are checked now."""
        self._ctx.session.flush()

    def commit(self) -> None:
        """Keep everything: changes, then audit rows, then events, in one transaction.

        Audit rows and events are written last and always in this order: their locks are held only for the
        commit itself, and two units can never wait for each other.
        """
        if self.is_read_only:
            raise UnitMisused("A unit of work that only reads has nothing to commit.")
        context = self._ctx
        context.session.flush()
        if context.audit_entries:
            self.audit.write_pending()
        if context.events:
            self.events.write_pending()
        context.session.commit()

    def rollback(self) -> None:
        """Undo everything since the unit began or last committed."""
        context = self._ctx
        context.audit_entries.clear()
        context.events.clear()
        context.session.rollback()

    @property
    def _ctx(self) -> UnitContext:
        if self._context is None:
            raise UnitMisused("This unit of work is not open: use it in a with block.")
        return self._context

    @cached_property
    def alerts(self) -> Alerts:
        """The alerts that the actor may see."""
        return Alerts(self._ctx)

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
