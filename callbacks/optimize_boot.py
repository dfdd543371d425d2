"""Which draft does the address of the wizard ask to start from, and what of the address could not be followed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.actor import actor, services
from callbacks.living_subject import request_of
from callbacks.optimize_from_limit import with_limit
from callbacks.optimize_local import localized
from callbacks.optimize_recipe import filled
from callbacks.optimize_restore import from_portfolio, from_request
from callbacks.wording import reader_style, told
from components.wizard_hints import notice
from services.errors import ServiceError
from services.living_address import moves_of, number_of
from services.messages.optimize import OptimizationRequest
from services.optimize_repairs import repaired

UNKNOWN = "Either it is not there any more, or you may not see it. The wizard starts as you left it."
FROM_FRONTIER = "The limits and the goal are those of the point that was chosen on the frontier."
INSTEAD = "The run that it names was not found. The wizard starts from the portfolio instead."
BOTH = "It names a run and a portfolio. The wizard starts from the run, which says itself what it is compared with."
OWN_FIGURES = (
    "This run was sent by the API with expected returns and covariances of its own, for which the wizard has no "
    "fields. Its goal and limits are here; choose assets with a history in step 1."
)


def start_of(boot: dict[str, Any], known: list[str]) -> tuple[dict[str, Any] | None, Any]:
    """Return the draft of a portfolio or of an earlier run, and what to say where the address cannot be followed.

    Parameters
    ----------
    boot : dict
        What the address asked for.
    known : list of str
        Symbols that can be optimized.

    """
    run_id, portfolio_id = boot.get("run"), boot.get("portfolio")
    missing, style = [], reader_style()
    if boot.get("at") and (run_id or portfolio_id):
        try:
            draft, said = from_frontier(boot, known)
            return localized(draft, style), notice(said)
        except ServiceError as error:
            return None, notice(f"The point of the frontier could not be taken over. {told(error.sentence)}")
    if run_id:
        try:
            draft, said = from_run(run_id, boot.get("repair"), known)
            said = said or (BOTH if portfolio_id else "")
            return localized(draft, style), notice(said) if said else None
        except ServiceError:
            missing.append("run")
    if portfolio_id:
        try:
            draft, said = with_limit(of_portfolio(portfolio_id, known), boot.get("limit"))
            return localized(draft, style), notice(INSTEAD) if missing else said
        except ServiceError:
            missing.append("portfolio")
    if boot.get("template") and not missing:
        try:
            template = services().templates.get(boot["template"], actor())
            return filled({"origin": f"template:{template.id}"}, template), None
        except ServiceError:
            missing.append("template")
    return None, notice(_not_found(missing)) if missing else None


def _not_found(missing: list[str]) -> str:
    if len(missing) > 1:
        return f"Neither the run nor the portfolio that it names was found. {UNKNOWN}"
    return f"The {missing[0]} that it names was not found. {UNKNOWN}"


def from_run(run_id: str, repair: str | None, known: list[str]) -> tuple[dict[str, Any], str]:
    """Return the draft of an earlier run, with a change that it proposes where one is asked for and still there."""
    asked = services().optimize.request(run_id, actor())
    draft = _draft(run_id, asked, known)
    said = OWN_FIGURES if asked.problem is not None else ""
    if not repair:
        return draft, said
    try:
        result = services().optimize.result(run_id, actor())
        changed, sentence = repaired(asked, result.diagnosis, repair)
    except ValueError:
        return (
            draft,
            "The change that it names is not one that this run proposes. The wizard starts from the run as it was.",
        )
    made = {"origin": f"run:{run_id}:{repair}", "applied": sentence}
    return _draft(run_id, changed, known) | made, said


def from_frontier(boot: Mapping[str, Any], known: list[str]) -> tuple[dict[str, Any], str]:
    """Return the draft of a point of the frontier's page: its limits where they were moved, its return as the goal."""
    base = {"run": boot["run"]} if boot.get("run") else {"portfolio": boot["portfolio"]}
    start = request_of(base)
    moves = moves_of(boot.get("frontier"))
    asked = services().living.request_moved(start, moves, actor(), number_of(boot.get("at")))
    draft = _draft(str(next(iter(base.values()))), asked, known) | {"origin": f"frontier:{boot.get('nonce')}"}
    return draft, FROM_FRONTIER if asked.problem is None else OWN_FIGURES


def _draft(run_id: str, asked: OptimizationRequest, known: list[str]) -> dict[str, Any]:
    """Return the draft of a request; where it names a portfolio and no assets, the portfolio's are chosen."""
    draft = from_request(run_id, asked.model_dump(mode="json"))
    if asked.asset_ids is None and asked.portfolio_id is not None:
        draft["assets"] = of_portfolio(asked.portfolio_id, known)["assets"]
    return draft


def of_portfolio(portfolio_id: str, known: list[str]) -> dict[str, Any]:
    """Return the draft that starts from a portfolio."""
    holdings = services().portfolios.holdings(portfolio_id, actor())
    limits = services().portfolios.get(portfolio_id, actor()).house_limits
    return from_portfolio(portfolio_id, holdings, known, limits)
