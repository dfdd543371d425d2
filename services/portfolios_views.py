"""How does the state of a portfolio read as a line of a list, as a page, and as its holdings?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data.store import tables
from services import formatting
from services.market_marks import rates_note, sample_note
from services.messages.portfolios import (
    CashView,
    Holding,
    HouseLimits,
    LimitCheck,
    Mandate,
    PortfolioDetail,
    PortfolioSummary,
    Strategy,
    TargetView,
)
from services.portfolios_limits import breaches_count, check_limits
from services.valuation import PortfolioState
from services.valuation_daily import ValuedHolding
from services.valuation_returns import one_year, sparkline, volatility, year_to_date

HISTORICAL_AFTER_DAYS = 5
"""An as-of date older than this many days reads "historical data"."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Names:
    """What rows are called for the actor: clients and benchmarks by id."""

    clients: Mapping[str, str]
    benchmarks: Mapping[str, str]


def house_limits(row: tables.Portfolio) -> HouseLimits:
    """Return the limits of a portfolio; a stored document without limits means none are set."""
    return HouseLimits.model_validate({**_NO_LIMITS, **row.house_limits})


def mandate(row: tables.Portfolio) -> Mandate:
    """Return the mandate of a portfolio."""
    stored = dict(row.mandate)
    stored["restrictions"] = tuple(stored.get("restrictions", ()))
    return Mandate.model_validate(stored)


def holdings_of(
    state: PortfolioState, assets: Mapping[str, tables.Asset], target_frac: Mapping[str, float] | None
) -> tuple[Holding, ...]:
    """Return the holdings, the largest first; those without a usable close last.

    Parameters
    ----------
    state : PortfolioState
    assets : mapping of asset id to asset
    target_frac : mapping of asset id to weight, or None
        The target in force; an asset that it leaves out has the target 0.

    """
    shown = [_holding(held, state, assets[held.asset_id], target_frac) for held in state.holdings]
    return tuple(sorted(shown, key=lambda holding: (holding.weight_frac is None, -abs(holding.weight_frac or 0.0))))


def checks_of(row: tables.Portfolio, state: PortfolioState, holdings: Sequence[Holding]) -> tuple[LimitCheck, ...]:
    """Return the limits of a portfolio with what they measure."""
    cash_weight = weight(state.cash_ccy, state)
    return check_limits(house_limits(row), mandate(row), holdings, cash_weight, _volatility(state))


def summary_of(
    row: tables.Portfolio,
    state: PortfolioState,
    holdings: Sequence[Holding],
    names: Names,
    today: date,
    on_risk: tuple[int, int],
) -> PortfolioSummary:
    """Return the line of a portfolio in the list; `on_risk` are its broken and its judged limits on risk."""
    fields = _summary_fields(row, state, holdings, names, today)
    return PortfolioSummary(**fields, risk_breaches_count=on_risk[0], risk_checks_count=on_risk[1])


def detail_of(
    row: tables.Portfolio,
    state: PortfolioState,
    holdings: Sequence[Holding],
    names: Names,
    today: date,
    target: TargetView | None,
) -> PortfolioDetail:
    """Return the page of a portfolio."""
    weights = [holding.weight_frac for holding in holdings if holding.weight_frac is not None]
    return PortfolioDetail(
        **_summary_fields(row, state, holdings, names, today),
        description=row.description,
        inception_on=row.inception_on,
        house_limits=house_limits(row),
        mandate=mandate(row),
        target=target,
        cash=_cash(state),
        gross_exposure_frac=sum(abs(value) for value in weights) if weights else None,
        net_exposure_frac=sum(weights) if weights else None,
        notes=_notes(row, state, holdings),
        created_at_utc=row.created_at_utc,
    )


def weight(value_ccy: Decimal | None, state: PortfolioState) -> float | None:
    """Return an amount as a fraction of the portfolio's value; None where either is unknown or it is not positive."""
    if value_ccy is None or state.value_ccy is None or state.value_ccy <= 0:
        return None
    return float(value_ccy / state.value_ccy)


def _summary_fields(
    row: tables.Portfolio, state: PortfolioState, holdings: Sequence[Holding], names: Names, today: date
) -> dict[str, object]:
    days = [point.day for point in state.recent]
    index = [point.twr_index for point in state.recent]
    as_of = state.as_of
    has_value = state.value_ccy is not None and state.value_ccy > 0  # else a return up to an earlier day would be shown
    checks = checks_of(row, state, holdings)
    return {
        "id": row.id,
        "name": row.name,
        "client_id": row.client_id if row.client_id in names.clients else None,
        "client_name": names.clients.get(row.client_id) if row.client_id else None,
        "team_id": row.team_id,
        "base_currency": row.base_currency,
        "benchmark_id": row.benchmark_id,
        "benchmark_name": names.benchmarks.get(row.benchmark_id) if row.benchmark_id else None,
        "strategy": Strategy(row.strategy),
        "value_ccy": None if state.value_ccy is None else state.value_ccy.quantize(CENT),
        "day_pnl_ccy": _day_pnl(state),
        "return_ytd_frac": None if as_of is None or not has_value else year_to_date(days, index, as_of),
        "return_1y_frac": None if as_of is None or not has_value else one_year(days, index, as_of),
        "volatility_1y_annual_frac": _volatility(state),
        "sparkline": sparkline(index),
        "as_of": as_of,
        "is_historical": as_of is not None and (today - as_of).days > HISTORICAL_AFTER_DAYS,
        "holdings_count": len(holdings),
        "breaches_count": breaches_count(checks),
        "checks_count": len(checks),
        "row_version": row.row_version,
        "is_sample": row.is_sample or any(holding.is_sample for holding in holdings) or bool(_sample_rates(state)),
    }


def _sample_rates(state: PortfolioState) -> tuple[str, ...]:
    """Return the currencies of holdings and cash that fictitious rates bring into the base currency."""
    held = {one.quote.currency for one in state.holdings if one.quote is not None}
    return state.book.sample_rates(held | {currency for currency, amount in state.balances.items() if amount})


def _volatility(state: PortfolioState) -> float | None:
    if state.as_of is None:
        return None
    return volatility([p.day for p in state.recent], [p.return_frac for p in state.recent], state.as_of)


def _day_pnl(state: PortfolioState) -> Decimal | None:
    """Return the gain of the last day: the change of value less what the client paid in or took out that day."""
    if state.previous is None or state.value_ccy is None or state.recent[-1].day != state.as_of:
        return None
    return (state.value_ccy - state.previous.value_ccy - state.recent[-1].external_flow_ccy).quantize(CENT)


def _holding(
    held: ValuedHolding, state: PortfolioState, asset: tables.Asset, target_frac: Mapping[str, float] | None
) -> Holding:
    share = weight(held.value_ccy, state)
    target = None if target_frac is None else target_frac.get(held.asset_id, 0.0)
    basis = state.costs.get(held.asset_id)
    cost_rate = None if state.as_of is None else state.book.rate(asset.currency, state.as_of)
    gain = None
    if held.value_ccy is not None and basis is not None and cost_rate is not None:
        gain = (held.value_ccy - basis.cost_ccy * cost_rate).quantize(CENT)
    return Holding(
        asset_id=held.asset_id,
        symbol=asset.symbol,
        name=asset.name,
        sector=asset.sector,
        asset_class=asset.asset_class,
        currency=asset.currency,
        quantity=held.quantity,
        price=None if held.quote is None else held.quote.price,
        price_date=None if held.quote is None else held.quote.price_date,
        value_ccy=None if held.value_ccy is None else held.value_ccy.quantize(CENT),
        weight_frac=share,
        target_weight_frac=target,
        drift_frac=None if share is None or target is None else share - target,
        unrealized_pnl_ccy=gain,
        day_pnl_ccy=_holding_day_pnl(held, state),
        is_sample=asset.is_sample or (held.quote is not None and held.quote.is_sample),
        note=_holding_note(held, state),
    )


def _holding_day_pnl(held: ValuedHolding, state: PortfolioState) -> Decimal | None:
    """Return what the holding gained on the last day; trades of the day count at their own price."""
    if held.value_ccy is None or state.previous is None or state.as_of is None:
        return None
    paid = Decimal(0)
    for entry in reversed(state.entries):
        if entry.trade_date <= state.previous.day:
            break
        if entry.asset_id == held.asset_id:
            rate = state.book.rate(entry.currency, state.as_of)
            if rate is None:
                return None
            paid += entry.cost_ccy * rate
    before = state.previous_values.get(held.asset_id, Decimal(0))
    return (held.value_ccy - before - paid).quantize(CENT)


def _holding_note(held: ValuedHolding, state: PortfolioState) -> str | None:
    """Return why there is no value, or that the close is older than the as-of date."""
    if held.quote is None:
        return "No close of the last five sessions is stored, so this holding has no value here. Import its prices."
    if held.value_ccy is None:
        pair = f"{held.quote.currency} to {state.base_currency}"
        if held.quote.currency in state.book.rates:
            return (
                f"No rate from {pair} of the last five sessions is stored, so this holding has no value. Import rates."
            )
        return (
            f"There is no rate from {pair}, so this holding has no value here. Import rates, or load the sample pack."
        )
    if state.as_of is not None and held.quote.price_date < state.as_of:
        return f"Valued at the close of {formatting.day_short(held.quote.price_date)}, the last one known."
    if state.book.sample_rates({held.quote.currency}):
        return f"Brought from {held.quote.currency} into {state.base_currency} at a fictitious rate, sample data."
    return None


def _cash(state: PortfolioState) -> tuple[CashView, ...]:
    shown = []
    for currency, amount in sorted(state.balances.items()):
        rate = None if state.as_of is None else state.book.rate(currency, state.as_of)
        value = None if rate is None else amount * rate
        shown.append(
            CashView(
                currency=currency,
                amount=amount.quantize(CENT),
                value_ccy=None if value is None else value.quantize(CENT),
                weight_frac=weight(value, state),
            )
        )
    return tuple(shown)


def _notes(row: tables.Portfolio, state: PortfolioState, holdings: Sequence[Holding]) -> tuple[str, ...]:
    """Return what a reader must know before using the figures."""
    notes = []
    lacking = [holding.symbol for holding in holdings if holding.value_ccy is None]
    if lacking:
        notes.append(
            f"The portfolio has no total value, because {', '.join(lacking)} cannot be valued; nothing counts as zero."
        )
    if row.is_sample:
        notes.append("Sample portfolio: client and trades are fictitious, prices are real.")
    samples = [holding.symbol for holding in holdings if holding.is_sample]
    if samples:
        notes.append(sample_note(samples, len(holdings)))
    invented = _sample_rates(state)
    if invented:
        notes.append(rates_note(invented))
    return tuple(notes)


_NO_LIMITS: dict[str, None] = dict.fromkeys(HouseLimits.model_fields)
