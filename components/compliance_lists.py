"""How does the tab of lists stand: the lists, the names on one of them, and forms for what is done with both?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.compliance_listed import listed_card, locates_card
from components.confirm import record_note
from components.drop_zone import drop_zone
from components.empty_state import empty_state
from components.fields import field, fields, select, text_area, text_input
from components.grid import column, grid, grid_in
from components.ids_compliance_lists import ComplianceLists as Ids
from components.ids_compliance_lists import ComplianceNewList as New
from components.skeleton import skeleton

HEIGHT_PX = 320
KINDS: Final = (
    ("restricted", "Restricted: may not be traded"), ("watch", "Watch: trades are looked at"),
    ("exclusion", "Exclusion: may not be bought"), ("blackout", "Blackout: no trades in a window"),
)  # fmt: skip
SHOWS: Final = (
    ("all", "All open lists"), ("restricted", "Restricted"), ("watch", "Watch"), ("exclusion", "Exclusions"),
    ("blackout", "Blackouts"), ("closed", "Closed ones too"),
)  # fmt: skip
SCOPES: Final = (
    ("house", "The whole house"), ("client", "A client"), ("portfolio", "A portfolio"), ("person", "A person"),
)  # fmt: skip
COVERS: Final = (
    ("asset", "This asset"), ("issuer", "All of its issuer"), ("issuer_group", "All of the issuer's group"),
    ("everything", "Everything"),
)  # fmt: skip
ENTRIES_SHOWN: Final = (("standing", "What stood on that day"), ("all", "All there ever were"))
LISTS: Final = (
    column("name", "List", renderer="qpoName", width_px=210, grow=2, narrow_px=150, pinned=True),
    column("kind", "Kind", renderer="qpoState", width_px=128, narrow_px=116),
    column("names_count", "Names", format="count", width_px=84, narrow=False),
)
ENTRIES: Final = (
    column("name", "Name", renderer="qpoName", width_px=190, grow=2, narrow_px=150, pinned=True),
    column("standing", "Stands", renderer="qpoState", width_px=128, narrow_px=116),
    column("from_on", "From", format="date", width_px=112, narrow=False),
    column("until_on", "Until", format="date", width_px=112, narrow=False),
    column("added_by", "Added by", width_px=112, grow=1, narrow=False),
)


def lists_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; lists arrive."""
    return [
        dcc.Store(id=Ids.PICK, data=view.get("list", "")),
        dcc.Store(id=Ids.DONE),
        html.P(id=Ids.SENTENCE, className="compliance-sentence", role="status"),
        columns(_lists(view), _one(), layout="two"),
        columns(listed_card(view), locates_card(), layout="two"),
    ]


def _lists(view: Mapping[str, str]) -> Any:
    table = grid(id=Ids.LISTS, columns=LISTS, rows=[], row_key="id", select="one", height_px=HEIGHT_PX,
                 label="Lists", empty="No list of this kind.")  # fmt: skip
    grid_in(table).rowData = None
    shown = view.get("lists") if view.get("lists") in dict(SHOWS) else "all"
    filters = fields(
        field(select(Ids.KIND, SHOWS, shown), "Show"),
        field(text_input(Ids.ON, view.get("on"), kind="date"), "As it stood on", is_optional=True),
    )
    none = empty_state(
        "No list of this kind",
        "Names on a restricted list may not be traded; every check and every order is held against the lists.",
        glyph="journal-x",
        level=3,
    )
    body = [
        html.Div(filters, className="filters-two"),
        html.Div(table, id=Ids.LISTS_BOX),
        html.Div(none, id=Ids.EMPTY, hidden=True),
        _new(),
    ]
    return card(html.Div(body, className="stack"), title="Lists", note="A press shows the names on a list")


def _new() -> Any:
    body = [
        html.Div(id=New.PROBLEMS),
        fields(
            field(text_input(New.NAME, maxLength=120), "Name"),
            field(select(New.KIND, KINDS, "restricted"), "Kind"),
            field(select(New.SCOPE, SCOPES, "house"), "For"),
            html.Div(field(select(New.WHO, (), None), "Whom"), id=New.WHO_BOX, hidden=True),
        ),
        field(text_input(New.NOTE, maxLength=2000), "Note", is_optional=True),
        html.Div(button("Make the list", New.MAKE, n_clicks=0), className="btn-row"),
    ]
    parts = html.Details([html.Summary("Make a new list"), html.Div(body, className="stack")], className="more")
    return html.Div(parts, id=New.CARD, hidden=True)


def _one() -> Any:
    table = grid(id=Ids.ENTRIES, columns=ENTRIES, rows=[], row_key="id", select="one", height_px=HEIGHT_PX,
                 label="Names on the list", empty="No name stands on it.")  # fmt: skip
    grid_in(table).rowData = None
    entries = [field(select(Ids.SHOWN, ENTRIES_SHOWN, "standing"), "Names"), table]
    body = [
        html.H3(id=Ids.TITLE),
        html.Div(skeleton(height_px=60), id=Ids.DETAIL, **{"aria-live": "polite"}),
        html.Div(entries, id=Ids.ENTRIES_BOX, className="stack", hidden=True),
        html.Div(id=Ids.ENTRY, **{"aria-live": "polite"}),
        _form(),
    ]
    return card(html.Div(body, className="stack"), title="The names", note="A press on a name shows who put it there")


def _form() -> Any:
    file = [
        drop_zone(Ids.FILE, "Drop a file here", "CSV or Excel: symbol or ISIN, and where wanted from, until, reason"),
        html.Div(id=Ids.FILE_SAID, role="status"),
    ]
    return html.Div(
        [
            html.H3("What is done"),
            html.P(id=Ids.FORM_SAID),
            html.Div(id=Ids.PROBLEMS),
            field(select(Ids.DEED, (), None), "Action"),
            fields(
                html.Div(field(select(Ids.COVERS, COVERS, "asset"), "Covers"), id=Ids.COVERS_BOX, hidden=True),
                html.Div(
                    field(text_input(Ids.SYMBOL, maxLength=40), "Symbol", help_text="Of the asset, or of one of many"),
                    id=Ids.SYMBOL_BOX,
                    hidden=True,
                ),
                html.Div(
                    field(text_input(Ids.FROM, kind="date"), "From", help_text="Today where left out"),
                    id=Ids.FROM_BOX,
                    hidden=True,
                ),
                html.Div(
                    field(text_input(Ids.UNTIL, kind="date"), "Last day", help_text="Without end where left out"),
                    id=Ids.UNTIL_BOX,
                    hidden=True,
                ),
            ),
            html.Div(file, id=Ids.FILE_BOX, className="stack", hidden=True),
            field(text_area(Ids.TEXT, rows=2, maxLength=2000), "Reason"),
            record_note(),
            html.Div(button("Do it", Ids.DO, kind="primary", n_clicks=0), className="btn-row"),
        ],
        id=Ids.FORM,
        className="stack",
        hidden=True,
    )
