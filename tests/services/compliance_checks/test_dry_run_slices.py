"""Does a dry run that lets others go first find what it finds at one stretch?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from services.compliance import dry_run_slices
from services.compliance.dry_run_slices import Slice, opened
from services.messages.compliance_dry_run import DryRunOfMany, DryRuns
from services.messages.compliance_rules import Chosen
from services.runs_kinds import RunPaused
from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.test_dry_run import another, cap, draft, dry_runs
from tests.services.risk.worlds import LAST

SPAN = {"first_day": date(2022, 12, 12), "last_day": LAST}


@pytest.fixture
def subject(book: Book) -> DryRunOfMany:
    """Return two rules for two portfolios over some days."""
    alpha = book.stock("AAA", 50.0)
    mine = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=date(2022, 12, 1))
    book.world.portfolios.get(mine, book.manager)
    another(book)
    ids = [draft(book, cap(percent).model_copy(update={"id": f"own.cap_{percent}"})) for percent in (20, 37)]
    return DryRunOfMany(versions=tuple(Chosen(rule_id=one, version=1) for one in ids), **SPAN)


def in_stretches(book: Book, request: DryRunOfMany, change: Any = None) -> tuple[DryRuns, list[RunPaused]]:
    """Do the work in stretches of a day each, as if somebody always waited."""
    left, pauses = None, []
    while True:
        try:
            made = dry_runs(book).work.compute(
                request, book.officer, lambda stage, done: None, left=left, others_wait=lambda: True
            )
        except RunPaused as pause:
            pauses.append(pause)
            left = json.loads(json.dumps(pause.checkpoint))
            if change is not None and len(pauses) == 3:
                change()
            continue
        return made, pauses


def test_stretches_find_what_one_stretch_finds(
    book: Book, subject: DryRunOfMany, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = dry_runs(book).work.compute(subject, book.officer, lambda stage, done: None, others_wait=lambda: True)
    monkeypatch.setattr(dry_run_slices, "SLICE_S", 0.0)
    made, pauses = in_stretches(book, subject)
    assert made.dry_runs == at_once.dry_runs
    assert made.judged_days_count == at_once.judged_days_count == len(pauses)
    shares = [one.done_frac for one in pauses]
    assert shares == sorted(set(shares))
    assert pauses[2].sentence.startswith(f"3 of {len(pauses)} days judged")
    assert pauses[-1].sentence.endswith("broken so far; other runs go first.")
    assert [one.checkpoint["worked_s"] for one in pauses] == sorted(one.checkpoint["worked_s"] for one in pauses)


def test_a_wording_that_changed_between_two_stretches_is_tried_from_the_beginning(
    book: Book, subject: DryRunOfMany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run_slices, "SLICE_S", 0.0)

    def change() -> None:
        with book.world.ports.store.system(book.tenant_id) as uow:
            version = uow.rules.version(subject.versions[0].rule_id, 1)
            assert version is not None
            version.document = json.loads(cap(99).model_dump_json())
            uow.commit()

    made, pauses = in_stretches(book, subject, change)
    assert (made.dry_runs[0].broken_count, made.judged_days_count) == (0, len(pauses) - 3)
    assert all(one.is_kept for one in made.dry_runs)


def test_a_portfolio_that_is_gone_by_the_next_stretch_is_left_out(
    book: Book, subject: DryRunOfMany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run_slices, "SLICE_S", 0.0)
    with book.world.ports.store.read(book.manager) as uow:
        rows = {row.name: row.id for row in uow.portfolios.all()}
    made, _ = in_stretches(book, subject, lambda: book.world.portfolios.delete(rows["Another"], book.manager))
    assert [one.portfolio_id for one in made.dry_runs[0].portfolios] == [
        key for name, key in rows.items() if name != "Another"
    ]


def test_nobody_is_let_go_first_before_the_stretch_is_over_or_where_nobody_waits() -> None:
    times = iter([0.0, 4.9, 5.1, 5.1, 6.0])
    stretch = Slice(lambda: True, 10.0, now_s=lambda: next(times))
    assert not stretch.is_over()
    assert stretch.is_over()
    assert stretch.worked_s == pytest.approx(15.1)
    assert not Slice(lambda: False, now_s=iter([0.0, 60.0]).__next__).is_over()


def test_what_another_version_of_the_product_left_is_not_gone_on_from() -> None:
    assert opened({"wordings": ["x"], "place": 1}, ["x"]) is None
    assert opened(None, ["x"]) is None
