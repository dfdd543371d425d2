"""How do a report on risk, its limits and its state become words and parts of the page?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import dcc, html

from callbacks.present_empty import EMPTY_CODES, nothing_to_measure
from callbacks.wording import told
from components.choose import chooser
from components.empty_state import empty_state
from components.error_state import error_state
from components.kpi_card import kpi_card, kpi_strip
from components.risk_limits import LimitCard
from components.table import table
from components.traffic_light import State, traffic_light
from services import exports_risk_tables as tables
from services import formatting
from services.charts.risk_factors import factors_of
from services.errors import NotFound, ServiceError
from services.exports_page import PageTable
from services.formatting import Style
from services.messages.risk import BacktestRow, RiskAnswer, RiskBacktests, RiskLimitView, RiskReport

ROWS_MAX_COUNT = 25
TOGETHER = "Together"
LEAST_USE_FRAC = 0.005
ZONE_LIGHTS: dict[str, State] = {"green": "ok", "yellow": "amber", "red": "red"}
LIGHTS: dict[str, State] = {"green": "ok", "amber": "amber", "red": "red", "grey": "none"}


def figures(report: RiskReport, style: Style) -> Any:
    """Show the key figures."""
    cards = [kpi_card(name, value, note=note or None) for name, value, note in tables.figures(report, style)]
    return kpi_strip(*cards) if cards else html.P(told(report.lead()), className="muted")


def limit_cards(limits: tuple[RiskLimitView, ...], style: Style) -> list[LimitCard]:
    """Return each limit in words, the worst first."""
    order = {"red": 0, "amber": 1, "grey": 2, "green": 3}
    return [
        LimitCard(
            limit_id=one.id,
            label=one.label,
            explain=one.explain,
            state=LIGHTS[one.state],
            word=one.word,
            used=_used(one, style),
            used_frac=one.use_frac,
            measured=tables.amount(one.measured, one.unit, style),
            bound=f"{tables.SIDES[one.direction]} {tables.amount(one.value, one.unit, style)}",
            sentence=_stands(one),
            kind="A hard limit." if one.is_hard else "A soft limit: it warns.",
            has_constraint=one.has_constraint,
            reason=told(one.constraint_reason or "The optimizer has no such constraint."),
        )
        for one in sorted(limits, key=lambda one: (order[one.state], -(one.use_frac or 0.0), one.label))
    ]


def _used(one: RiskLimitView, style: Style) -> str:
    """Say how much of a maximum is used, or how much of a minimum is reached."""
    if one.use_frac is None:
        return ""
    if one.direction == "min":
        return f"{formatting.percent(1.0 / one.use_frac, 0, style=style)} of the minimum"
    words = formatting.percent(one.use_frac, 0, style=style)
    return f"under {words.replace('0', '1', 1)} used" if 0.0 < one.use_frac < LEAST_USE_FRAC else f"{words} used"


def _stands(one: RiskLimitView) -> str:
    """Say what the figures of a card do not: why nothing is judged, since when it stands so, that it is held."""
    if one.state == "grey":
        return told(one.sentence)
    since = "" if one.state_since_utc is None else f"Since {formatting.day(one.state_since_utc)}."
    return f"{since} It counts as such until it has clearly moved away.".strip() if one.is_held else since


def status(answer: RiskAnswer, style: Style, now_utc: datetime | None = None) -> Any:
    """Say on which day the figures stand, how old they are, and whether newer ones are on their way."""
    report = answer.report
    if report is None:
        return None
    parts = [f"As of {formatting.day(report.as_of)}"]
    if answer.computed_at_utc is not None:
        age_s = ((now_utc or datetime.now(UTC)) - answer.computed_at_utc).total_seconds()
        took = f" in {formatting.duration(answer.elapsed_ms, style=style)}" if answer.elapsed_ms is not None else ""
        parts.append(f"computed {age_words(age_s)}{took}")
    words: list[Any] = [" · ".join(parts)]
    if answer.state == "working":
        words.append(html.Span("New figures are being computed.", className="risk-working"))
    elif answer.state == "failed":
        words.append(html.Span(f"These are the last figures: {why(answer)}", className="risk-failed"))
    elif not answer.is_current:
        words.append(html.Span("The data changed since; new figures follow.", className="risk-working"))
    return words


def age_words(age_s: float) -> str:
    """Say how long ago something was."""
    if age_s < 60:
        return "just now"
    if age_s < 5400:
        return f"{formatting.count(round(age_s / 60), 'minute')} ago"
    if age_s < 129_600:
        return f"{formatting.count(round(age_s / 3600), 'hour')} ago"
    return f"{formatting.count(round(age_s / 86_400), 'day')} ago"


def why(answer: RiskAnswer) -> str:
    """Return why there are no new figures, and the way out."""
    return told(f"{answer.message or ''} {answer.advice or ''}".strip()) or "Try again in a moment."


def instead(code: str | None, text: str) -> Any:
    """Return what stands in the place of a report that cannot be made."""
    if code in EMPTY_CODES:
        return nothing_to_measure(text)
    return error_state("The risk could not be computed", text)


def refused(error: ServiceError) -> Any:
    """Return what stands there when the portfolio cannot be shown at all."""
    if isinstance(error, NotFound):
        return empty_state(
            "This portfolio does not exist",
            "It was deleted, or it belongs to somebody whose work you cannot see. Choose another one.",
            glyph="signpost-split",
        )
    return instead(error.code, told(error.sentence))


def no_portfolios() -> Any:
    """Return what stands there while there is no portfolio."""
    return empty_state(
        "There are no portfolios yet",
        "Risk is measured of what a portfolio holds. Import holdings, or start with a portfolio of your own.",
        glyph="shield-exclamation",
        actions=[
            dcc.Link("Import holdings", href="/imports", className="btn-q btn-q-primary"),
            dcc.Link("Go to Home", href="/", className="btn-q btn-q-secondary"),
        ],
    )


def shown(made: PageTable, caption: str, pick: str = "", chooses: str = "") -> Any:
    """Show a table of texts; of very many rows the first are shown.

    Parameters
    ----------
    pick : str
        The name that was chosen: its row stands out.
    chooses : str
        A word for the table whose names choose; empty where they do not.

    """
    if not made.rows:
        return html.P("Nothing to show.", className="muted risk-nothing")
    rows = [[_name(row[0], pick, chooses), *row[1:]] for row in made.rows[:ROWS_MAX_COUNT]]
    parts: list[Any] = [table(made.columns, rows, caption=caption)]
    if len(made.rows) > ROWS_MAX_COUNT:
        cut = f"The first {ROWS_MAX_COUNT} of {len(made.rows)}; the Excel file has all."
        parts.append(html.P(cut, className="risk-table-note"))
    if made.note:
        parts.append(html.P(made.note, className="risk-table-note"))
    return parts


def chosen_days(report: RiskReport, view: dict[str, str], style: Style) -> Any:
    """Show the returns of the chosen days under the histogram; nothing where no days are chosen."""
    made = tables.days_table(report, view["pick"], int(view["horizon"]), style)
    return None if made is None else html.Div(shown(made, "The chosen days, the worst first"))


def _name(name: str, pick: str, chooses: str) -> Any:
    """Show the name of a row, as a button where it chooses."""
    is_picked = bool(pick) and name == pick
    words = html.Mark(name) if is_picked else name
    return chooser(words, name, is_chosen=is_picked) if chooses and name != TOGETHER else words


def factor_notes(report: RiskReport, view: dict[str, str]) -> Any:
    """Say under the chart of factors whose they are and how they were found; nothing under the others."""
    if view["by"] not in ("factor", "statistical"):
        return None
    found = factors_of(report, "given" if view["by"] == "factor" else "statistical", view["scope"])
    if found is None:
        return None
    return html.P(told(" ".join(found.notes)), className="risk-table-note")


def tests(found: RiskBacktests, drawn: BacktestRow | None, style: Style) -> Any:
    """Show whether forecasts have held: those that were really stored, and a walk over the past."""
    parts: list[Any] = []
    if drawn is not None:
        light = drawn.report.traffic_light
        zone = ZONE_LIGHTS[light.zone] if light is not None else "none"
        word = tables.ZONES[light.zone] if light is not None else "Too short"
        number = formatting.number(drawn.report.expected_count, 1, style=style)
        beyond = f"{formatting.number(drawn.report.exceptions_count, 0, style=style)} days beyond, {number} expected"
        light_shown = traffic_light(zone, word=f"{word} zone", number=beyond)
        parts.append(html.Div(light_shown, className="risk-verdict"))
        parts.append(html.P(told(f"{drawn.label}: {drawn.report.sentence}"), className="risk-table-note"))
    kept = formatting.count(found.stored_days_count, "day", style=style)
    for kind, title in (
        ("walk_forward", "Asked anew for every day of the past, from what was known the day before"),
        ("stored", f"Really forecast and never rewritten: {kept} so far, {found.stored_needed_count} say something"),
        ("stretches", "Really forecast over ten days: only stretches that share no day count"),
    ):
        rows = tables.backtest_rows(found, kind)
        parts.append(html.H3(title, className="risk-subtitle"))
        if rows:
            parts += shown(tables.backtests_table(rows, style), title)
        else:
            parts.append(html.P("None yet.", className="muted risk-nothing"))
    return [*parts, *(html.P(told(one), className="risk-table-note") for one in found.notes)]
