"""How does a stored rule, a version or a deviation become what pages and the API show?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from engine.compliance.examples import RuleCase
from engine.compliance.packs.catalog import PACKS
from engine.compliance.rule import Rule
from engine.compliance.strictness import Effect
from services import formatting
from services.auth.actor import Actor
from services.auth.policy import is_allowed
from services.auth.roles import Permission
from services.compliance.in_force import HOUSE_NAME, applies_to, counts_on, rule_of
from services.compliance.rules_backdated import backdating
from services.compliance.rules_check import case_results, dry_run_gap, missing_to_propose
from services.compliance.rules_deviation_ends import would_end
from services.compliance.rules_effect import effect_now
from services.compliance.rules_words import (
    EFFECTS,
    SEVERITIES,
    STANDINGS,
    STATES,
    applies_words,
    figure_words,
    rule_sentence,
)
from services.messages.compliance_rules import (
    Deed,
    FigureView,
    OverrideKind,
    RuleOverrideView,
    RuleVersionView,
    RuleView,
    Standing,
)

if TYPE_CHECKING:
    from data.store.tables import ComplianceRule, RuleOverride, RuleVersion
    from data.store.unit_of_work import UnitOfWork

OPEN_STATES = ("draft", "proposed")


@dataclass
class Reader:
    """What is looked up once for many rows: the reader's rights, and names of people, clients and portfolios."""

    uow: UnitOfWork
    actor: Actor
    people: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.uow.rules.moment(None)[0]

    def meet(self, rows: Iterable[RuleVersion | RuleOverride]) -> None:
        """Look the people up who wrote and decided."""
        ids = {one for row in rows for one in (row.made_by_id, row.decided_by_id, getattr(row, "proposed_by_id", None))}
        wanted = sorted({one for one in ids if one} - set(self.people))
        self.people |= {key: row.name for key, row in self.uow.users.get_many(wanted).items()}

    def place(self, rows: Iterable[ComplianceRule | RuleOverride]) -> None:
        """Look up whose rules these are."""
        found = list(rows)
        clients = sorted({row.client_id for row in found if row.client_id} - set(self.objects))
        portfolios = sorted({row.portfolio_id for row in found if row.portfolio_id} - set(self.objects))
        self.objects |= self.uow.clients.names(clients)
        self.objects |= {key: row.name for key, row in self.uow.portfolios.get_many(portfolios).items()}

    def may(self, permission: Permission) -> bool:
        """Return whether the reader may do such deeds at all."""
        return is_allowed(self.actor, permission)

    def scope_name(self, row: ComplianceRule | RuleOverride) -> str:
        """Return whose a row is, in words; clients and portfolios that the reader does not see have no name."""
        if row.scope == "house":
            return HOUSE_NAME
        return self.objects.get(row.client_id or row.portfolio_id or "", f"A {row.scope} that you do not see")


def rule_views(reader: Reader, rows: Sequence[ComplianceRule]) -> tuple[RuleView, ...]:
    """Return rules as lists show them, each with what is in force of it and what waits."""
    reader.place(rows)
    wanted = [(row.id, number) for row in rows for number in {row.latest_version, row.approved_version} if number]
    versions = reader.uow.rules.versions_of(wanted)
    deviations = _deviations(reader, {row.id for row in rows})
    return tuple(_rule_view(reader, row, versions, deviations.get(row.id, 0)) for row in rows)


def _rule_view(
    reader: Reader, row: ComplianceRule, versions: dict[tuple[str, int], RuleVersion], deviations_count: int
) -> RuleView:
    latest = versions[row.id, row.latest_version]
    shown = latest if row.approved_version is None else versions[row.id, row.approved_version]
    rule = rule_of(shown)
    standing = _standing(row, latest, rule, reader.today)
    waits = latest.state in OPEN_STATES
    pack = PACKS.get(row.pack or "")
    return RuleView(
        id=row.id,
        code=row.code,
        title=rule.title,
        sentence=rule_sentence(rule),
        citation=rule.citation,
        severity=rule.severity,
        severity_words=SEVERITIES[rule.severity],
        scope=row.scope,
        scope_id=row.client_id or row.portfolio_id,
        scope_name=reader.scope_name(row),
        applies_words=applies_words(applies_to(shown), row.scope),
        pack=row.pack,
        pack_title=None if pack is None else pack.title,
        standing=standing,
        standing_words=STANDINGS[standing],
        approved_version=row.approved_version,
        latest_version=row.latest_version,
        waiting_version=row.latest_version if waits else None,
        waiting_state=latest.state if waits else None,
        deviations_count=deviations_count,
        is_sample=row.is_sample,
        may=_may_rule(reader, row, waits=waits),
        row_version=row.row_version,
        created_at_utc=row.created_at_utc,
    )


def _standing(row: ComplianceRule, latest: RuleVersion, rule: Rule, today: date) -> Standing:
    if row.approved_version is None:
        return latest.state  # type: ignore[return-value]  # never approved: one of the other four
    if row.is_retired:
        return "retired"
    if rule.is_in_force(today):
        return "in_force"
    return "not_yet" if rule.effective_from is not None and rule.effective_from > today else "ended"


def _may_rule(reader: Reader, row: ComplianceRule, *, waits: bool) -> tuple[Deed, ...]:
    if waits or not reader.may(Permission.RULES_WRITE):
        return ()
    return ("new_version", "retire") if row.approved_version is not None and not row.is_retired else ("new_version",)


def _deviations(reader: Reader, rule_ids: set[str]) -> dict[str, int]:
    """Return for how many clients and portfolios each rule deviates today."""
    latest: dict[tuple[str, str], RuleOverride] = {}
    rows = [row for row in reader.uow.rule_overrides.all(state="approved") if row.rule_id in rule_ids]
    for row in sorted(rows, key=lambda one: one.decided_at_utc or one.created_at_utc):
        if counts_on(row, reader.today):
            latest[row.rule_id, row.client_id or row.portfolio_id or ""] = row
    counts: dict[str, int] = {}
    for (rule_id, _), row in latest.items():
        counts[rule_id] = counts.get(rule_id, 0) + (row.kind != "inherit")
    return counts


def version_views(reader: Reader, row: ComplianceRule, versions: Sequence[RuleVersion]) -> tuple[RuleVersionView, ...]:
    """Return versions of one rule with their examples judged and what is still missing."""
    reader.meet(versions)
    return tuple(_version_view(reader, row, one) for one in versions)


def _version_view(reader: Reader, row: ComplianceRule, version: RuleVersion) -> RuleVersionView:
    rule, wanted = rule_of(version), applies_to(version)
    cases = cases_of(version)
    results = case_results(rule, cases)
    missing: tuple[str, ...] = ()
    if version.state == "draft":
        missing = missing_to_propose(rule, results)
    if version.state in OPEN_STATES and (gap := dry_run_gap(version)) is not None:
        missing = (*missing, gap)
    return RuleVersionView(
        rule_id=row.id,
        version=version.version,
        state=version.state,
        state_words=STATES[version.state],  # type: ignore[index]
        is_retirement=version.is_retirement,
        sentence="The rule goes out of force." if version.is_retirement else rule_sentence(rule),
        applies_words=applies_words(wanted, row.scope),
        rule=rule,
        applies_to=wanted,
        cases=cases,
        case_results=results,
        note=version.note,
        made_by=reader.people.get(version.made_by_id or ""),
        made_at_utc=version.created_at_utc,
        proposed_by=reader.people.get(version.proposed_by_id or ""),
        proposed_at_utc=version.proposed_at_utc,
        decided_by=reader.people.get(version.decided_by_id or ""),
        decided_at_utc=version.decided_at_utc,
        decision_reason=version.decision_reason,
        dry_run=version.dry_run,
        dry_run_at_utc=version.dry_run_at_utc,
        missing=missing,
        warning=backdating(rule, reader.today) if version.state in OPEN_STATES and not version.is_retirement else None,
        may=_may_version(reader, version, missing),
        row_version=version.row_version,
    )


def cases_of(version: RuleVersion) -> tuple[RuleCase, ...]:
    """Return the examples that a version carries."""
    return tuple(RuleCase.model_validate_json(json.dumps(one)) for one in version.cases)


def _may_version(reader: Reader, version: RuleVersion, missing: tuple[str, ...]) -> tuple[Deed, ...]:
    deeds: list[Deed] = []
    if version.state in OPEN_STATES and reader.may(Permission.RULES_WRITE):
        deeds += ["edit"] if version.state == "draft" else []
        deeds += ["propose"] if version.state == "draft" and not set(missing) - {dry_run_gap(version)} else []
        deeds += ["withdraw"]
    if (
        version.state == "proposed"
        and reader.may(Permission.RULES_APPROVE)
        and reader.actor.user_id not in {*version.maker_ids, version.proposed_by_id}
    ):
        deeds += ["reject"] if missing else ["approve", "reject"]
    return tuple(deeds)


def override_views(
    reader: Reader, rows: Sequence[RuleOverride], rules: dict[str, ComplianceRule], worded: dict[str, Rule]
) -> tuple[RuleOverrideView, ...]:
    """Return deviations beside the figures of the wording that stands now.

    Parameters
    ----------
    reader, rows
    rules, worded : dict
        Stored rules and their present wordings by id.

    """
    reader.meet(rows)
    reader.place(rows)
    return tuple(_override_view(reader, row, rules[row.rule_id], worded[row.rule_id]) for row in rows)


def _override_view(reader: Reader, row: RuleOverride, stored: ComplianceRule, rule: Rule) -> RuleOverrideView:
    figures = tuple(
        FigureView(
            name=one.name,
            label=one.label or one.name.replace("_", " "),
            unit=one.unit,
            inherited=one.value,
            own=float(row.figures[one.name]),
            sentence=(
                f"{one.label or one.name.replace('_', ' ')}: {figure_words(float(row.figures[one.name]), one.unit)} "
                f"instead of {figure_words(one.value, one.unit)}."
            ),
        )
        for one in rule.parameters
        if one.name in row.figures
    )
    name = reader.scope_name(row)
    effect = _effect(reader, row, rule)
    return RuleOverrideView(
        id=row.id,
        rule_id=row.rule_id,
        code=stored.code,
        title=rule.title,
        scope=row.scope,
        scope_id=row.client_id or row.portfolio_id or "",
        scope_name=name,
        kind=row.kind,
        figures=figures,
        effect=effect,
        effect_words=EFFECTS[effect],
        would_end=_would_end(reader, row, rule),
        sentence=_override_sentence(row, name, figures, _ended(reader, row)),
        reason=row.reason,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        state=row.state,
        made_by=reader.people.get(row.made_by_id or ""),
        made_at_utc=row.created_at_utc,
        decided_by=reader.people.get(row.decided_by_id or ""),
        decided_at_utc=row.decided_at_utc,
        decision_reason=row.decision_reason,
        may=_may_override(reader, row),
        row_version=row.row_version,
    )


def _would_end(reader: Reader, row: RuleOverride, rule: Rule) -> str | None:
    """Return which open breaches what waits would end; None of what is decided, and of an end."""
    if row.state != "proposed" or row.kind == "inherit":
        return None
    kind = cast("Literal['figures', 'exempt']", row.kind)
    return would_end(reader.uow, rule, row.rule_id, row.client_id, row.portfolio_id, kind, row.figures)


def _effect(reader: Reader, row: RuleOverride, rule: Rule) -> Effect:
    """Return how the rule changes against what is inherited now.

    Of what is over, and of portfolios whose client the reader cannot see, it is what it was when it was asked for.
    """
    is_over = row.kind == "inherit" or row.state not in ("proposed", "approved")
    if is_over or (row.portfolio_id is not None and row.portfolio_id not in reader.objects):
        return cast("Effect", row.effect)
    kind = cast("OverrideKind", row.kind)
    return effect_now(reader.uow, rule, row.rule_id, row.client_id, row.portfolio_id, kind, row.figures)


def _ended(reader: Reader, row: RuleOverride) -> RuleOverride | None:
    """Return the deviation of the same place that an end puts an end to; None where there is none."""
    if row.kind != "inherit":
        return None
    asked_utc = row.decided_at_utc or row.created_at_utc
    before = [
        one
        for one in reader.uow.rule_overrides.of_rule(row.rule_id)
        if one.state == "approved" and one.decided_at_utc is not None and one.id != row.id
        and (one.client_id, one.portfolio_id) == (row.client_id, row.portfolio_id)
        and one.decided_at_utc <= asked_utc
    ]  # fmt: skip
    last = max(before, key=lambda one: (one.decided_at_utc, one.id), default=None)
    return None if last is None or last.kind == "inherit" else last


def _override_sentence(
    row: RuleOverride, name: str, figures: Sequence[FigureView], ended: RuleOverride | None = None
) -> str:
    end = ""
    if ended is not None:
        what = "exemption" if ended.kind == "exempt" else "own figures"
        last = f" until {formatting.day(ended.valid_to)}" if ended.valid_to else ""
        end = f", in place of its {what}{last} (“{ended.reason}”)"
    said = {
        "exempt": f"{name} need not keep this rule",
        "inherit": f"{name} has the rule as it is inherited{end}",
        "figures": f"{name} has it otherwise: {' '.join(one.sentence for one in figures)}".rstrip("."),
    }[row.kind]
    since = f" from {formatting.day(row.valid_from)}" if row.valid_from else ""
    until = f" until {formatting.day(row.valid_to)}" if row.valid_to else ""
    return f"{said}{since}{until}."


def _may_override(reader: Reader, row: RuleOverride) -> tuple[Deed, ...]:
    if row.state != "proposed":
        return ()
    deeds: list[Deed] = ["withdraw"] if reader.may(Permission.RULES_WRITE) else []
    if reader.may(Permission.RULES_APPROVE) and reader.actor.user_id != row.made_by_id:
        deeds += ["approve", "reject"]
    return tuple(deeds)
