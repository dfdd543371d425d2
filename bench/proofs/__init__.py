"""Which statistical statements does the product make, and how is each proved at full size?"""

from __future__ import annotations

from collections.abc import Callable

from bench.proofs import (
    certificates,
    compliance,
    data_quality,
    doctor,
    loss_intervals,
    replay,
    tail_measures,
    walk_forward,
    weight_intervals,
)

Proof = Callable[[int], dict[str, float]]

PROOFS: dict[str, tuple[Proof, int, int]] = {
    "certificates": (certificates.prove, 2000, 60),
    "compliance": (compliance.prove, 1000, 40),
    "data_quality": (data_quality.prove, 200, 16),
    "doctor": (doctor.prove, 200, 6),
    "loss_intervals": (loss_intervals.prove, 200, 4),
    "replay": (replay.prove, 1000, 20),
    "tail_measures": (tail_measures.prove, 500, 60),
    "walk_forward": (walk_forward.prove, 200, 4),
    "weight_intervals": (weight_intervals.prove, 200, 3),
}
"""Name -> (proof, full size, reduced size). A proof returns its figures; an AssertionError refutes it."""
