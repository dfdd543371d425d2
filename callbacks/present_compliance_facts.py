"""How does what rules miss become a table with its way out, and what was typed a statement?"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html

from callbacks.present_typed import Typed
from callbacks.wording import told
from components.compliance_facts import HOUSE
from components.fields import field, number_input, select, text_input
from components.ids_compliance_facts import ComplianceFacts as Ids
from components.pills import tag
from components.table import table
from services import formatting
from services.compliance.stated_catalog import STATED, StatedKind
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_checks import ComplianceReport, MissingFact
from services.messages.compliance_facts import StatedFact, StatedFactInput
from services.messages.exports import Export
from services.messages.portfolios import PortfolioSummary

YES_NO: Final = (("1", "Yes"), ("0", "No"))
SYMBOLS_MAX: Final = 8
UNITS: Final = {"usd": "USD", "frac": "%", "ccy": "currency of the portfolio"}
ABOUT_WORDS: Final = {
    "currency": "Currency (empty for all cash)",
    "body": "Counterparty",
    "asset_class": "Kind of asset",
}
MARK: Final = "marked_"


def places(found: Sequence[PortfolioSummary]) -> list[dict[str, str]]:
    """Offer the house, and each portfolio."""
    return [{"value": HOUSE, "label": "The house"}, *({"value": one.id, "label": one.name} for one in found)]


def missing_by_field(report: ComplianceReport) -> list[tuple[MissingFact, list[str]]]:
    """Return each field that is not known once, with every asset that lacks it and the rules that wait for it.

    What the most rules wait for comes first.
    """
    found: dict[str, tuple[MissingFact, list[str]]] = {}
    for rule in report.results:
        for one in rule.missing:
            kept, rules = found.get(one.field, (one, []))
            symbols = tuple(dict.fromkeys((*kept.symbols, *one.symbols)))
            found[one.field] = (kept.model_copy(update={"symbols": symbols}), [*rules, rule.title])
    return sorted(found.values(), key=lambda pair: -len(pair[1]))


def missing(report: ComplianceReport) -> Any:
    """Show what is not known, of which assets, which rules wait for it, and what brings it."""
    found = missing_by_field(report)
    if not found:
        return html.P("Nothing: every rule of this portfolio has all that it needs.", className="muted")
    rows = [
        [told(one.sentence), _some(one.symbols) or "The portfolio", "; ".join(dict.fromkeys(rules)), _way(one)]
        for one, rules in found
    ]
    heads = [("What is not known", False), ("Of", False), ("Rules that wait for it", False), ("How it is given", False)]
    return table(heads, rows, caption="What rules need and nobody knows")


def _some(symbols: Sequence[str]) -> Any:
    shown = ", ".join(symbols[:SYMBOLS_MAX])
    more = len(symbols) - SYMBOLS_MAX
    words = f"{shown} and {formatting.count(more, 'other')}" if more > 0 else shown
    return html.Span(words, title=", ".join(symbols)) if symbols else ""


def _way(one: MissingFact) -> Any:
    fits = one.field in STATED or f"{MARK}{one.field}" in STATED
    return html.Div([html.Span(told(one.advice)), *([tag("Can be stated below", "info")] if fits else [])])


def missing_sentence(report: ComplianceReport) -> str:
    """Say in one sentence how much is not known."""
    found = missing_by_field(report)
    if not found:
        return told(f"{report.name}: nothing is missing.")
    waiting = len({rule.rule_id for rule in report.results if rule.missing})
    are = "waits" if waiting == 1 else "wait"
    return told(
        f"{report.name}: {formatting.count(waiting, 'rule')} {are} for {formatting.count(len(found), 'fact')} "
        "that nobody knows."
    )


def template(report: ComplianceReport) -> Export:
    """Return a file with one line an asset and fact that is missing, to be filled in and imported.

    Raises
    ------
    InvalidRequest
        Nothing of an asset is missing.

    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("symbol", "date", "field", "value"))
    day = report.as_of.isoformat() if report.as_of else ""
    lines = [(symbol, day, one.field, "") for one, _ in missing_by_field(report) for symbol in one.symbols]
    if not lines:
        said = "Nothing of an asset is missing."
        raise InvalidRequest(said, fields=(FieldProblem("", said, "State what is missing of the portfolio below."),))
    writer.writerows(lines)
    return Export(data=out.getvalue().encode(), filename="facts-to-fill-in.csv", media_type="text/csv")


def stated(found: Sequence[StatedFact], names: Mapping[str, str]) -> Any:
    """Show what was stated, the newest first."""
    if not found:
        return html.P("Nothing was stated yet.", className="muted")
    rows = [
        [
            html.Div([told(one.sentence), html.Div(one.source, className="muted")]),
            names.get(one.portfolio_id or "", "The house" if one.portfolio_id is None else "A portfolio"),
            f"{formatting.moment(one.stated_at_utc)} by {one.stated_by or 'somebody'}",
            tag("Counts", "ok") if one.is_in_force else tag("Not any more"),
        ]
        for one in found
    ]
    heads = [("What", False), ("Of", False), ("Stated", False), ("Counts", False)]
    return table(heads, rows, caption="Stated facts")


def fact_options(where: str, report: ComplianceReport | None) -> list[dict[str, str]]:
    """Offer what can be stated of the house or of a portfolio; what is missing comes first and says so."""
    lacking = {one.field for one, _ in missing_by_field(report)} if report is not None else set()
    level = "house" if where == HOUSE else "portfolio"
    kinds = [one for one in STATED.values() if one.level in ("any", level)]
    ordered = sorted(kinds, key=lambda one: not _lacks(one, lacking))
    return [{"value": one.name, "label": one.label + (" (missing)" if _lacks(one, lacking) else "")} for one in ordered]


def _lacks(one: StatedKind, lacking: set[str]) -> bool:
    return bool({one.name, one.name.removeprefix(MARK), one.age_fact} & lacking)


def about_words(name: str | None) -> str | None:
    """Return what a statement of the fact is about where there are several of it; None where there is one."""
    kind = STATED.get(name or "")
    return None if kind is None else ABOUT_WORDS.get(kind.keyed)


def value_field(name: str | None) -> Any:
    """Ask for the value as its kind needs it: a number with its unit, yes or no, a name, or who did it."""
    kind = STATED.get(name or "")
    if kind is None:
        return None
    control = Ids.value(kind.name)
    if kind.unit in ("yes", "marks"):
        return field(select(control, YES_NO, placeholder="Choose"), "Value")
    if kind.unit == "days_since":
        help_text = "The day on which it was done stands below."
        return field(text_input(control, maxLength=200), "Who did it", help_text=help_text)
    if kind.unit == "name":
        return field(text_input(control, maxLength=200), "Name")
    return field(number_input(control, None, unit=UNITS.get(kind.unit)), "Value")


def statement(
    name: str | None, where: str, about: str, value: object, since: str | None, source: str, *, takes_back: bool
) -> StatedFactInput:
    """Return what is stated, or that what was stated before is not known any more.

    Raises
    ------
    InvalidRequest
        With every field that is empty or cannot be read.

    """
    kind = STATED.get(name or "")
    read = Typed()
    if kind is None:
        read.problems.append(FieldProblem("name", "No fact is chosen.", "Choose one."))
    if not source:
        read.problems.append(
            FieldProblem("source", "It is not said where it is from.", "Name the paper or the person.")
        )
    sent = {} if kind is None or takes_back else _value(read, kind, value)
    if read.problems or kind is None:
        raise InvalidRequest("The fact cannot be stated.", "Correct what is named.", fields=tuple(read.problems))
    named = {"currency" if kind.keyed == "currency" else "about": about} if about and kind.keyed != "none" else {}
    return StatedFactInput.model_validate(
        {
            "name": kind.name, "portfolio_id": None if where == HOUSE else where, "valid_from": since or None,
            "source": source, **sent, **named,
        }
    )  # fmt: skip


def _value(read: Typed, kind: StatedKind, value: object) -> dict[str, Any]:
    text = str(value or "").strip()
    if not kind.is_number:
        if not text:
            read.problems.append(FieldProblem("text", "The name is empty.", "Type it."))
        return {"text": text}
    if kind.unit in ("yes", "marks"):
        if text not in ("0", "1"):
            read.problems.append(FieldProblem("number", "Neither yes nor no is chosen.", "Choose one."))
        return {"number": float(text or 0)}
    number = read.number("number", "The value", text, low=0, unit="%" if kind.unit == "frac" else "", is_needed=True)
    if number is None:
        return {}
    return {"number": round(float(number) / 100, 12) if kind.unit == "frac" else float(number)}
