"""How can a reader point at a price, on any screen, and learn where it comes from?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from components.grid import column
from components.ids import PriceSource
from components.pills import tag

TONES = {"ok": "ok", "filled": "info", "missing": "warn", "suspect": "warn", "corrected": "info", "stale": "warn"}
WORDS = {
    "ok": "OK",
    "filled": "Filled",
    "missing": "Missing",
    "suspect": "Suspect",
    "corrected": "Corrected",
    "stale": "Stale",
}


def price_source(text: str, symbol: str, session: str | None = None, *, field: str = "close") -> html.Button:
    """Show a price that can be pointed at: hovering, focusing or touching it opens the note about its origin.

    Parameters
    ----------
    text : str
        The formatted price.
    symbol : str
    session : str or None
        Local day of the price as ISO text; the last stored one when None.
    field : str
        Which figure of the bar it is.

    """
    given = {"data-price-symbol": symbol, "data-price-session": session or "", "data-price-field": field}
    return html.Button(
        text,
        type="button",
        className="price-source num",
        **given,
        **{"aria-haspopup": "dialog", "aria-label": f"{text}, {symbol}: where does this price come from?"},
    )


def price_column(
    field: str, header: str, *, symbol: str = "symbol", session: str | None = None, **properties: Any
) -> dict[str, Any]:
    """Describe a column of prices that can be pointed at; Enter opens the note of the focused cell.

    Parameters
    ----------
    field, header : str
        Key in the row, words in the header.
    symbol : str
        Key of the row's symbol.
    session : str or None
        Key of the price's day; the last stored one counts where the row has none.
    **properties
        As for `components.grid.column`.

    """
    return column(
        field,
        header,
        format="price",
        renderer="qpoPrice",
        cellRendererParams={"symbolField": symbol, "sessionField": session or ""},
        **properties,
    )


def price_note() -> html.Div:
    """Make the note itself, empty and hidden; the shell holds one for all pages."""
    return html.Div(
        [
            dcc.Store(id=PriceSource.ASKED),
            html.Div(
                [
                    html.P(id=PriceSource.LIVE, className="price-note-live", hidden=True),
                    html.Div(id=PriceSource.BODY, className="price-note-body"),
                ],
                id=PriceSource.NOTE,
                className="price-note",
                role="dialog",
                tabIndex=-1,
                hidden=True,
                **{"aria-label": "Where this price comes from"},
            ),
        ]
    )


def price_words(
    *,
    symbol: str,
    name: str,
    value: str,
    day: str,
    flag: str,
    sentences: Sequence[str],
    facts: Sequence[tuple[str, str]],
    href: str,
) -> list[Any]:
    """Return what the note says of one price.

    Parameters
    ----------
    symbol, name, value, day : str
        Whose price, the formatted price with its currency, the day in words.
    flag : str
        One of the keys of `WORDS`.
    sentences : sequence of str
        Where it comes from and what was done to it, the most important first.
    facts : sequence of (name, text)
        Source, times, hash.
    href : str
        Where all of it stands.

    """
    rows = [part for label, text in facts for part in (html.Dt(label), html.Dd(text))]
    return [
        html.Div(
            [html.Strong(value, className="num"), tag(WORDS.get(flag, flag), TONES.get(flag, ""))],
            className="price-note-head",
        ),
        html.P(f"{symbol}, {name}, {day}", className="price-note-of"),
        *[html.P(one) for one in sentences],
        html.Dl(rows, className="price-note-facts"),
        dcc.Link(f"Look at {symbol} in the market", href=href, className="price-note-link"),
    ]


def href_of(symbol: str) -> str:
    """Return the address of an asset in the market explorer."""
    return f"/market/{quote(symbol, safe='')}"
