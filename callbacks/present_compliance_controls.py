"""How do retention, holds, locked periods and reviews of access become tables, choices and words?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html

from callbacks.present_typed import Typed
from callbacks.wording import reader_style, told
from components.compliance_controls import LOCK, PLACE
from components.fields import select
from components.ids_compliance_controls import ComplianceReviews as Reviews
from components.kpi_card import MISSING
from components.pills import tag
from components.table import more, table
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.messages.clients import Client
from services.messages.compliance_records import (
    AccessDecision,
    AccessReviewView,
    AccessRow,
    AccessRowDecision,
    HoldView,
    LockView,
    NewHold,
    NewLock,
    RetentionAction,
    RetentionChange,
    RetentionEntry,
    RetentionPolicy,
    RetentionReportView,
)
from services.messages.portfolios import PortfolioSummary
from services.messages.users import User

ACTIONS: Final = {
    RetentionAction.KEEP: "Stays as it is",
    RetentionAction.ARCHIVE: "Is written into an archive as well",
    RetentionAction.PSEUDONYMISE: "Names are replaced by a mark",
    RetentionAction.DELETE: "Is deleted",
}
DECISIONS: Final = (
    ("keep", "Stays as it is"),
    ("change", "To be changed"),
    ("remove", "To be shut out"),
)
DECIDED: Final = {
    AccessDecision.KEEP: ("Stays as it is", "ok"),
    AccessDecision.CHANGE: ("To be changed", "warn"),
    AccessDecision.REMOVE: ("To be shut out", "bad"),
}
YEARS_MOST: Final = 100


def schedule(found: RetentionPolicy) -> Any:
    """Show for each class how long it is kept, what happens then, and who chose that."""
    rows = [
        [
            html.Div([one.label, html.Div(one.explanation, className="muted")]),
            formatting.count(one.years_count, "year"),
            html.Div([ACTIONS[one.action], html.Div(f"Chosen by the {_chooser(one)}", className="muted")]),
        ]
        for one in found.entries
    ]
    heads = [("Records", False), ("Kept for", True), ("What happens then", False)]
    return table(heads, rows, caption="How long records are kept")


def _chooser(one: RetentionEntry) -> str:
    return "product" if one.is_default else "house"


def class_options(found: RetentionPolicy) -> list[dict[str, str]]:
    """Offer the classes that leave a choice."""
    return [{"value": one.record_class, "label": one.label} for one in found.entries if len(one.actions) > 1]


def action_options(found: RetentionPolicy, record_class: str | None) -> tuple[list[dict[str, str]], str | None, str]:
    """Offer what can be done with a class, with what stands now: options, chosen one, years."""
    entry = next((one for one in found.entries if one.record_class == record_class), None)
    if entry is None:
        return [], None, ""
    options = [{"value": one.value, "label": ACTIONS[one]} for one in entry.actions]
    return options, entry.action.value, str(entry.years_count)


def change(record_class: str | None, years: object, action: str | None, reason: str) -> RetentionChange:
    """Return what was chosen for a class.

    Raises
    ------
    InvalidRequest
        The years are no number from 1 to 100, or the reason is missing; at once.

    """
    read = Typed()
    found = read.number("years_count", "The time", years, low=1, high=YEARS_MOST, unit=" years", is_needed=True)
    if found is not None and found != int(found):
        read.problems.append(FieldProblem("years_count", "Years are counted in whole ones.", "Type 7 or 8, not 7.5."))
    problems = [*read.problems, *_reason(reason)]
    if problems:
        raise InvalidRequest("This cannot be chosen.", "Correct what is named.", fields=tuple(problems))
    assert found is not None
    return RetentionChange(
        record_class=record_class or "", years_count=int(found), action=RetentionAction(action or ""), reason=reason
    )


def _reason(text: str) -> list[FieldProblem]:
    return [] if len(text) >= 3 else [FieldProblem("reason", "This needs a reason.", "Write why, in a few words.")]


def needs_reason(text: str) -> str:
    """Return the reason; InvalidRequest at its field where none was written."""
    problems = _reason(text)
    if problems:
        raise InvalidRequest("A reason is missing.", fields=tuple(problems))
    return text


def round_lines(found: RetentionReportView) -> Any:
    """Show what a round did, or would do, class by class."""
    rows = [
        [one.label, formatting.day(one.before_on), *_counts(one.found_count, one.held_count, one.done_count)]
        for one in found.lines
    ]
    done = "Would go" if found.is_dry_run else "Went"
    heads = [("Records", False), ("Older than", False), ("Found", True), ("Held", True), (done, True)]
    title = "What would go now" if found.is_dry_run else "What went"
    archive = [html.P(f"Archive: {found.archive_name}", className="muted")] if found.archive_name else []
    return html.Div(
        [html.H3(title), html.P(told(found.sentence)), table(heads, rows, caption=title), *archive], className="stack"
    )


def _counts(*counts: int) -> list[str]:
    return [formatting.number(one, 0, style=reader_style()) for one in counts]


def rounds(found: Sequence[RetentionReportView]) -> Any:
    """Show earlier rounds behind a click."""
    if not found:
        return html.P("No round was made yet; the first one comes within four weeks.", className="muted")
    rows = [
        [formatting.moment(one.made_at_utc), one.made_by or "The product itself", told(one.sentence)] for one in found
    ]
    heads = [("When", False), ("By", False), ("What went", False)]
    return more("Earlier rounds", table(heads, rows, caption="Earlier rounds of retention"))


def whom_options(
    clients: Sequence[Client], portfolios: Sequence[PortfolioSummary], people: Sequence[User]
) -> list[dict[str, str]]:
    """Offer what a hold can be about."""
    return [
        {"value": "house", "label": "The whole house"},
        *({"value": f"client:{one.id}", "label": f"Client {one.name}"} for one in clients),
        *({"value": f"portfolio:{one.id}", "label": f"Portfolio {one.name}"} for one in portfolios),
        *({"value": f"person:{one.id}", "label": f"Person {one.name}"} for one in people),
    ]


def holds(found: Sequence[HoldView]) -> Any:
    """Show the holds."""
    if not found:
        return html.P("Nothing is held: records go when the schedule above says so.", className="muted")
    rows = [
        [
            html.Div([html.Strong(one.name), html.Div(one.reason, className="muted")]),
            one.scope_name or "The whole house",
            f"{formatting.moment(one.placed_at_utc)} by {one.placed_by or 'the product itself'}",
            _standing(one.released_at_utc is not None, one.request_id is not None, "Held", "Released"),
        ]
        for one in found
    ]
    heads = [("Hold", False), ("Of", False), ("Placed", False), ("Stands", False)]
    return table(heads, rows, caption="Legal holds")


def locks(found: Sequence[LockView]) -> Any:
    """Show the locked periods."""
    if not found:
        return html.P("No period is locked: entries of any past day are taken.", className="muted")
    rows = [
        [
            html.Div(
                [
                    html.Strong(f"{formatting.day_short(one.start_on)} to {formatting.day_short(one.end_on)}"),
                    html.Div(one.reason, className="muted"),
                ]
            ),
            f"{formatting.moment(one.locked_at_utc)} by {one.locked_by or 'the product itself'}",
            _standing(one.unlocked_at_utc is not None, one.request_id is not None, "Locked", "Open again"),
        ]
        for one in found
    ]
    return table([("Days", False), ("Locked", False), ("Stands", False)], rows, caption="Locked periods")


def _standing(is_over: bool, is_waiting: bool, now: str, then: str) -> Any:
    if is_over:
        return tag(then)
    return html.Div(
        [tag(now, "ok"), *([tag("A second person decides", "warn")] if is_waiting else [])], className="btn-row"
    )


def hold_deeds(found: Sequence[HoldView]) -> list[dict[str, str]]:
    """Offer to place a hold, and to release each that counts and about which nothing waits."""
    return [
        {"value": PLACE, "label": "Place a hold"},
        *(
            {"value": one.id, "label": f"Ask to release {one.name}"}
            for one in found
            if one.released_at_utc is None and one.request_id is None
        ),
    ]


def lock_deeds(found: Sequence[LockView]) -> list[dict[str, str]]:
    """Offer to lock a period, and to open each that is locked and about which nothing waits."""
    return [
        {"value": LOCK, "label": "Lock a period"},
        *(
            {
                "value": one.id,
                "label": f"Ask to open {formatting.day_short(one.start_on)} to {formatting.day_short(one.end_on)}",
            }
            for one in found
            if one.unlocked_at_utc is None and one.request_id is None
        ),
    ]


def new_hold(name: str, whom: str | None, reason: str) -> NewHold:
    """Return the hold that is wanted; InvalidRequest where name or reason are missing."""
    problems = [] if name else [FieldProblem("name", "The hold has no name.", "Name it, such as the case's number.")]
    problems += _reason(reason)
    if problems:
        raise InvalidRequest("This hold cannot be placed.", "Correct what is named.", fields=tuple(problems))
    kind, _, key = (whom or "house").partition(":")
    return NewHold.model_validate({"name": name, "scope_kind": kind, "scope_id": key or None, "reason": reason})


def new_lock(start: str | None, end: str | None, reason: str) -> NewLock:
    """Return the period to lock; InvalidRequest where a day or the reason is missing."""
    names = (("start_on", "The first day", start), ("end_on", "The last day", end))
    problems = [FieldProblem(path, f"{name} is empty.", "Choose a day.") for path, name, day in names if not day]
    problems += _reason(reason)
    if problems:
        raise InvalidRequest("This period cannot be locked.", "Correct what is named.", fields=tuple(problems))
    return NewLock.model_validate({"start_on": start, "end_on": end, "reason": reason})


def review_options(found: Sequence[AccessReviewView]) -> list[dict[str, str]]:
    """Offer the lists, the latest first."""
    return [
        {
            "value": one.id,
            "label": f"{formatting.moment(one.made_at_utc)}, "
            + (
                "waits for a signature" if one.reviewed_at_utc is None else f"signed by {one.reviewed_by or 'somebody'}"
            ),
        }
        for one in found
    ]


def review_words(found: AccessReviewView | None, *, may_write: bool) -> str:
    """Say how a list stands, and where the reader may not sign it, why."""
    if found is None:
        return "No list was made yet. Make one; somebody else signs it."
    parts: list[str] = [told(found.sentence)] + (
        [] if found.is_unchanged else ["The list was changed since it was made."]
    )
    if found.review_note:
        parts.append(f"“{found.review_note}”")
    if found.reviewed_at_utc is None and may_write and not found.can_review:
        parts.append("You made it, so somebody else signs it.")
    return " ".join(parts)


def review_rows(found: AccessReviewView) -> Any:
    """Show the list: rows with a remark first, each with what is or can be decided about it."""
    said = {one.user_id: one.decision for one in found.decisions}
    ordered = sorted(found.rows, key=lambda one: (not one.remarks, one.name))
    rows = [_review_row(one, said, may_decide=found.can_review) for one in ordered]
    heads = [("Person", False), ("Role", False), ("Teams and grants", False), ("Last seen", False), ("Remarks", False),
             ("Decision", False)]  # fmt: skip
    return table(heads, rows, caption="Who may do what")


def _review_row(one: AccessRow, said: Mapping[str, AccessDecision], *, may_decide: bool) -> list[Any]:
    name = html.Div([html.Strong(one.name), html.Div(one.email, className="muted")])
    state = "" if one.is_active else " (shut out)"
    return [
        name,
        f"{one.role.replace('_', ' ').capitalize()}{state}",
        "; ".join((*one.teams, *one.grants)) or MISSING,
        formatting.moment(one.last_seen_at_utc) if one.last_seen_at_utc else "Never",
        " ".join(one.remarks) or MISSING,
        _decision(one, said, may_decide=may_decide),
    ]


def _decision(one: AccessRow, said: Mapping[str, AccessDecision], *, may_decide: bool) -> Any:
    if one.user_id in said:
        word, tone = DECIDED[said[one.user_id]]
        return tag(word, tone)
    if not may_decide:
        return MISSING
    name = html.Span(f"Decision about {one.name}", className="visually-hidden")
    return html.Label([name, select(Reviews.decision(one.user_id), DECISIONS, placeholder="Not decided")])


def decisions(ids: Sequence[Mapping[str, Any]], values: Sequence[Any]) -> tuple[AccessRowDecision, ...]:
    """Return what was decided, one for each row.

    Raises
    ------
    InvalidRequest
        Some rows are not decided yet; none decided is not "reviewed as a whole" on a page that asks row by row.

    """
    left = sum(not value for value in values)
    if left:
        said = f"{formatting.count(left, 'row is', 'rows are')} not decided yet."
        problem = FieldProblem("", said, "Decide on each, or press The rest stays as it is.")
        raise InvalidRequest(said, fields=(problem,))
    return tuple(
        AccessRowDecision(user_id=str(one["index"]), decision=AccessDecision(value))
        for one, value in zip(ids, values, strict=True)
    )
