"""What does the engine of compliance get to know of a portfolio, now or on a day of the past?

Values are those of the portfolio's page: the same ledger, closes and rates. Where prices of a holding ended more than
five sessions before the market's last day, the portfolio is looked at on that day, with the values missing: prices
that have become too old must not let a rule pass.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.market_risk import ROWS_MAX
from engine.compliance.state import ComplianceState
from engine.kernel.canonical import sha256_of
from services import formatting
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.firm_trades import FirmTrades
from services.compliance.quarter_days import on_day
from services.compliance.shared_reads import shared
from services.compliance.state_before import before_trades
from services.compliance.state_bodies import owed_lines
from services.compliance.state_facts import TURNOVER, Traded, client_facts, ledger_facts, traded_of, turnover_after
from services.compliance.state_fields import Asked, Fields, end_of, fields_of
from services.compliance.state_lines import Line, lines_of
from services.compliance.state_look import Look
from services.compliance.state_risk import RISK, risk_facts, with_weights
from services.compliance.state_unknown import Unknown, unknown_of
from services.compliance.stated_facts import FIGURES, stated_on
from services.errors import Conflict, ServiceError
from services.portfolio_facts_reader import SESSIONS_COUNT
from services.ports import Ports
from services.valuation_ledger import ZERO
from services.valuation_prices import STALE_SESSIONS_MAX

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.valuation import PortfolioState

EVERY = frozenset(POSITION_FIELDS) | frozenset(FACTS)
KEPT_COUNT = 512
PAST_SESSIONS_COUNT = ROWS_MAX + 1
"""Returns before a day of the past that its risk looks at; of today the history is that which everybody reads."""


@dataclass(frozen=True)
class SeenState:
    """A portfolio as rules see it.

    Parameters
    ----------
    as_of : date
        Of holdings, closes and rates.
    on : date
        On which lists, facts and rules are read.
    state : ComplianceState
        Position 0 is the cash in the base currency.
    reference : ComplianceState or None
        The holdings of the day before at the same closes; None where nothing was held yet.
    lines : tuple of Line
        Parallel to the positions of the state.
    unknown : tuple of Unknown
        What of the wanted fields is not known, and what brings it.
    is_sample : bool
        Whether prices, scores or volumes were invented.
    wanted : frozenset of str
        Names of the fields and facts that were asked for.
    traded : Traded or None
        What was traded in the year before; None where it is not known or was not asked for.

    """

    portfolio_id: str
    name: str
    base_currency: str
    as_of: date
    on: date
    state: ComplianceState
    reference: ComplianceState | None
    lines: tuple[Line, ...] = field(repr=False)
    unknown: tuple[Unknown, ...]
    is_sample: bool
    wanted: frozenset[str] = frozenset()
    traded: Traded | None = None

    @property
    def asset_ids(self) -> tuple[str | None, ...]:
        """The assets by position; None for cash."""
        return tuple(None if line.asset is None else line.asset.id for line in self.lines)

    @property
    def sha256(self) -> str:
        """The fingerprint of everything that rules are judged by."""
        now = _document(self.state)
        before = now if self.reference is self.state else _document(self.reference)
        return sha256_of([self.as_of.isoformat(), now, before])


class StateReader:
    """Reads portfolios for the engine of compliance.

    Parameters
    ----------
    ports : Ports
    facts : PortfolioFactsReader

    """

    def __init__(self, ports: Ports, facts: PortfolioFactsReader) -> None:
        self._ports = ports
        self._facts = facts
        self._firm = FirmTrades(facts.reader)
        self._kept: OrderedDict[tuple[Any, ...], dict[str, float | None]] = OrderedDict()
        self._lock = threading.Lock()

    def read(
        self,
        actor: Actor,
        portfolio_id: str,
        on: date | None = None,
        *,
        fields: Collection[str] | None = None,
        trades: Mapping[str, Decimal] | None = None,
        symbols: Collection[str] = (),
    ) -> SeenState:
        """Return a portfolio that the actor may see, whole: also with what its client said.

        Parameters
        ----------
        on : date or None
            At the close of a day of the past; as it is when None.
        fields : collection of str or None
            Names of the fields and facts that rules use; all when None.
        trades : mapping of str to Decimal, optional
            Units that are to be traded by symbol; what is not held stands there with quantity 0.
        symbols : collection of str
            Further assets that may be traded.

        Raises
        ------
        NotAllowed, NotFound
        InvalidRequest
            A trade names what is no asset.
        Conflict
            Nothing was ever entered in the ledger, or not yet on that day.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            portfolio = uow.portfolios.get(portfolio_id)
        product, wanted = Actor.system(portfolio.tenant_id), EVERY if fields is None else frozenset(fields)
        state = held_something(portfolio, self._valued(product, portfolio, on), on)
        risk = self._risk(product, portfolio, on, state, wanted)
        with self._ports.store.read(product) as uow:
            now_utc = self._ports.clock.now_utc()
            look = Look(portfolio, state, on, wanted, risk, now_utc, dict(trades or {}), tuple(symbols))
            return self._seen(shared(uow), look)

    def read_many(
        self, product: Actor, portfolios: Sequence[tables.Portfolio], fields: Mapping[str, frozenset[str]]
    ) -> dict[str, SeenState | Exception]:
        """Return portfolios of one house as they are, each as `read` does or why not; what they share is read once.

        What goes wrong with one of them, a fault of the product's own included, is told of that one alone.

        Parameters
        ----------
        product : Actor
            The product itself, for the house.
        fields : mapping
            Wanted names by portfolio id.

        """
        found: dict[str, SeenState | Exception] = {}
        looks: list[Look] = []
        now_utc = self._ports.clock.now_utc()  # one for all: what is known by then is the same question of each
        states = self._facts.valuator.states(product, portfolios)
        with self._ports.store.read(product) as unit:
            uow = shared(unit)
            uow.ledger.last_entries([row.id for row in portfolios])
            versions = {row.id: self._facts.version_in(uow, row) for row in portfolios}
            states = {row.id: self._not_too_old(uow, row, states[row.id]) for row in portfolios}
        for row in portfolios:
            wanted = fields[row.id]
            try:
                state = held_something(row, states[row.id], None)
                risk = self._risk(product, row, None, state, wanted, versions[row.id])
                looks.append(Look(row, state, None, wanted, risk, now_utc))
            except Exception as failure:
                found[row.id] = failure
        with self._ports.store.read(product) as unit:
            uow = shared(unit, [held.asset_id for look in looks for held in look.state.holdings], portfolios)
            for look in looks:
                try:
                    found[look.portfolio.id] = self._seen(uow, look)
                except Exception as failure:
                    found[look.portfolio.id] = failure
        return found

    def _seen(self, uow: UnitOfWork, look: Look) -> SeenState:
        """Put together what is known of a portfolio."""
        portfolio, state, on, wanted = look.portfolio, look.state, look.on, look.wanted
        assert state.as_of is not None
        now_utc = look.now_utc
        day = on or max(now_utc.date(), state.as_of)
        stated = stated_on(uow, portfolio.id, day)
        lines = (
            *lines_of(uow, self._facts.reader, state, state.as_of, look.not_held(uow)),
            *owed_lines(stated, wanted, portfolio.base_currency),
        )
        asked = Asked(
            portfolio=portfolio,
            lines=lines,
            state=state,
            day=state.as_of,
            on=day,
            known_at_utc=now_utc if on is None else end_of(on),
            wanted=wanted,
            is_past=on is not None,
            trades=look.trades,
            stated=stated,
        )
        found = fields_of(uow, self._facts, asked)
        traded = traded_of(state, state.as_of) if TURNOVER in wanted else None
        facts = client_facts(uow, portfolio, day, wanted) | ledger_facts(state, state.as_of, wanted, traded)
        facts |= {name: float(asked.stated[name, ""]) for name in FIGURES if (name, "") in asked.stated}
        facts |= self._firm.large(uow, day, wanted)
        earlier = before_trades(state)
        reference = None if earlier is None or earlier is state else self._lines_and_fields(uow, asked, earlier)
        facts |= look.risk
        made = on_day(_state(lines, found, facts), state.as_of)
        if earlier is state:
            before: ComplianceState | None = made
        else:
            before = None if reference is None else _state(*reference, facts)
        return SeenState(
            portfolio_id=portfolio.id,
            name=portfolio.name,
            base_currency=portfolio.base_currency,
            as_of=state.as_of,
            on=day,
            state=made,
            reference=before,
            lines=lines,
            unknown=unknown_of(made, wanted),
            is_sample=found.is_sample or any(line.is_sample for line in lines),
            wanted=wanted,
            traded=traded,
        )

    def facts_after(
        self, actor: Actor, seen: SeenState, after: ComplianceState, fields: Collection[str]
    ) -> dict[str, float | None]:
        """Return risk and turnover of a portfolio after trades; None where one cannot be computed.

        Parameters
        ----------
        seen, after
            As read with the trades, and the engine's state after them.

        """
        risk = self._risk_after(actor, seen, after, RISK & set(fields))
        if TURNOVER not in fields:
            return risk
        is_cash = [line.asset is None for line in seen.lines]
        return {**risk, TURNOVER: turnover_after(seen.traded, seen.state, after, is_cash)}

    def _risk_after(
        self, actor: Actor, seen: SeenState, after: ComplianceState, wanted: Collection[str]
    ) -> dict[str, float | None]:
        whole = after.net_assets_ccy
        if not wanted or whole is None or whole <= 0:
            return dict.fromkeys(wanted)
        pairs = zip(seen.lines, after.values_ccy, strict=True)
        weights = {line: float((value or ZERO) / whole) for line, value in pairs}
        product = Actor.system(actor.tenant_id)
        try:
            facts = self._facts.read(seen.portfolio_id, product)
        except ServiceError:
            return dict.fromkeys(wanted)
        with self._ports.store.read(product) as uow:
            changed = with_weights(uow, self._facts.reader, facts, weights)
        return risk_facts(changed, wanted)

    @property
    def facts(self) -> PortfolioFactsReader:
        """What reads holdings with their history."""
        return self._facts

    def _lines_and_fields(
        self, uow: UnitOfWork, asked: Asked, state: PortfolioState
    ) -> tuple[tuple[Line, ...], Fields]:
        """Return another state's positions and what is known of them; risk and turnover stay those of the first."""
        owed = owed_lines(asked.stated, asked.wanted, asked.portfolio.base_currency)
        lines = (*lines_of(uow, self._facts.reader, state, asked.day, ()), *owed)
        return lines, fields_of(uow, self._facts, replace(asked, lines=lines, state=state, trades={}))

    def _valued(self, product: Actor, portfolio: tables.Portfolio, on: date | None) -> PortfolioState:
        valuator = self._facts.valuator
        if on is not None:
            with self._ports.store.read(product) as uow:
                return valuator.state_on(uow, portfolio, on)
        state = valuator.state(product, portfolio)
        with self._ports.store.read(product) as uow:
            return self._not_too_old(uow, portfolio, state)

    def _not_too_old(self, uow: UnitOfWork, portfolio: tables.Portfolio, state: PortfolioState) -> PortfolioState:
        """Return the state, or that of the market's last day where prices ended too long before it."""
        if state.as_of is None or not state.holdings:
            return state
        market_day = self._facts.market_day(uow)
        if market_day is not None and _sessions_between(state.as_of, market_day) > STALE_SESSIONS_MAX:
            return self._facts.valuator.state_on(uow, portfolio, market_day)
        return state

    def _risk(
        self,
        product: Actor,
        portfolio: tables.Portfolio,
        on: date | None,
        state: PortfolioState,
        wanted: frozenset[str],
        version: str | None = None,
    ) -> dict[str, float | None]:
        """Return the risk of what is held; remembered until holdings or prices change, because it takes a while."""
        names = sorted(RISK & wanted)
        if not names:
            return {}
        if state.value_ccy is None or state.value_ccy <= 0:
            return dict.fromkeys(names)
        version = version or self._facts.data_version(portfolio.id, product)
        key = (portfolio.tenant_id, version, on, *names)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return dict(self._kept[key])
        try:
            sessions_count = SESSIONS_COUNT if on is None else PAST_SESSIONS_COUNT
            facts = self._facts.read(
                portfolio.id, product, as_of=on, sessions_count=sessions_count, state=state if on else None
            )
            found = risk_facts(facts, names)
        except ServiceError:
            found = dict.fromkeys(names)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT_COUNT:
                self._kept.popitem(last=False)
        return dict(found)


def held_something(portfolio: tables.Portfolio, state: PortfolioState, on: date | None) -> PortfolioState:
    """Return the state, or refuse one of a portfolio in which nothing was ever entered."""
    if state.as_of is None:
        when = "yet" if on is None else f"on {formatting.day(on)}"
        raise Conflict(
            f"{portfolio.name} held nothing {when}.", "Enter positions or cash first.", code="portfolio_empty"
        )
    return state


def _sessions_between(first: date, last: date) -> int:
    return int(np.busday_count(first, last))


def _state(lines: tuple[Line, ...], fields: Fields, facts: Mapping[str, float | None]) -> ComplianceState:
    return ComplianceState(
        symbols=tuple(line.symbol for line in lines),
        values_ccy=tuple(line.value_ccy for line in lines),
        quantities=np.array([float(line.quantity) for line in lines]),
        prices_ccy=np.array([line.price_ccy for line in lines]),
        given=fields.given,
        facts=facts,
        per_unit=fields.per_unit,
    )


def _document(state: ComplianceState | None) -> Any:
    """Return a state JSON-native, for its fingerprint."""
    if state is None:
        return None
    return [
        list(state.symbols),
        [None if value is None else str(value) for value in state.values_ccy],
        repr(state.quantities.tolist()),
        {name: repr(list(values)) for name, values in sorted(state.given.items())},
        {name: repr(value) for name, value in sorted(state.facts.items())},
    ]
