"""Which rules do the sample portfolios have to keep, so that a newcomer sees rules at work?

The house template, for the sample portfolios alone, each rule marked as sample. The product itself writes and approves
them: no person stands behind invented portfolios. Real portfolios keep nothing before the house adopts rules.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import data.store.tables.rule as tables
from engine.compliance.packs.examples import examples_of
from engine.compliance.packs.house import HOUSE
from services.audit_notes import note
from services.compliance.rules_drafts import document_of
from services.compliance.rules_rows import HOUSE_KEY, OBJECT, RULES_CHANGED, TOPIC

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

FIRST_DAY = date(2000, 1, 1)
"""Before the first invented trade: what was held before a rule took effect would be let stand, and show nothing."""
WHY = "House template, for the sample portfolios"
LEFT_OUT = frozenset({"house.concentration_5", "house.concentration_10"})
"""In portfolios as small as the samples nearly every position would be told as a concentration."""


def adopt_sample_rules(uow: UnitOfWork) -> int:
    """Bring the house template into force for the tenant's sample portfolios; return how many rules were written.

    Nothing is written where there is no sample portfolio, or where the house has rules of its own already, be they in
    force, retired or drafts.

    Parameters
    ----------
    uow : UnitOfWork
        The product's own, of one tenant.

    """
    ids = [row.id for row in uow.portfolios.all() if row.is_sample]
    if not ids or uow.rules.all():
        return 0
    chosen = [rule for rule in HOUSE.rules if rule.id not in LEFT_OUT]
    for rule in chosen:
        row = uow.rules.create(
            tables.ComplianceRule(code=rule.id, pack=HOUSE.id, scope="house", scope_key=HOUSE_KEY, is_sample=True),
            tables.RuleVersion(
                document=document_of(rule.model_copy(update={"effective_from": FIRST_DAY}), 1),
                applies_to={"portfolio_ids": ids},
                cases=[one.model_dump(mode="json") for one in examples_of(rule.id)],
                note=WHY,
                state="approved",
                decided_at_utc=uow.rules.moment(None)[1],
                decision_reason=WHY,
            ),
        )
        row.approved_version = 1
        uow.rules.save(row)
        note(uow, "rule.adopt", OBJECT, row.id, after={"code": row.code, "pack": HOUSE.id, "is_sample": True})
    uow.events.append(TOPIC, RULES_CHANGED, {"rules_count": len(chosen)})
    return len(chosen)
