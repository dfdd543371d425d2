"""How are limits of a portfolio proposed by one person and set by another?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.store import tables
from engine.risk_limits.metrics import METRICS
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.four_eyes import Deed, FourEyes, ask
from services.errors import Conflict, FieldProblem
from services.messages.compliance_records import ChangeRequestView, LimitProposal
from services.messages.risk import RiskLimitInput
from services.portfolios_checks import limit_problems, refuse
from services.ports import Ports
from services.risk_limits import check, end_alert, terms_of
from services.risk_limits_change import replace_limits, terms

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

LIMITS = "portfolio.limits"
DOCUMENTS = ("house_limits", "mandate")
_TITLES = {"house_limits": "House limits", "mandate": "Mandate"}


class LimitChanges:
    """Changes of limits by two people; possible in every house, and the only way where the house wants it.

    Parameters
    ----------
    ports : Ports
    four_eyes : FourEyes

    """

    def __init__(self, ports: Ports, four_eyes: FourEyes) -> None:
        self._ports = ports
        self._four_eyes = four_eyes

    def propose(self, portfolio_id: str, wish: LimitProposal, actor: Actor) -> ChangeRequestView:
        """Propose limits for a portfolio that the actor may change, for compliance or an administrator to approve.

        Raises
        ------
        NotFound, NotAllowed
        InvalidRequest
            With every problem of the limits at once.
        Conflict
            Nothing would change, or another proposal for the portfolio waits.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        problems = limit_problems(wish.house_limits, wish.mandate)
        if wish.house_limits is None and wish.mandate is None and wish.risk_limits is None:
            problems = [FieldProblem("house_limits", "No limit is named.", "Name the limits that should change.")]
        refuse(problems, "These limits cannot be proposed.")
        check(wish.risk_limits or ())
        with self._ports.store.work(actor) as uow:
            row = uow.portfolios.get(portfolio_id, write=True)
            now, wanted = _stand(uow, row), _wanted(wish)
            words = _differences(now, wanted)
            if not words:
                raise Conflict("The portfolio has these limits already.", "There is nothing to propose.")
            request = ask(
                uow, actor, LIMITS, object_kind="portfolio", object_id=portfolio_id,
                sentence=f"{row.name}: {'; '.join(words)}.", reason=wish.reason,
                payload={"before": {name: now[name] for name in wanted}, "after": wanted},
            )  # fmt: skip
            uow.commit()
            return self._four_eyes.view(uow, request, actor)


def limit_deed(now_utc: Callable[[], datetime]) -> Deed:
    """Return what sets the limits of a portfolio once a second person agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        row = uow.portfolios.get(request.object_id or "", write=True)
        before, after = request.payload["before"], request.payload["after"]
        now = _stand(uow, row)
        if any(now[name] != before[name] for name in after):
            raise Conflict(
                "The limits were changed since this was proposed.",
                "Reject it, and propose anew.",
                code="limits_changed",
            )
        documents = {name: after[name] for name in DOCUMENTS if name in after}
        uow.portfolios.update(row.id, documents)
        if documents:
            old = {name: before[name] for name in documents}
            note(uow, "portfolio.update", "portfolio", row.id, before=old, after=documents, by=actor)
        if "risk_limits" in after:
            wanted = [RiskLimitInput.model_validate(one) for one in after["risk_limits"]]
            for limit in replace_limits(uow, row.id, wanted, by=actor):
                end_alert(uow, row, limit, now_utc())

    return Deed(Permission.RULES_APPROVE, do, is_products=True)


def _stand(uow: UnitOfWork, row: tables.Portfolio) -> dict[str, Any]:
    """Return the limits that a portfolio has."""
    limits = sorted(uow.risk_limits.of(row.id), key=terms)
    return {
        "house_limits": dict(row.house_limits),
        "mandate": dict(row.mandate),
        "risk_limits": [_plain(limit) for limit in limits],
    }


def _wanted(wish: LimitProposal) -> dict[str, Any]:
    """Return the limits that are wanted, as they will be stored."""
    found: dict[str, Any] = {}
    if wish.house_limits is not None:
        found["house_limits"] = wish.house_limits.model_dump(mode="json")
    if wish.mandate is not None:
        found["mandate"] = wish.mandate.model_dump(mode="json")
    if wish.risk_limits is not None:
        found["risk_limits"] = [_plain(one) for one in sorted(wish.risk_limits, key=terms)]
    return found


def _plain(limit: tables.RiskLimit | RiskLimitInput) -> dict[str, Any]:
    return dict(zip(("metric", "direction", "value", "is_hard", "amber_use_frac"), terms(limit), strict=True))


def _differences(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Return what would change, limit by limit, in words."""
    found = []
    for name in DOCUMENTS:
        for key, value in wanted.get(name, {}).items():
            old = now[name].get(key)
            if old != value:
                label = key.removesuffix("_frac").replace("_", " ")
                found.append(f"{_TITLES[name]}, {label} {_shown(value)} instead of {_shown(old)}")
    if "risk_limits" in wanted and wanted["risk_limits"] != now["risk_limits"]:
        found.append(f"limits on risk {_listed(wanted['risk_limits'])} instead of {_listed(now['risk_limits'])}")
    return found


def _shown(value: Any) -> str:
    if value is None or value == [] or value == ():
        return "none"
    return formatting.percent(value) if isinstance(value, float | int) else str(value)


def _listed(limits: Sequence[Mapping[str, Any]]) -> str:
    words = [
        f"{METRICS[one['metric']].label}: {terms_of(one['metric'], one['direction'], one['value'])}" for one in limits
    ]
    return f"({', '.join(words)})" if words else "none"
