"""How do decisions of two people, audit rows and auditors' reports become rows and words?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from dash import html

from callbacks.present_compliance_breaches import chosen_id
from callbacks.wording import reader_style, told
from components.button import button
from components.kpi_card import MISSING
from components.pills import tag
from components.table import facts, table
from services import formatting
from services.audit_words import about_in_words, group_in_words, origin_in_words
from services.messages.audit import AuditRow, AuditWords, VerifyResult
from services.messages.compliance_auditor import AuditorReportView
from services.messages.compliance_records import ChangeRequestView, RequestState

STATES: Final = {
    RequestState.PROPOSED: ("no_portfolio", "Waits"),
    RequestState.APPROVED: ("succeeded", "Agreed to"),
    RequestState.REJECTED: ("failed", "Refused"),
    RequestState.WITHDRAWN: ("cancelled", "Withdrawn"),
}
"""Shapes of the table's lights with the words of the row."""
DEEDS: Final = {"agree": "Agree", "refuse": "Refuse", "withdraw": "Withdraw"}

__all__ = ["chosen_id"]


def request_row(one: ChangeRequestView) -> dict[str, Any]:
    """Return one request as a row."""
    shape, word = STATES[one.state]
    return {
        "id": one.id,
        "sentence": told(one.sentence),
        "standing": shape,
        "state_words": word,
        "asked_by": one.requested_by or "Somebody",
        "asked_at": one.requested_at_utc.isoformat(),
    }


def requests_summary(found: Sequence[ChangeRequestView], *, is_waiting: bool) -> str:
    """Say how much waits, and how much of it the reader can decide."""
    if not is_waiting:
        return told(f"{formatting.count(len(found), 'decision')} of two people.")
    if not found:
        return "Nothing waits for a second person."
    mine = sum(one.can_decide for one in found)
    waits = "waits" if len(found) == 1 else "wait"
    return told(
        f"{formatting.count(len(found), 'request')} {waits} for a second person; {mine:,} can be decided by you."
    )


def deed_options(found: ChangeRequestView) -> list[dict[str, str]]:
    """Return what the reader may do about a request."""
    keys = (["agree", "refuse"] if found.can_decide else []) + (["withdraw"] if found.can_withdraw else [])
    return [{"value": key, "label": DEEDS[key]} for key in keys]


def no_request() -> Any:
    """Return what stands in the place of a request."""
    return html.P("Choose a request to see who asked, and why.", className="muted")


def request_words(one: ChangeRequestView) -> Any:
    """Show what is asked for, by whom and why, and what was decided."""
    pairs = [
        ("Asked by", f"{one.requested_by or 'Somebody'}, {formatting.moment(one.requested_at_utc)}"),
        ("Reason", one.reason),
    ]
    if one.decided_at_utc is not None:
        by = one.decided_by or "Somebody"
        pairs.append((STATES[one.state][1], f"{by}, {formatting.moment(one.decided_at_utc)}"))
        pairs.extend([("Said then", one.decision_reason)] if one.decision_reason else [])
    if one.can_withdraw:
        pairs.append(("Who decides", "Another person with the permission: who asks never decides."))
    return html.Div([html.P(told(one.sentence), className="evidence-sentence"), facts(pairs)], className="stack")


def audit_row(one: AuditRow) -> dict[str, Any]:
    """Return one deed as a row, in words."""
    return {
        "seq": one.seq,
        "id": str(one.seq),
        "at_utc": one.at_utc.isoformat(),
        "actor": _who(one),
        "action": one.deed,
        "about": about_in_words(one.object_kind) if one.object_kind else MISSING,
        "via": origin_in_words(one.via),
        "row": one.model_dump(mode="json"),
    }


def _who(one: AuditRow) -> str:
    """Name who acted; work that nobody asked for is the product's own."""
    return "The product itself" if one.via == "system" and one.actor_name.lower() == "system" else one.actor_name


def options_of(words: AuditWords) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the deeds and the kinds of objects that can be filtered by; a group of deeds ends with a point."""
    groups = sorted({one.partition(".")[0] + "." for one in words.actions if "." in one})
    deeds = [{"value": one, "label": f"All of: {group_in_words(one)}"} for one in groups]
    deeds += [
        {"value": one, "label": words.deeds.get(one, one)}
        for one in sorted(words.actions, key=lambda one: words.deeds.get(one, one))
    ]
    kinds = [{"value": one, "label": about_in_words(one)} for one in sorted(words.object_kinds, key=about_in_words)]
    every = {"value": "all", "label": "All"}
    return [every, *deeds], [every, *kinds]


def audit_detail(selected: Any, rows: Sequence[Mapping[str, Any]] | None) -> Any:
    """Show the chosen deed with what stood before and after."""
    wanted = chosen_id(selected)
    found = next((row["row"] for row in rows or () if row["id"] == wanted), None)
    if found is None:
        return None
    one = AuditRow.model_validate(found)
    pairs = [
        ("Number", formatting.number(one.seq, 0, style=reader_style())),
        ("When", formatting.moment(one.at_utc)),
        ("Who", f"{_who(one)}, {origin_in_words(one.via)}"),
        ("Action", one.deed),
        ("Its code", html.Code(one.action)),
        ("About", about_in_words(one.object_kind) if one.object_kind else MISSING),
        *([("Its id", html.Code(one.object_id))] if one.object_id else []),
        *([("Address", one.ip)] if one.ip else []),
        *([("Request", html.Code(one.request_id))] if one.request_id else []),
    ]
    before, after = one.before or {}, one.after or {}
    names = sorted({*before, *after})
    parts: list[Any] = [facts(pairs)]
    if names:
        lines = [[name, _cell(before, name), _cell(after, name)] for name in names]
        parts.append(table([("What", False), ("Before", False), ("After", False)], lines, caption="Before and after"))
    return html.Div(parts, className="stack")


def _cell(document: Mapping[str, Any], name: str) -> Any:
    if name not in document or document[name] is None:
        return MISSING
    value = document[name]
    return html.Code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def verdict(found: VerifyResult) -> Any:
    """Say whether the log is whole, by word and tone."""
    shown = tag("Whole", "ok", glyph="check2-circle") if found.is_intact else tag("Not whole", "bad", glyph="x-octagon")
    return html.Div([shown, html.Span(told(found.sentence))], className="btn-row")


def export_address(start: str | None, end: str | None) -> str:
    """Return from where the log of these days is taken along."""
    asked = urlencode([(name, day) for name, day in (("start_on", start), ("end_on", end)) if day])
    return "/api/v1/audit/export" + (f"?{asked}" if asked else "")


def reports_table(found: Sequence[AuditorReportView], take: Callable[[str], Any], check: Callable[[str], Any]) -> Any:
    """Show the kept reports, each with its files."""
    if not found:
        return html.P("No report was made yet.", className="muted")
    rows = []
    for one in found:
        period = f"{formatting.day(one.start_on)} to {formatting.day(one.end_on)}"
        buttons = [
            button("PDF", take(f"{one.id}|pdf"), kind="quiet", small=True, label=f"PDF of {period}", n_clicks=0),
            button("Excel", take(f"{one.id}|xlsx"), kind="quiet", small=True, label=f"Excel of {period}", n_clicks=0),
            button("Make again", check(one.id), kind="quiet", small=True, label=f"Make again {period}", n_clicks=0),
        ]
        whole = tag("Unchanged", "ok") if one.is_unchanged else tag("Changed since", "bad")
        made = f"{formatting.moment(one.made_at_utc)} by {one.made_by or 'the product itself'}"
        rows.append(
            [
                told(one.sentence),
                one.portfolio_name or "All portfolios",
                made,
                whole,
                html.Div(buttons, className="btn-row"),
            ]
        )
    heads = [("Report", False), ("Of", False), ("Made", False), ("What it rests on", False), ("Files", False)]
    return table(heads, rows, caption="Reports for auditors")
