"""How are files of market data checked, imported, listed and taken back?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, attachment
from api.pagination import Page, PageQuery, cut
from api.reading import Path, Query
from api.routing import Resource, file_answer, needs
from api.uploads import FILE_BODY, received_file
from services.auth.roles import Permission
from services.messages.imports import ImportCheck, ImportDone, ImportView

resource = Resource(
    "imports", "Imports of market data", "Files of prices, scores, rates and benchmark weights that your house brings."
)


class ImportQuery(Query):
    """How to treat the file."""

    dry_run: bool = Field(default=False, description="Check only: say what would change and what is wrong.")
    name: str | None = Field(default=None, max_length=200, description="The file's name, where the body is the file.")


class RejectsQuery(Query):
    """How the file is called."""

    name: str | None = Field(default=None, max_length=200, description="The file's name, where the body is the file.")


class ImportPath(Path):
    """Which import."""

    import_id: str = Field(max_length=64, description="The import's id.")


@resource.route_for(
    "post",
    "/data/imports",
    "Check or import a file",
    answers={200: ImportCheck, 201: ImportDone},
    file_body=FILE_BODY,
)
@needs(Permission.MARKET_IMPORT)
def create_import(query: ImportQuery) -> Response:
    """Import a CSV file, an Excel workbook or a Parquet file, as `multipart/form-data` (`file`) or as the body itself.

    With `dry_run=true` nothing is written: 200 says what would change, and `problems` names everything that is wrong by
    line and column. Otherwise 201 and `Location`; 422 `file_has_problems` where there are problems. The same bytes
    again are answered with 200, `is_new: false`.
    """
    raw, name = received_file(query.name, services().imports.limits.max_bytes)
    if query.dry_run:
        return answer(services().imports.check(raw, name, actor()))
    done = services().imports.run(raw, name, actor())
    return answer(done, 201 if done.is_new else 200, location=f"/api/v1/data/imports/{done.imported.id}")


@resource.route_for(
    "post",
    "/data/imports/rejects",
    "List the rows of a file that cannot be imported",
    answers={200: file_answer("text/csv")},
    file_body=FILE_BODY,
    repeatable=False,
)
@needs(Permission.MARKET_IMPORT)
def list_rejects(query: RejectsQuery) -> Response:
    """Return every row that keeps a file from being imported, with cause and way out, as a CSV file.

    The row's own cells stand behind them, so that they can be put right there. Nothing is written, and no cell begins
    with a sign that a spreadsheet takes for a formula. A file without problems gives the header line alone.
    """
    raw, name = received_file(query.name, services().imports.limits.max_bytes)
    made = services().imports.rejects(raw, name, actor())
    return attachment(made, "text/csv; charset=utf-8", "rejected-rows.csv")


@resource.route_for("get", "/data/imports", "List imports", answers={200: Page[ImportView]})
def list_imports(query: PageQuery) -> Response:
    """Return what your house imported, the latest first; undone imports too."""
    return answer(cut(services().imports.list(actor()), query, lambda one: one.id))


@resource.route_for("get", "/data/imports/<import_id>", "Read an import", answers={200: ImportView})
def read_import(path: ImportPath) -> Response:
    """Return one import with file, person, time and what it brought."""
    return answer(services().imports.get(path.import_id, actor()))


@resource.route_for("delete", "/data/imports/<import_id>", "Undo an import", answers={200: ImportView})
def undo_import(path: ImportPath) -> Response:
    """Take the figures of an import back; 409 `import_in_use` where runs or portfolios rest on it."""
    return answer(services().imports.undo(path.import_id, actor()))
