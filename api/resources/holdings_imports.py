"""How are files of holdings and transactions looked at, booked, listed and taken back?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, attachment, expected_version, nothing
from api.pagination import Page, PageQuery, cut
from api.reading import Path, Query
from api.routing import Resource, file_answer, needs
from api.uploads import FILE_BODY, received_file
from services.auth.roles import Permission
from services.messages.holdings_import import (
    FileKindName,
    HoldingsCheck,
    HoldingsDone,
    HoldingsImportView,
    ImportChoices,
    ImportTemplateChanges,
    ImportTemplateView,
)

resource = Resource(
    "holdings_imports",
    "Imports of holdings",
    "Files of holdings and transactions: looked at as drafts, booked into portfolios, and taken back.",
)


class HoldingsImportQuery(Query):
    """How to read the file."""

    kind: FileKindName | None = Field(default=None, description="What its rows are; the header decides when absent.")
    name: str | None = Field(default=None, max_length=200, description="The file's name, where the body is the file.")


class HoldingsImportPath(Path):
    """Which import."""

    import_id: str = Field(max_length=64, description="The import's id.")


class ImportTemplatePath(Path):
    """Which template."""

    template_id: str = Field(max_length=64, description="The template's id.")


@resource.route_for("post", "/imports/holdings", "Look at a file", answers={201: HoldingsCheck}, file_body=FILE_BODY)
@needs(Permission.PORTFOLIOS_WRITE)
def start_holdings_import(query: HoldingsImportQuery) -> Response:
    """Keep a file as a draft and say what booking it would do; nothing is booked.

    `step` names the first part that waits for an answer (`columns`, `symbols`, `check`) or says `ready`. Answer with
    PATCH, then book it with POST to its `run`. Ten drafts are kept; the oldest goes.
    """
    raw, name = received_file(query.name, services().holdings_imports.limits.max_bytes)
    check = services().holdings_imports.start(raw, name, query.kind, actor())
    location = f"/api/v1/imports/holdings/{check.draft.id}"
    return answer(check, 201, row_version=check.draft.row_version, location=location)


@resource.route_for("get", "/imports/holdings", "List imports of holdings", answers={200: Page[HoldingsImportView]})
def list_holdings_imports(query: PageQuery) -> Response:
    """Return your drafts and imports, the latest first; undone ones too."""
    return answer(cut(services().holdings_imports.list(actor()), query, lambda one: one.id))


@resource.route_for(
    "get", "/imports/holdings/<import_id>", "Read an import of holdings", answers={200: HoldingsImportView}, also=(412,)
)
def read_holdings_import(path: HoldingsImportPath) -> Response:
    """Return one draft or import."""
    found = services().holdings_imports.get(path.import_id, actor())
    return answer(found, row_version=found.row_version)


@resource.route_for(
    "get", "/imports/holdings/<import_id>/check", "Check a draft", answers={200: HoldingsCheck}, also=(412,)
)
def check_holdings_import(path: HoldingsImportPath) -> Response:
    """Return what booking a draft would do now; 409 `already_imported` where it is booked."""
    check = services().holdings_imports.check(path.import_id, actor())
    return answer(check, row_version=check.draft.row_version)


@resource.route_for(
    "patch", "/imports/holdings/<import_id>", "Answer for a draft", answers={200: HoldingsCheck}, versioned=True
)
@needs(Permission.PORTFOLIOS_WRITE)
def change_holdings_import(path: HoldingsImportPath, body: ImportChoices) -> Response:
    """Say how the file is read, what its names mean and where its rows go; only the fields that are sent change."""
    check = services().holdings_imports.choose(path.import_id, body, actor(), expected_version())
    return answer(check, row_version=check.draft.row_version)


@resource.route_for("post", "/imports/holdings/<import_id>/run", "Book a draft", answers={200: HoldingsDone})
@needs(Permission.PORTFOLIOS_WRITE)
def run_holdings_import(path: HoldingsImportPath) -> Response:
    """Book everything in one transaction, or nothing (422 `import_not_ready`, with every reason).

    A second time changes nothing: `is_new` is false.
    """
    return answer(services().holdings_imports.run(path.import_id, actor()))


@resource.route_for(
    "get", "/imports/holdings/<import_id>/rejects", "Read the rejected rows", answers={200: file_answer("text/csv")}
)
def read_holdings_rejects(path: HoldingsImportPath) -> Response:
    """Return the rows that are not booked as a CSV file that can be brought again; its last column says why."""
    content = services().holdings_imports.rejects(path.import_id, actor())
    return attachment(content, "text/csv; charset=utf-8", "rejected-rows.csv")


@resource.route_for("delete", "/imports/holdings/<import_id>", "Discard a draft", answers={204: None})
@needs(Permission.PORTFOLIOS_WRITE)
def discard_holdings_import(path: HoldingsImportPath) -> Response:
    """Throw a draft away; 409 `already_imported` where it is booked."""
    services().holdings_imports.discard(path.import_id, actor())
    return nothing()


@resource.route_for(
    "post", "/imports/holdings/<import_id>/undo", "Undo an import of holdings", answers={200: HoldingsImportView}
)
@needs(Permission.PORTFOLIOS_WRITE)
def undo_holdings_import(path: HoldingsImportPath) -> Response:
    """Reverse every entry of an import; 409 `import_in_use` where later entries, targets or runs rest on it."""
    return answer(services().holdings_imports.undo(path.import_id, actor()))


@resource.route_for("get", "/imports/templates", "List templates of imports", answers={200: Page[ImportTemplateView]})
def list_import_templates(query: PageQuery) -> Response:
    """Return how your house reads files, by name."""
    return answer(cut(services().holdings_imports.templates(actor()), query, lambda one: one.id))


@resource.route_for(
    "patch",
    "/imports/templates/<template_id>",
    "Change a template of imports",
    answers={200: ImportTemplateView},
    versioned=True,
)
@needs(Permission.PORTFOLIOS_WRITE)
def change_import_template(path: ImportTemplatePath, body: ImportTemplateChanges) -> Response:
    """Change its name or columns."""
    changed = services().holdings_imports.change_template(path.template_id, body, actor(), expected_version())
    return answer(changed, row_version=changed.row_version)


@resource.route_for("delete", "/imports/templates/<template_id>", "Delete a template of imports", answers={204: None})
@needs(Permission.PORTFOLIOS_WRITE)
def delete_import_template(path: ImportTemplatePath) -> Response:
    """Forget how files with that header are read."""
    services().holdings_imports.delete_template(path.template_id, actor())
    return nothing()
