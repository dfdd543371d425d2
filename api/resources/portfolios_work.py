"""How is a portfolio changed on paper, and how are its drafts, notes and versions reached?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, page
from api.reading import Path, Query
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.portfolio_analysis import Period, PositionsAnalysis
from services.messages.portfolio_notes import NoteInput, NoteView
from services.messages.portfolio_versions import VersionDifference, VersionKind, VersionView
from services.messages.portfolio_what_if import DraftView, KeptWish, RestAnswer, RestWish, WhatIfAnswer, WhatIfWish
from services.messages.portfolios import TargetView

resource = Resource(
    "portfolios_work",
    "Portfolios",
    "What a portfolio would be after edits, and its drafts, notes and versions.",
)


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


class DraftPath(PortfolioPath):
    """Which of its drafts."""

    draft_id: str = Field(max_length=64, description="The draft's id.")


class NotePath(PortfolioPath):
    """Which of its notes."""

    note_id: str = Field(max_length=64, description="The note's id.")


class VersionPath(PortfolioPath):
    """Which of its versions."""

    kind: VersionKind = Field(description="`holdings` or `target`.")
    number: int = Field(ge=1, le=1_000_000, description="The version's number.")


class PeriodQuery(Query):
    """Over which period."""

    period: Period = Field(default="ytd", description="Of the contributions, up to the portfolio's day.")


class DifferenceQuery(Query):
    """Between which versions."""

    kind: VersionKind = Field(default="holdings", description="`holdings` or `target`.")
    before: int = Field(ge=0, le=1_000_000, description="Number of the earlier version; 0 is before the first.")
    after: int = Field(ge=0, le=1_000_000, description="Number of the later version.")


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/positions/analysis",
    "Contribution and risk of positions",
    answers={200: PositionsAnalysis},
)
def analyze_positions(path: PortfolioPath, query: PeriodQuery) -> Response:
    """Return what each position held now added to the return of a period, and its share of the risk."""
    return answer(services().positions_analyst.analyze(path.portfolio_id, query.period, actor()))


@resource.route_for(
    "post", "/portfolios/<portfolio_id>/what-if", "Change positions on paper", answers={200: WhatIfAnswer}, also=(409,)
)
@needs(Permission.PORTFOLIOS_READ)
def preview(path: PortfolioPath, body: WhatIfWish) -> Response:
    """Return cash, cost, turnover, risk, limits and the verdict of the rules after the edits; nothing is stored."""
    return answer(services().what_if.preview(path.portfolio_id, body, actor()))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/what-if/rest",
    "Optimize what was not edited",
    answers={200: RestAnswer, 202: RestAnswer},
    also=(409,),
)
@needs(Permission.RUNS_WRITE)
def optimize_rest(path: PortfolioPath, body: RestWish) -> Response:
    """Fix the edited weights and optimize all others by the portfolio's last goal and limits, or the usual ones.

    409 says why no portfolio keeps the edits and the limits together. 202: the run goes on.
    """
    found = services().what_if_rest.optimize(path.portfolio_id, body, actor())
    return answer(found, 202 if found.state == "working" else 200)


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/what-if/target",
    "Keep edits as the target",
    answers={200: TargetView},
    also=(409,),
    versioned=True,
)
@needs(Permission.PORTFOLIOS_WRITE)
def keep_as_target(path: PortfolioPath, body: KeptWish) -> Response:
    """Make the weights that the edits come to the target; the one before stays as a version."""
    kept = services().portfolio_drafts.keep_as_target(path.portfolio_id, body, actor(), expected_version())
    return answer(kept)


@resource.route_for("get", "/portfolios/<portfolio_id>/drafts", "List drafts", answers={200: Page[DraftView]})
def list_drafts(path: PortfolioPath) -> Response:
    """Return the weights that were wished for the portfolio, the newest first."""
    return answer(page(services().portfolio_drafts.list(path.portfolio_id, actor()), None))


@resource.route_for("post", "/portfolios/<portfolio_id>/drafts", "Keep a draft", answers={201: DraftView}, also=(409,))
@needs(Permission.PORTFOLIOS_WRITE)
def keep_draft(path: PortfolioPath, body: KeptWish) -> Response:
    """Keep the weights that edits come to under a name; holdings and target stay as they are."""
    kept = services().portfolio_drafts.keep(path.portfolio_id, body, actor())
    return answer(kept, 201, location=f"/api/v1/portfolios/{path.portfolio_id}/drafts/{kept.id}")


@resource.route_for("get", "/portfolios/<portfolio_id>/drafts/<draft_id>", "Read a draft", answers={200: DraftView})
def read_draft(path: DraftPath) -> Response:
    """Return one draft."""
    return answer(services().portfolio_drafts.get(path.portfolio_id, path.draft_id, actor()))


@resource.route_for("delete", "/portfolios/<portfolio_id>/drafts/<draft_id>", "Delete a draft", answers={204: None})
@needs(Permission.PORTFOLIOS_WRITE)
def delete_draft(path: DraftPath) -> Response:
    """Put a draft aside; it can be restored."""
    services().portfolio_drafts.delete(path.portfolio_id, path.draft_id, actor())
    return nothing()


@resource.route_for(
    "post", "/portfolios/<portfolio_id>/drafts/<draft_id>/restore", "Restore a draft", answers={200: DraftView}
)
@needs(Permission.PORTFOLIOS_WRITE)
def restore_draft(path: DraftPath) -> Response:
    """Take the deletion back."""
    return answer(services().portfolio_drafts.restore(path.portfolio_id, path.draft_id, actor()))


@resource.route_for("get", "/portfolios/<portfolio_id>/notes", "List notes", answers={200: Page[NoteView]})
def list_notes(path: PortfolioPath) -> Response:
    """Return the notes about the portfolio, the newest first."""
    return answer(page(services().portfolio_notes.list(path.portfolio_id, actor()), None))


@resource.route_for("post", "/portfolios/<portfolio_id>/notes", "Write a note", answers={201: NoteView})
@needs(Permission.PORTFOLIOS_WRITE)
def write_note(path: PortfolioPath, body: NoteInput) -> Response:
    """Write a note about the portfolio; whoever sees the portfolio reads it."""
    made = services().portfolio_notes.write(path.portfolio_id, body, actor())
    location = f"/api/v1/portfolios/{path.portfolio_id}/notes/{made.id}"
    return answer(made, 201, row_version=made.row_version, location=location)


@resource.route_for(
    "put", "/portfolios/<portfolio_id>/notes/<note_id>", "Change a note", answers={200: NoteView}, versioned=True
)
@needs(Permission.PORTFOLIOS_WRITE)
def change_note(path: NotePath, body: NoteInput) -> Response:
    """Write one's own note anew."""
    made = services().portfolio_notes.change(path.portfolio_id, path.note_id, body, actor(), expected_version())
    return answer(made, row_version=made.row_version)


@resource.route_for("delete", "/portfolios/<portfolio_id>/notes/<note_id>", "Delete a note", answers={204: None})
@needs(Permission.PORTFOLIOS_WRITE)
def delete_note(path: NotePath) -> Response:
    """Take one's own note away; it can be restored."""
    services().portfolio_notes.delete(path.portfolio_id, path.note_id, actor())
    return nothing()


@resource.route_for(
    "post", "/portfolios/<portfolio_id>/notes/<note_id>/restore", "Restore a note", answers={200: NoteView}
)
@needs(Permission.PORTFOLIOS_WRITE)
def restore_note(path: NotePath) -> Response:
    """Take the deletion of one's own note back."""
    return answer(services().portfolio_notes.restore(path.portfolio_id, path.note_id, actor()))


@resource.route_for("get", "/portfolios/<portfolio_id>/versions", "List versions", answers={200: Page[VersionView]})
def list_versions(path: PortfolioPath) -> Response:
    """Return the versions of holdings and targets, the newest first: who made each, when and why."""
    return answer(page(services().portfolio_versions.list(path.portfolio_id, actor()), None))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/versions/difference",
    "Compare two versions",
    answers={200: VersionDifference},
)
@needs(Permission.PORTFOLIOS_READ)
def compare_versions(path: PortfolioPath, query: DifferenceQuery) -> Response:
    """Return what was added, removed and changed between two versions, in units, weight and money."""
    found = services().portfolio_versions.difference(path.portfolio_id, query.kind, query.before, query.after, actor())
    return answer(found)


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/versions/<kind>/<number>/restore",
    "Bring a version back",
    answers={200: VersionView},
    also=(409,),
    versioned=True,
)
@needs(Permission.PORTFOLIOS_WRITE)
def restore_version(path: VersionPath) -> Response:
    """Make the next version from an earlier one; nothing is lost."""
    made = services().portfolio_versions.restore(path.portfolio_id, path.kind, path.number, actor(), expected_version())
    return answer(made)
