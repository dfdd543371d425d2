"""What is said of a portfolio whose check came to nothing, beside what is known of it from before?

Missing data are no failure: they are told rule by rule. A failure is a rule that cannot be read, or a fault of the
product itself; what was kept before stays, and whoever reads it is told since when it is not kept up, and the way out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import formatting
from services.errors import ServiceError

if TYPE_CHECKING:
    from data.store import tables

OWN_FAULT = "The product came upon a fault of its own."
OWN_ADVICE = (
    "It is tried again by itself, every ten minutes at the least. If it goes on, tell whoever runs the product: the "
    "log names the fault beside this portfolio."
)


def reason_of(refusal: Exception) -> tuple[str, str]:
    """Return why a check came to nothing, and the way out, as sentences; details of a fault go to the log alone."""
    if isinstance(refusal, ServiceError):
        return refusal.message, refusal.advice or OWN_ADVICE
    return OWN_FAULT, OWN_ADVICE


def failure_of(check: tables.ComplianceCheck | None) -> str | None:
    """Return since when the check of a portfolio fails, why, and what is shown meanwhile; None of one that does not."""
    if check is None or check.failed_since_utc is None:
        return None
    since, reason = formatting.moment(check.failed_since_utc), check.failed_reason or OWN_FAULT
    if check.status is None:
        return f"It could not be checked since {since}: {reason} Nothing is known of how it stands by its rules."
    kept = formatting.moment(check.checked_at_utc)
    return f"It could not be checked since {since}: {reason} What is shown is from {kept}, and may no longer be so."
