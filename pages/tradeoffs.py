"""Which portfolios are best in several objectives at once, and which of them suits the client?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import link_button
from components.ids import Tradeoffs
from components.page_header import page_header
from components.ticks import TRADEOFFS_MS
from components.tradeoffs_form import form_card, save_dialog, target_dialog
from components.tradeoffs_result import result_parts
from components.tradeoffs_view import view_of
from pages._frame import frame

dash.register_page(
    __name__, path="/tradeoffs", title="Trade-offs · Quantum Portfolio Optimizer", name="Trade-offs", order=3
)

LOOKED_MAX_LENGTH = 200


def layout(run: str | None = None, template: str | None = None, **more: Any) -> html.Div:
    """Draw the outline; `run` shows a run, `from` starts from an optimization, `template` from a template.

    Of a run the address also names the `point` that is looked at, or the `weights` that choose it, the `axes`, and the
    `client` where it is not the portfolio's own, and the `view` of the surface as turn and tilt.
    """
    names = ("point", "weights", "axes", "client") if run else ()
    looked = {name: str(more[name])[:LOOKED_MAX_LENGTH] for name in names if name in more}
    asked = {"run": run, "template": template, "from": more.get("from"), **looked}
    return frame(
        Tradeoffs.PROBLEM,
        Tradeoffs.MAIN,
        dcc.Store(id=Tradeoffs.ASKED, data=asked),
        dcc.Store(id=Tradeoffs.RUN, data=run),
        dcc.Store(id=Tradeoffs.BASE),
        dcc.Store(id=Tradeoffs.OWN_CLIENT),
        dcc.Store(id=Tradeoffs.STATE),
        dcc.Store(id=Tradeoffs.NEWS),
        dcc.Store(id=Tradeoffs.PICK),
        dcc.Store(id=Tradeoffs.DRAWN),
        dcc.Interval(id=Tradeoffs.TICK, interval=TRADEOFFS_MS, disabled=True),
        page_header(
            "Trade-offs",
            lead="Portfolios that no other one beats in every objective, and the one among them that you choose.",
            actions=link_button("Templates", "/templates", glyph="bookmarks"),
        ),
        html.Div([form_card(), *result_parts(view_of(more.get("view")))], className="stack"),
        save_dialog(),
        target_dialog(),
    )
