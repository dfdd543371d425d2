"""How do the kept scenarios stand on the page: the list, their versions, the dialogs that keep and change them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, stack
from components.confirm import dialog
from components.empty_state import empty_state
from components.fields import field, fields, select, text_input
from components.ids import Stress
from components.pills import tag
from components.table import table

NONE = ""
PRIVATE = (("private", "Only me"),)
OwnLine = tuple[str, str, str, str, bool]
"""Id, name, what it states, its version and who may use it, and whether it is one's own."""
VersionLine = tuple[int, str, str, str, str]
"""Number, when, by whom, the note, what it states."""


def own_parts() -> Any:
    """Return the list of kept scenarios, with the versions of one of them below."""
    return card(
        [
            dcc.Store(id=Stress.OWN_NEWS),
            dcc.Store(id=Stress.OWN_CHOSEN),
            html.Div(id=Stress.OWN),
            html.Div(_versions_parts(), id=Stress.OWN_DETAIL, className="stress-own-detail", hidden=True),
        ],
        title="Kept scenarios",
        note="Yours, and those that others share with you.",
        flush=True,
    )


def _versions_parts() -> Any:
    compare = html.Div(
        [
            fields(
                field(select(Stress.OWN_FIRST, ()), "Compare"),
                field(select(Stress.OWN_SECOND, ()), "with"),
            ),
            html.Div(id=Stress.OWN_COMPARED),
        ],
        id=Stress.OWN_COMPARE,
        className="stack",
        hidden=True,
    )
    close = button("Close", Stress.OWN_CLOSE, small=True, kind="quiet", glyph="x-lg", n_clicks=0)
    return stack(html.Div(id=Stress.OWN_VERSIONS), compare, html.Div(close, className="btn-row"))


def own_list(rows: Sequence[OwnLine]) -> Any:
    """List kept scenarios; only what is one's own can be changed and deleted."""
    if not rows:
        words = "State a scenario, then choose Keep scenario: it stands in the library from then on."
        return empty_state("No kept scenario yet", words, glyph="bookmark", level=3)
    return html.Ul([_own_line(*row) for row in rows], className="stress-own")


def _own_line(key: str, name: str, what: str, state: str, is_mine: bool) -> html.Li:
    quiet: dict[str, Any] = {"small": True, "kind": "quiet", "n_clicks": 0}
    tools = [
        button("Use", Stress.own_use(key), label=f"Put {name} into the builder", **quiet),
        button("Versions", Stress.own_versions(key), label=f"Versions of {name}", **quiet),
    ]
    if is_mine:
        tools += [
            button("Share", Stress.own_edit(key), label=f"Rename or share {name}", **quiet),
            button("Delete", Stress.own_delete(key), glyph="trash", label=f"Delete {name}", **quiet),
        ]
    words = [
        html.Strong(name),
        html.Span(what, className="stress-card-note"),
        html.Span(state, className="stress-card-note"),
    ]
    return html.Li([html.Div(words), html.Div(tools, className="btn-row")])


def versions_table(name: str, rows: Sequence[VersionLine], present: int, *, may_write: bool) -> Any:
    """Return every version, with a way back for the owner."""
    body = [
        [
            [
                html.Div(
                    [html.Strong(f"Version {number}"), *([" ", tag("In force", "ok")] if number == present else [])]
                ),
                html.Div(what),
                html.Div(f"{when}, {by}", className="stress-card-note"),
                *([html.Div(note, className="stress-card-note")] if note else []),
            ],
            button(
                "Restore",
                Stress.own_restore(number),
                label=f"Put version {number} in force again",
                kind="quiet",
                small=True,
                n_clicks=0,
            )
            if may_write and number != present
            else "",
        ]
        for number, when, by, note, what in rows
    ]
    heads = (("Version", False), ("", True))
    return html.Div([html.H3(name), table(heads, body, caption=f"Versions of {name}")])


def comparison_table(first: int, second: int, rows: Sequence[tuple[str, str, str]]) -> Any:
    """Return in what two versions differ."""
    if not rows:
        return html.P("Both versions state the same.")
    heads = (("What differs", False), (f"Version {first}", True), (f"Version {second}", True))
    return table(heads, [list(row) for row in rows], caption="Differences between two versions")


def own_dialogs() -> list[Any]:
    """Return the dialog that keeps what stands in the builder, and the one that renames and shares."""
    keep = [
        html.Div(id=Stress.KEEP_ERRORS),
        fields(
            field(
                select(Stress.KEEP_AS, [(NONE, "A new scenario")], NONE),
                "Keep as",
                is_wide=True,
                help_text="One of your own gets a new version; the earlier ones stay.",
            ),
            field(text_input(Stress.KEEP_NAME, maxlength=200), "Name", is_wide=True),
            field(select(Stress.KEEP_SHARING, PRIVATE, "private"), "Who may use it", help_text="You alone change it."),
            field(text_input(Stress.KEEP_NOTE, maxlength=300), "What this version is about", is_optional=True),
        ),
    ]
    edit = [
        dcc.Store(id=Stress.EDITED),
        html.Div(id=Stress.EDIT_ERRORS),
        fields(
            field(text_input(Stress.EDIT_NAME, maxlength=200), "Name", is_wide=True),
            field(select(Stress.EDIT_SHARING, PRIVATE, "private"), "Who may use it", help_text="You alone change it."),
            field(text_input(Stress.EDIT_ABOUT, maxlength=300), "What it is about", is_optional=True),
        ),
    ]
    return [
        dialog(
            Stress.KEEP_DIALOG,
            "Keep this scenario",
            html.Div(keep),
            confirm="Keep scenario",
            confirm_id=Stress.KEEP_CONFIRM,
            cancel_id=Stress.KEEP_CANCEL,
            wide=True,
        ),
        dialog(
            Stress.EDIT_DIALOG,
            "Name and sharing",
            html.Div(edit),
            confirm="Save",
            confirm_id=Stress.EDIT_SAVE,
            cancel_id=Stress.EDIT_CANCEL,
            wide=True,
        ),
    ]
