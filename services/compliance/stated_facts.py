"""What do rules need that nobody can derive, who stated it, and what holds on a day?

What may be stated stands in `services.compliance.stated_catalog`. A statement is never changed: a later one follows it,
and one without a value takes it back. What is of a portfolio counts before what is of the house.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.stated_catalog import BANK, MARKS, STATED, StatedKind
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_facts import StatedFact, StatedFactInput

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.ports import Ports

FIGURES = frozenset(name for name, one in STATED.items() if one.is_fact) | {
    one.age_fact for one in STATED.values() if one.age_fact
}
"""What rules read as a figure of the portfolio."""
DOLLARS = "USD"
Stated = dict[tuple[str, str], "float | str"]


def stated_on(uow: UnitOfWork, portfolio_id: str, on: date) -> Stated:
    """Return what holds of a portfolio on a day, by name and currency; the house's where it has none of its own."""
    rows = [row for row in uow.compliance_facts.history(portfolio_id) if row.valid_from <= on]
    found: Stated = {}
    for is_own in (False, True):
        by_key: dict[tuple[str, str], list[tables.ComplianceFact]] = {}
        for row in rows:
            if (row.portfolio_id is not None) is is_own and row.name in STATED:
                by_key.setdefault((row.name, row.key), []).append(row)
        for key, same in by_key.items():
            value = _value_on(STATED[key[0]], same, on)
            if value is not None:
                found[key] = value
                if STATED[key[0]].age_fact:
                    found[STATED[key[0]].age_fact, ""] = float((on - same[-1].valid_from).days)
    return found


def _value_on(kind: StatedKind, rows: Sequence[tables.ComplianceFact], on: date) -> float | str | None:
    """Return what statements of one fact mean on a day; they come in the order in which they hold."""
    last = rows[-1]
    if kind.reads == "greatest_of_two_years":
        return _greatest_of_two_years(rows, on)
    if kind.lasts_days is not None and (on - last.valid_from).days > kind.lasts_days:
        return None
    if kind.unit == "days_since":
        return None if last.text is None else float((on - last.valid_from).days)
    return last.text if kind.unit == "name" else last.number


def _greatest_of_two_years(rows: Sequence[tables.ComplianceFact], on: date) -> float | None:
    """Return the greatest figure of this calendar year and the last; a later one of the same day replaces it."""
    by_day: dict[date, float] = {}
    for row in rows:
        if row.number is None:
            by_day.clear()
        else:
            by_day[row.valid_from] = row.number
    return max((number for day, number in by_day.items() if day.year >= on.year - 1), default=None)


def is_marked_completely(stated: Stated, flag: str) -> bool:
    """Return whether somebody said that an asset which no file marks is none of a kind."""
    return stated.get((f"{MARKS}{flag}", "")) == 1.0


def bank_of(stated: Stated, currency: str) -> str | None:
    """Return the bank at which cash of a currency lies; None where nobody said so."""
    found = stated.get((BANK, currency), stated.get((BANK, "")))
    return None if found is None else str(found)


def _latest(rows: Sequence[tables.ComplianceFact]) -> dict[tuple[str, str], tables.ComplianceFact]:
    """Return the last statement of each fact; rows come in the order in which they hold."""
    return {(row.name, row.key): row for row in rows}


class StatedFacts:
    """Facts that people state.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor, portfolio_id: str | None = None) -> tuple[StatedFact, ...]:
        """Return everything that was stated of the house, or of it and one portfolio, the newest first.

        Raises
        ------
        NotAllowed, NotFound

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            if portfolio_id is not None:
                uow.portfolios.get(portfolio_id)
            rows = uow.compliance_facts.history(portfolio_id)
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            ids = sorted({row.stated_by_id for row in rows if row.stated_by_id is not None})
            people = {key: row.name for key, row in uow.users.get_many(ids).items()}
        today = self._ports.clock.now_utc().date()
        in_force = {
            row.id
            for owner in {row.portfolio_id for row in rows}
            for row in _latest([one for one in rows if one.portfolio_id == owner and one.valid_from <= today]).values()
        }
        return tuple(_view(row, people, is_in_force=row.id in in_force) for row in reversed(rows))

    def state(self, wanted: StatedFactInput, actor: Actor) -> StatedFact:
        """State a fact, or take back what was stated before.

        Raises
        ------
        NotAllowed, NotFound
        InvalidRequest
            A value of the wrong kind, or a currency where none belongs.

        """
        authorize(actor, Permission.RULES_WRITE)
        self._check(wanted)
        today = self._ports.clock.now_utc().date()
        with self._ports.store.work(actor) as uow:
            if wanted.portfolio_id is not None:
                uow.portfolios.get(wanted.portfolio_id)
            if STATED[wanted.name].unit != "days_since":
                uow.locked_periods.refuse([wanted.valid_from])
            row = uow.compliance_facts.state(
                tables.ComplianceFact(
                    portfolio_id=wanted.portfolio_id,
                    name=wanted.name,
                    key=wanted.currency or wanted.about or "",
                    number=wanted.number,
                    text=wanted.text,
                    valid_from=wanted.valid_from or today,
                    source=wanted.source,
                )
            )
            note(
                uow,
                "compliance.fact",
                "portfolio" if wanted.portfolio_id is not None else "tenant",
                wanted.portfolio_id or actor.tenant_id,
                after=wanted.model_dump(mode="json"),
            )
            uow.commit()
            made = row.id
        return next(one for one in self.list(actor, wanted.portfolio_id) if one.id == made)

    def _check(self, wanted: StatedFactInput) -> None:
        kind = STATED.get(wanted.name)
        if kind is None:
            message = f"No rule asks for {wanted.name!r}."
            problems = [FieldProblem("name", message, f"Name one of {', '.join(sorted(STATED))}.")]
        else:
            problems = [*_value_problems(kind, wanted), *_place_problems(kind, wanted)]
        if problems:
            raise InvalidRequest("The fact cannot be stated.", "Correct what is named below.", fields=tuple(problems))


def _value_problems(kind: StatedKind, wanted: StatedFactInput) -> list[FieldProblem]:
    advice = {
        "usd": "Give `number`, in US dollars.",
        "ccy": "Give `number`, in the portfolio's currency.",
        "frac": "Give `number`, a fraction from 0 to 1.",
        "yes": "Give `number`: 1 for yes, 0 for no.",
        "marks": "Give `number`: 1 for yes, 0 for no.",
        "count": "Give `number`.",
        "days_since": "Give who did it as `text`, and its day as `valid_from`.",
        "name": "Give the name as `text`.",
    }[kind.unit]
    if kind.is_number and wanted.text is not None:
        return [FieldProblem("text", "This fact is a figure.", advice)]
    if not kind.is_number and wanted.number is not None:
        return [FieldProblem("number", "This fact is no figure.", advice)]
    is_odd = wanted.number is not None and (
        (kind.unit == "frac" and wanted.number > 1.0) or (kind.unit in ("yes", "marks") and wanted.number not in (0, 1))
    )
    return [FieldProblem("number", f"{wanted.number:g} is not possible here.", advice)] if is_odd else []


def _place_problems(kind: StatedKind, wanted: StatedFactInput) -> list[FieldProblem]:
    problems = []
    if kind.keyed != "currency" and wanted.currency is not None:
        message = "The figure is in US dollars." if kind.unit == "usd" else "This is not known by currency."
        problems.append(FieldProblem("currency", message, "Leave the currency out."))
    if kind.keyed in ("none", "currency") and wanted.about is not None:
        problems.append(FieldProblem("about", "There is only one of this.", "Leave it out."))
    if kind.keyed in ("body", "asset_class") and wanted.about is None:
        what = "the counterparty" if kind.keyed == "body" else "the kind of asset"
        problems.append(FieldProblem("about", f"It is not said of which of several this is: name {what}.", "Name it."))
    if kind.level == "house" and wanted.portfolio_id is not None:
        message = "The figure is that of the whole firm, not of one portfolio."
        problems.append(FieldProblem("portfolio_id", message, "Leave the portfolio out."))
    if kind.level == "portfolio" and wanted.portfolio_id is None:
        problems.append(FieldProblem("portfolio_id", "This is known of one portfolio only.", "Name the portfolio."))
    return problems


def _view(row: tables.ComplianceFact, people: dict[str, str], *, is_in_force: bool) -> StatedFact:
    kind = STATED[row.name]
    label = kind.label
    of = "" if not row.key else f" in {row.key}" if kind.keyed == "currency" else f" of {row.key}"
    value, day = _told(kind, row), formatting.day(row.valid_from)
    if value is None:
        said = f"{label}{of} is not known from {day} on."
    elif kind.unit == "days_since":
        said = f"{label}{of} on {day}, by {value}."
    else:
        said = f"{label}{of} from {day} on: {value}."
    return StatedFact(
        id=row.id,
        name=row.name,
        label=label,
        number=row.number,
        text=row.text,
        currency=(row.key or None) if kind.keyed == "currency" else None,
        about=(row.key or None) if kind.keyed != "currency" else None,
        portfolio_id=row.portfolio_id,
        valid_from=row.valid_from,
        source=row.source,
        stated_by=people.get(row.stated_by_id or ""),
        stated_at_utc=row.stated_at_utc,
        is_in_force=is_in_force,
        sentence=said,
    )


def _told(kind: StatedKind, row: tables.ComplianceFact) -> str | None:
    """Return what was stated in words; None where it was taken back."""
    if not kind.is_number or row.number is None:
        return row.text if not kind.is_number else None
    if kind.unit == "usd":
        return formatting.money(row.number, DOLLARS)
    if kind.unit == "frac":
        return formatting.percent(row.number)
    if kind.unit in ("count", "ccy"):
        return formatting.number(row.number)
    return "yes" if row.number == 1.0 else "no"
