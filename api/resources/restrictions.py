"""What may not be traded, for whom and until when, and how do names get on and off a list?"""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.pagination import Page, PageQuery, cut, open_cursor, page
from api.reading import Body, Path, Query
from api.routing import Resource, needs
from api.uploads import FILE_BODY, received_file
from services.auth.roles import Permission
from services.compliance.restrictions_import import FILE_MAX_BYTES
from services.messages.compliance_restrictions import (
    EntryRemoval,
    EntryView,
    ListImport,
    Listing,
    ListKind,
    NewEntry,
    NewRestrictionList,
    RestrictionListChanges,
    RestrictionListView,
)

resource = Resource("restrictions", "Restrictions", "Lists of what may not be traded, their names, and their history.")


class ListPath(Path):
    """Which list."""

    list_id: str = Field(max_length=64, description="The list's id.")


class EntryPath(Path):
    """Which entry."""

    entry_id: str = Field(max_length=64, description="The entry's id.")


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


class ListsQuery(PageQuery):
    """Which lists."""

    kind: ListKind | None = Field(default=None, description="Of this kind alone.")
    with_closed: bool = Field(default=False, description="Closed lists too.")
    on: date | None = Field(default=None, description="The day whose names are counted; today when left out.")


class EntriesQuery(PageQuery):
    """Which entries."""

    on: date | None = Field(
        default=None, description="What stood on the list on this day; all there ever were when left out."
    )


class DayQuery(Query):
    """Which day."""

    on: date | None = Field(default=None, description="The day; today when left out.")


class FileQuery(Query):
    """How to treat the file."""

    dry_run: bool = Field(default=False, description="Check only: nothing is written.")
    reason: str | None = Field(default=None, min_length=3, max_length=2000, description="For lines that give none.")
    name: str | None = Field(default=None, max_length=200, description="The file's name, where the body is the file.")


class RestrictionClosing(Body):
    """Why a list is closed."""

    reason: str = Field(min_length=3, max_length=2000, description="Goes into the record.")


class RestrictionRemoval(RestrictionClosing):
    """Why and from when on a name leaves a list."""

    on: date | None = Field(
        default=None, description="The first day on which it no longer counts; today when left out."
    )


def _shown(view: RestrictionListView, status: int = 200) -> Response:
    """Return the list with its version."""
    location = f"/api/v1/restriction-lists/{view.id}" if status == 201 else None
    return answer(view, status, row_version=view.row_version, location=location)


@resource.route_for("get", "/restriction-lists", "List restriction lists", answers={200: Page[RestrictionListView]})
def list_restriction_lists(query: ListsQuery) -> Response:
    """Return the lists of the house, of yourself, and of the clients and portfolios that you see, by name."""
    found = services().restrictions.lists(actor(), kind=query.kind, with_closed=query.with_closed, on=query.on)
    return answer(cut(found, query, lambda one: one.id))


@resource.route_for("post", "/restriction-lists", "Create a restriction list", answers={201: RestrictionListView})
@needs(Permission.RESTRICTIONS_WRITE)
def create_restriction_list(body: NewRestrictionList) -> Response:
    """Make a list without names, for the house or for one client, portfolio or person."""
    return _shown(services().restrictions.create(body, actor()), 201)


@resource.route_for(
    "get", "/restriction-lists/<list_id>", "Read a restriction list", answers={200: RestrictionListView}, also=(412,)
)
def read_restriction_list(path: ListPath) -> Response:
    """Return one list."""
    return _shown(services().restrictions.get(path.list_id, actor()))


@resource.route_for(
    "patch",
    "/restriction-lists/<list_id>",
    "Change a restriction list",
    answers={200: RestrictionListView},
    versioned=True,
)
@needs(Permission.RESTRICTIONS_WRITE)
def change_restriction_list(path: ListPath, body: RestrictionListChanges) -> Response:
    """Change the list's name or note."""
    return _shown(services().restrictions.update(path.list_id, body, actor(), expected_version()))


@resource.route_for(
    "post", "/restriction-lists/<list_id>/close", "Close a restriction list", answers={200: RestrictionListView}
)
@needs(Permission.RESTRICTIONS_WRITE)
def close_restriction_list(path: ListPath, body: RestrictionClosing) -> Response:
    """Let the list count no more from today on; restricted lists and blackouts wait for a second person."""
    return _shown(services().restrictions.close(path.list_id, body.reason, actor()))


@resource.route_for(
    "get", "/restriction-lists/<list_id>/entries", "List names on a list", answers={200: Page[EntryView]}
)
def list_restriction_entries(path: ListPath, query: EntriesQuery) -> Response:
    """Return the list's entries, the newest first: its whole history, or what stood on it on a day."""
    found = services().restrictions.entries(
        path.list_id, actor(), on=query.on, cursor=open_cursor(query.cursor), limit=query.limit
    )
    return answer(page(found.items, found.next_cursor))


@resource.route_for("post", "/restriction-lists/<list_id>/entries", "Put a name on a list", answers={201: EntryView})
@needs(Permission.RESTRICTIONS_WRITE)
def add_restriction_entry(path: ListPath, body: NewEntry) -> Response:
    """Put an asset, all of its issuer's or its group's on the list; a blackout may name everything."""
    return answer(services().restrictions.add(path.list_id, body, actor()), 201)


@resource.route_for(
    "post",
    "/restriction-lists/<list_id>/import",
    "Put the names of a file on a list",
    answers={200: ListImport},
    file_body=FILE_BODY,
)
@needs(Permission.RESTRICTIONS_WRITE)
def import_restriction_entries(path: ListPath, query: FileQuery) -> Response:
    """Take the names that are known, and tell of every other line why it was not taken.

    Columns: `symbol` or `isin`, and where wanted `covers`, `from`, `until`, `reason`. Names are only added.
    """
    raw, _ = received_file(query.name, FILE_MAX_BYTES)
    done = services().restriction_files.take_in(
        path.list_id, raw, actor(), reason=query.reason, is_dry_run=query.dry_run
    )
    return answer(done)


@resource.route_for(
    "post", "/restriction-entries/<entry_id>/remove", "Take a name off a list", answers={200: EntryRemoval}
)
@needs(Permission.RESTRICTIONS_WRITE)
def remove_restriction_entry(path: EntryPath, body: RestrictionRemoval) -> Response:
    """Take the name off from a day on; from restricted lists and blackouts once a second person agrees.

    `request` then names the request for the change that waits; see `/change-requests`.
    """
    return answer(services().restrictions.remove(path.entry_id, body.reason, actor(), on=body.on))


@resource.route_for("get", "/restrictions", "List what the house restricts", answers={200: Page[Listing]})
def list_house_restrictions(query: ListsQuery) -> Response:
    """Return what stands on the house's own lists on a day, the hardest first."""
    found = services().restrictions.listed(None, actor(), on=query.on)
    return answer(cut(found, query, lambda one: one.symbol))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/restrictions",
    "List what a portfolio may not trade",
    answers={200: Page[Listing]},
)
def list_portfolio_restrictions(path: PortfolioPath, query: EntriesQuery) -> Response:
    """Return what is listed for the portfolio on a day: by the house, for its client, for itself and for you."""
    found = services().restrictions.listed(path.portfolio_id, actor(), on=query.on)
    return answer(cut(found, query, lambda one: one.symbol))
