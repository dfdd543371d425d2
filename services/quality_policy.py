"""What does a house want done about each kind of finding?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.quality.findings import LABELS, Finding, Kind
from data.quality.registry import detectors
from services.audit_notes import note
from services.errors import FieldProblem, InvalidRequest
from services.messages.quality import Mode, Policy, PolicyChange, PolicyEntry

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

DEFAULT_CONFIDENCE_FRAC = 0.95
PROPOSING = frozenset({Kind.NONPOSITIVE, Kind.UNIT, Kind.SPLIT, Kind.DIVIDEND, Kind.OUTLIER, Kind.CROSS_SOURCE})
"""Kinds of which proposals are made; the others are only marked."""


def policy_of(uow: UnitOfWork) -> Policy:
    """Return what the unit's house wants; kinds without a choice are proposed."""
    chosen = uow.quality_policies.all()
    entries = []
    for detector in detectors():
        row = chosen.get(detector.kind.value)
        entries.append(
            PolicyEntry(
                kind=detector.kind,
                label=LABELS[detector.kind],
                explanation=detector.explanation,
                mode=Mode.PROPOSE if row is None else Mode(row.mode),
                confidence_frac=DEFAULT_CONFIDENCE_FRAC if row is None else row.confidence_frac,
                can_be_automatic=detector.kind in PROPOSING,
            )
        )
    return Policy(entries=tuple(entries))


def choose(uow: UnitOfWork, change: PolicyChange) -> Policy:
    """Write the choices of the unit's house, each with its audit row.

    Raises
    ------
    InvalidRequest
        A kind of which nothing is proposed was made automatic, or a kind is named twice.
    """
    problems = [
        FieldProblem(
            f"choices[{place}].mode",
            f"{LABELS[one.kind]}: nothing is ever proposed here, so that nothing can be corrected automatically.",
            "Choose propose or off.",
        )
        for place, one in enumerate(change.choices)
        if one.mode is Mode.AUTO and one.kind not in PROPOSING
    ]
    if len({one.kind for one in change.choices}) != len(change.choices):
        problems.append(FieldProblem("choices", "A kind is named twice.", "Name each kind once."))
    if problems:
        raise InvalidRequest("The policy has problems.", "See each field.", fields=tuple(problems))
    before = {entry.kind: entry for entry in policy_of(uow).entries}
    for one in change.choices:
        old = before[one.kind]
        if (old.mode, old.confidence_frac) == (one.mode, one.confidence_frac):
            continue
        uow.quality_policies.put(one.kind.value, one.mode.value, one.confidence_frac)
        note(
            uow, "quality.policy", "quality_policy", one.kind.value,
            before={"mode": old.mode.value, "confidence_frac": old.confidence_frac},
            after={"mode": one.mode.value, "confidence_frac": one.confidence_frac},
        )  # fmt: skip
    return policy_of(uow)


def kinds_wanted(policy: Policy) -> frozenset[Kind]:
    """Return the kinds that are looked for."""
    return frozenset(entry.kind for entry in policy.entries if entry.mode is not Mode.OFF)


def is_automatic(policy: Policy, finding: Finding) -> bool:
    """Return whether the house wants the proposal of a finding taken at once."""
    entry = next(entry for entry in policy.entries if entry.kind is finding.kind)
    return entry.mode is Mode.AUTO and finding.proposed is not None and finding.confidence_frac >= entry.confidence_frac
