"""How does a portfolio change, in one transaction with its ledger, its stored values and the audit row?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words
from services.four_eyes_wish import refuse_single_handed
from services.market_series import SeriesReader
from services.messages.portfolios import NewPortfolio, PortfolioChanges, PositionsInput, Strategy
from services.portfolios_checks import (
    cash_problems,
    currency_problems,
    limit_problems,
    name_problems,
    parent_problems,
    refuse,
)
from services.portfolios_listed import listed_notes, listed_problems
from services.portfolios_positions import Setting, opening_entries, position_problems
from services.portfolios_unread import parse
from services.ports import Ports
from services.teams_default import team_problems, usual_team
from services.valuation import Valuator
from services.valuation_ledger import ZERO, positions

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

DOCUMENTS = ("house_limits", "mandate")
NOT_EMPTY = ("name", "strategy", *DOCUMENTS)
WEIGHT_MAX_FRAC = 10.0


class Changes:
    """Writes to portfolios; whoever calls has checked the permission.

    Parameters
    ----------
    ports : Ports
    reader : SeriesReader
    valuator : Valuator

    """

    def __init__(self, ports: Ports, reader: SeriesReader, valuator: Valuator) -> None:
        self._ports = ports
        self._reader = reader
        self._valuator = valuator

    def create(self, new: NewPortfolio, actor: Actor, *, is_sample: bool = False) -> str:
        """Insert a portfolio with its first deposit; return its id."""
        with self._ports.store.work(actor) as uow:
            row = self.insert(uow, new, actor, is_sample=is_sample)
            uow.commit()
            return row.id

    def insert(self, uow: UnitOfWork, new: NewPortfolio, actor: Actor, *, is_sample: bool = False) -> tables.Portfolio:
        """Insert a portfolio with its first deposit into an open unit of work; the caller commits.

        Raises
        ------
        InvalidRequest
            With every problem of the fields at once.

        """
        problems = [
            *name_problems(new.name),
            *currency_problems(new.base_currency),
            *parent_problems(uow, new.client_id, new.benchmark_id),
            *team_problems(uow, new.team_id, actor),
            *limit_problems(new.house_limits, new.mandate),
            *cash_problems(new.initial_cash_ccy, "initial_cash_ccy"),
        ]
        refuse(problems, "This portfolio cannot be created.")
        is_for_maker = new.client_id is None and "team_id" not in new.model_fields_set
        row = uow.portfolios.add(
            tables.Portfolio(
                name=new.name.strip(),
                description=new.description,
                base_currency=new.base_currency,
                benchmark_id=new.benchmark_id,
                client_id=new.client_id,
                team_id=usual_team(uow, actor) if is_for_maker else new.team_id,
                strategy=new.strategy.value,
                mandate=new.mandate.model_dump(mode="json"),
                house_limits=new.house_limits.model_dump(mode="json"),
                is_sample=is_sample,
            )
        )
        if new.initial_cash_ccy:
            uow.ledger.append(row.id, [self._deposit(uow, new.initial_cash_ccy, new.base_currency)])
            self._valuator.revalue(uow, row)
        note(uow, "portfolio.create", "portfolio", row.id, after={"name": row.name, "team_id": row.team_id})
        return row

    def update(self, portfolio_id: str, changes: PortfolioChanges, actor: Actor, row_version: int | None) -> None:
        """Change the fields that were sent."""
        sent = changes.model_dump(mode="json", include=set(changes.model_fields_set))
        with self._ports.store.work(actor) as uow:
            before = uow.portfolios.get(portfolio_id, write=True)
            problems = [
                FieldProblem(name, f"The {name.replace('_', ' ')} cannot be empty.", "Leave it out to keep it.")
                for name in NOT_EMPTY
                if name in sent and sent[name] is None
            ]
            if sent.get("name") is not None:
                problems += name_problems(changes.name)
                sent["name"] = sent["name"].strip()
            client_id = changes.client_id if changes.client_id != before.client_id else None
            problems += parent_problems(uow, client_id, changes.benchmark_id)
            team_id = changes.team_id if changes.team_id != before.team_id else None
            problems += team_problems(uow, team_id, actor)
            problems += limit_problems(changes.house_limits, changes.mandate)
            problems += self._strategy_problems(uow, before, changes)
            refuse(problems, "This portfolio cannot be changed like that.")
            old = {name: getattr(before, name) for name in sent}
            if any(sent[name] != old[name] for name in DOCUMENTS if name in sent):
                refuse_single_handed(uow, "limits")
            row = uow.portfolios.update(portfolio_id, sent, row_version)
            note(uow, "portfolio.update", "portfolio", row.id, before=old, after=sent)
            uow.commit()

    def read_positions(self, portfolio_id: str, text: str, actor: Actor) -> PositionsInput:
        """Return the positions that a JSON text states, or refuse them with their form and content judged at once."""
        wanted, unread, problems = parse(text)
        if not problems:
            return wanted
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(portfolio_id)
            setting = replace(self._setting(uow, row, wanted), unread=unread)
            told = {problem.path for problem in problems}
            further = [problem for problem in position_problems(setting) if problem.path not in told]
        found = (*problems, *further)
        raise InvalidRequest(count_words(len(found), "body"), "See 'errors' for every field.", fields=found)

    def set_positions(self, portfolio_id: str, wanted: PositionsInput, actor: Actor, row_version: int | None) -> None:
        """Write the entries that lead to the positions, and the values that follow from them."""
        with self._ports.store.work(actor) as uow:
            row = uow.portfolios.get(portfolio_id, write=True)
            setting = self._setting(uow, row, wanted)
            refuse(position_problems(setting), "These positions cannot be taken over.")
            entries = opening_entries(setting)
            person_id = None if actor.is_system else actor.user_id
            listed = listed_notes(uow, portfolio_id, setting.entries, entries, self._today(), person_id)
            refuse(listed_problems(listed, wanted.reason), "A list forbids trades in some of these names.")
            uow.portfolios.touch(portfolio_id, row_version)
            if entries:
                uow.ledger.append(portfolio_id, entries)
                if row.inception_on is None:
                    uow.portfolios.update(portfolio_id, {"inception_on": setting.day})
                self._valuator.revalue(uow, row)
            after = {"entries": len(entries), "as_of": setting.day}
            if listed:
                after |= {"listed": [one.sentence for one in listed], "reason": wanted.reason}
            note(uow, "portfolio.positions", "portfolio", row.id, after=after)
            uow.commit()

    def set_target(
        self,
        portfolio_id: str,
        weights_frac: Mapping[str, float],
        run_id: str | None,
        name: str,
        actor: Actor,
        row_version: int | None,
    ) -> None:
        """Save the next version of the target."""
        with self._ports.store.work(actor) as uow:
            row = uow.portfolios.get(portfolio_id, write=True)
            assets = uow.assets.by_symbols(list(weights_frac))
            problems = name_problems(name) + _weight_problems(weights_frac, assets)
            refuse(problems, "These weights cannot become a target.")
            uow.portfolios.touch(portfolio_id, row_version)
            as_of = self._market_day(uow)
            weights = {assets[symbol].id: float(weight) for symbol, weight in weights_frac.items()}
            target = uow.targets.save(portfolio_id, weights, name=name.strip(), as_of=as_of, run_id=run_id)
            note(uow, "portfolio.target", "portfolio", row.id, after={"version": target.version, "run_id": run_id})
            uow.commit()

    def _setting(self, uow: UnitOfWork, row: tables.Portfolio, wanted: PositionsInput) -> Setting:
        """Collect what the entries are made from."""
        entries = self._valuator.entries(uow, row.id)
        assets = uow.assets.by_symbols([position.symbol for position in wanted.positions])
        held = {entry.asset_id for entry in entries if entry.asset_id is not None}
        book = self._reader.book(
            uow,
            row.base_currency,
            sorted(held | {asset.id for asset in assets.values()}),
            {entry.currency for entry in entries} | {asset.currency for asset in assets.values()},
        )
        named = frozenset({asset.id for asset in assets.values()} | positions(entries).keys())
        day = wanted.as_of or book.last_common_session(named) or self._market_day(uow) or self._today()
        return Setting(
            wanted=wanted,
            assets=assets,
            entries=entries,
            book=book,
            day=day,
            value_ccy=self._valuator.state_on(uow, row, day).value_ccy if entries else None,
            strategy=Strategy(row.strategy),
        )

    def _strategy_problems(
        self, uow: UnitOfWork, row: tables.Portfolio, changes: PortfolioChanges
    ) -> list[FieldProblem]:
        """Return whether short holdings stand in the way of another strategy."""
        if changes.strategy in (None, Strategy.LONG_SHORT):
            return []
        held = positions(self._valuator.entries(uow, row.id))
        if all(quantity > ZERO for quantity in held.values()):
            return []
        return [
            FieldProblem("strategy", "The portfolio holds short positions.", "Close them first, or keep it long-short.")
        ]

    def _deposit(self, uow: UnitOfWork, amount_ccy: Decimal, currency: str) -> tables.LedgerTransaction:
        day = self._market_day(uow) or self._today()
        return tables.LedgerTransaction(
            kind="deposit",
            trade_date=day,
            settle_date=day,
            amount_ccy=amount_ccy,
            currency=currency,
            note="First deposit.",
        )

    def _market_day(self, uow: UnitOfWork) -> date | None:
        """Return the market's last session."""
        sessions: Any = self._reader.market_sessions(uow)
        return None if sessions.size == 0 else sessions[-1].astype("datetime64[D]").astype(object)

    def _today(self) -> date:
        return self._ports.clock.now_utc().date()


def _weight_problems(weights_frac: Mapping[str, float], assets: Mapping[str, tables.Asset]) -> list[FieldProblem]:
    """Return which weights are unusable."""
    problems = []
    if not weights_frac:
        problems.append(FieldProblem("weights", "There are no weights.", "Name at least one asset."))
    for symbol, weight in weights_frac.items():
        if symbol not in assets:
            problems.append(
                FieldProblem(
                    f"weights.{symbol}", f"There is no asset with the symbol {symbol!r}.", "Choose from the list."
                )
            )
        if not math.isfinite(weight) or abs(weight) > WEIGHT_MAX_FRAC:
            problems.append(FieldProblem(f"weights.{symbol}", f"{weight} is not a weight.", "Write 25% as 0.25."))
    return problems
