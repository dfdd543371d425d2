"""How do gaps in the data, a file that is looked at, and imported files read?"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from callbacks.present_import_problems import problem_table
from components.button import button
from components.card import card
from components.empty_state import empty_state
from components.icon import icon
from components.ids import Imports
from components.pills import tag
from components.table import facts, table
from components.toast import banner
from services import formatting
from services.errors import InvalidRequest
from services.formatting import Style
from services.imports_views import label_of
from services.messages.imports import FigureCounts, ImportCheck, ImportDoor, ImportState, ImportView
from services.messages.market import DataGap
from services.number_style import in_style

NEW_SHOWN_COUNT = 20
MIB = 1024 * 1024


def file_of(chosen: Mapping[str, Any] | None) -> tuple[bytes, str] | None:
    """Return bytes and name of the chosen file; None where none is chosen.

    Raises
    ------
    InvalidRequest
        The browser did not hand the file over, because it is too large or not what it should be.

    """
    if not chosen:
        return None
    name, content = str(chosen.get("name") or "unnamed"), chosen.get("content")
    if content is None:
        size, limit = float(chosen.get("size") or 0) / MIB, float(chosen.get("limit") or 0) / MIB
        raise InvalidRequest(
            f"“{name}” has {size:.1f} MiB, more than the {limit:.0f} MiB allowed.", "Split it into several files."
        )
    try:
        return base64.b64decode(str(content).partition(",")[2], validate=True), name
    except (binascii.Error, ValueError):
        raise InvalidRequest(f"“{name}” did not arrive whole.", "Choose it again.") from None


def gaps(found: Sequence[DataGap], style: Style, *, may_import: bool) -> Any:
    """Return what the data lack, each with the way to bring it; nothing where nothing lacks."""
    if not found:
        return None
    note = "What needs these figures is left out, and nothing is made up. "
    if may_import:
        note += "Import your own, or load the sample pack, whose figures are fictitious, to try the rest."
    else:
        note += "Administrators, portfolio managers and researchers can import them."
    lines = html.Ul([_gap(one, style, may_import=may_import) for one in found], className="gaps")
    return card(lines, title="What the data lack", note=note)


def _gap(one: DataGap, style: Style, *, may_import: bool) -> Any:
    """Return one thing that lacks, with the way to the form."""
    words = html.Div([html.Strong(one.title), html.Span(in_style(one.sentence, style))], className="gap-words")
    if not (may_import and one.can_import):
        return html.Li(words, className="gap")
    label = f"Import {one.kind}"
    link = html.A(
        [icon("upload"), " Import"],
        href=f"#{Imports.PLACE}",
        className="btn-q btn-q-secondary btn-q-small",
        **{"aria-label": label},
    )
    return html.Li([words, link], className="gap")


def check(found: ImportCheck, style: Style) -> Any:
    """Return what a file would bring, or everything that is wrong with it."""
    if found.already is not None:
        parts = [banner("Already imported", in_style(found.sentence, style), tone="info")]
    elif found.problems_count:
        parts = [
            banner(f"“{found.file_name}” cannot be imported yet", in_style(found.sentence, style), tone="bad"),
            problem_table(found.problems, found.problems_count, style),
        ]
    else:
        parts = [banner(f"“{found.file_name}” can be imported", in_style(found.sentence, style), tone="ok")]
    if not found.problems_count:
        parts.append(_summary(found, style))
    if found.changes and found.can_import:
        lines = html.Ul([html.Li(in_style(one, style)) for one in found.changes], className="import-notes")
        parts.append(banner("What changes", lines, tone="warn"))
    if found.notes:
        lines = html.Ul([html.Li(in_style(one, style)) for one in found.notes], className="import-notes")
        parts.append(banner("To look at", lines, tone="info"))
    return html.Div(parts, className="stack import-check")


def _summary(found: ImportCheck, style: Style) -> Any:
    """Return the file in figures."""
    known = [("File", found.kind), ("Rows", formatting.number(found.rows_count, 0, style=style))]
    if found.symbols_count:
        known.append(("Symbols", formatting.number(found.symbols_count, 0, style=style)))
    if found.first_day is not None:
        known.append(("Days", f"{formatting.day(found.first_day)} to {formatting.day(found.last_day)}"))
    known += [(_capital(label_of(one.kind)), _counts(one, style)) for one in found.counts]
    if found.new_symbols:
        shown = [f"{one.symbol} ({one.name}, {one.asset_class}, {one.currency})" for one in found.new_symbols]
        left_out = len(shown) - NEW_SHOWN_COUNT
        more = f" and {formatting.number(left_out, 0, style=style)} more" if left_out > 0 else ""
        known.append(("New symbols", ", ".join(shown[:NEW_SHOWN_COUNT]) + more))
    return facts(known)


def _counts(one: FigureCounts, style: Style) -> str:
    named = ((one.new_count, "new"), (one.changed_count, "change what is stored"), (one.same_count, "as stored"))
    return ", ".join(f"{formatting.number(count, 0, style=style)} {words}" for count, words in named if count)


def imported(found: Sequence[ImportView], style: Style, *, may_import: bool) -> Any:
    """Return what was imported, the latest first, each with its undo."""
    if not found:
        return empty_state(
            "Nothing has been imported yet",
            "What you import shows here, with the person and the time, and can be taken back.",
            glyph="file-earmark-arrow-up",
            level=3,
        )
    rows = [
        [
            [
                html.Strong(one.file_name),
                html.Div(f"SHA-256 {one.sha256[:12]}…", className="card-note", title=one.sha256),
            ],
            [html.Div(in_style(one.sentence, style)), html.Div(_capital(one.content), className="card-note")],
            [html.Div(_who(one)), html.Div(formatting.moment(one.imported_at_utc), className="card-note")],
            _state(one, may_import=may_import),
        ]
        for one in found
    ]
    columns = (("File", False), ("What it brought", False), ("By", False), ("", True))
    return table(columns, rows, caption="Imported files")


def _who(one: ImportView) -> str:
    """Return who brought a file, and through which door where it was not by hand."""
    is_said = one.by.casefold() == one.door.value
    return one.by if is_said or one.door is ImportDoor.UPLOAD else f"{one.by}, {one.door.value}"


def _state(one: ImportView, *, may_import: bool) -> Any:
    if one.state is ImportState.UNDONE:
        when = formatting.moment(one.undone_at_utc)
        return [tag("Undone"), html.Div(f"{one.undone_by}, {when}", className="card-note")]
    if not may_import:
        return tag("Imported", "ok")
    return button("Undo", Imports.undo(one.id), kind="quiet", small=True, glyph="arrow-counterclockwise", n_clicks=0)


def undo_words(one: ImportView, style: Style) -> str:
    """Return what undoing an import does."""
    return in_style(
        f"“{one.file_name}”: {one.sentence} Its figures are removed, and what was stored before counts again. "
        "The entry stays in the list as undone.",
        style,
    )


def limit_words(max_bytes: int, max_rows: int, style: Style) -> str:
    """Return how large a file may be."""
    size = f"{formatting.number(max_bytes / MIB, 0, style=style)} MiB"
    rows = formatting.count(max_rows, "row", style=style)
    return f"Up to {size} and {rows}. A file is checked first; nothing is written before you say so."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
