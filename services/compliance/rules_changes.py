"""What was decided about rules, and about what deviates from them, within a span of time?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.compliance.in_force import rule_of
from services.compliance.rules_views import Reader, override_views
from services.compliance.rules_words import rule_sentence
from services.messages.compliance_rules import RuleChange

if TYPE_CHECKING:
    from data.store.tables import ComplianceRule, RuleVersion

_DONE = {"approved": "was approved", "rejected": "was rejected", "withdrawn": "was withdrawn"}


def changes_between(reader: Reader, since_utc: datetime, until_utc: datetime) -> tuple[RuleChange, ...]:
    """Return every decision that the reader may see, the first first."""
    uow = reader.uow
    versions = uow.rules.decided(since_utc, until_utc)
    deviations = uow.rule_overrides.decided(since_utc, until_utc)
    ids = sorted({row.rule_id for row in versions} | {row.rule_id for row in deviations})
    rules = uow.rules.get_many(ids)
    reader.meet(versions)
    found = [_of_version(reader, rules[one.rule_id], one) for one in versions if one.rule_id in rules]
    wanted = [(row.id, row.approved_version or row.latest_version) for row in rules.values()]
    worded = {key[0]: rule_of(one) for key, one in uow.rules.versions_of(wanted).items()}
    seen = [row for row in deviations if row.rule_id in rules]
    for view in override_views(reader, seen, rules, worded):
        assert view.decided_at_utc is not None, "only what was decided on is asked for"
        found.append(
            RuleChange(
                at_utc=view.decided_at_utc,
                kind="deviation",
                rule_id=view.rule_id,
                code=view.code,
                title=view.title,
                version=None,
                state=view.state,
                asked_by=view.made_by,
                decided_by=view.decided_by,
                reason=view.decision_reason or view.reason,
                sentence=f"{view.code}: {view.sentence} This {_DONE[view.state]}.",
            )
        )
    return tuple(sorted(found, key=lambda one: one.at_utc))


def _of_version(reader: Reader, row: ComplianceRule, version: RuleVersion) -> RuleChange:
    rule = rule_of(version)
    said = "its retirement" if version.is_retirement else f"version {version.version}"
    wording = "" if version.is_retirement else f" {rule_sentence(rule)}"
    assert version.decided_at_utc is not None, "only what was decided on is asked for"
    return RuleChange(
        at_utc=version.decided_at_utc,
        kind="retirement" if version.is_retirement else "version",
        rule_id=row.id,
        code=row.code,
        title=rule.title,
        version=version.version,
        state=version.state,
        asked_by=reader.people.get(version.proposed_by_id or version.made_by_id or ""),
        decided_by=reader.people.get(version.decided_by_id or ""),
        reason=version.decision_reason or version.note,
        sentence=f"{row.code}: {said} {_DONE[version.state]}.{wording}",
    )
