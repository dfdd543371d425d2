"""How did a portfolio do, where did its return come from, and when was it ahead of its benchmark or behind?

The work is done in worker processes (`services.analyses`); pages and programs ask there for the kinds ``performance``,
``performance_attribution``, ``performance_choice``, ``performance_periods`` and ``performance_regimes``.
"""

from __future__ import annotations

from typing import Any

from services.auth.actor import Actor
from services.formatting import count, day_short, money
from services.market_marks import marked, rates_named, rates_note
from services.messages.performance import (
    AttributionRequest,
    AttributionView,
    BenchmarkLine,
    PerformanceRequest,
    PerformanceView,
    PeriodsRequest,
    PeriodsView,
    RegimesView,
)
from services.messages.performance_choice import ChoiceRequest, ChoiceView
from services.performance_checks import PerformanceChecks
from services.performance_money import money_bridge
from services.performance_period import ChosenPeriod, choose_period
from services.performance_reader import PerformanceReader, PerformanceRecord
from services.ports import Ports

DAYS_WANTED_COUNT = 60
"""Fewer valued days than this make figures of risk little more than guesses, and a note says so."""


class Performance:
    """Reports on what portfolios earned.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._reader = PerformanceReader(ports)
        self._checks = PerformanceChecks(ports)

    def currencies(self, portfolio_id: str, actor: Actor) -> tuple[str, ...]:
        """Return the currencies that a portfolio's figures can be told in, its own first.

        Raises
        ------
        NotFound
            There is no such portfolio, or none for this actor.

        """
        return self._reader.currencies(portfolio_id, actor)

    def check(self, request: PeriodsRequest, actor: Actor) -> None:
        """Refuse fields that no report can be made of, before a worker is asked. Raises as `PerformanceChecks`."""
        self._checks.check(request, actor)

    def report(self, request: PerformanceRequest, actor: Actor) -> PerformanceView:
        """Return figures, curves and tables of a period.

        Raises
        ------
        NotFound, NotAllowed
            The portfolio or the benchmark is not the actor's to see.
        InvalidRequest
            The period has no days, or there is not enough history.

        """
        from services.performance_report import report_parts

        record, period = self._open(request, actor)
        return PerformanceView(**head_of(record, period, request), **report_parts(record, period, request))

    def attribution(self, request: AttributionRequest, actor: Actor) -> AttributionView:
        """Return where the return of a period came from. Raises as `report` does."""
        from services.performance_attribution import attribution_parts

        record, period = self._open(request, actor)
        factors = self._reader.factors(record, actor, request.factor_sets)
        return AttributionView(
            **head_of(record, period, request), **attribution_parts(record, period, request, factors)
        )

    def choice(self, request: ChoiceRequest, actor: Actor) -> ChoiceView:
        """Return what one part of an attribution did through time. Raises as `report` does, also without that part."""
        from services.performance_choice import choice_parts

        record, period = self._open(request, actor)
        is_factor = request.chosen.startswith("factor:")
        factors = self._reader.factors(record, actor, request.factor_sets) if is_factor else None
        return ChoiceView(**head_of(record, period, request), **choice_parts(record, period, request, factors))

    def periods(self, request: PeriodsRequest, actor: Actor) -> PeriodsView:
        """Return stretches of out- and underperformance. Raises as `report` does."""
        from services.performance_report import periods_parts

        record, period = self._open(request, actor)
        return PeriodsView(**head_of(record, period, request), **periods_parts(record, period, request))

    def regimes(self, request: PeriodsRequest, actor: Actor) -> RegimesView:
        """Return calm and turbulent times. Raises as `report` does."""
        from services.performance_report import regimes_parts

        record, period = self._open(request, actor)
        return RegimesView(**head_of(record, period, request), **regimes_parts(record, period, request))

    def _open(self, request: PeriodsRequest, actor: Actor) -> tuple[PerformanceRecord, ChosenPeriod]:
        record = self._reader.read(
            request.portfolio_id,
            actor,
            benchmark_id=request.benchmark_id,
            risk_free_annual_frac=request.risk_free_annual_frac,
            currency=request.currency,
        )
        return record, choose_period(record.history, request)


def head_of(record: PerformanceRecord, period: ChosenPeriod, request: PeriodsRequest) -> dict[str, Any]:
    """Return what every answer begins with."""
    beside = record.benchmark
    line = None
    if beside is not None and record.benchmark_id is not None:
        line = BenchmarkLine(
            id=record.benchmark_id,
            name=beside.name,
            kind=beside.kind,
            is_sample=beside.is_sample,
            has_weights=beside.has_weights,
        )
    invented = list(record.sample_symbols)
    if beside is not None and beside.is_sample:
        invented.append(beside.name)
    invented += rates_named(record.sample_rates)
    return {
        "portfolio_id": record.portfolio_id,
        "portfolio_name": record.name,
        "base_currency": record.base_currency,
        "own_currency": record.own_currency,
        "period": period.view,
        "fees": request.fees,
        "fees_sentence": _fees_sentence(record, period, request),
        "benchmark": line,
        "risk_free_sentence": record.risk_free.sentence(period.view.end, period.view.start),
        "sample_assets": record.sample_symbols,
        "sample_rates": record.sample_rates,
        "sample_mark": marked(invented),
        "is_sample": record.is_sample or bool(invented),
        "notes": tuple(_notes(record, period)),
    }


def _fees_sentence(record: PerformanceRecord, period: ChosenPeriod, request: PeriodsRequest) -> str:
    bridge = money_bridge(record.history, period)
    if bridge.fees_ccy == 0:
        return "No fees are booked in this period: net and gross are the same. Costs of trades are inside both."
    fees = money(bridge.fees_ccy, record.base_currency)
    if request.fees == "gross":
        return f"Gross: fees of {fees} that are booked in the ledger are added back; costs of trades stay in."
    return f"Net of the fees that are booked in the ledger: {fees} in this period."


def _notes(record: PerformanceRecord, period: ChosenPeriod) -> list[str]:
    notes = list(period.notes)
    if record.is_sample:
        notes.append("Sample portfolio: client and trades are fictitious, prices are real.")
    if record.base_currency != record.own_currency:
        notes.append(
            f"Told in {record.base_currency}: values, flows and returns are brought over from {record.own_currency} at "
            "each day's rate, so that the exchange rate is part of the gain."
        )
    if record.benchmark is not None:
        notes += record.benchmark.notes
    if record.sample_rates:
        notes.append(rates_note(record.sample_rates))
    if record.history.values_ccy[period.inside.stop - 1] == 0.0:
        notes.append(f"Nothing is held any more: everything was taken out by {day_short(period.view.end)}.")
    size = record.history.dates.size
    if size < DAYS_WANTED_COUNT:
        notes.append(
            f"{size} of {count(DAYS_WANTED_COUNT, 'day')}: with so few valued days, volatility and what is made of it "
            "say little."
        )
    if record.history.unvalued_count:
        days = count(record.history.unvalued_count, "session")
        notes.append(f"{days} could not be valued for want of a close; their gains count on the next one.")
    return notes
