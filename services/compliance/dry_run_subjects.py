"""Which wordings are tried, and which portfolios is each for?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.kernel.canonical import sha256_of
from services.compliance.in_force import is_for, rule_of
from services.errors import NotFound
from services.messages.compliance_rules import Chosen

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.rule import Rule


@dataclass(frozen=True)
class Subject:
    """A wording that is tried, and on which portfolios."""

    rule_id: str
    version: int
    document: dict[str, Any]
    applies_to: dict[str, Any]
    rule: Rule
    portfolio_ids: frozenset[str]

    @property
    def fingerprint(self) -> str:
        """What tells this wording from another one."""
        return sha256_of([self.rule_id, self.version, self.document, self.applies_to])


def subject_of(uow: UnitOfWork, chosen: Chosen, portfolio_ids: Sequence[str]) -> Subject:
    """Return a wording with the visible portfolios that it is for, or those of them that were named."""
    version, rule = version_of(uow, chosen.rule_id, chosen.version), uow.rules.get(chosen.rule_id)
    named = set(portfolio_ids)
    return Subject(
        chosen.rule_id,
        chosen.version,
        dict(version.document),
        dict(version.applies_to or {}),
        rule_of(version),
        frozenset(
            row.id
            for row in uow.portfolios.all()
            if (not named or row.id in named)
            and (rule.client_id is None or row.client_id == rule.client_id)
            and (rule.portfolio_id is None or row.id == rule.portfolio_id)
            and is_for(version, row)
        ),
    )


def version_of(uow: UnitOfWork, rule_id: str, version: int) -> tables.RuleVersion:
    """Return a version of a rule that the actor may see; NotFound otherwise."""
    row = uow.rules.version(rule_id, version)
    if row is None:
        raise NotFound.of("version of the rule", str(version))
    return row
