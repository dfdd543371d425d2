"""Which rules, overrides and lists does an optimization keep, and against which portfolio are they held?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.compliance.allowances import NOTHING_ALLOWED, Allowances
from engine.compliance.list_limit import NO_LISTS, TradingLists
from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.tracked import BenchmarkReturns
from engine.kernel.canonical import sha256_of
from services.auth.actor import Actor
from services.compliance.in_force import rules_in_force
from services.compliance.lists import listings
from services.compliance.run_lists import allowances_of, has_lists, lists_of
from services.compliance.shared_reads import shared
from services.errors import Conflict, FieldProblem, InvalidRequest, ServiceError
from services.messages.optimize import OptimizationRequest, RulesKept
from services.optimize_diagnose import AT_EVERY_CHANGE

if TYPE_CHECKING:
    from engine.compliance.clash import Aims
    from engine.compliance.state import ComplianceState
    from engine.diagnosis import Diagnosis
    from engine.kernel.facts import KnownUniverse
    from services.compliance.state import StateReader
    from services.ports import Ports

BINDING = ("soft", "hard")
MARKET = "Leave the rules out with keep_rules set to false."


@dataclass(frozen=True)
class RunRules:
    """The rules of a portfolio, the portfolio with all assets of the run in it, and its risk after trades.

    `allowances` is what somebody let stand, `lists` what may not be traded or bought, `benchmark` the returns by which
    a rule on tracking error is kept.
    """

    rules: tuple[Rule, ...]
    state: ComplianceState
    facts_after: Callable[[ComplianceState], Mapping[str, float | None]]
    lineage: list[dict[str, Any]]
    allowances: Allowances = NOTHING_ALLOWED
    lists: TradingLists = NO_LISTS
    benchmark: BenchmarkReturns | None = None

    def given(self) -> dict[str, Any]:
        """Return what the search within rules is given besides the request, the rules and the state."""
        return {
            "facts_after": self.facts_after,
            "allowances": self.allowances,
            "lists": self.lists,
            "benchmark": self.benchmark,
        }


def rules_kept(ports: Ports, request: OptimizationRequest, actor: Actor) -> RulesKept | None:
    """Return how many rules a run would keep; None where it is about no portfolio, or none is in force.

    Raises
    ------
    NotFound
        There is no such portfolio for this actor.

    """
    if request.portfolio_id is None:
        return None
    found = _in_force(ports, request.portfolio_id, actor)
    return _count(found, request) if found else None


def _count(rules: Sequence[Rule], request: OptimizationRequest) -> RulesKept:
    """Return how many of these rules a run would keep."""
    binding = sum(one.severity in BINDING for one in rules)
    return RulesKept(
        in_force_count=len(rules), binding_count=binding, are_kept=request.keep_rules is not False and binding > 0
    )


def rules_word(ports: Ports, request: OptimizationRequest, actor: Actor) -> str:
    """Return a word that changes with what a run keeps of rules, lists and overrides; empty where it keeps none.

    Raises
    ------
    NotFound
        There is no such portfolio for this actor.

    """
    if request.portfolio_id is None or request.keep_rules is False:
        return ""
    with ports.store.read(actor) as uow:
        portfolio = uow.portfolios.get(request.portfolio_id)
    now_utc, person_id = ports.clock.now_utc(), None if actor.is_system else actor.user_id
    with ports.store.read(Actor.system(portfolio.tenant_id)) as uow:
        found = rules_in_force(uow, portfolio.id, None)
        listed = listings(uow, portfolio.id, now_utc.date(), person_id=person_id)
        allowed = allowances_of(uow, portfolio.id, found, now_utc)
    names = sorted((asset_id, sorted(one.entry_ids)) for asset_id, one in listed.items())
    rules = [[one.rule_id, one.version, one.rule.model_dump_json()] for one in found]
    levels = sorted((*key, repr(level)) for key, level in allowed.levels.items())
    return sha256_of([portfolio.id, rules, names, levels])[:16]


def run_rules(
    ports: Ports,
    states: StateReader,
    request: OptimizationRequest,
    assets: Sequence[str],
    actor: Actor,
    *,
    without: frozenset[str] = frozenset(),
) -> RunRules | None:
    """Return what a run keeps of its portfolio's rules and lists; None where there is nothing to keep.

    Everything is read under the product's own name: what the actor may not see binds all the same. Fields and facts
    in `without` are not read.

    Raises
    ------
    NotFound
        There is no such portfolio for this actor.
    InvalidRequest
        Nothing was ever entered in the portfolio, so rules cannot be held against it.

    """
    if request.portfolio_id is None or request.keep_rules is False:
        return None
    with ports.store.read(actor) as uow:
        portfolio = uow.portfolios.get(request.portfolio_id)
    product, now_utc = Actor.system(portfolio.tenant_id), ports.clock.now_utc()
    person_id = None if actor.is_system else actor.user_id
    with ports.store.read(product) as unit:
        uow = shared(unit)
        found = rules_in_force(uow, portfolio.id, None)
        is_listed = has_lists(uow, portfolio.id, now_utc, person_id)
        allowances = allowances_of(uow, portfolio.id, found, now_utc)
    rules = tuple(one.rule for one in found)
    if not is_listed and not any(rule.severity in BINDING for rule in rules):
        return None
    fields = {name for rule in rules for name in program_of(rule).fields} - without
    try:
        seen = states.read(product, portfolio.id, request.as_of, fields=fields, symbols=assets)
    except Conflict as refusal:
        raise InvalidRequest(
            refusal.message, MARKET, fields=(FieldProblem("keep_rules", refusal.message, MARKET),)
        ) from refusal

    with ports.store.read(product) as uow:
        lists = lists_of(uow, seen, person_id) if is_listed else NO_LISTS

    def facts_after(after: ComplianceState) -> dict[str, float | None]:
        return states.facts_after(product, seen, after, fields)

    lineage = [{"rule_id": one.rule_id, "version": one.version, "code": one.rule.id} for one in found]
    benchmark = _benchmark_of(states, portfolio.id, product) if "tracking_error" in fields else None
    return RunRules(rules, seen.state, facts_after, lineage, allowances, lists, benchmark)


def counted(found: RunRules | None, ports: Ports, request: OptimizationRequest, actor: Actor) -> RulesKept | None:
    """Return how many rules a run would keep, as `rules_kept` does; nothing is read again that `found` knows."""
    return rules_kept(ports, request, actor) if found is None or not found.rules else _count(found.rules, request)


def clash_with(
    found: RunRules,
    request: OptimizationRequest,
    universe: KnownUniverse,
    *,
    effort_s: float = AT_EVERY_CHANGE.effort_s,
    aims: Aims | None = None,
) -> Diagnosis:
    """Return whether rules and lists of the portfolio can hold with the request's limits, and with its goal by `aims`.

    Rules on figures of risk are left out, which take a while; `effort_s` is how much work goes into taking conflicts
    apart.

    Raises
    ------
    engine.kernel.errors.InputRefused
        Rules cannot be held against these assets.

    """
    from engine.compliance.clash import clash_with_rules

    return clash_with_rules(
        request,
        found.rules,
        found.state,
        universe,
        effort_s=effort_s,
        allowances=found.allowances,
        lists=found.lists,
        aims=aims,
    )


def _benchmark_of(states: StateReader, portfolio_id: str, product: Actor) -> BenchmarkReturns | None:
    """Return the returns of a portfolio's benchmark in its base currency; None where they are not known."""
    try:
        facts = states.facts.read(portfolio_id, product)
    except ServiceError:
        return None  # the check knows no tracking error then, and says so
    returns = facts.benchmark_returns_frac
    return None if returns is None else BenchmarkReturns(facts.dates, returns)


def _in_force(ports: Ports, portfolio_id: str, actor: Actor) -> tuple[Rule, ...]:
    with ports.store.read(actor) as uow:
        portfolio = uow.portfolios.get(portfolio_id)
    with ports.store.read(Actor.system(portfolio.tenant_id)) as uow:
        return tuple(one.rule for one in rules_in_force(uow, portfolio.id, None))
