"""How does a wording of a rule become what stands in a form, and what stands there a wording again?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html
from pydantic import ValidationError

from callbacks.present_compliance_packs import places as offered_places
from callbacks.present_compliance_rules import examples_table
from callbacks.present_typed import Typed
from callbacks.wording import told
from components.compliance_packs import HOUSE
from components.compliance_rule_editor import WHOLE, copy_form, editor_form
from components.error_state import problem_list
from services.auth.roles import Role
from services.compliance.rules_files import examples_text, read_examples
from services.compliance.rules_vocabulary import portfolio_words, position_words
from services.compliance.rules_words import figure_words
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import field_problems
from services.messages.clients import Client
from services.messages.compliance_rules import Duplication, RuleVersionView, Wording, WordingCheck
from services.messages.portfolios import PortfolioSummary, Strategy

Place = tuple[str, str]
EXAMPLES: Final = """\
- name: "Eight percent is kept"
  expected: passed
  cash_ccy: 92
  positions:
    - symbol: A
      value_ccy: 8
- name: "Eleven percent is broken"
  expected: failed
  cash_ccy: 89
  positions:
    - symbol: A
      value_ccy: 11
"""
EMPTY: Final[dict[str, Any]] = {
    "severity": "hard", "for": HOUSE, "universe": "not is_cash", "group_by": "symbol", "measure": "sum(abs(weight))",
    "over": "each", "operator": "<=", "limit": "cap", "warn_at": "0.9 * cap",
    "parameters": "cap = 10%; Greatest weight", "timing": ["pre", "post", "eod"],
    "acquisition": "no", "remedy": "trim", "roles": [], "days_max": "30", "second_person": "yes", "strategies": [],
    "year_end_month": "12", "consecutive_days": "1", "examples": EXAMPLES,
}  # fmt: skip
"""What stands in the form of a new rule: a limit on positions that works, to be changed to what is meant."""
NAMES: Final = {
    "rule.definitions": "The names for expressions",
    "rule.id": "The code", "rule.title": "The title", "rule.citation": "The source",
    "rule.universe": "Which positions", "rule.measure": "The measure",
    "rule.keep": "Which groups count", "rule.limit": "The limit",
    "rule.further": "Told again each further", "rule.ladder": "Further limits",
    "rule.consecutive_days": "Days in a row", "rule.year_end_month": "The end of the year",
    "rule.warn_at": "The warning level", "rule.cure_days": "Days to cure",
    "rule.effective_from": "The first day", "rule.effective_to": "The last day",
    "rule.override.days_max": "Days at most", "applies_to.currencies": "Currencies",
    "note": "Why", "rule.parameters": "The figures", "rule.group_by": "The grouping", "rule.timing": "When",
}  # fmt: skip
_LINE: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*([^;]+?)\s*(?:;\s*(.*?))?\s*")
_DOUBTFUL: Final = re.compile(r"\d{1,3}\.\d{3}")
_UNIT: Final = re.compile(r"(.*?)\s*(%|days|ccy|count|score)")
_UNITS: Final = {"frac": "%", "plain": "", "days": " days", "ccy": " ccy", "count": " count", "score": " score"}


def values_of(shown: RuleVersionView) -> dict[str, Any]:
    """Return what stands in the form for a version."""
    one = shown.rule
    return {
        "code": one.id, "title": one.title, "citation": one.citation, "severity": one.severity,
        "universe": one.universe, "group_by": one.group_by or WHOLE, "measure": one.measure, "keep": one.keep,
        "over": one.over, "operator": one.operator, "limit": one.limit, "warn_at": one.warn_at,
        "further": one.further, "ladder": "; ".join(one.ladder), "year_end_month": str(one.year_end_month),
        "consecutive_days": str(one.consecutive_days),
        "timing": list(one.timing), "remedy": one.remedy, "acquisition": _yes(one.is_acquisition_tested),
        "first_day": None if one.effective_from is None else one.effective_from.isoformat(),
        "last_day": None if one.effective_to is None else one.effective_to.isoformat(),
        "cure_days": None if one.cure_days is None else str(one.cure_days),
        "roles": list(one.override.roles), "days_max": str(one.override.days_max),
        "second_person": _yes(one.override.needs_second_person),
        "strategies": list(shown.applies_to.strategies), "currencies": ", ".join(shown.applies_to.currencies),
        "parameters": "\n".join(_line(told(_figure(p.name, p.value, p.unit)), p.label) for p in one.parameters),
        "definitions": "\n".join(_line(f"{d.name} = {d.expression}", d.label) for d in one.definitions),
        "examples": examples_text(shown.cases), "note": shown.note,
    }  # fmt: skip


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _figure(name: str, value: float, unit: str) -> str:
    text = figure_words(value, "frac" if unit == "frac" else "plain").removesuffix("%")
    if unit != "frac" and _DOUBTFUL.fullmatch(text):
        text += "0"  # 1.645 can be read as 1,645 too; 1.6450 cannot
    return f"{name} = {text}{_UNITS[unit]}"


def _line(text: str, label: str) -> str:
    return f"{text}; {label}" if label else text


def drawn(values: Mapping[str, Any], places: Sequence[Place], *, is_new: bool) -> Any:
    """Draw the form with the choices of the product."""
    return editor_form(
        values,
        is_new=is_new,
        groups=[(one.name, one.label.capitalize()) for one in position_words() if one.is_group],
        roles=[(one.value, one.label) for one in Role],
        places=places,
        strategies=[(one.value, one.value.replace("_", " ").capitalize()) for one in Strategy],
        words=(
            ("Of each position", [(one.name, told(one.explain)) for one in position_words()]),
            ("Of the portfolio", [(one.name, told(one.explain)) for one in portfolio_words()]),
        ),
    )


def places(clients: Sequence[Client], portfolios: Sequence[PortfolioSummary]) -> list[Place]:
    """Offer for whom a new rule can be: the house, one client, or one portfolio."""
    return [(one["value"], one["label"]) for one in offered_places(clients, portfolios)]


def copied(code: str, where: Sequence[Place]) -> Any:
    """Draw what is asked before a rule is copied."""
    return copy_form(f"{code}.copy", where)


def copy_of(typed: Mapping[str, Any]) -> Duplication:
    """Return which copy is wanted; InvalidRequest where its code cannot be used."""
    try:
        return Duplication.model_validate({"code": _plain(typed, "code"), **place_of(typed)})
    except ValidationError:
        raise InvalidRequest(_CODE.message, fields=(_CODE,)) from None


def place_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return for whom a rule is, as a new one is sent: scope with the id that it needs."""
    scope, _, key = str(typed.get("for") or HOUSE).partition(":")
    return {"scope": scope, **({f"{scope}_id": key} if key else {})}


def wording(typed: Mapping[str, Any], portfolio_ids: list[str]) -> Wording:
    """Return the wording that stands in the form.

    Parameters
    ----------
    typed : mapping
        What stands in each control, by its name.
    portfolio_ids : list
        Portfolios by name that the version is for already; the form leaves them as they are.

    Raises
    ------
    InvalidRequest
        With every field that cannot be read; whether the wording makes sense is the service's to say.

    """
    read = Typed()
    rule = {
        **{name: _plain(typed, name) for name in _PLAIN_FIELDS},
        "id": _plain(typed, "code"),
        "group_by": None if typed.get("group_by") in (None, "", WHOLE) else typed["group_by"],
        "timing": [one for one in _TIMINGS if one in (typed.get("timing") or [])],
        "ladder": [one.strip() for one in _plain(typed, "ladder").split(";") if one.strip()],
        "year_end_month": int(typed.get("year_end_month") or 12),
        "consecutive_days": _days(
            read, "rule.consecutive_days", "Days in a row", typed.get("consecutive_days"), high=60, low=1
        )
        or 1,
        "effective_from": typed.get("first_day") or None,
        "effective_to": typed.get("last_day") or None,
        "cure_days": _days(read, "rule.cure_days", "Days to cure", typed.get("cure_days"), high=3_650),
        "is_acquisition_tested": typed.get("acquisition") == "yes",
        "override": {
            "roles": typed.get("roles") or [],
            "days_max": _days(read, "rule.override.days_max", "Days at most", typed.get("days_max"), high=366) or 30,
            "needs_second_person": typed.get("second_person") != "no",
        },
        "parameters": _parameters(read, typed.get("parameters")),
        "definitions": _definitions(read, typed.get("definitions")),
    }
    examples = _examples(read, typed.get("examples"))
    _refuse_percents(read, typed)
    if read.problems:
        raise InvalidRequest("The form has problems.", "Put them right.", fields=tuple(read.problems))
    document = {
        "rule": rule,
        "applies_to": {
            "strategies": typed.get("strategies") or [],
            "currencies": [one for one in re.split(r"[\s,;]+", typed.get("currencies") or "") if one],
            "portfolio_ids": portfolio_ids,
        },
        "cases": [one.model_dump(mode="json") for one in examples],
        "note": _plain(typed, "note") or None,
    }
    try:
        return Wording.model_validate_json(json.dumps(document))
    except ValidationError as error:
        found = tuple(_CODE if one.path == "rule.id" else one for one in field_problems(error))
        raise InvalidRequest("The form has problems.", "Put them right.", fields=found) from None


_CODE: Final = FieldProblem(
    "rule.id",
    "The code cannot be used.",
    "Use small letters, digits, dots, dashes; begin with a letter or digit; 80 at most.",
)
_TIMINGS: Final = ("pre", "post", "eod", "quarter_end")
_PLAIN_FIELDS: Final = (
    "title", "citation", "severity", "universe", "measure", "keep", "over", "operator", "limit", "warn_at", "remedy",
    "further",
)  # fmt: skip


def _plain(typed: Mapping[str, Any], name: str) -> str:
    return str(typed.get(name) or "").strip()


def _days(read: Typed, path: str, label: str, text: object, high: int, low: int = 0) -> int | None:
    found = read.number(path, label, text, low=low, high=high)
    return None if found is None else int(found)


def _lines(read: Typed, path: str, text: object, example: str) -> list[tuple[str, str, str]]:
    found = []
    for number, line in enumerate(str(text or "").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match:
            found.append((match[1], match[2], match[3] or ""))
        elif line.strip():
            read.problems.append(FieldProblem(path, f"Line {number} cannot be read.", f"Write it as {example}."))
    return found


def _refuse_percents(read: Typed, typed: Mapping[str, Any]) -> None:
    """Expressions know no percent sign, which is the first thing that people type as a limit."""
    for name in ("limit", "warn_at", "further", "ladder", "measure", "keep", "universe"):
        if "%" in _plain(typed, name):
            said = "An expression has no percent signs."
            read.problems.append(FieldProblem(f"rule.{name}", said, "Write 10% as 0.10, or name it among the figures."))


def _parameters(read: Typed, text: object) -> list[dict[str, Any]]:
    made = []
    for name, said, label in _lines(read, "rule.parameters", text, "cap = 10%; greatest weight"):
        match = _UNIT.fullmatch(said)
        unit = {"%": "frac"}.get(match[2], match[2]) if match else "plain"
        value = read.number("rule.parameters", name, match[1] if match else said, unit="%" if unit == "frac" else "")
        if value is not None:
            figure = round(float(value) / 100, 12) if unit == "frac" else float(value)
            made.append({"name": name, "value": figure, "unit": unit, "label": label})
    return made


def _definitions(read: Typed, text: object) -> list[dict[str, str]]:
    found = _lines(read, "rule.definitions", text, "total = sum(weight)")
    return [{"name": name, "expression": said, "label": label} for name, said, label in found]


def _examples(read: Typed, text: object) -> Any:
    try:
        return read_examples(str(text or ""))
    except InvalidRequest as refusal:
        read.problems.extend(refusal.fields)
        return ()


def live(check: WordingCheck) -> Any:
    """Say how a wording reads and what its examples say, or everything that is wrong with it."""
    if check.problems:
        return problems([FieldProblem(one.path, one.message, one.advice) for one in check.problems])
    said = html.P(told(check.sentence or ""), className="evidence-sentence")
    return html.Div([html.H3("What it says"), said, *examples_table(check.case_results)], className="stack")


def problems(found: list[FieldProblem]) -> Any:
    """List what is wrong, each with the name of its field and the way out."""
    lines = [(_name(one.path), told(one.message), told(one.advice)) for one in found]
    return html.Div([html.H3("What is still wrong"), problem_list(lines)], className="stack")


def named(refusal: InvalidRequest) -> InvalidRequest:
    """Return a refusal whose problems stand at the names of the form's fields."""
    fields = tuple(FieldProblem(_name(one.path), one.message, one.advice) for one in refusal.fields)
    return InvalidRequest(refusal.message, refusal.advice, fields=fields)


def _name(path: str) -> str:
    return NAMES.get(path.partition("[")[0], "Its examples" if path.startswith("cases") else path.removeprefix("rule."))
