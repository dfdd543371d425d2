"""What do all charts share: a title that states the finding, a subtitle that says what is measured, and a source?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

import plotly.graph_objects as go

from engine.kernel.canonical import sha256_of
from services import formatting
from services.charts.look import Look
from services.charts.template import template

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
HASH_SHOWN: Final = "hash of what is shown"
HASH_LENGTH: Final = 16
_HASHED = re.compile(r"\b(request|hash) [0-9a-f]{8}|hash of what is shown")
_MARKUP = re.compile(r"&(?=#?\w{1,32};)|<(?=[^<>]*>)")


def frame(
    figure: go.Figure,
    *,
    name: str,
    title: str,
    subtitle: str,
    source: str,
    look: Look,
    height_px: int,
    mark: str = "",
    table: Table | None = None,
    choices: Mapping[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """Give a figure its title, its words for screen readers and table twin (``layout.meta``), template and size.

    Parameters
    ----------
    name : str
        Short name of the chart, used for file names.
    title, subtitle, source : str
        The finding; measure, unit and as-of day; where the data comes from.
    height_px : int
        Height that suits the content.
    look : Look
        Theme, number format and colors.
    mark : str
        The sentence on invented figures, which comes before the source; the subtitle gets its short form.
    table : (columns, rows) or None
        The same numbers as text.
    choices : mapping or None
        From `by_label`, `by_days`, `by_range` or `by_point`: what a press on the chart, or Enter, chooses
        (assets/choose.js).
    **layout
        Further layout properties.
    """
    subtitle = joined(subtitle, mark_words(mark))
    source = source if mark in source else joined(mark, source)
    meta: dict[str, Any] = {
        "name": name,
        "title": title,
        "subtitle": subtitle,
        "source": source,
        "height_px": height_px,
        "screen_top_px": layout.pop("screen_top_px", 12),
    }
    if table is not None:
        meta["table"] = [list(table[0]), [list(row) for row in table[1]]]
    if choices:
        meta["choices"] = dict(choices)
    for trace in figure.data:
        if trace.name:
            trace.name = plain(trace.name)
    annotations = [*layout.pop("annotations", []), *_source(source)]
    figure.update_layout(
        template=template(look.theme),
        separators=look.separators,
        title={"text": plain(title), "subtitle": {"text": plain(subtitle)}},
        meta=meta,
        height=height_px,
        annotations=annotations,
        uirevision=name,
        **layout,
    )
    return figure


def plain(text: str) -> str:
    """Return a text that somebody may have written so that Plotly draws it as it stands, and not as markup."""
    return _MARKUP.sub(lambda found: "&amp;" if found[0] == "&" else "&lt;", text)


def by_label(axis: Literal["x", "y"], keys: Mapping[str, str]) -> dict[str, Any]:
    """Say which key a bar or a dot chooses, by its label on an axis; bars without a key choose nothing."""
    return {"axis": axis, "keys": dict(keys)}


def by_days(spans: Iterable[tuple[date, date, str]]) -> dict[str, Any]:
    """Say which stretch of days a press on a chart over time chooses: from one close to another, and what it is."""
    return {"axis": "x", "spans": [[start.isoformat(), end.isoformat(), words] for start, end, words in spans]}


def by_range(ranges: Iterable[tuple[float, float, str, str]]) -> dict[str, Any]:
    """Say which key a bar chooses that counts the values from one edge to another: low, high, key, and how it reads."""
    return {"axis": "x", "ranges": [list(one) for one in ranges]}


def by_point() -> dict[str, Any]:
    """Say that a press on a point chooses ``point:<place>``: custom data are that place, and how the point reads."""
    return {"axis": "x", "points": True}


def _source(source: str) -> list[dict[str, Any]]:
    if not source:
        return []
    return [
        {
            "name": "source",
            "text": plain(source),
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": 0,
            "xanchor": "left",
            "yanchor": "top",
            "yshift": -44,
            "showarrow": False,
            "font": {"size": 10},
        }
    ]


def with_footer(figure: go.Figure, words: str) -> go.Figure:
    """Add to a figure for a file what it belongs to, before its source: portfolio, run, hash of the request."""
    return _with_source(figure, joined(words, str((figure.layout.meta or {}).get("source") or "")))


def hashed(figure: Any) -> Any:
    """Return a figure for a file with the hash of what it shows behind its source.

    One that names its request's hash stays, and so does one taken from a screen, whose foot is complete.
    """
    if not isinstance(figure, go.Figure):
        return figure
    source = str((figure.layout.meta or {}).get("source") or "")
    if _HASHED.search(source):
        return figure
    shown = sha256_of(json.loads(figure.to_json())["data"])
    return _with_source(figure, joined(source, f"{HASH_SHOWN} {shown[:HASH_LENGTH]}"))


def _with_source(figure: go.Figure, source: str) -> go.Figure:
    figure.layout.annotations = [note for note in figure.layout.annotations if note.name != "source"]
    for note in _source(source):
        figure.add_annotation(note)
    figure.layout.meta = {**(figure.layout.meta or {}), "source": source}
    return figure


def day_of(value: object) -> date | None:
    """Read an ISO day or a date; None where there is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def as_of_words(value: object) -> str:
    """Say until when prices are known, or nothing where that is not known."""
    day = day_of(value)
    return f"prices to {formatting.day_short(day)}" if day else ""


def mark_words(mark: str) -> str:
    """Return the short mark of a chart with invented figures, whose source line names them; nothing without any."""
    return "contains sample, fictitious data" if mark else ""


def joined(*parts: str) -> str:
    """Join the parts of a subtitle that are there."""
    return " · ".join(part for part in parts if part)


def empty(name: str, sentence: str, look: Look, height_px: int = 320) -> go.Figure:
    """Draw no axes but the reason why there is nothing to draw."""
    figure = go.Figure()
    note = {"text": sentence, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "showarrow": False}
    return frame(
        figure,
        name=name,
        title=sentence,
        subtitle="",
        source="",
        look=look,
        height_px=height_px,
        annotations=[note],
        xaxis={"visible": False},
        yaxis={"visible": False},
    )
