"""Does doing the same work again give the same answer, bit for bit?"""

from __future__ import annotations

import data.store.tables.run as tables
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict
from services.messages.runs import ReplayReport, RunStatus, RunView
from services.ports import Ports
from services.runs_kinds import kind_of
from services.runs_submit import Submission


class Replay:
    """Repeats runs and compares."""

    def __init__(self, ports: Ports, submission: Submission) -> None:
        self._ports = ports
        self._submission = submission

    def start(self, run_id: str, actor: Actor) -> RunView:
        """Hand in the same request once more, to be computed from the data of the earlier run.

        Raises
        ------
        Conflict
            When the earlier run has no result to compare with.
        """
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.read(actor) as uow:
            row = uow.runs.get(run_id)
            if row.status != RunStatus.SUCCEEDED:
                raise Conflict(
                    f"This run has no result to compare with: it is {row.status}.",
                    "Repeat a run that succeeded.",
                    code="no_result",
                )
        kind = kind_of(row.kind)
        name = f"Repeat of {row.name}" if row.name else "Repeat"
        return self._submission.submit(
            row.kind, kind.parse(row.request_json), actor, name=name[:200], parent_run_id=row.id
        )

    def report(self, replay_id: str, actor: Actor) -> ReplayReport:
        """Compare a repeated run with the one it repeats.

        Raises
        ------
        Conflict
            When it repeats nothing, or has not succeeded.
        """
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.runs.get(replay_id)
            if row.parent_run_id is None:
                raise Conflict("This run repeats no other.", "Repeat a run first.", code="no_replay")
            first = uow.runs.get(row.parent_run_id, deleted=True)
            if first.kind != row.kind:  # it looks into the other's result
                raise Conflict("This run repeats no other.", "Repeat a run first.", code="no_replay")
            results = uow.runs.results([first.id, row.id])
        if first.id not in results or row.id not in results:
            raise Conflict(f"The repeated run has no result: it is {row.status}.", row.message or "", code="no_result")
        stored, repeated = results[first.id].result_sha256, results[row.id].result_sha256
        return ReplayReport(
            run_id=first.id,
            is_identical=stored == repeated,
            stored_sha256=stored,
            replayed_sha256=repeated,
            sentence=_sentence(first, row, stored == repeated),
        )


def _sentence(first: tables.Run, second: tables.Run, is_identical: bool) -> str:
    if is_identical:
        return "The repeated run gave the same answer, bit for bit."
    if first.engine_version != second.engine_version:
        return (
            f"The answers differ: the engine was {first.engine_version} then and is {second.engine_version} now, "
            "so they need not agree."
        )
    data = [(row.lineage_json or {}).get("data") for row in (first, second)]
    if data[0] != data[1]:
        return "The answers differ: prices of the period were changed since, so the data is another."
    return "The answers differ although request, data and engine are the same. Please report this."
