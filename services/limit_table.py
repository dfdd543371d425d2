"""How do the lines of a table become limits?

All faults of a table are found at once, each with its row, its column and a way out; `services.limit_rows` writes
limits as such lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from data.upload.problems import shown
from data.upload.values import Unreadable
from engine.constraints import CONSTRAINTS
from engine.kernel.findings import problems_of
from engine.spec import repeated_limit_kind
from services.limit_cells import (
    ABSOLUTE,
    WHOLE,
    Heading,
    basis,
    detail_parts,
    detail_value,
    figure,
    firmness,
    names,
    written,
)
from services.limit_kinds import FORMS, PRIORITY, LimitForm, form_of_words, forms_of, normalized, unquoted
from services.limit_twins import twin_warnings
from services.messages.limits import LimitProblem, LimitRow

Known = Mapping[str, Iterable[str]]
"""Names that are known, by `assets`, `sector`, `country` and so on, so that capitals do not matter."""


@dataclass(frozen=True)
class ReadLimit:
    """One limit, and which row and column each of its fields came from."""

    document: dict[str, Any]
    places: dict[str, tuple[int, str]]


@dataclass
class TableReading:
    """What a table says.

    Attributes
    ----------
    limits
        In the order of the rows; two rows about shorts make one limit.
    problems
        Everything that keeps rows from being limits.
    warnings
        What was read, but may have been meant otherwise.

    """

    limits: list[ReadLimit] = field(default_factory=list)
    problems: list[LimitProblem] = field(default_factory=list)
    warnings: list[LimitProblem] = field(default_factory=list)

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The limits in the form of a request."""
        return [one.document for one in self.limits]


def read_rows(
    rows: Sequence[LimitRow],
    *,
    comma: bool | None = None,
    headings: Mapping[str, Heading] | None = None,
    known: Known | None = None,
) -> TableReading:
    """Return the limits that lines state; rows with problems are told and left out.

    Parameters
    ----------
    rows
        Lines; blank ones are skipped.
    comma
        Whether figures have a decimal comma; None where each says so itself.
    headings
        What the headings of `least` and `most` say of their unit.
    known
        Names to compare with, without regard to capitals.

    """
    reading, context = TableReading(), _Context(comma, headings or {}, _by_small_letters(known or {}))
    for row in rows:
        if any(getattr(row, name).strip() for name in _TEXTS):
            _Line(row, context, reading).read()
    _refuse_repeated(reading)
    reading.warnings += twin_warnings(reading.limits)
    return reading


_TEXTS: Final = ("limit", "of", "least", "most", "measured_from", "firm", "details")


@dataclass(frozen=True)
class _Context:
    comma: bool | None
    headings: Mapping[str, Heading]
    known: Mapping[str, Mapping[str, str]]


def _by_small_letters(known: Known) -> dict[str, dict[str, str]]:
    return {kind: {name.lower(): name for name in given} for kind, given in known.items()}


class _Line:
    """Reads one row; every cell is looked at, whatever is wrong with the others."""

    def __init__(self, row: LimitRow, context: _Context, reading: TableReading) -> None:
        self.row, self.context, self.reading = row, context, reading
        self.places: dict[str, tuple[int, str]] = {}
        self.count_before = len(reading.problems)

    def tell(self, column: str, message: str, advice: str) -> None:
        """Note a problem at a cell."""
        self.reading.problems.append(LimitProblem(row=self.row.number, column=column, message=message, advice=advice))

    def read(self) -> None:
        """Add the limit to the reading, or what is wrong with the row."""
        form = self._form()
        if form is None:
            return
        limit: dict[str, Any] = {"kind": form.kind, **form.fixed}
        self.places |= {"kind": (self.row.number, "limit"), **{name: (self.row.number, "limit") for name in form.fixed}}
        self._firm(limit)
        base = self._base(form)
        if base != ABSOLUTE:
            limit["relative_to"] = base
        self._names(form, limit)
        self._sides(form, limit, base)
        self._details(form, limit)
        if len(self.reading.problems) > self.count_before:
            return
        if form.kind == "long_short" and self._joins_earlier(form, limit):
            return
        self._finish(form, limit)

    def _form(self) -> LimitForm | None:
        words = self.row.limit.strip()
        form = form_of_words(words)
        if form is not None:
            return form
        if not words:
            self.tell("limit", "The row does not say which limit it is.", "Write a word such as Country or Turnover.")
            return None
        if normalized(words) in ("group", "group:", "group limit"):
            advice = "Write Country, Currency or Asset class, or “Group: ” and the name of your own dimension."
            self.tell("limit", f"{shown(words)} does not say what the assets are grouped by.", advice)
            return None
        offered = [one.words for one in FORMS]
        near = get_close_matches(words.title(), offered, 1, 0.6)
        advice = (
            f"Did you mean {near[0]}? Write it so, or remove the row."
            if near
            else f"Write one of: {', '.join(offered)}; or Group: <dimension>."
        )
        self.tell("limit", f"{shown(words)} is no limit that the product knows.", advice)
        return None

    def _firm(self, limit: dict[str, Any]) -> None:
        self.places |= {"is_soft": (self.row.number, "firm"), "priority": (self.row.number, "firm")}
        try:
            limit["is_soft"], limit["priority"] = firmness(self.row.firm)
        except Unreadable as found:
            self.tell("firm", found.message, found.advice)

    def _base(self, form: LimitForm) -> str:
        self.places["relative_to"] = (self.row.number, "measured from")
        try:
            return basis(self.row.measured_from, form)
        except Unreadable as found:
            self.tell("measured from", found.message, found.advice)
            return ABSOLUTE

    def _names(self, form: LimitForm, limit: dict[str, Any]) -> None:
        typed = self.row.of.strip()
        if not form.of:
            if typed:
                self.tell(
                    "of", f"{form.words} is about the whole portfolio, not about {shown(typed)}.", "Leave it empty."
                )
            return
        self.places[form.of] = (self.row.number, "of")
        known = self.context.known.get(form.fixed.get("dimension", form.of), {})
        if form.of == "assets":
            found = names(typed)
            limit["assets"] = [known.get(one.lower(), one) for one in found] or None
        elif typed:
            name = unquoted(typed)
            limit[form.of] = known.get(name.lower(), name)
        else:
            advice = f"Write its name{', such as ' + sorted(known.values())[0] if known else ''}."
            self.tell("of", f"The row does not say which {_noun(form)} is limited.", advice)

    def _sides(self, form: LimitForm, limit: dict[str, Any], base: str) -> None:
        given: dict[str, float] = {}
        for column in ("least", "most"):
            typed, name = getattr(self.row, column).strip(), getattr(form, column)
            if name:
                self.places[name] = (self.row.number, column)
            if not typed:
                continue
            if not name:
                other = "most" if column == "least" else "least"
                advice = f"Write it under {other}." if getattr(form, other) else "Leave the cell empty."
                self.tell(column, f"{form.words} has no “{column}”.", advice)
                continue
            value = self._figure(typed, form, name, column, base)
            if value is not None:
                given[column] = value
        if len(self.reading.problems) > self.count_before:
            return
        self._check_sides(form, given)
        self._set_sides(form, limit, given, base)

    def _figure(self, typed: str, form: LimitForm, name: str, column: str, base: str) -> float | None:
        heading = self.context.headings.get(column, "")
        try:
            span = WHOLE if form.kind == "position_bounds" and base == ABSOLUTE else None
            found = figure(typed, form, name, comma=self.context.comma, heading=heading, span=span)
        except Unreadable as fault:
            self.tell(column, fault.message, fault.advice)
            return None
        if found.was_plain:
            meant = written(float(found.value * 100), form)
            read = written(found.value, form)
            message = f"{shown(typed)} is read as {read}."
            advice = f"Did you mean {meant}? Write the percent sign to be sure."
            self.reading.warnings.append(
                LimitProblem(row=self.row.number, column=column, message=message, advice=advice)
            )
        return found.value

    def _check_sides(self, form: LimitForm, given: Mapping[str, float]) -> None:
        is_sided = bool(form.least or form.most)
        if is_sided and not given and not form.is_open:
            columns = [column for column in ("least", "most") if getattr(form, column)]
            where = " or ".join(columns)
            self.tell(columns[-1], f"{form.words} has no figure.", f"Write it under {where}, or leave the row out.")
        if len(given) < 2 or given["least"] == given["most"]:
            return
        least, most = written(given["least"], form), written(given["most"], form)
        if form.is_exact:
            self.tell("most", f"{form.words} is met exactly, but {least} and {most} are given.", "Write one figure.")
        elif given["least"] > given["most"]:
            self.tell(
                "least", f"The least of {least} is above the most of {most}.", "Lower the one or raise the other."
            )

    def _set_sides(self, form: LimitForm, limit: dict[str, Any], given: Mapping[str, float], base: str) -> None:
        for column in ("least", "most"):
            name = getattr(form, column)
            if name and column in given:
                limit[name] = int(given[column]) if form.unit == "count" else given[column]
        if form.kind == "position_bounds" and base == ABSOLUTE:
            limit.setdefault("min_frac", 0.0)
            limit.setdefault("max_frac", 1.0)
        if form.kind == "long_short":
            limit |= {"gross_max_frac": None, "short_max_frac": None} | {form.most: given.get("most")}

    def _details(self, form: LimitForm, limit: dict[str, Any]) -> None:
        known = {one.key: one for one in (*form.details, PRIORITY)}
        try:
            parts = detail_parts(self.row.details)
        except Unreadable as fault:
            self.tell("details", fault.message, fault.advice)
            return
        for key, text in parts:
            if key not in known:
                may = [one.key for one in form.details]
                advice = f"Known here: {', '.join(may)}." if may else f"Leave it out: {form.words} has no details."
                self.tell("details", f"{shown(key)} is no detail of {form.words}.", advice)
                continue
            self.places[known[key].name] = (self.row.number, "details")
            try:
                limit[known[key].name] = detail_value(known[key], text, form)
            except Unreadable as fault:
                self.tell("details", fault.message, fault.advice)

    def _joins_earlier(self, form: LimitForm, limit: dict[str, Any]) -> bool:
        """Return whether the row completes an earlier one: gross exposure and shorts are one limit of the engine."""
        other = next(one.most for one in FORMS if one.kind == form.kind and one.most != form.most)
        for earlier in self.reading.limits:
            one = earlier.document
            if one["kind"] != form.kind or one[form.most] is not None or one[other] is None:
                continue
            if (one["is_soft"], one["priority"]) != (limit["is_soft"], limit["priority"]):
                advice = "Say the same under firm in both rows."
                self.tell("firm", "Gross exposure and shorts give way together.", advice)
                return True
            one[form.most] = limit[form.most]
            earlier.places[form.most] = self.places[form.most]
            return True
        return False

    def _finish(self, form: LimitForm, limit: dict[str, Any]) -> None:
        """Have the engine judge the limit."""
        try:
            model = CONSTRAINTS.get(form.kind).model_validate_json(json.dumps(limit))
        except ValidationError as refusal:
            for found in problems_of(refusal, lambda location: ".".join(str(step) for step in location)):
                _, column = self.places.get(found.path.split(".", 1)[0], (0, "limit"))
                self.tell(column, found.message, found.advice or "Correct the row.")
            return
        self.reading.limits.append(ReadLimit(model.model_dump(mode="json"), self.places))


def _noun(form: LimitForm) -> str:
    noun = form.fixed.get("dimension", form.of).replace("_", " ")
    return f"group of {noun}" if form.kind == "group_limit" and form.words.startswith("Group") else noun


def _refuse_repeated(reading: TableReading) -> None:
    """Tell kinds of limits that stand more often than an optimization may have them, at the row that is too many."""
    seen: list[ReadLimit] = []
    for one in reading.limits:
        kind = str(one.document["kind"])
        of_kind = [other for other in seen if other.document["kind"] == kind] if _is_counted(kind) else []
        stated = [(kind, bool(other.document["is_soft"])) for other in (*of_kind, one)]
        if repeated_limit_kind(stated) is None:
            seen.append(one)
            continue
        first = of_kind[0].places["kind"][0]
        words = forms_of(one.document)[0].words
        reading.problems.append(
            LimitProblem(
                row=one.places["kind"][0],
                column="limit",
                message=f"{words} is limited in row {first} already.",
                advice="Keep one of the two rows.",
            )
        )
    reading.limits = seen


def _is_counted(kind: str) -> bool:
    return CONSTRAINTS.get(kind).repeats != "freely"
