"""What do chart and browser get of the frontier of a result, in the words and numbers of its reader?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callbacks.actor import Permission, actor, may, services
from callbacks.run_limits import position_rows
from callbacks.run_prices import PERCENT_STEP, STEPS
from components.result_view import chart_with_exports
from services import formatting
from services.charts.frontier_living import Beside, living_frontier
from services.charts.frontier_measures import reward_measure, risk_measure
from services.charts.look import Look
from services.formatting import Style
from services.frontier_document import Point, frontier_document, risk_of
from services.frontiers import ClientTarget
from services.messages.frontier import FrontierResult, FrontierReward, FrontierRisk
from services.messages.optimize import OptimizationResult
from services.messages.preferences import Preferences
from services.messages.uncertainty import UncertaintyResult
from services.number_style import in_style

CHART_LESS_PX = 50
USUAL = ("volatility", "return")


@dataclass(frozen=True)
class Seen:
    """The frontier of a run with everything that stands beside it."""

    run_id: str
    found: FrontierResult
    result: OptimizationResult
    proposed: Point | None
    current: Point | None
    client: ClientTarget | None

    @classmethod
    def of(cls, run_id: str, risk: FrontierRisk, reward: FrontierReward) -> Seen:
        """Return it for the person who asks; raises as `services.frontiers` does."""
        who, frontiers = actor(), services().frontiers
        found = frontiers.of(run_id, who, risk, reward)
        is_usual = (risk, reward) == USUAL
        return cls(
            run_id,
            found,
            services().optimize.result(run_id, who),
            _point(frontiers.proposed(run_id, who, risk, reward)),
            _point(found.current),
            frontiers.client_target(run_id, who) if is_usual and found.corners else None,
        )

    @property
    def beside(self) -> Beside:
        """The portfolios beside the frontier, as the chart draws them."""
        client = None if self.client is None else self.client.found
        return Beside(
            proposed=None if self.proposed is None else (self.proposed.risk, self.proposed.reward),
            current=None if self.current is None else (self.current.risk, self.current.reward),
            client=None if client is None else (client.volatility_annual_frac, self._client_reward()),
            client_most=None if client is None else client.volatility_max_annual_frac,
        )

    def _client_reward(self) -> float:
        """Return the client's place in the reward of the frontier, which trading costs may have lowered."""
        assert self.client is not None
        place, share = self.client.found.point_place, self.client.found.mix_frac
        after = min(place + 1, len(self.found.corners) - 1)
        return (1.0 - share) * self.found.corners[place].reward + share * self.found.corners[after].reward

    def figure(self, theme: str | None, likes: Preferences, sure: UncertaintyResult | None) -> Any:
        """Return the chart."""
        look = Look("dark" if theme == "dark" else "light", likes.number_format, likes.sign_palette)
        return living_frontier(self.found, self.result.model_dump(mode="json"), look, beside=self.beside, sure=sure)

    def document(self, likes: Preferences) -> dict[str, Any]:
        """Return what the browser moves along, with the words for it."""
        metrics, best = self.result.metrics, self.found.best_sharpe
        rate = None
        if metrics is not None and metrics.sharpe is not None:
            rate = metrics.return_annual_frac - metrics.sharpe * metrics.volatility_annual_frac
        client = None
        if self.client is not None:
            client = Point(self.client.found.volatility_annual_frac, self._client_reward())
        points = {
            "proposed": self.proposed,
            "current": self.current,
            "best": None if best is None else Point(best.risk_annual_frac, best.reward),
            "client": client,
        }
        asked = services().optimize.request(self.run_id, actor())
        bounds = {row["asset"]: (row["low"], row["high"]) for row in position_rows(asked, self.result)}
        made = frontier_document(self.found, rate_annual_frac=rate, bounds_frac=bounds, points=points)
        for price in made["prices"]:
            step, said = STEPS.get(price["kind"], (PERCENT_STEP, ""))
            price |= {"step": step, "unit": said.removeprefix(" per ") or "1 pp"}
        risk, reward = risk_measure(self.found), reward_measure(self.found)
        words = {"risk": risk.name, "reward": reward.name, "risk_inside": risk.inside, "reward_inside": reward.inside}
        return made | {"run": self.run_id, "words": words, "is_share": reward.is_share, "goal": self._goal()}

    def _goal(self) -> str | None:
        """Return which change of the request leads to a point, None where no goal does or the person may not run."""
        return self.found.risk if self.found.reward == "return" and may(Permission.RUNS_WRITE) else None

    def said(self, likes: Preferences) -> list[str]:
        """Return what is to be known, in the reader's number format: first whose point it is, then the notes."""
        style = likes.number_format
        ahead = [] if self.client is None else [client_words(self.client, style)]
        if not self.found.is_exact:
            ahead.append(between_words(self.found, style))
        if self.found.rules is not None:
            ahead.append(in_style(self.found.rules.sentence, style))
            ahead += [in_style(text, style) for text in self.found.rules.notes]
        return [*ahead, *(in_style(text, style) for text in self.found.notes)]


def client_words(client: ClientTarget, style: Style) -> str:
    """Say which profile the client has and what follows from it."""
    score = formatting.number(client.profile.score, 1, style=style)
    return f"Client profile: {client.profile.score_label}, {score} of 5. {in_style(client.found.sentence, style)}"


def between_words(found: FrontierResult, style: Style) -> str:
    """Say how far what lies between points is from the frontier, where they were solved for one by one."""
    if not found.between_gaps_frac:
        return "Between points: close to the frontier only."
    worst = formatting.percent(max(found.between_gaps_frac), 3, style=style)
    return f"Between points: close to the frontier only, at most {worst} of loss above the least."


def chart_part(seen: Seen, chart_id: str, theme: str | None, likes: Preferences, sure: UncertaintyResult | None) -> Any:
    """Return the chart with its words, its table of corners and its exports."""
    figure = seen.figure(theme, likes, sure)
    return chart_with_exports(
        figure,
        chart_id=chart_id,
        name="frontier",
        height_px=int((figure.layout.meta or {}).get("height_px", 440)) - CHART_LESS_PX,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )


def reason(found: FrontierResult, likes: Preferences) -> list[str]:
    """Say why there is no frontier."""
    return [in_style(f"{found.message} {found.advice or ''}".strip(), likes.number_format)]


def _point(corner: Any) -> Point | None:
    return None if corner is None else Point(risk_of(corner), corner.reward, corner.weights_frac)


def measures_of(view: Mapping[str, Any], choices: Any) -> tuple[FrontierRisk, FrontierReward]:
    """Return what was chosen as far as its data exist, else the usual measures."""
    risk = view["risk"] if view["risk"] in choices.risks else choices.risks[0]
    reward = view["reward"] if view["reward"] in choices.rewards else choices.rewards[0]
    return risk, reward
