"""Which rules does a portfolio have to keep on a day, in which wording, with which figures, and from where?

Rules of the house come first, then those of the client, then the portfolio's own. What a client has otherwise counts
for all of its portfolios; what a portfolio has otherwise counts before that of its client.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from data.errors import RowNotFound
from engine.compliance.rule import Rule
from services.messages.compliance_rules import AppliesTo

if TYPE_CHECKING:
    from data.store.tables import ComplianceRule, Portfolio, RuleOverride, RuleVersion
    from data.store.unit_of_work import UnitOfWork

Origin = Literal["house", "client", "portfolio"]
Level = Literal["client", "portfolio"]
HOUSE_NAME = "House"
KEPT_COUNT = 4_096


@dataclass(frozen=True, slots=True)
class ParameterOverride:
    """A figure of a rule that a client or a portfolio has otherwise.

    Parameters
    ----------
    name, label
        The parameter, and how people call it.
    unit
        The engine's unit of the values; fractions, never percent.
    inherited, own
        The value of the level above, and the one that counts instead.
    level, level_name
        Who has it otherwise: a client or the portfolio itself.
    reason
        Why, in the words of whoever asked for it.
    by, at_utc
        Who approved it, and when; the name is None for people whom the reader does not see.
    until
        The last day on which it counts; None for no end.

    """

    name: str
    label: str
    unit: str
    inherited: float
    own: float
    level: Level
    level_name: str
    reason: str
    by: str | None
    at_utc: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule as one portfolio has to keep it.

    Parameters
    ----------
    rule_id, version
        The stored rule and its approved version; the engine's rule has the house's own code as its id.
    rule
        With parameters as overridden.
    origin, origin_id, origin_name
        Whose rule it is; the id is None for the house.
    approved_at_utc
        Since when the version is approved.
    overridden
        Figures that are not those of the rule's wording, the client's before the portfolio's.

    """

    rule_id: str
    version: int
    rule: Rule
    origin: Origin
    origin_id: str | None
    origin_name: str
    approved_at_utc: datetime
    overridden: tuple[ParameterOverride, ...] = ()


@dataclass(frozen=True, slots=True)
class Exempted:
    """A rule that would apply to a portfolio, were it or its client not exempt; fields as in `RuleInForce`."""

    rule_id: str
    version: int
    rule: Rule
    level: Level
    level_name: str
    reason: str
    by: str | None
    at_utc: datetime
    until: date | None


def rules_in_force(uow: UnitOfWork, portfolio_id: str, on: date | None = None) -> tuple[RuleInForce, ...]:
    """Return the rules that one visible portfolio has to keep, in the order of their codes.

    Parameters
    ----------
    uow : UnitOfWork
    portfolio_id : str
    on : date or None
        As approved by the end of that day in UTC; today, as approved by now, when None.

    Raises
    ------
    data.errors.RowNotFound
        The actor does not see the portfolio.

    """
    return rules_in_force_of(uow, [portfolio_id], on)[portfolio_id]


def rules_in_force_of(
    uow: UnitOfWork, portfolio_ids: Sequence[str], on: date | None = None
) -> dict[str, tuple[RuleInForce, ...]]:
    """Return the rules of several visible portfolios, read at once."""
    return {key: kept for key, (kept, _) in rules_and_exemptions_of(uow, portfolio_ids, on).items()}


def rules_and_exemptions(
    uow: UnitOfWork, portfolio_id: str, on: date | None = None
) -> tuple[tuple[RuleInForce, ...], tuple[Exempted, ...]]:
    """Return what a portfolio has to keep, and from what it is exempt."""
    return rules_and_exemptions_of(uow, [portfolio_id], on)[portfolio_id]


def rules_and_exemptions_of(
    uow: UnitOfWork, portfolio_ids: Sequence[str], on: date | None = None
) -> dict[str, tuple[tuple[RuleInForce, ...], tuple[Exempted, ...]]]:
    """Return the rules and exemptions of several visible portfolios, read at once."""
    standing = _Standing.of(uow, portfolio_ids, on)
    return {key: standing.in_force(row) for key, row in standing.portfolios.items()}


def rules_version(uow: UnitOfWork) -> str:
    """Return a word that changes with every approval of a version or of a deviation that the actor may see.

    What is in force also depends on the day: effective dates and the ends of deviations.
    """
    return "/".join(str(one) for one in uow.rules.approvals())


def rule_of(version: RuleVersion) -> Rule:
    """Return the engine's rule of a stored version, with its own figures."""
    return _worded(version)[0]


def applies_to(version: RuleVersion) -> AppliesTo:
    """Return which portfolios of its scope a version is for."""
    return _worded(version)[1]


_READ: OrderedDict[str, tuple[Rule, AppliesTo]] = OrderedDict()


def _worded(version: RuleVersion) -> tuple[Rule, AppliesTo]:
    """Return what a version says; what was decided on is never changed, so that it is read once."""
    is_decided = version.decided_at_utc is not None
    found = _READ.get(version.id) if is_decided else None
    if found is None:
        found = (
            Rule.model_validate_json(json.dumps(version.document)),
            AppliesTo.model_validate_json(json.dumps(version.applies_to or {})),
        )
        if is_decided:
            _READ[version.id] = found
            while len(_READ) > KEPT_COUNT:
                _READ.popitem(last=False)
    return found


def counts_on(row: RuleOverride, day: date) -> bool:
    """Return whether an approved deviation counts on a day; the latest that does takes the place of earlier ones."""
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def is_for(version: RuleVersion, portfolio: Portfolio) -> bool:
    """Return whether a version is for a portfolio of its scope."""
    return _fits(applies_to(version), _Held.of(portfolio))


@dataclass(frozen=True, slots=True)
class _Held:
    """What of a portfolio decides on its rules, read once: rows are slow to ask ten thousand times."""

    id: str
    name: str
    client_id: str | None
    strategy: str
    currency: str

    @classmethod
    def of(cls, row: Portfolio) -> _Held:
        return cls(row.id, row.name, row.client_id, row.strategy, row.base_currency)


@dataclass(frozen=True, slots=True)
class _Live:
    """A rule that is in force on the day, read once."""

    id: str
    scope: Origin
    client_id: str | None
    portfolio_id: str | None
    version: RuleVersion
    wanted: AppliesTo | None

    @classmethod
    def of(cls, row: ComplianceRule, version: RuleVersion) -> _Live:
        wanted = applies_to(version)
        return cls(
            row.id,
            row.scope,  # type: ignore[arg-type]
            row.client_id,
            row.portfolio_id,
            version,
            None if wanted == AppliesTo() else wanted,
        )


def _fits(wanted: AppliesTo, portfolio: _Held) -> bool:
    return (
        (not wanted.strategies or portfolio.strategy in wanted.strategies)
        and (not wanted.currencies or portfolio.currency in wanted.currencies)
        and (not wanted.portfolio_ids or portfolio.id in wanted.portfolio_ids)
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What was approved by a day for some portfolios."""

    day: date
    portfolios: dict[str, _Held]
    live: list[_Live]
    deviations: dict[tuple[str, str], RuleOverride]
    client_names: dict[str, str]
    people: dict[str, str]
    shared: dict[str, RuleInForce] = field(default_factory=dict)
    """Rules of the house as those have them who deviate in nothing: most portfolios."""

    @classmethod
    def of(cls, uow: UnitOfWork, portfolio_ids: Sequence[str], on: date | None) -> _Standing:
        day, at_utc = uow.rules.moment(on)
        found = uow.portfolios.get_many(portfolio_ids)
        for one in portfolio_ids:
            if one not in found:
                raise RowNotFound("portfolio", one)
        clients = sorted({row.client_id for row in found.values() if row.client_id is not None})
        rules = uow.rules.of_scopes(clients, portfolio_ids)
        approved = uow.rule_overrides.approved(clients, portfolio_ids, at_utc)
        deviations: dict[tuple[str, str], RuleOverride] = {}
        for row in approved:  # the latest first: the first whose days hold this one counts
            if counts_on(row, day):
                deviations.setdefault((row.rule_id, row.client_id or row.portfolio_id or ""), row)
        versions = uow.rules.standing([row.id for row in rules], at_utc)
        people = uow.users.get_many(sorted({row.decided_by_id for row in approved if row.decided_by_id}))
        return cls(
            day=day,
            portfolios={one: _Held.of(found[one]) for one in portfolio_ids},
            live=[
                _Live.of(row, versions[row.id])
                for row in rules
                if row.id in versions and _is_live(versions[row.id], day)
            ],
            deviations=deviations,
            client_names=uow.clients.names(clients),
            people={key: row.name for key, row in people.items()},
        )

    def in_force(self, portfolio: _Held) -> tuple[tuple[RuleInForce, ...], tuple[Exempted, ...]]:
        """Return what a portfolio has to keep, and from what it is exempt."""
        kept: list[RuleInForce] = []
        exempt: list[Exempted] = []
        for row in self.live:
            if not _concerns(row, portfolio):
                continue
            levels = self._levels(row, portfolio) if self.deviations else []
            if levels and levels[-1][2].kind == "exempt":
                exempt.append(self._exempted(row.version, *levels[-1]))
            elif levels or row.scope != "house":
                kept.append(self._kept(row, portfolio, levels))
            else:
                found = self.shared.get(row.id)
                if found is None:
                    found = self.shared[row.id] = self._kept(row, portfolio, levels)
                kept.append(found)
        return tuple(kept), tuple(exempt)

    def _levels(self, row: _Live, portfolio: _Held) -> list[tuple[Level, str, RuleOverride]]:
        """Return what deviates from a rule, the client's before the portfolio's."""
        found: list[tuple[Level, str, RuleOverride]] = []
        of_client = self.deviations.get((row.id, portfolio.client_id or ""))
        if of_client is not None and of_client.kind != "inherit":
            found.append(("client", self._client_name(portfolio.client_id), of_client))
        own = self.deviations.get((row.id, portfolio.id))
        if own is not None and own.kind != "inherit":
            found.append(("portfolio", portfolio.name, own))
        return found

    def _client_name(self, client_id: str | None) -> str:
        return self.client_names.get(client_id or "", "Client")

    def _exempted(self, version: RuleVersion, level: Level, name: str, row: RuleOverride) -> Exempted:
        assert row.decided_at_utc is not None, "only what was approved counts"
        by = self.people.get(row.decided_by_id or "")
        return Exempted(
            version.rule_id,
            version.version,
            rule_of(version),
            level,
            name,
            row.reason,
            by,
            row.decided_at_utc,
            row.valid_to,
        )

    def _kept(
        self,
        row: _Live,
        portfolio: _Held,
        levels: list[tuple[Level, str, RuleOverride]],
    ) -> RuleInForce:
        version, rule = row.version, rule_of(row.version)
        overridden: list[ParameterOverride] = []
        values = {one.name: one.value for one in rule.parameters}
        for level, name, deviation in levels:
            if deviation.kind != "figures":
                continue  # a portfolio's own figures bring back a rule that its client is exempt from
            for one in rule.parameters:
                own = deviation.figures.get(one.name)
                if own is None or own == values[one.name]:
                    continue
                assert deviation.decided_at_utc is not None, "only what was approved counts"
                overridden.append(
                    ParameterOverride(
                        name=one.name,
                        label=one.label or one.name.replace("_", " "),
                        unit=one.unit,
                        inherited=values[one.name],
                        own=float(own),
                        level=level,
                        level_name=name,
                        reason=deviation.reason,
                        by=self.people.get(deviation.decided_by_id or ""),
                        at_utc=deviation.decided_at_utc,
                        until=deviation.valid_to,
                    )
                )
                values[one.name] = float(own)
        assert version.decided_at_utc is not None, "only what was approved counts"
        names = {"house": HOUSE_NAME, "client": self._client_name(row.client_id), "portfolio": portfolio.name}
        return RuleInForce(
            rule_id=row.id,
            version=version.version,
            rule=with_figures(rule, values),
            origin=row.scope,
            origin_id=row.client_id or row.portfolio_id,
            origin_name=names[row.scope],
            approved_at_utc=version.decided_at_utc,
            overridden=tuple(overridden),
        )


def _concerns(row: _Live, portfolio: _Held) -> bool:
    if row.client_id is not None and row.client_id != portfolio.client_id:
        return False
    if row.portfolio_id is not None and row.portfolio_id != portfolio.id:
        return False
    return row.wanted is None or _fits(row.wanted, portfolio)


def _is_live(version: RuleVersion, day: date) -> bool:
    return not version.is_retirement and rule_of(version).is_in_force(day)


def with_figures(rule: Rule, values: dict[str, float]) -> Rule:
    """Return a rule with these values of its parameters; what is not named stays as it is."""
    if all(values.get(one.name, one.value) == one.value for one in rule.parameters):
        return rule
    parameters = tuple(one.model_copy(update={"value": values.get(one.name, one.value)}) for one in rule.parameters)
    return rule.model_copy(update={"parameters": parameters})
