"""Which ledger entries do the rows of one account become, and which of them cannot be booked?

Holdings become the entries that lead from what is held to what the file states; transactions become one entry each.
Quantities and amounts have the ledger's signs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from data.upload.holdings.rows import HoldingRow, TransactionRow
from data.upload.problems import FileProblem
from services import formatting
from services.messages.holdings_import import ReplaceMode
from services.messages.portfolios import Strategy
from services.valuation_ledger import ZERO, LedgerEntry, cash, positions
from services.valuation_prices import PriceBook

UNIT, CENT, PENNY = Decimal("0.000001"), Decimal("0.01"), Decimal("0.00000001")
QUANTITY_MAX = Decimal(10) ** 12
WEIGHT_SUM_MAX = Decimal("1.000001")


@dataclass(frozen=True)
class EntryDraft:
    """One entry to be booked; the line of the file is 0 where it follows from the whole."""

    kind: str
    day: date
    asset_id: str | None
    quantity: Decimal
    price: Decimal | None
    amount_ccy: Decimal
    fees_ccy: Decimal
    currency: str
    note: str
    line: int = 0

    def as_entry(self) -> LedgerEntry:
        """Return it as valuation reads entries."""
        return LedgerEntry(
            f"line {self.line}", 10**9 + self.line, self.kind, self.day, self.asset_id, self.quantity, self.amount_ccy,
            self.fees_ccy, self.price, self.currency,
        )  # fmt: skip


@dataclass
class Setting:
    """What the entries of one account are made from.

    Parameters
    ----------
    base_currency : str
    strategy : Strategy
    entries : sequence of LedgerEntry
        The ledger as it is; empty for a new portfolio.
    book : PriceBook
    assets : mapping of key in the file to (asset id, symbol here, currency)
        Of every row that is booked.
    symbol_of : mapping of asset id to symbol
    problem : callable (line, column, message, advice)
    notes : list of str
    kept : set of asset ids
        Of rows that are left out: replacing leaves what is held of them as it is.
    kept_lines : dict of line to symbol
        Rows that are not booked for that reason.

    """

    base_currency: str
    strategy: Strategy
    entries: Sequence[LedgerEntry]
    book: PriceBook
    assets: Mapping[str, tuple[str, str, str]]
    symbol_of: Mapping[str, str]
    problems: list[FileProblem]
    notes: list[str]
    kept: set[str] = field(default_factory=set)
    kept_lines: dict[int, str] = field(default_factory=dict)
    duplicates: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)

    def problem(self, line: int | None, column: str | None, message: str, advice: str) -> None:
        """Note what cannot be booked."""
        self.problems.append(FileProblem(line, column, message, advice))

    def asset_id(self, row: HoldingRow) -> str | None:
        """Return what a row is about; None for cash and for names without an asset."""
        found = None if row.security is None else self.assets.get(row.security.key)
        return None if found is None else found[0]

    def unit_value(self, asset_id: str, day: date) -> Decimal | None:
        """Return what one unit is worth in the base currency; None where that is not known."""
        quote = self.book.quote(asset_id, day)
        rate = None if quote is None else self.book.rate(quote.currency, day)
        return None if quote is None or rate is None else quote.price * rate


def holdings_entries(
    setting: Setting, rows: Sequence[HoldingRow], day: date, total_ccy: Decimal | None, mode: ReplaceMode
) -> list[EntryDraft]:
    """Return the entries after which the portfolio holds what the rows state.

    Parameters
    ----------
    day : date
        Of the entries.
    total_ccy : Decimal or None
        What weights are weights of, in the base currency.
    mode : ReplaceMode
        Whether what is not named is taken out, or stays.

    """
    wanted, costs, lines = _wanted(setting, rows, day, total_ccy)
    held = positions(setting.entries)
    last = max((entry.trade_date for entry in setting.entries), default=None)
    if last is not None and day < last:
        message = f"The ledger has an entry on {last.isoformat()}, after {day.isoformat()}."
        setting.problem(None, None, message, f"Choose {last.isoformat()} or a later day for the holdings.")
        return []
    kind = "transfer" if setting.entries else "opening"
    drafts: list[EntryDraft] = []
    currency_of = {asset_id: currency for asset_id, _, currency in setting.assets.values()}
    for asset_id in sorted(set(wanted) | (set(held) if mode is ReplaceMode.REPLACE else set())):
        change = wanted.get(asset_id, ZERO) - (held.get(asset_id, ZERO) if mode is ReplaceMode.REPLACE else ZERO)
        if change == ZERO:
            continue
        if asset_id in setting.kept and mode is ReplaceMode.REPLACE:
            symbol = setting.symbol_of.get(asset_id, "A holding")
            setting.notes.append(f"{symbol} stays as it is held: a row about it is left out.")
            setting.kept_lines |= {row.line: symbol for row in rows if setting.asset_id(row) == asset_id}
            continue
        quote = setting.book.quote(asset_id, day)
        cost = costs.get(asset_id) if change > 0 else None
        price = cost if cost is not None else None if quote is None else quote.price
        if asset_id not in wanted and quote is None:
            symbol = setting.symbol_of.get(asset_id, "A holding")
            message = f"{symbol} is held, is not in the file and has no close on {day.isoformat()}."
            setting.problem(None, None, message, "Import its prices, or add the file to what is held.")
            continue
        stated = "as stated" if cost is not None else "the day's close" if price is not None else "not known"
        drafts.append(
            EntryDraft(
                kind, day, asset_id, change, price, ZERO, ZERO,
                quote.currency if quote is not None else currency_of.get(asset_id, setting.base_currency),
                f"Imported holding; cost per unit: {stated}.", lines.get(asset_id, 0),
            )
        )  # fmt: skip
    return drafts + _cash_entries(setting, rows, drafts, wanted, day, total_ccy, mode)


def _wanted(
    setting: Setting, rows: Sequence[HoldingRow], day: date, total_ccy: Decimal | None
) -> tuple[dict[str, Decimal], dict[str, Decimal], dict[str, int]]:
    """Return quantity, cost per unit and line of each asset; rows of one asset are added up."""
    wanted: dict[str, Decimal] = {}
    paid: dict[str, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    lines: dict[str, int] = {}
    merged: Counter[str] = Counter()
    weights = ZERO
    for row in rows:
        if row.security is None or row.security.key not in setting.assets:
            weights += row.weight_frac or ZERO if row.security is None else ZERO
            continue
        asset_id, symbol, currency = setting.assets[row.security.key]
        quantity = row.quantity
        if quantity is None:
            weights += row.weight_frac or ZERO
            quantity = _from_weight(setting, row, asset_id, symbol, day, total_ccy)
            if quantity is None:
                setting.kept.add(asset_id)
                continue
        if quantity and not quantity.quantize(PENNY):
            setting.kept.add(asset_id)
            setting.problem(row.line, None, f"{symbol} has a quantity that rounds to zero.", "Check the quantity.")
            continue
        if abs(quantity) > QUANTITY_MAX:
            setting.kept.add(asset_id)
            setting.problem(row.line, None, f"{symbol} has more than a trillion units.", "Check the quantity.")
            continue
        if quantity < 0 and setting.strategy is not Strategy.LONG_SHORT:
            setting.kept.add(asset_id)
            message = f"{symbol} is negative, and this portfolio may not hold less than nothing."
            setting.problem(row.line, None, message, "Make the portfolio long-short, or leave the row out.")
            continue
        merged[symbol] += 1
        wanted[asset_id] = wanted.get(asset_id, ZERO) + quantity
        lines.setdefault(asset_id, row.line)
        cost = _cost(setting, row, symbol, currency, day)
        if cost is not None:
            paid[asset_id].append((abs(quantity), cost))
    for symbol, count in merged.items():
        if count > 1:
            setting.notes.append(f"{symbol} stands in {count} rows, which are added up.")
    if weights > WEIGHT_SUM_MAX and setting.strategy is not Strategy.LONG_SHORT:
        message = f"The weights sum to {formatting.percent(float(weights), 2)}, more than the whole."
        setting.problem(None, None, message, "Lower them to 100% or less, or make the portfolio long-short.")
    costs = {}
    for asset_id, parts in paid.items():
        units = sum((one for one, _ in parts), ZERO)
        if units and units == abs(wanted[asset_id]):
            total = sum((one * cost for one, cost in parts), ZERO)
            costs[asset_id] = (total / units).quantize(PENNY, rounding=ROUND_HALF_EVEN)
    return wanted, costs, lines


def _from_weight(
    setting: Setting, row: HoldingRow, asset_id: str, symbol: str, day: date, total_ccy: Decimal | None
) -> Decimal | None:
    """Return the units that a weight means; None with the problem noted."""
    unit = setting.unit_value(asset_id, day)
    if unit is None:
        message = f"{symbol} has no close on or shortly before {day.isoformat()}, so its weight says no quantity."
        setting.problem(row.line, None, message, "Give its quantity, import its prices, or choose another day.")
        return None
    if total_ccy is None or row.weight_frac is None:
        return None  # asked for once, for the file
    return (row.weight_frac * total_ccy / unit).quantize(UNIT, rounding=ROUND_HALF_EVEN)


def _cost(setting: Setting, row: HoldingRow, symbol: str, currency: str, day: date) -> Decimal | None:
    """Return the cost per unit in the asset's currency; None where none is stated or it cannot be converted."""
    stated = row.unit_cost
    if stated is None or row.currency in {"", currency}:
        return stated
    own, other = setting.book.rate(currency, day), setting.book.rate(row.currency, day)
    if own is None or other is None:
        setting.notes.append(
            f"The cost of {symbol} is in {row.currency} and there is no rate to {currency}: the day's close stands in."
        )
        return None
    return (stated * other / own).quantize(PENNY, rounding=ROUND_HALF_EVEN)


def _cash_entries(
    setting: Setting,
    rows: Sequence[HoldingRow],
    drafts: Sequence[EntryDraft],
    wanted: Mapping[str, Decimal],
    day: date,
    total_ccy: Decimal | None,
    mode: ReplaceMode,
) -> list[EntryDraft]:
    """Return the entries of cash: as stated, or with weights what they leave over."""
    stated: dict[str, Decimal] = {}
    for row in rows:
        if row.security is None and row.quantity is not None:
            currency = row.currency or setting.base_currency
            stated[currency] = stated.get(currency, ZERO) + row.quantity
    now = cash(setting.entries) if mode is ReplaceMode.REPLACE else {}
    if any(row.weight_frac is not None for row in rows) and total_ccy is not None:
        values = [quantity * (setting.unit_value(key, day) or ZERO) for key, quantity in wanted.items()]
        rest = (total_ccy - sum(values, ZERO)).quantize(CENT, rounding=ROUND_HALF_EVEN)
        if stated:
            setting.notes.append("The file states its cash: that is booked, not what the weights leave over.")
        else:
            stated = dict.fromkeys(now, ZERO) | {setting.base_currency: rest}
    found = []
    for currency, amount in sorted(stated.items()):
        change = amount - now.get(currency, ZERO)
        if change == ZERO:
            continue
        kind = "opening" if not setting.entries else "deposit" if change > 0 else "withdrawal"
        found.append(
            EntryDraft(kind, day, None, ZERO, None, change, ZERO, currency, "Imported cash."),
        )
    return found


def transaction_entries(
    setting: Setting, rows: Sequence[TransactionRow], *, skip_repeats: bool, fund_missing_cash: bool
) -> list[EntryDraft]:
    """Return one entry for each transaction that does not stand in the ledger already, in the order of the days."""
    ordered = list(rows)
    if len(ordered) > 1 and ordered[0].day > ordered[-1].day:
        ordered.reverse()  # brokers write the latest first: reversed, those of one day keep their order too
    ordered.sort(key=lambda row: row.day)
    booked = Counter(_identity(entry.trade_date, entry.kind, entry.asset_id, entry.quantity, entry.amount_ccy,
                               entry.currency) for entry in setting.entries)  # fmt: skip
    seen: Counter[tuple[object, ...]] = Counter()
    drafts = []
    for row in ordered:
        if row.security is not None and row.security.key not in setting.assets:
            continue
        asset_id = None if row.security is None else setting.assets[row.security.key][0]
        currency = row.currency or (
            setting.base_currency if row.security is None else setting.assets[row.security.key][2]
        )
        identity = _identity(row.day, row.kind, asset_id, row.quantity, row.amount_ccy, currency)
        seen[identity] += 1
        if seen[identity] <= booked[identity]:
            setting.duplicates.append(row.line)
            continue
        if seen[identity] > booked[identity] + 1 and not row.reference:
            setting.repeats.append(row.line)
            if skip_repeats:
                continue
        note = " ".join(one for one in (row.note, f"(ref. {row.reference})" if row.reference else "") if one)
        drafts.append(
            EntryDraft(row.kind, row.day, asset_id, row.quantity, row.price, row.amount_ccy, row.fees_ccy, currency,
                       note or "Imported transaction.", row.line)
        )  # fmt: skip
    _check_holdings(setting, drafts)
    wrong = {one.line for one in setting.problems}
    drafts = [one for one in drafts if one.line not in wrong]  # neither cash nor value may count what is left out
    return _with_cash(setting, drafts) if fund_missing_cash else _told_of_loans(setting, drafts)


def _identity(*parts: object) -> tuple[object, ...]:
    return tuple(one.normalize() + ZERO if isinstance(one, Decimal) else one for one in parts)


def _check_holdings(setting: Setting, drafts: Iterable[EntryDraft]) -> None:
    """Refuse sales of more than is held at the end of their day, where holding less than nothing is not allowed."""
    if setting.strategy is Strategy.LONG_SHORT:
        return
    changes: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    sales: dict[tuple[str, date], list[EntryDraft]] = defaultdict(list)
    for entry in setting.entries:
        if entry.asset_id is not None:
            changes[entry.asset_id][entry.trade_date] += entry.quantity
    for draft in drafts:
        if draft.asset_id is not None:
            changes[draft.asset_id][draft.day] += draft.quantity
            if draft.quantity < 0:
                sales[draft.asset_id, draft.day].append(draft)
    for asset_id, days in changes.items():
        held = ZERO
        for day in sorted(days):
            before, held = held, held + days[day]
            while held < 0 and sales[asset_id, day]:
                sale = sales[asset_id, day].pop()
                symbol = setting.symbol_of.get(asset_id, "The asset")
                message = (
                    f"{symbol}: {formatting.quantity(-days[day])} go out on {day.isoformat()}, and "
                    f"{formatting.quantity(max(before, ZERO))} are held."
                )
                advice = "Import the earlier purchases or the opening holdings first, or make the portfolio long-short."
                setting.problem(sale.line, None, message, advice)
                held -= sale.quantity  # what is left out takes nothing from what later sales may sell


def _lowest_cash(setting: Setting, drafts: Iterable[EntryDraft]) -> dict[str, list[tuple[date, Decimal]]]:
    """Return by currency what the cash lacks on each day, given that what lacked before was paid in."""
    changes: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in (*setting.entries, *(draft.as_entry() for draft in drafts)):
        changes[entry.currency][entry.trade_date] += entry.amount_ccy
    lacking: dict[str, list[tuple[date, Decimal]]] = {}
    for currency, days in changes.items():
        balance = ZERO
        for day in sorted(days):
            balance += days[day]
            if balance < 0:
                lacking.setdefault(currency, []).append((day, -balance))
                balance = ZERO
    return lacking


def _with_cash(setting: Setting, drafts: list[EntryDraft]) -> list[EntryDraft]:
    """Return the entries with a deposit of whatever cash lacks, on the day on which it lacks."""
    paid = [
        EntryDraft("deposit", day, None, ZERO, None, amount, ZERO, currency, "Cash that the imported purchases needed.")
        for currency, days in sorted(_lowest_cash(setting, drafts).items())
        for day, amount in days
    ]
    if paid:
        setting.notes.append(f"{formatting.count(len(paid), 'deposit')} of the cash that lacks will be booked too.")
    return sorted([*paid, *drafts], key=lambda draft: draft.day)


def _told_of_loans(setting: Setting, drafts: list[EntryDraft]) -> list[EntryDraft]:
    for currency, days in sorted(_lowest_cash(setting, drafts).items()):
        amount = sum((lacks for _, lacks in days), ZERO)
        setting.notes.append(
            f"The cash in {currency} falls below zero from {formatting.day(days[0][0])} on, by up to "
            f"{formatting.money(amount, currency)}: the file has no deposits for it. Have what lacks booked as "
            "deposits, or the returns count it as a loan."
        )
    return drafts
