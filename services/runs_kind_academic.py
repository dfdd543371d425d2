"""What happens when the work on a run is to compare the engine with a published portfolio instance?"""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from services.academic_files import instance_of, reference_of, refused
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.academic import AcademicRequest
from services.messages.runs import RunOutcome
from services.runs_engine import engine_call, outcome_of, reporter
from services.runs_kinds import Outcome, RunContext, RunFacts


class AcademicKind:
    """Reads the kept files again, and lets exact frontier, search and evolutionary algorithms run on them."""

    name = "academic"
    label = "Academic benchmark"
    permission = Permission.RUNS_WRITE
    time_limit_s = 3600.0
    volatile_fields = frozenset({"elapsed_ms", "times"})

    def parse(self, text: str) -> AcademicRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return AcademicRequest.model_validate_json(text)
        except ValidationError as error:
            advice = "Send the instance as a file, and the published frontier if there is one."
            raise InvalidRequest("This request cannot be used.", advice, fields=field_problems(error)) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return what the run is called: the benchmark and the name of its instance."""
        assert isinstance(request, AcademicRequest)
        return RunFacts(label=f"{self.label}, {request.instance.name}", seed=request.options.seed)

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Compute the benchmark."""
        assert isinstance(request, AcademicRequest)
        context.progress("Reading the files", 0.0)
        instance = instance_of(request.instance)
        reference = reference_of(request.reference) if request.reference is not None else None

        from engine.academic.solve import benchmark  # the solvers are loaded in worker processes only

        with engine_call(refused):
            result = benchmark(instance, reference, request.options, reporter(context))
        files = [request.instance, *([request.reference] if request.reference is not None else [])]
        lineage = {"files": [{"name": one.name, "sha256": one.sha256} for one in files]}
        return outcome_of(result, RunOutcome(result.status.value), lineage=lineage)


KIND = AcademicKind()
