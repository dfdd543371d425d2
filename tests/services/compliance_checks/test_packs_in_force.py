"""Does every pack go its way through the house: adopted, tried out, approved, and held against a portfolio?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.compliance.packs.catalog import PACKS
from services.auth.roles import Role
from services.compliance.dry_run import ComplianceDryRuns
from services.compliance.rules import Rules
from services.messages.compliance_dry_run import DryRunOfMany
from services.messages.compliance_rules import Adoption, Chosen
from tests.services.compliance_checks.books import DAYS_COUNT, Book
from tests.services.risk.worlds import LAST, weekdays


@pytest.mark.requirement("4.3.F3", "4.3.D1")
@pytest.mark.parametrize("pack_id", PACKS)
def test_a_pack_goes_from_adoption_to_a_check(book: Book, pack_id: str) -> None:
    volumes = np.full(DAYS_COUNT, 1e5)
    alpha = book.stock("AAA", 50.0, issuer="Alpha", volumes=volumes, exchange="XNYS", industry="Mines")
    fund = book.stock("FFF", 25.0, issuer="Funds", seed=2, asset_class="etf", volumes=volumes)
    portfolio_id = book.world.portfolio({alpha: 60, fund: -10}, {"USD": 4_500})
    rules, officer = Rules(book.world.ports), book.officer
    made = rules.drafts.adopt(pack_id, Adoption(), officer)
    chosen = [Chosen(rule_id=one, version=1) for one in made.rule_ids]
    tried(book, chosen)
    rules.decisions.propose(chosen, officer)
    approved = rules.decisions.approve(chosen, book.world.actors[Role.ADMINISTRATOR], "Agreed.")
    assert all(one.state == "approved" for one in approved)

    answer = book.checks.check(book.manager, portfolio_id)
    assert answer.state == "ready"
    assert answer.report is not None
    found = {one.code: one for one in answer.report.results}
    due = {
        rule.id
        for rule in PACKS[pack_id].rules
        if rule.is_in_force(answer.report.as_of or LAST) and {"post", "eod", "quarter_end"} & set(rule.timing)
    }
    assert set(found) == due
    for one in found.values():
        assert one.status != "indeterminate" or one.missing, one.code
        assert all(gap.advice for gap in one.missing), one.code


def tried(book: Book, chosen: list[Chosen]) -> None:
    """Try rules out over the last two sessions and keep what came of it, as the run of that kind does."""
    runs: Any = SimpleNamespace(submit=lambda *args, **more: SimpleNamespace(id="run"))
    days = weekdays(2).astype(object)
    request = DryRunOfMany(versions=tuple(chosen), first_day=days[0], last_day=days[-1])
    service = ComplianceDryRuns(book.world.ports, runs=runs, states=book.checks.states)
    found = service.work.compute(request, book.officer, lambda stage, done: None)
    with book.world.ports.store.system(book.tenant_id) as uow:
        for one, dry_run in zip(chosen, found.dry_runs, strict=True):
            assert dry_run.portfolios_count == 1
            uow.rules.keep_dry_run(one.rule_id, one.version, dry_run.model_dump(mode="json"))
        uow.commit()
