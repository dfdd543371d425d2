"""How do settings become the services of a running process?

Importing this module stays light; solvers, Celery and Redis are imported only by the processes that need them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.clock import Clock, SystemClock
from services.ports import Ports, Queue
from services.settings import Settings, load_settings
from services.wiring_compliance import ComplianceServices, compliance_services
from services.wiring_dashboard import DashboardServices, dashboard_services
from services.wiring_doors import make_carrier, make_ports
from services.wiring_portfolios import PortfolioServices, portfolio_services
from services.wiring_records import RecordServices, record_services

if TYPE_CHECKING:
    from services.academic import Academic
    from services.alerts import Alerts
    from services.analyses import Analyses
    from services.api_keys import ApiKeys
    from services.audit import Audit
    from services.benchmark_blends import BenchmarkBlends
    from services.clients import Clients
    from services.economy import Economy
    from services.events import Events
    from services.explanations import Explanations
    from services.explorer import Explorer
    from services.explorer_minutes import Minutes
    from services.exports import Exports
    from services.factor_sets import FactorSets
    from services.feed_trials import FeedTrials
    from services.file_drops import FileDrops
    from services.finder import Finder
    from services.health import Health
    from services.help.book import HelpBook
    from services.holdings_import import HoldingsImports
    from services.idempotency import Idempotency
    from services.imports import Imports
    from services.invitations import Invitations
    from services.limit_files import LimitTables
    from services.lineage import Lineage
    from services.live import Live
    from services.live_overlay import LiveOverlay
    from services.market import Market
    from services.market_calendars import MarketCalendars
    from services.market_data import MarketData
    from services.market_deliveries import Deliveries
    from services.market_facts import MarketFacts
    from services.optimize import Optimize
    from services.performance import Performance
    from services.performance_today import PerformanceToday
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.portfolios import Portfolios
    from services.preferences import PreferenceChoices
    from services.providers import Providers
    from services.quality import Quality
    from services.risk import Risk
    from services.risk_history import LimitHistory
    from services.runs import Runs
    from services.sample_pack import SamplePack
    from services.scheduler import Scheduler
    from services.schedules import Schedules
    from services.sessions import Sessions
    from services.stress import Stress
    from services.teams import Teams
    from services.templates import Templates
    from services.tenants import Tenants
    from services.tradeoffs import Tradeoffs
    from services.uncertainty import Uncertainty
    from services.users import Users


@dataclass(frozen=True)
class Services(ComplianceServices, DashboardServices, PortfolioServices, RecordServices):
    """Every verb of the product, one attribute a subject."""

    ports: Ports
    academic: Academic
    alerts: Alerts
    analyses: Analyses
    api_keys: ApiKeys
    audit: Audit
    benchmark_blends: BenchmarkBlends
    clients: Clients
    economy: Economy
    events: Events
    explanations: Explanations
    explorer: Explorer
    explorer_minutes: Minutes
    exports: Exports
    factor_sets: FactorSets
    feed_trials: FeedTrials
    file_drops: FileDrops
    finder: Finder
    health: Health
    help: HelpBook
    holdings_imports: HoldingsImports
    idempotency: Idempotency
    imports: Imports
    invitations: Invitations
    limit_history: LimitHistory
    limits: LimitTables
    lineage: Lineage
    live: Live
    live_overlay: LiveOverlay
    market: Market
    market_calendars: MarketCalendars
    market_data: MarketData
    market_deliveries: Deliveries
    market_facts: MarketFacts
    optimize: Optimize
    performance: Performance
    performance_today: PerformanceToday
    portfolio_facts: PortfolioFactsReader
    portfolios: Portfolios
    preferences: PreferenceChoices
    providers: Providers
    quality: Quality
    risk: Risk
    runs: Runs
    sample_pack: SamplePack
    schedules: Schedules
    scheduler: Scheduler
    sessions: Sessions
    stress: Stress
    teams: Teams
    templates: Templates
    tenants: Tenants
    tradeoffs: Tradeoffs
    uncertainty: Uncertainty
    users: Users

    def start(self) -> None:
        """Begin what a web process does beside answering: workers, event pump, scheduler."""
        self.ports.queue.start()
        self.ports.quick_queue.start()
        self.events.start()
        self.runs.resume()
        self.scheduler.start()
        self.live.start()

    def stop(self) -> None:
        """End it again, within about two seconds."""
        self.scheduler.stop()
        self.live.stop()
        self.ports.queue.stop()
        self.ports.quick_queue.stop()
        self.events.stop()
        self.exports.stop()
        self.ports.bus.stop()
        self.ports.cache.close()
        self.ports.store.dispose()


def build(settings: Settings, clock: Clock | None = None, queue: Queue | None = None) -> Services:
    """Return the services of a process; nothing runs in the background until `Services.start`.

    Parameters
    ----------
    settings : Settings
    clock : Clock or None
        The machine's clock when None.
    queue : Queue or None
        When None: the embedded pool, or Celery where `REDIS_URL` is set.
    """
    return assemble(make_ports(settings, clock or SystemClock(), queue))


def assemble(ports: Ports) -> Services:
    """Return the services over the given doors."""
    from services.academic import Academic
    from services.alerts import Alerts
    from services.analyses import Analyses
    from services.api_keys import ApiKeys
    from services.audit import Audit
    from services.benchmark_blends import BenchmarkBlends
    from services.clients import Clients
    from services.compliance.breach_watch import BreachWatch
    from services.compliance.record_keeping import RecordKeeping
    from services.economy import Economy
    from services.events import Events
    from services.explanations import Explanations
    from services.explorer import Explorer
    from services.explorer_minutes import Minutes
    from services.exports import Exports
    from services.factor_sets import FactorSets
    from services.feed_trials import FeedTrials
    from services.file_drops import FileDrops
    from services.finder import Finder
    from services.health import Health
    from services.help.book import HelpBook
    from services.holdings_import import HoldingsImports
    from services.idempotency import Idempotency
    from services.imports import Imports
    from services.invitations import Invitations
    from services.limit_files import LimitTables
    from services.lineage import Lineage
    from services.live import Live
    from services.live_overlay import LiveOverlay
    from services.live_poll import AskProviders
    from services.market import Market
    from services.market_calendars import MarketCalendars
    from services.market_data import MarketData
    from services.market_deliveries import Deliveries
    from services.market_facts import MarketFacts
    from services.optimize import Optimize
    from services.performance import Performance
    from services.performance_today import PerformanceToday
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.portfolios import Portfolios
    from services.preferences import PreferenceChoices
    from services.providers import Providers
    from services.quality import Quality
    from services.risk import Risk
    from services.risk_history import LimitHistory
    from services.risk_watch import RiskWatch
    from services.runs import Runs
    from services.sample_pack import SamplePack
    from services.scheduler import Scheduler
    from services.schedules import Schedules
    from services.sessions import Sessions
    from services.stress import Stress
    from services.teams import Teams
    from services.templates import Templates
    from services.tenants import Tenants
    from services.tradeoffs import Tradeoffs
    from services.uncertainty import Uncertainty
    from services.users import Users

    events = Events(ports)
    alerts = Alerts(ports)
    analyses = Analyses(ports)
    market = Market(ports)
    providers = Providers(ports)
    clients = Clients(ports)
    portfolio_facts = PortfolioFactsReader(ports)
    portfolios = Portfolios(ports)
    risk = Risk(ports, analyses=analyses, facts=portfolio_facts)
    idempotency = Idempotency(ports)
    quality = Quality(ports)
    lineage = Lineage(ports, quality)
    runs = Runs(ports, events=events, alerts=alerts)
    schedules = Schedules(ports, runs=runs)
    sessions = Sessions(ports)
    optimize = Optimize(ports, runs=runs, market=market, portfolios=portfolios)
    uncertainty = Uncertainty(ports, runs=runs, optimize=optimize)
    explanations = Explanations(ports, runs=runs, optimize=optimize)
    live = Live(ports, make_carrier(ports.settings), AskProviders(providers))
    live_overlay = LiveOverlay(live, portfolios)
    imports = Imports(ports)
    file_drops = FileDrops(ports, imports=imports, alerts=alerts)
    market_data = MarketData(ports)
    audit = Audit(ports)
    records = record_services(ports, audit=audit, runs=runs)
    compliance = compliance_services(ports, analyses=analyses, facts=portfolio_facts, optimize=optimize, runs=runs)
    of_portfolios = portfolio_services(
        ports,
        portfolios=portfolios,
        facts=portfolio_facts,
        analyses=analyses,
        checks=compliance["compliance_checks"],
        optimize=optimize,
        runs=runs,
    )
    holdings_imports = HoldingsImports(ports)
    dashboard = dashboard_services(
        ports,
        {**records, **compliance, **of_portfolios},
        portfolios=portfolios,
        facts=portfolio_facts,
        live=live,
        alerts=alerts,
        runs=runs,
        holdings_imports=holdings_imports,
    )
    services = Services(
        ports=ports,
        academic=Academic(ports, runs=runs),
        alerts=alerts,
        analyses=analyses,
        api_keys=ApiKeys(ports),
        audit=audit,
        benchmark_blends=BenchmarkBlends(ports),
        clients=clients,
        economy=Economy(ports),
        events=events,
        explanations=explanations,
        explorer=Explorer(ports, quality),
        explorer_minutes=Minutes(ports, market_data),
        exports=Exports(
            ports,
            runs=runs,
            optimize=optimize,
            portfolios=portfolios,
            uncertainty=uncertainty,
            explanations=explanations,
            lineage=lineage,
        ),
        factor_sets=FactorSets(ports),
        feed_trials=FeedTrials(ports),
        file_drops=file_drops,
        finder=Finder(ports),
        health=Health(ports, market=market),
        help=HelpBook(),
        holdings_imports=holdings_imports,
        idempotency=idempotency,
        imports=imports,
        invitations=Invitations(ports),
        limit_history=LimitHistory(ports, analyses=analyses, facts=portfolio_facts),
        limits=LimitTables(),
        lineage=lineage,
        live=live,
        live_overlay=live_overlay,
        market=market,
        market_calendars=MarketCalendars(ports),
        market_data=market_data,
        market_deliveries=Deliveries(ports),
        market_facts=MarketFacts(ports),
        optimize=optimize,
        performance=Performance(ports),
        performance_today=PerformanceToday(live_overlay),
        portfolio_facts=portfolio_facts,
        portfolios=portfolios,
        preferences=PreferenceChoices(ports),
        providers=providers,
        quality=quality,
        risk=risk,
        runs=runs,
        sample_pack=SamplePack(ports),
        schedules=schedules,
        scheduler=Scheduler(
            ports,
            schedules=schedules,
            runs=runs,
            sessions=sessions,
            market=market,
            alerts=alerts,
            analyses=analyses,
            risk_watch=RiskWatch(ports, analyses, risk) if ports.settings.risk_watch == "on" else None,
            compliance_watch=compliance["compliance_watch"] if ports.settings.compliance_watch == "on" else None,
            breach_watch=BreachWatch(ports),
            record_keeping=RecordKeeping(
                audit.anchors.write_due, records["retention_job"].run_due, records["auditor_reports"].make_due
            ),
            events=events,
            drops=file_drops,
            providers=providers,
            quality=quality,
        ),
        sessions=sessions,
        stress=Stress(ports, analyses, portfolio_facts, portfolios),
        teams=Teams(ports),
        templates=Templates(ports),
        tenants=Tenants(ports),
        tradeoffs=Tradeoffs(ports, runs=runs, optimize=optimize, portfolios=portfolios, clients=clients),
        uncertainty=uncertainty,
        users=Users(ports, sessions=sessions),
        **records,
        **compliance,
        **dashboard,
        **of_portfolios,
    )
    runs.attach(services)
    analyses.attach(services)
    return services


_installed: Services | None = None
_lock = threading.Lock()


def install(services: Services | None) -> None:
    """Make these the services of the process; None takes them out again."""
    global _installed
    with _lock:
        _installed = services


def current() -> Services:
    """Return the services of the process.

    A worker or follower that nobody gave services builds its own from the environment, with a queue that only leaves
    runs pending: the web process is the one that hands them over.
    """
    global _installed
    with _lock:
        if _installed is None:
            from data.queue.passive import PassiveQueue

            _installed = build(load_settings(), queue=PassiveQueue())
        return _installed
