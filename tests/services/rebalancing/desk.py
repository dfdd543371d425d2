"""A house with a portfolio away from its target, and the services of rebalancing over it."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from services.auth.actor import Actor
from services.auth.roles import Role
from services.messages.portfolios import PortfolioChanges, Strategy
from services.messages.rebalancing import (
    NewRebalancing,
    RebalancingChoices,
    RebalancingReport,
    RebalancingView,
    RebalancingWish,
    RowChoice,
)
from services.rebalancing import Rebalancings
from services.rebalancing_booking import RebalancingBooking
from services.rebalancing_inputs import RebalancingInputsReader
from services.rebalancing_orders import RebalancingOrders
from services.rebalancing_report import RebalancingReporter
from services.rebalancing_steps import RebalancingSteps
from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.test_checks import furnished

TARGET = {"AAA": 0.4, "BBB": 0.35, "CCC": 0.2}


@dataclass
class Desk:
    """A furnished book: AAA 30%, BBB 25%, cash 45% of 10,000; the target is AAA 40%, BBB 35%, CCC 20%."""

    book: Book
    portfolio_id: str
    rebalancings: Rebalancings
    steps: RebalancingSteps
    booking: RebalancingBooking
    orders: RebalancingOrders
    inputs: RebalancingInputsReader

    @property
    def manager(self) -> Actor:
        return self.book.manager

    @property
    def officer(self) -> Actor:
        return self.book.world.actors[Role.COMPLIANCE]

    def report(self, *rows: RowChoice, fits_rest: bool = False, **wish: Any) -> RebalancingReport:
        """Return the report of a wish, looked at alone."""
        answer = self.rebalancings.preview(self.portfolio_id, new(*rows, fits_rest=fits_rest, **wish), self.manager)
        assert answer.report is not None, answer
        return answer.report

    def kept(self, *rows: RowChoice, **wish: Any) -> RebalancingView:
        """Return a draft."""
        return self.rebalancings.create(self.portfolio_id, new(*rows, **wish), self.manager)

    def target(self, weights: dict[str, float], name: str = "Target") -> None:
        """Set the portfolio's target."""
        self.book.world.portfolios.set_target(self.portfolio_id, weights, None, name, self.manager)


def new(*rows: RowChoice, fits_rest: bool = False, **wish: Any) -> NewRebalancing:
    """Return a wish without costs unless some are given."""
    return NewRebalancing(
        wish=RebalancingWish(**{"spread_frac": 0.0, **wish}),
        choices=RebalancingChoices(rows=rows, fits_rest=fits_rest),
    )


def open_desk(book: Book) -> Desk:
    """Return the services over a book with a portfolio and its target."""
    _, _, portfolio_id = furnished(book)
    book.world.portfolios.update(portfolio_id, PortfolioChanges(strategy=Strategy.LONG_ONLY), book.manager)
    book.stock("CCC", 100.0, issuer="Gamma", seed=3)
    ports = book.world.ports
    inputs = RebalancingInputsReader(ports, states=book.checks.states, facts=book.world.facts)
    drafts: Any = SimpleNamespace(get=lambda *_: SimpleNamespace(name="Mine", weights_frac={"AAA": 1.0}))
    optimize: Any = SimpleNamespace()
    rebalancings = Rebalancings(
        ports,
        analyses=book.world.analyses,
        reporter=RebalancingReporter(ports, inputs=inputs, judge=book.checks.judge),
        inputs=inputs,
        optimize=optimize,
        drafts=drafts,
    )
    book.world.analyses.attach(
        SimpleNamespace(
            portfolio_facts=book.world.facts, risk=book.world.risk, limit_history=book.world.history,
            compliance_checks=book.checks, rebalancings=rebalancings,
        )  # type: ignore[arg-type]
    )  # fmt: skip
    desk = Desk(
        book=book,
        portfolio_id=portfolio_id,
        rebalancings=rebalancings,
        steps=RebalancingSteps(ports, rebalancings=rebalancings, inputs=inputs),
        booking=RebalancingBooking(ports, rebalancings=rebalancings, inputs=inputs, valuator=book.world.facts.valuator),
        orders=RebalancingOrders(ports, rebalancings=rebalancings),
        inputs=inputs,
    )
    desk.target(TARGET)
    return desk
