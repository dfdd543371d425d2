"""How does a figure get onto the screen, with a sentence as title and its numbers as a table on request?"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.ids import chart_plot, chart_table, chart_table_toggle
from components.take import exact_attributes, take_chart_button, takeable

GRAPH_CONFIG: Final[dict[str, Any]] = {
    "displaylogo": False,
    "displayModeBar": False,
    "modeBarButtonsToRemove": ["sendChartToCloud", "sendDataToCloud", "lasso2d", "select2d", "autoScale2d"],
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": "reset",
    "showTips": False,
}
"""The configuration of every graph. The first two removed buttons would upload the
data to a cloud; a test refuses any graph without them."""


def as_dict(figure: Any) -> dict[str, Any]:
    """Turn a Plotly figure, or its dict, into a dict of our own that may be changed."""
    plain = figure.to_plotly_json() if hasattr(figure, "to_plotly_json") else figure
    return copy.deepcopy(dict(plain)) if plain else {}


def meta_of(figure: Any) -> Mapping[str, Any]:
    """Return what a figure says about itself."""
    plain = figure.to_plotly_json() if hasattr(figure, "to_plotly_json") else figure or {}
    return (plain.get("layout") or {}).get("meta") or {}


def for_screen(figure: Any) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """Take title and source out of a figure, because the page shows them as text that wraps.

    Returns
    -------
    (figure, meta)
        The figure without its title and with the top margin closed; ``meta`` holds ``title``, ``subtitle``, ``source``.
    """
    plain = as_dict(figure)
    layout = plain.get("layout") or {}
    meta = layout.get("meta") or {}
    if meta.get("title"):
        layout.pop("title", None)
        margin = dict(layout.get("margin") or {})
        margin["t"] = meta.get("screen_top_px", 12)
        margin["b"] = meta.get("screen_bottom_px", margin.get("b", 44))
        layout["margin"] = margin
        layout["annotations"] = [a for a in layout.get("annotations") or [] if a.get("name") != "source"]
        layout.pop("height", None)
        plain["layout"] = layout
    return plain, meta


def graph(figure: Any, *, id: Any, label: str, height_px: int = 320, **properties: Any) -> dcc.Graph:
    """Make a bare graph with the shared configuration; the height is fixed so that nothing jumps when it arrives."""
    config = GRAPH_CONFIG | properties.pop("config", {})
    return dcc.Graph(
        id=id,
        figure=as_dict(figure),
        config=config,
        className="graph graph-extra-labels" if meta_of(figure).get("extra_labels") else "graph",
        style={"height": f"{height_px}px"},
        **properties,
    )


def chart(
    figure: Any,
    *,
    id: str,
    height_px: int | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    table: tuple[Sequence[str], Sequence[Sequence[Any]]] | None = None,
    actions: Sequence[Any] = (),
    level: int = 3,
) -> html.Figure:
    """Show a figure with its finding as heading, what is measured below it, and the same numbers as a table on request.

    Parameters
    ----------
    figure : plotly Figure or dict
        From ``services.charts``; its ``layout.meta`` carries title, subtitle, source and the rows of the table twin.
    id : str
        Id of the ``dcc.Graph``; the table twin's parts derive from it.
    height_px : int or None
        Height of the plot; that which the figure asks for, less its title, when None.
    title, subtitle : str or None
        Override those of the figure.
    table : (columns, rows) or None
        Overrides the table twin of the figure.
    actions : sequence of components
        Buttons and menus at the right of the heading. Without an export menu among them the chart gets a button that
        takes it along as it stands on the screen.
    level : int
        Level of the heading, 2 to 4.
    """
    plain, meta = for_screen(figure)
    heading = title or meta.get("title") or ""
    below = subtitle or meta.get("subtitle") or ""
    numbers = table or (tuple(meta["table"]) if meta.get("table") else None)
    height = height_px or max(200, int(meta.get("height_px", 400)) - 84)
    tools: list[Any] = list(actions)
    if numbers:
        tools.insert(
            0,
            button(
                "Table",
                chart_table_toggle(id),
                kind="quiet",
                glyph="table",
                small=True,
                label="Show these numbers as a table",
                n_clicks=0,
                **{"data-twin-toggle": "", "aria-pressed": "false"},
            ),
        )
    if not any("menu-export" in str(getattr(one, "className", "")) for one in tools):
        tools.append(take_chart_button())
    words = [getattr(html, f"H{level}")(heading, className="chart-title")] if heading else []
    if below:
        words.append(html.P(below, className="chart-subtitle"))
    drawn = graph(plain, id=id, label=heading, height_px=height)
    room = {"minHeight": f"{height}px"}  # until the library that draws is there
    body: list[Any] = [html.Div(drawn, id=chart_plot(id), className="chart-plot", style=room)]
    if numbers:
        body.append(takeable(html.Div(twin(heading, *numbers), id=chart_table(id), className="chart-table")))
    source = meta.get("source")
    return html.Figure(
        [
            html.Div(
                [html.Div(words, className="chart-words"), html.Div(tools, className="chart-tools")],
                className="chart-head",
            ),
            *body,
            *([html.Figcaption(source, className="chart-source")] if source else []),
        ],
        className="chart",
        role="group",
        **{"aria-label": f"Chart: {heading}" if heading else "Chart", "data-twin": "plot"},
    )


def twin(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> html.Table:
    """Return the numbers of a chart as a table, as its twin shows them."""
    head = html.Thead(
        html.Tr([html.Th(name, scope="col", className="num" if n else "") for n, name in enumerate(columns)])
    )
    body = html.Tbody(
        [
            html.Tr(
                [html.Td(cell, className="num" if n else "", **exact_attributes(cell)) for n, cell in enumerate(row)]
            )
            for row in rows
        ]
    )
    return html.Table([html.Caption(caption, className="visually-hidden"), head, body], className="table-q")
