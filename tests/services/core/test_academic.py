"""Is a benchmark computed from the files that were sent, for their owner alone, and the same when it is repeated?"""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from services.academic import Academic
from services.academic_files import example, packed, read_file, unpacked
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.academic import AcademicOptions
from services.messages.runs import RunStatus
from services.runs_kind_academic import KIND
from services.runs_kinds import RunCancelled

INSTANCE, REFERENCE = example("instance"), example("reference")
SMALL = AcademicOptions(holdings_count=3, tradeoffs_count=3, evaluations_count=1000)


@pytest.fixture
def academic(house: Any) -> Academic:
    return Academic(house.ports, runs=house.runs)


@pytest.mark.requirement("1.2.D4")
def test_a_benchmark_is_kept_with_its_files_and_repeats_bit_for_bit(academic, house, manager, stranger, person) -> None:
    run = academic.start(INSTANCE, REFERENCE, SMALL, manager)
    assert (run.name, run.seed) == ("Academic benchmark, example-instance.txt", 7)
    with pytest.raises(Conflict):
        academic.finished(run.id, manager)
    house.runs.execute(run.id)
    view = academic.of(run.id, manager)
    assert view.run.status is RunStatus.SUCCEEDED, view.run.message
    assert view.run.shown_at == f"/academic?run={run.id}"
    assert view.result is not None
    assert view.result.deviation is not None
    assert view.result.deviation.largest_frac < 1e-6
    assert view.reference_name == "example-frontier.txt"
    assert len(house.runs.request_json(run.id, manager)) < 12_000  # 3 kB and 13 kB of text, compressed
    for actor in (stranger, person(Role.PORTFOLIO_MANAGER, name="Bob")):
        with pytest.raises(NotFound):
            academic.of(run.id, actor)
        assert academic.earlier(actor) == ()
    again = house.runs.replay(run.id, manager)
    house.runs.execute(again.id)
    assert house.runs.replay_report(again.id, manager).is_identical
    assert {one.id for one in academic.earlier(manager)} == {run.id, again.id}


def test_the_table_leaves_as_csv_and_with_everything_as_excel(academic, house, manager) -> None:
    import openpyxl

    run = academic.start(INSTANCE, None, SMALL, manager)
    house.runs.execute(run.id)
    made = academic.table(run.id, "csv", manager)
    rows = made.data.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("tradeoff,mean_period_frac,variance_period,gap_frac")
    assert len(rows) == 4
    assert made.filename == "academic-example-instance.csv"
    book = openpyxl.load_workbook(io.BytesIO(academic.table(run.id, "xlsx", manager).data))
    assert book.sheetnames == ["Few holdings", "Algorithms", "Hypervolume", "Frontier", "Assumptions"]
    assert book["Algorithms"].max_row == 7


def test_every_problem_of_files_and_options_is_told_at_once(academic, manager) -> None:
    broken = (INSTANCE[0].replace(b" 1 2 ", b" 1 x ", 1), "port.txt")
    with pytest.raises(InvalidRequest) as refusal:
        academic.start(broken, (b"1 2 3\n4 5\n", "portef.txt"), SMALL, manager)
    assert {one.path for one in refusal.value.fields} == {"instance.line 18", "reference.line 1", "reference.line 2"}
    with pytest.raises(InvalidRequest) as refusal:
        academic.start(INSTANCE, None, AcademicOptions(holdings_count=16), manager)
    assert [one.path for one in refusal.value.fields] == ["holdings_count"]
    with pytest.raises(InvalidRequest) as refusal:
        academic.options({"holdings_count": 0, "evaluations_count": 10**9, "seed": None, "proof_effort": "lots"})
    assert {one.path for one in refusal.value.fields} == {"holdings_count", "evaluations_count", "proof_effort"}
    assert academic.options({"min_frac": 0, "holdings_count": 5}).holdings_count == 5


def test_who_may_not_start_runs_may_not_read_files_either(academic, person) -> None:
    viewer = person(Role.VIEWER, name="Vera")
    with pytest.raises(NotAllowed):
        academic.start(INSTANCE, None, SMALL, viewer)
    with pytest.raises(NotAllowed):
        academic.read(*INSTANCE, "instance", viewer)


def test_a_file_that_is_looked_at_says_what_it_holds_or_what_is_wrong() -> None:
    good = read_file(*INSTANCE, "instance")
    assert (good.assets_count, good.rows_count, good.is_read, good.market) == (15, 105, True, None)
    assert read_file(*REFERENCE, "reference").sentence == "500 points of a frontier."
    bad = read_file(INSTANCE[0] + b"1 2 0.5\n", "port.txt", "instance")
    assert [(one.line, one.advice) for one in bad.problems] == [(137, "Give each pair once.")]
    assert not bad.is_read


def test_a_kept_file_is_the_one_that_was_sent_or_none() -> None:
    kept = packed(*INSTANCE)
    assert unpacked(kept, "instance") == INSTANCE[0]
    for change in ({"packed": kept.packed[:200]}, {"packed": "no base64!"}, {"sha256": "0" * 64}):
        with pytest.raises(InvalidRequest):
            unpacked(kept.model_copy(update=change), "instance")
    bomb = packed(b"0" * (64 * 1024 * 1024), "bomb.txt")
    with pytest.raises(InvalidRequest):
        unpacked(bomb, "instance")
    with pytest.raises(NotFound):
        example("other")


def test_a_request_that_is_none_is_refused_and_a_wish_to_stop_is_heard(academic, house, manager, monkeypatch) -> None:
    with pytest.raises(InvalidRequest):
        KIND.parse(json.dumps({"instance": {"name": "a"}}))
    run = academic.start(INSTANCE, None, SMALL, manager)

    def stop(*_: object, **__: object) -> None:
        raise RunCancelled("enough")

    monkeypatch.setattr("services.runs_lease.Lease.report", stop)
    house.runs.cancel(run.id, manager)
    house.runs.execute(run.id)
    assert academic.of(run.id, manager).run.status is RunStatus.CANCELLED
    assert academic.of(run.id, manager).result is None
