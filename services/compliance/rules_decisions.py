"""How does a wording come into force, or go out of it, by a second person?

Proposed by one, decided on by another: whoever wrote on a version or proposed it never approves it. All versions of a
list are decided on in one transaction, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import data.store.tables.rule as tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.compliance.in_force import rule_of
from services.compliance.rules_backdated import backdating_of_many
from services.compliance.rules_check import case_results, dry_run_gap, missing_to_propose
from services.compliance.rules_rows import OBJECT, RULES_CHANGED, TOPIC, found_version, refuse_maker, refuse_open
from services.compliance.rules_views import Reader, cases_of, version_views
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.messages.compliance_rules import Chosen, RuleReadiness, RuleVersionView
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.rule import Rule

_PUT_RIGHT = "Nothing was changed; put it right, or leave those versions out."
Deed = Callable[["UnitOfWork", tables.ComplianceRule, tables.RuleVersion], None]


class RuleDecisions:
    """Proposals and decisions on versions of rules."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def propose(
        self, versions: Sequence[Chosen], actor: Actor, row_version: int | None = None
    ) -> tuple[RuleVersionView, ...]:
        """Put drafts before those who decide; each must judge its own examples as its author expects.

        Raises
        ------
        Conflict
            One is no draft, or something is still missing, which `fields` names for each version.
        Stale
            The one version was changed since `row_version`.

        """
        authorize(actor, Permission.RULES_WRITE)

        def deed(uow: UnitOfWork, row: tables.ComplianceRule, version: tables.RuleVersion) -> None:
            version.state, version.proposed_at_utc = "proposed", uow.rules.moment(None)[1]
            version.proposed_by_id = None if actor.is_system else actor.user_id
            note(uow, "rule.propose", OBJECT, row.id, after={"code": row.code, "version": version.version})

        return self._do(versions, actor, ("draft",), deed, row_version, _unready)

    def approve(
        self, versions: Sequence[Chosen], actor: Actor, reason: str | None = None, row_version: int | None = None
    ) -> tuple[RuleVersionView, ...]:
        """Bring proposed versions into force from this instant on; of a retirement, take the rule out of force.

        Raises
        ------
        NotAllowed
            The actor wrote or proposed one of them.
        Conflict
            One does not wait for a decision, or no dry run was made of it.

        """
        authorize(actor, Permission.RULES_APPROVE)

        def deed(uow: UnitOfWork, row: tables.ComplianceRule, version: tables.RuleVersion) -> None:
            _decide(uow, version, "approved", actor, reason)
            before = {"approved_version": row.approved_version}
            row.approved_version, row.is_retired = version.version, version.is_retirement
            uow.rules.save(row)
            after = {"code": row.code, "approved_version": version.version, "is_retired": row.is_retired}
            note(uow, "rule.approve", OBJECT, row.id, before=before, after={**after, "reason": reason})
            uow.events.append(TOPIC, RULES_CHANGED, {"rule_id": row.id, "version": version.version})

        found = self._do(versions, actor, ("proposed",), deed, row_version, _untried, is_decision=True)
        self._ports.bus.nudge(TOPIC)
        return found

    def reject(
        self, versions: Sequence[Chosen], actor: Actor, reason: str | None, row_version: int | None = None
    ) -> tuple[RuleVersionView, ...]:
        """Refuse proposed versions, with the reason; what is in force stays so."""
        authorize(actor, Permission.RULES_APPROVE)
        said = _reason(reason, "refusal")

        def deed(uow: UnitOfWork, row: tables.ComplianceRule, version: tables.RuleVersion) -> None:
            _decide(uow, version, "rejected", actor, said)
            after = {"code": row.code, "version": version.version, "reason": said}
            note(uow, "rule.reject", OBJECT, row.id, after=after)

        return self._do(versions, actor, ("proposed",), deed, row_version, is_decision=True)

    def withdraw(
        self, versions: Sequence[Chosen], actor: Actor, reason: str | None = None, row_version: int | None = None
    ) -> tuple[RuleVersionView, ...]:
        """Take drafts and proposals back; they stay in the history."""
        authorize(actor, Permission.RULES_WRITE)

        def deed(uow: UnitOfWork, row: tables.ComplianceRule, version: tables.RuleVersion) -> None:
            _decide(uow, version, "withdrawn", actor, reason)
            after = {"code": row.code, "version": version.version, "reason": reason}
            note(uow, "rule.withdraw", OBJECT, row.id, after=after)

        return self._do(versions, actor, ("draft", "proposed"), deed, row_version)

    def readiness(self, versions: Sequence[Chosen], actor: Actor) -> RuleReadiness:
        """Return which of several versions the actor can approve now, and which lack a dry run; nothing is changed.

        A first day before today is warned of where there are several; of one, its version carries the warning.
        """
        authorize(actor, Permission.COMPLIANCE_READ)
        kinds: dict[str, list[Chosen]] = {"ready": [], "need_dry_run": [], "not_yours": [], "not_waiting": []}
        gaps: list[str] = []
        rules: list[Rule] = []
        with self._ports.store.read(actor) as uow:
            for rule_id, number in dict.fromkeys((one.rule_id, one.version) for one in versions):
                version = found_version(uow, rule_id, number)
                kinds[_readiness(version, actor)].append(Chosen(rule_id=rule_id, version=number))
                gaps += _untried(version) if version.state == "proposed" and version.dry_run is not None else ()
                if version.state == "proposed" and not version.is_retirement:
                    rules.append(rule_of(version))
        said = _readiness_words({name: len(found) for name, found in kinds.items()})
        today = self._ports.clock.now_utc().date()
        warned = backdating_of_many(rules, today) if len(rules) > 1 else None
        return RuleReadiness(
            sentence=" ".join([said, *dict.fromkeys(gaps), *([warned] if warned else [])]),
            **{name: tuple(found) for name, found in kinds.items()},
        )

    def retire(self, rule_id: str, reason: str, actor: Actor, row_version: int | None = None) -> RuleVersionView:
        """Propose that a rule goes out of force; it does when a second person approves.

        Raises
        ------
        Conflict
            It is not in force, or a version waits already.

        """
        authorize(actor, Permission.RULES_WRITE)
        said = _reason(reason, "retirement")
        with self._ports.store.work(actor) as uow:
            row = uow.rules.get(rule_id, write=True)
            if row.approved_version is None or row.is_retired:
                raise Conflict("The rule is not in force.", "Withdraw its draft instead.", code="not_in_force")
            refuse_open(uow, row)
            present = found_version(uow, rule_id, row.approved_version)
            made = uow.rules.next_version(
                rule_id,
                tables.RuleVersion(
                    document=present.document,
                    applies_to=present.applies_to,
                    cases=present.cases,
                    note=said,
                    is_retirement=True,
                    state="proposed",
                    proposed_by_id=None if actor.is_system else actor.user_id,
                    proposed_at_utc=uow.rules.moment(None)[1],
                ),
                row_version,
            )
            note(uow, "rule.retire", OBJECT, row.id, after={"code": row.code, "version": made.version, "reason": said})
            uow.commit()
            return version_views(Reader(uow, actor), row, [made])[0]

    def _do(
        self,
        versions: Sequence[Chosen],
        actor: Actor,
        states: tuple[str, ...],
        deed: Deed,
        row_version: int | None,
        lacking: Callable[[tables.RuleVersion], Sequence[str]] | None = None,
        *,
        is_decision: bool = False,
    ) -> tuple[RuleVersionView, ...]:
        """Do one deed to all versions, or to none where one of them cannot have it."""
        with self._ports.store.work(actor) as uow:
            found = []
            for one in dict.fromkeys((one.rule_id, one.version) for one in versions):
                row = uow.rules.get(one[0], write=True)
                found.append((row, found_version(uow, *one)))
            for _, version in found:
                uow.rules.refuse_stale(version, row_version)
            _refuse_unfit(found, states, lacking)
            if is_decision:
                for row, version in found:
                    makers = {*version.maker_ids, version.proposed_by_id}
                    refuse_maker(actor, makers, f"version {version.version} of {row.code}")
            for row, version in found:
                deed(uow, row, version)
                uow.rules.save(version)
            uow.commit()
            reader = Reader(uow, actor)
            return tuple(version_views(reader, row, [version])[0] for row, version in found)


def _decide(uow: UnitOfWork, version: tables.RuleVersion, state: str, actor: Actor, reason: str | None) -> None:
    version.state, version.decided_at_utc = state, uow.rules.moment(None)[1]
    version.decided_by_id = None if actor.is_system else actor.user_id
    version.decision_reason = reason or None


def _refuse_unfit(
    found: Sequence[tuple[tables.ComplianceRule, tables.RuleVersion]],
    states: tuple[str, ...],
    lacking: Callable[[tables.RuleVersion], Sequence[str]] | None,
) -> None:
    words = {"draft": "a draft", "proposed": "waiting for approval"}
    problems = []
    for row, version in found:
        where = f"{row.code}, version {version.version}"
        if version.state not in states:
            wanted = " or ".join(words[one] for one in states)
            problems.append(FieldProblem(where, f"It is {version.state}, not {wanted}.", "Leave it out."))
        elif lacking is not None:
            problems += [FieldProblem(where, one) for one in lacking(version)]
    if problems:
        shown = problems[0]
        more = "" if len(problems) == 1 else f" {len(problems) - 1} more such problems are listed."
        gaps = {dry_run_gap(version) for _, version in found}
        is_dry_run_alone = all(one.message in gaps for one in problems)
        advice = (
            "Make the dry runs of all of them at once, over the last year and all portfolios, then approve again."
            if is_dry_run_alone
            else _PUT_RIGHT
        )
        code = "dry_run_missing" if is_dry_run_alone else "not_ready"
        raise Conflict(f"{shown.path}: {shown.message}{more}", advice, code=code, fields=tuple(problems))


def _readiness(version: tables.RuleVersion, actor: Actor) -> str:
    if version.state != "proposed":
        return "not_waiting"
    if _untried(version):
        return "need_dry_run"
    is_maker = actor.user_id in {*version.maker_ids, version.proposed_by_id}
    return "not_yours" if is_maker or not is_allowed(actor, Permission.RULES_APPROVE) else "ready"


def _readiness_words(counts: Mapping[str, int]) -> str:
    said = {
        "ready": ("can be approved now", "can be approved now"),
        "need_dry_run": ("needs a dry run first", "need a dry run first"),
        "not_yours": ("needs another person than you", "need another person than you"),
        "not_waiting": ("does not wait for a decision", "do not wait for a decision"),
    }
    parts = [
        f"{formatting.count(counts[name], 'version')} {one if counts[name] == 1 else many}"
        for name, (one, many) in said.items()
        if counts[name]
    ]
    return f"{'; '.join(parts)}."


def _unready(version: tables.RuleVersion) -> Sequence[str]:
    rule = rule_of(version)
    return missing_to_propose(rule, case_results(rule, cases_of(version)))


def _untried(version: tables.RuleVersion) -> Sequence[str]:
    gap = dry_run_gap(version)
    return () if gap is None else (gap,)


def _reason(reason: str | None, what: str) -> str:
    said = " ".join((reason or "").split())
    if len(said) < 3:
        problem = FieldProblem("reason", f"A {what} needs a reason.", "Write why, in a few words.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    return said
