"""How do breaches become rows, and one of them words with a history?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import html

from callbacks.wording import told
from components.kpi_card import MISSING, kpi_card, kpi_strip
from components.pills import tag
from components.table import facts, table
from services import formatting
from services.formatting import Style
from services.messages.compliance_breaches import BreachDetail, BreachOwner, BreachStatistics, BreachStatus, BreachView
from services.messages.portfolios import PortfolioSummary

STATES: Final = {
    BreachStatus.OPEN: "Open",
    BreachStatus.ACKNOWLEDGED: "Acknowledged",
    BreachStatus.IN_REMEDIATION: "In remediation",
    BreachStatus.OVERRIDDEN: "Let stand",
    BreachStatus.GRANDFATHERED: "Grandfathered",
    BreachStatus.CURED: "Cured",
    BreachStatus.CLOSED: "Closed",
}
SHAPES: Final = {"hard": "failed", "soft": "no_portfolio", "warning": "no_portfolio", "info": "queued"}
"""The states whose shapes the table's lights have; the words are the row's own."""
DEEDS: Final = {
    "acknowledge": "Acknowledge",
    "assign": "Give it to somebody",
    "comment": "Comment",
    "plan": "Plan how it is mended",
    "request_override": "Ask to let it stand",
    "withdraw_override": "Withdraw letting it stand",
    "close": "Close",
}
DECISIONS: Final = {"approve_override": "Let it stand", "reject_override": "Refuse to let it stand"}
HISTORY_MAX_COUNT = 60


def figures(found: BreachStatistics, style: Style) -> Any:
    """Show how many breaches there are, and how fast they are cured."""
    mean = MISSING if found.cure_days_mean is None else formatting.number(found.cure_days_mean, 1, style=style)
    return kpi_strip(
        kpi_card(
            "To be settled", formatting.number(found.unsettled_count, 0, style=style), note="Open or being mended"
        ),
        kpi_card(
            "Late", formatting.number(found.late_count, 0, style=style), note="Past the day of cure or of the plan"
        ),
        kpi_card(
            "Waiting for a decision",
            formatting.number(found.waiting_overrides_count, 0, style=style),
            note="Wishes to let a breach stand",
        ),
        kpi_card(
            "Days to cure",
            mean,
            note=f"Mean of {formatting.number(found.cured_count, 0, style=style)} cured since "
            f"{formatting.day_short(found.since)}",
        ),
        label="Breaches of all portfolios",
    )


def queue_row(one: BreachView) -> dict[str, Any]:
    """Return one breach as a row."""
    mend_by = one.due_on or one.cure_by
    return {
        "id": one.id,
        "note": one.portfolio_name,
        "group": one.group or "The portfolio as a whole",
        "rule": one.rule_title,
        "severity": SHAPES[one.severity],
        "state_words": one.severity.capitalize(),
        "standing": "Cannot be judged" if one.is_unjudged else stands(one) + (", late" if one.is_late else ""),
        "age_days": one.age_days,
        "mend_by": None if mend_by is None else mend_by.isoformat(),
        "owner": one.owner_name or "Nobody",
    }


def stands(one: BreachView) -> str:
    """Return where a breach stands; what ended without being mended is not called cured."""
    is_mended = one.cured_by in (None, "mending")
    return STATES[one.status] if is_mended or one.status != BreachStatus.CURED else one.status_words.capitalize()


def chosen_id(selected: Any) -> str | None:
    """Return the id of the chosen row; a selection comes as rows or as {"ids"}."""
    ids = selected.get("ids", []) if isinstance(selected, dict) else [row["id"] for row in selected or []]
    return str(ids[0]) if ids else None


def portfolio_options(found: Sequence[PortfolioSummary]) -> list[dict[str, str]]:
    """Offer all portfolios, and each."""
    return [{"value": "all", "label": "All"}, *({"value": one.id, "label": one.name} for one in found)]


def deed_options(found: BreachDetail) -> list[dict[str, str]]:
    """Return what the reader may do, in the order in which it is usually done."""
    named = {key: text for key, text in DEEDS.items() if key in found.deeds}
    if "decide_override" in found.deeds and any(one.may_decide for one in found.overrides):
        named = {**DECISIONS, **named}
    return [{"value": key, "label": text} for key, text in named.items()]


def people(found: Sequence[BreachOwner]) -> list[dict[str, str]]:
    """Return to whom it may be given."""
    return [{"value": one.user_id, "label": f"{one.name}, {one.role.replace('_', ' ')}"} for one in found]


def no_breach(has_rows: bool) -> Any:
    """Return what stands in the place of a breach."""
    words = "Choose a breach to see its history." if has_rows else "There is no breach of this kind."
    return html.P(words, className="muted")


def detail(found: BreachDetail) -> Any:
    """Show one breach: what is broken, until when it is to be mended, its plan, overrides and history."""
    head = html.Div(
        [
            tag(found.severity.capitalize(), "bad" if found.severity == "hard" else "warn"),
            tag(stands(found)),
            *([tag("Late", "bad", glyph="clock")] if found.is_late else []),
            *([tag(f"{found.cause.capitalize()} breach")] if found.cause else []),
            *([tag("Sample", "sample")] if found.is_sample else []),
        ],
        className="evidence-head",
    )
    history = [[formatting.moment(one.at_utc), told(_said(one.sentence, one.comment))] for one in found.history]
    return html.Div(
        [
            head,
            html.P(told(found.sentence), className="evidence-sentence"),
            facts([(name, value) for name, value in _facts(found) if value]),
            *_overrides(found),
            html.H3("History"),
            table([("When", False), ("What happened", False)], history[-HISTORY_MAX_COUNT:], caption="History"),
        ],
        className="stack",
    )


def _said(sentence: str, comment: str | None) -> str:
    return f"{sentence} “{comment}”" if comment else sentence


def _facts(found: BreachDetail) -> list[tuple[str, Any]]:
    return [
        ("Portfolio", found.portfolio_name),
        ("The rule", told(found.rule_sentence)),
        ("Source", found.citation),
        ("To be mended", told(found.grace_sentence)),
        ("Plan", None if found.plan is None else told(f"{found.plan.sentence} “{found.plan.comment}”")),
        ("What cannot be judged", ", ".join(found.unjudged_groups)),
        ("Not known", ", ".join(found.missing)),
        ("Owner", found.owner_name or "Nobody"),
        ("Letting it stand", told(found.override_policy.sentence)),
    ]


def _overrides(found: BreachDetail) -> list[Any]:
    if not found.overrides:
        return []
    lines = [
        html.Li([told(_said(one.sentence, one.reason)), *_why_not(one.may_not_because)]) for one in found.overrides
    ]
    return [html.H3("Wishes to let it stand"), html.Ul(lines)]


def _why_not(reason: str | None) -> list[Any]:
    return [html.Span(f" {told(reason)}", className="muted")] if reason else []
