"""Is it said beforehand how long a dry run will take, and afterwards what came in since?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.store import tables
from services.auth.roles import Role
from services.compliance.dry_run_estimate import Earlier, Size, estimate
from services.errors import InvalidRequest, NotAllowed
from services.messages.compliance_dry_run import DryRunOfMany
from services.messages.compliance_rules import Chosen
from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.test_dry_run import another, cap, compute, draft, dry_runs
from tests.services.risk.worlds import LAST


@pytest.mark.parametrize(
    ("size", "earlier", "least_s", "most_s", "said"),
    [
        # The same once more takes as long, give or take how busy the machine is.
        (Size(104, 3, 750, 78_000), [Earlier(750, 78_000, 480.0)], 384.0, 600.0, "about 6 to 10 minutes, as earlier"),
        # Twice the rules on the same days: between no longer (all is reading) and twice as long (all is judging).
        (Size(20, 1, 100, 2_000), [Earlier(100, 1_000, 100.0)], 80.0, 250.0, "about 1 to 5 minutes, as earlier"),
        (Size(1, 1, 100, 100), [Earlier(100, 100, 2.0), Earlier(100, 100, 4.0)], 1.6, 5.0, "less than a minute"),
        (Size(100, 60, 15_000, 1_500_000), [Earlier(15_000, 1_500_000, 9_000.0)], 7_200.0, 11_250.0, "2 to 4 hours"),
        (Size(1, 1, 1_000, 1_000), [Earlier(0, 0, 5.0)], 28.0, 112.0, "up to 2 minutes, a first guess"),
        (Size(2, 0, 0, 0), [], 0.0, 0.0, "nothing would be looked at"),
    ],
)
def test_the_range_spans_what_earlier_ones_tell(
    size: Size, earlier: list[Earlier], least_s: float, most_s: float, said: str
) -> None:
    found = estimate(size, earlier)
    assert (found.least_s, found.most_s) == (pytest.approx(least_s, abs=0.06), pytest.approx(most_s, abs=0.06))
    assert said in found.sentence
    assert found.is_measured == (bool(earlier) and earlier[0].days_count > 0)


def test_the_size_is_what_the_dry_run_then_looks_at_and_its_time_tells_the_next_one(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    mine = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=date(2022, 11, 1))
    book.world.portfolios.get(mine, book.manager)
    another(book)
    ids = [draft(book, cap(percent).model_copy(update={"id": f"own.cap_{percent}"})) for percent in (20, 37)]
    request = DryRunOfMany(versions=tuple(Chosen(rule_id=one, version=1) for one in ids), first_day=date(2022, 11, 1))
    service = dry_runs(book)
    guessed = service.estimate(book.officer, request)
    made = service.work.compute(request, book.officer, lambda stage, done: None)
    assert (guessed.rules_count, guessed.portfolios_count, guessed.is_measured) == (2, 2, False)
    assert guessed.days_count == made.judged_days_count
    assert made.worked_s > 0
    with book.world.ports.store.system(book.tenant_id) as uow:
        run = uow.runs.add(
            tables.Run(
                owner_id=book.officer.user_id, kind="compliance_dry_run", status="pending", request_json="{}",
                request_sha256="0" * 64, progress_frac=0.0, attempts_count=0, fence=0, cancel_requested=False,
            )
        )  # fmt: skip
        claimed = uow.runs.claim(run.id, "test", 30.0)
        assert claimed is not None
        uow.runs.finish(run.id, claimed.fence, "succeeded", result=made.model_dump(mode="json"))
        uow.commit()
    told = service.estimate(book.officer, request)
    assert told.is_measured
    assert told.least_s <= made.worked_s + 0.1
    assert told.most_s >= made.worked_s - 0.1


def test_who_may_not_make_one_is_told_no_time(book: Book) -> None:
    request = DryRunOfMany(versions=(Chosen(rule_id=draft(book, cap(40)), version=1),))
    for role in (Role.VIEWER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            dry_runs(book).estimate(book.world.actors[role], request)
    with pytest.raises(InvalidRequest):
        dry_runs(book).estimate(book.officer, request.model_copy(update={"last_day": date(2099, 1, 1)}))


def test_a_portfolio_that_came_in_later_is_named_as_not_looked_at(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    mine = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=date(2022, 12, 1))
    book.world.portfolios.get(mine, book.manager)
    rule_id = draft(book, cap(40))
    compute(book, rule_id, first_day=date(2022, 12, 1), last_day=LAST)
    assert dry_runs(book).kept(book.officer, rule_id, 1).later is None
    clock: Any = book.world.ports.clock
    clock.advance(days=1)
    another(book)
    said = dry_runs(book).kept(book.officer, rule_id, 1).later
    assert said is not None
    assert said.startswith("It did not look at 1 portfolio (Another) that came in after it was made.")
    told = dry_runs(book).kept(book.world.actors[Role.ADMINISTRATOR], rule_id, 1).later
    assert told is not None
    assert "Another" not in told  # an administrator sees no portfolio
    compute(book, rule_id, first_day=date(2022, 12, 1), last_day=LAST)
    assert dry_runs(book).kept(book.officer, rule_id, 1).later is None
