"""Which ledger entries lead from what a portfolio holds to what its owner says it holds?

Every problem of every row is found before anything is written. Assets come in as entries at their stated cost per unit,
or at the day's close; what they are worth to the client is always the day's close.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from data.store import tables
from services.errors import FieldProblem
from services.messages.exact import UnreadableFraction, UnreadableNumber
from services.messages.portfolios import PositionInput, PositionsInput, Strategy
from services.portfolios_checks import cash_problems, has_too_many_places, too_many_places
from services.valuation_ledger import ZERO, LedgerEntry, cash, positions
from services.valuation_prices import PriceBook

UNIT = Decimal("0.000001")
CENT = Decimal("0.01")
QUANTITY_MAX = Decimal(10) ** 12
WEIGHT_TOLERANCE_FRAC = 1e-9
WEIGHT_MAX_FRAC = 10.0


@dataclass(frozen=True)
class Unread:
    """What of the positions could not be read, so that nothing is said about it that may be wrong.

    Parameters
    ----------
    fields : frozenset of str
        Fields of the request that are not known whole.
    places : tuple of int or None
        Where each row that could be read stands in the request; None where all of them could.
    amounts : frozenset of int
        Places of the rows of which nothing but the symbol is known.

    """

    fields: frozenset[str] = frozenset()
    places: tuple[int, ...] | None = None
    amounts: frozenset[int] = frozenset()

    def place(self, number: int) -> int:
        """Return where the row stands in the request."""
        return number if self.places is None else self.places[number]


@dataclass(frozen=True)
class Setting:
    """What the entries are made from.

    Parameters
    ----------
    wanted : PositionsInput
    assets : mapping of symbol to asset
    entries : sequence of LedgerEntry
        The ledger as it is.
    book : PriceBook
        Closes of the assets named and of those held.
    day : date
        The day of the entries.
    value_ccy : Decimal or None
        The portfolio's present value.
    unread : Unread
        What is not known of the positions.

    """

    wanted: PositionsInput
    assets: Mapping[str, tables.Asset]
    entries: Sequence[LedgerEntry]
    book: PriceBook
    day: date
    value_ccy: Decimal | None
    strategy: Strategy
    unread: Unread = Unread()


def position_problems(setting: Setting) -> list[FieldProblem]:
    """Return everything that is wrong with the positions, in their order."""
    problems: list[FieldProblem] = []
    seen: set[str] = set()
    for number, row in enumerate(setting.wanted.positions):
        place = setting.unread.place(number)
        path = f"positions[{place}]"
        if row.symbol in seen:
            problems.append(FieldProblem(f"{path}.symbol", f"{row.symbol} appears twice.", "Merge its rows into one."))
        seen.add(row.symbol)
        problems += _symbol_problems(setting, row, path)
        if place not in setting.unread.amounts:
            problems += _amount_problems(setting, row, path)
    problems += _removal_problems(setting)
    problems += cash_problems(setting.wanted.total_value_ccy, "total_value_ccy")
    if setting.wanted.cash_ccy is not None and not setting.wanted.cash_ccy.is_finite():
        problems.append(FieldProblem("cash_ccy", f"{setting.wanted.cash_ccy} is not an amount.", "Write a number."))
    elif setting.wanted.cash_ccy is not None and has_too_many_places(setting.wanted.cash_ccy):
        problems.append(too_many_places("cash_ccy", "The cash"))
    problems += _weight_sum_problems(setting)
    last = max((entry.trade_date for entry in setting.entries), default=None)
    if last is not None and setting.day < last and "as_of" not in setting.unread.fields:
        problems.append(
            FieldProblem(
                "as_of",
                f"The ledger has an entry on {last.isoformat()}, after {setting.day.isoformat()}.",
                f"Choose {last.isoformat()} or a later day.",
            )
        )
    return problems


def opening_entries(setting: Setting) -> list[tables.LedgerTransaction]:
    """Return the entries for positions without problems; none where everything is held as wanted."""
    kind = "opening" if not setting.entries else "transfer"
    held = positions(setting.entries)
    symbols = {setting.assets[row.symbol].id: row for row in setting.wanted.positions}
    target = {key: _quantity(setting, row) for key, row in symbols.items()}
    rows = []
    for asset_id in sorted(held.keys() | target.keys()):
        change = target.get(asset_id, ZERO) - held.get(asset_id, ZERO)
        if change != ZERO:
            rows.append(_asset_entry(setting, kind, asset_id, change, symbols.get(asset_id)))
    change = _cash_change(setting, target)
    if change != ZERO:
        cash_kind = "opening" if kind == "opening" else ("deposit" if change > 0 else "withdrawal")
        rows.append(
            tables.LedgerTransaction(
                kind=cash_kind,
                trade_date=setting.day,
                settle_date=setting.day,
                quantity=ZERO,
                amount_ccy=change,
                fees_ccy=ZERO,
                currency=setting.book.base_currency,
                note=_reason(setting) or "Cash as stated with the positions.",
            )
        )
    return rows


def _removal_problems(setting: Setting) -> list[FieldProblem]:
    """Return which holdings would leave without a close that says what they are worth."""
    if setting.unread.fields & {"positions", "as_of"}:
        return []
    named = {setting.assets[row.symbol].id for row in setting.wanted.positions if row.symbol in setting.assets}
    return [
        FieldProblem(
            "positions",
            f"A holding that is not named has no close on or shortly before {setting.day.isoformat()}.",
            "Choose a day with a close, or import its prices; then it can be taken out.",
        )
        for asset_id in positions(setting.entries).keys() - named
        if setting.book.quote(asset_id, setting.day) is None
    ]


def _symbol_problems(setting: Setting, row: PositionInput, path: str) -> list[FieldProblem]:
    """Return what is wrong with the asset: unknown, an index, without close or rate."""
    asset = setting.assets.get(row.symbol)
    where = f"{path}.symbol"
    if asset is None:
        return [FieldProblem(where, f"There is no asset with the symbol {row.symbol!r}.", "Choose one from the list.")]
    if asset.asset_class == "index":
        return [FieldProblem(where, f"{row.symbol} is an index and cannot be held.", "Choose a fund that follows it.")]
    if "as_of" in setting.unread.fields:
        return []
    if setting.book.quote(asset.id, setting.day) is None:
        return [
            FieldProblem(
                where,
                f"{row.symbol} has no close on or shortly before {setting.day.isoformat()}.",
                "Choose another day, or import its prices.",
            )
        ]
    if setting.book.rate(asset.currency, setting.day) is None:
        return [
            FieldProblem(
                where,
                f"{row.symbol} is quoted in {asset.currency}, and there is no rate to {setting.book.base_currency}.",
                "Import rates, or load the sample pack.",
            )
        ]
    return []


def _amount_problems(setting: Setting, row: PositionInput, path: str) -> list[FieldProblem]:
    """Return what is wrong with quantity, weight and cost."""
    unread = _unreadable(row, path)
    if unread:
        return unread
    problems = []
    if (row.quantity is None) == (row.weight_frac is None):
        problems.append(
            FieldProblem(path, f"{row.symbol} needs either a quantity or a weight.", "Fill in exactly one of the two.")
        )
    if row.quantity is not None and (not row.quantity.is_finite() or abs(row.quantity) > QUANTITY_MAX):
        problems.append(
            FieldProblem(
                f"{path}.quantity",
                f"{row.symbol} has {row.quantity:.3g} shares, more than any portfolio here can hold.",
                "Write a number up to a trillion.",
            )
        )
    elif row.quantity is not None and has_too_many_places(row.quantity):
        problems.append(too_many_places(f"{path}.quantity", f"The quantity of {row.symbol}"))
    elif _is_negative(row) and setting.strategy is not Strategy.LONG_SHORT:
        name = "quantity" if row.quantity is not None else "weight_frac"
        problems.append(
            FieldProblem(
                f"{path}.{name}",
                f"{row.symbol} is negative, and this portfolio may not hold less than nothing.",
                "Use zero or more, or make the portfolio long-short.",
            )
        )
    if row.weight_frac is not None and abs(row.weight_frac) > WEIGHT_MAX_FRAC:
        problems.append(
            FieldProblem(
                f"{path}.weight_frac", f"The weight {row.weight_frac:g} is not a fraction.", "Write 25% as 0.25."
            )
        )
    if row.unit_cost is not None and (not row.unit_cost.is_finite() or row.unit_cost < 0):
        problems.append(FieldProblem(f"{path}.unit_cost", f"{row.unit_cost} is not a cost.", "Use zero or more."))
    elif row.unit_cost is not None and has_too_many_places(row.unit_cost):
        problems.append(too_many_places(f"{path}.unit_cost", f"The cost of {row.symbol}"))
    return problems


def _unreadable(row: PositionInput, path: str) -> list[FieldProblem]:
    """Return which fields of a row hold no numbers."""
    typed = {"quantity": row.quantity, "weight_frac": row.weight_frac, "unit_cost": row.unit_cost}
    return [
        FieldProblem(f"{path}.{name}", f"{value.typed!r} is not a number.", 'Give a number, such as "1250.00".')
        for name, value in typed.items()
        if isinstance(value, UnreadableNumber | UnreadableFraction)
    ]


def _weight_sum_problems(setting: Setting) -> list[FieldProblem]:
    """Return whether weights lack a value to be weights of, or sum to more than all of it."""
    weights = [
        row.weight_frac
        for row in setting.wanted.positions
        if row.weight_frac is not None and not isinstance(row.weight_frac, UnreadableFraction)
    ]
    if not weights:
        return []
    problems = []
    total = setting.wanted.total_value_ccy if setting.wanted.total_value_ccy is not None else setting.value_ccy
    if (total is None or total <= 0) and "total_value_ccy" not in setting.unread.fields:
        problems.append(
            FieldProblem(
                "total_value_ccy",
                "Weights need the value that they are weights of, and the portfolio has none yet.",
                "State the total value, or give quantities.",
            )
        )
    is_over = sum(weights) > 1.0 + WEIGHT_TOLERANCE_FRAC and setting.strategy is not Strategy.LONG_SHORT
    if is_over and "positions" not in setting.unread.fields:
        problems.append(
            FieldProblem(
                "positions",
                f"The weights sum to {sum(weights):.4%}, more than the whole.",
                "Lower them to 100% or less.",
            )
        )
    if setting.wanted.cash_ccy is not None:
        problems.append(
            FieldProblem("cash_ccy", "With weights the cash is what they leave over.", "Leave the cash empty.")
        )
    return problems


def _quantity(setting: Setting, row: PositionInput) -> Decimal:
    """Return the quantity wanted of one asset, to a millionth of a unit where it comes from a weight."""
    if row.quantity is not None:
        return row.quantity
    assert row.weight_frac is not None
    unit_ccy = _unit_value(setting, setting.assets[row.symbol].id)
    amount = Decimal(repr(row.weight_frac)) * _total(setting)
    return (amount / unit_ccy).quantize(UNIT, rounding=ROUND_HALF_EVEN)


def _cash_change(setting: Setting, target: Mapping[str, Decimal]) -> Decimal:
    """Return what has to come in or go out in the base currency."""
    base = setting.book.base_currency
    now = cash(setting.entries).get(base, ZERO)
    if any(row.weight_frac is not None for row in setting.wanted.positions):
        assets = sum((quantity * _unit_value(setting, key) for key, quantity in target.items()), ZERO)
        other = ZERO
        for currency, amount in cash(setting.entries).items():
            other += ZERO if currency == base else amount * (setting.book.rate(currency, setting.day) or ZERO)
        return (_total(setting) - assets - other).quantize(CENT, rounding=ROUND_HALF_EVEN) - now
    return ZERO if setting.wanted.cash_ccy is None else setting.wanted.cash_ccy - now


def _total(setting: Setting) -> Decimal:
    """Return the value that weights are weights of."""
    total = setting.wanted.total_value_ccy if setting.wanted.total_value_ccy is not None else setting.value_ccy
    assert total is not None
    return total


def _unit_value(setting: Setting, asset_id: str) -> Decimal:
    """Return what one unit is worth in the base currency on the day."""
    quote = setting.book.quote(asset_id, setting.day)
    assert quote is not None
    rate = setting.book.rate(quote.currency, setting.day)
    assert rate is not None
    return quote.price * rate


def _asset_entry(
    setting: Setting, kind: str, asset_id: str, change: Decimal, row: PositionInput | None
) -> tables.LedgerTransaction:
    """Return the entry that brings in or takes out an asset."""
    quote = setting.book.quote(asset_id, setting.day)
    assert quote is not None
    stated = row is not None and row.unit_cost is not None and change > 0
    price = row.unit_cost if row is not None and stated else quote.price
    return tables.LedgerTransaction(
        kind=kind,
        trade_date=setting.day,
        settle_date=setting.day,
        asset_id=asset_id,
        quantity=change,
        price=price,
        amount_ccy=ZERO,
        fees_ccy=ZERO,
        currency=quote.currency,
        fx_rate=None
        if quote.currency == setting.book.base_currency
        else setting.book.rate(quote.currency, setting.day),
        note=_reason(setting) or ("Cost per unit as stated." if stated else "Cost per unit: the day's close."),
    )


def _reason(setting: Setting) -> str | None:
    """Return why the positions are set; None where nobody said so."""
    return (setting.wanted.reason or "").strip() or None


def _is_negative(row: PositionInput) -> bool:
    return (row.quantity is not None and row.quantity < 0) or (row.weight_frac is not None and row.weight_frac < 0)
