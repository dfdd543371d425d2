"""How do rules of compliance bound a whole frontier, or the trade-offs between several objectives?

Rules that are linear in the weights become limits, as in an optimization, and so does what lists forbid; mixtures of
two portfolios keep them too. The others are held against each portfolio that was found, before costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import SerializeAsAny

from engine.compliance.allowances import NOTHING_ALLOWED, Allowances
from engine.compliance.along_result import RulesAlong
from engine.compliance.evaluate import evaluate
from engine.compliance.limit import RuledRequest
from engine.compliance.linear import LinearRule
from engine.compliance.list_limit import NO_LISTS, TradingLists
from engine.compliance.optimize import Search, assets_of
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.tell import without_places
from engine.compliance.trades import orders_to
from engine.constraints import Constraint
from engine.kernel.canonical import sha256_of
from engine.kernel.units import listing, plural
from engine.pareto.spec import ParetoRequest
from engine.spec import OptimizationRequest

if TYPE_CHECKING:
    from engine.frontier.result import FrontierResult
    from engine.pareto.result import ParetoResult

RISKS = ("volatility", "tracking_error", "var_99_20d", "product_risk")


class RuledPareto(ParetoRequest):
    """Trade-offs with the limits that rules of compliance add to the request's own."""

    constraints: tuple[SerializeAsAny[Constraint], ...] = ()

    @classmethod
    def of(cls, request: ParetoRequest, constraints: Sequence[Constraint]) -> RuledPareto:
        """Return the request with these limits in place of its own; both are known to be right."""
        known = {name: getattr(request, name) for name in type(request).model_fields}
        return cls.model_construct(**{**known, "constraints": tuple(constraints)})


def frontier_within_rules(
    request: OptimizationRequest,
    rules: Sequence[Rule],
    state: ComplianceState,
    *,
    allowances: Allowances = NOTHING_ALLOWED,
    lists: TradingLists = NO_LISTS,
    **data: Any,
) -> FrontierResult:
    """Return the efficient frontier of a request within rules, with what each of its corners breaks of the others.

    Parameters
    ----------
    request, rules, state, allowances, lists
        As for `engine.compliance.optimize.optimize_within_rules`.
    **data
        As for `engine.frontier`, its axes included.

    Returns
    -------
    FrontierResult
        With `rules`: one entry of `broken` for each corner.

    Raises
    ------
    InputRefused
        As from `engine.frontier` and `optimize_within_rules`.

    """
    along = Along(request, rules, state, assets_of(request, data), allowances, lists)
    found = along.frontier(along.limits, **data)
    if not found.corners and along.gives_up():
        found = along.frontier(along.limits, **data)
    return found


def pareto_within_rules(
    request: ParetoRequest,
    rules: Sequence[Rule],
    state: ComplianceState,
    *,
    allowances: Allowances = NOTHING_ALLOWED,
    lists: TradingLists = NO_LISTS,
    **data: Any,
) -> ParetoResult:
    """Return the trade-offs of a request within rules, with what each point breaks of the others.

    Parameters, result and refusals are as for `frontier_within_rules` and `engine.pareto`: one entry of `broken` for
    each point.
    """
    import engine

    along = Along(request, rules, state, assets_of(request, data), allowances, lists)
    found: ParetoResult = engine.pareto(RuledPareto.of(request, along.limits), **data)
    if not found.points and along.gives_up():
        found = engine.pareto(RuledPareto.of(request, along.limits), **data)
    points = [dict(zip(found.assets, point.weights_frac, strict=True)) for point in found.points]
    risks = [{"volatility": one.volatility_annual_frac} for one in found.points]
    return found.model_copy(update=along.changed(found, points, risks, "point"))


class Along:
    """The limits that rules become, and the rules that are no limits."""

    def __init__(
        self,
        request: OptimizationRequest,
        rules: Sequence[Rule],
        state: ComplianceState,
        assets: tuple[str, ...],
        allowances: Allowances,
        lists: TradingLists,
    ) -> None:
        self.request, self.state, self.allowances, self.lists = request, state, allowances, lists
        self.search = Search.of(request, rules, state, assets, allowances, lists)
        self._read()

    def _read(self) -> None:
        search = self.search
        self.bound = search.bound
        limits = [one.limit(search.places, search.weights) for one in self.bound if _is_linear(one.kept)]
        own = [one for one in search.own if one not in search.ceilings]  # no frontier keeps a ceiling
        self.limits: list[Constraint] = [*own, *(one for one in limits if one is not None)]
        self.checked = [one.rule for one in self.bound if not _is_linear(one.kept) and _can_change(one.kept)]

    def frontier(self, limits: Sequence[Constraint], **data: Any) -> FrontierResult:
        """Return the frontier under these limits, with what each of its corners breaks of the rules that are none."""
        import engine

        found: FrontierResult = engine.frontier(RuledRequest.of(self.request, limits), **data)
        points = [dict(zip(found.assets, corner.weights_frac, strict=True)) for corner in found.corners]
        is_error = found.risk == "tracking_error"
        risks = [
            {"volatility": one.volatility_annual_frac, **({"tracking_error": one.risk_annual_frac} if is_error else {})}
            for one in found.corners
        ]
        return found.model_copy(update=self.changed(found, points, risks, "corner"))

    def gives_up(self) -> bool:
        """Leave out rules that were kept no worse than now, which left nothing; return whether there were any."""
        if not self.search.eased:
            return False
        self.search.give_up(self.search.eased)
        self._read()
        return True

    def changed(
        self,
        found: FrontierResult | ParetoResult,
        points: Sequence[dict[str, float]],
        risks: Sequence[dict[str, float]],
        word: str,
    ) -> dict[str, Any]:
        """Return what is changed of an answer: its rules, and lineage and diagnosis as of the request itself."""
        lineage = found.lineage.model_copy(update={"request_sha256": sha256_of(self.request.model_dump(mode="json"))})
        changed: dict[str, Any] = {"rules": self._along(points, risks, word), "lineage": lineage}
        if found.diagnosis is not None:
            changed["diagnosis"] = without_places(found.diagnosis, len(self.request.constraints))
        return changed

    def _along(self, points: Sequence[dict[str, float]], risks: Sequence[dict[str, float]], word: str) -> RulesAlong:
        broken, unknown = [], set[str]()
        for weights, known in zip(points, risks, strict=True):
            bad, dark = self._broken(weights, known)
            broken.append(bad)
            unknown |= dark
        held = tuple(asset for asset in self.search.assets if asset in self.lists.held)
        kept = tuple(one.rule.title for one in self.bound if _is_linear(one.kept))
        given_way = tuple(f"{one.rule.title}: {one.note}" for one in self.bound if one.note)
        ordered = tuple(rule.title for rule in self.checked if rule.title in unknown)
        checked = tuple(rule.title for rule in self.checked)
        return RulesAlong(
            kept=kept,
            checked=checked,
            broken=tuple(broken),
            unknown=ordered,
            held=held,
            sentence=_sentence(kept, checked, broken, ordered, word),
            notes=(
                *self.search.notes,
                *given_way,
                *(f"{self.lists.held[asset]} It is held as it is." for asset in held),
            ),
        )

    def _broken(self, weights: dict[str, float], known: dict[str, float]) -> tuple[tuple[str, ...], set[str]]:
        """Return the titles of what a portfolio breaks, and of what is not known of it.

        What is kept no worse than now is broken only where it is worse.
        """
        if not self.checked:
            return (), set()
        facts: dict[str, float | None] = {**dict.fromkeys(RISKS), **known}
        judged = evaluate(self.checked, self.state, orders_to(self.state, weights, self.lists.held), facts_after=facts)
        eased = {one.rule.id for one in self.bound if one.how in ("no_worse", "held")}
        standing = [one.rule_id in eased and one.cause == "passive" for one in judged.results]
        bad = [
            one
            for one, stands in zip(judged.results, standing, strict=True)
            if not stands and not self.allowances.stands(one)
        ]
        return (
            tuple(one.title for one in bad if one.status == "failed"),
            {one.title for one in bad if one.status == "indeterminate"},
        )


def _is_linear(kept: object) -> bool:
    return isinstance(kept, LinearRule)


def _can_change(kept: object) -> bool:
    """Return whether trades change how a rule stands, and it was not left out."""
    return getattr(kept, "how", "") not in ("untouched", "unreachable")


def _sentence(
    kept: Sequence[str], checked: Sequence[str], broken: Sequence[tuple[str, ...]], unknown: Sequence[str], word: str
) -> str:
    if not kept and not checked:
        return "No rule of compliance that binds says anything of these portfolios."
    parts = []
    if kept:
        are = "is a limit" if len(kept) == 1 else "are limits"
        parts.append(f"{plural(len(kept), 'rule')} of compliance {are} of every portfolio.")
    bad = [one for one in broken if one]
    if bad:
        names = listing(list(dict.fromkeys(name for one in bad for name in one)))
        parts.append(f"{len(bad)} of {plural(len(broken), word)} {'breaks' if len(bad) == 1 else 'break'} {names}.")
    elif checked and broken:
        parts.append(f"No {word} breaks any other rule that can be judged here.")
    if unknown:
        parts.append(f"Not judged here: {listing(list(unknown))}.")
    return " ".join(parts)
