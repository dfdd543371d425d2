"""Who asks to let a breach stand, and who agrees to it?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.pagination import Page, PageQuery, cut
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_breaches import BreachDetail, OverrideView, Reason

resource = Resource(
    "breach_overrides",
    "Overrides",
    "Breaches of soft rules that somebody lets stand, up to a level and a day. Whoever asked never decides where the "
    "rule asks for a second person.",
)
DECIDERS = (Permission.OVERRIDES_APPROVE, Permission.OVERRIDES_REQUEST)


class OverridePath(Path):
    """Which override."""

    override_id: str = Field(max_length=64, description="The override's id.")


class OverrideApproval(Body):
    """Why it may stand, if there is more to say than the wish says."""

    reason: str | None = Field(default=None, max_length=2_000, description="Kept in the history.")


class OverrideRefusal(Body):
    """Why not."""

    reason: Reason = Field(description="Kept in the history, and told to whoever asked.")


def _shown(breach: BreachDetail) -> Response:
    """Return the breach that it is about, with its version."""
    return answer(breach, row_version=breach.row_version)


@resource.route_for("get", "/breach-overrides", "List overrides that wait", answers={200: Page[OverrideView]})
@needs(Permission.COMPLIANCE_READ)
def list_waiting_overrides(query: PageQuery) -> Response:
    """Return the wishes that wait for a decision, the oldest first; `may_decide` says whether you may."""
    return answer(cut(services().breach_overrides.waiting(actor()), query, lambda one: one.id))


@resource.route_for(
    "post", "/breach-overrides/<override_id>/approve", "Approve an override", answers={200: BreachDetail},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(*DECIDERS)
def approve_override(path: OverridePath, body: OverrideApproval) -> Response:
    """Let the breach stand as asked for; `If-Match` is the override's own version."""
    found = services().breach_overrides.approve(path.override_id, actor(), expected_version(), body.reason)
    return _shown(found)


@resource.route_for(
    "post", "/breach-overrides/<override_id>/reject", "Reject an override", answers={200: BreachDetail},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(*DECIDERS)
def reject_override(path: OverridePath, body: OverrideRefusal) -> Response:
    """Refuse to let the breach stand; it stays as it is."""
    return _shown(services().breach_overrides.reject(path.override_id, body.reason, actor(), expected_version()))


@resource.route_for(
    "post", "/breach-overrides/<override_id>/withdraw", "Withdraw an override", answers={200: BreachDetail},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(*DECIDERS)
def withdraw_override(path: OverridePath, body: OverrideRefusal) -> Response:
    """Take a wish back, or end what is let stand before its last day: the breach is open again."""
    return _shown(services().breach_overrides.withdraw(path.override_id, body.reason, actor(), expected_version()))
