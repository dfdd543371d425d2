"""How does the product compare with published portfolio instances?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.drop_zone import drop_zone
from components.fields import field, fields, number_input, select
from components.ids import Academic
from components.page_header import page_header
from components.table import more, table
from components.ticks import ACADEMIC_MS
from pages._frame import frame, waiting

dash.register_page(
    __name__, path="/academic", title="Academic benchmarks · Quantum Portfolio Optimizer", name="Academic", order=9
)

LINES = (
    ("Instance, first line", "15", "the number of assets"),
    ("Instance, next lines", "0.002115 0.030602", "mean and standard deviation of each asset over one period"),
    ("Instance, further lines", "1 2 0.403116", "two assets by their places, and their correlation"),
    ("Published frontier", "0.0046580000 0.0009019811", "mean and variance of one efficient portfolio"),
)
EFFORTS = (("quick", "Quick"), ("standard", "Standard"), ("full", "Full"))


def layout(run: str = "", **_: Any) -> html.Div:
    """Draw the outline; what the person may do and what was found arrives from the server."""
    stop = button("Cancel", Academic.STOP, glyph="x-lg", small=True, n_clicks=0, hidden=True)
    work = card(
        stack(html.Div(id=Academic.PROGRESS), html.Div(stop, className="btn-row")), title="The benchmark is running"
    )
    return frame(
        Academic.PROBLEM,
        Academic.MAIN,
        dcc.Store(id=Academic.RUN, data=run[:64] or None),
        dcc.Store(id=Academic.SHOWN),
        dcc.Store(id=Academic.DRAWN),
        dcc.Store(id=Academic.NEWS),
        dcc.Store(id=Academic.EXPORTED),
        dcc.Store(id=Academic.LIMITS),
        dcc.Interval(id=Academic.TICK, interval=ACADEMIC_MS, disabled=True),
        page_header(
            "Academic benchmarks",
            lead="Published portfolio instances: the exact frontier, few holdings with proven gaps, and evolutionary "
            "algorithms beside them.",
        ),
        html.Div(work, id=Academic.WORK, hidden=True),
        html.Div(waiting(120), id=Academic.RESULT, className="stack academic-result"),
        _form(),
        card(waiting(60), title="Your benchmarks", flush=True, body_id=Academic.EARLIER),
    )


def _form() -> Any:
    links = [
        html.Span("Examples with invented figures:"),
        html.A("Instance", href="/download/academic/example-instance.txt", download="example-instance.txt"),
        html.A("Frontier", href="/download/academic/example-reference.txt", download="example-frontier.txt"),
    ]
    form = html.Div(
        [
            columns(
                _drop(
                    Academic.INSTANCE_UPLOAD, Academic.INSTANCE_FILE, Academic.INSTANCE_CHECK, "Instance", "port1.txt"
                ),
                _drop(
                    Academic.REFERENCE_UPLOAD,
                    Academic.REFERENCE_FILE,
                    Academic.REFERENCE_CHECK,
                    "Published frontier (optional)",
                    "portef1.txt",
                ),
            ),
            html.P(links, className="import-links"),
            more("How the files look", _format()),
            more("Holdings and effort", _options()),
            html.Div(id=Academic.ERRORS),
            html.Div(
                button(
                    "Run the benchmark", Academic.START, kind="primary", glyph="play-fill", n_clicks=0, disabled=True
                ),
                className="btn-row",
            ),
        ],
        id=Academic.FORM,
        className="stack import-form",
        hidden=True,
    )
    refused = html.P(
        "Advisors, portfolio managers and researchers run benchmarks.",
        id=Academic.REFUSED,
        className="muted",
        hidden=True,
    )
    return card(
        [form, refused],
        title="New benchmark",
        note="Bring the files of an instance, for example of the OR-Library. They stay with the run, seen by you and "
        "by those who may see every run, such as compliance.",
    )


def _drop(upload_id: str, file_id: str, check_id: str, title: str, like: str) -> html.Div:
    zone = drop_zone(
        upload_id,
        title,
        f"Plain text, such as {like}",
        label=f"Choose a file: {title}",
        class_name="academic-drop",
    )
    return html.Div(
        [dcc.Store(id=file_id), zone, html.Div(id=check_id, className="academic-check", role="status")],
        className="stack",
    )


def _format() -> Any:
    rows = [[where, html.Code(example), words] for where, example, words in LINES]
    words = (
        "Numbers stand side by side with blanks between them, fractions with a decimal point; blank lines are skipped. "
        "Every pair of assets needs a correlation. An instance may have up to 300 assets."
    )
    return html.Div(
        [
            table((("Line", False), ("Example", False), ("What it says", False)), rows, caption="Lines of the files"),
            html.P(words, className="muted"),
        ],
        className="stack",
    )


def _options() -> Any:
    return fields(
        field(number_input(Academic.HOLDINGS, "10"), "Holdings", help_text="Exactly so many assets are held."),
        field(number_input(Academic.LEAST, "1", unit="%"), "Least weight of a held asset"),
        field(number_input(Academic.MOST, "100", unit="%"), "Most weight of a held asset"),
        field(number_input(Academic.TRADEOFFS, "51"), "Trade-offs", help_text="From the mean alone to the risk alone."),
        field(
            select(Academic.EFFORT, EFFORTS, "standard"),
            "Proof effort",
            help_text="How long the search may prove at each trade-off.",
        ),
        field(
            number_input(Academic.EVALUATIONS, "20000"),
            "Evaluations",
            help_text="Portfolios that NSGA-II and NSGA-III may each evaluate.",
        ),
        field(number_input(Academic.SEED, "7"), "Seed", help_text="The same seed gives the same benchmark."),
    )
