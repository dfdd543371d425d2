"""How is asked for an own blend of benchmarks on the page of performance?"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from components.button import button
from components.confirm import dialog
from components.fields import field, fields, number_input, select, text_input
from components.ids import Performance

PARTS_COUNT: Final = 4
RULES: Final = (
    ("daily", "at every close"),
    ("monthly", "at the last close of each month"),
    ("quarterly", "at the last close of each quarter"),
    ("yearly", "at the last close of each year"),
    ("never", "never: bought once and held"),
)


def blend_buttons() -> html.Div:
    """Offer to make a blend, and to delete the chosen one; hidden from whoever may not."""
    return html.Div(
        [
            button("Own blend", Performance.BLEND_OPEN, small=True, glyph="plus-lg", n_clicks=0),
            button("Delete blend", Performance.BLEND_DELETE, kind="quiet", small=True, n_clicks=0, hidden=True),
        ],
        id=Performance.BLEND_ACTIONS,
        className="btn-row",
        hidden=True,
    )


def blend_dialog() -> html.Div:
    """Ask for a name, up to four parts with their shares, and when the shares are restored."""
    rows: list[Any] = []
    for number in range(PARTS_COUNT):
        is_needed = number < 1
        rows += [
            field(select(Performance.blend_part(number), ()), f"Part {number + 1}", is_optional=not is_needed),
            field(number_input(Performance.blend_share(number), unit="%"), "Share", is_optional=not is_needed),
        ]
    body = [
        html.P("A blend is a benchmark made of others, such as 60% stocks and 40% bonds.", className="muted"),
        field(text_input(Performance.BLEND_NAME, placeholder="60/40", maxlength=120), "Name"),
        html.Div(fields(*rows), className="performance-blend"),
        field(select(Performance.BLEND_RULE, RULES, "monthly"), "Shares are restored"),
        html.Div(id=Performance.BLEND_ERRORS, role="alert"),
    ]
    return dialog(
        Performance.BLEND_DIALOG,
        "New blend",
        body,
        confirm="Create blend",
        confirm_id=Performance.BLEND_SAVE,
        cancel_id=Performance.BLEND_CANCEL,
    )
