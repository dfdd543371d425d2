"""How do portfolios by rules, and the evidence of one, become words and parts of the page?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from callbacks.present_toast import Tone
from callbacks.wording import told
from components.button import link_button
from components.compliance_status import WORDS, MatrixColumn, MatrixLine, Standing, mark, matrix
from components.empty_state import empty_state
from components.kpi_card import MISSING, kpi_card, kpi_strip
from components.pills import tag
from components.skeleton import skeleton
from components.table import facts, table
from services import formatting
from services.compliance.checks_said import figure
from services.formatting import Style
from services.messages.compliance_checks import ComplianceAnswer, ComplianceReport, RuleStanding, StatusChange
from services.messages.compliance_matrix import ComplianceMatrix, MatrixPortfolio
from services.messages.portfolios import PortfolioSummary

NO_CELL: Final = "No cell is chosen"
SEVERITIES: Final = {"hard": "Hard", "soft": "Soft", "warning": "Warning", "info": "Information"}
_TONES: Final = {"hard": "bad", "soft": "warn", "warning": "warn", "info": "info"}
STATES: Final[dict[str, Standing]] = {key: key for key in WORDS}
ROWS_MAX_COUNT = 30


def figures(found: ComplianceMatrix, style: Style) -> Any:
    """Show how many cells stand how."""
    counted = (
        ("Broken", found.counts.failed, "Rules that a portfolio does not keep"),
        ("Cannot be judged", found.counts.indeterminate, "Data are missing; never counts as kept"),
        ("Warnings", found.counts.warning, "Near a limit"),
        ("Kept", found.counts.passed, "Rules by portfolios"),
        ("Not current", found.stale_count, "Portfolios whose data changed since their check"),
    )
    return kpi_strip(
        *(kpi_card(name, formatting.number(value, 0, style=style), note=note) for name, value, note in counted),
        label="All portfolios by all rules",
    )


def nothing(found: ComplianceMatrix, *, may_write: bool, has_rules: bool) -> Any | None:
    """Return what stands in the place of a matrix without cells: no rule is in force, or no portfolio is seen."""
    if found.rules:
        return None
    if has_rules:
        return empty_state(
            "No portfolio to show",
            "Rules are in force, but none of the portfolios that you may see has to keep one. Whoever manages a "
            "portfolio, and compliance, see how it stands.",
            glyph="patch-check",
            actions=link_button("See the rules", "/compliance?tab=rules"),
        )
    text = "Start from a pack: UCITS, US Investment Company Act, MiFID II, or the house's own template."
    action = link_button("Choose rules", "/compliance?tab=rules", kind="primary") if may_write else None
    advice = text if may_write else "Compliance chooses the rules that portfolios have to keep."
    return empty_state("No rule is in force yet", advice, glyph="patch-check", actions=action)


def drawn(found: ComplianceMatrix, pick: str) -> Any:
    """Draw the matrix."""
    if not found.rules:
        return html.P("There are no rules yet.", className="muted")
    if not found.portfolios:
        return html.P("No portfolio stands so.", className="muted")
    columns = [MatrixColumn(one.rule_id, one.title, SEVERITIES[one.severity]) for one in found.rules]
    return matrix(columns, [_line(one, columns) for one in found.portfolios], pick)


def _line(one: MatrixPortfolio, columns: Sequence[MatrixColumn]) -> MatrixLine:
    states: dict[str, Standing] = {cell.rule_id: cell.status for cell in one.cells}
    is_failed = one.failed_since_utc is not None  # of a failure the way out is not on the page
    note = told(f"{one.message} {one.advice or '' if is_failed else ''}".strip()) if one.message else _as_of(one)
    return MatrixLine(
        key=one.portfolio_id,
        name=one.name,
        href=f"/portfolios/{one.portfolio_id}",
        note=note,
        is_old=one.is_stale or one.status == "unchecked",
        states=[states.get(column.key) for column in columns],
    )


def _as_of(one: MatrixPortfolio) -> str:
    if one.as_of is None:
        return "Not checked yet"
    return f"As of {formatting.day_short(one.as_of)}" + ("; data changed since" if one.is_stale else "")


def more(found: ComplianceMatrix, shown_count: int, style: Style) -> Any:
    """Say that only the worst portfolios are shown."""
    if found.portfolios_count <= shown_count:
        return None
    all_of_them = formatting.count(found.portfolios_count, "portfolio", style=style)
    return html.P(f"The worst {shown_count} of {all_of_them}. Filter to see others.", className="muted")


def portfolio_options(found: Sequence[PortfolioSummary]) -> list[dict[str, str]]:
    """Offer all portfolios, and each."""
    return [{"value": "all", "label": "All"}, *({"value": one.id, "label": one.name} for one in found)]


def no_cell() -> Any:
    """Return what stands in the place of evidence."""
    return html.P("Press a cell of the matrix to see what makes up its figure.", className="muted")


def evidence(answer: ComplianceAnswer, course: Sequence[StatusChange], style: Style) -> tuple[str, Any]:
    """Return the title and the body of the evidence."""
    report = answer.report
    if report is None or not report.results:
        waits = [skeleton(height_px=180)] if answer.state == "working" else []
        said = [html.P(_why(answer)), *waits]
        return "Being checked" if waits else NO_CELL, html.Div(said)
    one = report.results[0]
    return f"{report.name} · {one.title}", _body(report, one, course, style)


def _why(answer: ComplianceAnswer) -> str:
    """Say why there is no evidence."""
    source = answer.report if answer.report is not None and answer.state == "ready" else answer
    return told(f"{source.message or 'The check is on its way.'} {source.advice or ''}".strip())


def _body(report: ComplianceReport, one: RuleStanding, course: Sequence[StatusChange], style: Style) -> Any:
    head = html.Div(
        [
            mark(STATES[one.status]),
            tag(SEVERITIES[one.severity], _TONES[one.severity]),
            *([tag(f"{one.cause.capitalize()} breach")] if one.cause else []),
            *([tag("Sample", "sample")] if report.is_sample else []),
        ],
        className="evidence-head",
    )
    parts: list[Any] = [
        head,
        html.P(told(one.sentence), className="evidence-sentence"),
        facts([(name, value) for name, value in _facts(report, one) if value]),
        _groups(report, one, style),
        *_let_stand(one),
        *_missing(one),
        *_overridden(one),
        *_course(course, style),
        dcc.Link("Breaches of this portfolio", href=f"/compliance?tab=breaches&portfolio={report.portfolio_id}"),
    ]
    return html.Div([part for part in parts if part is not None], className="stack")


def _facts(report: ComplianceReport, one: RuleStanding) -> list[tuple[str, Any]]:
    cure = None if one.cure_days is None else formatting.count(one.cure_days, "day")
    return [
        ("The rule", told(one.demand)),
        ("Source", one.citation),
        ("Comes from", f"{one.origin_name}, version {one.version}"),
        ("Time to mend a passive breach", cure),
        ("As of", formatting.day(report.as_of)),
        ("Stands so since", None if one.since_utc is None else formatting.moment(one.since_utc)),
    ]


def _groups(report: ComplianceReport, one: RuleStanding, style: Style) -> Any:
    """List the groups, the worst first, with what makes up each."""
    if not one.groups:
        return html.P("Nothing that is held is meant by this rule.", className="muted")
    rows = [
        [
            group.group or "The whole portfolio",
            mark(STATES[group.status]),
            told(figure(group.value, one.unit, report.base_currency, beside=one.limit)),
            _room(group.headroom, one, report.base_currency),
            ", ".join(line.symbol for line in group.evidence)
            + (
                f" and {group.evidence_count - len(group.evidence)} more"
                if group.evidence_count > len(group.evidence)
                else ""
            ),
        ]
        for group in one.groups[:ROWS_MAX_COUNT]
    ]
    return table(
        [("Group", False), ("Stands", False), ("Figure", True), ("Room to the limit", True), ("Made up by", False)],
        rows,
        caption=f"{one.title}: what was measured",
    )


def _room(headroom: float | None, one: RuleStanding, currency: str) -> str:
    return MISSING if headroom is None else told(figure(headroom, one.unit, currency))


def _let_stand(one: RuleStanding) -> list[Any]:
    """Name what somebody lets stand by an override, until when and why."""
    rows = [
        html.Li(
            f"{group.group or 'The whole portfolio'}: let stand by an override until "
            f"{formatting.day(group.allowed_until)}" + (f": {group.allowed_reason}" if group.allowed_reason else ".")
        )
        for group in one.groups
        if group.allowed_until is not None
    ]
    return [html.H3("What is let stand"), html.Ul(rows)] if rows else []


def _missing(one: RuleStanding) -> list[Any]:
    if not one.missing:
        return []
    rows = [
        html.Li([told(fact.sentence), " ", html.Span(told(fact.advice), className="muted")]) for fact in one.missing
    ]
    return [html.H3("What is not known"), html.Ul(rows)]


def _overridden(one: RuleStanding) -> list[Any]:
    if not one.overridden:
        return []
    rows = [
        [
            own.label or own.name,
            told(figure(own.inherited, one.unit, "")),
            told(figure(own.own, one.unit, "")),
            own.level_name,
            own.reason,
        ]
        for own in one.overridden
    ]
    columns = [("Figure", False), ("Inherited", True), ("Own", True), ("Of", False), ("Reason", False)]
    return [html.H3("Figures of its own"), table(columns, rows, caption="Figures that differ from the house's")]


def _course(course: Sequence[StatusChange], style: Style) -> list[Any]:
    if len(course) < 2:
        return []
    rows = [[formatting.moment(one.at_utc), told(one.sentence)] for one in course[:ROWS_MAX_COUNT]]
    return [html.H3("How it stood before"), table([("When", False), ("What changed", False)], rows, caption="Changes")]


def checked(answer: ComplianceAnswer) -> tuple[str, str, Tone]:
    """Return title, sentence and tone of the message after a check."""
    if answer.state == "failed":
        return "Not checked", _why(answer), "bad"
    if answer.state == "working" or answer.report is None:
        return "Being checked", "The check takes longer; the matrix follows by itself.", "info"
    return "Checked", told(answer.report.sentence), "ok"
