"""Which stored rule or version is meant, whose is it to be, and who may decide on it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.auth.actor import Actor
from services.errors import Conflict, FieldProblem, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_rules import AppliesTo, Scope

if TYPE_CHECKING:
    from data.store.tables import ComplianceRule, RuleVersion
    from data.store.unit_of_work import UnitOfWork

TOPIC = "compliance"
RULES_CHANGED = "rules.changed"
OBJECT = "rule"
OVERRIDE_OBJECT = "rule_override"
HOUSE_KEY = "house"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a rule is: `key` is ``house`` or the id of the client or portfolio."""

    scope: Scope
    key: str
    client_id: str | None = None
    portfolio_id: str | None = None


def place_of(uow: UnitOfWork, scope: Scope, client_id: str | None, portfolio_id: str | None) -> Place:
    """Return whose a rule is to be.

    Raises
    ------
    InvalidRequest
        An id is missing, or there is one too many.
    NotFound
        The actor does not see the client or portfolio.

    """
    given = {"client": client_id, "portfolio": portfolio_id}
    problems = [
        FieldProblem(f"{name}_id", f"A rule of the {scope} has no {name}.", "Leave it out, or choose another scope.")
        for name, value in given.items()
        if value is not None and name != scope
    ]
    if scope != "house" and given[scope] is None:
        problems.append(FieldProblem(f"{scope}_id", f"It is not said of which {scope}.", f"Choose a {scope}."))
    if problems:
        raise InvalidRequest("It is not clear whose rule this is.", "Correct what is listed.", fields=tuple(problems))
    if scope == "client":
        assert client_id is not None, "checked above"
        uow.clients.get(client_id)
        return Place(scope, client_id, client_id=client_id)
    if scope == "portfolio":
        assert portfolio_id is not None, "checked above"
        uow.portfolios.get(portfolio_id)
        return Place(scope, portfolio_id, portfolio_id=portfolio_id)
    return Place("house", HOUSE_KEY)


def refuse_unseen(uow: UnitOfWork, wanted: AppliesTo) -> None:
    """Refuse portfolios by name that the actor does not see."""
    seen = uow.portfolios.get_many(wanted.portfolio_ids)
    unseen = [one for one in wanted.portfolio_ids if one not in seen]
    if unseen:
        fields = tuple(
            FieldProblem(
                f"applies_to.portfolio_ids[{wanted.portfolio_ids.index(one)}]",
                f"There is no portfolio with the id {one!r}.",
                "Choose one from the list.",
            )
            for one in unseen
        )
        raise InvalidRequest("The rule names portfolios that are not there.", "Correct what is listed.", fields=fields)


def found_version(uow: UnitOfWork, rule_id: str, version: int) -> RuleVersion:
    """Return a version of a visible rule, or refuse in a sentence."""
    row = uow.rules.version(rule_id, version)
    if row is None:
        raise NotFound(f"The rule has no version {version}.", "Choose one from the list of its versions.")
    return row


def open_version(uow: UnitOfWork, row: ComplianceRule) -> RuleVersion | None:
    """Return the version that is a draft or waits for a decision; None where there is none."""
    latest = found_version(uow, row.id, row.latest_version)
    return latest if latest.state in ("draft", "proposed") else None


def refuse_open(uow: UnitOfWork, row: ComplianceRule) -> None:
    """Refuse where a version waits already, since two at once could not be told apart by those who decide."""
    waiting = open_version(uow, row)
    if waiting is not None:
        state = "is a draft" if waiting.state == "draft" else "waits for approval"
        raise Conflict(
            f"Version {waiting.version} of {row.code} {state} already.",
            "Go on with it, or withdraw it first.",
            code="version_open",
        )


def refuse_maker(actor: Actor, maker_ids: set[str | None], what: str) -> None:
    """Refuse whoever wrote or proposed something to decide on it.

    Raises
    ------
    NotAllowed

    """
    if actor.user_id in maker_ids:
        raise NotAllowed(
            f"You wrote or proposed {what} yourself; a second person has to decide on it.",
            "Ask a colleague with the role Compliance or Administrator.",
            code="maker_is_checker",
        )
