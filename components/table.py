"""How does a table of few rows look, and how does a list of facts?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.take import exact_attributes, takeable

Column = tuple[str, bool]
"""Words of the header; whether the column holds numbers."""


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    *,
    caption: str,
    foot: Sequence[Any] | None = None,
    id: Any = None,
) -> html.Div:
    """Show up to some dozen rows; more belong into a grid.

    Parameters
    ----------
    columns : sequence of (header, is_number)
        Numbers stand at the right with figures of equal width; units belong into the header.
    rows : sequence of sequences
        Formatted text or components; the first cell names the row. Texts of `services.formatting` bring their values
        along, so that the table leaves as a file with all digits.
    caption : str
        What the table shows, for screen readers.
    foot : sequence or None
        Totals.
    """
    names = ["num" if is_number else "" for _, is_number in columns]
    head = html.Thead(
        html.Tr([html.Th(text, scope="col", className=name) for (text, _), name in zip(columns, names, strict=True)])
    )
    body = html.Tbody(
        [
            html.Tr(
                [
                    html.Th(cell, scope="row", **exact_attributes(cell))
                    if n == 0
                    else html.Td(cell, className=names[n], **exact_attributes(cell))
                    for n, cell in enumerate(row)
                ]
            )
            for row in rows
        ]
    )
    parts: list[Any] = [html.Caption(caption, className="visually-hidden"), head, body]
    if foot is not None:
        cells = [html.Td(cell, className=names[n], **exact_attributes(cell)) for n, cell in enumerate(foot)]
        parts.append(html.Tfoot(html.Tr(cells)))
    given: dict[str, Any] = {"id": id} if id is not None else {}
    return takeable(html.Div(html.Table(parts, className="table-q"), className="table-scroll"), **given)


def facts(pairs: Sequence[tuple[str, Any]]) -> html.Dl:
    """List facts: name at the left, value at the right."""
    return html.Dl([part for name, value in pairs for part in (html.Dt(name), html.Dd(value))], className="facts")


def more(summary: str, body: Any) -> html.Details:
    """Keep expert terms behind a click."""
    return html.Details([html.Summary(summary), html.Div(body)], className="more")
