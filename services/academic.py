"""How does the product compare with published portfolio instances, and who may ask?

A benchmark is a run of its own: it takes a place in the queue, stands in the list of runs and is its owner's alone. The
files are kept with the request, compressed, so that it can be repeated; they go nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from engine.academic.instance import read_instance
from engine.academic.reference import read_reference
from engine.kernel.errors import InputRefused, Problem
from services.academic_files import MAX_BYTES, packed, read_file, refused
from services.academic_sheets import sheets_of, words_of
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, InvalidRequest, NotFound
from services.exports_table import csv_bytes, xlsx_bytes
from services.field_problems import count_words, field_problems
from services.messages.academic import (
    AcademicOptions,
    AcademicPart,
    AcademicRead,
    AcademicRequest,
    AcademicResult,
    AcademicView,
)
from services.messages.exports import Export, TableFormat
from services.messages.runs import RunStatus, RunView
from services.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from services.runs import Runs

KIND = "academic"
EARLIER_COUNT = 12
MEDIA_TYPES: dict[TableFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
File = tuple[bytes, str]
"""A file's bytes and its name."""


class Academic:
    """Benchmarks on instances that the caller brings."""

    def __init__(self, ports: Ports, *, runs: Runs) -> None:
        self._ports = ports
        self._runs = runs

    @property
    def max_bytes(self) -> dict[AcademicPart, int]:
        """How large each file may be."""
        return dict(MAX_BYTES)

    def read(self, raw: bytes, name: str, part: AcademicPart, actor: Actor) -> AcademicRead:
        """Return what a file says, or everything that is wrong with it; nothing is kept."""
        authorize(actor, Permission.RUNS_WRITE)
        return read_file(raw, name, part)

    def options(self, given: Mapping[str, Any]) -> AcademicOptions:
        """Return options from single values; those left out or None take their defaults.

        Raises
        ------
        InvalidRequest
            With every problem found.
        """
        try:
            return AcademicOptions.model_validate({name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            fields = field_problems(error)
            raise InvalidRequest(
                count_words(len(fields), "request"), "Correct what is listed and send it again.", fields=fields
            ) from None

    def start(
        self,
        instance: File,
        reference: File | None,
        options: AcademicOptions,
        actor: Actor,
        idempotency_key: str | None = None,
    ) -> RunView:
        """Have a benchmark computed.

        Raises
        ------
        NotAllowed
            When the actor may not start runs.
        InvalidRequest
            With every problem of both files, and of options that do not fit the instance.
        """
        authorize(actor, Permission.RUNS_WRITE)
        problems: list[Problem] = []
        try:
            found = read_instance(*instance)
            if options.holdings_count > found.count:
                message = f"{options.holdings_count} assets must be held, but the instance has only {found.count}."
                problems.append(Problem("holdings_count", message, f"Ask for at most {found.count} holdings."))
        except InputRefused as refusal:
            problems += refusal.problems
        if reference is not None:
            try:
                read_reference(*reference)
            except InputRefused as refusal:
                problems += refusal.problems
        if problems:
            raise refused(InputRefused(problems))
        request = AcademicRequest(
            instance=packed(*instance), reference=None if reference is None else packed(*reference), options=options
        )
        return self._runs.submit(KIND, request, actor, idempotency_key=idempotency_key)

    def of(self, run_id: str, actor: Actor) -> AcademicView:
        """Return a benchmark, as far as it has come.

        Raises
        ------
        NotFound
            When there is none, or none for this actor.
        """
        run = self._runs.get(run_id, actor)
        if run.kind != KIND:
            raise NotFound.of("benchmark", run_id)
        request = AcademicRequest.model_validate_json(self._runs.request_json(run_id, actor))
        document = self._runs.result(run_id, actor) if run.status is RunStatus.SUCCEEDED else None
        return AcademicView(
            run=run,
            instance_name=request.instance.name,
            instance_sha256=request.instance.sha256,
            reference_name=request.reference.name if request.reference is not None else None,
            reference_sha256=request.reference.sha256 if request.reference is not None else None,
            options=request.options,
            result=None if document is None else AcademicResult.model_validate(document),
        )

    def earlier(self, actor: Actor) -> tuple[RunView, ...]:
        """Return the actor's latest benchmarks, the newest first."""
        page = self._runs.list(actor, kind=KIND, owner_id=actor.user_id, limit=EARLIER_COUNT)
        return page.items

    def finished(self, run_id: str, actor: Actor) -> AcademicView:
        """Return a benchmark that has a result.

        Raises
        ------
        NotFound
            When there is none, or none for this actor.
        Conflict
            When it has no result, not yet or not at all.
        """
        view = self.of(run_id, actor)
        if view.result is None:
            advice = view.run.message if view.run.is_final and view.run.message else "Ask again when it has succeeded."
            raise Conflict(f"This benchmark has no result: it is {view.run.status.value}.", advice, code="no_result")
        return view

    def table(self, run_id: str, table_format: TableFormat, actor: Actor) -> Export:
        """Write a benchmark's figures into a file; Excel also gets frontier, curves and what they rest on.

        Raises
        ------
        NotAllowed, NotFound, Conflict
            See `finished`; and when the actor may not take files along.
        """
        authorize(actor, Permission.EXPORTS_MAKE)
        view = self.finished(run_id, actor)
        assert view.result is not None
        sheets = sheets_of(view.result)
        title = f"Academic benchmark {view.result.name}"
        if table_format == "csv":
            data = csv_bytes(sheets[0])
        else:
            data = xlsx_bytes(sheets, words_of(view), title=title, made_at_utc=self._ports.clock.now_utc())
        stem = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in view.result.name.lower())
        return Export(data=data, filename=f"academic-{stem[:40]}.{table_format}", media_type=MEDIA_TYPES[table_format])
