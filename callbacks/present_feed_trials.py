"""How does a try of a feed's description read: the first rows as they were understood, and everything that is wrong?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from callbacks.wording import told
from components.table import table
from components.toast import banner
from services import formatting
from services.formatting import Style
from services.messages.feed_trials import FeedTrialRow, FeedTrialView
from services.messages.imports import ImportProblem
from services.number_style import in_style

ROWS_SHOWN_COUNT = 5
PROBLEMS_SHOWN_COUNT = 10
FIGURES = (
    ("open", "Open"), ("high", "High"), ("low", "Low"), ("close", "Close"), ("adjusted_close", "Adjusted close"),
    ("volume", "Volume"),
)  # fmt: skip
FACTS = (
    ("market_value_ccy", "Market value"), ("shares_outstanding_count", "Shares"), ("pe_ratio", "P/E"),
    ("pb_ratio", "P/B"), ("dividend_yield_frac", "Dividend yield"), ("average_daily_volume_units", "Average volume"),
    ("esg_score", "ESG score"),
)  # fmt: skip
WHOLE = frozenset({"volume", "market_value_ccy", "shares_outstanding_count", "average_daily_volume_units"})


def shown(view: FeedTrialView, style: Style) -> Any:
    """Return the sentence, the latest rows and every problem."""
    tone: Any = "ok" if view.is_good else "bad" if view.problems_count else "warn"
    title = "The mapping works" if view.is_good else "The mapping does not fit yet"
    parts: list[Any] = [banner(title, in_style(told(view.sentence), style), tone=tone)]
    if view.problems:
        parts.append(_problems(view.problems, view.problems_count, style))
    if view.rows:
        parts.append(_rows(view.rows[-ROWS_SHOWN_COUNT:], view.rows_count, style))
    if view.notes:
        parts.append(html.P(" ".join(in_style(one, style) for one in view.notes), className="muted"))
    if view.address:
        parts.append(html.P(["Asked: ", html.Code(view.address)], className="muted feed-address"))
    return html.Div(parts, className="stack")


def _rows(rows: Sequence[FeedTrialRow], count: int, style: Style) -> Any:
    """Return the latest rows, with the columns that at least one of them has."""
    are_facts = any(row.facts for row in rows)
    names = [
        (name, label)
        for name, label in (FACTS if are_facts else FIGURES)
        if any(_figure(row, name) is not None for row in rows)
    ]
    head = [("Row", False), ("Symbol", False), ("Day", False), *([("Known from", False)] if are_facts else [])]
    head += [("Currency", False), *((label, True) for _, label in names)]
    body = [
        [
            formatting.number(row.number, 0, style=style),
            row.symbol,
            formatting.day_short(row.day),
            *([formatting.day_short(row.known_on)] if are_facts else []),
            row.currency or "–",
            *(_written(name, _figure(row, name), style) for name, _ in names),
        ]
        for row in rows
    ]
    what = "record" if are_facts else "bar"
    said = f"As understood: the latest {len(rows)} of {formatting.count(count, what, style=style)}"
    return html.Div([html.P(said, className="muted"), table(head, body, caption=said)])


def _problems(problems: Sequence[ImportProblem], count: int, style: Style) -> Any:
    items = [
        html.Li(
            [
                html.Strong(f"{_where(one)}: ") if _where(one) else "",
                in_style(told(f"{one.message} {one.advice}".strip()), style),
            ]
        )
        for one in problems[:PROBLEMS_SHOWN_COUNT]
    ]
    left = count - len(items)
    more = [html.Li(f"and {formatting.count(left, 'more problem', style=style)}.")] if left > 0 else []
    return html.Ul([*items, *more], className="feed-problems")


def _where(one: ImportProblem) -> str:
    row = "" if one.line is None else f"Row {one.line}"
    return ", ".join(part for part in (row, one.column or "") if part)


def _figure(row: FeedTrialRow, name: str) -> float | None:
    found: float | None = row.facts.get(name) if row.facts else getattr(row, name, None)
    return found


def _written(name: str, figure: float | None, style: Style) -> str:
    if figure is None:
        return "–"
    if name == "dividend_yield_frac":
        return formatting.percent(figure, style=style)
    return formatting.number(figure, 0 if name in WHOLE else 2, style=style)
