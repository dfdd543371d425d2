"""Which trades lead a portfolio towards its target, and how is a proposal of them made, looked at and changed?

Trades are computed by workers (`services.analyses`) and looked at before anything is stored. A proposal keeps what it
was computed from; where positions or closes have changed since, it says so and is computed anew on request. How it is
handed in, decided about and recorded stands in `services.rebalancing_steps` and `services.rebalancing_booking`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.checks_orders import SIZE_MOST
from services.errors import Conflict, FieldProblem, InvalidRequest, Unavailable
from services.events_outbox import announce
from services.messages.frozen import Page
from services.messages.rebalancing import (
    NewRebalancing,
    RebalancingAnswer,
    RebalancingChoices,
    RebalancingLine,
    RebalancingReport,
    RebalancingRequest,
    RebalancingView,
    RebalancingWish,
)
from services.rebalancing_views import EDITABLE, RENEWABLE, RebalancingViewer

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.analyses import Analyses
    from services.optimize import Optimize
    from services.portfolios_drafts import PortfolioDrafts
    from services.ports import Ports
    from services.rebalancing_inputs import RebalancingInputsReader
    from services.rebalancing_report import RebalancingReporter

KIND = "rebalancing"
WAIT_S = 8.0
KEEP_WAIT_S = 25.0
TOPIC = "rebalancings"


class Rebalancings:
    """Proposals of trades of the portfolios that the actor may see.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses
    reporter : RebalancingReporter
    inputs : RebalancingInputsReader
    optimize : Optimize
        For the weights of a run.
    drafts : PortfolioDrafts
        For wishes that were kept.

    """

    def __init__(
        self,
        ports: Ports,
        *,
        analyses: Analyses,
        reporter: RebalancingReporter,
        inputs: RebalancingInputsReader,
        optimize: Optimize,
        drafts: PortfolioDrafts,
    ) -> None:
        self._ports = ports
        self._analyses = analyses
        self._reporter = reporter
        self._inputs = inputs
        self._optimize = optimize
        self._drafts = drafts

    def preview(
        self, portfolio_id: str, new: NewRebalancing, actor: Actor, *, wait_s: float = WAIT_S, again: bool = False
    ) -> RebalancingAnswer:
        """Return the trades, or how far their search is; nothing is stored.

        Raises
        ------
        NotAllowed, NotFound, TooMany
        InvalidRequest
            The target is not there, or a choice is of no row.
        Conflict
            The portfolio has no target.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        found = self._analyses.answer(KIND, self._request(portfolio_id, new, actor), actor, wait_s=wait_s, again=again)
        is_ready = found.state.value == "ready"
        return RebalancingAnswer(
            state=found.state.value,
            report=RebalancingReport.model_validate(found.document) if is_ready else None,
            code=found.code,
            message=found.message,
            advice=found.advice,
            retry_after_s=found.retry_after_s if found.state.value == "working" else None,
        )

    def create(self, portfolio_id: str, new: NewRebalancing, actor: Actor) -> RebalancingView:
        """Keep a proposal as a draft.

        Raises
        ------
        NotAllowed, NotFound, InvalidRequest, Conflict
        Unavailable
            The trades are still being computed.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        report = self._report(portfolio_id, new, actor)
        with self._ports.store.work(actor) as uow:
            portfolio = uow.portfolios.get(portfolio_id, write=True)
            row = uow.rebalancings.add(
                tables.Rebalancing(
                    portfolio_id=portfolio.id,
                    number=uow.rebalancings.next_number(portfolio.id),
                    made_by_id=actor.user_id,
                    **_computed(new, report),
                )
            )
            note(uow, "rebalancing.create", "rebalancing", row.id, after=_told(row, report))
            told_pages(uow, row, "made")
            uow.commit()
            row_id = row.id
        return self.settled(row_id, actor)

    def list(
        self, actor: Actor, portfolio_id: str | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Page[RebalancingLine]:
        """Return the proposals of one portfolio, or of all, the newest first."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            if portfolio_id is None:
                page = uow.rebalancings.list(cursor=cursor, limit=limit)
            else:
                uow.portfolios.get(portfolio_id)
                page = uow.rebalancings.of(portfolio_id, cursor=cursor, limit=limit)
            viewer = RebalancingViewer(uow, actor, self._inputs)
            return Page(items=viewer.lines(page.rows), next_cursor=page.next_cursor)

    def waiting(self, actor: Actor) -> tuple[RebalancingLine, ...]:
        """Return the proposals that wait for a decision or, approved, for being recorded, the oldest first."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.rebalancings.in_state("submitted", "approved")
            return RebalancingViewer(uow, actor, self._inputs).lines(rows)

    def get(self, rebalancing_id: str, actor: Actor) -> RebalancingView:
        """Return one proposal whole.

        Raises
        ------
        NotAllowed, NotFound

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.rebalancings.get(rebalancing_id)
            return RebalancingViewer(uow, actor, self._inputs).view(row)

    def edit(
        self, rebalancing_id: str, new: NewRebalancing, actor: Actor, row_version: int | None = None
    ) -> RebalancingView:
        """Change the wish, or what is chosen of the rows: figures and check follow at once, the target stays.

        Raises
        ------
        NotAllowed, NotFound, InvalidRequest, Stale, Unavailable
        Conflict
            It was handed in already.

        """
        return self._recompute(rebalancing_id, new, actor, row_version, EDITABLE)

    def renew(self, rebalancing_id: str, actor: Actor, row_version: int | None = None) -> RebalancingView:
        """Compute a proposal anew from today's positions and closes; it becomes a draft again.

        Raises
        ------
        NotAllowed, NotFound, InvalidRequest, Stale, Unavailable
        Conflict
            It was recorded or withdrawn.

        """
        known = self.get(rebalancing_id, actor)
        new = NewRebalancing(wish=known.wish, choices=known.choices)
        return self._recompute(rebalancing_id, new, actor, row_version, RENEWABLE)

    def compute(self, request: RebalancingRequest, actor: Actor) -> RebalancingReport:
        """Find the trades. Called by workers."""
        return self._reporter.compute(request, actor)

    def settled(self, rebalancing_id: str, actor: Actor) -> RebalancingView:
        """Return a proposal after a change, and let open pages know."""
        self._ports.bus.nudge(TOPIC)
        return self.get(rebalancing_id, actor)

    def _recompute(
        self,
        rebalancing_id: str,
        new: NewRebalancing,
        actor: Actor,
        row_version: int | None,
        states: frozenset[str],
    ) -> RebalancingView:
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.read(actor) as uow:
            row = uow.rebalancings.get(rebalancing_id, write=True)
            _refuse_unless(row, states)
            portfolio_id = row.portfolio_id
        report = self._report(portfolio_id, new, actor)
        with self._ports.store.work(actor) as uow:
            row = uow.rebalancings.get(rebalancing_id, write=True)
            _refuse_unless(row, states)
            before = {"inputs_sha256": row.inputs_sha256, "state": row.state}
            values = _computed(new, report) | {
                "state": "draft", "submitted_by_id": None, "submitted_at_utc": None, "submit_reason": None,
                "decided_by_id": None, "decided_at_utc": None, "decision_reason": None,
            }  # fmt: skip
            row = uow.rebalancings.change(row, values, row_version)
            note(uow, "rebalancing.update", "rebalancing", row.id, before=before, after=_told(row, report))
            told_pages(uow, row, "changed")
            uow.commit()
        return self.settled(rebalancing_id, actor)

    def _report(self, portfolio_id: str, new: NewRebalancing, actor: Actor) -> RebalancingReport:
        answer = self.preview(portfolio_id, new, actor, wait_s=KEEP_WAIT_S, again=True)
        if answer.state == "failed":
            raise Conflict(answer.message or "The trades could not be found.", answer.advice or "", code=answer.code)
        if answer.report is None:
            raise Unavailable("The trades are still being computed.", "Try again in a moment.")
        return answer.report

    def _request(self, portfolio_id: str, new: NewRebalancing, actor: Actor) -> RebalancingRequest:
        weights, name = self._target(portfolio_id, new.wish, actor)
        return RebalancingRequest(
            portfolio_id=portfolio_id,
            wish=new.wish,
            weights_frac=weights,
            source_name=name,
            choices=_sorted(new.choices),
            person_id=None if actor.is_system else actor.user_id,
        )

    def _target(self, portfolio_id: str, wish: RebalancingWish, actor: Actor) -> tuple[dict[str, float], str]:
        """Return the weights that are aimed at, and what they are called."""
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
        if wish.source == "run":
            run_id = _given(wish.run_id, "run_id", "an optimization")
            found = self._optimize.result(run_id, actor)
            if not found.weights:
                message = "This optimization found no portfolio, so there is nothing to trade to."
                raise InvalidRequest(message, "Choose another.", fields=(FieldProblem("wish.run_id", message),))
            return {line.asset: line.weight_frac for line in found.weights}, "Result of an optimization"
        if wish.source == "wish":
            kept = self._drafts.get(portfolio_id, _given(wish.wish_id, "wish_id", "a kept wish"), actor)
            return dict(kept.weights_frac), f"What-if: {kept.name}"
        if wish.source == "weights":
            if not wish.weights_frac:
                message = "There are no weights."
                raise InvalidRequest(message, "Name one.", fields=(FieldProblem("wish.weights_frac", message),))
            return dict(wish.weights_frac), "Weights as given"
        with self._ports.store.read(actor) as uow:
            target = uow.targets.current(portfolio_id)
            if target is None:
                raise Conflict(
                    "The portfolio has no target yet, so there is nothing to trade to.",
                    "Optimize it and save the result as target, or choose another source.",
                    code="no_target",
                )
            weights = uow.targets.weights(target.id)
            symbols = {key: one.symbol for key, one in uow.assets.get_many(sorted(weights)).items()}
            named = {symbols[key]: weight for key, weight in weights.items() if key in symbols}
            return named, f"Target {target.version}: {target.name}"


def told_pages(uow: UnitOfWork, row: tables.Rebalancing, what: str) -> None:
    """Announce that something was done with a proposal."""
    data = {"id": row.id, "state": row.state, "number": row.number}
    announce(uow, TOPIC, f"rebalancing.{what}", data, portfolio_id=row.portfolio_id)


def _computed(new: NewRebalancing, report: RebalancingReport) -> dict[str, object]:
    return {
        "wish": new.wish.model_dump(mode="json"),
        "choices": new.choices.model_dump(mode="json"),
        "report": report.model_dump(mode="json"),
        "inputs_sha256": report.inputs_sha256,
        "ledger_entry": report.ledger_entry,
        "prices_on": report.prices_on,
        "computed_at_utc": report.computed_at_utc,
    }


def _told(row: tables.Rebalancing, report: RebalancingReport) -> dict[str, object]:
    """Return what the audit log keeps of a proposal."""
    return {
        "portfolio_id": row.portfolio_id,
        "number": row.number,
        "inputs_sha256": report.inputs_sha256,
        "verdict": None if report.compliance is None else report.compliance.verdict,
        "orders": [[one.symbol, str(one.quantity)] for one in report.rows if one.quantity != 0],
    }


def _sorted(choices: RebalancingChoices) -> RebalancingChoices:
    """Return the choices in the order of their symbols; two of one row, and sizes that nobody means, are refused."""
    symbols = [one.symbol for one in choices.rows]
    twice = sorted({one for one in symbols if symbols.count(one) > 1})
    if twice:
        message = f"{twice[0]} is chosen twice."
        raise InvalidRequest(message, "Send one choice a row.", fields=(FieldProblem("choices.rows", message),))
    sizes = [(one.symbol, size) for one in choices.rows for size in (one.quantity, one.limit_price)]
    huge = [symbol for symbol, size in sizes if size is not None and abs(size) > SIZE_MOST]
    if huge:
        message = f"The trade of {huge[0]} is too large to be meant."
        raise InvalidRequest(message, "Check the number of digits.", fields=(FieldProblem("choices.rows", message),))
    return choices.model_copy(update={"rows": tuple(sorted(choices.rows, key=lambda one: one.symbol))})


def _given(value: str | None, name: str, what: str) -> str:
    if value is None:
        message = f"Say which: the id of {what} is missing."
        raise InvalidRequest(message, f"Send {name}.", fields=(FieldProblem(f"wish.{name}", message),))
    return value


def _refuse_unless(row: tables.Rebalancing, states: frozenset[str]) -> None:
    if row.state not in states:
        raise Conflict(
            f"This proposal is {row.state} and cannot be changed any more.",
            "Make another proposal, or withdraw this one first.",
            code="not_editable",
        )
