"""Which risk-free rate does a draft ask for: none, one for all days, or a series by date, and how does it come back?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from callbacks.optimize_figures import percent_text
from callbacks.optimize_numbers import Reader, TypedProblem
from components.wizard_draft_estimates import CONSTANT, DATED, NOT_SET
from services.formatting import day

RATES: Final = "rates"
FIELD: Final = "risk_free_rates"
CONSTANT_FIELD: Final = "risk_free_annual_frac"
RATE_MAX: Final = 50.0
SHOWN_COUNT: Final = 3
ADVICE: Final = "Write a date and a rate in percent a year on each line: 2022-06-30 1.25."

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED: Final = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
_LINE: Final = re.compile(r"(?P<day>[\d.-]+)[\s,;]+(?P<rate>[+\-\u2212]?[\d.,]+)\s*%?")
_MISSING: Final = re.compile(r"[\d.-]{8,10}[\s,;]*(?:\.|n/?a|nan|-)?", re.IGNORECASE)
"""A day without a rate, as series of central banks have them."""

Draft = Mapping[str, Any]


def rate_of(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any]:
    """Return the part of a request that states the risk-free rate; nothing where none is set."""
    paths |= {CONSTANT_FIELD: "risk_free", FIELD: RATES}
    kind = draft["rate_kind"] or NOT_SET
    if kind == CONSTANT:
        return {CONSTANT_FIELD: reader.percent("risk_free", "The risk-free rate", draft["risk_free"], -50, 50, "2")}
    if kind != DATED:
        return {}
    kept = dict(dict(draft["kept"]).get("request") or {}).get(FIELD)
    if kept and str(draft[RATES]).replace(",", ".") == _text_of(kept):
        return {FIELD: kept}
    rates = rates_from_text(str(draft[RATES]), reader)
    if not rates:
        return {}
    days = sorted(rates)
    stated = {"dates": [one.isoformat() for one in days], "rates_annual_frac": [rates[one] for one in days]}
    return {FIELD: {**stated, "source": "rates of one's own"}}


def rates_from_text(text: str, reader: Reader) -> dict[date, float]:
    """Return date to fraction a year; a first line of headings and days without a rate are left out.

    Every kind of problem is noted once, with the lines that it concerns.
    """
    found: dict[date, float] = {}
    unread: list[str] = []
    twice: list[date] = []
    outside: list[str] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for place, line in enumerate(lines):
        parts = _LINE.fullmatch(line)
        when = _day(parts["day"]) if parts else None
        value = reader.number(parts["rate"]) if parts else None
        if when is None or value is None:
            if not (place == 0 and not line[0].isdigit()) and not _MISSING.fullmatch(line):
                unread.append(line)
        elif abs(value) > RATE_MAX:
            outside.append(line)
        elif when in found:
            twice.append(when)
        else:
            found[when] = round(value / 100, 10)
    _tell(f"Not understood as a date and a rate: {_listed(unread)}.", unread, ADVICE, reader)
    _tell(
        f"A rate lies outside −50% to 50% a year: {_listed(outside)}.", outside, "Write percent: 1.25 is 1.25%.", reader
    )
    days = [day(one) for one in twice]
    _tell(
        f"There is more than one rate of {', '.join(days[:SHOWN_COUNT])}.", days, "Keep one rate for each date.", reader
    )
    if not found and not reader.problems:
        reader.problems.append(TypedProblem(RATES, "The series of risk-free rates is empty.", ADVICE))
    return found


def restored_rate(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a draft that the risk-free rate of a request stands for."""
    if request.get(FIELD):
        return {"rate_kind": DATED, RATES: _text_of(request[FIELD])}
    rate = request.get(CONSTANT_FIELD)
    return {"rate_kind": NOT_SET} if rate is None else {"rate_kind": CONSTANT, "risk_free": percent_text(rate)}


def _text_of(series: Mapping[str, Any]) -> str:
    pairs = zip(series["dates"], series["rates_annual_frac"], strict=True)
    return "\n".join(f"{when} {percent_text(rate)}" for when, rate in pairs)


def _day(text: str) -> date | None:
    """Return the date that a text means, year-month-day or day.month.year; None where it means none."""
    iso, dotted = _ISO.fullmatch(text), _DOTTED.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(dotted["year"]), int(dotted["month"]), int(dotted["day"])) if dotted else None
    except ValueError:
        return None


def _listed(lines: list[str]) -> str:
    more = f" and {len(lines) - SHOWN_COUNT} more" if len(lines) > SHOWN_COUNT else ""
    return "; ".join(f"“{line[:40]}”" for line in lines[:SHOWN_COUNT]) + more


def _tell(message: str, lines: list[str], advice: str, reader: Reader) -> None:
    if lines:
        reader.problems.append(TypedProblem(RATES, message, advice))
