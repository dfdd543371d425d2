"""Was what a review of access decided carried out: does the right that was to go still exist?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from services import formatting
from services.auth.roles import Role
from services.messages.compliance_records import AccessDecision, AccessFollowUp, AccessRow

if TYPE_CHECKING:
    from data.store import tables


def follow_ups(row: tables.AccessReview, now: Mapping[str, AccessRow]) -> tuple[AccessFollowUp, ...]:
    """Return what a signed review asks for, what is not done yet first.

    Parameters
    ----------
    row : AccessReview
        A closed one has had everything done.
    now : mapping of str to AccessRow
        How everybody of the house comes in today, by id.
    """
    then = {one["user_id"]: AccessRow.model_validate(one) for one in row.content["rows"]}
    found = [
        _follow_up(then[user_id], AccessDecision(word), now.get(user_id), is_closed=row.closed_at_utc is not None)
        for user_id, word in (row.decisions or {}).items()
        if word != AccessDecision.KEEP and user_id in then
    ]
    return tuple(sorted(found, key=lambda one: (one.is_done, one.name)))


def _follow_up(then: AccessRow, decision: AccessDecision, now: AccessRow | None, *, is_closed: bool) -> AccessFollowUp:
    def told(sentence: str, *, is_done: bool) -> AccessFollowUp:
        return AccessFollowUp(
            user_id=then.user_id, name=then.name, decision=decision, is_done=is_done, sentence=sentence
        )

    if is_closed:
        return told(f"{then.name}: done when the review was closed.", is_done=True)
    if now is None or not now.is_active:
        return told(f"{then.name} is shut out.", is_done=True)
    if decision is AccessDecision.REMOVE:
        return told(f"{then.name} still comes in as {_rights(now)}.", is_done=False)
    if _of(now) != _of(then):
        return told(f"{then.name} is {_rights(now)} now.", is_done=True)
    return told(f"{then.name} is {_rights(now)}, as on the list.", is_done=False)


def _of(one: AccessRow) -> tuple[object, ...]:
    """Return what a change of access changes."""
    return one.role, one.is_active, one.teams, one.grants, one.keys_count, one.has_two_factor


def _rights(one: AccessRow) -> str:
    parts = [Role(one.role).label, *one.grants]
    parts += [formatting.count(one.keys_count, "key")] if one.keys_count else []
    return ", ".join(parts)
