"""How do the inputs of a report for auditors look on paper and in a spreadsheet?

Nothing is looked up here: the same inputs give the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from services import formatting
from services.exports_page import PageDocument, PageTable, Part
from services.exports_table import Column, Fact, Kind, Sheet

Row = Mapping[str, Any]
_SEVERITIES = {"hard": "Hard", "soft": "Soft", "warning": "Warning", "info": "Note"}
_STANDING = {"passed": "Kept", "failed": "Broken", "indeterminate": "Cannot be judged"}


def page_document(inputs: Mapping[str, Any], code_version: str, inputs_sha256: str) -> PageDocument:
    """Return the report for paper."""
    about = inputs["portfolio"] or "all portfolios"
    period = f"{_day(inputs['start_on'])} to {_day(inputs['end_on'])}"
    return PageDocument(
        title=f"Compliance of {inputs['portfolio'] or inputs['house']}",
        lead=lead_of(inputs),
        facts=[
            ("House", inputs["house"]),
            ("Portfolios", about),
            ("Period", period),
            ("Made", f"{_moment(inputs['made_at_utc'])}, {inputs['made_by']}"),
            ("Audit log", "whole" if inputs["chain"]["is_intact"] else "NOT WHOLE"),
            ("Inputs", inputs_sha256[:16]),
        ],
        parts=_parts(inputs),
        running=f"Compliance of {inputs['portfolio'] or inputs['house']} · {period}",
        source=f"Version {code_version}; inputs SHA-256 {inputs_sha256}",
        name=f"auditor report {inputs['start_on']} {inputs['end_on']}",
    )


def lead_of(inputs: Mapping[str, Any]) -> str:
    """Return the finding of a report, as one sentence."""
    opened = len(inputs["breaches"])
    still = sum(one["status"] not in ("cured", "closed") for one in inputs["breaches"])
    rules = formatting.count(len(inputs["rules"]), "rule was", "rules were")
    breaches = formatting.count(opened, "breach", "breaches")
    verdict = "the audit log is whole" if inputs["chain"]["is_intact"] else "the audit log is NOT whole"
    return (
        f"{rules} in force at the end; {breaches} in the period, of which {formatting.number(still, 0)} not cured yet; "
        f"{formatting.count(len(inputs['overrides']), 'override was', 'overrides were')} asked for; {verdict}."
    )


def sheets(inputs: Mapping[str, Any]) -> list[Sheet]:
    """Return every table of a report, whole."""
    return [_sheet(name, columns, inputs[key]) for name, key, columns in _TABLES]


def assumptions(inputs: Mapping[str, Any], code_version: str, inputs_sha256: str) -> list[tuple[str, Fact]]:
    """Return what a report rests on, for the last sheet."""
    chain = inputs["chain"]
    return [
        ("House", inputs["house"]),
        ("Portfolio", inputs["portfolio"] or "All"),
        ("First day", date.fromisoformat(inputs["start_on"])),
        ("Last day", date.fromisoformat(inputs["end_on"])),
        ("Made at (UTC)", _cell(inputs["made_at_utc"], "moment")),
        ("Made by", inputs["made_by"]),
        ("Audit log", chain["sentence"]),
        ("Last audit row", int(chain["head_seq"])),
        ("Its code", chain["head_mac"]),
        *((f"Control {number}", text) for number, text in enumerate(inputs["evidence"], start=1)),
        ("Version of the product", code_version),
        ("Inputs, SHA-256", inputs_sha256),
    ]


def _parts(inputs: Mapping[str, Any]) -> list[Part]:
    return [
        ("Is the record whole?", [inputs["chain"]["sentence"], *inputs["evidence"]]),
        (
            "How do the portfolios stand?",
            _table(
                inputs["standing"],
                [("Portfolio", "portfolio"), ("Status", _status), ("As of", _at("as_of", _day)), ("Rules", "rules")],
                "No portfolio.",
                numbers=("Rules",),
            ),
        ),
        (
            "Which rules were in force at the end?",
            _table(
                inputs["rules"],
                [
                    ("Rule", "code"), ("For", _whose), ("Version", "version"), ("Severity", _severity),
                    ("What it says", "sentence"),
                    ("Source", "citation"), ("Approved", _approved),
                ],
                "No rule was in force.",
                numbers=("Version",),
            ),
        ),
        (
            "What was decided about rules?",
            _table(
                inputs["changes"],
                [
                    ("When", _at("at_utc", _moment)), ("Rule", "code"), ("What", "what"), ("State", "state"),
                    ("Made by", "made_by"), ("Decided by", "decided_by"), ("Reason", "reason"),
                ],
                "Nothing was decided about rules.",
            ),
        ),
        (
            "Which breaches were there?",
            _table(
                inputs["breaches"],
                [
                    ("Portfolio", "portfolio"), ("Rule", "rule"), ("Severity", _severity), ("Status", _status),
                    ("What", "sentence"), ("Since", _at("opened_at_utc", _moment)),
                    ("Cured", _at("cured_at_utc", _moment)),
                ],
                "There was no breach.",
            ),
        ),
        (
            "Which breaches were let stand, by whom and why?",
            _table(
                inputs["overrides"],
                [
                    ("Portfolio", "portfolio"), ("Rule", "rule"), ("State", "state"), ("Reach", "reach"),
                    ("Asked by", "requested_by"), ("Decided by", "decided_by"), ("Until", _at("expires_on", _day)),
                    ("Reason", "reason"),
                ],
                "No override was asked for.",
            ),
        ),
        (
            "Which names went on or off lists?",
            _table(
                inputs["restrictions"],
                [
                    ("When", _at("at_utc", _moment)), ("List", "list"), ("Name", "name"), ("What", "what"),
                    ("By", "by"), ("Reason", "reason"),
                ],
                "No list changed.",
            ),
        ),
        (
            "What did two people decide?",
            _table(
                inputs["decisions"],
                [
                    ("When", _at("at_utc", _moment)), ("What", "sentence"), ("State", "state"),
                    ("Asked by", "requested_by"), ("Decided by", "decided_by"), ("Reason", "reason"),
                ],
                "Nothing was asked for.",
            ),
        ),
    ]  # fmt: skip


Cell = str | Callable[[Row], str]


def _table(
    rows: Sequence[Row], columns: Sequence[tuple[str, Cell]], nothing: str, numbers: Sequence[str] = ()
) -> PageTable | str:
    if not rows:
        return nothing
    texts = [[cell(row) if callable(cell) else _text(row[cell]) for _, cell in columns] for row in rows]
    return PageTable([(header, header in numbers) for header, _ in columns], texts)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _at(key: str, shown: Callable[[str | None], str]) -> Cell:
    return lambda row: shown(row[key])


def _status(one: Row) -> str:
    """Return where a portfolio or a breach stands as the pages say it."""
    word = str(one["status"])
    return _STANDING.get(word, word.replace("_", " ").capitalize())


def _whose(one: Row) -> str:
    """Return for whom a rule is: the house, or a client or portfolio by name."""
    return "The house" if one["scope"] == "house" else str(one["scope_name"] or one["scope"].capitalize())


def _severity(row: Row) -> str:
    severity: str = row["severity"]
    return _SEVERITIES.get(severity, severity)


def _approved(row: Row) -> str:
    return f"{_moment(row['approved_at_utc'])}, {row['approved_by']}".strip(", ")


def _moment(text: str | None) -> str:
    return "" if text is None else formatting.moment(datetime.fromisoformat(text))


def _day(text: str | None) -> str:
    return "" if text is None else formatting.day_short(date.fromisoformat(text))


def _columns(*given: str) -> tuple[tuple[str, str, Kind], ...]:
    """Return columns by key; the header is the key in words, and its ending says what stands below.

    Instants are in UTC, and their headers say so: a spreadsheet has no time zones.
    """
    kinds: dict[str, Kind] = {
        "_utc": "moment",
        "_on": "date",
        "as_of": "date",
        "cure_by": "date",
        "_by": "text",
        "rules": "count",
    }
    found = []
    for key in given:
        kind: Kind = (
            "count" if key == "version" else next((one for end, one in kinds.items() if key.endswith(end)), "text")
        )
        words = key.removesuffix("_utc").replace("_", " ").capitalize()
        found.append((key, f"{words} (UTC)" if kind == "moment" else words, kind))
    return tuple(found)


_TABLES: tuple[tuple[str, str, tuple[tuple[str, str, Kind], ...]], ...] = (
    ("Portfolios", "standing", _columns(
        "portfolio", "status", "as_of", "checked_at_utc", "rules", "engine_version", "inputs_sha256")),
    ("Rules", "rules", _columns(
        "code", "version", "title", "severity", "sentence", "citation", "scope", "scope_name", "approved_by",
        "approved_at_utc")),
    ("Changes of rules", "changes", _columns(
        "at_utc", "code", "what", "state", "sentence", "made_by", "decided_by", "reason")),
    ("Breaches", "breaches", _columns(
        "portfolio", "rule", "group", "severity", "status", "cause", "sentence", "opened_at_utc", "cure_by",
        "cured_at_utc", "closed_at_utc", "owner", "close_reason")),
    ("History of breaches", "breach_events", _columns(
        "at_utc", "portfolio", "rule", "group", "kind", "who", "sentence", "comment")),
    ("Overrides", "overrides", _columns(
        "portfolio", "rule", "group", "state", "reach", "reason", "requested_by", "requested_at_utc", "decided_by",
        "decided_at_utc", "decision_reason", "expires_on")),
    ("Restrictions", "restrictions", _columns("at_utc", "list", "kind", "name", "what", "from_on", "by", "reason")),
    ("Decisions of two", "decisions", _columns(
        "at_utc", "sentence", "reason", "state", "requested_by", "decided_by", "decided_at_utc", "decision_reason")),
)  # fmt: skip


def _sheet(name: str, columns: Sequence[tuple[str, str, Kind]], rows: Sequence[Row]) -> Sheet:
    return Sheet(
        name,
        [Column(key, header, kind) for key, header, kind in columns],
        [[_cell(row.get(key), kind) for key, _, kind in columns] for row in rows],
    )


def _cell(value: Any, kind: Kind) -> Any:
    if value is None or value == "":
        return None
    match kind:
        case "date":
            return date.fromisoformat(value)
        case "moment":
            return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None, microsecond=0)
        case "count":
            return int(value)
        case _:
            return value
