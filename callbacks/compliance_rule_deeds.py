"""What may be done with the ticked rules, how many it concerns, and which verb of the services does it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from callbacks.actor import Permission, actor, may, services
from callbacks.wording import told
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_dry_run import DryRunOfMany
from services.messages.compliance_rules import Chosen, ChosenVersions, RuleVersionView, RuleView

NAMES: Final = {
    "propose": "Propose", "approve": "Approve", "dry_run": "Dry run over past days", "reject": "Reject",
    "withdraw": "Withdraw", "retire": "Retire",
}  # fmt: skip
"""In the order in which it is usually done."""
SAID: Final = {
    "propose": "proposed; a second person decides.",
    "approve": "approved; it counts from now on.",
    "reject": "rejected.",
    "withdraw": "withdrawn.",
    "retire": "put up for retirement; a second person decides.",
}
_SAID_OF_MANY: Final = {**SAID, "approve": "approved; they count from now on."}
_NONE: Final = "Nothing can be done with it now: it changed meanwhile, or it needs another person."


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done: each deed with the versions that it concerns, and in words why others stay out."""

    deeds: dict[str, tuple[Chosen, ...]]
    said: str


def offer(rule_ids: Sequence[str]) -> Offer:
    """Return what the reader may do with these rules now, each version judged by its own rights."""
    found = {one.id: one for one in services().rules.list(actor())}
    rules = [found[key] for key in rule_ids if key in found]
    versions = [
        services().rules.version(one.id, one.waiting_version, actor())
        for one in rules
        if one.waiting_version is not None
    ]
    deeds = deeds_of(rules, versions, may_try=may(Permission.RULES_WRITE) and may(Permission.PORTFOLIOS_READ))
    proposed = [_chosen(one) for one in versions if one.state == "proposed"]
    said = told(services().rules.decisions.readiness(proposed, actor()).sentence) if proposed else ""
    return Offer(deeds, said)


def deeds_of(
    rules: Sequence[RuleView], versions: Sequence[RuleVersionView], *, may_try: bool
) -> dict[str, tuple[Chosen, ...]]:
    """Return each deed that is open with what it concerns.

    Parameters
    ----------
    rules : sequence
        The ticked rules.
    versions : sequence
        Their versions that are drafts or wait.
    may_try : bool
        Whether the reader may make dry runs.

    """
    kinds: dict[str, tuple[Chosen, ...]] = {
        key: tuple(_chosen(one) for one in versions if key in one.may)
        for key in ("propose", "approve", "reject", "withdraw")
    }
    if may_try:
        kinds["dry_run"] = tuple(_chosen(one) for one in versions if not one.is_retirement)
    if len(rules) == 1 and "retire" in rules[0].may and rules[0].approved_version is not None:
        kinds["retire"] = (Chosen(rule_id=rules[0].id, version=rules[0].approved_version),)
    return {key: kinds[key] for key in NAMES if kinds.get(key)}


def deed_options(found: Offer, chosen_count: int) -> list[dict[str, str]]:
    """Return the deeds as choices; of several ticked rules each says how many it concerns."""
    return [
        {
            "value": key,
            "label": NAMES[key] if chosen_count == 1 else f"{NAMES[key]}: {formatting.count(len(of), 'rule')}",
        }
        for key, of in found.deeds.items()
    ]


def do_deed(
    deed: str, rule_ids: Sequence[str], text: str, past: Mapping[str, Any] | None = None
) -> tuple[str, str | None]:
    """Do it; return what was done as a sentence, and the id of the dry run that it began.

    Parameters
    ----------
    deed : str
        Of `NAMES`.
    rule_ids : sequence of str
        What is ticked.
    text : str
        The reason.
    past : mapping
        Of a dry run: ``first_day``, ``last_day`` and ``portfolio_ids``, as far as chosen.

    Raises
    ------
    InvalidRequest, Conflict, NotAllowed, NotFound
        As the service says; nothing is done then.

    """
    wanted = offer(rule_ids).deeds.get(deed, ())
    if not wanted:
        raise InvalidRequest(_NONE, "Look at its history.", fields=(FieldProblem("", _NONE),))
    if deed == "dry_run":
        run = services().compliance_dry_runs.dry_run_many(actor(), _dry_run(wanted, past or {}))
        return f"The dry run of {formatting.count(len(wanted), 'rule')} has begun.", run.id
    _decide(deed, wanted, text or None)
    said = SAID if len(wanted) == 1 else _SAID_OF_MANY
    return f"{formatting.count(len(wanted), 'rule')} {said[deed]}", None


def takes(rule_ids: Sequence[str], past: Mapping[str, Any]) -> str:
    """Return how long a dry run of what is ticked would take, as a sentence; empty where none can be made of it.

    Parameters
    ----------
    rule_ids : sequence of str
        What is ticked.
    past : mapping
        As for `do_deed`.

    """
    wanted = offer(rule_ids).deeds.get("dry_run", ())
    if not wanted:
        return ""
    return told(services().compliance_dry_runs.estimate(actor(), _dry_run(wanted, past)).sentence)


def _dry_run(wanted: tuple[Chosen, ...], past: Mapping[str, Any]) -> DryRunOfMany:
    sent = {**past, "versions": [one.model_dump() for one in wanted]}
    return DryRunOfMany.model_validate(sent)


def _decide(deed: str, wanted: tuple[Chosen, ...], reason: str | None) -> Any:
    asked = ChosenVersions(versions=wanted, reason=reason)
    decisions = services().rules.decisions
    match deed:
        case "propose":
            return decisions.propose(asked.versions, actor())
        case "approve":
            return decisions.approve(asked.versions, actor(), asked.reason)
        case "reject":
            return decisions.reject(asked.versions, actor(), asked.reason)
        case "withdraw":
            return decisions.withdraw(asked.versions, actor(), asked.reason)
    return decisions.retire(wanted[0].rule_id, asked.reason or "", actor())


def _chosen(one: RuleVersionView) -> Chosen:
    return Chosen(rule_id=one.rule_id, version=one.version)
