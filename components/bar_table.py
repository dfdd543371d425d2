"""How do a handful of amounts read as bars that filter and open, and as a table at once?

Each line is a button: a click filters the page, a second one takes the filter away, Enter or a double click opens what
it stands for. The bars are the table's own cells, so that there is nothing to switch to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dash import html

from components.take import exact_attributes, takeable

Sign = Literal["up", "down", "plain"]


@dataclass(frozen=True)
class Bar:
    """One line.

    Parameters
    ----------
    name, title : str
        What it stands for, in short and in full.
    length_frac : float
        Length of the bar, -1 to 1 of the longest; negative ones go to the left.
    cells : sequence of str
        Formatted figures at the right.
    sign : {"up", "down", "plain"}
        Color of the bar.
    mark_frac : float or None
        Where a mark stands on the same scale, such as the benchmark's.
    filter : (str, str) or None
        Which filter a click sets, and to what.
    href : str or None
        What Enter or a double click opens.
    is_on : bool
        Whether the filter is set to this line.

    """

    name: str
    title: str
    length_frac: float
    cells: Sequence[Any]
    sign: Sign = "plain"
    mark_frac: float | None = None
    filter: tuple[str, str] | None = None
    href: str | None = None
    is_on: bool = False
    note: str | None = field(default=None)


def bar_table(
    bars: Sequence[Bar],
    *,
    heads: Sequence[str],
    caption: str,
    name_head: str,
    bar_head: str,
    is_two_sided: bool = False,
) -> html.Div:
    """Show lines with bars.

    Parameters
    ----------
    bars : sequence of Bar
    heads : sequence of str
        Words above the figures.
    caption : str
        What the table shows, for screen readers.
    name_head, bar_head : str
        Words above names and bars.
    is_two_sided : bool
        Whether bars start in the middle, for gains and losses.

    """
    head = html.Tr(
        [
            html.Th(name_head, scope="col"),
            html.Th(html.Span(bar_head, className="visually-hidden"), scope="col", className="bt-head"),
            *(html.Th(text, scope="col", className="num") for text in heads),
        ]
    )
    body = [_line(one, is_two_sided=is_two_sided) for one in bars]
    inner = html.Table(
        [html.Caption(caption, className="visually-hidden"), html.Thead(head), html.Tbody(body)],
        className="table-q bt-table",
    )
    return takeable(html.Div(inner, className="table-scroll"))


def _line(one: Bar, *, is_two_sided: bool) -> html.Tr:
    numbers = [html.Td(cell, className="num", **exact_attributes(cell)) for cell in one.cells]
    drawn = html.Td(_drawn(one, is_two_sided=is_two_sided), className="bt-cell")
    return html.Tr(
        [html.Th(_name(one), scope="row"), drawn, *numbers], className="is-on" if one.is_on else "", **_handles(one)
    )


def _name(one: Bar) -> Any:
    words: list[Any] = [html.Span(one.name, className="bt-name", title=one.title)]
    if one.note:
        words.append(html.Small(one.note, className="bt-note"))
    if one.filter is None:
        return html.Span(words)
    pressed = {"aria-pressed": "true" if one.is_on else "false"}
    return html.Button(words, type="button", className="bt-button", title=one.title, **pressed, **_handles(one))


def _handles(one: Bar) -> dict[str, str]:
    if one.filter is None:
        return {}
    said = {"data-board-filter": one.filter[0], "data-board-value": one.filter[1]}
    return said | ({"data-board-open": one.href} if one.href else {})


def _drawn(one: Bar, *, is_two_sided: bool) -> html.Span:
    share = max(-1.0, min(1.0, one.length_frac))
    half = 50.0 if is_two_sided else 100.0
    begin = 50.0 + min(share, 0.0) * half if is_two_sided else 0.0
    style = {"left": f"{begin:.2f}%", "width": f"{abs(share) * half:.2f}%"}
    parts: list[Any] = [html.Span(className=f"bt-bar bt-{one.sign}", style=style)]
    if one.mark_frac is not None:
        parts.append(html.Span(className="bt-mark", style={"left": f"{max(0.0, min(1.0, one.mark_frac)) * 100:.2f}%"}))
    sides = "bt-track is-two-sided" if is_two_sided else "bt-track"
    return html.Span(parts, className=sides, **{"aria-hidden": "true"})
