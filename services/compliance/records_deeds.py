"""What is done once a second person agrees, by kind of request?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.compliance import (
    four_eyes_choice,
    holds,
    limit_changes,
    locked_periods,
    restrictions,
    retention,
    role_changes,
)

if TYPE_CHECKING:
    from services.clock import Clock
    from services.compliance.four_eyes import Deed


def deeds(clock: Clock) -> dict[str, Deed]:
    """Return every deed that takes two people, by the kind of its request."""
    return {
        restrictions.REMOVAL: restrictions.removal_deed(clock.now_utc),
        restrictions.CLOSING: restrictions.closing_deed(clock.now_utc),
        locked_periods.UNLOCKING: locked_periods.unlocking_deed(clock.now_utc),
        holds.RELEASE: holds.release_deed(clock.now_utc),
        retention.SHORTENING: retention.shortening_deed(),
        role_changes.ROLE: role_changes.role_deed(),
        limit_changes.LIMITS: limit_changes.limit_deed(clock.now_utc),
        four_eyes_choice.SWITCH_OFF: four_eyes_choice.switch_off_deed(),
    }
