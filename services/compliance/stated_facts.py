"""What do rules need that nobody can derive, who stated it, and what holds on a day?

The bank at which cash lies, the firm's 13(f) securities and its private funds. A statement is never changed: a later
one follows it, and one without a value takes it back. What is of a portfolio counts before what is of the house.
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
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_facts import StatedFact, StatedFactInput

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.ports import Ports

BANK = "cash_bank"
LABELS = {
    BANK: "Bank of the cash",
    "securities_13f_ccy": "13(f) securities of the firm",
    "private_funds_ccy": "Assets of the firm's private funds",
}
FIGURES = frozenset({"securities_13f_ccy", "private_funds_ccy"})
DOLLARS = "USD"
Stated = dict[tuple[str, str], "float | str"]


def stated_on(uow: UnitOfWork, portfolio_id: str, on: date) -> Stated:
    """Return what holds of a portfolio on a day, by name and currency; the house's where it has none of its own."""
    rows = [row for row in uow.compliance_facts.history(portfolio_id) if row.valid_from <= on]
    found: Stated = {}
    for is_own in (False, True):
        for key, row in _latest([one for one in rows if (one.portfolio_id is not None) is is_own]).items():
            value = row.text if row.name == BANK else row.number
            if value is not None:
                found[key] = value
    return found


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
            row = uow.compliance_facts.state(
                tables.ComplianceFact(
                    portfolio_id=wanted.portfolio_id,
                    name=wanted.name,
                    key=wanted.currency or "",
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
        problems = []
        if wanted.name in FIGURES and wanted.text is not None:
            problems.append(FieldProblem("text", "This fact is a figure.", "Give `number`, in US dollars."))
        if wanted.name == BANK and wanted.number is not None:
            problems.append(FieldProblem("number", "This fact is a name.", "Give the bank's name as `text`."))
        if wanted.name in FIGURES and wanted.currency is not None:
            problems.append(FieldProblem("currency", "The figure is in US dollars.", "Leave the currency out."))
        if wanted.name in FIGURES and wanted.portfolio_id is not None:
            message = "The figure is that of the whole firm, not of one portfolio."
            problems.append(FieldProblem("portfolio_id", message, "Leave the portfolio out."))
        if problems:
            raise InvalidRequest("The fact cannot be stated.", "Correct what is named below.", fields=tuple(problems))


def _view(row: tables.ComplianceFact, people: dict[str, str], *, is_in_force: bool) -> StatedFact:
    label = LABELS[row.name]
    of = f" in {row.key}" if row.key else ""
    value = row.text if row.name == BANK else None if row.number is None else formatting.money(row.number, DOLLARS)
    day = formatting.day(row.valid_from)
    said = f"{label}{of} from {day} on: {value}." if value is not None else f"{label}{of} is not known from {day} on."
    return StatedFact(
        id=row.id,
        name=row.name,
        label=label,
        number=row.number,
        text=row.text,
        currency=row.key or None,
        portfolio_id=row.portfolio_id,
        valid_from=row.valid_from,
        source=row.source,
        stated_by=people.get(row.stated_by_id or ""),
        stated_at_utc=row.stated_at_utc,
        is_in_force=is_in_force,
        sentence=said,
    )
