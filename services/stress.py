"""What would scenarios do to a portfolio, and which scenarios are there?

The figures are computed by worker processes through the facility of reports (`services.analyses`); this service finds
the scenarios, puts what they suppose into the question, and reads the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.analysis_stress import NAME
from services.analysis_stress_question import NAME as QUESTION
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest
from services.messages.analyses import AnalysisAnswer
from services.messages.stress import FactorQuestion, RegulatoryQuestion, Scenario, kept_id, own_id
from services.messages.stress_questions import (
    CorrelationWish,
    HouseRules,
    LiquidityWish,
    MonteCarloWish,
    QuestionRequest,
    RepairOrder,
    ReverseWish,
    StressRepairWish,
)
from services.messages.stress_report import (
    SCENARIOS_MAX_COUNT,
    AskedScenario,
    FactorWish,
    StressReport,
    StressRequest,
    StressWish,
)
from services.ports import Ports
from services.stress_inputs import StressInputs, StressInputsReader
from services.stress_library import library, question_words
from services.stress_own import OwnScenarios

if TYPE_CHECKING:
    from services.analyses import Analyses
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.portfolios import Portfolios

STATED = "stated"
"""Id of a scenario that is not kept: the one stated in the request itself."""


class Stress:
    """Stress tests of portfolios.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses
    facts : PortfolioFactsReader
    portfolios : Portfolios
        Whose limits a repair keeps.

    """

    def __init__(self, ports: Ports, analyses: Analyses, facts: PortfolioFactsReader, portfolios: Portfolios) -> None:
        self._analyses = analyses
        self._portfolios = portfolios
        self._inputs = StressInputsReader(ports, facts)
        self.own = OwnScenarios(ports)

    def scenarios(self, actor: Actor) -> tuple[Scenario, ...]:
        """Return the library: what everybody has, and the kept scenarios that the actor may see."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        return library(self.own.list(actor))

    def inputs(
        self, portfolio_id: str, actor: Actor, *, has_spreads: bool = False, has_volatility_model: bool = False
    ) -> StressInputs:
        """Return what the engine is given; called in worker processes."""
        return self._inputs.read(
            portfolio_id, actor, has_spreads=has_spreads, has_volatility_model=has_volatility_model
        )

    def run(
        self, portfolio_id: str, wish: StressWish, actor: Actor, *, wait_s: float = 8.0, again: bool = False
    ) -> AnalysisAnswer:
        """Return what scenarios do to a portfolio, as soon as a worker has computed it.

        Parameters
        ----------
        portfolio_id : str
        wish : StressWish
        actor : Actor
        wait_s : float
            How long to wait; afterwards the answer says that it is being computed.
        again : bool
            Whether an answer that failed is computed once more.

        Raises
        ------
        InvalidRequest
            A scenario that there is not, or that nothing can be computed from.
        NotFound, NotAllowed, TooMany

        """
        request = StressRequest(portfolio_id=portfolio_id, scenarios=self._asked(wish, actor), mode=wish.mode)
        return self._analyses.answer(NAME, request, actor, wait_s=wait_s, again=again)

    def factors(
        self, portfolio_id: str, wish: FactorWish, actor: Actor, *, wait_s: float = 8.0, again: bool = False
    ) -> AnalysisAnswer:
        """Return what moves of factors do, what follows from them, and how plausible they are; errors as of `run`."""
        stated = FactorQuestion.model_validate(wish.model_dump())
        return self.run(portfolio_id, StressWish(stated=stated), actor, wait_s=wait_s, again=again)

    def ask(
        self,
        portfolio_id: str,
        wish: MonteCarloWish | CorrelationWish | LiquidityWish | ReverseWish | StressRepairWish,
        actor: Actor,
        *,
        wait_s: float = 8.0,
        again: bool = False,
    ) -> AnalysisAnswer:
        """Return the answer to a question beyond single scenarios, as soon as a worker has computed it.

        Raises
        ------
        InvalidRequest
            A repair names a scenario that there is not.
        NotFound, NotAllowed, TooMany

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        if isinstance(wish, StressRepairWish):
            asked: dict[str, object] = {"repair": self._order(portfolio_id, wish, actor)}
        else:
            asked = {_FIELDS[type(wish)]: wish}
        request = QuestionRequest.model_validate({"portfolio_id": portfolio_id, **asked})
        return self._analyses.answer(QUESTION, request, actor, wait_s=wait_s, again=again)

    def _order(self, portfolio_id: str, wish: StressRepairWish, actor: Actor) -> RepairOrder:
        """Return a repair with its scenarios, and with the portfolio's limits as they are now."""
        portfolio = self._portfolios.get(portfolio_id, actor)
        events = tuple(one.id for one in library(()) if one.group == "historic")
        scenarios = self._asked(StressWish(scenarios=wish.scenarios or events), actor, must_move=True)
        limits, mandate = portfolio.house_limits, portfolio.mandate
        return RepairOrder(
            scenarios=scenarios,
            max_loss_frac=wish.max_loss_frac,
            turnover_max_frac=wish.turnover_max_frac,
            has_hedge=wish.has_hedge,
            hedges=wish.hedges,
            rules=HouseRules(
                position_max_frac=limits.position_max_frac,
                sector_max_frac=limits.sector_max_frac,
                gross_max_frac=limits.gross_max_frac,
                cash_min_frac=mandate.cash_min_frac,
                cash_max_frac=mandate.cash_max_frac,
            ),
        )

    def _asked(self, wish: StressWish, actor: Actor, *, must_move: bool = False) -> tuple[AskedScenario, ...]:
        """Return the scenarios of a wish with all that they suppose.

        One that states no moves answers with its problem and stops no other; where it `must_move`, it is refused.
        """
        if wish.stated is not None:
            if wish.scenarios:
                problem = FieldProblem("stated", "Scenarios are named and one is stated.", "Do one or the other.")
                raise InvalidRequest("The request has a problem.", "Send one of the two.", fields=(problem,))
            words = question_words(wish.stated)
            return (AskedScenario(id=STATED, group="own", name=words, question=wish.stated),)
        known = {one.id: one for one in self.scenarios(actor)}
        wish = wish.model_copy(
            update={"scenarios": tuple(key if key in known else own_id(key) for key in wish.scenarios)}
        )
        if not wish.scenarios:
            every = tuple(_asked(one) for one in known.values() if one.question is not None)
            if len(every) > SCENARIOS_MAX_COUNT:
                message = f"There are {len(every)} scenarios; one request computes {SCENARIOS_MAX_COUNT} at most."
                problem = FieldProblem("scenarios", message, "Name the ones that you want.")
                raise InvalidRequest("The request names too much.", "Name some scenarios.", fields=(problem,))
            return every
        problems = []
        for place, key in enumerate(wish.scenarios):
            if key not in known:
                message = f"There is no scenario {kept_id(key)!r}."
                problems.append(FieldProblem(f"scenarios[{place}]", message, "See the list of scenarios."))
            elif key in wish.scenarios[:place]:
                message = f"The scenario {key!r} is named twice."
                problems.append(FieldProblem(f"scenarios[{place}]", message, "Name it once."))
            elif must_move and known[key].question is None:
                message = f"{known[key].name} states no moves of markets, so nothing can be computed from it."
                problems.append(FieldProblem(f"scenarios[{place}]", message, "Leave it out."))
        if problems:
            words = "The request names scenarios that cannot be run."
            raise InvalidRequest(words, "Name scenarios of the list.", fields=tuple(problems))
        return tuple(_asked(known[key]) for key in wish.scenarios)


_FIELDS = {
    MonteCarloWish: "monte_carlo",
    CorrelationWish: "correlation",
    LiquidityWish: "liquidity",
    ReverseWish: "reverse",
}
"""Form of a question -> its field in a request."""


def report_of(answer: AnalysisAnswer) -> StressReport | None:
    """Return the report in an answer; None while there is none."""
    return None if answer.document is None else StressReport.model_validate(answer.document)


def _asked(one: Scenario) -> AskedScenario:
    return AskedScenario(
        id=one.id,
        group=one.group,
        name=one.name,
        what=one.what,
        unverified_why=one.unverified_why,
        question=one.question or RegulatoryQuestion(set=one.id),
    )
