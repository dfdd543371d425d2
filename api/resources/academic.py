"""How does a program compare the product with published portfolio instances?"""

from __future__ import annotations

from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer, attachment
from api.pagination import Page, page
from api.reading import Path, Query
from api.repeating import key_of_run
from api.resources.exports import ChartQuery, as_file
from api.routing import Resource, file_answer, needs
from api.uploads import received_file, received_parts
from services.academic_files import MAX_BYTES, example
from services.auth.roles import Permission
from services.charts.academic import academic_figure
from services.errors import InvalidRequest
from services.messages.academic import AcademicPart, AcademicRead, AcademicResult, AcademicView
from services.messages.runs import RunView

resource = Resource(
    "academic",
    "Academic benchmarks",
    "Published portfolio instances in files of your own: exact frontier, few holdings with proven gaps, and "
    "evolutionary algorithms beside them.",
)

_TEXT = "text/plain"
_BINARY = {"type": "string", "format": "binary"}
FILE_BODY: dict[str, Any] = {
    "required": True,
    "description": "The file as plain text, in the format of the OR-Library.",
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]},
        },
        _TEXT: {"schema": {"type": "string"}},
    },
}
FILES_BODY: dict[str, Any] = {
    "required": True,
    "description": "`instance`: number of assets; mean and standard deviation of each; then `i j correlation`. "
    "`reference`, where there is one: mean and variance of each point of the published frontier.",
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"instance": _BINARY, "reference": _BINARY},
                "required": ["instance"],
            },
        },
    },
}


class AcademicQuery(Query):
    """The problem with few holdings, and the effort; left out, those of the literature."""

    holdings_count: int | None = Field(default=None, description="Exactly so many assets are held; 10.")
    min_frac: float | None = Field(default=None, description="Least weight of a held asset; 0.01.")
    max_frac: float | None = Field(default=None, description="Most weight of a held asset; 1.")
    tradeoffs_count: int | None = Field(default=None, description="How many trade-offs of mean and variance; 51.")
    proof_effort: str | None = Field(default=None, description="`quick`, `standard` or `full`.")
    evaluations_count: int | None = Field(
        default=None, description="Portfolios that each evolutionary algorithm may evaluate; 20,000."
    )
    seed: int | None = Field(default=None, description="Seed of the evolutionary algorithms; 7.")


class ReadQuery(Query):
    """Which file it is."""

    part: AcademicPart = Field(default="instance", description="`instance`, or `reference` for a published frontier.")
    name: str | None = Field(default=None, max_length=200, description="The file's name, where the body is the file.")


class AcademicPath(Path):
    """Which benchmark."""

    run_id: str = Field(max_length=64, description="The id of its run.")


class AcademicTablePath(AcademicPath):
    """Which benchmark, as which kind of file."""

    table_format: Literal["csv", "xlsx"] = Field(description="The kind of file.")


class AcademicChartPath(AcademicPath):
    """Which chart of which benchmark."""

    chart: Literal["frontier", "race_all", "race_few"] = Field(
        description="`frontier`, or the hypervolume against time with any number of holdings or with few."
    )
    chart_format: Literal["pdf", "png", "svg"] = Field(description="The kind of file.")


class ExamplePath(Path):
    """Which example."""

    part: AcademicPart = Field(description="`instance` or `reference`.")


class AcademicAnswer(BaseModel):
    """Where a benchmark stands; `status` is that of `run`, `result` is null until it has succeeded."""

    model_config = ConfigDict(frozen=True)

    id: str
    status: str
    message: str | None
    instance_name: str
    reference_name: str | None
    result: AcademicResult | None
    run: RunView


def _present(view: AcademicView) -> AcademicAnswer:
    return AcademicAnswer(
        id=view.run.id,
        status=view.run.status.value,
        message=view.run.message,
        instance_name=view.instance_name,
        reference_name=view.reference_name,
        result=view.result,
        run=view.run,
    )


@resource.route_for(
    "post",
    "/academic/files/read",
    "Check a file",
    answers={200: AcademicRead},
    repeatable=False,
    file_body=FILE_BODY,
)
@needs(Permission.RUNS_WRITE)
def read_academic_file(query: ReadQuery) -> Response:
    """Say what a file holds, or name everything that is wrong with it by its line; nothing is kept."""
    raw, name = received_file(query.name, MAX_BYTES[query.part], (_TEXT,))
    return answer(services().academic.read(raw, name, query.part, actor()))


@resource.route_for("post", "/academic", "Start a benchmark", answers={202: AcademicAnswer}, file_body=FILES_BODY)
@needs(Permission.RUNS_WRITE)
def start_academic(query: AcademicQuery) -> Response:
    """Compute the exact frontier, its deviation from the published one, few holdings with proven gaps, and the
    hypervolume of each algorithm; 422 `file_has_problems` names every line that cannot be used.
    """
    parts = received_parts(("instance", "reference"), max(MAX_BYTES.values()))
    if "instance" not in parts:
        raise InvalidRequest("The form has no part 'instance'.", "Send the file of the instance as part 'instance'.")
    service = services().academic
    options = service.options(query.model_dump())
    run = service.start(parts["instance"], parts.get("reference"), options, actor(), key_of_run())
    return answer(_present(service.of(run.id, actor())), 202, location=f"/api/v1/academic/{run.id}")


@resource.route_for("get", "/academic", "List your latest benchmarks", answers={200: Page[RunView]})
def list_academic() -> Response:
    """Return the runs of your latest benchmarks, the newest first."""
    return answer(page(services().academic.earlier(actor()), None))


@resource.route_for("get", "/academic/<run_id>", "Read a benchmark", answers={200: AcademicAnswer})
def read_academic(path: AcademicPath) -> Response:
    """Return a benchmark, as far as it has come."""
    return answer(_present(services().academic.of(path.run_id, actor())))


@resource.route_for(
    "get",
    "/academic/<run_id>/table/<table_format>",
    "Save the figures of a benchmark",
    answers={200: file_answer("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")},
    also=(409,),
)
def export_academic(path: AcademicTablePath) -> Response:
    """Return the portfolios of few holdings; Excel also has algorithms, curves and frontier."""
    return as_file(services().academic.table(path.run_id, path.table_format, actor()))


@resource.route_for(
    "get",
    "/academic/<run_id>/charts/<chart>/<chart_format>",
    "Save a chart of a benchmark",
    answers={200: file_answer("application/pdf", "image/png", "image/svg+xml")},
    also=(409,),
)
@needs(Permission.EXPORTS_MAKE)
def chart_academic(path: AcademicChartPath, query: ChartQuery) -> Response:
    """Return one chart; the header `X-Drawn-By` says what drew it."""
    result = services().academic.finished(path.run_id, actor()).result
    assert result is not None
    likes = services().preferences.get(actor())
    figure = academic_figure(path.chart, result, style=likes.number_format, signs=likes.sign_palette)
    return as_file(services().exports.chart(figure, path.chart, path.chart_format, query.renderer, actor()))


@resource.route_for(
    "get", "/academic/examples/<part>", "Save an example file", answers={200: file_answer("text/plain")}
)
def example_academic(path: ExamplePath) -> Response:
    """Return a file that shows the format; its figures are invented."""
    content, name = example(path.part)
    return attachment(content, "text/plain; charset=utf-8", name)
