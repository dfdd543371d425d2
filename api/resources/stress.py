"""What would scenarios do to a portfolio, which scenarios are there, and how are own ones kept?"""

from __future__ import annotations

from typing import Any, Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.analysis_answers import told
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, cut, page
from api.reading import Path, Query
from api.resources.exports import as_file
from api.resources.portfolios import PortfolioPath
from api.routing import Resource, file_answer, needs
from services.auth.roles import Permission
from services.charts.look import Look
from services.exports_stress_page import stress_document
from services.messages.analyses import AnalysisAnswer
from services.messages.stress import (
    NewOwnScenario,
    OwnScenario,
    OwnScenarioChanges,
    OwnScenarioVersion,
    Scenario,
    kept_id,
)
from services.messages.stress_report import ScenarioId, StressReport, StressWish
from services.stress import report_of
from services.stress_shown import chosen_of

resource = Resource("stress", "Stress tests", "Scenarios, what they do to portfolios, and scenarios of one's own.")

EXAMPLE: dict[str, Any] = {
    "name": "Stagflation",
    "question": {"kind": "factors", "moves": {"equity_frac": -0.25, "rates_pp": 1.5, "oil_frac": 0.4}},
}
RUN_EXAMPLE: dict[str, Any] = {"scenarios": ["gfc_2007", "covid_2020", "equity_down_20"]}


class ScenarioPath(Path):
    """Which kept scenario."""

    scenario_id: str = Field(max_length=64, description="The scenario's id, with or without `own:` before it.")


class VersionPath(ScenarioPath):
    """Which version of which scenario."""

    version: int = Field(ge=1, le=1_000_000, description="The version's number.")


class PagePath(PortfolioPath):
    """Which portfolio, as which kind of file."""

    page_format: Literal["pdf", "png", "svg"] = Field(
        description="`pdf` has pages of A4, `png` and `svg` are one sheet as high as the page needs."
    )


class ScenariosQuery(Query):
    """Which scenarios the page shows, and which of them in detail."""

    group: Literal["historic", "factor", "regulatory", "own"] = Field(
        default="historic", description="Kind of the scenarios that are drawn side by side."
    )
    scenario: ScenarioId | None = Field(
        default=None, description="The one in detail; the worst of the group when absent."
    )
    mode: Literal["buy_and_hold", "daily_rebalanced"] = Field(
        default="buy_and_hold", description="How a past event is replayed."
    )
    part: str = Field(
        default="", max_length=200, description="What stands out: `asset:AAPL`, `sector:Energy`, `factor:oil`."
    )


def _shown(kept: OwnScenario, status: int = 200) -> Response:
    """Return a kept scenario with its version."""
    location = f"/api/v1/stress/scenarios/{kept.id}" if status == 201 else None
    return answer(kept, status, row_version=kept.row_version, location=location)


@resource.route_for("get", "/stress/scenarios", "List stress scenarios", answers={200: Page[Scenario]})
def list_scenarios(query: PageQuery) -> Response:
    """Return the library: past events by time, moves of factors, supervisors' sets, then those that people kept."""
    return answer(cut(services().stress.scenarios(actor()), query, lambda one: one.id))


@resource.route_for("post", "/stress/scenarios", "Keep a stress scenario", answers={201: OwnScenario}, example=EXAMPLE)
@needs(Permission.RUNS_WRITE)
def create_scenario(body: NewOwnScenario) -> Response:
    """Keep moves of factors, or a window of past days, under a name; private unless `sharing` says otherwise."""
    return _shown(services().stress.own.create(body, actor()), 201)


@resource.route_for(
    "get", "/stress/scenarios/<scenario_id>", "Read a kept scenario", answers={200: OwnScenario}, also=(412,)
)
def read_scenario(path: ScenarioPath) -> Response:
    """Return a kept scenario with its present version."""
    return _shown(services().stress.own.get(kept_id(path.scenario_id), actor()))


@resource.route_for(
    "patch", "/stress/scenarios/<scenario_id>", "Change a kept scenario", answers={200: OwnScenario}, versioned=True
)
@needs(Permission.RUNS_WRITE)
def update_scenario(path: ScenarioPath, body: OwnScenarioChanges) -> Response:
    """Change the fields that are sent; another `question` makes a new version."""
    version = expected_version()
    return _shown(services().stress.own.update(kept_id(path.scenario_id), body, actor(), version))


@resource.route_for(
    "delete", "/stress/scenarios/<scenario_id>", "Delete a kept scenario", answers={204: None}, versioned=True
)
@needs(Permission.RUNS_WRITE)
def delete_scenario(path: ScenarioPath) -> Response:
    """Put the scenario aside; it can be restored with all its versions."""
    services().stress.own.delete(kept_id(path.scenario_id), actor(), expected_version())
    return nothing()


@resource.route_for(
    "post", "/stress/scenarios/<scenario_id>/restore", "Restore a deleted scenario", answers={200: OwnScenario}
)
@needs(Permission.RUNS_WRITE)
def restore_scenario(path: ScenarioPath) -> Response:
    """Take the deletion back."""
    return _shown(services().stress.own.restore(kept_id(path.scenario_id), actor()))


@resource.route_for(
    "get",
    "/stress/scenarios/<scenario_id>/versions",
    "List a scenario's versions",
    answers={200: Page[OwnScenarioVersion]},
)
def list_scenario_versions(path: ScenarioPath) -> Response:
    """Return every version, the latest first."""
    return answer(page(services().stress.own.versions(kept_id(path.scenario_id), actor()), None))


@resource.route_for(
    "post",
    "/stress/scenarios/<scenario_id>/versions/<version>/restore",
    "Restore an earlier version of a scenario",
    answers={200: OwnScenario},
    versioned=True,
)
@needs(Permission.RUNS_WRITE)
def restore_scenario_version(path: VersionPath) -> Response:
    """Put an earlier version in force again, as the next one; those between stay in the list."""
    own, version = services().stress.own, expected_version()
    return _shown(own.restore_version(kept_id(path.scenario_id), path.version, actor(), version))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/stress",
    "Stress a portfolio",
    answers={200: StressReport, 202: AnalysisAnswer},
    repeatable=False,
    example=RUN_EXAMPLE,
)
def stress_portfolio(path: PortfolioPath, body: StressWish) -> Response:
    """Return what scenarios do to today's holdings: those named, all where none is, or the one that is `stated`.

    Nothing is stored. While a worker computes, 202 with `Retry-After`: send the same again.
    """
    return told(services().stress.run(path.portfolio_id, body, actor()))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/stress/page/<page_format>",
    "Save the page of stress tests",
    answers={200: file_answer("application/pdf", "image/png", "image/svg+xml"), 202: AnalysisAnswer},
    also=(409,),
)
def export_stress(path: PagePath, query: ScenariosQuery) -> Response:
    """Return scenarios and one in detail on paper, with the hash of their inputs; 202 while they are computed."""
    whole = services().stress.run(path.portfolio_id, StressWish(), actor())
    found = report_of(whole)
    if found is None:
        return told(whole)
    wish = StressWish(scenarios=(query.scenario or chosen_of(found, query.group, ""),), mode=query.mode)
    single = services().stress.run(path.portfolio_id, wish, actor())
    chosen = report_of(single)
    if chosen is None:
        return told(single)
    likes = services().preferences.get(actor())
    look = Look("light", likes.number_format, likes.sign_palette)
    document = stress_document(found, chosen, group=query.group, look=look, part=query.part)
    address = ("/stress", f"?portfolio={path.portfolio_id}")
    return as_file(services().exports.page(document, actor(), path.page_format, address=address))
