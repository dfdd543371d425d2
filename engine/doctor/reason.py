"""What is said, and advised, in a line or two where limits clash? For results, frontiers and previews alike."""

from __future__ import annotations

from engine.diagnosis import Diagnosis
from engine.kernel.units import plural
from engine.optimize.feasibility import Obstacle

TOLD_MAX_COUNT = 5
UNKNOWN = Obstacle("No portfolio meets every limit.", "Leave limits out one by one to see which clash.")


def reason_of(found: Diagnosis | None) -> Obstacle:
    """Return the doctor's words as one message and one way out.

    Parameters
    ----------
    found
        What `diagnose_limits` says; None where limits were not taken apart.

    Returns
    -------
    Obstacle
        The conflicts, after the first few only their number; the cheapest changes together, or where none were found
        the way out of the first conflict.

    """
    if found is None or found.is_feasible or not found.conflicts:
        return UNKNOWN
    message = told_together(found)
    if found.joint_repair is None:
        return Obstacle(message, found.conflicts[0].advice)
    return Obstacle(message, found.joint_repair.sentence)


def told_together(found: Diagnosis) -> str:
    """Return the sentences of the conflicts, after the first few only how many more there are."""
    told = [conflict.sentence for conflict in found.conflicts[:TOLD_MAX_COUNT]]
    rest = len(found.conflicts) - len(told)
    return " ".join([*told, *([f"And {plural(rest, 'more conflict')}."] if rest else [])])
