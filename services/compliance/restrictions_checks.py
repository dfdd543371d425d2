"""What stands in the way of a list, of a name on it, and of taking the name off?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.auth.actor import Actor
from services.compliance.restrictions_views import name_of, named, state_of
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.messages.compliance_restrictions import Covers, EntryState, ListKind, NewEntry

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

LONGEST = timedelta(days=366 * 50)


def person_id(actor: Actor) -> str | None:
    """Return the id of a person; None for the product itself, which is no user."""
    return None if actor.is_system else actor.user_id


def refuse(problems: Sequence[FieldProblem], message: str) -> None:
    """Refuse where there are problems, with all of them at once."""
    if problems:
        raise InvalidRequest(message, "Correct the fields named below.", fields=tuple(problems))


def scope_problems(uow: UnitOfWork, scope_kind: str, scope_id: str | None) -> list[FieldProblem]:
    """Return what is wrong with whom something is for."""
    if scope_kind == "house":
        if scope_id is None:
            return []
        return [FieldProblem("scope_id", "The house has no id of its own here.", "Leave it out.")]
    if scope_id is None:
        return [FieldProblem("scope_id", f"The {scope_kind} is not named.", f"Give the id of the {scope_kind}.")]
    find: dict[str, Callable[[str], object]] = {
        "client": uow.clients.find, "portfolio": uow.portfolios.find, "person": uow.users.find,
    }  # fmt: skip
    if find[scope_kind](scope_id) is not None:
        return []
    return [FieldProblem("scope_id", f"There is no {scope_kind} with the id {scope_id!r}.", "Choose from the list.")]


def refuse_known_name(uow: UnitOfWork, name: str, except_id: str | None = None) -> None:
    """Refuse a name that another list has, closed ones included: their history goes by it."""
    row = uow.restriction_lists.named(name)
    if row is not None and row.id != except_id:
        raise Conflict(f"There is a list named {row.name!r} already.", "Choose another name.", code="list_name_taken")


def refuse_closed(row: tables.RestrictionList) -> None:
    """Refuse to change a list that counts no more."""
    if row.closed_on is not None:
        raise Conflict(
            f"The list {row.name!r} is closed from {formatting.day(row.closed_on)} on.",
            "Make a new list.",
            code="list_closed",
        )


def refuse_over(row: tables.RestrictionEntry, today: date) -> None:
    """Refuse to take off what is off."""
    if row.removed_on is not None:
        raise Conflict(
            f"This name is off the list from {formatting.day(row.removed_on)} on already.",
            "Load the list again.",
            code="removed_already",
        )
    if state_of(row, today) is EntryState.OVER:
        raise Conflict(
            f"This name counted until {formatting.day(row.until_on)} and is over.", "There is nothing to remove."
        )


def refuse_listed(uow: UnitOfWork, of_list: tables.RestrictionList, row: tables.RestrictionEntry) -> None:
    """Refuse a name that stands on the list for some of the days already."""
    known = uow.restriction_entries.same(row)
    if known is None:
        return
    name = name_of(known, named(uow, [known]))
    raise Conflict(
        f"{name} stands on {of_list.name!r} from {formatting.day(known.from_on)} on already.",
        "Choose days that do not meet, or keep the entry.",
        code="listed_already",
    )


def entry_row(
    uow: UnitOfWork, of_list: tables.RestrictionList, new: NewEntry, today: date, by_id: str | None
) -> tables.RestrictionEntry:
    """Return the row of a new entry, not yet in the unit.

    Raises
    ------
    InvalidRequest
        With every problem of the fields at once.

    """
    from_on = new.from_on or today
    problems = _day_problems(of_list, from_on, new.until_on)
    row = tables.RestrictionEntry(
        list_id=of_list.id, from_on=from_on, until_on=new.until_on, reason=new.reason.strip(), added_by_id=by_id
    )
    problems += _fill(uow, of_list, new, row)
    refuse(problems, "This name cannot be put on the list.")
    return row


def _day_problems(of_list: tables.RestrictionList, from_on: date, until_on: date | None) -> list[FieldProblem]:
    if until_on is None:
        if of_list.kind != ListKind.BLACKOUT:
            return []
        return [FieldProblem("until_on", "A blackout needs its last day.", "Say until when no trades are allowed.")]
    if until_on < from_on:
        return [FieldProblem("until_on", "The last day lies before the first.", "Choose a later day.")]
    if until_on - from_on > LONGEST:
        return [FieldProblem("until_on", "The window is longer than 50 years.", "Leave the last day out for no end.")]
    return []


def _fill(
    uow: UnitOfWork, of_list: tables.RestrictionList, new: NewEntry, row: tables.RestrictionEntry
) -> list[FieldProblem]:
    """Point the row to what the entry names; return what is wrong with that."""
    if new.covers is Covers.EVERYTHING:
        if of_list.kind != ListKind.BLACKOUT:
            return [FieldProblem("covers", "Only a blackout can name everything.", "Name assets or issuers.")]
        return [FieldProblem("symbol", "Everything has no symbol.", "Leave it out.")] if new.symbol else []
    if not new.symbol:
        return [FieldProblem("symbol", "No asset is named.", "Give a symbol; issuers are found through their assets.")]
    asset = uow.assets.by_symbols([new.symbol]).get(new.symbol)
    if asset is None:
        return [FieldProblem("symbol", f"There is no asset with the symbol {new.symbol!r}.", "Choose from the list.")]
    if new.covers is Covers.ASSET:
        row.asset_id = asset.id
        return []
    if asset.issuer_id is None:
        return [
            FieldProblem(
                "covers", f"The issuer of {asset.symbol} is not known.", "Import its issuer, or name the asset."
            )
        ]
    if new.covers is Covers.ISSUER:
        row.issuer_id = asset.issuer_id
        return []
    issuer = uow.issuers.get(asset.issuer_id)
    if issuer.issuer_group_id is None:
        return [FieldProblem("covers", f"{issuer.name} belongs to no group.", "Name the issuer instead.")]
    row.issuer_group_id = issuer.issuer_group_id
    return []
