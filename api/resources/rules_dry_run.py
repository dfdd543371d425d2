"""How is a wording of a rule tried on the past before anybody approves it?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.repeating import key_of_run
from api.resources.rules_versions import RuleVersionPath
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_dry_run import DryRun, DryRunEstimate, DryRunInput, DryRunOfMany
from services.messages.runs import RunView

resource = Resource("rules_dry_run", "Dry runs of rules", "What a wording would have said of portfolios in the past.")


@resource.route_for(
    "post", "/rules/<rule_id>/versions/<version>/dry-run", "Start a dry run", answers={202: RunView}, also=(409,)
)
@needs(Permission.RULES_WRITE)
def start_dry_run(path: RuleVersionPath, body: DryRunInput) -> Response:
    """Judge holdings of the past day by day, as a run that can be followed and cancelled at its `Location`.

    What comes out is kept with the version, which needs one of its very wording before it can be approved.
    """
    run = services().compliance_dry_runs.dry_run(
        actor(), path.rule_id, path.version, body, idempotency_key=key_of_run()
    )
    return answer(run, 202, location=f"/api/v1/runs/{run.id}", headers={"Retry-After": "1"})


@resource.route_for(
    "post", "/rules/dry-runs", "Start dry runs of several versions", answers={202: RunView}, also=(409,)
)
@needs(Permission.RULES_WRITE)
def start_dry_runs(body: DryRunOfMany) -> Response:
    """Judge holdings of the past by several wordings in one run; what comes out is kept with each version."""
    run = services().compliance_dry_runs.dry_run_many(actor(), body, idempotency_key=key_of_run())
    return answer(run, 202, location=f"/api/v1/runs/{run.id}", headers={"Retry-After": "1"})


@resource.route_for("post", "/rules/dry-runs/estimate", "Estimate dry runs", answers={200: DryRunEstimate})
@needs(Permission.RULES_WRITE)
def estimate_dry_runs(body: DryRunOfMany) -> Response:
    """Return how long the same dry runs would take a worker, as a range measured on earlier ones; begins nothing."""
    return answer(services().compliance_dry_runs.estimate(actor(), body))


@resource.route_for("get", "/rules/<rule_id>/versions/<version>/dry-run", "Read the dry run", answers={200: DryRun})
@needs(Permission.COMPLIANCE_READ)
def read_dry_run(path: RuleVersionPath) -> Response:
    """Return the dry run that is kept with the version: days in breach by portfolio, and the worst figure of each."""
    return answer(services().compliance_dry_runs.kept(actor(), path.rule_id, path.version))
