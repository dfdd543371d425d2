"""Does the same request on the same data give the same result bit for bit, in this and in another process?"""

from __future__ import annotations

import hashlib
import json
import multiprocessing

import engine
from bench.proofs.certificates import mandate


def digest(seed: int) -> str:
    """Return the sha256 of a mandate's whole result, its times left out."""
    request = engine.OptimizationRequest.model_validate_json(json.dumps(mandate(seed)))
    body = engine.optimize(request).model_dump(mode="json")
    body.pop("elapsed_ms")
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def prove(size: int) -> dict[str, float]:
    """Solve ``size`` mandates here, backwards again in a fresh process, and compare the digests."""
    here = [digest(seed) for seed in range(size)]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = list(reversed(pool.map(digest, reversed(range(size)), chunksize=size)))
    different = sum(a != b for a, b in zip(here, there, strict=True))
    assert different == 0, different
    return {"runs_count": size, "different_count": different}
