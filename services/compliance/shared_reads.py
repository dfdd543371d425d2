"""How do checks of many portfolios ask the store only once for what they have in common?

Inside one reading unit the same question has the same answer: it is remembered. Rows that are read by id are remembered
one by one, and those of a whole book can be read before anybody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

BY_ID = frozenset({"get_many", "groups_by_id", "last_entries"})
"""Methods that take ids and answer what there is of each, by id."""


def shared(uow: UnitOfWork, asset_ids: Sequence[str] = (), portfolios: Sequence[tables.Portfolio] = ()) -> UnitOfWork:
    """Return a unit that answers as the given one does, and asks the store once for each answer.

    Parameters
    ----------
    uow : UnitOfWork
        One that only reads; what it hands out is shared and must not be changed.
    asset_ids : sequence of str
        Assets that will be asked for.
    portfolios : sequence of Portfolio
        What was read of portfolios already.

    """
    assert uow.is_read_only, "what a unit writes would not be seen"
    return cast("UnitOfWork", _Unit(uow, asset_ids, portfolios))


def remembered(uow: UnitOfWork, what: str) -> dict[str, Any]:
    """Return what was made of rows that many portfolios read, by id, to be added to; empty in a unit of its own."""
    made: dict[str, dict[str, Any]] = getattr(uow, "made", {})
    return made.setdefault(what, {})


class _Unit:
    """The repositories of a unit, each with a memory."""

    def __init__(self, uow: UnitOfWork, asset_ids: Sequence[str], portfolios: Sequence[tables.Portfolio]) -> None:
        self._uow = uow
        self._kept: dict[str, Any] = {}
        self.made: dict[str, dict[str, Any]] = {}
        self.actor, self.is_read_only = uow.actor, True
        self.assets = _Assets(uow.assets, asset_ids)
        self.compliance_facts = _Facts(uow.compliance_facts)
        self.portfolios = _Portfolios(uow.portfolios, portfolios)
        self.restriction_lists = _Lists(uow.restriction_lists)

    def __getattr__(self, name: str) -> Any:
        found = self._kept.get(name)
        if found is None:
            found = self._kept[name] = _Remembered(getattr(self._uow, name))
        return found


class _Remembered:
    """A repository that is asked once for each answer."""

    def __init__(self, repository: Any) -> None:
        self._repository = repository
        self._answers: dict[Any, Any] = {}
        self._rows: dict[str, dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._repository, name)
        made: Callable[..., Any] = self._by_id(name, method) if name in BY_ID else self._by_question(name, method)
        setattr(self, name, made)
        return made

    def _by_question(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*given: Any, **named: Any) -> Any:
            key = (name, *map(_fixed, given), *((one, _fixed(value)) for one, value in sorted(named.items())))
            if key not in self._answers:
                self._answers[key] = method(*given, **named)
            return self._answers[key]

        return ask

    def _by_id(self, name: str, method: Callable[..., Any]) -> Callable[[Sequence[str]], dict[str, Any]]:
        rows = self._rows.setdefault(name, {})

        def ask(ids: Sequence[str]) -> dict[str, Any]:
            absent = [one for one in ids if one not in rows]
            if absent:
                rows.update(dict.fromkeys(absent) | method(absent))
            return {one: rows[one] for one in ids if rows[one] is not None}

        return ask


class _Assets(_Remembered):
    """Assets; those that will be asked for are read together, with what was said of them."""

    def __init__(self, repository: Any, asset_ids: Sequence[str]) -> None:
        super().__init__(repository)
        self._expected = sorted(set(asset_ids))
        self._known = frozenset(asset_ids)
        if self._expected:
            self.get_many(self._expected)

    def attributes_named(self, asset_ids: Sequence[str], *rest: Any) -> Any:
        """Return what was said of assets, of all that are expected where these are among them."""
        wanted = self._expected if self._known.issuperset(asset_ids) else asset_ids
        return self._by_question("attributes_named", self._repository.attributes_named)(wanted, *rest)

    def classifications(self, asset_ids: Sequence[str], scheme: str, on: date) -> Any:
        """Return the dated classification of assets, of all that are expected where these are among them."""
        wanted = self._expected if self._known.issuperset(asset_ids) else asset_ids
        return self._by_question("classifications", self._repository.classifications)(wanted, scheme, on)


class _Portfolios(_Remembered):
    """Portfolios; those that were read already are not read again."""

    def __init__(self, repository: Any, rows: Sequence[tables.Portfolio]) -> None:
        super().__init__(repository)
        self._known = {row.id: row for row in rows}

    def get(self, row_id: str) -> tables.Portfolio:
        """Return one portfolio."""
        found = self._known.get(row_id)
        if found is None:
            found = self._known[row_id] = self._repository.get(row_id)
        return found


class _Lists(_Remembered):
    """Restriction lists; all of them are read together."""

    def in_force(
        self, on: date, *, portfolio_id: str | None, client_id: str | None, person_id: str | None
    ) -> list[tables.RestrictionList]:
        """Return the lists that concern a portfolio, its client or a person on a day, beside those of the house."""
        rows = self._answers.get("every")
        if rows is None:
            every = self._repository.all(with_closed=True)
            rows = self._answers["every"] = sorted(every, key=lambda row: row.id)
        scopes = {("portfolio", portfolio_id), ("client", client_id), ("person", person_id)}
        return [
            row for row in rows
            if (row.closed_on is None or row.closed_on > on)
            and (row.scope_kind == "house" or (row.scope_kind, row.scope_id) in scopes)
        ]  # fmt: skip


class _Facts(_Remembered):
    """Stated facts; those of all portfolios are read together."""

    def history(self, portfolio_id: str | None = None) -> list[tables.ComplianceFact]:
        """Return what was stated of the house and one portfolio, in the order in which it holds."""
        by_portfolio = self._answers.get("history")
        if by_portfolio is None:
            by_portfolio = {}
            for row in self._repository.everything():
                by_portfolio.setdefault(row.portfolio_id, []).append(row)
            self._answers["history"] = by_portfolio
        house = by_portfolio.get(None, [])
        own = [] if portfolio_id is None else by_portfolio.get(portfolio_id, [])
        if not own:
            return list(house)
        return sorted([*house, *own], key=lambda row: (row.valid_from, row.stated_at_utc, row.id))


def _fixed(value: Any) -> Any:
    """Return a value that can be part of a key."""
    return tuple(value) if isinstance(value, (list, tuple)) else frozenset(value) if isinstance(value, set) else value
