"""How does a whole page become a file as it stands on the screen: its words, key figures, tables and charts, in order?

The page's own script reads what is shown: amounts in the reader's number format, tables as they are sorted and
filtered, charts as they are zoomed. What is folded away or behind another tab is not part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from engine.kernel.canonical import sha256_of
from services.errors import FieldProblem, InvalidRequest
from services.exports_page import PageDocument, PageFigure, PageTable, Part, Spark
from services.exports_standing import HASH_NAME, SHOWN_LENGTH, Standing
from services.exports_taken_chart import figure_of
from services.messages.exports import ChartFormat
from services.messages.frozen import Message
from services.reader import HIDDEN

ROWS_MAX_COUNT = 5_000
COLUMNS_MAX_COUNT = 40
SOURCES_MAX_COUNT = 3
Short = Annotated[str, Field(max_length=400)]
Line = Annotated[str, Field(max_length=4000)]
Course = Annotated[tuple[float, ...], Field(min_length=2, max_length=400)]


class ShownCourse(Message):
    """A course without axes, as a cell shows it."""

    spark: Course


class ShownWords(Message):
    """Sentences below a heading."""

    kind: Literal["words"]
    heading: Short = ""
    sentences: Annotated[tuple[Line, ...], Field(max_length=400)]


class ShownFigure(Message):
    """One key figure."""

    label: Short
    value: Short
    note: Short = ""
    spark: Course | None = None


class ShownFigures(Message):
    """A strip of key figures."""

    kind: Literal["figures"]
    heading: Short = ""
    figures: Annotated[tuple[ShownFigure, ...], Field(min_length=1, max_length=60)]


class ShownTable(Message):
    """A table; each head says whether its column holds numbers."""

    kind: Literal["table"]
    heading: Short = ""
    heads: Annotated[tuple[tuple[Short, bool], ...], Field(min_length=1, max_length=COLUMNS_MAX_COUNT)]
    rows: Annotated[tuple[tuple[Line | ShownCourse, ...], ...], Field(max_length=ROWS_MAX_COUNT)]
    note: Line = ""


class ShownChart(Message):
    """A chart with its words, as `services.exports_taken_chart.TakenChart` has them."""

    kind: Literal["chart"]
    heading: Short = ""
    title: Line = ""
    subtitle: Line = ""
    source: Line = ""
    height_px: Annotated[float, Field(ge=0, le=10_000)] = 0
    figure: dict[str, Any]


Shown = Annotated[ShownWords | ShownFigures | ShownTable | ShownChart, Field(discriminator="kind")]


class TakenPage(Message):
    """A page as it stands on the screen, and as which file it is wanted."""

    title: Annotated[str, Field(min_length=1, max_length=400)]
    lead: Line = ""
    section: Short = ""
    path: Annotated[str, Field(max_length=400, pattern="^/")]
    search: Annotated[str, Field(max_length=2000)] = ""
    as_of: Short = ""
    parts: Annotated[tuple[Shown, ...], Field(max_length=400)]
    format: ChartFormat = "pdf"
    what: Literal["page"] = "page"
    is_hidden: bool = False
    count: int = 0


def taken_page_of(data: Any) -> TakenPage:
    """Return what a page handed over.

    Raises
    ------
    InvalidRequest
        It is no page, or shows nothing yet.

    """
    try:
        page = TakenPage.model_validate(data)
    except ValidationError:
        words = f"A page has up to 400 parts, and tables of up to {ROWS_MAX_COUNT:,} rows."
        problem = FieldProblem("page", words, "Filter its tables, then try again.")
        raise InvalidRequest("This page cannot be taken along.", "", fields=(problem,)) from None
    if not page.parts:
        problem = FieldProblem("page", "It shows nothing yet.", "Wait until it is filled, then try again.")
        raise InvalidRequest("There is nothing on this page to take along.", "", fields=(problem,))
    return page


def page_document(page: TakenPage, standing: Standing) -> PageDocument:
    """Return the document of a page: head, parts in the order of the screen, and what it rests on at the foot.

    Where the address names neither a portfolio nor a run, the hash is that of what is shown.
    """
    hash_name, sha256 = HASH_NAME, standing.sha256
    if not sha256:
        hash_name, sha256 = "Hash of what is shown", sha256_of([one.model_dump(mode="json") for one in page.parts])
    day = standing.as_of or page.as_of
    place = page.section or page.title
    page_name = place if page.title in place else f"{place}: {page.title}"
    facts = [
        ("Portfolio", standing.subject),
        ("As of", day),
        ("Source", standing.source),
        ("Page", page_name),
        (hash_name, sha256),
        ("Privacy", HIDDEN if page.is_hidden else ""),
    ]
    sources = _sources(page) or [standing.source]
    foot = [HIDDEN if page.is_hidden else "", *sources, f"{hash_name} {sha256[:SHOWN_LENGTH]}"]
    return PageDocument(
        title=page.title,
        lead=page.lead,
        facts=[(name, text) for name, text in facts if text],
        parts=list(_parts(page)),
        running=" · ".join(one for one in dict.fromkeys((standing.subject[:60], page_name[:60], day[:60])) if one),
        source=" · ".join(one for one in foot if one),
        name=f"{standing.subject[:48]} {page_name[:60]}".strip(),
    )


def _sources(page: TakenPage) -> list[str]:
    """Return the sources of the charts, each once; a page of many names the first of them."""
    named = dict.fromkeys(one.source for one in page.parts if isinstance(one, ShownChart) and one.source)
    return list(named)[:SOURCES_MAX_COUNT]


def _parts(page: TakenPage) -> Iterator[Part]:
    for one in page.parts:
        if isinstance(one, ShownWords):
            yield one.heading, list(one.sentences)
        elif isinstance(one, ShownFigures):
            yield one.heading, [_figure(each) for each in one.figures]
        elif isinstance(one, ShownTable):
            yield one.heading, _table(one)
        else:
            yield one.heading, figure_of(one.title, one.subtitle, one.source, one.height_px, one.figure)


def _figure(one: ShownFigure) -> PageFigure:
    return PageFigure(one.label, one.value, one.note, Spark(one.spark) if one.spark else None)


def _table(one: ShownTable) -> PageTable:
    width = len(one.heads)
    rows = [[Spark(cell.spark) if isinstance(cell, ShownCourse) else cell for cell in row][:width] for row in one.rows]
    return PageTable(list(one.heads), [row + [""] * (width - len(row)) for row in rows], one.note)
