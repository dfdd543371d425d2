"""What would booking a file do: which portfolios, which entries, worth what, and what stands in the way?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from data.store import tables
from data.upload.holdings.layout import FileKind
from data.upload.holdings.rows import FileRows, HoldingRow, TransactionRow
from data.upload.holdings.securities import Security
from data.upload.problems import FileProblem
from services.auth.actor import Actor
from services.holdings_import_accounts import account_key, by_target, shared
from services.holdings_import_entries import EntryDraft, Setting, holdings_entries, transaction_entries
from services.holdings_import_left_out import named_by_left_out, weights_left_out
from services.holdings_import_symbols import Meaning, resolve
from services.market_series import SeriesReader
from services.messages.holdings_import import ImportChoices, TargetChoice
from services.messages.portfolios import Strategy
from services.portfolios_checks import currency_problems, parent_problems
from services.valuation import Valuator
from services.valuation_daily import value_holdings
from services.valuation_ledger import ZERO, cash, positions
from services.valuation_prices import PriceBook

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

NEW = "new:"
"""Before the id of an asset that is not made yet stands this, followed by its symbol."""
NAME_MAX_LENGTH = 200


@dataclass
class AccountPlan:
    """What the rows of one account become.

    Parameters
    ----------
    key, account : str
        In the choices, and as the file writes it.
    target : TargetChoice
    row : tables.Portfolio or None
        The portfolio, if it exists.
    day : date or None
        Of the holdings, and of the figures below.
    drafts : list of EntryDraft
    held, balances : dict
        Quantity by asset id and cash by currency afterwards.
    value_ccy, priced_value_ccy : Decimal or None
        In the base currency; the first is None where something has no close or rate.

    """

    key: str
    account: str
    target: TargetChoice
    row: tables.Portfolio | None
    rows_count: int
    base_currency: str
    strategy: Strategy
    day: date | None = None
    drafts: list[EntryDraft] = field(default_factory=list)
    held: dict[str, Decimal] = field(default_factory=dict)
    balances: dict[str, Decimal] = field(default_factory=dict)
    value_ccy: Decimal | None = None
    priced_value_ccy: Decimal = ZERO
    unpriced: tuple[str, ...] = ()
    duplicates: tuple[int, ...] = ()
    repeats: tuple[int, ...] = ()


@dataclass
class HoldingsPlan:
    """What booking a file would do."""

    rows: FileRows
    meanings: dict[str, Meaning]
    accounts: list[AccountPlan]
    problems: list[FileProblem]
    notes: list[str]
    needs_value: bool
    priced: frozenset[str]
    left_out: dict[str, set[str]]
    unread_ids: dict[str, str]
    kept_lines: dict[int, str] = field(default_factory=dict)
    """Rows of an asset that stays as it is held, because another row about it is left out; with its symbol."""

    @property
    def unknown(self) -> list[Meaning]:
        """The names that still wait for an answer."""
        return [one for one in self.meanings.values() if one.status == "unknown"]


class Planner:
    """Makes plans inside a unit of work.

    Parameters
    ----------
    reader : SeriesReader
    valuator : Valuator

    """

    def __init__(self, reader: SeriesReader, valuator: Valuator) -> None:
        self._reader = reader
        self._valuator = valuator

    def plan(
        self, uow: UnitOfWork, rows: FileRows, choices: ImportChoices, actor: Actor, today: date, file_name: str
    ) -> HoldingsPlan:
        """Return what booking the rows would do; everything wrong is among the problems."""
        listed: Sequence[HoldingRow | TransactionRow] = rows.holdings or rows.transactions
        named: Counter[Security] = Counter(row.security for row in listed if row.security is not None)
        meanings = resolve(uow, named, choices.symbols, today, choices.currency or "")
        left_out, unread_ids = named_by_left_out(uow, rows, meanings, choices, today)
        problems, notes = list(rows.problems), list(rows.notes)
        for meaning in meanings.values():
            if meaning.problem is not None:
                problems.append(FileProblem(None, meaning.security.key, *meaning.problem))
        problems += _twice_new(meanings)
        needs_value = rows.kind is FileKind.HOLDINGS and any(row.weight_frac is not None for row in rows.holdings)
        priced = self._priced(uow, meanings)
        plan = HoldingsPlan(rows, meanings, [], problems, notes, needs_value, priced, left_out, unread_ids)
        accounts = _by_account(listed)
        for keys in by_target(accounts, choices):
            together = [row for key in keys for row in accounts[key]]
            first = self._account(uow, plan, keys[0], together, choices, actor, today, file_name)
            plan.accounts += shared(first, {key: accounts[key] for key in keys}, plan.notes)
        if needs_value:
            problems += weights_left_out(plan, choices)
        return plan

    def _priced(self, uow: UnitOfWork, meanings: dict[str, Meaning]) -> frozenset[str]:
        ids = sorted({one.asset.id for one in meanings.values() if one.asset is not None})
        return frozenset(self._reader.series(uow, ids)) if ids else frozenset()

    def _account(
        self,
        uow: UnitOfWork,
        plan: HoldingsPlan,
        key: str,
        members: Sequence[HoldingRow | TransactionRow],
        choices: ImportChoices,
        actor: Actor,
        today: date,
        file_name: str,
    ) -> AccountPlan:
        account = members[0].account
        target = choices.accounts.get(key) or _usual_target(choices, account, file_name)
        row = None
        if target.portfolio_id is not None:
            row = uow.portfolios.find(target.portfolio_id, write=True)
            if row is None:
                message = "There is no such portfolio among those that you may change."
                plan.problems.append(FileProblem(None, account or None, message, "Choose another, or make a new one."))
        else:
            plan.problems += _target_problems(uow, target, account)
        base = row.base_currency if row is not None else target.base_currency
        strategy = Strategy(row.strategy) if row is not None else target.strategy
        made = AccountPlan(key, account, target, row, len(members), base, strategy)
        entries = () if row is None else self._valuator.entries(uow, row.id)
        assets = _assets_of(plan.meanings)
        ids = {one for one, _, _ in assets.values()} | set(positions(entries))
        currencies = {currency for _, _, currency in assets.values()} | {entry.currency for entry in entries}
        currencies |= {member.currency for member in members if member.currency}
        book = self._reader.book(uow, base, sorted(one for one in ids if not one.startswith(NEW)), currencies)
        names = {asset_id: symbol for asset_id, symbol, _ in assets.values()}
        absent = sorted(one for one in ids if one not in names)
        names |= {key: asset.symbol for key, asset in uow.assets.get_many(absent).items()}
        setting = Setting(base, strategy, entries, book, assets, names, plan.problems, plan.notes)
        if plan.rows.kind is FileKind.HOLDINGS:
            held = [one for one in members if isinstance(one, HoldingRow)]
            mine = {account_key(one.account) for one in members}
            day = self._day(uow, held, assets, book, choices, today)
            total = self._total(uow, row, choices, day)
            if total is None and any(one.weight_frac is not None for one in held):
                message = "The file has weights, and nobody says of what."
                plan.problems.append(FileProblem(None, None, message, "State the total value of the portfolio."))
            setting.kept = {one for key in mine for one in plan.left_out.get(key, ())}
            made.drafts = holdings_entries(setting, _latest(held, plan.notes), day, total, choices.mode)
            plan.kept_lines |= setting.kept_lines
        else:
            done = [one for one in members if isinstance(one, TransactionRow)]
            made.drafts = transaction_entries(
                setting, done, skip_repeats=choices.skip_repeats, fund_missing_cash=choices.fund_missing_cash
            )
            common = book.last_common_session(frozenset(one for one in ids if not one.startswith(NEW)))
            last = max((draft.day for draft in made.drafts), default=today)
            day = max(common, last) if common is not None else last
        made.duplicates, made.repeats = tuple(setting.duplicates), tuple(setting.repeats)
        _value(made, setting, day)
        return made

    def _day(
        self,
        uow: UnitOfWork,
        rows: Sequence[HoldingRow],
        assets: dict[str, tuple[str, str, str]],
        book: PriceBook,
        choices: ImportChoices,
        today: date,
    ) -> date:
        """Return the day of the holdings: as said, as in the file, or the last one with closes."""
        stated = max((row.day for row in rows if row.day is not None), default=None)
        if choices.as_of is not None or stated is not None:
            return choices.as_of or stated or today
        named = {assets[row.security.key][0] for row in rows if row.security and row.security.key in assets}
        common = book.last_common_session(frozenset(named))
        sessions = self._reader.market_sessions(uow)
        market = None if sessions.size == 0 else sessions[-1].astype("datetime64[D]").astype(object)
        return common or market or today

    def _total(
        self, uow: UnitOfWork, row: tables.Portfolio | None, choices: ImportChoices, day: date
    ) -> Decimal | None:
        if choices.total_value_ccy is not None or row is None:
            return choices.total_value_ccy
        return self._valuator.state_on(uow, row, day).value_ccy or None


def _by_account(
    rows: Sequence[HoldingRow | TransactionRow],
) -> dict[str, list[HoldingRow | TransactionRow]]:
    found: dict[str, list[HoldingRow | TransactionRow]] = {}
    for row in rows:
        found.setdefault(account_key(row.account), []).append(row)
    return found


def _usual_target(choices: ImportChoices, account: str, file_name: str) -> TargetChoice:
    """Return a new portfolio called as the account, or as the file."""
    stem = file_name.rpartition(".")[0] or file_name
    name = account or stem.replace("_", " ").strip() or "Imported portfolio"
    return TargetChoice(name=name[:NAME_MAX_LENGTH], base_currency=choices.currency or "USD")


def _target_problems(uow: UnitOfWork, target: TargetChoice, account: str) -> list[FileProblem]:
    found = []
    if not (target.name or "").strip():
        found.append(FileProblem(None, account or None, "The new portfolio needs a name.", "Write one."))
    fields = [*currency_problems(target.base_currency), *parent_problems(uow, target.client_id, None)]
    return found + [FileProblem(None, account or None, one.message, one.advice) for one in fields]


def _twice_new(meanings: dict[str, Meaning]) -> list[FileProblem]:
    """Return which new symbols two names of the file would get, with other facts."""
    first: dict[str, Meaning] = {}
    found = []
    for meaning in meanings.values():
        if meaning.new is None:
            continue
        other = first.setdefault(meaning.new.symbol, meaning)
        if other.new != meaning.new:
            message = f"Two names in the file would become {meaning.new.symbol}, with other facts."
            found.append(FileProblem(None, meaning.security.key, message, "Give both the same facts, or two symbols."))
    return found


def _assets_of(meanings: dict[str, Meaning]) -> dict[str, tuple[str, str, str]]:
    """Return (asset id, symbol, currency) by key in the file; of new assets a stand-in for the id."""
    found: dict[str, tuple[str, str, str]] = {}
    for key, meaning in meanings.items():
        if meaning.asset is not None:
            found[key] = (meaning.asset.id, meaning.asset.symbol, meaning.asset.currency)
        elif meaning.new is not None:
            found[key] = (NEW + meaning.new.symbol, meaning.new.symbol, meaning.new.currency)
    return found


def _latest(rows: Sequence[HoldingRow], notes: list[str]) -> list[HoldingRow]:
    """Return the rows of the last day: a file of several days is a history, and its end is what is held."""
    days = {row.day for row in rows if row.day is not None}
    if len(days) < 2:
        return list(rows)
    last = max(days)
    kept = [row for row in rows if row.day in (None, last)]
    notes.append(
        f"The file has holdings of {len(days)} days; those of {last.isoformat()} count, and {len(rows) - len(kept)} "
        "earlier rows are left out."
    )
    return kept


def _value(made: AccountPlan, setting: Setting, day: date) -> None:
    """Value what the portfolio would hold at the close of a day."""
    entries = [*setting.entries, *(draft.as_entry() for draft in made.drafts)]
    made.day, made.held, made.balances = day, positions(entries), cash(entries)
    made.balances = {currency: amount for currency, amount in made.balances.items() if amount != ZERO}
    is_whole = True
    for currency, amount in made.balances.items():
        rate = setting.book.rate(currency, day)
        is_whole = is_whole and rate is not None
        made.priced_value_ccy += amount * (rate or ZERO)
    unpriced = []
    for holding in value_holdings(made.held, setting.book, day):
        if holding.value_ccy is None:
            unpriced.append(setting.symbol_of.get(holding.asset_id, holding.asset_id.removeprefix(NEW)))
        else:
            made.priced_value_ccy += holding.value_ccy
    made.unpriced = tuple(sorted(unpriced))
    made.value_ccy = made.priced_value_ccy if is_whole and not unpriced else None


def with_ids(drafts: Sequence[EntryDraft], ids: dict[str, str]) -> list[EntryDraft]:
    """Return the entries with the ids of assets that were new."""
    return [
        replace(one, asset_id=ids[one.asset_id.removeprefix(NEW)])
        if one.asset_id is not None and one.asset_id.startswith(NEW)
        else one
        for one in drafts
    ]
